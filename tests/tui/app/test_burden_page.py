"""The burden board and a flood of alarms on the running screen."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
from board_desk import Desk, desk
from busy_ward import busy_ward, flooded_ward
from shown_ward import MINUTE, WrittenFeed, alarm, ward_app, write_ward
from textual.pilot import Pilot

from iomt_tui.alarms.model import Priority
from iomt_tui.log.api import LogError
from iomt_tui.tui.pages.burden import BurdenPage


class Compare(Protocol):
    """pytest-textual-snapshot's fixture."""

    def __call__(self, app: Any, **how: Any) -> bool: ...


SIZES = [(80, 24), (120, 40), (200, 60)]


async def settled(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_burden_board(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(busy_ward()), terminal_size=size, press=["B"], run_before=settled)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_flood(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(flooded_ward()), terminal_size=size, press=["j", "j", "j"])


async def test_it_opens_turns_to_other_times_and_closes() -> None:
    async with desk(feed=busy_ward()) as d:
        await d.press("B")
        await d.settle()
        assert "last 24 h" in d.line("head") and "Alarms                   55" in d.line("cover-words")
        await d.press("o")
        assert "last 8 h, a shift" in d.line("head") and "Alarms                   50" in d.line("cover-words")
        await d.press("o", "o")
        assert "last 24 h" in d.line("head")
        await d.press("B")
        assert d.app.board.cover is None and d.standing("head") == []


async def test_it_is_read_again_every_minute_and_on_demand() -> None:
    async with desk(feed=busy_ward()) as d:
        await d.press("f3")
        await d.settle()

        def more(number: int) -> None:
            one = alarm("p5", "hr", "high", Priority.LOW, since=0, episode=number)
            d.feed.write("alarm", one.body())

        more(900)
        d.app.board.tick()
        await d.settle()
        assert "Alarms                   55" in d.line("cover-words"), "not yet"
        await d.press("enter")
        await d.settle()
        assert "Alarms                   56" in d.line("cover-words")
        more(901)
        d.hands.at += 60
        d.app.board.tick()
        await d.settle()
        assert "Alarms                   57" in d.line("cover-words")


async def test_while_it_is_read_it_says_so_and_a_failure_is_a_line() -> None:
    async with desk(feed=busy_ward()) as d:
        page = BurdenPage(d.app.board)
        page._reading, page._progress, page._read_at = True, (20_000, 80_000), d.hands.at
        (line,) = page.lines(80) or []
        assert line.plain == "reading… 20,000 of 80,000 entries"

        def fails() -> Any:
            raise LogError("The log is gone. Look for it.")

        d.feed.another = fails  # type: ignore[method-assign]
        await d.press("B")
        await d.settle()
        assert "Not read: The log is gone. Look for it." in d.line("cover-words")


async def test_enter_confirms_what_is_asked_before_it_reads_again() -> None:
    async with desk(feed=busy_ward()) as d:
        await d.press("B")
        await d.settle()
        await d.press("a", "enter")
        await d.settle()
        assert [act["do"] for act in d.feed.done] == ["ack"]


async def chosen(d: Desk, patient: str) -> None:
    d.app.board.choose(patient)
    d.hands.at += 1
    await d.pilot.pause()


async def test_a_flood_is_said_in_the_header_and_the_strip_counts_patients() -> None:
    async with desk((160, 40), flooded_ward()) as d:
        assert "FLOOD 17 in 10 min" in d.line("header")
        assert "and 17 more of 9 patients" in d.line("strip")
        d.feed.at += 11 * MINUTE
        d.app.board.tick()
        assert "FLOOD" not in d.line("header") and "and 17 more" in d.line("strip") and "of 9" not in d.line("strip")


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 200])
async def test_the_flood_never_drives_the_time_and_the_counts_out_of_the_header(width: int) -> None:
    async with desk((width, 24), flooded_ward()) as d:
        if d.app.board.small:
            return
        line = d.line("header")
        assert "10:42" in line and "FLOOD 17" in line and "2" in line and "DEMO" in line


async def test_in_a_flood_the_preview_gathers_what_is_not_high_and_the_page_lists_all() -> None:
    async with desk((160, 50), flooded_ward()) as d:
        await chosen(d, "p1")
        side = d.line("side-words")
        assert "9 alarms (5 medium, 4 low), newest" in side and "HR 150 > 140" not in side
        await d.press("enter")
        page = d.line("cover-words")
        assert "HR 150 > 140" in page and "9 alarms" not in page
        alarms = page.partition("Latest events")[0]  # each has been announced, too
        assert alarms.count("> 140") == 8


async def test_without_a_flood_nothing_is_gathered() -> None:
    async with desk((160, 50), write_ward(WrittenFeed())) as d:
        await chosen(d, "p0")
        assert "RR 28 > 25" in d.line("side-words") and "alarms (" not in d.line("side-words")


@pytest.mark.parametrize(("size", "room"), [((120, 24), 6), ((120, 40), 8)])
async def test_what_is_acknowledged_together_is_what_the_question_lists(size: tuple[int, int], room: int) -> None:
    async with desk(size, flooded_ward()) as d:
        await chosen(d, "p1")
        await d.press("E")
        listed = d.line("ask")
        assert listed.count("·") >= room and " more" not in listed
        assert f"Acknowledge these {room} of 9 of 12 Lindqvist A?" in d.line("footer")
        await d.press("enter")
        await d.settle()
        assert len(d.feed.done) == room
        view = d.app.session.ward.view("p1", d.feed.at)
        assert [tuple(act["ref"]) for act in d.feed.done] == [tuple(a.ref) for a in view.alarms[:room]]


async def test_a_list_that_loses_its_room_is_not_confirmed() -> None:
    async with desk((120, 40), flooded_ward()) as d:
        await chosen(d, "p1")
        await d.press("E")
        await d.resize(120, 20)
        await d.pilot.pause()
        assert d.app.board.desk.hand.armed is None and "no room any more" in d.line("footer")
        await d.press("enter")
        await d.settle()
        assert d.feed.done == []
