"""The engine appends, folds and decides; clinicians' actions from other processes are answered in the log's order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ward_of_one import PATIENT, WARD, T

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.offline import import_readings
from iomt_tui.engine.source import Arrival
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Entry, Reading, draft
from iomt_tui.ward.fold import Ward

DEVICE = {
    "id": "d1",
    "patient": "p1",
    "kind": "monitor",
    "periods": {"spo2": 1.0, "hr": 1.0},
    "battery": 80,
    "state": "on",
}


@pytest.fixture
def log(tmp_path: Path) -> Any:
    log = SqliteLog(tmp_path / "ward.db")
    yield log
    log.close()


@pytest.fixture
def engine(log: SqliteLog) -> Engine:
    engine = Engine(log)
    engine.start(WARD, T)
    engine.take([(T, "patient", PATIENT), (T, "device", DEVICE)])
    return engine


def obs(second: float, **values: float) -> Arrival:
    at = T + int(second * 1000)
    return at, "obs", Reading("p1", "d1", at, values, None)


def off(second: int, key: str) -> Arrival:
    at = T + second * 1000
    return at, "obs", Reading("p1", "d1", at, {}, {key: "sensor-off"})


def alarms(log: SqliteLog) -> list[Alarm]:
    return [Alarm.from_body(e.data()) for e in log.read(0) if e.kind == "alarm"]


def brief(log: SqliteLog, *params: str) -> list[tuple[str, str, str, int]]:
    """What was announced of some parameters, of all but NEWS2 when none is named."""
    wanted = [a for a in alarms(log) if (a.ref.param in params if params else a.ref.param != "news2")]
    return [(a.ref.param, a.ref.kind, a.state, (a.raised - T) // 1000) for a in wanted]


def test_a_low_saturation_is_announced_with_its_own_times(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(s, spo2=97.0 if s < 10 else 88.0) for s in range(20)])
    alarm = next(a for a in alarms(log) if a.ref.param == "spo2")
    assert brief(log) == [("spo2", "low", "unack", 15)]
    assert (alarm.priority, alarm.value, alarm.limit) == (Priority.MEDIUM, 88.0, 90.0)
    assert (alarm.onset - T, alarm.raised - T) == (10_000, 15_000)
    assert engine.ward.view("p1", T + 19_000).top_alarm == alarm  # before the single 3 of NEWS2


def test_a_high_is_announced_at_once_and_a_dip_shorter_than_its_delay_is_not(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(0, spo2=97.0), obs(1, spo2=88.0), obs(4, spo2=97.0), obs(9, spo2=84.0)])
    assert brief(log) == [("spo2", "low", "unack", 9)]


def test_zero_is_a_sensor_that_is_off_never_a_saturation(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(s, spo2=97.0, hr=80.0) for s in range(5)])
    engine.take([off(s, "spo2") for s in range(5, 40)])
    assert brief(log) == [("spo2", "sensor-off", "unack", 15)]
    assert alarms(log)[0].technical
    engine.take([obs(41, spo2=96.0)])
    assert brief(log)[-1][:3] == ("spo2", "sensor-off", "normal")


def test_a_violation_before_the_probe_came_off_stays(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(0, spo2=84.0), *(off(s, "spo2") for s in range(1, 30))])
    assert ("spo2", "low", "normal") not in [x[:3] for x in brief(log)]
    states = {a.ref.kind: a.state for a in engine.ward.view("p1", T + 29_000).alarms}
    assert states == {"low": "unack", "sensor-off": "unack"}


def test_a_silent_device_is_a_high_technical_alarm_and_its_return_re_arms(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(s, spo2=84.0) for s in range(3)])
    ref = alarms(log)[0].ref
    log.append([draft(T + 3_000, "act", {"op": "o1", "user": "A", "do": "ack", "ref": list(ref)})], durable=True)
    engine.follow()
    for second in range(3, 20):
        engine.tick(T + second * 1000)
    assert brief(log)[-1] == ("d1", "no-data", "unack", 12)
    assert alarms(log)[-1].priority is Priority.HIGH
    engine.take([obs(20, spo2=84.0)])
    engine.tick(T + 20_500)
    assert [x[:3] for x in brief(log)[-2:]] == [("d1", "no-data", "normal"), ("spo2", "low", "unack")]
    assert alarms(log)[-1].ref.rev == ref.rev + 1


def act(log: SqliteLog, op: str, ref: Any, at: int = T + 60_000) -> None:
    log.append([draft(at, "act", {"op": op, "user": "A", "do": "ack", "ref": list(ref)})], durable=True)


def outcomes(log: SqliteLog) -> list[tuple[str, str]]:
    return [(e.data()["op"], e.data()["outcome"]) for e in log.read(0) if e.kind == "outcome"]


def test_an_acknowledgement_from_another_process_is_answered_once(
    engine: Engine, log: SqliteLog, tmp_path: Path
) -> None:
    engine.take([obs(0, spo2=84.0)])
    screen = SqliteLog(tmp_path / "ward.db")
    ref = alarms(log)[0].ref
    for op in ("one", "one", "two"):
        act(screen, op, ref)
    act(screen, "three", ref._replace(episode=7))
    engine.take([obs(61, spo2=84.0)])  # the engine writes before it looks: the order stays the log's
    engine.follow()
    assert outcomes(log) == [("one", "applied"), ("one", "applied"), ("two", "already"), ("three", "gone")]
    assert [state for _, _, state, _ in brief(log, "spo2")] == ["unack", "acked"]
    screen.close()


def test_the_engines_ward_is_the_fold_of_its_log(engine: Engine, log: SqliteLog, tmp_path: Path) -> None:
    screen = SqliteLog(tmp_path / "ward.db")
    for second in range(40):
        engine.take([obs(second, spo2=97.0 - second, hr=60.0 + 3 * second)])
        if second % 7 == 0 and alarms(log):
            act(screen, f"op{second}", alarms(log)[-1].ref, T + second * 1000)
        if second % 5 == 0:
            engine.follow()
    engine.follow()
    ward = Ward()
    ward.apply(log.read(0))
    assert ward.checkpoint() == engine.ward.checkpoint()
    assert outcomes(log)
    screen.close()


@pytest.mark.parametrize("body", [b"{}", b"null", b'{"do":"ack"}', b'{"do":"ack","ref":[1]}', b"["])
def test_an_action_nobody_understands_costs_nothing(engine: Engine, log: SqliteLog, body: bytes) -> None:
    log.append([draft(T, "act", {})._replace(body=body)], durable=True)
    engine.follow()
    engine.take([obs(1, spo2=84.0)])
    assert brief(log) == [("spo2", "low", "unack", 1)]


def test_a_restarted_engine_goes_on_with_the_alarms_of_the_log(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(0, spo2=84.0)])
    again = Engine(log, Ward.restore(engine.ward.checkpoint()))
    again.start(WARD, T + 5_000)
    assert not again.ward.view("p1", T + 5_000).vitals["spo2"].live  # nobody watched in between
    again.take([obs(6, spo2=84.0), obs(7, spo2=83.0)])
    assert brief(log) == [("spo2", "low", "unack", 0)]
    again.take([obs(8, spo2=97.0)])
    again.tick(T + 20_000)
    assert brief(log, "spo2")[-1][:3] == ("spo2", "low", "latched")


def test_battery_and_news2_are_conditions(engine: Engine, log: SqliteLog) -> None:
    engine.take([(T + 1_000, "device", {"id": "d1", "battery": 8})])
    assert brief(log) == [("d1", "battery", "unack", 1)]
    engine.take([obs(2, spo2=91.0, hr=132.0, rr=26.0)])
    engine.tick(T + 3_000)
    assert brief(log, "news2") == [("news2", "high", "unack", 3)]


def test_importing_a_file_decides_as_if_it_were_live(log: SqliteLog) -> None:
    readings = [Reading("p1", "d1", T + m * 60_000, {"spo2": 97.0 if m != 5 else 86.0}, None) for m in range(10)]
    device = DEVICE | {"periods": {"spo2": 60.0}}
    engine = import_readings(log, WARD, [PATIENT], [device], readings)
    # One reading a minute below 90 %: raised after its delay, over after the next reading's.
    assert brief(log)[:2] == [("spo2", "low", "unack", 305), ("spo2", "low", "latched", 305)]
    assert [a for a in alarms(log) if a.ref.param == "spo2"][1].ended == T + 365_000
    assert engine.ward.now <= T + 9 * 60_000 + 300_000
    ats = [entry.at for entry in log.read(0)]
    assert ats == sorted(ats)


def entries_of(log: SqliteLog) -> list[Entry]:
    return [e for e in log.read(0) if e.kind == "tick"]


def test_years_between_two_readings_cost_few_ticks(log: SqliteLog) -> None:
    year = 365 * 86_400_000
    import_readings(
        log, WARD, [PATIENT], [DEVICE], [Reading("p1", "d1", T + i * year, {"hr": 80.0}, None) for i in range(3)]
    )
    assert len(entries_of(log)) < 3 * 300


def test_an_alarm_in_force_shows_what_is_measured_now(engine: Engine) -> None:
    engine.take([obs(0, spo2=84.0), obs(1, spo2=82.0)])
    assert engine.ward.view("p1", T + 1_000).alarms[0].value == 82.0
    engine.take([off(2, "spo2")])
    assert engine.ward.view("p1", T + 2_000).alarms[0].value == 84.0  # as announced: nothing is measured now


def test_after_a_restart_a_device_that_is_heard_again_ends_its_alarm(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(0, spo2=97.0)])
    engine.tick(T + 20_000)
    again = Engine(log, Ward.restore(engine.ward.checkpoint()))
    again.start(WARD, T + 25_000)
    again.take([obs(26, spo2=97.0)])
    again.tick(T + 27_000)
    assert [x[:3] for x in brief(log, "d1")] == [("d1", "no-data", "unack"), ("d1", "no-data", "normal")]


def test_a_device_taken_off_takes_its_own_alarms_along(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(0, spo2=97.0)])
    engine.tick(T + 20_000)
    engine.take([(T + 21_000, "device", {"id": "d1", "patient": None, "state": "off"})])
    engine.tick(T + 22_000)
    assert brief(log, "d1")[-1][2] == "normal"
    assert not engine.ward.view("p1", T + 22_000).devices


def test_a_battery_alarm_tells_the_charge_of_now(engine: Engine) -> None:
    engine.take([(T + 1_000, "device", {"id": "d1", "battery": 18})])
    engine.take([(T + 2_000, "device", {"id": "d1", "battery": 14})])
    assert [a.detail for a in engine.ward.view("p1", T + 2_000).alarms] == ["monitor battery 14 %"]


def test_a_clock_that_was_set_is_told_once_and_changes_nothing_else(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(second, spo2=84.0, hr=80.0) for second in range(30)])
    before = engine.ward.view("p1", T + 30_000)
    for seconds in (0, 3_600, 3_600):
        engine.clock_set(seconds, T + 30_000)
    told = [entry.data()["text"] for entry in log.read(0) if entry.kind == "notice"]
    assert told == ["The computer's clock was set forward by 1:00:00; the ward's times go on as before."]
    assert engine.ward.notice == told[0]
    assert before.alarms
    assert engine.ward.view("p1", T + 30_000) == before
    engine.clock_set(0, T + 31_000)
    assert engine.ward.notice == ""


def test_a_set_clock_leaves_the_notice_of_a_damaged_log_in_place(log: SqliteLog) -> None:
    engine = Engine(log)
    engine.start(WARD, T, "The log was damaged.")
    engine.clock_set(-90, T + 1_000)
    told = "The log was damaged. The computer's clock was set back by 0:01:30; the ward's times go on as before."
    assert engine.ward.notice == told
