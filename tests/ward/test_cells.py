"""Cells keep the lowest, the highest and the last value with its time, whatever the order of arrival."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.series import LEVELS, Series

HOUR = 3_600_000
BASE = 1_700_000_000_000 // (24 * HOUR) * 24 * HOUR
"""A midnight: every width divides it."""

Points = list[tuple[int, float]]
points = st.lists(
    st.tuples(st.integers(0, 2 * HOUR - 20_000), st.integers(20, 2_500).map(lambda n: n / 10)),
    min_size=1,
    max_size=80,
    unique_by=lambda point: point[0],
)


def filled(data: Points, limit: int = 10_000) -> Series:
    series = Series(limit)
    for at, value in data:
        series.put(BASE + at, value)
    return series


def expected(data: Points, start: int, width: int) -> Cell | None:
    inside = [(BASE + at, value) for at, value in sorted(data) if start <= BASE + at < start + width]
    if not inside:
        return None
    values = [value for _, value in inside]
    return Cell(min(values), max(values), inside[-1][1], inside[-1][0])


@given(points, st.sampled_from([10_000, 30_000, 60_000, 300_000, 900_000, 1_800_000, HOUR]), st.booleans())
def test_a_cell_is_what_was_measured_in_its_time(data: Points, width: int, in_order: bool) -> None:
    series = filled(sorted(data) if in_order else data)
    now = BASE + max(data)[0]
    cells = series.cells(BASE, width, 2 * HOUR // width, now)
    assert list(cells) == [expected(data, BASE + i * width, width) for i in range(2 * HOUR // width)]


@given(points, st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(data: Points, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = data.copy()
    random.shuffle(shuffled)
    now = BASE + 2 * HOUR
    for width in (10_000, 60_000, 900_000, HOUR):
        cells = [filled(some).cells(BASE, width, 2 * HOUR // width, now) for some in (data, shuffled)]
        assert cells[0] == cells[1]


def test_a_spot_value_keeps_its_time_for_as_long_as_hours_are_kept() -> None:
    series = filled([(hour * HOUR + 754_321, 100.0 + hour) for hour in range(50 * 24)])
    now = BASE + 50 * 24 * HOUR
    cells = series.cells(BASE, HOUR, 50 * 24, now)
    assert cells[17] == Cell(117, 117, 117, BASE + 17 * HOUR + 754_321)
    assert None not in cells


@pytest.mark.parametrize(
    ("age", "width"),
    [(0, 10_000), (2 * HOUR - 10_000, 10_000), (2 * HOUR + 10_000, 60_000), (23 * HOUR, 60_000),
     (25 * HOUR, 900_000), (6 * 24 * HOUR, 900_000), (8 * 24 * HOUR, HOUR), (80 * 24 * HOUR, HOUR)],
)  # fmt: skip
def test_the_finest_width_that_still_holds_a_time(age: int, width: int) -> None:
    now = BASE + 5_000
    assert Series(10_000).finest(now - age, now) == width


@pytest.mark.parametrize(("width", "cap"), LEVELS)
def test_what_the_finest_level_holds_is_there_in_its_width(width: int, cap: int) -> None:
    series = filled([(i * width + 5_000, float(i % 200)) for i in range(2 * cap)], limit=width)
    now = series.at
    start = (now // width - cap + 1) * width
    assert series.finest(start, now) <= width
    cells = series.cells(start, width, cap, now)
    assert [cell.at for cell in cells if cell] == [start + i * width + 5_000 for i in range(cap)]


def test_gaps_are_gaps_and_nothing_is_later_than_now() -> None:
    series = filled([(0, 80.0), (50_000, 90.0), (70_000, 95.0)])
    cells = series.cells(BASE, 10_000, 9, BASE + 65_000)
    assert [cell is None for cell in cells] == [False, True, True, True, True, False, True, True, True]
    assert series.cells(BASE, 10_000, 9, BASE + 75_000)[7] == Cell(95, 95, 95, BASE + 70_000)
    assert series.cells(BASE, 10_000, 3, BASE - 1) == (None, None, None)


def test_buckets_that_are_nobodys_multiple_are_refused() -> None:
    for start, width in ((BASE + 1, 10_000), (BASE, 15_000), (BASE, 0), (BASE, -10_000)):
        with pytest.raises(ValueError, match="multiples"):
            Series(10_000).cells(start, width, 3, BASE)


def test_a_width_that_no_reaching_level_divides_is_taken_from_the_one_that_does() -> None:
    """As seconds pass, the finest level reaches no more to where it did; the page that still asks for it goes on."""
    series = filled([(minute * 60_000, 80.0) for minute in range(300)])
    cells = series.cells(BASE, 10_000, 3, series.at)
    assert cells == (None, None, None)


@given(points)
def test_every_exact_reading_is_kept_in_order(data: Points) -> None:
    series = Series.of("glucose", 600_000)
    for at, value in data:
        series.put(BASE + at, value)
    assert series.raw is not None
    times, values = series.raw.between(BASE, BASE + 2 * HOUR)
    first: dict[int, tuple[int, float]] = {}
    for at, value in sorted(data):
        first.setdefault((BASE + at) // 10_000, (BASE + at, value))
    assert list(times) == [at for at, _ in first.values()]
    assert [round(value, 3) for value in values] == [value for _, value in first.values()]
    assert all(early < late for early, late in pairwise(times))


def test_readings_reach_back_15_days_and_no_farther() -> None:
    series = Series.of("glucose", 600_000)
    for step in range(20 * 288):
        series.put(BASE + step * 300_000, 100.0)
    assert series.raw is not None
    newest = series.at
    assert series.raw.times[0] == newest - 15 * 24 * HOUR
    series.put(newest - 16 * 24 * HOUR, 50.0)
    assert series.raw.times[0] == newest - 15 * 24 * HOUR
    times, _ = series.raw.between(newest - 300_000, newest)
    assert list(times) == [newest - 300_000, newest]
    assert Series.of("hr", 10_000).raw is None
