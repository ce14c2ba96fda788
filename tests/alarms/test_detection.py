"""Values to conditions: what breaks a limit, and what says nothing about it."""

from __future__ import annotations

import pytest

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.system import AlarmSystem


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
