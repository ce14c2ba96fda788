"""The alarm page under keys: what is chosen is acted on, and rows do not move under the hand."""

from __future__ import annotations

import random

import pytest
from alarm_ward import write_alarms
from board_desk import Desk, desk
from shown_ward import NOW, WrittenFeed, alarm, write_ward
from test_sizes import DESIGNED, SMALL, screen_text

from iomt_tui.alarms.model import Priority
from iomt_tui.tui.alarm_list import Order, Section
from iomt_tui.tui.pages.alarm_history import AlarmHistoryPage
from iomt_tui.tui.pages.alarms import AlarmPage


def page(d: Desk) -> AlarmPage:
    found = d.app.board.cover
    assert isinstance(found, AlarmPage)
    return found


def rows(d: Desk) -> list[str]:
    return d.line("cover-words").split("\n")


@pytest.mark.parametrize("key", ["v", "f2"])
async def test_it_opens_and_closes_by_its_keys(key: str) -> None:
    async with desk(feed=write_alarms(WrittenFeed())) as d:
        await d.press(key)
        assert "[in force 12]" in d.line("head") and "1 paused · 2 shelved · 1 standby" in d.line("head")
        assert len(rows(d)) == 12
        await d.press(key)
        assert d.app.board.cover is None
        await d.press("v", "escape")
        assert d.app.board.cover is None and d.standing("head") == []


async def test_sections_and_orders_are_turned_by_keys() -> None:
    async with desk(feed=write_alarms(WrittenFeed())) as d:
        await d.press("v")
        for section in [*list(Section)[1:], Section.FORCE]:
            await d.press("l")
            assert page(d).section is section
        await d.press("h")
        assert page(d).section is Section.MISSED and "missed nothing" in rows(d)[0]
        await d.press("shift+tab")
        assert page(d).section is Section.RECENT and "Nakamura" in rows(d)[0] + rows(d)[1]
        assert "Of each condition the newest" in rows(d)[-1]
        await d.press("tab", "tab", "o")
        assert page(d).order is Order.TIME and "Rossi" in rows(d)[0]


async def test_what_is_chosen_is_acknowledged() -> None:
    async with desk(feed=write_alarms(WrittenFeed())) as d:
        await d.press("v", "j", "j", "j")
        assert "▌" in rows(d)[2] and "O'Brien" in rows(d)[2]
        await d.press("a")
        assert "Acknowledge 03 O'Brien S: was SpO2 86 < 88?" in d.line("footer")
        await d.press("enter")
        await d.settle()
        assert [act["ref"] for act in d.feed.done] == [["p5", "spo2", "low", 1, 1]]


async def test_without_a_choice_the_strips_alarm_is_meant() -> None:
    async with desk(feed=write_alarms(WrittenFeed())) as d:
        await d.press("j", "j", "j", "v", "a")
        assert "Acknowledge 07 Okafor N: SpO2 84 < 90?" in d.line("footer"), "not the board's row, which is not shown"


async def test_all_of_the_patient_shelf_pause_and_standby_follow_the_choice() -> None:
    async with desk(feed=write_alarms(WrittenFeed())) as d:
        await d.press("v", "j")
        for key, words in (
            ("s", "End the audio pause of 08 Rossi C?"),
            ("D", "Standby for 08 Rossi C"),
            ("H", "Shelve 08 Rossi C: HR"),
        ):
            await d.press(key)
            assert words in d.line("footer")
            await d.press("escape")
        page(d).selected = None
        await d.press("l", "l", "l", "j", "j", "H")
        assert "Take off the shelf 04 Kowalska M" in d.line("footer")
        await d.press("escape", "a")
        assert "is over: nothing to acknowledge" in d.line("footer")


async def test_an_alarm_must_have_been_shown_before_it_can_be_confirmed() -> None:
    async with desk(feed=write_alarms(WrittenFeed())) as d:
        await d.press("v", "j", "j", pause=0.3)
        d.hands.at += 5
        await d.press("j", "a", pause=0.21)
        await d.press("enter", pause=0.26)
        await d.settle()
        assert d.feed.done == []
        await d.press("enter")
        await d.settle()
        assert d.feed.done[0]["ref"] == ["p5", "spo2", "low", 1, 1]


async def test_a_new_alarm_never_slides_under_the_hand() -> None:
    async with desk(feed=write_alarms(WrittenFeed())) as d:
        await d.press("v", "j", "j")
        before = [row.split()[1] for row in rows(d)]
        chosen = page(d).selected
        d.feed.write("alarm", alarm("p3", "hr", "high", Priority.HIGH, value=190, limit=140, since=1_000).body())
        d.news()
        after = rows(d)
        assert "Hassan" in after[-1] and page(d).selected == chosen and "▌" in after[1]
        assert len(before) + 1 == len(after)
        d.hands.at += 11
        d.app.board.tick()
        assert "Hassan" in rows(d)[0], "once the hand is away the most urgent stands first"
        assert page(d).selected == chosen and "▌" in rows(d)[2]


