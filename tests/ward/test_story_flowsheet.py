"""The flowsheet: every value of a column, the worst one of them, and the limits that it is judged by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_story_observations import HOUR, MINUTE, NOW, TEN, WHOLE, Told

from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.flowsheet import Row, flowsheet_of


def row(cell: Cell | None, key: str = "hr", low: float | None = 50, high: float | None = 120) -> Row:
    return Row(key, low, high, (cell,))


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
    assert found == (worst, breach)
    assert row(Cell(low, high, 80, 0)).shown(0, worst=False) == (80, "")


def test_a_breach_that_the_last_value_does_not_show_is_told() -> None:
    assert row(Cell(45, 110, 80, 0)).hides(0) == "low" and row(Cell(60, 130, 80, 0)).hides(0) == "high"
    assert row(Cell(45, 110, 45, 0)).hides(0) == "" and row(None).hides(0) == ""


def test_without_limits_the_lower_saturation_is_the_worse_one() -> None:
    cell = Cell(93, 99, 97, 0)
    assert row(cell, "spo2", None, None).shown(0, worst=True) == (93, "")
    assert row(cell, "weight", None, None).shown(0, worst=True) == (97, "")
    assert row(Cell(0, 2, 0, 0), "acvpu", None, None).shown(0, worst=True) == (2, "")


@given(st.floats(20, 200), st.floats(20, 200), st.floats(0, 1), st.sampled_from([None, 50.0]),
       st.sampled_from([None, 120.0]))  # fmt: skip
def test_a_breach_is_never_hidden_by_the_worst_value(
    one: float, other: float, part: float, low: float | None, high: float | None
) -> None:
    least, most = sorted((one, other))
    own = row(Cell(least, most, least + (most - least) * part, 0), "hr", low, high)
    shown = own.shown(0, worst=True)
    assert shown is not None and shown.value in (least, most, own.cells[0].last)  # type: ignore[union-attr]
    if own.breach(least) or own.breach(most):
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
    assert rows["spo2"].shown(0, worst=True) == (84, "low") and rows["spo2"].hides(0) == "low"
    assert rows["hr"].shown(1, worst=False) == (140, "high")
    assert view.news2[0] is not None and view.news2[0].total == 3
    assert (view.start, view.end) == (TEN - HOUR, NOW)


def test_limits_are_those_in_force_for_the_patient_now() -> None:
    told = Told()
    told.read(TEN - 10 * MINUTE, **WHOLE)
    usual = next(one for one in flowsheet_of(told.ward(), "p", NOW, HOUR, 2).rows if one.key == "hr")
    limits = [{"priority": 2, "low": 75, "high": 100, "delay": 0, "off_delay": 0}]
    body = {"patient": "p", "vital": "hr", "limits": limits, "by": "Kim", "reason": "x", "since": NOW - HOUR}
    told.write("limits", body | {"until": None}, NOW - HOUR)
    own = next(one for one in flowsheet_of(told.ward(), "p", NOW, HOUR, 2).rows if one.key == "hr")
    assert (usual.low, usual.breach(70)) != (75, "low") and (own.low, own.high, own.breach(70)) == (75, 100, "low")


def test_what_was_never_measured_has_no_row() -> None:
    assert flowsheet_of(Told().ward(), "p", NOW, HOUR, 1).rows == ()
