"""Dots of curves: every lowest and highest value is drawn, a gap stays a gap, a bar reaches from lower to upper."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.tui.charts.plot import DOTS
from iomt_tui.tui.charts.raster import Ground, dots, placed
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.trends import Axis, Curve

WIDTH = 60_000


def ground(buckets: int, columns: int, rows: int = 20) -> Ground:
    return Ground(Axis(0, WIDTH, buckets), columns, 40.0, 160.0, rows)


def curve(values: list[tuple[float, float] | None], joins: int = WIDTH, key: str = "hr") -> Curve:
    cells = tuple(
        None if value is None else Cell(min(value), max(value), value[1], n * WIDTH + 30_000)
        for n, value in enumerate(values)
    )
    return Curve(key, Axis(0, WIDTH, len(cells)), cells, joins)


numbers = st.floats(30, 200, allow_nan=False, width=32)
buckets = st.lists(st.none() | st.tuples(numbers, numbers), min_size=1, max_size=80)


@given(buckets, st.integers(2, 60), st.integers(2, 40))
def test_every_extreme_is_drawn(values: list[tuple[float, float] | None], columns: int, rows: int) -> None:
    field, line = ground(len(values), columns, rows), curve(values)
    drawn = dots([line], field, DOTS)
    for _, at, cell in placed(line):
        column = at * columns // (WIDTH * len(values))
        assert drawn[column] >> field.row(cell.low) & 1
        assert drawn[column] >> field.row(cell.high) & 1


@given(buckets, st.integers(2, 60))
def test_nothing_is_drawn_beyond_what_was_measured(values: list[tuple[float, float] | None], columns: int) -> None:
    field, line = ground(len(values), columns), curve(values)
    known = [cell for _, cell in line.known()]
    lowest = min((field.row(cell.low) for cell in known), default=0)
    highest = max((field.row(cell.high) for cell in known), default=0)
    for column in dots([line], field, DOTS):
        assert not column or lowest <= (column & -column).bit_length() - 1 <= column.bit_length() - 1 <= highest


def test_a_gap_stays_a_gap_and_neighbours_are_joined() -> None:
    field = ground(10, 40)
    drawn = dots([curve([(80, 80), (80, 80), None, None, None, None, (80, 80), (90, 90), None, None])], field, DOTS)
    filled = [x for x, column in enumerate(drawn) if column]
    assert filled == [*range(2, 7), *range(26, 31)]


def test_values_that_are_measured_now_and_then_are_joined_over_their_own_interval() -> None:
    spot = [(37.0 * 2, 74.0) if n in (0, 4) else None for n in range(6)]
    apart, together = curve(spot, joins=3 * WIDTH), curve(spot, joins=4 * WIDTH)
    assert sum(map(bool, dots([apart], ground(6, 12), DOTS))) == 2
    assert sum(map(bool, dots([together], ground(6, 12), DOTS))) == 9


def test_values_that_come_by_the_minute_are_joined_and_a_dropout_is_not() -> None:
    second, begin = 1_000, 1_773_571_320_000
    values = {0: 80.0, 60: 80.0, 120: 80.0, 180: 80.0, 190: 80.0, 200: 80.0, 210: 80.0, 260: 80.0, 270: 80.0}
    cells = tuple(
        Cell(values[n * 10], values[n * 10], values[n * 10], begin + n * 10 * second) if n * 10 in values else None
        for n in range(30)
    )
    line = Curve("hr", Axis(begin, 10 * second, 30), cells, 10 * second)
    drawn = dots([line], Ground(line.axis, 30, 40.0, 160.0, 20), DOTS)
    assert [x for x, column in enumerate(drawn) if column] == [0, *range(6, 22), 26, 27]


def test_a_pressure_is_a_bar_one_cell_wide() -> None:
    upper, lower = curve([None, (120, 120), None]), curve([None, (70, 70), None])
    field = ground(3, 12)
    drawn = dots([upper, lower], field, DOTS)
    bar = (2 << field.row(120)) - (1 << field.row(70))
    assert drawn == [0, 0, 0, 0, 0, 0, bar, bar, 0, 0, 0, 0]
