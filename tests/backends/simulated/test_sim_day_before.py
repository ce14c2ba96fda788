"""The day before anybody watched: full trends in the first minute of a demo."""

from __future__ import annotations

from itertools import pairwise

from iomt_tui.backends.simulated.course import DAY, HOUR, MINUTE
from iomt_tui.backends.simulated.ward import SimulatedWard
from iomt_tui.clinical.vitals import VITALS

ATTACHED = ("hr", "spo2", "rr")


def test_everybody_has_a_day_of_it_in_order_and_up_to_the_moment_it_is_asked_for() -> None:
    ward = SimulatedWard(beds=8)
    until = ward.start - HOUR
    days = [readings for readings in ward.before(until) if readings and readings[0].observed_at >= until - 8 * DAY]
    assert len({reading.patient for readings in days for reading in readings}) == 8
    for readings in days:
        assert len({reading.patient for reading in readings}) == 1
        assert all(one.observed_at <= other.observed_at for one, other in pairwise(readings))
        assert readings[-1].observed_at < until
        assert {key for reading in readings for key in reading.values} <= VITALS.keys()


def test_what_is_measured_without_a_pause_has_a_value_every_minute() -> None:
    ward = SimulatedWard(beds=8)
    until = ward.start - HOUR
    readings = next(ward.before(until))
    for key in ATTACHED:
        times = [reading.observed_at for reading in readings if key in reading.values]
        gaps = [later - one for one, later in pairwise(times)]
        assert len(times) > 1_200
        assert sorted(gaps)[len(gaps) // 2] == MINUTE


def test_it_is_the_same_every_time() -> None:
    one, other = (next(SimulatedWard(beds=8).before(1_773_700_000_000)) for _ in range(2))
    assert one == other
