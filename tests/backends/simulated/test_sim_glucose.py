"""Two weeks of glucose before the ward's start, no two days alike, going over into what is live."""

from __future__ import annotations

from itertools import pairwise
from statistics import mean

import pytest

from iomt_tui.backends.simulated.ward import SimulatedWard
from iomt_tui.ward.events import Reading

DAY = 86_400_000


@pytest.fixture(scope="module")
def sensed() -> tuple[SimulatedWard, list[list[Reading]]]:
    ward = SimulatedWard()
    return ward, list(ward.sensed(ward.start))


Sensed = tuple[SimulatedWard, list[list[Reading]]]


def test_those_at_home_with_a_sensor_have_two_weeks_of_it(sensed: Sensed) -> None:
    ward, everybody = sensed
    bodies = {body["id"]: body for kind, body in ward.events() if kind == "patient"}
    assert {own[0].patient for own in everybody} == {"sim-0019", "sim-0022"}
    for own in everybody:
        assert bodies[own[0].patient]["home"]
        times = [reading.observed_at for reading in own]
        assert 13.9 * DAY < ward.start - times[0] <= 14 * DAY
        assert all(late - early >= 300_000 for early, late in pairwise(times))
        assert max(late - early for early, late in pairwise(times)) == 2 * 3_600_000 + 300_000  # a new sensor warms up
        assert len(own) > 0.97 * 14 * 288


def test_no_two_days_are_alike_and_all_are_plausible(sensed: Sensed) -> None:
    ward, everybody = sensed
    for own in everybody:
        days: dict[int, list[float]] = {}
        for reading in own:
            days.setdefault((ward.start - reading.observed_at) // DAY, []).append(reading.values["glucose"])
        means = [mean(day) for day in days.values()]
        assert max(means) - min(means) > 15
        values = [reading.values["glucose"] for reading in own]
        assert min(values) >= 40 and max(values) <= 400
        assert 60 < 100 * sum(70 <= value <= 180 for value in values) / len(values) < 98


def test_the_last_hour_goes_over_into_the_live_one(sensed: Sensed) -> None:
    ward, everybody = sensed
    readings = [body for _, _, body in ward.history(1, 60) if isinstance(body, Reading)]
    live = {reading.patient: reading for reading in readings if reading.device.startswith("cgm")}
    for own in everybody:
        assert abs(own[-1].values["glucose"] - live[own[-1].patient].values["glucose"]) < 8


def test_it_is_the_same_every_time(sensed: Sensed) -> None:
    again = SimulatedWard()
    assert list(again.sensed(again.start)) == sensed[1]
