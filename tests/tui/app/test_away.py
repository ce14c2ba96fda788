"""What was announced while nobody looked: told in a line, listed on the alarm page, in nobody's way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from alarm_ward import over
from board_desk import Desk, desk
from shown_ward import MINUTE, NOW, WrittenFeed, alarm, write_ward

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.model import Priority
from iomt_tui.log.looks import LookFile
from iomt_tui.log.player import Player
from iomt_tui.tui.alarm_list import Section
from iomt_tui.tui.pages.alarms import AlarmPage
from iomt_tui.tui.screens.away import AWAY, FURTHEST
from iomt_tui.tui.widgets.banner import away_line
from iomt_tui.ward.missed import Missed


def announced(feed: WrittenFeed, minutes: int) -> None:
    """One alarm that is over, one that stands, one that escalated; ``minutes`` ago."""
    at = feed.at - minutes * MINUTE
    one = alarm("p4", "hr", "low", Priority.HIGH, value=31, limit=40, now=at, since=0)
    two = alarm("p6", "rr", "high", Priority.MEDIUM, value=28, limit=25, now=at, since=0)
    for each in (one, two, over(replace(one), at + MINUTE)):
        feed.write("alarm", each.body(), at)
    feed.write("escalation", Escalation(two.ref, 1, at).body(), at)


async def tick(d: Desk) -> None:
    d.app._attend()
    await d.settle()
    d.app.board.tick()


def with_looks(d: Desk, path: Path) -> LookFile:
    looks = d.app.session.looks = LookFile(path / "looks.json")
    return looks


def overnight() -> WrittenFeed:
    """An hour of nothing but three announcements after the written ward."""
    feed = write_ward(WrittenFeed())
    feed.at += 60 * MINUTE
    announced(feed, 20)
    feed.write("tick", {})
    return feed


async def test_a_start_after_a_while_tells_what_was_announced(tmp_path: Path) -> None:
    async with desk(feed=overnight()) as d:
        looks = with_looks(d, tmp_path)
        looks.save("Test", NOW)
        await tick(d)
        line = d.line("away")
        assert "While you were away (10:42–11:42): 2 alarms in 2 patients, 1 high, 1 escalated; v shows them" in line
        assert d.standing("cover") == [], "data opens nothing"
        await d.press("v")
        page = d.app.board.cover
        assert isinstance(page, AlarmPage)
        assert page.section is Section.MISSED
        assert "missed 2" in d.line("head") and "away 10:42–11:42" in d.line("head")
        assert "over after 1 min 00 s" in d.line("cover-words") and "escalated" in d.line("cover-words")
        assert d.standing("away") == []


async def test_escape_takes_the_line_back_when_nothing_else_is_open(tmp_path: Path) -> None:
    async with desk(feed=overnight()) as d:
        with_looks(d, tmp_path).save("Test", NOW)
        await tick(d)
        await d.press("j", "a", "escape", "escape")
        assert d.standing("away") == ["away"], "the question, then the choice go first"
        await d.press("escape")
        assert d.standing("away") == []
        await d.press("v", "h")
        assert "missed 2" in d.line("head"), "the list stays"


@pytest.mark.parametrize("last", [None, NOW + 60 * MINUTE - AWAY, NOW + 600 * MINUTE])
async def test_who_looked_a_moment_ago_or_never_is_told_nothing(tmp_path: Path, last: int | None) -> None:
    async with desk(feed=overnight()) as d:
        looks = with_looks(d, tmp_path)
        if last is not None:
            looks.save("Test", last)
        await tick(d)
        assert d.standing("away") == [] and d.app.board.away.missed is None
        assert looks.load("Test") == d.feed.at, "a look from another clock is not believed"


async def test_a_screen_that_nobody_saw_for_a_while_tells_it_when_it_is_seen_again(tmp_path: Path) -> None:
    async with desk() as d:
        with_looks(d, tmp_path)
        away = d.app.board.away
        away.look(attended=True)
        for _ in range(3):
            d.feed.at += MINUTE
            away.look(attended=False)
        announced(d.feed, 1)
        d.news()
        assert d.standing("away") == []
        away.look(attended=True)
        await d.settle()
        assert "While you were away (10:42–10:45): 2 alarms" in d.line("away")


async def test_time_that_passes_while_the_screen_is_seen_is_no_absence(tmp_path: Path) -> None:
    async with desk() as d:
        with_looks(d, tmp_path)
        for _ in range(3):
            d.app.board.away.look(attended=True)
            d.feed.at += 2 * AWAY
        assert d.app.board.away.missed is None


async def test_a_missed_alarm_that_is_over_is_not_taken_for_the_one_in_force(tmp_path: Path) -> None:
    feed = overnight()
    feed.write("alarm", alarm("p4", "hr", "low", Priority.HIGH, value=35, limit=40, now=feed.at, episode=2).body())
    async with desk(feed=feed) as d:
        with_looks(d, tmp_path).save("Test", NOW)
        await tick(d)
        await d.press("v", "G")
        assert d.line("cover-words").count("Nakamura") == 2
        chosen = next(row for row in d.line("cover-words").split("\n") if "▌" in row)
        assert "Nakamura" in chosen and "over after 1 min" in chosen
        await d.press("a")
        assert "was HR 31 < 40 is over: nothing to acknowledge" in d.line("footer")
        await d.press("g", "a")
        assert "Acknowledge 02 Nakamura Y" in d.line("footer") and "HR 35 < 40" in d.line("footer")


async def test_it_looks_back_a_day_at_most(tmp_path: Path) -> None:
    async with desk(feed=overnight()) as d:
        with_looks(d, tmp_path).save("Test", NOW - 3 * FURTHEST)
        await tick(d)
        missed = d.app.board.away.missed
        assert missed is not None and (missed.start, missed.end) == (d.feed.at - FURTHEST, d.feed.at)


async def test_two_absences_in_a_row_are_told_together_until_they_were_looked_at(tmp_path: Path) -> None:
    async with desk(feed=overnight()) as d:
        with_looks(d, tmp_path).save("Test", NOW)
        await tick(d)
        away = d.app.board.away
        away.look(attended=False)
        d.feed.at += 10 * MINUTE
        d.feed.write("alarm", alarm("p7", "hr", "low", Priority.LOW, now=d.feed.at).body())
        d.news()
        away.look(attended=True)
        await d.settle()
        assert "(10:42–11:52): 3 alarms in 3 patients" in d.line("away")


async def test_the_last_look_is_noted_once_a_minute_and_at_the_end(tmp_path: Path) -> None:
    async with desk() as d:
        looks = with_looks(d, tmp_path)
        await tick(d)
        assert looks.load("Test") == NOW
        d.feed.at += MINUTE - 1_000
        await tick(d)
        assert looks.load("Test") == NOW
        d.feed.at += 1_000
        await tick(d)
        assert looks.load("Test") == NOW + MINUTE
        d.feed.at += 7_000
        await tick(d)
    assert looks.load("Test") == NOW + MINUTE + 7_000


async def test_a_log_that_cannot_be_read_is_told_too(tmp_path: Path) -> None:
    feed = overnight()

    def broken() -> None:
        raise OSError("no file")

    async with desk(feed=feed) as d:
        feed.another = broken  # type: ignore[method-assign,assignment]
        with_looks(d, tmp_path).save("Test", NOW)
        await tick(d)
        assert "the log cannot be read: unexpected OSError" in d.line("away")


async def test_a_recording_notes_nothing() -> None:
    feed = overnight()
    feed.player = Player(feed.at - 1000, feed.at, lambda: 0.0, at=feed.at)
    async with desk(feed=feed) as d:
        await tick(d)
        assert d.standing("away") == [] and d.app.board.away.missed is None


@pytest.mark.parametrize("width", [1, 10, 39, 60, 80, 120, 300])
def test_the_line_has_its_width(width: int) -> None:
    missed = Missed(NOW, NOW + 60 * MINUTE)
    for fault in ("", "The disk [/foo] is full."):
        assert away_line(missed, fault, "v", "UTC", width).cell_length == width
