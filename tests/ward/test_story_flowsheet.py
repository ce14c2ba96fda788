"""The flowsheet: every value of a column, the worst one of them, and the limits that it is judged by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_story_observations import HOUR, MINUTE, NOW, TEN, WHOLE, Told

from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.columns import Span
from iomt_tui.ward.story.flowsheet import Row, flowsheet_of
from iomt_tui.ward.story.judged import Piece, Reach


def row(cell: Cell | None, key: str = "hr", low: float | None = 50, high: float | None = 120) -> Row:
    reach = Reach(0, low, high)
    return Row(key, (reach,), (cell,), (() if cell is None else (Piece(cell, reach),),))


@pytest.mark.parametrize(
    ("low", "high", "worst", "breach"),
    [
        (45, 110, 45, "low"), (60, 130, 130, "high"), (45, 122, 45, "low"), (49, 140, 140, "high"),
        (60, 118, 118, ""), (53, 100, 53, ""), (49.6, 100, 49.6, ""),
    ],
)  # fmt: skip
def test_the_worst_value_is_furthest_outside_of_the_limits_or_nearest_to_one(
    low: float, high: float, worst: float, breach: str
) -> None:
    found = row(Cell(low, high, 80, 0)).shown(0, worst=True)
    assert found == (worst, breach, {"low": 50, "high": 120}.get(breach))
    assert row(Cell(low, high, 80, 0)).shown(0, worst=False) == (80, "", None)


def test_a_breach_that_the_last_value_does_not_show_is_told() -> None:
    assert row(Cell(45, 110, 80, 0)).hides(0) == "low" and row(Cell(60, 130, 80, 0)).hides(0) == "high"
    assert row(Cell(45, 110, 45, 0)).hides(0) == "" and row(None).hides(0) == ""


def test_without_limits_the_lower_saturation_is_the_worse_one() -> None:
    cell = Cell(93, 99, 97, 0)
    assert row(cell, "spo2", None, None).shown(0, worst=True) == (93, "", None)
    assert row(cell, "weight", None, None).shown(0, worst=True) == (97, "", None)
    assert row(Cell(0, 2, 0, 0), "acvpu", None, None).shown(0, worst=True) == (2, "", None)


@given(st.floats(20, 200), st.floats(20, 200), st.floats(0, 1), st.sampled_from([None, 50.0]),
       st.sampled_from([None, 120.0]))  # fmt: skip
def test_a_breach_is_never_hidden_by_the_worst_value(
    one: float, other: float, part: float, low: float | None, high: float | None
) -> None:
    least, most = sorted((one, other))
    own = row(Cell(least, most, least + (most - least) * part, 0), "hr", low, high)
    shown = own.shown(0, worst=True)
    assert shown is not None and shown.value in (least, most, own.cells[0].last)  # type: ignore[union-attr]
    if own.held[0].breach("hr", least) or own.held[0].breach("hr", most):
        assert shown.breach


def test_the_sheet_of_a_patient() -> None:
    told = Told()
    told.read(TEN - 30 * MINUTE, **{**WHOLE, "spo2": 84})
    told.read(TEN - 10 * MINUTE, **WHOLE)
    told.read(NOW - 1_000, hr=140)
    view = flowsheet_of(told.ward(), "p", NOW, HOUR, 2)
    rows = {one.key: one for one in view.rows}
    assert list(rows) == ["hr", "spo2", "rr", "nibp_sys", "nibp_dia", "temp", "acvpu", "o2_flow"]
    assert rows["spo2"].cells == (Cell(84, 97, 97, TEN - 10 * MINUTE), None)
    assert rows["spo2"].shown(0, worst=True) == (84, "low", 90) and rows["spo2"].hides(0) == "low"
    assert rows["hr"].shown(1, worst=False) == (140, "high", 120)
    assert view.news2[0] is not None and view.news2[0].total == 3
    assert (view.start, view.end) == (TEN - HOUR, NOW)


def limits(told: Told, at: int, low: float, high: float, until: int | None = None, patient: str = "p") -> None:
    rows = [{"priority": 2 if patient else 3, "low": low, "high": high, "delay": 0, "off_delay": 0}]
    body = {"patient": patient, "vital": "hr", "limits": rows, "by": "Kim", "reason": "x", "since": at, "until": until}
    told.write("limits", body, at)


def heart(told: Told, interval: int, count: int, now: int = NOW) -> Row:
    return next(one for one in flowsheet_of(told.ward(), "p", now, interval, count).rows if one.key == "hr")


def test_a_column_is_judged_by_the_limits_of_its_time() -> None:
    told = Told()
    for at in (TEN - 90 * MINUTE, TEN - 30 * MINUTE, TEN + 10 * MINUTE):
        told.read(at, hr=110)
    limits(told, TEN - HOUR, 50, 100)
    limits(told, TEN, 50, 115)
    own = heart(told, HOUR, 3)
    assert [own.shown(n, worst=True) for n in range(3)] == [(110, "", None), (110, "high", 100), (110, "", None)]
    assert [own.shown(n, worst=False) for n in range(3)] == [(110, "", None), (110, "high", 100), (110, "", None)]
    assert (own.low, own.high) == (50, 115)
    assert [one.high for one in own.held] == [120, 100, 115]
    then = heart(told, HOUR, 2, TEN - 20 * MINUTE)
    assert then.high == 100 and [then.shown(n, worst=True) for n in (0, 1)] == [(110, "", None), (110, "high", 100)]


def test_a_column_in_which_limits_were_changed_is_judged_part_by_part() -> None:
    """140 at a quarter past eight, 125 at half past nine; from nine on the limit is 130, and before it was 150."""
    told = Told()
    limits(told, TEN - 3 * HOUR, 50, 150)
    told.read(TEN - 105 * MINUTE, hr=140)
    told.read(TEN - 104 * MINUTE, hr=80)
    limits(told, TEN - HOUR, 50, 130)
    told.read(TEN - 30 * MINUTE, hr=125)
    told.read(TEN - 29 * MINUTE, hr=81)
    own = heart(told, 2 * HOUR, 2)
    assert own.cells[0] == Cell(80, 140, 81, TEN - 29 * MINUTE)
    assert own.shown(0, worst=True) == (125, "", None) and own.hides(0) == ""
    limits(told, TEN - HOUR + 1, 50, 120)
    own = heart(told, 2 * HOUR, 2)
    assert own.shown(0, worst=True) == (125, "high", 120) and own.hides(0) == "high"
    assert own.shown(0, worst=False) == (81, "", None)


def test_a_breach_by_earlier_limits_is_not_forgotten() -> None:
    told = Told()
    limits(told, TEN - 5 * HOUR, 50, 100)
    for minute in range(0, 120, 5):
        told.read(TEN - 2 * HOUR + minute * MINUTE, hr=110)
    limits(told, TEN - HOUR, 50, 130)
    own = heart(told, 2 * HOUR, 2)
    assert own.shown(0, worst=True) == (110, "high", 100) and own.hides(0) == "high"
    assert own.shown(0, worst=False) == (110, "", None)
    assert [one.high for one in own.changed(Span(TEN - 2 * HOUR, TEN))] == [130]


def test_a_time_that_is_over_and_the_wards_limits_are_changes_too() -> None:
    told = Told()
    limits(told, TEN - 3 * HOUR, 50, 105, patient="")
    limits(told, TEN - 2 * HOUR, 50, 115, until=TEN - HOUR)
    for hours in (4, 3, 2, 1):
        told.read(TEN - hours * HOUR + MINUTE, hr=110)
    own = heart(told, HOUR, 5)
    assert [one.high for one in own.held] == [120, 105, 115, 105]
    assert [shown and shown.breach for shown in (own.shown(n, worst=True) for n in range(5))] == [
        "", "high", "", "high", None,
    ]  # fmt: skip


@given(
    st.dictionaries(st.integers(1, 239), st.sampled_from([90.0, 100, 115, 130]), max_size=4),
    st.dictionaries(st.integers(0, 239), st.integers(80, 140), min_size=1, max_size=12),
    st.sampled_from([15, 60, 120, 240]),
)
def test_a_value_in_a_minute_without_a_change_is_judged_as_it_was_then(
    changes: dict[int, float], values: dict[int, int], minutes: int
) -> None:
    """Against every value one by one: a column shows a breach if and only if one of its values was one."""
    begin = TEN - 2 * HOUR
    told = Told()
    for minute, high in changes.items():
        limits(told, begin + minute * MINUTE, 50, high)
    for minute, value in values.items():
        told.read(begin + minute * MINUTE + 1_000, hr=value)
    own = heart(told, minutes * MINUTE, 240 // minutes, begin + 4 * HOUR - 1)
    for number in range(240 // minutes):
        inside = [(minute, value) for minute, value in values.items() if minute // minutes == number]
        beyond = [
            value for minute, value in inside
            if value > next((high for at, high in sorted(changes.items(), reverse=True) if at <= minute), 120)
        ]  # fmt: skip
        shown = own.shown(number, worst=True)
        assert (shown is not None) == bool(inside)
        assert (shown is not None and shown.breach == "high") == bool(beyond)
        assert not beyond or (shown is not None and shown.value in beyond)


@pytest.mark.parametrize(("second", "breach"), [(10, ""), (50, "high")])
def test_values_of_the_minute_of_a_change_count_to_its_nearer_side(second: int, breach: str) -> None:
    told = Told()
    limits(told, TEN - 2 * HOUR, 50, 100)
    told.read(TEN - 30 * MINUTE + 5_000, hr=110)
    limits(told, TEN - 30 * MINUTE + second * 1_000, 50, 150)
    told.read(TEN - 30 * MINUTE + 55_000, hr=80)
    found = heart(told, HOUR, 2).shown(0, worst=True)
    assert found is not None and found.breach == breach


@pytest.mark.parametrize(("measured", "change", "breach"), [(40, 35, "high"), (10, 20, "")])
def test_of_a_single_value_it_is_known_which_limits_held(measured: int, change: int, breach: str) -> None:
    """Nine days ago hours are all that is kept, but the time of one value in an hour is known."""
    told, hour = Told(), TEN - 217 * HOUR
    told.entries[0] = told.entries[0]._replace(at=NOW - 240 * HOUR)
    limits(told, hour + change * MINUTE, 50, 100)
    told.read(hour + measured * MINUTE, hr=110)
    told.read(NOW - MINUTE, hr=80)
    own = heart(told, HOUR, 219)
    (number,) = (n for n, cell in enumerate(own.cells) if cell is not None and cell.high == 110)
    found = own.shown(number, worst=True)
    assert found is not None and found.breach == breach


def test_where_only_hours_are_kept_a_column_is_cut_between_them() -> None:
    told, day = Told(), 24 * HOUR
    told.entries[0] = told.entries[0]._replace(at=NOW - 40 * day)
    begin = (NOW - 30 * day) // day * day
    told.read(begin + 5 * HOUR + MINUTE, hr=125)
    told.read(begin + 5 * HOUR + 2 * MINUTE, hr=80)
    limits(told, begin + 6 * HOUR + 20 * MINUTE, 50, 150)
    told.read(begin + 7 * HOUR + MINUTE, hr=145)
    told.read(begin + 7 * HOUR + 2 * MINUTE, hr=80)
    told.read(NOW - MINUTE, hr=80)
    own = heart(told, day, 31)
    assert own.cells[0] == Cell(80, 145, 80, begin + 7 * HOUR + 2 * MINUTE)
    assert own.shown(0, worst=True) == (125, "high", 120)


def test_where_a_zone_has_half_hours_a_column_of_long_ago_stays_whole() -> None:
    told, day = Told(), 24 * HOUR
    told.write("ward", {"name": "W", "source": "t", "tz": "Asia/Kolkata"}, NOW - 40 * day)
    begin = NOW // day * day - 30 * day - 330 * MINUTE
    told.read(begin + 5 * HOUR + MINUTE, hr=125)
    told.read(begin + 5 * HOUR + 2 * MINUTE, hr=80)
    limits(told, begin + 6 * HOUR, 50, 150)
    told.read(NOW - MINUTE, hr=80)
    view = flowsheet_of(told.ward(), "p", NOW, day, 31)
    own = next(one for one in view.rows if one.key == "hr")
    number = next(n for n, column in enumerate(view.columns) if column.begins == begin)
    assert own.cells[number] is not None and own.shown(number, worst=True) == (125, "", None)


def test_what_was_never_measured_has_no_row() -> None:
    assert flowsheet_of(Told().ward(), "p", NOW, HOUR, 1).rows == ()
