"""What alarm limits may be set, what is said of those that make alarms ineffective, and who is before whom."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.limit_rules import (
    LOOSENED_CAP,
    auto_limits,
    faults,
    in_force,
    loosened,
    reach,
    refusal,
    switched_off,
    warning,
)
from iomt_tui.clinical.limits import HIGH, LOW, MEDIUM, Limit, limits_for
from iomt_tui.clinical.vitals import VITALS

USUAL = limits_for(1, False)["spo2"]


def row(
    priority: int, low: float | None = None, high: float | None = None, delay: float = 0, off: float = 0
) -> Limit:  # fmt: skip
    return Limit("spo2", low, high, priority, delay, off, "")


def test_every_default_is_allowed_and_none_is_warned_of() -> None:
    for scale in (1, 2):
        for home in (False, True):
            for vital, limits in limits_for(scale, home, True).items():
                assert refusal(vital, limits, limits, whole_ward=True) == ""
                assert warning(vital, limits, limits) == ""
                assert in_force(limits, None, None) == limits


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ([row(4, 90)], "there is no priority 4"),
        ([row(MEDIUM, 9)], "low limit 9: must be from 10 to 100 %"),
        ([row(MEDIUM, math.nan)], "low limit nan: must be"),
        ([row(MEDIUM, None, 101)], "high limit 101: must be"),
        ([row(HIGH, 85, delay=1)], "delay 1 s: an alarm of this priority has no delay"),
        ([row(HIGH, 85, off=1)], "off-delay 1 s"),
        ([row(MEDIUM, 90, delay=5.5)], "at most 5 s"),
        ([row(LOW, 92, off=11)], "at most 10 s"),
        ([row(LOW, 92, delay=300)], "at most 10 s"),
        ([row(LOW, 92, delay=-1)], "delay -1 s"),
        ([row(MEDIUM, 90), row(MEDIUM, 91)], "medium limits are there twice"),
        ([row(MEDIUM, 95, 95)], "every value would alarm"),
        ([row(MEDIUM, 95), row(LOW, None, 93)], "every value would alarm"),
        ([row(HIGH, 91), row(MEDIUM, 90)], "low 91 of high priority is above low 90 of medium priority"),
        ([row(MEDIUM, None, 98), row(LOW, None, 99)], "high 98 of medium priority is below high 99 of low"),
        ([row(HIGH, 91), row(LOW, 90)], "low 91 of high priority is above low 90 of low priority"),
    ],
)
def test_what_is_wrong_is_said(limits: list[Limit], said: str) -> None:
    assert any(said in words for words in faults("spo2", limits))
    assert said in refusal("spo2", limits, (), whole_ward=False)


def test_a_vital_that_nobody_knows() -> None:
    assert faults("mood", []) == ("'mood' is not a vital sign",)


@pytest.mark.parametrize(
    ("limits", "whole", "lasts", "said"),
    [
        ([row(HIGH, 86), row(MEDIUM, 90)], True, None, ""),
        ([row(HIGH, 85), row(MEDIUM, 85)], True, None, ""),
        ([row(HIGH, 84), row(MEDIUM, 90)], True, LOOSENED_CAP, "a ward's limits may only be tighter there"),
        ([row(MEDIUM, 90)], True, None, "a ward's limits may only be tighter there"),
        ([row(HIGH, 82), row(MEDIUM, 86)], False, None, "for at most 24 h; give it an end"),
        ([row(HIGH, 82), row(MEDIUM, 86)], False, LOOSENED_CAP + 1, "for at most 24 h"),
        ([row(HIGH, 82), row(MEDIUM, 86)], False, LOOSENED_CAP, ""),
        ([row(MEDIUM, 86)], False, LOOSENED_CAP, "cannot be switched off"),
        ([], False, LOOSENED_CAP, "cannot be switched off"),
        ([row(HIGH, 85)], False, None, ""),
    ],
)
def test_high_is_only_tightened_unless_one_patient_has_it_looser_for_a_while(
    limits: list[Limit], whole: bool, lasts: int | None, said: str
) -> None:
    why = refusal("spo2", limits, USUAL, lasts, whole_ward=whole)
    assert (why == "") is (said == "")
    assert said in why


def test_the_patient_comes_before_the_ward_and_the_ward_before_the_default() -> None:
    own, ward = (row(HIGH, 82),), (row(HIGH, 87),)
    assert in_force(USUAL, own, ward) == own
    assert in_force(USUAL, None, ward) == ward
    assert in_force(USUAL, None, None) == USUAL
    assert in_force(USUAL, (), ward) == ()


def test_the_wards_limits_never_loosen_a_high_default_of_somebody() -> None:
    ward = limits_for(1, False)["nibp_sys"]  # high 220; at home high is 180
    home = limits_for(1, True)["nibp_sys"]
    assert in_force(home, None, ward) == home
    assert loosened(ward, home) == ("high of high priority at 220 instead of 180",)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ([row(HIGH, 60), row(MEDIUM, 60)], "SpO2 low 60: no alarm would sound in the range"),
        ([row(HIGH, 80)], "extreme limits make the alarm system ineffective (Mindray)"),
        ([row(HIGH, 85), row(MEDIUM, 81)], ""),
        ([row(LOW, None, 98)], "SpO2 low: this alarm limit is switched off"),
        ([], "SpO2 low: this alarm limit is switched off"),
    ],
)
def test_limits_that_would_never_alarm_are_warned_of(limits: list[Limit], said: str) -> None:
    found = warning("spo2", limits)
    assert said in found
    assert (found == "") is (said == "")


def test_both_sides_are_named() -> None:
    limits = [Limit("hr", 20, 200, HIGH, 0, 0, "")]
    assert warning("hr", limits).startswith("HR low 20 and high 200: no alarm would sound")
    assert switched_off([Limit("hr", 40, None, HIGH, 0, 0, "")], limits_for(1, False)["hr"]) == ("high",)


@pytest.mark.parametrize(
    ("vital", "value", "expected"),
    [
        ("hr", 80, (64, 100)),
        ("hr", 45, (40, 56)),  # 0.8 x 45 = 36 is below 40
        ("pulse", 220, (176, 240)),
        ("hr", 30, None),  # low 40, high 38: there is nothing in between
        ("rr", 16, (8, 24)),
        ("rr", 30, (15, 30)),
        ("nibp_sys", 120, (92, 141)),
        ("nibp_dia", 80, (60, 101)),
        ("nibp_sys", 300, (214, 270)),
        ("spo2", 97, None),
        ("temp", 37, None),
        ("hr", math.nan, None),
    ],
)
def test_limits_around_the_present_value(
    vital: str, value: float, expected: tuple[float, float] | None
) -> None:  # fmt: skip
    assert auto_limits(vital, value) == expected


ROWS = st.builds(
    lambda vital, rows: (vital, [Limit(vital, x[0], x[1], x[2], x[3], x[4], "") for x in rows]),
    st.sampled_from(sorted(VITALS)),
    st.lists(
        st.tuples(
            st.none() | st.floats(0, 400),
            st.none() | st.floats(0, 400),
            st.integers(1, 3),
            st.floats(0, 12),
            st.floats(0, 12),
        ),
        max_size=3,
    ),
)


@given(ROWS)
def test_what_is_allowed_keeps_every_bound(given: tuple[str, list[Limit]]) -> None:
    vital, limits = given
    usual = limits_for(1, False).get(vital, ())
    if refusal(vital, limits, usual, whole_ward=True):
        return
    low, high = reach(limits)
    assert low is None or high is None or low < high
    for limit in limits:
        assert limit.priority != HIGH or (limit.delay_s, limit.off_delay_s) == (0, 0)
        assert max(limit.delay_s, limit.off_delay_s) <= (10 if limit.priority == LOW else 5)
    before = [x for x in usual if x.priority == HIGH]
    for one in before:
        kept = next(x for x in limits if x.priority == HIGH)
        assert one.low is None or (kept.low is not None and kept.low >= one.low)
        assert one.high is None or (kept.high is not None and kept.high <= one.high)
