"""The medication chart's parts by themselves: cells, bars, the clock above them, hold parameters, the calendar."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.medication.adherence import Day, DayState
from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.lists import Cell, ChartRow
from iomt_tui.clinical.medication.needed import drip
from iomt_tui.clinical.medication.order import HoldIf, Order
from iomt_tui.clinical.medication.patterns import Pattern
from iomt_tui.clinical.medication.status import LOOKS, Status
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.medication.adherence_lines import refill_words, run_words
from iomt_tui.tui.medication.beside import hold_words
from iomt_tui.tui.medication.calendar_lines import calendar_lines
from iomt_tui.tui.medication.grid import Hours, Track, heading, loose, track
from iomt_tui.tui.medication.marks import INK, legend, moment, sign
from iomt_tui.ward.view import Freshness, VitalView

HOUR = 3_600_000
START = 1_773_532_800_000  # Sunday 15 March 2026, 00:00 UTC
NOW = START + 10 * HOUR + 1
HOURS = Hours(START, 12, 4, NOW, UTC)


def test_each_status_has_a_glyph_a_word_and_a_style_of_its_own() -> None:
    assert set(INK) == set(Status)
    for ascii_only in (False, True):
        signs = [sign(status, ascii_only=ascii_only) for status in Status]
        assert len({cell for cell, _, _ in signs}) == len({words for _, words, _ in signs}) == len(Status)
    assert INK[Status.FUTURE] != INK[Status.MISSED] and "reverse" in INK[Status.MISSED]


_PUT = st.tuples(st.integers(-2 * 60, 14 * 60), st.sampled_from(list(Status)), st.booleans())


@given(st.lists(_PUT, max_size=30), st.integers(2, 6), st.booleans(), st.none() | st.integers(0, 11))
def test_a_line_keeps_its_width_and_shows_every_dose_or_says_that_there_are_more(
    doses: list[tuple[int, Status, bool]], cells: int, ascii_only: bool, chosen: int | None
) -> None:
    line = Track(HOURS._replace(cells=cells), ascii_only)
    for minute, status, corrected in doses:
        line.put(START + minute * 60_000, status, corrected=corrected)
    text = line.content(chosen).plain
    assert len(text) == line.content(chosen).cell_length == 12 * cells
    for hour in range(12):
        own = [status for minute, status, _ in doses if minute // 60 == hour]
        part = text[hour * cells : (hour + 1) * cells]
        for status in own:
            look = LOOKS[status]
            assert (look.ascii if ascii_only else look.glyph) in part or "+" in part
        if not own:
            assert not part.strip(" │|")


def test_a_dose_stands_at_its_minute_and_two_of_one_time_stand_side_by_side() -> None:
    line = Track(HOURS, ascii_only=False)
    line.put(START + 2 * HOUR + HOUR // 2, Status.GIVEN)
    line.put(START + 2 * HOUR + HOUR // 2, Status.REFUSED)
    assert line.content(None).plain[8:12] == "  ✓⊘"


def test_the_present_moment_never_hides_a_dose() -> None:
    line = Track(HOURS, ascii_only=False)
    assert line.content(None).plain[40] == "│"
    line.put(START + 10 * HOUR, Status.DUE)
    assert line.content(None).plain[40] == "◉"


def _order(schedule: dict[str, Any], **other: Any) -> Order:
    return Order.from_body({
        "id": "o", "patient": "p", "drug": {"name": "X"}, "dose": {"value": 1, "unit": "mg"}, "schedule": schedule,
        "start": START} | other)  # fmt: skip


def _record(name: str, at: int, what: str = "given", **other: Any) -> Administration:
    body = {"id": name, "patient": "p", "order": "o", "due": None, "what": what, "at": at, "by": "KIM"} | other
    return Administration.from_body(body, at)


def _bar(*records: Administration, hours: float | None = None) -> str:
    order = _order({"kind": "infusion", "rate": {"value": 8, "unit": "mL/h"}, "hours": hours})
    row = ChartRow(order, (Cell((), ()),) * 12)
    return track(row, HOURS, drip(order, records), ascii_only=False).content(None).plain


def test_a_bar_runs_until_now_and_what_is_planned_looks_otherwise() -> None:
    start = _record("a", START + 2 * HOUR, status="in-progress")
    assert _bar(start) == " " * 8 + "┣8 mL/h" + "━" * 25 + "┄" * 8
    assert _bar(start, hours=9).rstrip() == " " * 8 + "┣8 mL/h" + "━" * 25 + "┄" * 4
    assert _bar(start, hours=4).rstrip(" │").rstrip() == " " * 8 + "┣8 mL/h" + "━" * 9, "no more than it was to last"
    stop = _record("b", START + 5 * HOUR, status="stopped", dose={"value": 0, "unit": "mL/h"})
    assert _bar(start, stop).replace("│", "").rstrip() == " " * 8 + "┣8 mL/h" + "━" * 5 + "■"


def test_a_record_that_was_taken_back_reads_so() -> None:
    wrong, effect = _record("a", START), _record("e", START + 9, "effect", replaces="b")
    records = [wrong, _record("b", START + 5), _record("x", START + 6, "error", replaces="a"), effect]
    found = loose(Cell((), tuple(records)), records)
    assert [(r.id, status) for r, status in found] == [("a", Status.ENTERED_IN_ERROR), ("b", Status.GIVEN)]


def test_the_clock_above_is_the_wards_and_keeps_elapsed_hours_on_the_night_of_the_change() -> None:
    begins = 1_774_738_800_000  # Sunday 29 March 2026, 00:00 in Berlin; 02:00 does not exist
    hours = Hours(begins, 4, 4, begins + 2 * HOUR, ZoneInfo("Europe/Berlin"))
    days, labels = heading(hours, 3, 0, ascii_only=False)
    assert labels.plain.split() == ["00", "01", "03", "04"]
    assert days.plain.startswith("   Sun 29") and "▼now" in days.plain
    assert moment(begins, begins + 26 * HOUR, hours.zone) == "Sun 29 Mar 00:00"


def _vital(key: str, value: float | None, age: int | None, freshness: Freshness = Freshness.FRESH) -> VitalView:
    return VitalView(key, value, NOW, age, freshness)


@pytest.mark.parametrize(
    ("vital", "halted", "words"),
    [
        (_vital("pulse", 54.0, 2_000), False, "▼ HOLD? hold if Pulse < 60: now 54"),
        (_vital("pulse", 60.0, 2_000), False, "hold if Pulse < 60: now 60"),
        (_vital("hr", 72.0, 300_000), False, "hold if Pulse < 60: HR 72, 5 min ago"),
        (_vital("pulse", 54.0, 2_000), True, "? hold if Pulse < 60: last 54, 2 s ago, not live"),
        (_vital("pulse", 54.0, 5 * HOUR), False, "? hold if Pulse < 60: last 54, 5 h ago, not live"),
        (_vital("pulse", 90.0, 60_000, Freshness.EXPIRED), False, "? hold if Pulse < 60: last 90, 1 min ago, not live"),
        (None, False, "? hold if Pulse < 60: never measured"),
    ],
)
def test_a_hold_parameter_says_now_only_of_what_is_live(vital: VitalView | None, halted: bool, words: str) -> None:
    assert hold_words(HoldIf("pulse", 60.0, None), vital, Measures(), halted=halted)[0] == words


def test_consciousness_is_held_in_its_letters() -> None:
    drowsy = _vital("acvpu", 2.0, 1_000)
    assert hold_words(HoldIf("acvpu", None, 1.0), drowsy, Measures(), halted=False)[0].startswith("▲ HOLD?")
    assert "beyond C: now V" in hold_words(HoldIf("acvpu", None, 1.0), drowsy, Measures(), halted=False)[0]


def _days(first: date, count: int, state: DayState = DayState.ALL) -> list[Day]:
    return [Day(first.toordinal() + i, state, 1, 1) for i in range(count)]


@given(st.integers(0, 400), st.integers(1, 120), st.integers(10, 200))
def test_the_calendar_has_each_day_once_on_its_weekday_and_the_newest_weeks_have_room(
    offset: int, count: int, width: int
) -> None:
    first = date.fromordinal(date(2025, 12, 1).toordinal() + offset)
    lines = [line.plain for line in calendar_lines(_days(first, count), width)]
    assert len(lines) == 8 and {len(line) for line in lines} == {width}
    shown = sum(line.count("■A") for line in lines)
    assert shown == count or (shown < count and len(lines[1].rstrip()) > width - 7)
    last = (first.toordinal() + count - 2) % 7
    assert lines[1 + last].rstrip().endswith("■A") or width < 12


def test_a_day_of_which_some_was_only_reported_has_a_small_letter() -> None:
    days = [Day(date(2026, 3, 2).toordinal(), DayState.PART, 2, 1, 1, 0, 1)]
    assert calendar_lines(days, 20)[1].plain.rstrip() == " Mo ◧p"
    assert calendar_lines(days, 20, ascii_only=True)[1].plain.rstrip() == " Mo +p"


def test_runs_and_refills_without_anything_say_nothing() -> None:
    from iomt_tui.clinical.medication.adherence import Run

    assert refill_words([], 1, []) is None
    assert run_words(Run(2, START, START + HOUR), UTC) == "2 doses one after the other, Sun 15 Mar 00:00 to 01:00"
    assert Pattern("weekends", 9, 26, 3, 64, 0.001).words.startswith("misses more at weekends")


@given(st.integers(10, 120))
def test_a_legend_cuts_nothing_in_two(width: int) -> None:
    signs = [sign(status, ascii_only=False) for status in Status]
    for line in legend(signs, width, 20):
        assert line.cell_length == width
    whole = " ".join(line.plain for line in legend(signs, 40, 20))
    assert all(words in whole for _, words, _ in signs)
