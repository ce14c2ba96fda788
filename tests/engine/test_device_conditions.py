"""Alarms that devices raise themselves: taken up, kept apart from the program's own, never lost and never doubled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ward_of_one import DEVICE, PATIENT, WARD, T

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.reported import LETHAL, OWN, Report, Told, kind_of, newer
from iomt_tui.alarms.suppression import NEVER_SHELVED
from iomt_tui.engine.loop import Engine
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Reading, draft
from iomt_tui.ward.fold import Ward

APNOEA = {"patient": "p1", "device": "d1", "param": "rr", "kind": "apnoea", "priority": 3, "technical": False,
          "state": "start", "at": T, "text": ""}  # fmt: skip


@pytest.fixture
def log(tmp_path: Path) -> Any:
    log = SqliteLog(tmp_path / "ward.db")
    yield log
    log.close()


@pytest.fixture
def engine(log: SqliteLog) -> Engine:
    engine = Engine(log)
    engine.start(WARD, T - 1_000)
    engine.take([(T - 1_000, "patient", PATIENT), (T - 1_000, "device", DEVICE)])
    return engine


def tell(engine: Engine, second: float, **changed: object) -> None:
    at = T + int(second * 1_000)
    engine.take([(at, "condition", APNOEA | {"at": at} | changed)])


def told(log: SqliteLog) -> list[tuple[str, str, str, int]]:
    found = [Alarm.from_body(e.data()) for e in log.read(0) if e.kind == "alarm"]
    return [(a.ref.param, a.ref.kind, a.state, a.priority) for a in found]


def test_a_monitors_apnoea_is_high_at_once_and_latches(engine: Engine, log: SqliteLog) -> None:
    tell(engine, 0, priority=1, technical=True)  # whatever it says of itself
    assert told(log) == [("rr", "apnoea", "unack", 3)]
    tell(engine, 9, state="end")
    assert told(log)[1:] == [("rr", "apnoea", "latched", 3)]
    tell(engine, 12)
    assert engine.ward.view("p1", T + 12_000).alarms[0].ref.episode == 2


@pytest.mark.parametrize("kind", ["apnoea", "APNEA", "MDC_EVT_APNEA", "Asystole", "V-Fib", "MDC_EVT_ECG_V_FIB", "vf"])
def test_nobody_shelves_what_kills_at_once(engine: Engine, log: SqliteLog, kind: str) -> None:
    tell(engine, 0, kind=kind, param="hr", priority=2)
    (alarm,) = engine.ward.view("p1", T).alarms
    assert alarm.priority is Priority.HIGH
    act = {"op": "s1", "user": "KIM", "do": "shelve", "ref": list(alarm.ref), "ms": 60_000, "reason": "known"}
    log.append([draft(T, "act", act)], durable=True)
    engine.follow()
    assert engine.ward.outcomes["s1"]["outcome"] == "refused"


def test_the_lethal_kinds_are_those_that_are_never_shelved() -> None:
    assert LETHAL <= NEVER_SHELVED
    assert {kind_of(kind) for kind in NEVER_SHELVED} == LETHAL


def test_a_devices_own_limit_alarm_and_ours_are_two(engine: Engine, log: SqliteLog) -> None:
    engine.take([(T, "obs", Reading("p1", "d1", T, {"spo2": 84.0}, None))])
    tell(engine, 1, param="spo2", kind="low", priority=2, text="SpO2 84 < 88")
    shown = {a.ref.kind: a for a in engine.ward.view("p1", T + 1_000).alarms if a.ref.param == "spo2"}
    assert set(shown) == {"low", "device-low"} and shown["device-low"].detail == "SpO2 84 < 88"
    tell(engine, 2, param="spo2", kind="low", state="end")
    states = {a.ref.kind: a.state for a in engine.ward.view("p1", T + 2_000).alarms if a.ref.param == "spo2"}
    assert states == {"low": "unack", "device-low": "latched"}
    for kind in OWN:
        assert kind_of(kind) not in OWN


def test_of_two_devices_each_ends_only_what_it_said(engine: Engine, log: SqliteLog) -> None:
    for device in ("d1", "d2"):
        tell(engine, 0, device=device)
    tell(engine, 1, state="end", device="d1")
    assert told(log) == [("rr", "apnoea", "unack", 3)]
    tell(engine, 2, state="end", device="d2")
    assert told(log)[-1][2] == "latched"


def test_what_comes_late_or_twice_changes_nothing(engine: Engine, log: SqliteLog) -> None:
    tell(engine, 5)
    before = told(log)
    tell(engine, 6, at=T + 5_000)
    tell(engine, 7, state="end", at=T + 4_000)
    assert told(log) == before
    tell(engine, 8, state="end")
    tell(engine, 9, at=T + 7_000)
    assert told(log)[1:] == [("rr", "apnoea", "latched", 3)]


def test_a_rise_is_announced_and_an_update_alone_raises(engine: Engine, log: SqliteLog) -> None:
    tell(engine, 0, kind="VT", param="hr", priority=2, state="update")
    tell(engine, 1, kind="VT", param="hr", priority=3, state="update")
    assert told(log) == [("hr", "vtach", "unack", 2), ("hr", "vtach", "unack", 3)]


def test_an_unknown_patient_and_what_nobody_understands_are_counted(engine: Engine, log: SqliteLog) -> None:
    tell(engine, 0, patient="p9")
    for wrong in ({"kind": ""}, {"kind": None}, {"state": "on"}, {"priority": 0}, {"priority": "x"}, {"at": None},
                  {"patient": 7}, {"at": float("inf")}):  # fmt: skip
        tell(engine, 1, **(wrong | ({"at": T} if "at" not in wrong else {})))
    assert engine.ward.refused == {"unknown-patient": 1, "not-understood": 8}
    assert told(log) == [] and engine.ward.unreadable == 0 and set(engine.ward.patients) == {"p1"}


def test_a_feed_of_ever_new_kinds_is_bounded(engine: Engine, log: SqliteLog) -> None:
    for i in range(80):
        tell(engine, i, kind=f"odd {i}", priority=1)
    assert len(engine.ward.patients["p1"].reported) == 64
    assert engine.ward.refused == {"too-many-conditions": 16}


def test_text_is_made_safe(engine: Engine, log: SqliteLog) -> None:
    tell(engine, 0, text="\x1b]52;c;eA==\x07[b]apnoea" + "x" * 200)
    detail = engine.ward.view("p1", T).alarms[0].detail
    assert "\x1b" not in detail and "\x07" not in detail and len(detail) <= 60


def test_a_lost_source_leaves_it_and_a_device_taken_off_ends_it(engine: Engine, log: SqliteLog) -> None:
    engine.take([(T, "obs", Reading("p1", "d1", T, {"spo2": 97.0}, None))])
    tell(engine, 1)
    for second in range(2, 30):
        engine.tick(T + second * 1_000)
    kinds = {a.ref.kind: a.state for a in engine.ward.view("p1", T + 29_000).alarms}
    assert kinds == {"apnoea": "unack", "no-data": "unack"}
    engine.take([(T + 30_000, "device", {"id": "d1", "patient": None, "state": "off"})])
    assert told(log)[-1][1:3] == ("apnoea", "latched")


def test_a_restart_loses_and_doubles_nothing(engine: Engine, log: SqliteLog) -> None:
    tell(engine, 0)
    tell(engine, 0, device="d2")
    again = Engine(log, Ward.restore(engine.ward.checkpoint()))
    again.start(WARD, T + 5_000)
    again.tick(T + 5_000)
    assert told(log) == [("rr", "apnoea", "unack", 3)]
    tell(again, 6, state="end")
    assert len(told(log)) == 1  # the other device still says so
    tell(again, 7, state="end", device="d2")
    assert told(log)[-1][2] == "latched"


def test_a_condition_logged_by_an_engine_that_died_is_announced_by_the_next(engine: Engine, log: SqliteLog) -> None:
    log.append([draft(T, "condition", APNOEA)], durable=True)
    ward = Ward()
    ward.apply(log.read(0))
    again = Engine(log, ward)
    again.start(WARD, T + 5_000)
    again.tick(T + 5_000)
    assert told(log) == [("rr", "apnoea", "unack", 3)]


reports = st.builds(Told, st.integers(0, 50), st.integers(0, 3), st.just(False), st.just(""))


@given(st.lists(reports, max_size=12, unique_by=lambda t: t.at), st.randoms())
def test_any_order_and_repetition_ends_with_the_newest(found: list[Told], random: Any) -> None:
    shuffled = found + found
    random.shuffle(shuffled)
    known = None
    for one in shuffled:
        known = one if newer(known, one) else known
    assert known == max(found, key=lambda t: t.at, default=None)


def test_a_report_needs_its_shape() -> None:
    assert Report.from_body(APNOEA | {"param": "nonsense"}).param == "d1"
    with pytest.raises(KeyError):
        Report.from_body({k: v for k, v in APNOEA.items() if k != "state"})
