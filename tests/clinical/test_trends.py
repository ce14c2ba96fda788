"""Rules about change: what is one, what is too little or too short to be one, and that each says where it is from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.trends import (
    DAY,
    GAIN_DAY,
    GAIN_WEEK,
    MINUTE,
    TRENDS,
    UNITS,
    Change,
    fallen,
    falling,
    gained,
    mistaken,
    risen,
    same_unit,
)
from iomt_tui.clinical.vitals import VITALS

HOUR = 3_600_000


def test_every_rule_is_data_with_an_origin_and_room_for_hysteresis() -> None:
    assert len({(t.param, t.kind) for t in TRENDS}) == len(TRENDS)
    for rule in TRENDS:
        assert rule.param in VITALS or rule.param == "news2"
        assert len(rule.origin) > 20 and rule.ends < min(by for by, _ in rule.levels)


def test_a_fall_is_that_of_most_values_not_of_one() -> None:
    assert fallen([91, 91, 92], [96, 97, 96]) == Change(91, 96, 5)
    assert fallen([84, 96, 96], [96, 97, 96]) == Change(96, 96, 0)  # one bad reading
    assert fallen([91, 91], [96]) is None and fallen([91], [96, 96]) is None


def cgm(*values: float) -> list[tuple[int, float]]:
    return [(i * 5 * MINUTE, value) for i, value in enumerate(values)]


def test_glucose_falls_by_its_slope() -> None:
    change = falling(cgm(160, 150, 140, 130))
    assert change == Change(130, 160, 30)  # 2 mg/dL/min
    assert falling(cgm(200, 150, 135, 120, 105)).by == 45  # type: ignore[union-attr]  # what is older does not count
    assert falling(cgm(120, 130, 140, 150)).by <= 0  # type: ignore[union-attr]


def test_a_fall_that_has_stopped_is_over_and_two_points_are_none() -> None:
    assert falling(cgm(180, 150, 120, 120)) == Change(120, 120, 0)
    assert falling(cgm(180, 150)) is None
    assert falling([(0, 180.0), (MINUTE, 170.0), (2 * MINUTE, 160.0)]) is None


def test_a_score_rises_when_it_lasts() -> None:
    known = [(0, 7)]
    assert risen([(0, 1), (100, 4)], known, 105) == Change(4, 1, 3)
    assert risen([(0, 1), (100, 4)], known, 104).by < 2  # type: ignore[union-attr]  # not long enough
    assert risen([(0, 1), (100, 4), (102, 1), (103, 4)], known, 106).by < 2  # type: ignore[union-attr]
    assert risen([(0, 4)], known, 200) == Change(4, 4, 0)
    assert risen([(0, 1), (100, 4)], known, 170) == Change(4, 4, 0)  # an hour later that is its level


def test_a_flicker_down_does_not_end_a_rise() -> None:
    assert risen([(0, 1), (100, 3), (110, 1), (111, 3)], [(0, 7)], 112).by == 1  # type: ignore[union-attr]


def test_what_was_scored_from_fewer_inputs_is_not_compared() -> None:
    assert risen([(0, 1), (100, 4)], [(0, 3), (100, 7)], 110) == Change(4, 4, 0)
    assert risen([(0, 1), (100, 4)], [(0, 7), (100, 6)], 110) == Change(4, 1, 3)
    assert risen([(0, -1)], [(0, 0)], 100) is None and risen([], [], 100) is None


def test_weight_is_compared_with_yesterday_and_with_the_lowest_of_the_week() -> None:
    days = [(i * DAY, kg) for i, kg in enumerate([80.0, 79.0, 80.0, 80.5, 82.0])]
    assert gained(days, GAIN_DAY) == Change(82.0, 80.5, 1.5)
    assert gained(days, GAIN_WEEK) == Change(82.0, 79.0, 3.0)
    assert gained(days[:1], GAIN_DAY) is None
    again = [*days, (4 * DAY + HOUR, 82.2)]  # on the scale again within the hour: still against the day before
    assert gained(again, GAIN_DAY).before == 80.5  # type: ignore[union-attr]
    assert gained([(0, 80.0), (3 * DAY, 84.0)], GAIN_DAY) is None  # no reading of the day before
    assert gained([(0, 80.0), (9 * DAY, 84.0)], GAIN_WEEK) is None


@pytest.mark.parametrize(
    ("key", "factor", "right"),
    [("glucose", 18.016, 250.0), ("etco2", 7.5006, 38.0), ("nibp_sys", 7.5006, 165.0), ("nibp_dia", 7.5006, 95.0),
     ("ibp_mean", 7.5006, 90.0)],
)  # fmt: skip
def test_another_unit_is_noticed_both_ways_and_its_end_too(key: str, factor: float, right: float) -> None:
    wrong = round(right / factor)
    assert mistaken(key, right, wrong) and mistaken(key, wrong, right)
    assert not mistaken(key, right, right * 0.4) and not mistaken(key, right, right)
    assert same_unit(key, right, right * 0.9) and not same_unit(key, right, wrong)


@given(st.sampled_from(sorted(VITALS)), st.floats(0, 400), st.floats(0, 400))
def test_only_units_that_can_be_mistaken_unnoticed_are_looked_at(key: str, one: float, two: float) -> None:
    if key not in UNITS:
        assert not mistaken(key, one, two)
    elif mistaken(key, one, two):
        assert max(one / two, two / one) > 6


def test_temperature_needs_no_such_check() -> None:
    low, high = VITALS["temp"].plausible
    assert not any(low <= c * 1.8 + 32 <= high for c in range(30, 43))
    assert not any(low <= (f - 32) / 1.8 <= high and low <= f <= high for f in range(86, 108))
