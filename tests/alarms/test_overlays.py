"""Pause, shelving, standby, inhibition and escalation, one rule of the transition table at a time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.alarms.annunciation import Announcement
from iomt_tui.alarms.escalation import STEPS, Escalation
from iomt_tui.alarms.lifecycle import REARM, Level
from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.alarms.suppression import PAUSE_CAP, SHELVE_CAP, STANDBY_CAP, Suppression
from iomt_tui.alarms.system import AlarmSystem

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH
MINUTE = 60_000


def system_with(*alarms: tuple[str, str, Priority], patient: str = "p1") -> AlarmSystem:
    system = AlarmSystem()
    for param, kind, priority in alarms:
        system.reported(patient, param, kind, {priority: Level(None)}, 0)
    return system


def heard(system: AlarmSystem) -> set[tuple[str, str]]:
    return {a.ref[1:3] for a in system.annunciation.audible()}


def seen(system: AlarmSystem) -> dict[tuple[str, str], tuple[str, int, int]]:
    return {a.ref[1:3]: (a.state, a.ref.episode, a.ref.rev) for a in system.annunciation.visible()}


def act(system: AlarmSystem, do: str, at: int = 1_000, op: str = "", **data: Any) -> str:
    body = {"op": op or f"{do}{at}", "user": "KIM", "do": do, **data}
    return system.act(body, at)[0].outcome


def steps(announced: list[Announcement]) -> list[tuple[str, int]]:
    return [(e.ref.kind, e.level) for e in announced if isinstance(e, Escalation)]


def report(system: AlarmSystem, param: str, kind: str, priority: Priority | None, at: int) -> list[Announcement]:
    levels = {priority: Level(None)} if priority else {}
    return system.annunciation.settle(system.reported("p1", param, kind, levels, at), at)


def shelve(system: AlarmSystem, ref: Ref, ms: int = MINUTE, at: int = 1_000, reason: str = "line change") -> str:
    return act(system, "shelve", at, op=f"{ref}{ms}{at}{reason}", ref=list(ref), ms=ms, reason=reason)


SHELVED = Ref("p1", "hr", "high", 1, 1)


def test_the_figures_are_those_of_the_specification() -> None:
    assert {p: ms // 1_000 for p, ms in REARM.items()} == {HIGH: 180, MEDIUM: 600, LOW: 3_600}
    assert STEPS == {HIGH: (30_000, 60_000, 120_000), MEDIUM: (120_000, 300_000), LOW: (600_000,)}
    assert {p: ms // MINUTE for p, ms in SHELVE_CAP.items()} == {HIGH: 15, MEDIUM: 60, LOW: 480}
    assert (PAUSE_CAP, STANDBY_CAP) == (120_000, 240 * MINUTE)


def test_t23_a_pause_silences_one_patient_and_ends() -> None:
    system = system_with(("hr", "high", HIGH))
    system.reported("p2", "hr", "high", {HIGH: Level(None)}, 0)
    assert act(system, "pause", patient="p1", ms=120_000) == "applied"
    assert [a.ref.patient for a in system.annunciation.audible()] == ["p2"]
    assert len(system.annunciation.visible()) == 2
    system.tick(120_999, True)
    assert len(system.annunciation.audible()) == 1
    (ended, *_) = system.tick(121_000, True)
    assert isinstance(ended, Suppression) and ended.until == 121_000
    assert len(system.annunciation.audible()) == 2


@pytest.mark.parametrize("ms", [-1, 120_001])
def test_a_pause_is_bounded(ms: int) -> None:
    system = system_with(("hr", "high", HIGH))
    assert act(system, "pause", patient="p1", ms=ms) == "refused"
    assert heard(system) == {("hr", "high")}


def test_t23_a_newer_high_breaks_a_pause_and_a_medium_does_not() -> None:
    system = system_with(("hr", "high", MEDIUM))
    act(system, "pause", patient="p1", ms=60_000)
    report(system, "rr", "low", MEDIUM, 2_000)
    assert heard(system) == set()
    report(system, "spo2", "low", HIGH, 3_000)
    assert heard(system) == {("hr", "high"), ("rr", "low"), ("spo2", "low")}


def test_t23_a_pause_never_covers_lost_data() -> None:
    system = AlarmSystem()
    system.technical("p1", "d1", "no-data", {HIGH: Level(None)}, 0)
    act(system, "pause", patient="p1", ms=60_000)
    assert heard(system) == {("d1", "no-data")}


def test_a_pause_does_not_stop_escalation() -> None:
    system = system_with(("hr", "high", HIGH))
    act(system, "pause", at=29_000, patient="p1", ms=60_000)
    assert steps(system.tick(30_000, True)) == [("high", 1)]


def test_a_pause_is_ended_by_hand() -> None:
    system = system_with(("hr", "high", HIGH))
    assert act(system, "pause", patient="p1", ms=0) == "gone"
    act(system, "pause", at=2_000, patient="p1", ms=60_000)
    assert act(system, "pause", at=3_000, patient="p1", ms=0) == "applied"
    assert heard(system) == {("hr", "high")}


def test_t24_what_is_shelved_is_seen_and_not_heard() -> None:
    system = system_with(("hr", "high", MEDIUM), ("rr", "low", MEDIUM))
    assert shelve(system, SHELVED) == "applied"
    assert heard(system) == {("rr", "low")}
    assert set(seen(system)) == {("hr", "high"), ("rr", "low")}
    assert steps(system.tick(59_000, False)) == []
    assert steps(system.tick(60_500, False)) == [("low", 1)]


@pytest.mark.parametrize(("priority", "cap"), [(HIGH, 15), (MEDIUM, 60), (LOW, 480)])
def test_t24_shelving_is_bounded_by_priority(priority: Priority, cap: int) -> None:
    system = system_with(("hr", "high", priority))
    assert shelve(system, SHELVED, cap * MINUTE + 1) == "refused"
    assert shelve(system, SHELVED, 0) == "refused"
    assert shelve(system, SHELVED, cap * MINUTE) == "applied"


def test_t24_shelving_needs_a_reason_and_the_alarm_as_it_was_seen() -> None:
    system = system_with(("hr", "high", MEDIUM))
    assert shelve(system, SHELVED, reason="  ") == "refused"
    assert shelve(system, SHELVED._replace(rev=2)) == "superseded"
    assert shelve(system, SHELVED._replace(episode=2)) == "gone"
    assert shelve(system, SHELVED._replace(kind="low")) == "gone"
    assert heard(system) == {("hr", "high")}


@pytest.mark.parametrize("kind", ["asystole", "vf", "apnoea"])
def test_i6b_what_kills_is_never_shelved(kind: str) -> None:
    system = system_with(("hr", kind, HIGH))
    assert shelve(system, Ref("p1", "hr", kind, 1, 1)) == "refused"


def test_i6b_technical_alarms_are_never_shelved() -> None:
    system = AlarmSystem()
    system.technical("p1", "d1", "battery", {LOW: Level(None)}, 0)
    assert shelve(system, Ref("p1", "d1", "battery", 1, 1)) == "refused"


@pytest.mark.parametrize("acked", [False, True])
def test_t25_at_its_end_a_shelved_alarm_is_announced_anew(acked: bool) -> None:
    system = system_with(("hr", "high", MEDIUM))
    if acked:
        act(system, "ack", ref=list(SHELVED))
    shelve(system, SHELVED)
    system.tick(60_999, True)
    assert seen(system)["hr", "high"][2] == 1
    system.tick(61_000, True)
    assert seen(system) == {("hr", "high"): ("unack", 1, 2)}
    assert heard(system) == {("hr", "high")}


def test_t25_a_rise_above_the_shelved_priority_ends_it() -> None:
    system = system_with(("hr", "high", MEDIUM))
    shelve(system, SHELVED)
    report(system, "hr", "high", HIGH, 5_000)
    assert heard(system) == {("hr", "high")}
    assert seen(system) == {("hr", "high"): ("unack", 1, 2)}
    assert not [a for a in system.tick(61_000, True) if not isinstance(a, Escalation)]


def test_t25_a_recurrence_at_the_shelved_priority_stays_shelved() -> None:
    system = system_with(("hr", "high", MEDIUM))
    shelve(system, SHELVED)
    report(system, "hr", "high", None, 5_000)
    report(system, "hr", "high", MEDIUM, 6_000)
    assert heard(system) == set()


def test_unshelving() -> None:
    system = system_with(("hr", "high", MEDIUM))
    assert act(system, "unshelve", ref=list(SHELVED)) == "gone"
    shelve(system, SHELVED)
    assert act(system, "unshelve", at=2_000, ref=list(SHELVED)) == "applied"
    assert seen(system) == {("hr", "high"): ("unack", 1, 2)}


def test_standby_silences_everything_of_the_patient_and_ends_with_the_data() -> None:
    system = system_with(("hr", "high", HIGH))
    assert act(system, "standby", patient="p1", ms=240 * MINUTE + 1, reason="bath") == "refused"
    assert act(system, "standby", at=2_000, patient="p1", ms=MINUTE, reason="") == "refused"
    assert act(system, "standby", at=3_000, patient="p1", ms=240 * MINUTE, reason="bath") == "applied"
    system.technical("p1", "d1", "no-data", {HIGH: Level(None)}, 12_000)
    assert heard(system) == set()
    assert len(seen(system)) == 2
    assert steps(system.tick(200_000, False)) == []
    for at, flowing in ((300_000, True), (359_000, False), (360_000, True), (419_999, True)):
        assert system.annunciation.data("p1", flowing, at) == []
    assert system.annunciation.data("p1", True, 420_000)
    assert heard(system) == {("hr", "high"), ("d1", "no-data")}
    assert seen(system)["hr", "high"] == ("unack", 1, 2)
    assert steps(system.tick(449_999, True)) == []


def test_standby_ends_by_itself() -> None:
    system = system_with(("hr", "high", HIGH))
    act(system, "standby", patient="p1", ms=MINUTE, reason="bath")
    system.tick(61_000, True)
    assert heard(system) == {("hr", "high")}


def test_t26_a_condition_is_inhibited_by_a_louder_one_of_its_parameter_only() -> None:
    system = system_with(("hr", "low", MEDIUM), ("rr", "low", MEDIUM))
    system.reported("p2", "hr", "low", {MEDIUM: Level(None)}, 0)
    report(system, "hr", "asystole", HIGH, 1_000)
    assert sorted((a.ref.patient, a.ref.param, a.ref.kind) for a in system.annunciation.audible()) == [
        ("p1", "hr", "asystole"), ("p1", "rr", "low"), ("p2", "hr", "low"),
    ]  # fmt: skip
    (inhibition,) = [s for s in system.tick(1_000, True) if isinstance(s, Suppression)]
    assert (inhibition.what, inhibition.key, inhibition.by) == ("inhibit", ("p1", "hr", "low"), "asystole")
    assert len(seen(system)) == 3


def test_t26_released_it_is_announced_within_a_second() -> None:
    system = system_with(("hr", "low", MEDIUM))
    report(system, "hr", "asystole", HIGH, 1_000)
    system.tick(1_000, True)
    assert steps(system.tick(900_000, True)) == [("asystole", n) for n in (1, 2, 3)]
    act(system, "ack", at=900_500, ref=["p1", "hr", "asystole", 1, 1])
    assert heard(system) == {("hr", "low")}
    announced = system.tick(901_000, True)
    assert [(a.ref.kind, a.ref.rev) for a in announced if isinstance(a, Alarm)] == [("low", 2)]
    assert steps(announced) == []


@pytest.mark.parametrize("first", ["high", "falling"])
def test_t26_what_is_released_does_not_depend_on_who_was_inhibited_first(first: str) -> None:
    system = AlarmSystem()
    kinds = ("high", "falling") if first == "high" else ("falling", "high")
    for kind in kinds:
        report(system, "glucose", kind, LOW, 0 if kind == "falling" else 1_000)
    report(system, "glucose", "low", HIGH, 2_000)
    system.tick(2_000, True)
    assert heard(system) == {("glucose", "low")}
    report(system, "glucose", "low", None, 3_000)
    system.tick(3_000, True)
    assert seen(system)[("glucose", "falling")] == ("unack", 1, 2)  # speaks for the other one, which waits
    assert seen(system)[("glucose", "high")] == ("unack", 1, 1)


def test_t26_what_is_shelved_lost_or_quieter_inhibits_nothing() -> None:
    system = system_with(("hr", "low", HIGH), ("hr", "irregular", MEDIUM))
    assert heard(system) == {("hr", "low")}
    system.source_lost("p1", ["hr"])
    assert heard(system) == {("hr", "low"), ("hr", "irregular")}
    system.source_returned("p1", ["hr"], 1_000)
    assert heard(system) == {("hr", "low")}
    shelve(system, Ref("p1", "hr", "low", 1, 1))
    assert heard(system) == {("hr", "irregular")}


def test_t26_a_sensor_that_is_off_inhibits_nothing_and_is_not_inhibited() -> None:
    system = system_with(("spo2", "low", HIGH), ("spo2", "falling", MEDIUM))
    system.technical("p1", "spo2", "sensor-off", {MEDIUM: Level(None)}, 1_000)
    assert heard(system) == {("spo2", "low"), ("spo2", "falling"), ("spo2", "sensor-off")}


@pytest.mark.parametrize("priority", Priority)
def test_t18_every_step_once_and_twice_as_soon_while_nobody_attends(priority: Priority) -> None:
    for attended, factor in ((True, 1), (False, 2)):
        system = system_with(("hr", "high", priority))
        for level, due in enumerate(STEPS[priority], 1):
            assert steps(system.tick(due // factor - 1, attended)) == []
            assert steps(system.tick(due // factor, attended)) == [("high", level)]
        assert steps(system.tick(10**9, attended)) == []


def test_t18_steps_that_were_due_while_nobody_looked_are_none_of_them_lost() -> None:
    system = system_with(("hr", "high", HIGH))
    assert steps(system.tick(10**6, True)) == [("high", 1), ("high", 2), ("high", 3)]


def test_t18_an_acknowledgement_ends_escalation_and_a_new_revision_begins_it_again() -> None:
    system = system_with(("hr", "high", HIGH))
    act(system, "ack", at=10_000, ref=list(SHELVED))
    assert steps(system.tick(100_000, True)) == []
    again = 10_000 + REARM[HIGH]
    assert [a.ref.rev for a in system.advance(again)] == [2]
    assert steps(system.tick(again + 29_999, True)) == []
    assert steps(system.tick(again + 30_000, True)) == [("high", 1)]


def test_t18_what_a_source_told_late_escalates_from_when_it_was_announced() -> None:
    system = AlarmSystem()
    system.told_late(system.reported("p1", "hr", "high", {HIGH: Level(None)}, 0), 300_000)
    assert steps(system.tick(329_999, True)) == []
    assert steps(system.tick(330_000, True)) == [("high", 1)]
    act(system, "ack", at=340_000, ref=list(SHELVED))
    again = 340_000 + REARM[HIGH]
    system.advance(again)
    assert steps(system.tick(again + 30_000, True)) == [("high", 1)], "the next announcement is not late"


def test_t5_a_latched_alarm_still_escalates() -> None:
    system = system_with(("hr", "high", HIGH))
    report(system, "hr", "high", None, 1_000)
    assert heard(system) == {("hr", "high")}
    assert steps(system.tick(30_000, True)) == [("high", 1)]


def test_i16_a_repeated_operation_changes_nothing() -> None:
    system = system_with(("hr", "high", MEDIUM))
    body = {"op": "one", "user": "KIM", "do": "shelve", "ref": list(SHELVED), "ms": MINUTE, "reason": "x"}
    assert system.act(body, 1_000)[0].outcome == "applied"
    act(system, "unshelve", at=2_000, ref=list(SHELVED))
    outcome, announced = system.act(body, 3_000)
    assert (outcome.outcome, announced, heard(system)) == ("applied", [], {("hr", "high")})


def test_a_refusal_says_what_is_allowed() -> None:
    system = system_with(("hr", "high", HIGH))
    body = {"op": "one", "user": "KIM", "do": "shelve", "ref": list(SHELVED), "ms": 10**9, "reason": "x"}
    assert system.act(body, 1_000)[0].why == "this alarm is shelved for at most 15 min"


def test_t29_an_acknowledgement_ages_while_its_source_is_not_heard() -> None:
    system = system_with(("hr", "high", HIGH))
    act(system, "ack", ref=list(SHELVED))
    again = AlarmSystem()
    again.resume(system.annunciation.visible())
    assert again.advance(1_000 + REARM[HIGH] - 1) == []
    assert [(a.state, a.ref.rev) for a in again.advance(1_000 + REARM[HIGH])] == [("unack", 2)]


def test_t19_t21_a_recovery_cut_short_by_a_lost_sensor_or_source_does_not_count() -> None:
    for lost in ("sensor", "source"):
        system = AlarmSystem()
        watch = system.watch("p1", "spo2")
        watch.value(88.0, 0)
        assert watch.value(88.0, 6_000)
        watch.value(97.0, 7_000)
        if lost == "sensor":
            watch.absent("sensor-off", 8_000)
        else:
            system.source_lost("p1", ["spo2"])
        system.advance(20_000)
        assert seen(system)["spo2", "low"] == ("unack", 1, 1)


def test_a_discharge_takes_the_suppressions_along() -> None:
    system = system_with(("hr", "high", HIGH))
    act(system, "pause", patient="p1", ms=60_000)
    system.discharge("p1", 2_000)
    report(system, "hr", "high", MEDIUM, 3_000)
    assert heard(system) == {("hr", "high")}


OPS: list[dict[str, Any]] = [
    {"op": "a", "do": "ack", "ref": ["p1", "hr", "high", 1, 1]},
    {"op": "a", "do": "ack", "ref": ["p1", "hr", "high", 1, 1]},
    {"op": "b", "do": "ack", "ref": ["p1", "rr", "low", 1, 2]},
    {"op": "c", "do": "ack", "ref": ["p2", "rr", "low", 1, 1], "intent": "going", "ms": MINUTE},
    {"op": "g", "do": "unack", "ref": ["p1", "rr", "low", 1, 1]},
    {"op": "d", "do": "shelve", "ref": ["p1", "rr", "low", 1, 1], "ms": MINUTE, "reason": "suction"},
    {"op": "e", "do": "pause", "patient": "p1", "ms": MINUTE},
    {"op": "f", "do": "standby", "patient": "p2", "ms": MINUTE, "reason": "bath"},
]


#: Takes "c" back: it names what a screen showed as acknowledged, so the log has it after that.
UNDO = {"op": "h", "do": "unack", "ref": ["p2", "rr", "low", 1, 1]}


def after(ops: list[dict[str, Any]]) -> tuple[list[Alarm], list[Alarm], set[Suppression]]:
    system = system_with(("hr", "high", HIGH), ("rr", "low", MEDIUM))
    system.reported("p2", "rr", "low", {LOW: Level(None)}, 0)
    for op in ops:
        system.act({"user": "KIM"} | op, 1_000)
    over = system.annunciation
    return over.visible(), over.audible(), set(over.suppressions)


@given(order=st.permutations(OPS), again=st.lists(st.sampled_from(OPS), max_size=3))
def test_i20_operations_in_any_order_and_again_lead_to_the_same_state(
    order: list[dict[str, Any]], again: list[dict[str, Any]]
) -> None:
    assert after(order + again) == after(OPS)


@given(order=st.permutations(OPS), again=st.lists(st.sampled_from([*OPS, UNDO]), max_size=3), data=st.data())
def test_i20_so_does_taking_back_wherever_it_comes_after_its_acknowledgement(
    order: list[dict[str, Any]], again: list[dict[str, Any]], data: st.DataObject
) -> None:
    first = next(place for place, op in enumerate(order, 1) if op["op"] == "c")
    place = data.draw(st.integers(first, len(order)))
    assert after([*order[:place], UNDO, *order[place:], *again]) == after([*OPS, UNDO]) != after(OPS)
