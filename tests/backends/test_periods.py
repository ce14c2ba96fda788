"""How often a live source measures: told once there is enough, and again at real changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.backends.periods import FEWEST, LONGEST, LivePeriods, Periods


def seen(periods: LivePeriods, *times: int) -> set[str]:
    for at in times:
        periods.seen("d", "hr", at)
    return periods.changed()


def test_it_takes_three_distances() -> None:
    periods = LivePeriods()
    assert seen(periods, 0, 1_000, 1_000, 2_000) == set()
    assert seen(periods, 3_000) == {"d"}
    assert periods.of("d") == {"hr": 1.0}


def test_only_a_change_by_more_than_a_third_is_told() -> None:
    periods = LivePeriods()
    seen(periods, *range(0, 7_000, 1_000))
    assert seen(periods, *range(8_000, 30_000, 1_300)) == set()
    assert seen(periods, *range(40_000, 400_000, 2_000)) == {"d"}
    assert periods.of("d") == {"hr": 2.0}


def test_what_comes_late_tells_no_distance() -> None:
    periods = LivePeriods()
    assert seen(periods, 0, 10_000, 20_000, 5_000, 6_000, 7_000) == set()
    assert seen(periods, 30_000) == {"d"}
    assert periods.of("d") == {"hr": 10.0}


def test_a_device_that_is_forgotten_begins_anew() -> None:
    periods = LivePeriods()
    seen(periods, *range(0, 5_000, 1_000))
    periods.forget("d")
    assert periods.of("d") == {}
    assert seen(periods, 6_000, 7_000, 8_000) == set()


@given(st.lists(st.integers(0, 10**13), min_size=FEWEST + 1, unique=True))
def test_live_and_recorded_agree_and_no_period_is_longer_than_the_longest(times: list[int]) -> None:
    live, recorded = LivePeriods(), Periods()
    for at in sorted(times)[:60]:
        live.seen("d", "hr", at)
        recorded.seen("d", "hr", at)
    live.changed()
    assert live.of("d") == recorded.of("d")
    assert live.of("d")["hr"] <= LONGEST


def test_several_vitals_of_several_devices() -> None:
    periods = LivePeriods()
    for at in range(0, 10_000, 1_000):
        periods.seen("a", "hr", at)
        periods.seen("b", "spo2", 2 * at)
    assert periods.changed() == {"a", "b"}
    assert periods.changed() == set()
    assert (periods.of("a"), periods.of("b")) == ({"hr": 1.0}, {"spo2": 2.0})
