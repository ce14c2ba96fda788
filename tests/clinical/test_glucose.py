"""CGM in figures: every share, the GMI that is withheld, the profile by the clock on the wall, and what comes next."""

from __future__ import annotations

from datetime import UTC
from statistics import quantiles
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.glucose import RANGES, TARGETS, continuous, gmi, range_of, summary
from iomt_tui.clinical.glucose_profile import LEAST_DAYS, PERCENTILES, percentile, profile
from iomt_tui.clinical.glucose_trend import ARROWS, HORIZONS, ahead, direction, low_now

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
STEP = 5 * MINUTE
END = 1_773_571_200_000  # 2026-03-15 10:40 UTC

values = st.floats(10, 1_000, width=32)


def worn(days: float, *, of: float = 1.0, value: float = 120.0) -> tuple[list[int], list[float]]:
    """Readings every five minutes for so many days up to END, of every day only the first part."""
    times = [END - STEP * n for n in range(round(days * 288), 0, -1)]
    times = [at for at in times if (END - at - 1) % DAY >= DAY * (1 - of)]
    return times, [value] * len(times)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (53.49, "very-low"), (53.5, "low"), (54, "low"), (69.4, "low"), (69.5, "in-range"), (70, "in-range"),
        (180.4, "in-range"), (180.5, "high"), (250.4, "high"), (250.5, "very-high"), (1000, "very-high"),
    ],
)  # fmt: skip
def test_a_value_is_in_the_range_that_it_is_shown_in(value: float, name: str) -> None:
    assert range_of(value) == name


@pytest.mark.parametrize(("mmol", "name"), [(2.9, "very-low"), (3.0, "low"), (3.9, "in-range"), (10.0, "in-range"),
                                            (10.1, "high"), (13.9, "high"), (14.0, "very-high")])  # fmt: skip
def test_the_edges_are_those_of_mmol_too(mmol: float, name: str) -> None:
    assert range_of(mmol * 18.01559) == name


def test_gmi_is_the_published_line() -> None:
    assert gmi(100) == pytest.approx(5.702) and gmi(150) == pytest.approx(6.898) and gmi(200) == pytest.approx(8.094)


def test_a_fortnight_of_a_steady_sensor() -> None:
    found = summary(*worn(14), END - 14 * DAY, END)
    assert (found.days, found.days_active, found.readings) == (14, 14, 14 * 288)
    assert found.active == pytest.approx(100) and found.mean == pytest.approx(120) and found.cv == pytest.approx(0)
    assert found.shares == pytest.approx((0, 0, 100, 0, 0))
    assert found.gmi == pytest.approx(3.31 + 0.02392 * 120) and not found.withheld


def test_gmi_is_withheld_before_fourteen_days_are_worn_and_says_so() -> None:
    found = summary(*worn(13), END - 14 * DAY, END)
    assert found.gmi is None and found.withheld == "13 of 14 days worn"
    assert found.mean == pytest.approx(120)  # what is known is still told


def test_gmi_is_withheld_below_seventy_percent_and_says_so() -> None:
    assert summary(*worn(14, of=0.71), END - 14 * DAY, END).gmi is not None
    found = summary(*worn(14, of=0.69), END - 14 * DAY, END)
    assert found.gmi is None and found.withheld.startswith("readings for 69 %")


def test_gmi_is_of_fourteen_days_and_of_no_shorter_stretch() -> None:
    assert summary(*worn(7), END - 7 * DAY, END).withheld == "it is of 14 days"


def test_one_reading_makes_no_day_worn() -> None:
    times, read = worn(13)
    found = summary([times[0] - 2 * 60 * MINUTE, *times], [120.0, *read], END - 14 * DAY, END)
    assert found.days_active == 13 and found.gmi is None


def test_nothing_measured_has_no_share() -> None:
    found = summary([], [], END - DAY, END)
    assert found.shares == () and found.mean is None and found.cv is None and found.active == 0
    assert all(found.share(target) is None for target in TARGETS)


