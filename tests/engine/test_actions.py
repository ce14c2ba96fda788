"""What clinicians do about alarms goes through the log: applied once, answered, folded, and kept over a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ward_of_one import DEVICE, PATIENT, WARD, T

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.model import Alarm
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
    engine.take([(T, "patient", PATIENT), (T, "device", DEVICE), obs(0, 84.0)])
    return engine


def obs(second: int, value: float) -> Arrival:
    at = T + second * 1000
    return at, "obs", Reading("p1", "d1", at, {"spo2": value}, None)


def alarms(log: SqliteLog) -> list[Alarm]:
    own = (Alarm.from_body(e.data()) for e in log.read(0) if e.kind == "alarm")
    return [alarm for alarm in own if alarm.ref.param == "spo2"]


def act(log: SqliteLog, do: str, second: int, op: str = "", **data: Any) -> None:
    body = {"op": op or f"{do}{second}", "user": "KIM", "do": do, **data}
    log.append([draft(T + second * 1000, "act", body)], durable=True)


def outcomes(log: SqliteLog) -> dict[str, str]:
    return {e.data()["op"]: e.data()["outcome"] for e in log.read(0) if e.kind == "outcome"}


def quiet(ward: Ward, second: int) -> list[tuple[str, int | None]]:
    now = T + second * 1000
    return [(s.what, s.until and (s.until - T) // 1000) for s in ward.view("p1", now).suppressions]


def steps(log: SqliteLog) -> list[tuple[str, int, int]]:
    own = [Escalation.from_body(e.data()) for e in log.read(0) if e.kind == "escalation"]
    return [(e.ref.param, e.level, (e.at - T) // 1000) for e in own if e.ref.param == "spo2"]


def test_actions_are_answered_and_folded(engine: Engine, log: SqliteLog) -> None:
    ref = list(alarms(log)[0].ref)
    act(log, "pause", 1, patient="p1", ms=60_000)
    act(log, "shelve", 1, ref=ref, ms=300_000, reason="suction")
    act(log, "standby", 1, patient="p1", ms=3_600_000, reason="bath")
    act(log, "standby", 2, patient="nobody", ms=3_600_000, reason="bath")
    act(log, "pause", 3, patient="p1", ms=999_000)
    engine.follow()
    assert list(outcomes(log).values()) == ["applied", "applied", "applied", "gone", "refused"]
    assert quiet(engine.ward, 3) == [("pause", 61), ("shelve", 301), ("standby", 3601)]
    header = engine.ward.header(T + 3_000)
    assert (header.paused, header.shelved, header.standby) == (1, 1, 1)
    assert engine.ward.header(T + 62_000).paused == 0
    act(log, "unshelve", 4, ref=ref)
    engine.follow()
    assert quiet(engine.ward, 5) == [("standby", 3601)]  # a high that is announced anew breaks the pause
    assert alarms(log)[-1].ref.rev == 2


def test_a_suppression_survives_the_engine_and_ends_on_time(engine: Engine, log: SqliteLog) -> None:
    act(log, "shelve", 1, ref=list(alarms(log)[0].ref), ms=60_000, reason="suction")
    engine.follow()
    again = Engine(log, Ward.restore(engine.ward.checkpoint()))
    again.tick(T + 60_000)
    assert [a.ref.rev for a in alarms(log)] == [1]
    third = Engine(log, reopen(log))  # its end passes while no engine runs
    third.tick(T + 90_000)
    assert (alarms(log)[-1].state, alarms(log)[-1].ref.rev) == ("unack", 2)
    assert quiet(third.ward, 90) == []
    assert not third.ward.patients["p1"].suppressions


def test_an_action_is_applied_once_whichever_engine_meets_it(engine: Engine, log: SqliteLog) -> None:
    ref = list(alarms(log)[0].ref)
    act(log, "shelve", 1, op="one", ref=ref, ms=60_000, reason="suction")
    engine.follow()
    act(log, "unshelve", 2, ref=ref)
    engine.follow()
    again = Engine(log, reopen(log))
    act(log, "shelve", 3, op="one", ref=ref, ms=60_000, reason="suction")
    again.follow()
    assert quiet(again.ward, 4) == []
    assert outcomes(log)["one"] == "applied"


@pytest.mark.parametrize("checkpointed", [False, True])
def test_an_action_that_a_stopped_engine_left_is_answered_by_the_next(
    engine: Engine, log: SqliteLog, checkpointed: bool
) -> None:
    act(log, "ack", 1, ref=list(alarms(log)[0].ref))
    act(log, "shelve", 1, op="odd", ref=["p1"], ms=1, reason="x")
    ward = reopen(log)
    again = Engine(log, Ward.restore(ward.checkpoint()) if checkpointed else ward)
    again.follow()
    assert outcomes(log) == {"ack1": "applied", "odd": "refused"}
    assert alarms(log)[-1].by == "KIM"
    third = Engine(log, reopen(log))
    third.follow()
    assert len([e for e in log.read(0) if e.kind == "outcome"]) == 2


def test_escalation_is_in_the_log_once_over_restarts(engine: Engine, log: SqliteLog) -> None:
    for second in range(1, 65):
        engine.take([obs(second, 84.0)])
        if second in (29, 45):
            engine = Engine(log, reopen(log))
    assert steps(log) == [("spo2", 1, 30), ("spo2", 2, 60)]
    again = Engine(log, Ward.restore(reopen(log).checkpoint()))
    again.attended(False, T + 65_000)
    again.tick(T + 66_000)
    assert steps(log)[2:] == [("spo2", 3, 66)]  # nobody attends: after 60 s, not 120


def test_a_new_high_breaks_the_pause_in_the_log_too(engine: Engine, log: SqliteLog) -> None:
    act(log, "pause", 1, patient="p1", ms=60_000)
    engine.follow()
    engine.take([(T + 2_000, "obs", Reading("p1", "d1", T + 2_000, {"hr": 150.0}, None))])
    assert quiet(engine.ward, 2) == []
    assert engine.ward.header(T + 2_000).paused == 0


def test_standby_ends_when_data_flow_for_a_minute(engine: Engine, log: SqliteLog) -> None:
    act(log, "standby", 1, patient="p1", ms=14_400_000, reason="bath")
    engine.follow()
    for second in range(2, 100):
        engine.tick(T + second * 1000)
    assert quiet(engine.ward, 99) == [("standby", 14401)]
    for second in range(100, 160):
        engine.take([obs(second, 97.0)])
    assert quiet(engine.ward, 160) == [("standby", 14401)]
    engine.take([obs(161, 97.0), obs(162, 97.0)])
    assert quiet(engine.ward, 162) == []


@pytest.mark.parametrize("how", ["gap", "restart"])
def test_an_acknowledgement_from_before_nobody_watched_comes_back(engine: Engine, log: SqliteLog, how: str) -> None:
    act(log, "ack", 1, ref=list(alarms(log)[0].ref))
    engine.follow()
    if how == "restart":
        engine = Engine(log, reopen(log))
    else:
        engine.tick(T + 6_000, gap=5_000)
    engine.take([obs(7, 84.0), obs(8, 84.0)])
    assert [(a.state, a.ref.rev) for a in alarms(log)] == [("unack", 1), ("acked", 1), ("unack", 2)]


def test_the_ward_with_its_suppressions_is_the_fold_of_its_log(engine: Engine, log: SqliteLog) -> None:
    act(log, "shelve", 1, ref=list(alarms(log)[0].ref), ms=20_000, reason="suction \x1b]52;")
    act(log, "pause", 2, patient="p1", ms=60_000)
    for second in range(1, 60):
        engine.take([obs(second, 84.0)])
        engine.follow()
    assert reopen(log).checkpoint() == engine.ward.checkpoint()
    assert Ward.restore(engine.ward.checkpoint()).checkpoint() == engine.ward.checkpoint()
    assert steps(log)
