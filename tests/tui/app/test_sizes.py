"""Every size: no exception, and a high alarm or its count in sight (SAFETY H18)."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from board_desk import Desk, desk
from shown_ward import WrittenFeed, write_ward

from iomt_tui.alarms.model import Priority
from iomt_tui.log.player import Player
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.widgets.header import HeaderState, header_line
from iomt_tui.tui.widgets.strip import StripState, strip_line
from iomt_tui.tui.widgets.tiny import tiny
from iomt_tui.ward.fold import Ward


def screen_text(d: Desk) -> list[str]:
    """The lines of the screen as drawn."""
    width, height = d.app.size
    rows = d.app.screen._compositor.render_strips()
    return [strip.text for strip in rows[:height]] if width else []


DESIGNED = [(80, 24), (120, 40), (200, 60), (300, 100), (140, 30), (139, 30), (40, 10), (39, 10), (40, 9), (20, 5)]
SMALL = [(1, 1), (2, 1), (1, 5), (3, 2), (7, 3), (12, 1), (300, 1), (1, 100)]


@pytest.mark.parametrize("state", ["live", "replay", "silent"])
async def test_every_size_shows_high_alarms_or_their_count(state: str) -> None:
    feed = write_ward(WrittenFeed())
    if state == "replay":
        feed.player = Player(feed.at - 1000, feed.at, lambda: 0.0, at=feed.at)
    feed.silence = 9.0 if state == "silent" else 0.0
    sizes = random.Random(state).sample([(w, h) for w in range(1, 301) for h in range(1, 101)], 20)
    async with desk(feed=feed) as d:
        for size in [*DESIGNED, *SMALL, *sizes]:
            await d.resize(*size)
            rows = screen_text(d)
            assert len(rows) == size[1]
            shown = "\n".join(rows)
            if state == "silent":
                assert size[0] < 8 or "NOT MON" in shown, size
            else:
                assert "2" in shown or "!!!" in shown, size
            if size[0] >= 40 and size[1] >= 10:
                assert "DEMO" in rows[0] and ("2 high" in rows[0] or "2!!!" in rows[0]), size
                assert "SpO2 84 < 90" in rows[1], size


HIGH = re.compile(r"2 ?(?:high|!!!)|!! ?2|!!!|2 HIGH", re.IGNORECASE)


@pytest.mark.parametrize("number", [60, pytest.param(500, marks=pytest.mark.nightly)])
async def test_at_every_size_high_alarms_or_their_number_can_be_read(number: int) -> None:
    """SAFETY H18: 1x1 to 250x60, on the board and beside whatever covers it."""
    sizes = random.Random(18).sample([(w, h) for w in range(1, 251) for h in range(1, 61)], number)
    async with desk() as d:
        for turn, size in enumerate(sizes):
            await d.resize(*size)
            shown = "\n".join(screen_text(d))
            assert HIGH.search(shown) or (size[0] < 4 and "2" in shown), (size, shown)
            if turn % 5 == 4:
                await d.press(("t", "question_mark", "escape", "t", "slash", "escape")[turn // 5 % 6])


@pytest.mark.parametrize("key", ["question_mark", "t", "slash", "a", "enter"])
async def test_every_page_survives_every_size(key: str) -> None:
    sizes = random.Random(key).sample([(w, h) for w in range(1, 301) for h in range(1, 101)], 3)
    async with desk() as d:
        await d.press("j", key)
        for size in [*DESIGNED[:3], *SMALL[:3], *sizes]:
            await d.resize(*size)
            assert len(screen_text(d)) == size[1]
        await d.press("k", "escape", "escape", "escape")


def _ward() -> tuple[Ward, int]:
    feed = write_ward(WrittenFeed())
    ward = Ward()
    ward.apply(feed.entries)
    return ward, feed.at


def test_lines_have_exactly_the_width_asked_for() -> None:
    ward, now = _ward()
    view = ward.view("p0", now)
    for width in range(1, 301):
        state = HeaderState(ward.header(now), now, "by bed", "home", 5, 2, 3, 4, True)
        assert header_line(state, width).cell_length == width
        strip = StripState(view, view.top_alarm, now, "UTC", "a", 5)
        assert strip_line(strip, Measures(), width).cell_length == width


def test_the_header_keeps_time_counts_and_watermark_to_the_last() -> None:
    ward, now = _ward()
    for width in range(40, 301):
        line = header_line(HeaderState(ward.header(now), now, "by bed", "home", 5, 2, 3, 4, True), width).plain
        assert "10:42:07" in line and "DEMO" in line
        assert "2 high" in line or "2!!!" in line


def test_a_hidden_high_alarm_is_told_on_80_columns_however_many_alarms_there_are() -> None:
    ward, now = _ward()
    header = replace(ward.header(now), counts={Priority.HIGH: 13, Priority.MEDIUM: 13, Priority.LOW: 1}, technical=4)
    hidden = HeaderState(header, now, waiting=2, hidden=3, hidden_high=True)
    assert "3 hidden, HIGH" in header_line(hidden, 80).plain
    assert "3 out of sight, a HIGH alarm among them" in header_line(hidden, 140).plain
    assert "hidden" not in header_line(replace(hidden, hidden=0), 80).plain


def test_the_header_counts_alarms_that_nobody_could_be_told_of() -> None:
    ward, now = _ward()
    lost = replace(ward.header(now), undelivered=2)
    for width in (120, 200):
        assert "2 NOT DELIVERED" in header_line(HeaderState(lost, now), width).plain
    assert "NOT DELIVERED" not in header_line(HeaderState(ward.header(now), now), 200).plain


def test_the_watermark_stays_beside_not_monitoring() -> None:
    ward, now = _ward()
    for width in (20, 30, 38):
        row = tiny(ward.header(now), [], Measures(), width, 4, "NOT MONITORING", "")[0].plain
        assert row.startswith("NOT MONITORING DEMO")


def test_the_smallest_screens_show_counts_then_the_worst() -> None:
    ward, now = _ward()
    worst = [ward.view(patient, now) for patient in ("p0", "p9", "p1")]
    for width in range(1, 41):
        for height in range(1, 12):
            rows = [row.plain for row in tiny(ward.header(now), worst, Measures(), width, height, "", "")]
            assert len(rows) == height
            assert "2" in rows[0]
    rows = [row.plain for row in tiny(ward.header(now), worst, Measures(), 38, 4, "", "")]
    assert rows[0].startswith("DEMO !! 2 HIGH – enlarge")
    assert rows[1].startswith("!!! 07 SpO2 84 < 90")
    assert tiny(ward.header(now), worst, Measures(), 38, 4, "NOT MONITORING", "")[0].plain.startswith("NOT MONITORING")
