"""Round times under their columns, also when clocks change; ranges that move only for what lies beyond them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.limits import limits_for
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.charts.clock import axis_rows, ticks
from iomt_tui.tui.charts.scale import numbers, scale_of
from iomt_tui.ward.limit_stretches import Stretch
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.trends import Axis, Curve, Panel

BERLIN = ZoneInfo("Europe/Berlin")
SUMMER = int(datetime(2026, 3, 29, 0, 0, tzinfo=UTC).timestamp() * 1000)
"""An hour before Berlin's clocks go on to summer time."""


@given(st.integers(0, 400), st.integers(2, 60 * 24 * 60), st.integers(20, 200))
def test_labels_stand_where_their_time_is(hours: int, minutes: int, width: int) -> None:
    axis = Axis(SUMMER - hours * 3_600_000, minutes * 1_000, 60)
    found = list(ticks(axis, width, BERLIN))
    assert len({cell for cell, _ in found}) == len(found)
    for cell, at in found:
        ms = at.timestamp() * 1000
        assert axis.start <= ms and cell == int((ms - axis.start) * width // (axis.end - axis.start))
        assert at.second == 0
    line, labels = axis_rows(axis, width, BERLIN, ascii_only=False)
    assert len(line) == len(labels) == width


def test_clocks_that_change_skip_an_hour_on_the_axis() -> None:
    _, labels = axis_rows(Axis(SUMMER - 2 * 3_600_000, 3_600_000, 6), 120, BERLIN, ascii_only=True)
    assert "01:00" in labels and "03:00" in labels and "02:00" not in labels


def panel(key: str, *values: float) -> Panel:
    cells = tuple(Cell(value, value, value, n) for n, value in enumerate(values))
    limits = (Stretch(0, limits_for(1, False).get(key, ())),)
    return Panel(key, (Curve(key, Axis(0, 1, max(len(cells), 1)), cells, 1),), limits)


def test_the_range_is_that_of_the_vital_and_grows_for_what_lies_beyond() -> None:
    usual = scale_of([panel("spo2", 97, 88)])
    assert (usual.floor, usual.ceiling) == VITALS["spo2"].spark
    low = scale_of([panel("spo2", 97, 61)])
    assert low.floor <= 61 and low.ceiling == 100
    assert scale_of([panel("hr", 212)]).ceiling >= 212
    assert scale_of([panel("hr", 80), panel("hr", 212)]) == scale_of([panel("hr", 212)])


def test_limits_get_their_numbers_first() -> None:
    one = panel("hr", 80)
    shown = list(numbers(scale_of([one]), one.limits[-1].limits))
    assert set(shown[:4]) == {50, 120, 40, 140}
    assert {40.0, 160.0} <= set(shown)
