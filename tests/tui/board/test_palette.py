"""What must be told apart is told apart by more than colour: by weight, underline, reverse or strike."""

from __future__ import annotations

import pytest
from board_app import BoardApp
from board_wards import ward
from rich.style import Style

from iomt_tui.tui.board import looks
from iomt_tui.tui.board.palette import Palette
from iomt_tui.tui.theming import load_themes
from iomt_tui.ward.view import Severity

THEMES = load_themes().themes
MARKED = (looks.BREACH, looks.STRUCK, looks.HALTED, *looks.ALARM.values(), "high-calm", "medium-calm")


def attributes(style: Style) -> tuple[bool, ...]:
    names = ("bold", "dim", "italic", "underline", "reverse", "strike")
    return tuple(bool(getattr(style, name)) for name in names)


@pytest.mark.parametrize("theme", THEMES)
async def test_meaning_does_not_hang_on_colour(theme: str) -> None:
    app = BoardApp(ward(), theme)
    async with app.run_test():
        styles = Palette.of(app.board).plain
        plain = attributes(styles[looks.VALUE])
        assert all(attributes(styles[look]) != plain for look in MARKED)
        for breach in (looks.SPARK_LOW, looks.SPARK_HIGH):
            assert attributes(styles[breach]) != attributes(styles[looks.SPARK])
        for severity in (Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.TECHNICAL):
            assert attributes(styles[looks.ALARM[severity]]) != attributes(styles[looks.CALMED[severity]])


@pytest.mark.parametrize("theme", THEMES)
async def test_every_look_has_a_style_and_only_high_is_filled(theme: str) -> None:
    app = BoardApp(ward(), theme)
    async with app.run_test():
        palette = Palette.of(app.board)
        assert set(palette.plain) == set(palette.selected) == {*looks.STYLED, *looks.FADED}
        assert [look for look, style in palette.plain.items() if style.reverse] == [looks.ALARM[Severity.HIGH]]


async def test_without_colour_what_is_worst_is_brightest(monkeypatch: pytest.MonkeyPatch) -> None:
    """In grey a red is darker than plain text; the worst row would stand back (TERMINAL)."""
    monkeypatch.setenv("NO_COLOR", "1")
    app = BoardApp(ward())
    async with app.run_test():
        styles = Palette.of(app.board).plain
        strong = styles[looks.STRONG].color
        assert {styles[look].color for look in (*looks.ALARM.values(), *looks.CALMED.values())} == {strong}
