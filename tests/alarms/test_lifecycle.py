"""The transition table, row by row."""

from __future__ import annotations

from iomt_tui.alarms.lifecycle import REARM, Condition, Level
from iomt_tui.alarms.model import Alarm, Key, Priority, Ref

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH
KEY = Key("p1", "spo2", "low")
MED5 = {MEDIUM: Level(90.0, 5_000, 5_000)}
BOTH = {MEDIUM: Level(90.0, 5_000, 5_000), HIGH: Level(85.0)}


def raised(value: float = 88.0, levels: dict[Priority, Level] | None = None) -> Condition:
    condition = Condition(KEY)
    condition.violate(0, value, levels or MED5)
    condition.advance(5_000)
    assert condition.state == "unack"
    return condition


def states(alarms: list[Alarm]) -> list[tuple[str, int, int]]:
    return [(a.state, a.ref.episode, a.ref.rev) for a in alarms]


def test_t1_high_is_announced_at_once() -> None:
    alarms = Condition(KEY).violate(1_000, 84.0, BOTH)
    assert states(alarms) == [("unack", 1, 1)]
    assert (alarms[0].priority, alarms[0].value, alarms[0].limit) == (HIGH, 84.0, 85.0)
    assert (alarms[0].onset, alarms[0].raised) == (1_000, 1_000)


def test_t2_a_clear_before_the_delay_ends_leaves_no_episode() -> None:
    condition = Condition(KEY)
    assert condition.violate(0, 88.0, MED5) == []
    assert condition.state == "pending"
    assert condition.clear(4_999) == []
    assert (condition.state, condition.episode) == ("normal", 0)


def test_the_raise_time_is_onset_plus_delay_whenever_it_is_noticed() -> None:
    for noticed in (5_000, 7_300, 60_000):
        condition = Condition(KEY)
        condition.violate(0, 88.0, MED5)
        (alarm,) = condition.advance(noticed)
        assert (alarm.onset, alarm.raised) == (0, 5_000)


def test_a_sample_that_clears_late_still_raises_what_was_due_before() -> None:
    condition = Condition(KEY)
    condition.violate(0, 88.0, MED5)
    assert states(condition.clear(9_000)) == [("unack", 1, 1)]
    assert states(condition.advance(14_000)) == [("latched", 1, 1)]


def test_t3_a_rise_is_announced_again() -> None:
    condition = raised()
    alarms = condition.violate(6_000, 83.0, BOTH)
    assert states(alarms) == [("unack", 1, 2)]
    assert alarms[0].priority == HIGH


def test_t4_unacknowledged_never_gets_quieter() -> None:
    condition = raised(83.0, BOTH)
    assert condition.violate(9_000, 88.0, MED5) == []
    assert condition.priority == HIGH


def test_t5_medium_latches_and_t6_low_does_not() -> None:
    condition = raised()
    condition.clear(10_000)
    (alarm,) = condition.advance(15_000)
    assert (alarm.state, alarm.ended) == ("latched", 15_000)
    low = Condition(KEY)
    low.violate(0, 88.0, {LOW: Level(90.0)})
    assert states(low.clear(1_000)) == [("normal", 1, 1)]


def test_the_off_delay_bridges_a_short_recovery() -> None:
    condition = raised()
    assert condition.clear(10_000) == []
    assert condition.violate(12_000, 88.0, MED5) == []
    assert condition.advance(60_000) == []
    assert (condition.state, condition.episode) == ("unack", 1)


def test_t7_to_t11_an_acknowledgement_names_episode_and_revision() -> None:
    condition = raised()
    assert condition.acknowledge(Ref(*KEY, 2, 1), "A", 6_000) == ("gone", [])
    assert condition.acknowledge(Ref(*KEY, 1, 2), "A", 6_000) == ("superseded", [])
    outcome, alarms = condition.acknowledge(Ref(*KEY, 1, 1), "A", 6_000)
    assert (outcome, states(alarms), alarms[0].by) == ("applied", [("acked", 1, 1)], "A")
    assert condition.acknowledge(Ref(*KEY, 1, 1), "B", 7_000) == ("already", [])
    assert condition.by == "A"


def test_t10_an_acknowledgement_never_opens_what_is_over() -> None:
    condition = Condition(KEY)
    assert condition.acknowledge(Ref(*KEY, 0, 0), "A", 0) == ("gone", [])


def test_t12_and_t13_after_an_acknowledgement_the_priority_follows_the_value() -> None:
    condition = raised(83.0, BOTH)
    condition.acknowledge(Ref(*KEY, 1, condition.rev), "A", 6_000)
    assert condition.violate(20_000, 88.0, MED5) == []
    assert condition.priority == MEDIUM
    alarms = condition.violate(21_000, 83.0, BOTH)
    assert states(alarms) == [("unack", 1, 2)]


def test_t14_an_acknowledged_alarm_ends_quietly() -> None:
    condition = raised()
    condition.acknowledge(Ref(*KEY, 1, 1), "A", 6_000)
    condition.clear(10_000)
    assert states(condition.advance(15_000)) == [("normal", 1, 1)]


def test_t15_an_acknowledged_alarm_that_persists_comes_back() -> None:
    condition = raised()
    condition.acknowledge(Ref(*KEY, 1, 1), "A", 6_000)
    due = 6_000 + REARM[MEDIUM]
    assert condition.advance(due - 1) == []
    (alarm,) = condition.advance(due + 500)
    assert (alarm.state, alarm.ref.rev, alarm.raised) == ("unack", 2, due)


def test_t16_and_t17_latched() -> None:
    condition = raised()
    condition.clear(10_000)
    condition.advance(15_000)
    assert condition.violate(20_000, 88.0, MED5) == []
    assert condition.state == "latched"  # a delay that runs does not hide what nobody has seen
    assert states(condition.advance(25_000)) == [("unack", 2, 1)]
    condition.clear(30_000)
    condition.advance(35_000)
    outcome, alarms = condition.acknowledge(Ref(*KEY, 2, 1), "A", 36_000)
    assert (outcome, states(alarms)) == ("applied", [("normal", 2, 1)])


def test_latched_survives_a_recurrence_that_is_too_short() -> None:
    condition = raised()
    condition.clear(10_000)
    condition.advance(15_000)
    condition.violate(20_000, 88.0, MED5)
    condition.clear(22_000)
    assert condition.advance(90_000) == []
    assert condition.state == "latched"


def test_t22_an_acknowledgement_does_not_outlive_a_lost_source() -> None:
    condition = raised()
    condition.acknowledge(Ref(*KEY, 1, 1), "A", 6_000)
    assert states(condition.source_returned(60_000)) == [("unack", 1, 2)]


def test_t30_a_discharge_ends_everything() -> None:
    condition = raised()
    assert states(condition.close(9_000)) == [("normal", 1, 1)]
    assert condition.close(9_000) == []


def test_resumed_from_the_log_it_goes_on_where_it_was() -> None:
    condition = Condition.resumed(raised().alarm())
    assert condition.violate(60_000, 88.0, MED5) == []
    assert states(condition.violate(61_000, 83.0, BOTH)) == [("unack", 1, 2)]
    assert states(Condition.resumed(raised().alarm()).clear(60_000)) == [("latched", 1, 1)]


def test_an_alarm_survives_its_log_entry() -> None:
    alarm = raised().alarm()
    assert Alarm.from_body(alarm.body()) == alarm
