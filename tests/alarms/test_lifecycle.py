"""The transition table, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from iomt_tui.alarms.lifecycle import REARM, Condition, Level
from iomt_tui.alarms.model import Alarm, Key, Priority, Promise, Ref

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


def acked(value: float = 88.0, levels: dict[Priority, Level] | None = None, **promise: Any) -> Condition:
    condition = raised(value, levels)
    outcome, _ = condition.acknowledge(Ref(*KEY, 1, condition.rev), "A", 6_000, Promise(**promise))
    assert outcome == "applied"
    return condition


def test_t15_an_acknowledgement_counts_as_long_as_was_promised() -> None:
    condition = acked(intent="going", note="with B", ms=60_000)
    told = condition.alarm()
    assert (told.intent, told.note, told.until) == ("going", "with B", 66_000)
    assert condition.advance(65_999) == []
    (alarm,) = condition.advance(66_000)
    assert (alarm.state, alarm.ref.rev, alarm.raised) == ("unack", 2, 66_000)
    assert (alarm.by, alarm.acked_at, alarm.intent, alarm.note, alarm.until) == ("", None, "", "", None)


def test_t15_no_promise_outlasts_the_rearm_time() -> None:
    assert acked(ms=10 * REARM[MEDIUM]).until == acked().until == 6_000 + REARM[MEDIUM]


@pytest.mark.parametrize("ms", [None, 30_000, REARM[HIGH]])
def test_t13_a_priority_that_falls_makes_no_promise_longer(ms: int | None) -> None:
    condition = acked(83.0, BOTH, ms=ms)
    until = 6_000 + (ms or REARM[HIGH])
    assert condition.violate(20_000, 88.0, MED5) == []
    assert (condition.priority, condition.until) == (MEDIUM, until)
    assert condition.advance(until - 1) == []
    (alarm,) = condition.advance(until)
    assert (alarm.state, alarm.ref.rev, alarm.raised, alarm.priority) == ("unack", 2, until, MEDIUM)


def test_t12_a_rise_ends_a_promise() -> None:
    condition = acked(intent="doctor", ms=60_000)
    (alarm,) = condition.violate(7_000, 83.0, BOTH)
    assert (alarm.state, alarm.ref.rev, alarm.intent, alarm.until) == ("unack", 2, "", None)


def test_t15_a_promise_that_ends_during_a_recovery_waits_for_its_end() -> None:
    condition = acked(ms=5_000)
    condition.clear(10_000)
    assert condition.advance(12_000) == []  # until 11 s: it may be over
    assert condition.violate(13_000, 88.0, MED5) == []
    assert states(condition.advance(13_000)) == [("unack", 1, 2)]
    over = acked(ms=5_000)
    over.clear(10_000)
    assert states(over.advance(15_000)) == [("normal", 1, 1)]


def test_an_acknowledgement_is_taken_back_by_anybody_and_announced_anew() -> None:
    condition = acked(intent="going", ms=60_000)
    assert condition.take_back(Ref(*KEY, 2, 1), "B", 8_000) == ("gone", [])
    assert condition.take_back(Ref(*KEY, 1, 2), "B", 8_000) == ("superseded", [])
    outcome, (alarm,) = condition.take_back(Ref(*KEY, 1, 1), "B", 8_000)
    assert (outcome, alarm.state, alarm.ref.rev, alarm.raised) == ("applied", "unack", 2, 8_000)
    assert (alarm.by, alarm.acked_at, alarm.intent, alarm.until, alarm.undone_by) == ("", None, "", None, "B")
    assert condition.take_back(Ref(*KEY, 1, 1), "A", 9_000) == ("superseded", [])
    assert condition.take_back(Ref(*KEY, 1, 2), "A", 9_000) == ("gone", [])  # nobody has it
    assert condition.acknowledge(Ref(*KEY, 1, 2), "A", 10_000)[0] == "applied"
    assert condition.advance(66_000) == []  # the promise that was taken back ends nothing any more
    assert condition.source_returned(70_000)[0].undone_by == ""


@pytest.mark.parametrize("state", ["normal", "pending", "latched"])
def test_only_an_acknowledgement_that_counts_is_taken_back(state: str) -> None:
    condition = raised()
    if state == "latched":
        condition.clear(10_000)
        condition.advance(15_000)
    else:
        condition = Condition(KEY)
        if state == "pending":
            condition.violate(0, 88.0, MED5)
    assert condition.state == state
    ref = Ref(*KEY, condition.episode, condition.rev)
    assert condition.take_back(ref, "B", 20_000) == ("gone", [])
    assert condition.state == state


def test_t29_a_promise_survives_a_restart_and_ends_on_time() -> None:
    condition = Condition.resumed(Alarm.from_body(acked(intent="sensor", note="x", ms=60_000).alarm().body()))
    assert (condition.intent, condition.note, condition.until) == ("sensor", "x", 66_000)
    assert condition.advance(65_999) == []
    assert states(condition.advance(80_000)) == [("unack", 1, 2)]


def test_a_log_without_promises_rearms_as_before() -> None:
    body = {k: v for k, v in acked().alarm().body().items() if k not in ("intent", "note", "until", "undone_by")}
    condition = Condition.resumed(Alarm.from_body(body))
    assert condition.advance(5_999 + REARM[MEDIUM]) == []
    assert states(condition.advance(6_000 + REARM[MEDIUM])) == [("unack", 1, 2)]


def test_what_an_alarms_entry_says_is_made_safe() -> None:
    body = acked().alarm().body() | {"intent": ["x"], "note": "a\x1b]52;\n" + "b" * 200, "undone_by": "\u202ex"}
    alarm = Alarm.from_body(body)
    assert alarm.intent == "" and alarm.note.isprintable() and len(alarm.note) == 120
    assert alarm.undone_by == "\ufffdx"


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
    assert (alarms[0].by, alarms[0].until) == ("A", None)  # there is nothing left that a promise could end


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