async def test_a_choice_that_is_announced_anew_stays_and_must_be_seen_anew() -> None:
    async with desk(feed=write_alarms(WrittenFeed())) as d:
        await d.press("v", "j", "j")
        d.hands.at += 5
        worse = alarm("p0", "spo2", "low", Priority.HIGH, value=71, limit=90, rev=2)
        d.feed.write("alarm", worse.body())
        d.news()
        assert page(d).selected is not None
        await d.press("a", pause=0.3)
        await d.press("enter", pause=0.0)
        await d.settle()
        assert d.feed.done == []
        d.hands.at += 0.5
        await d.press("enter")
        await d.settle()
        assert d.feed.done[0]["ref"] == ["p0", "spo2", "low", 1, 2]


async def test_the_filter_is_typed_kept_and_cleared() -> None:
    async with desk(feed=write_alarms(WrittenFeed())) as d:
        await d.press("v", "slash", *"temp")
        assert d.line("footer").startswith(" Filter alarms: temp")
        assert "filter “temp”: 4 of 12, 3 kept for being high" in d.line("head")
        assert len(rows(d)) == 4 and sum("Ivanova" in row for row in rows(d)) == 1
        await d.press("enter", "escape")
        assert len(rows(d)) == 12, "escape clears it before it closes the page"
        await d.press("l", "slash", *"zzz", "enter")
        assert len(rows(d)) == 2 and page(d).query == "zzz"


async def test_the_history_of_a_patient_and_back_to_the_choice() -> None:
    async with desk(feed=write_alarms(WrittenFeed())) as d:
        await d.press("v", "j", "j", "enter")
        await d.settle()
        assert isinstance(d.app.board.cover, AlarmHistoryPage) and "07 Okafor N" in d.line("head")
        text = d.line("cover-words")
        assert "2026-03-15" in text and "announced, high" in text and "escalated, step 2" in text
        assert "taken by Kim after 7 min 00 s" in text
        taken = alarm("p0", "spo2", "low", Priority.HIGH, value=84, limit=90, state="acked")
        d.feed.write("alarm", taken.body())
        d.news()
        await d.settle()
        assert "taken by Kim after 1 min 14 s" in d.line("cover-words").split("\n")[1], "what is new comes first"
        await d.press("a")
        assert "is taken by Kim 10:41 already" in d.line("footer")
        await d.press("escape")
        assert page(d).selected is not None and any("▌" in row and "Okafor" in row for row in rows(d))
        await d.press("enter", "v")
        assert page(d).selected is not None


async def test_a_log_that_cannot_be_read_says_so() -> None:
    feed = write_alarms(WrittenFeed())

    def broken() -> None:
        raise OSError("no [/foo] file")

    async with desk(feed=feed) as d:
        feed.another = broken  # type: ignore[method-assign,assignment]
        await d.press("v", "j", "enter")
        await d.settle()
        assert "The log could not be read: unexpected OSError" in d.line("cover-words")


def flooded(number: int) -> WrittenFeed:
    feed = write_ward(WrittenFeed())
    draw = random.Random(7)
    for one in range(number):
        patient = f"f{one // 4}"
        feed.write("patient", {"id": patient, "bed": str(100 + one // 4), "family": f"Flood [/x{one}]", "given": "王"})
        feed.write("alarm", alarm(
            patient, ("hr", "spo2", "rr", "temp")[one % 4], "high", draw.choice(list(Priority)), value=190, limit=140,
            since=draw.randrange(600_000),
        ).body())  # fmt: skip
    return feed


async def test_five_hundred_alarms_at_once() -> None:
    async with desk((80, 24), feed=flooded(500)) as d:
        await d.press("v")
        assert "[all 506]" in d.line("head") and len(rows(d)) < 2 * 506, "a flood is gathered"
        await d.press("o")
        assert "[all 506]" in d.line("head") and len(rows(d)) == 2 * 506
        await d.press("G")
        assert "▌" in rows(d)[-1] and d.app.board.page.scroll_offset.y > 900
        header = d.app.board.session.header(NOW)
        assert sum(header.counts.values()) + header.technical == 506
        assert "hidden" in d.line("header") and "HIGH" in d.line("header")


async def test_every_size_still_shows_high_alarms_or_their_count() -> None:
    sizes = random.Random("alarms").sample([(w, h) for w in range(1, 301) for h in range(1, 101)], 6)
    async with desk(feed=write_alarms(WrittenFeed())) as d:
        await d.press("v", "j")
        for size in [*DESIGNED, *SMALL, *sizes]:
            await d.resize(*size)
            drawn = screen_text(d)
            assert len(drawn) == size[1]
            small = size[0] < 40 or size[1] < 10
            assert ("[" in "".join(drawn[2:4]) and not small) or small, size
            assert "3" in "\n".join(drawn) or "!!!" in "\n".join(drawn), size
            assert not small or page(d).aimed() is None, "what is not shown is not aimed at"
