"""The past of a ward that goes on: as it was shown then, unmistakable, without a hand, and one key from now."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from board_desk import Desk, desk
from shown_ward import MINUTE, NOW, WrittenFeed, alarm, write_ward

from iomt_tui.alarms.model import Priority
from iomt_tui.log.api import LogError
from iomt_tui.log.memory import MemoryLog
from iomt_tui.tui.pages.patient import PatientPage
from iomt_tui.tui.screens.board import FORGOTTEN

THEN = NOW - 5 * MINUTE


def lived_ward() -> WrittenFeed:
    """A ward whose log was written up to five minutes ago, and what came since."""
    feed = write_ward(WrittenFeed(THEN))
    feed.at = NOW
    feed.write("screens", {"attended": True}, NOW - 2 * MINUTE)  # nothing that happened to anybody
    late = alarm("p4", "hr", "low", Priority.HIGH, value=31, limit=40, since=MINUTE)
    feed.write("alarm", late.body(), NOW - MINUTE)
    feed.write("obs", [["p0", "d0", NOW, {"hr": 151}, None]], NOW)
    feed.write("tick", {}, NOW)
    return feed


def past_shown(d: Desk) -> bool:
    return d.app.session.travelling


async def test_the_whole_ward_as_it_was_shown_and_back_with_one_key() -> None:
    async with desk((120, 40), lived_ward()) as d:
        session = d.app.session
        await d.press("Z", *"-5m", "enter")
        assert past_shown(d)
        assert session.now() == THEN
        assert session.ward.view("p0", THEN).vitals["hr"].value != 151
        assert "p4" not in {one.ref.patient for one in d.app.board.roster.standing}
        assert "THE PAST" in d.line("past") and "10:37:07" in d.line("past") and "5 min 00 s ago" in d.line("past")
        await d.press("0")
        assert not past_shown(d)
        assert d.standing("past", "replay") == []
        assert session.ward.view("p0", NOW).vitals["hr"].value == 151
        assert "p4" in {one.ref.patient for one in d.app.board.roster.standing}


async def test_the_present_is_told_and_sounds_at_any_place_in_time() -> None:
    feed = lived_ward()
    async with desk((120, 40), feed) as d:
        await d.press("Z", *"-5m", "enter")
        _, now = d.line("past").split("\n")
        assert "NOW 10:42:07" in now
        new = alarm("p6", "spo2", "low", Priority.HIGH, value=71, limit=85, since=0)
        feed.write("alarm", new.body(), NOW)
        d.news()
        assert new.ref in d.app.board.audible()
        assert past_shown(d)
        assert "SpO2 71" in d.line("past")


async def test_nothing_can_be_done_in_the_past() -> None:
    feed = lived_ward()
    async with desk((120, 40), feed) as d:
        await d.press("Z", *"-5m", "enter", "j", "a")
        assert "This is the past" in d.line("footer")
        await d.press("enter", "N", "E", "s", "enter", "enter")
        assert feed.done == []
        assert "[a]" not in d.line("strip")


async def test_an_open_page_and_the_chosen_patient_go_along() -> None:
    async with desk((120, 40), lived_ward()) as d:
        await d.press("j", "enter")
        cover = d.app.board.cover
        assert isinstance(cover, PatientPage)
        await d.press("Z", *"-5m", "enter")
        assert d.app.board.cover is cover
        assert d.app.board.board.selected == cover.patient
        await d.press("0", "escape")
        assert d.standing("cover") == []
        assert d.app.board.board.selected == cover.patient


async def test_before_an_admission_the_page_waits_and_the_choice_comes_back() -> None:
    feed = lived_ward()
    feed.write("patient", {"id": "new", "bed": "20", "family": "Late"}, NOW)
    async with desk((120, 40), feed) as d:
        d.app.board.choose("new")
        await d.press("enter", "Z", *"-5m", "enter")
        assert "not on the ward at this moment" in d.line("cover-words")
        await d.press("0")
        assert "Late" in d.line("head")
        assert d.app.board.board.selected == "new"


@pytest.mark.parametrize(
    ("key", "kind", "wanted"),
    [
        ("y", "alarm", lambda body: body["state"] == "unack"),
        ("right_curly_bracket", "", lambda body: True),
    ],
)
async def test_steps_lead_to_alarms_and_to_what_happened(
    key: str, kind: str, wanted: Callable[[dict[str, object]], bool]
) -> None:
    feed = lived_ward()
    kinds = {kind} if kind else {"alarm", "patient", "engine", "device"}
    times = [e.at for e in feed.entries if e.kind in kinds and wanted(e.data())]
    async with desk((120, 40), feed) as d:
        await d.press("Z", *"-5m", "enter", key)
        assert d.app.session.now() == min(at for at in times if at > THEN)
        await d.press(key, key, key)
        assert "after this" in d.line("footer")


async def test_what_is_no_moment_is_told_and_the_present_stays() -> None:
    async with desk((120, 40), lived_ward()) as d:
        await d.press("Z", *"noon", "enter")
        assert "is not a time" in d.line("footer")
        await d.press("Z", "escape")
        assert not past_shown(d)


async def test_a_past_that_nobody_moves_in_is_left() -> None:
    async with desk((120, 40), lived_ward()) as d:
        await d.press("Z", *"-5m", "enter")
        d.hands.at += FORGOTTEN - 2
        d.app.board.tick()
        assert past_shown(d)
        d.hands.at += 3
        d.app.board.tick()
        assert not past_shown(d)
        assert "no key was pressed" in d.line("footer")


async def test_a_log_that_cannot_be_read_twice_leaves_the_present() -> None:
    class Shut(WrittenFeed):
        def another(self) -> MemoryLog:
            raise LogError("ward.log: no such file.")

    feed = Shut(THEN)
    write_ward(feed)
    async with desk((120, 40), feed) as d:
        await d.press("Z", *"-1m", "enter")
        assert "The past cannot be shown: ward.log" in d.line("footer")
        assert not past_shown(d)


async def test_an_engine_that_falls_silent_is_told_in_the_past_too() -> None:
    feed = lived_ward()
    async with desk((120, 40), feed) as d:
        await d.press("Z", *"-5m", "enter")
        feed.silence = 12.0
        d.app.board.tick()
        assert "NOT MONITORING" in d.line("banner")
        assert "THE PAST" in d.line("past")


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (80, 24), (200, 60)])
async def test_no_size_hides_that_it_is_the_past(size: tuple[int, int]) -> None:
    async with desk(size, lived_ward()) as d:
        await d.press("Z", *"-5m", "enter")
        shown = d.line("tiny") if d.standing("tiny") else d.line("past")
        assert "PAST" in shown
