"""The timeline as pictures: what a person judged to be right stays as it is."""

from __future__ import annotations

from typing import cast

import pytest
from shown_ward import MINUTE, WrittenFeed, ward_app
from test_board_pictures import SIZES, Compare
from textual.pilot import Pilot
from timeline_ward import HOUR, note, write_server_story, write_story

from iomt_tui.tui.app import WardApp
from iomt_tui.ward.exports import Export


async def _read(pilot: Pilot[None]) -> None:
    """The page is open and the log is read."""
    await pilot.press("j", "7")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    cast("WardApp", pilot.app).board.painter.paint()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_timeline(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def chosen(pilot: Pilot[None]) -> None:
        await _read(pilot)
        await pilot.press("down", "down")

    assert snap_compare(ward_app(write_story(WrittenFeed())), terminal_size=size, run_before=chosen)


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
def test_notes(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def notes(pilot: Pilot[None]) -> None:
        await _read(pilot)
        await pilot.press("l", "l", "l", "down")

    assert snap_compare(ward_app(write_server_story(WrittenFeed())), terminal_size=size, run_before=notes)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_corrections_that_crossed_and_an_export(snap_compare: Compare, size: tuple[int, int]) -> None:
    feed = write_story(WrittenFeed())
    note(feed, "n4", 70 * MINUTE, "Lee", "Pain 5 of 10 on moving.", replaces="n2")
    export = Export("trends", "csv", ("p0",), feed.at - 4 * HOUR, feed.at, 9, "ab" * 32, "DEMO-trends.csv")
    for op, outcome, why in (("e1", "applied", ""), ("e2", "refused", "it was given up before it was allowed")):
        feed.write("act", {"op": op, "user": "Lee", **export.body(), "station": "desk-3 pts/1"})
        feed.write("outcome", {"op": op, "outcome": outcome, "by": "Lee", "at": feed.at, "why": why})

    async def notes(pilot: Pilot[None]) -> None:
        await _read(pilot)
        await pilot.press("slash", *"Lee", "enter")

    assert snap_compare(ward_app(feed), terminal_size=size, run_before=notes)


def test_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(ward_app(write_story(WrittenFeed())), terminal_size=(120, 40), run_before=_read)


def test_light(snap_compare: Compare) -> None:
    app = ward_app(write_story(WrittenFeed()), theme="light", glyphs="ascii")
    assert snap_compare(app, terminal_size=(80, 24), run_before=_read)


def test_sbar(snap_compare: Compare) -> None:
    async def typed(pilot: Pilot[None]) -> None:
        await _read(pilot)
        await pilot.press("N", "tab", *"SpO2 fell to 84", "enter", *"Pneumonia, day 2")

    assert snap_compare(ward_app(write_story(WrittenFeed())), terminal_size=(80, 24), run_before=typed)
