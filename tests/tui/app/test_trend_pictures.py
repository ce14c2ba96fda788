"""Trends and comparisons as pictures: what a person judged to be right stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from shown_ward import Hands, WrittenFeed, ward_app
from test_board_pictures import SIZES, Compare
from textual.pilot import Pilot
from trend_ward import SUGAR, write_comparison, write_limits, write_trends

from iomt_tui.tui.app import WardApp


def named(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


LONGER = "right_square_bracket"
Written = Callable[[WrittenFeed], WrittenFeed]


def shown(
    compare: Compare, size: tuple[int, int], *keys: str, whose: str = "", of: Written = write_trends, **choices: Any
) -> bool:
    """Whether the screen after ``keys`` is as it was judged, once the log has been read."""
    hands = Hands()
    app = ward_app(of(WrittenFeed()), hands, **choices)

    async def act(pilot: Pilot[None]) -> None:
        await pilot.pause()
        if whose:
            app.board.choose(whose)
        for key in keys:
            hands.at += 1  # a key that comes again at once is one that is held down
            await pilot.press(key)
        for _ in range(3):  # what was read is painted, and may ask for more
            await app.workers.wait_for_complete()
            await pilot.pause()

    assert isinstance(app, WardApp)
    return compare(app, terminal_size=size, run_before=act)


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_trends(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Twelve hours up to now."""
    assert shown(snap_compare, size, "down", "2", LONGER)


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_trends_cursor(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The cursor on the note."""
    assert shown(snap_compare, size, "down", "2", *"hhhh")


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_trends_days(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Three days on one another."""
    assert shown(snap_compare, size, "down", "2", *[LONGER] * 3, "d")


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_trends_week(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Seven days."""
    assert shown(snap_compare, size, "down", "2", *[LONGER] * 5)


@pytest.mark.parametrize("theme", ["light", "deuteranopia"])
def test_trends_theme(snap_compare: Compare, theme: str) -> None:
    assert shown(snap_compare, (120, 40), "down", "2", LONGER, theme=theme)


def test_trends_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown(snap_compare, (120, 40), "down", "2", LONGER, "h", "h", "h")


def test_trends_letters(snap_compare: Compare) -> None:
    assert shown(snap_compare, (80, 24), "down", "2", LONGER, "h", glyphs="ascii")


def test_trends_blocks(snap_compare: Compare) -> None:
    """For a font that lacks braille."""
    assert shown(snap_compare, (120, 40), "down", "2", LONGER, "h", glyphs="block")


def test_trends_glucose(snap_compare: Compare) -> None:
    """Somebody at home with a sensor: the range that counts as good lies behind the curve."""
    assert shown(snap_compare, (120, 40), "2", LONGER, LONGER, whose=SUGAR)


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_compare(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Three of the ward, vital by vital."""
    assert shown(snap_compare, size, *["down", "c"] * 3, "O", LONGER, of=write_comparison)


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_compare_two(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Two of them, with lanes of their own everywhere."""
    assert shown(snap_compare, size, *["down", "c"] * 2, "O", LONGER, of=write_comparison)


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_compare_four(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Four of them, and the cursor on the newest alarms: whose each is stands there."""
    keys = (*["down", "c"] * 4, "O", LONGER, "left")
    assert shown(snap_compare, size, *keys, of=write_comparison)


def test_compare_letters(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one lane of each in plain letters, without colours."""
    monkeypatch.setenv("NO_COLOR", "1")
    keys = (*["down", "c"] * 4, "O", LONGER)
    assert shown(snap_compare, (80, 24), *keys, of=write_comparison, glyphs="ascii")


# Limits that were changed.


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_trends_limits(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Bands, lines and colours before a change and after it, at the marks below."""
    assert shown(snap_compare, size, "down", "2", LONGER, of=write_limits)


def test_trends_limits_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cursor on the change of the saturation's limits."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown(snap_compare, (120, 40), "down", "2", LONGER, *"hhhhhh", of=write_limits, glyphs="ascii")


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_flowsheet_limits(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The hour in which the time of the saturation's limits was over."""
    assert shown(snap_compare, size, "down", "4", LONGER, LONGER, "left", of=write_limits)


def test_flowsheet_limits_ascii(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown(snap_compare, (120, 40), "down", "4", LONGER, "W", of=write_limits, glyphs="ascii")
