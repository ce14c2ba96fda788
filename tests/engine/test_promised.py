"""An acknowledgement in the log is a promise: it says something, it ends, and it can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ward_of_one import DEVICE, PATIENT, WARD, T

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.process import reopen
from iomt_tui.engine.source import Arrival
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Reading, draft
from iomt_tui.ward.fold import Ward


@pytest.fixture
def log(tmp_path: Path) -> Any:
    log = SqliteLog(tmp_path / "ward.db")
    yield log
    log.close()


@pytest.fixture
def engine(log: SqliteLog) -> Engine:
    engine = Engine(log)
    engine.start(WARD, T)
    engine.attended(True, T)
    engine.take([(T, "patient", PATIENT), (T, "device", DEVICE), *obs(0)])
    return engine


def obs(*seconds: int, spo2: float = 84.0) -> list[Arrival]:
    times = [T + second * 1000 for second in seconds]
    return [(at, "obs", Reading("p1", "d1", at, {"spo2": spo2}, None)) for at in times]


def alarms(log: SqliteLog) -> list[Alarm]:
    return [Alarm.from_body(e.data()) for e in log.read(0) if e.kind == "alarm"]


def spo2(log: SqliteLog) -> list[tuple[str, int, str]]:
    return [(a.state, a.ref.rev, a.intent) for a in alarms(log) if a.ref.param == "spo2"]


def act(engine: Engine, do: str, second: int, user: str = "KIM", op: str = "", **data: Any) -> dict[str, Any]:
    op = op or f"{do}{second}"
    newest = [a.ref for a in alarms(engine.log) if a.ref.param == "spo2"][-1]  # type: ignore[arg-type]
    body = {"op": op, "user": user, "do": do, "ref": list(newest), **data}
    engine.log.append([draft(T + second * 1000, "act", body)], durable=True)
    engine.follow()
    return engine.ward.outcomes[op]


def test_a_promise_is_in_the_log_and_in_the_ward(engine: Engine, log: SqliteLog) -> None:
    assert act(engine, "ack", 1, intent="note", note=" line\x1b change ", ms=60_000)["outcome"] == "applied"
    for ward in (engine.ward, reopen(log), Ward.restore(engine.ward.checkpoint())):
        (alarm,) = ward.view("p1", T + 2_000).alarms
        assert (alarm.state, alarm.by, alarm.intent, alarm.until) == ("acked", "KIM", "note", T + 61_000)
        assert alarm.note == "line\ufffd change"


REFUSED = [
    ({"intent": "asleep"}, "an acknowledgement says going, expected, sensor, doctor, note or nothing"),
    ({"intent": ["going"]}, "an acknowledgement says going, expected, sensor, doctor, note or nothing"),
    ({"intent": "note"}, "a note needs words"),
    ({"intent": "note", "note": " \n "}, "a note needs words"),
    ({"note": "x" * 121}, "a note has at most 120 characters"),
    ({"ms": 0}, "this alarm is acknowledged for at most 3 min, in whole milliseconds"),
    ({"ms": -5}, "this alarm is acknowledged for at most 3 min, in whole milliseconds"),
    ({"ms": 180_001}, "this alarm is acknowledged for at most 3 min, in whole milliseconds"),
    ({"ms": True}, "this alarm is acknowledged for at most 3 min, in whole milliseconds"),
    ({"ms": 1.5}, "this alarm is acknowledged for at most 3 min, in whole milliseconds"),
    ({"ms": "60000"}, "this alarm is acknowledged for at most 3 min, in whole milliseconds"),
]


@pytest.mark.parametrize(("said", "why"), REFUSED)
def test_a_promise_that_cannot_be_is_refused_in_words(
    engine: Engine, log: SqliteLog, said: dict[str, Any], why: str
) -> None:
    answer = act(engine, "ack", 1, **said)
    assert (answer["outcome"], answer["why"]) == ("refused", why)
    assert spo2(log) == [("unack", 1, "")]


def test_t15_an_alarm_comes_back_when_the_promise_ends(engine: Engine, log: SqliteLog) -> None:
    act(engine, "ack", 1, intent="going", ms=30_000)
    engine.take(obs(*range(2, 31)))
    assert spo2(log) == [("unack", 1, ""), ("acked", 1, "going")]
    engine.take(obs(31, 32))
    assert spo2(log)[2:] == [("unack", 2, "")]
    assert alarms(log)[-1].raised == T + 31_000


@pytest.mark.parametrize("how", ["gap", "restart", "checkpoint"])
def test_t28_t29_no_promise_ends_in_silence_while_nobody_watches(engine: Engine, log: SqliteLog, how: str) -> None:
    act(engine, "ack", 1, intent="going", ms=30_000)
    if how == "gap":
        engine.tick(T + 3_600_000, gap=3_598_000)
    else:
        engine = Engine(log, reopen(log) if how == "restart" else Ward.restore(engine.ward.checkpoint()))
        engine.tick(T + 3_600_000)
    assert spo2(log)[2:] == [("unack", 2, "")]


def test_t22_a_promise_ends_with_the_source_that_was_lost(engine: Engine, log: SqliteLog) -> None:
    act(engine, "ack", 1, intent="going")
    engine.take(obs(2))
    for second in range(3, 20):
        engine.tick(T + second * 1000)
    engine.take(obs(20))
    engine.tick(T + 21_000)
    assert spo2(log)[2:] == [("unack", 2, "")]


def test_what_is_taken_back_is_announced_and_everybody_learns_by_whom(engine: Engine, log: SqliteLog) -> None:
    seen = alarms(log)[-1].ref
    assert act(engine, "unack", 1)["outcome"] == "gone"
    act(engine, "ack", 2, user="LEE", intent="going")
    answer = act(engine, "unack", 3, user="KIM")
    assert (answer["outcome"], answer["by"], answer["why"]) == ("applied", "KIM", "taken back from LEE")
    for ward in (engine.ward, reopen(log), Ward.restore(engine.ward.checkpoint())):
        (alarm,) = ward.view("p1", T + 4_000).alarms
        assert (alarm.state, alarm.ref.rev, alarm.by, alarm.undone_by) == ("unack", 2, "", "KIM")
    assert act(engine, "unack", 4, user="LEE", ref=list(seen))["outcome"] == "superseded"
    assert act(engine, "ack", 5, ref=list(seen))["outcome"] == "superseded"
    assert act(engine, "unack", 6, op="unack3")["outcome"] == "applied"  # T8: the first answer, nothing done
    assert spo2(log) == [("unack", 1, ""), ("acked", 1, "going"), ("unack", 2, "")]


def test_taking_back_survives_a_restart(engine: Engine, log: SqliteLog) -> None:
    act(engine, "ack", 1, intent="going")
    again = Engine(log, reopen(log))
    assert act(again, "unack", 2)["outcome"] == "applied"
    third = Engine(log, Ward.restore(again.ward.checkpoint()))
    assert act(third, "unack", 3, op="unack2")["outcome"] == "applied"
    assert spo2(log) == [("unack", 1, ""), ("acked", 1, "going"), ("unack", 2, "")]


def test_acts_of_one_transaction_are_answered_each_for_itself(engine: Engine, log: SqliteLog) -> None:
    engine.take([(T + 1_000, "device", {"id": "d1", "battery": 8})])
    refs = [alarm.ref for alarm in alarms(log) if alarm.ref.param != "news2"]
    bodies = [{"op": r.param, "user": "KIM", "do": "ack", "ref": list(r), "intent": "going"} for r in refs]
    stale = bodies[0] | {"op": "old", "ref": [*refs[0][:4], 7]}
    log.append([draft(T + 2_000, "act", body) for body in [*bodies, stale]], durable=True)
    engine.follow()
    assert {op: o["outcome"] for op, o in engine.ward.outcomes.items()} == {
        "spo2": "applied", "d1": "applied", "old": "superseded",
    }  # fmt: skip
    states = {a.ref.param: a.state for a in engine.ward.view("p1", T + 2_000).alarms}
    assert (states["spo2"], states["d1"]) == ("acked", "acked")


def test_t30_a_discharge_ends_an_alarm_that_nobody_answered_and_says_so(engine: Engine, log: SqliteLog) -> None:
    ref = alarms(log)[-1].ref
    engine.take([(T + 5_000, "discharge", {"id": "p1"})])
    closed = next(a for a in reversed(alarms(log)) if a.ref.param == "spo2")
    assert (closed.ref, closed.state, closed.ended, closed.by) == (ref, "normal", T + 5_000, "")
    for do in ("ack", "unack"):
        log.append([draft(T + 6_000, "act", {"op": do, "user": "KIM", "do": do, "ref": list(ref)})], durable=True)
        engine.follow()
        assert engine.ward.outcomes[do]["outcome"] == "gone"


@pytest.mark.parametrize("restart", [False, True])
def test_t10_an_old_acknowledgement_never_meets_a_patient_who_came_back(
    engine: Engine, log: SqliteLog, restart: bool
) -> None:
    old = alarms(log)[-1].ref
    engine.take([(T + 5_000, "discharge", {"id": "p1"})])
    if restart:
        engine = Engine(log, Ward.restore(reopen(log).checkpoint()))
    engine.take([(T + 9_000, "patient", PATIENT), (T + 9_000, "device", DEVICE), *obs(10)])
    assert alarms(log)[-1].ref.episode == old.episode + 1
    assert act(engine, "ack", 11, ref=list(old))["outcome"] == "gone"
    assert alarms(log)[-1].priority is Priority.HIGH and alarms(log)[-1].state == "unack"
