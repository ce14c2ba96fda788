"""Values to conditions: what breaks a limit, and what says nothing about it."""

from __future__ import annotations

import pytest

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.system import AlarmSystem
from iomt_tui.clinical.limits import MARGINS, limits_for, margin
from iomt_tui.clinical.vitals import VITALS


def announced(key: str, *values: float) -> list[Alarm]:
    """What a patient's values, a second apart from 0, announce at once."""
    watch = AlarmSystem().watch("p1", key)
    return [alarm for at, value in enumerate(values) for alarm in watch.value(value, at * 1_000)]


@pytest.mark.parametrize(
    ("key", "at_limit", "past_it", "kind"),
    [("glucose", 54.0, 53.0, "low"), ("nibp_sys", 220.0, 221.0, "high"), ("temp", 42.0, 42.1, "high")],
)
def test_the_limit_itself_is_not_past_it(key: str, at_limit: float, past_it: float, kind: str) -> None:
    assert [a.priority for a in announced(key, at_limit)] == [Priority.MEDIUM]
    (alarm,) = announced(key, past_it)
    assert (alarm.priority, alarm.ref.kind, alarm.limit) == (Priority.HIGH, kind, at_limit)


def test_what_the_screen_shows_is_what_is_judged() -> None:
    assert announced("glucose", 69.6) == []  # shown as 70
    assert len(announced("glucose", 69.4)) == 1


def test_a_medium_limit_of_a_continuous_vital_waits_and_a_high_one_does_not() -> None:
    assert announced("spo2", 88.0) == []
    assert [a.raised for a in announced("spo2", *[88.0] * 7)] == [5_000]
    assert [a.raised for a in announced("spo2", 84.0)] == [0]


def course_of(key: str, *steps: tuple[int, float], tick: bool = False) -> list[tuple[str, int, int | None]]:
    """What values at their seconds announce: state, priority and end (s). ``tick``: with a tick each second."""
    system = AlarmSystem()
    watch, out, now = system.watch("p1", key), [], 0
    for second, value in steps:
        while tick and now < second:
            now += 1
            out += system.advance(now * 1_000)
        out += watch.value(value, second * 1_000)
    out += system.advance((steps[-1][0] + 100) * 1_000)
    return [(a.state, a.priority, a.ended // 1_000 if a.ended is not None else None) for a in out]


def test_an_alarm_ends_only_past_the_limit_by_the_margin_for_its_off_delay() -> None:
    raised = [(s, 88.0) for s in range(7)]
    inside = [(s, 90.0) for s in range(7, 60)]
    assert course_of("spo2", *raised, *inside) == [("unack", 2, None)]
    assert course_of("spo2", *raised, *inside, (60, 91.0), (64, 90.0), (69, 91.0)) == [
        ("unack", 2, None), ("latched", 2, 74),
    ]  # fmt: skip


def test_the_margin_raises_nothing_that_its_limit_does_not() -> None:
    assert course_of("spo2", *[(s, 90.0) for s in range(20)]) == []
    assert course_of("spo2", (0, 89.0), (3, 90.0), (9, 90.0), (20, 90.0)) == []  # a delay that was not over
    over = [("unack", 3, None), ("latched", 3, 2), ("unack", 3, None)]
    assert course_of("nibp_sys", (0, 69.0), (1, 72.0), (2, 93.0), (3, 92.0), (4, 91.0), (5, 69.0)) == over


@pytest.mark.parametrize("tick", [False, True])
def test_whether_an_alarm_stands_does_not_depend_on_ticks(tick: bool) -> None:
    assert course_of("spo2", (0, 88.0), (10, 90.0), tick=tick) == [("unack", 2, None)]


def test_an_acknowledged_high_that_wavers_about_its_limit_is_not_announced_again() -> None:
    system = AlarmSystem()
    watch = system.watch("p1", "spo2")
    (alarm,) = watch.value(84.0, 0)
    system.acknowledge("op", alarm.ref, "KIM", 500)
    assert [a for s in range(1, 60) for a in watch.value(84.0 + s % 2, s * 1_000)] == []
    assert watch.value(86.0, 60_000) == []  # past 85 by the margin: medium from here on
    assert [a.priority for a in watch.value(84.0, 61_000)] == [Priority.HIGH]


def test_a_restart_keeps_an_alarm_within_its_margin() -> None:
    (alarm,) = AlarmSystem().watch("p1", "glucose").value(65.0, 0)
    again = AlarmSystem()
    again.resume([alarm])
    assert again.watch("p1", "glucose").value(73.0, 1_000) == []
    assert [a.state for a in again.watch("p1", "glucose").value(74.0, 2_000)] == ["latched"]


def test_margins_are_data_with_a_reason_and_leave_room_between_the_limits() -> None:
    for key, own in MARGINS.items():
        assert own.by >= 10 ** -VITALS[key].decimals and len(own.why) > 20
    for scale, home, oxygen in ((1, False, False), (1, True, False), (2, False, True)):
        for key, limits in limits_for(scale, home, oxygen).items():
            low = max((x.low for x in limits if x.low is not None), default=-1e9)
            high = min((x.high for x in limits if x.high is not None), default=1e9)
            assert low + margin(key) <= high - margin(key) or key == "acvpu", key
    assert margin("acvpu") == 0.0