def test_a_gap_is_time_in_no_range() -> None:
    """An hour low, eleven hours of nothing, an hour high: half and half, not one and twelve."""
    low = [END - 13 * 60 * MINUTE + STEP * n for n in range(12)]
    high = [END - 60 * MINUTE + STEP * n for n in range(12)]
    found = summary([*low, *high], [60.0] * 12 + [200.0] * 12, END - DAY, END)
    assert found.shares[RANGES.index("low")] == pytest.approx(50, abs=1.1)
    assert found.active == pytest.approx(2 / 24 * 100, abs=0.2)


def test_a_quick_stretch_weighs_no_more_than_its_time() -> None:
    """Two sensors: every five minutes for an hour, then every minute for an hour."""
    slow = [END - 120 * MINUTE + STEP * n for n in range(12)]
    quick = [END - 60 * MINUTE + MINUTE * n for n in range(60)]
    found = summary([*slow, *quick], [60.0] * 12 + [120.0] * 60, END - DAY, END)
    assert found.shares[RANGES.index("in-range")] == pytest.approx(50, abs=2)


@given(st.lists(values, min_size=1, max_size=200), st.integers(1, 20))
def test_shares_are_a_whole_and_the_mean_is_between_the_extremes(read: list[float], minutes: int) -> None:
    times = [END - minutes * MINUTE * n for n in range(len(read), 0, -1)]
    found = summary(times, read, END - 14 * DAY, END)
    assert sum(found.shares) == pytest.approx(100) and all(0 <= share <= 100 for share in found.shares)
    assert found.mean is not None and min(read) - 1e-6 <= found.mean <= max(read) + 1e-6
    assert 0 <= found.active <= 100 and found.days_active <= found.days


@given(st.lists(values, min_size=1, max_size=100))
def test_above_180_has_all_that_is_above_250(read: list[float]) -> None:
    times = [END - STEP * n for n in range(len(read), 0, -1)]
    found = summary(times, read, END - DAY, END)
    share = {target.name: found.share(target) for target in TARGETS}
    assert share["above 180"] >= share["above 250"] and share["below 70"] >= share["below 54"]  # type: ignore[operator]
    assert share["above 180"] + share["70 to 180"] + share["below 70"] == pytest.approx(100)  # type: ignore[operator]


def test_targets_are_judged_as_they_are_shown() -> None:
    met = {target.name: target for target in TARGETS}
    assert not met["70 to 180"].met(70.04) and met["70 to 180"].met(70.05)
    assert met["below 54"].met(0.94) and not met["below 54"].met(0.96)


@pytest.mark.parametrize(
    ("rate", "arrow"),
    [
        (-3.5, "DoubleDown"), (-3.4, "SingleDown"), (-2, "SingleDown"), (-1.9, "FortyFiveDown"), (-1, "FortyFiveDown"),
        (-0.9, "Flat"), (0, "Flat"), (1, "Flat"), (1.1, "FortyFiveUp"), (2, "FortyFiveUp"), (2.1, "SingleUp"),
        (3.5, "SingleUp"), (3.6, "DoubleUp"),
    ],
)  # fmt: skip
def test_the_arrow_is_that_of_the_rate_beside_it(rate: float, arrow: str) -> None:
    found = direction([(END + n * STEP, 150 + rate * 5 * n) for n in range(4)])
    assert found is not None and found.rate == pytest.approx(rate) and found.arrow == arrow


@given(st.lists(values, min_size=0, max_size=12), st.integers(1, 40))
def test_a_direction_needs_three_points_over_ten_minutes(read: list[float], minutes: int) -> None:
    points = [(END + n * minutes * MINUTE, value) for n, value in enumerate(read)]
    found = direction(points)
    if len(points) < 3 or (len(points) - 1) * minutes < 10 or minutes > 17:
        assert found is None
    else:
        assert found is not None and found.arrow in [name for name, _ in ARROWS]


def test_a_sensor_of_a_quarter_of_an_hour_has_a_direction() -> None:
    found = direction([(END - 30 * MINUTE, 140.0), (END - 15 * MINUTE, 125.0), (END, 110.0)])
    assert found is not None and found.rate == -1 and found.arrow == "FortyFiveDown"


