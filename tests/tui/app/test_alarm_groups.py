"""The alarm page in a flood: fewer rows, the same alarms, and none acted on that is not listed."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
from board_desk import Desk, desk
from busy_ward import flooded_ward
from shown_ward import MINUTE, WrittenFeed, alarm, ward_app, write_ward

from iomt_tui.alarms.model import Priority
from iomt_tui.tui.alarm_list import Order, Section, arranged, gathered, read
from iomt_tui.tui.pages.alarms import AlarmPage
from iomt_tui.ward.fold import Ward


class Compare(Protocol):
    """pytest-textual-snapshot's fixture."""

    def __call__(self, app: Any, **how: Any) -> bool: ...


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_alarm_page_in_a_flood(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(flooded_ward()), terminal_size=size, press=["v", "j", "j", "j", "a"])


def page(d: Desk) -> AlarmPage:
    cover = d.app.board.cover
    assert isinstance(cover, AlarmPage)
    return cover


async def to_group(d: Desk) -> None:
    """Opens the page and chooses the row that nine alarms share: the third, after the HIGH ones."""
    await d.press("v", "j", "j", "j")
    assert page(d).selected in page(d)._groups


def test_five_hundred_alarms_are_at_most_a_row_a_patient_beside_the_high_ones() -> None:
    feed = write_ward(WrittenFeed())
    for number in range(500):
        one = alarm(f"p{number % 17}", f"k{number}", "high", Priority(1 + number % 2), value=9, limit=8, since=number)
        feed.write("alarm", one.body())
    ward = Ward()
    ward.apply(feed.entries)
    items = {item.id: item for item in read(ward, feed.at, None)[Section.FORCE]}
    rows, groups = gathered(arranged(items.values(), Order.URGENCY), items, ())
    high = [one for one in rows if one in items and items[one].high]
    assert list(rows[: len(high)]) == high and len(high) == 2
    assert len(rows) - len(high) <= 17
    refs = [items[one].alarm.ref for one in rows if one in items]
    refs += [told.ref for group in groups.values() for told in group.alarms]
    assert sorted(refs) == sorted(item.alarm.ref for item in items.values())


async def test_a_row_of_several_says_how_many_and_the_counts_stay() -> None:
    async with desk((120, 40), flooded_ward()) as d:
        await d.press("v")
        assert "12 Lindqvist A: 9 alarms (5 medium, 4 low), newest Gluc 157 > 140" in d.line("cover-words")
        assert "[in force 18]" in d.line("head")
        assert page(d).hidden() == (0, False)
        d.feed.at += 11 * MINUTE
        d.app.board.tick()
        assert "9 alarms" not in d.line("cover-words") and d.line("cover-words").count("Lindqvist") == 9


async def test_enter_shows_each_and_escape_gathers_them_again() -> None:
    async with desk((120, 40), flooded_ward()) as d:
        await to_group(d)
        await d.press("enter")
        assert d.line("cover-words").count("Lindqvist") == 9
        await d.press("escape")
        assert d.line("cover-words").count("Lindqvist") == 1 and page(d)
        await d.press("o")
        assert "newest first" in d.line("head") and d.line("cover-words").count("Lindqvist") == 9


async def test_acknowledging_the_row_takes_what_the_question_lists_and_nothing_else() -> None:
    feed = flooded_ward()
    feed.write("alarm", alarm("p1", "map", "low", Priority.HIGH, value=50, limit=60, since=MINUTE).body())
    async with desk((120, 60), feed) as d:
        await d.press("v", "j", "j", "j", "j")
        assert "9 more alarms" in d.line("cover-words"), "its high one stands by itself"
        await d.press("a")
        assert "Acknowledge these 8 of 9 of 12 Lindqvist A?" in d.line("footer")
        listed = d.line("ask")
        await d.press("enter")
        await d.settle()
        assert len(d.feed.done) == 8 == listed.count("   · ")
        assert ["p1", "map", "low", 1, 1] not in [act["ref"] for act in d.feed.done]
