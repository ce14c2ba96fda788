"""Columns of time: by the clock on the wall, without a hole, and nothing measured in one is lost or doubled."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.ward.series import Series
from iomt_tui.ward.story.columns import DAY, HOUR, INTERVALS, MINUTE, Span, before, kept_from, measured, spans

NOW = 1_773_571_327_000  # 2026-03-15 10:42:07 UTC
ZURICH, KATHMANDU = ZoneInfo("Europe/Zurich"), ZoneInfo("Asia/Kathmandu")
ZONES: list[tzinfo] = [UTC, ZURICH, KATHMANDU, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]


def wall(at: int, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC).astimezone(zone):%d %H:%M}"


@given(
    st.sampled_from(INTERVALS), st.integers(1_577_836_800_000, 1_893_456_000_000), st.integers(1, 30),
    st.sampled_from(ZONES),
)  # fmt: skip
def test_columns_follow_each_other_and_the_last_one_holds_the_time(
    interval: int, at: int, count: int, zone: tzinfo
) -> None:
    found = spans(interval, at, count, zone)
    assert len(found) == count and found[-1].holds(at)
    assert all(one.ends == other.begins for one, other in pairwise(found))
    assert all(abs(one.ends - one.begins - interval) <= (HOUR if interval > HOUR else 0) for one in found)


@given(st.sampled_from(INTERVALS), st.integers(1_577_836_800_000, 1_893_456_000_000), st.sampled_from(ZONES[:4]))
def test_columns_begin_at_even_times_of_the_ward(interval: int, at: int, zone: tzinfo) -> None:
    for column in spans(interval, at, 3, zone):
        begins = datetime.fromtimestamp(column.begins / 1000, UTC).astimezone(zone)
        minutes = begins.hour * 60 + begins.minute
        into_gap = interval > HOUR and minutes * MINUTE % interval == HOUR  # an edge that the clock jumps over
        assert minutes * MINUTE % interval == 0 or into_gap


def test_the_night_on_which_the_clock_is_put_forward_has_a_shorter_column() -> None:
    """29 March 2026, 02:00 becomes 03:00 in Zurich."""
    at = 1_774_778_400_000  # 12:00 CEST
    found = spans(4 * HOUR, at, 4, ZURICH)
    assert [wall(one.begins, ZURICH) for one in found] == ["29 00:00", "29 04:00", "29 08:00", "29 12:00"]
    assert [(one.ends - one.begins) // HOUR for one in found] == [3, 4, 4, 4]


def test_a_day_is_from_midnight_to_midnight() -> None:
    found = spans(DAY, 1_774_778_400_000, 3, ZURICH)
    assert [wall(one.begins, ZURICH) for one in found] == ["27 00:00", "28 00:00", "29 00:00"]
    assert [(one.ends - one.begins) // HOUR for one in found] == [24, 24, 23]


def test_an_hour_of_a_zone_with_odd_minutes_is_its_own_hour() -> None:
    assert {wall(one.begins, KATHMANDU)[-3:] for one in spans(HOUR, NOW, 5, KATHMANDU)} == {":00"}


points = st.lists(
    st.tuples(st.integers(0, 20 * 60), st.integers(20, 250).map(float)),
    min_size=1,
    max_size=40,
    unique_by=lambda p: p[0],
)


def filled(data: list[tuple[int, float]]) -> Series:
    series = Series(10_000)
    for minutes, value in sorted(data, reverse=True):
        series.put(NOW - minutes * MINUTE, value)
    return series


@given(points, st.sampled_from(INTERVALS), st.sampled_from(ZONES[:4]))
def test_each_column_has_the_extremes_and_the_last_of_what_was_measured_in_it(
    data: list[tuple[int, float]], interval: int, zone: tzinfo
) -> None:
    series, columns = filled(data), spans(interval, NOW, min(25, 6 * DAY // interval), zone)
    for column, cell in zip(columns, measured(series, columns, NOW), strict=True):
        inside = sorted((NOW - m * MINUTE, v) for m, v in data if column.holds(NOW - m * MINUTE))
        if not inside:
            assert cell is None
        else:
            values = [value for _, value in inside]
            assert cell == (min(values), max(values), values[-1], inside[-1][0])


def test_what_is_later_than_the_moment_is_not_there() -> None:
    series = filled([(0, 90.0), (60, 97.0)])
    columns = spans(HOUR, NOW, 3, UTC)
    assert [cell is not None for cell in measured(series, columns, NOW - HOUR)] == [False, True, False]


@pytest.mark.parametrize(("days", "there"), [(6, True), (20, True)])
def test_hours_of_a_zone_with_odd_minutes_reach_as_far_as_others(days: int, there: bool) -> None:
    series = filled([(0, 90.0)])
    series.recall_long(NOW - days * DAY, 97.0)
    columns = spans(4 * HOUR, NOW - days * DAY, 3, KATHMANDU)
    assert any(cell is not None for cell in measured(series, columns, NOW)) is there


def test_the_value_before_is_the_newest_that_was_still_fresh() -> None:
    series = Series(30 * MINUTE)
    series.put(NOW - 100 * MINUTE, 80.0)
    series.put(NOW - 50 * MINUTE, 90.0)
    series.put(NOW, 95.0)
    begins = spans(15 * MINUTE, NOW - 25 * MINUTE, 1, UTC)[0].begins
    found = before(series, begins, NOW)
    assert found is not None and (found.last, found.at) == (90.0, NOW - 50 * MINUTE)
    assert before(series, spans(15 * MINUTE, NOW - 55 * MINUTE, 1, UTC)[0].begins, NOW) is None


@pytest.mark.parametrize(
    ("interval", "kept"), [(MINUTE, DAY), (5 * MINUTE, DAY), (15 * MINUTE, 7 * DAY), (HOUR, 60 * DAY), (DAY, 60 * DAY)]
)
def test_how_far_back_a_column_of_each_width_is_kept(interval: int, kept: int) -> None:
    assert kept_from(interval, NOW) == NOW - kept


def test_a_span_holds_its_first_and_not_its_last_instant() -> None:
    assert Span(0, 10).holds(0) and Span(0, 10).holds(9) and not Span(0, 10).holds(10)
