"""Trends and comparisons as pictures: what a person judged to be right stays as it is."""

from __future__ import annotations

import pytest
from shown_ward import WrittenFeed, ward_app
from test_board_pictures import SIZES, Compare
from trend_ward import SUGAR, write_trends

from iomt_tui.tui.app import WardApp

IDS = {"ids": lambda size: f"{size[0]}x{size[1]}"}


def app(**choices: object) -> WardApp:
    return ward_app(write_trends(WrittenFeed()), **choices)


@pytest.mark.parametrize("size", SIZES, **IDS)
def test_trends(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Twelve hours up to now."""
    assert snap_compare(app(), terminal_size=size, press=["down", "2", "right_square_bracket"])


@pytest.mark.parametrize("size", SIZES, **IDS)
def test_trends_cursor(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The cursor on what was done last."""
    assert snap_compare(app(), terminal_size=size, press=["down", "2", "h", "h", "h"])


@pytest.mark.parametrize("size", SIZES, **IDS)
def test_trends_days(snap_compare: Compare, size: tuple[int, int]) -> None:
    """A day, the day before under it."""
    assert snap_compare(app(), terminal_size=size, press=["down", "2", *["right_square_bracket"] * 2, "d"])


@pytest.mark.parametrize("size", SIZES, **IDS)
def test_trends_week(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Seven days."""
    assert snap_compare(app(), terminal_size=size, press=["down", "2", *["right_square_bracket"] * 5])


@pytest.mark.parametrize("theme", ["light", "deuteranopia"])
def test_trends_theme(snap_compare: Compare, theme: str) -> None:
    assert snap_compare(app(theme=theme), terminal_size=(120, 40), press=["down", "2", "right_square_bracket"])


def test_trends_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(app(), terminal_size=(120, 40), press=["down", "2", "right_square_bracket", "h"])


def test_trends_letters(snap_compare: Compare) -> None:
    assert snap_compare(app(glyphs="ascii"), terminal_size=(80, 24), press=["down", "2", "right_square_bracket", "h"])


def test_trends_glucose(snap_compare: Compare) -> None:
    """Somebody at home with a sensor: the range that counts as good lies behind the curve."""

    async def open_trends(pilot: object) -> None:
        shown = app_.board
        shown.choose(SUGAR)
        shown.run_action_of("story_trends")
        shown.run_action_of("window_longer")
        shown.run_action_of("window_longer")
        shown.painter.paint()

    app_ = app()
    assert snap_compare(app_, terminal_size=(120, 40), run_before=open_trends)


@pytest.mark.parametrize("size", SIZES, **IDS)
def test_compare(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Three of the ward, vital by vital."""
    keys = ["down", "c", "down", "c", "down", "c", "O", "right_square_bracket"]
    assert snap_compare(app(), terminal_size=size, press=keys)