def test_a_low_is_seen_coming_on_a_straight_line() -> None:
    points = [(END - 5 * MINUTE, 100.0), (END, 90.0)]
    near = ahead(points, -2.0)
    assert [one.limit for one in near] == [70, 54] and near[0].minutes == 10 and near[1].minutes == 18
    assert [one.limit for one in ahead(points, -1.0)] == [70]
    assert ahead(points, -0.5) == ()  # further away than is looked
    assert ahead(points, 2.0) == () and ahead([(END, 90.0)], -2.0) == ()
    assert ahead([(END - 5 * MINUTE, 80.0), (END, 85.0)], -2.0) == ()  # it turned


def test_time_goes_on_after_the_newest_reading() -> None:
    points = [(END - STEP, 100.0), (END, 90.0)]
    assert [(one.limit, one.minutes) for one in ahead(points, -2.0, 4)] == [(70, 6), (54, 14)]
    assert ahead(points, -2.0, 12)[0].minutes == 0


def test_who_is_low_can_still_fall_below_54() -> None:
    assert [one.limit for one in ahead([(END - STEP, 70.0), (END, 62.0)], -1.6)] == [54]


@pytest.mark.parametrize(("value", "limit"), [(45, 54), (53.4, 54), (53.6, 70), (69.4, 70), (69.6, None), (120, None)])
def test_who_is_low_is_told_below_what(value: float, limit: int | None) -> None:
    assert low_now(value) == limit


@given(values, st.floats(-10, -0.1))
def test_no_prediction_reaches_further_than_it_may(value: float, rate: float) -> None:
    for one in ahead([(END - STEP, value + 1), (END, value)], rate):
        assert -1 < one.minutes <= HORIZONS[one.limit]


@pytest.mark.parametrize(
    ("value", "rate", "told"),
    [(100, -1.0, [(70, 30)]), (101, -1.0, []), (64, -0.5, [(54, 20)]), (65, -0.5, []), (94, -2.0, [(70, 12), (54, 20)]),
     (96, -2.0, [(70, 13)])],
)  # fmt: skip
def test_each_low_is_told_as_far_ahead_as_is_published(
    value: float, rate: float, told: list[tuple[int, float]]
) -> None:
    """30 min for 70 mg/dL (Basal-IQ, MiniMed), 20 min for 54 (Urgent Low Soon)."""
    assert ahead([(END - STEP, value + 1), (END, value)], rate) == tuple(told)


def test_continuous_is_what_reads_by_itself() -> None:
    assert continuous(worn(1)[0]) and not continuous([END - 6 * 60 * MINUTE * n for n in range(8, 0, -1)])
    assert not continuous([]) and not continuous([END])


@given(st.lists(values, min_size=1, max_size=60))
def test_percentiles_are_ordered_and_inside(read: list[float]) -> None:
    ordered = sorted(read)
    found = [percentile(ordered, share) for share in PERCENTILES]
    assert found == sorted(found) and ordered[0] <= found[0] and found[-1] <= ordered[-1] + 1e-6
    if len(ordered) > 1:
        assert percentile(ordered, 25) == pytest.approx(quantiles(ordered, n=4, method="inclusive")[0])


def test_the_profile_is_by_the_clock_on_the_wall() -> None:
    """Every day at 08:10 in Zurich, before and after the clock is put forward on 29 March 2026."""
    zurich = ZoneInfo("Europe/Zurich")
    first = 1_774_422_600_000  # 2026-03-25 08:10 CET
    times = [first + n * DAY - (60 * MINUTE if n >= 4 else 0) for n in range(8)]
    slots = [slot for slot in profile(times, [100.0 + n for n in range(8)], zurich) if slot.readings]
    assert [(slot.minute, slot.days, slot.readings) for slot in slots] == [(480, 8, 8)]
    assert slots[0].values[2] == pytest.approx(103.5)


def test_a_slot_of_too_few_days_has_no_percentiles() -> None:
    times = [END - DAY * n for n in range(LEAST_DAYS - 1, 0, -1)]
    found = [slot for slot in profile(times, [100.0] * len(times), UTC) if slot.readings]
    assert [(slot.days, slot.values) for slot in found] == [(LEAST_DAYS - 1, ())]


@given(st.lists(values, min_size=1, max_size=300))
def test_every_reading_is_in_one_slot(read: list[float]) -> None:
    times = [END - 7 * MINUTE * n for n in range(len(read), 0, -1)]
    assert sum(slot.readings for slot in profile(times, read, UTC)) == len(read)
