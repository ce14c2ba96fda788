"""Series keep the newest value, every extreme, and do not care about the order of arrival."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.ward.rollup import SLACK, Rollup
from iomt_tui.ward.series import LEVELS, Series, bucket_width, worst

BASE = 1_700_000_000_000

points = st.lists(
    st.tuples(st.integers(0, 7_200_000), st.integers(20, 250).map(float)),
    min_size=1,
    max_size=60,
    unique_by=lambda p: p[0],
)


def filled(data: list[tuple[int, float]]) -> Series:
    series = Series(10_000)
    for at, value in data:
        series.put(BASE + at, value)
    return series


@given(points)
def test_newest_value_is_the_one_observed_last(data: list[tuple[int, float]]) -> None:
    series = filled(data)
    at, value = max(data)
    assert (series.at, series.value) == (BASE + at, value)


@given(points, st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(data: list[tuple[int, float]], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = data.copy()
    random.shuffle(shuffled)
    one, other = filled(data), filled(shuffled)
    for width in (10_000, 60_000, 600_000):
        start = BASE // width * width
        assert one.buckets(start, width, 12) == other.buckets(start, width, 12)


@given(points)
def test_a_duplicate_changes_nothing(data: list[tuple[int, float]]) -> None:
    once, twice = filled(data), filled(data + data)
    start = BASE // 10_000 * 10_000
    assert once.buckets(start, 10_000, 720) == twice.buckets(start, 10_000, 720)
    assert (once.at, once.value) == (twice.at, twice.value)


@given(points)
def test_no_extreme_is_lost_in_any_width(data: list[tuple[int, float]]) -> None:
    series = filled(data)
    for width, count in ((10_000, 721), (60_000, 121), (3_600_000, 3)):
        start = BASE // width * width
        known = worst(series.buckets(start, width, count))
        assert known == (min(v for _, v in data), max(v for _, v in data))


def test_gaps_are_gaps() -> None:
    series = filled([(0, 80.0), (50_000, 90.0)])
    start = BASE // 10_000 * 10_000
    assert [b is None for b in series.buckets(start, 10_000, 6)] == [False, True, True, True, True, False]


def test_a_rollup_keeps_no_more_than_its_cap() -> None:
    rollup = Rollup(1, 100)
    for index in (0, 50, 99, 150, 151, 10_000, 9_950):
        rollup.put(index, index, index, index)
        assert len(rollup.low) == len(rollup.high) == len(rollup.last) == len(rollup.offset) <= 100 + SLACK
    assert rollup.range(9_950, 10_000) == (9_950, 10_000)
    rollup.put(5, 1.0, 1.0, 1.0)  # older than what is kept
    assert rollup.range(0, 9_000) is None
    for index in range(10_001, 11_000):
        rollup.put(index, index, index, index)
        assert len(rollup.low) == len(rollup.high) == len(rollup.last) == len(rollup.offset) <= 100 + SLACK
        assert rollup.range(index - 99, index) == (9_950 if index < 10_050 else max(index - 99, 10_000), index)


def test_bucket_widths_are_multiples_of_what_is_kept() -> None:
    assert bucket_width(3_600_000, 12) == 300_000
    assert bucket_width(600_000, 12) == 50_000
    assert bucket_width(700_000, 12) == 60_000
    for window in (600_000, 3_600_000, 14_400_000, 86_400_000, 30 * 86_400_000):
        for cells in (8, 12, 30):
            width = bucket_width(window, cells)
            assert width * cells >= window
            assert any(width % ms == 0 for ms, _ in LEVELS)


@given(st.integers(0, 40 * 24 * 3_600_000), st.integers(20, 250).map(float))
def test_what_was_put_is_held_however_old(age: int, value: float) -> None:
    """Else each restart would write the weeks before into the log again: a server's past is loaded every time."""
    series = Series(10_000)
    for at in (BASE + 60_000, BASE - 23 * 3_600_000, BASE - age):
        series.put(at, value)
    assert series.holds(BASE - age, value)
    assert not series.holds(BASE - age, value + 1)
    assert not series.holds(BASE - age - 25 * 3_600_000, value)


@given(st.lists(st.tuples(st.integers(0, 30).map(lambda n: n * 1_000), st.integers(20, 250).map(float)), min_size=1))
def test_two_devices_at_one_instant_are_both_in_the_trend(data: list[tuple[int, float]]) -> None:
    series = filled(data)
    values = [value for _, value in data]
    assert worst(series.buckets(BASE // 60_000 * 60_000, 60_000, 2)) == (min(values), max(values))
