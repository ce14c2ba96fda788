"""A patient's overview as pictures: columns where there is room, nothing cut where there is not."""

from __future__ import annotations

from typing import Any

import pytest
from shown_ward import MINUTE, WrittenFeed, ward_app, write_ward
from test_board_pictures import SIZES, Compare
from textual.pilot import Pilot
from timeline_ward import write_server_story


def known() -> WrittenFeed:
    """A day of bed 07, of whom everything is known that a source may tell."""
    feed = write_server_story(WrittenFeed())
    team = ["Eze, C (attending physician)", "Novak, P (named nurse)"]
    more = {"code_status": "Not for resuscitation", "team": team, "flags": ["Fall risk"]}
    feed.write("patient", {"id": "p0", **more})
    return feed


async def opened(pilot: Pilot[None]) -> None:
    """The overview of bed 07, with what its log was read to say."""
    await pilot.press("j", "1")
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def shown(snap_compare: Compare, size: tuple[int, int], feed: WrittenFeed | None = None, **choices: Any) -> bool:
    return snap_compare(ward_app(feed or known(), **choices), terminal_size=size, run_before=opened)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_overview(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert shown(snap_compare, size)


def test_light(snap_compare: Compare) -> None:
    assert shown(snap_compare, (120, 40), theme="light")


def test_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown(snap_compare, (120, 40))


@pytest.mark.parametrize("glyphs", ["ascii", "braille"])
def test_glyphs(snap_compare: Compare, glyphs: str) -> None:
    assert shown(snap_compare, (120, 40), glyphs=glyphs)


def test_not_monitored(snap_compare: Compare) -> None:
    feed = known()
    feed.at += 3 * MINUTE
    feed.silence = 180.0
    assert shown(snap_compare, (120, 40), feed)


def test_little_is_known(snap_compare: Compare) -> None:
    """No orders, no notes, no story: the first half hour of a patient."""
    assert shown(snap_compare, (200, 60), write_ward(WrittenFeed()))
