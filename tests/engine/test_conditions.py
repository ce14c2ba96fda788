"""Conditions that need a past, a neighbour or a second look: trends, units, devices that leave, identities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ward_of_one import WARD

from iomt_tui.alarms.model import Alarm
from iomt_tui.clinical.placing import place, place_many
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.source import Arrival
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Reading
from iomt_tui.ward.fold import Ward

T = 1_700_000_040_000  # a whole minute
MINUTE, DAY = 60_000, 86_400_000
HEART = ["Heart failure"]
P1 = {"id": "p1", "bed": "01", "family": "OKAFOR", "given": "Ngozi", "mrn": "SIM-1111", "home": False, "born": "1954"}
P2 = {"id": "p2", "bed": "02", "family": "SILVA", "given": "João", "mrn": "SIM-2222", "home": False, "born": "1960"}
D1 = {"id": "d1", "patient": "p1", "kind": "monitor", "periods": {"spo2": 1.0, "hr": 1.0}, "state": "on"}
D2 = {"id": "d2", "patient": "p2", "kind": "monitor", "periods": {"spo2": 1.0, "hr": 1.0}, "state": "on"}


@pytest.fixture
def log(tmp_path: Path) -> Any:
    log = SqliteLog(tmp_path / "ward.db")
    yield log
    log.close()


@pytest.fixture
def engine(log: SqliteLog) -> Engine:
    return begun(log)


def begun(log: SqliteLog, **patient: object) -> Engine:
    engine = Engine(log)
    engine.start(WARD, T)
    engine.take([(T, "patient", P1 | patient), (T, "device", D1), (T, "patient", P2), (T, "device", D2)])
    return engine


def obs(ms: int, late: int = 0, device: str = "d1", **values: float) -> Arrival:
    return T + ms, "obs", Reading("p1", device, T + ms - late, values, None)


def told(log: SqliteLog, *kinds: str) -> list[Alarm]:
    found = [Alarm.from_body(e.data()) for e in log.read(0, 1_000_000) if e.kind == "alarm"]
    return [a for a in found if a.ref.kind in kinds]


def brief(log: SqliteLog, *kinds: str) -> list[tuple[str, str, str, int]]:
    return [(a.ref.param, a.ref.kind, a.state, a.priority) for a in told(log, *kinds)]


def sinking(seconds: int, begins: int = 700, by: float = 5.0) -> list[Arrival]:
    """SpO2 97, from ``begins`` s on lower: no limit is passed."""
    return [obs(s * 1_000 + 300, spo2=97.0 if s < begins else 97.0 - by) for s in range(seconds)]


def test_a_saturation_that_sinks_is_announced_before_any_limit_and_ends_when_it_is_its_level(
    engine: Engine, log: SqliteLog
) -> None:
    engine.take(sinking(900))
    (alarm,) = told(log, "falling")
    assert (alarm.ref.param, alarm.value, alarm.limit, alarm.detail) == ("spo2", 92.0, 97.0, "10 min")
    assert alarm.raised - T == 13 * MINUTE  # the second whole minute of it is over
    assert brief(log, "low") == []
    engine.take([obs(s * 1_000, spo2=92.0) for s in range(900, 1_800)])
    assert [x[2] for x in brief(log, "falling")] == ["unack", "latched"]


@pytest.mark.parametrize("dip", [{700, 701, 702}, set(range(700, 745)), set(range(600, 1_500, 5))])
def test_dips_that_do_not_last_are_no_trend(engine: Engine, log: SqliteLog, dip: set[int]) -> None:
    engine.take([obs(s * 1_000, spo2=91.0 if s in dip else 97.0) for s in range(1_500)])
    assert brief(log, "falling") == []


@pytest.mark.parametrize("cut", [719, 760, 780, 790, 830])
def test_a_restart_neither_loses_nor_doubles_nor_moves_a_trend(log: SqliteLog, tmp_path: Path, cut: int) -> None:
    steps = sinking(900)
    engine = begun(log)
    engine.take(steps[:cut])
    again = Engine(log, Ward.restore(engine.ward.checkpoint()))
    again.take(steps[cut:])
    whole = SqliteLog(tmp_path / "whole.db")
    begun(whole).take(steps)
    assert [a.body() for a in told(log, "falling")] == [a.body() for a in told(whole, "falling")]
    assert len(told(log, "falling")) == 1
    whole.close()


def test_glucose_that_falls_fast(engine: Engine, log: SqliteLog) -> None:
    engine.take([(T, "device", {"id": "cgm", "patient": "p1", "kind": "cgm", "periods": {"glucose": 300.0}})])
    for i, value in enumerate([180, 180, 169, 158, 147, 130, 112, 95, 94, 94, 94]):
        engine.take([obs(i * 5 * MINUTE, device="cgm", glucose=float(value))])
        engine.tick(T + i * 5 * MINUTE + 1_000)
    assert [x[2:] for x in brief(log, "falling")] == [("unack", 2), ("unack", 3), ("latched", 3)]


def weigh(engine: Engine, day: int, kg: float, device: str = "scale") -> None:
    engine.take([obs(day * DAY, device=device, weight=kg)])
    engine.tick(T + day * DAY + 1_000)


def at_home(log: SqliteLog, *scales: str, conditions: list[str] = HEART, home: bool = True) -> Engine:
    engine = begun(log, home=home, conditions=conditions)
    for scale in scales or ("scale",):
        body = {"id": scale, "patient": "p1", "kind": "scale", "periods": {"weight": 86400.0}}
        engine.take([(T, "device", body)])
    return engine


def test_a_gain_of_weight_in_heart_failure_at_home(log: SqliteLog) -> None:
    engine = at_home(log)
    for day, kg in enumerate([80.0, 80.3, 81.8, 82.4]):
        weigh(engine, day, kg)
    day_gain, *_, week = told(log, "gain-day", "gain-week")
    assert (day_gain.ref.kind, day_gain.value, day_gain.limit) == ("gain-day", 81.8, 80.3)
    assert (week.ref.kind, week.value, week.limit, week.detail) == ("gain-week", 82.4, 80.0, "7 d")


def test_another_scale_or_another_illness_is_no_gain(log: SqliteLog) -> None:
    engine = at_home(log, "scale", "other")
    weigh(engine, 0, 80.0)
    weigh(engine, 1, 84.0, "other")
    assert told(log, "gain-day", "gain-week") == []
    weigh(engine, 2, 86.0, "other")
    assert brief(log, "gain-day") == [("weight", "gain-day", "unack", 2)]


@pytest.mark.parametrize(("home", "conditions"), [(True, ["Hypertension"]), (False, HEART)])
def test_nobody_else_is_watched_for_weight(log: SqliteLog, home: bool, conditions: list[str]) -> None:
    engine = at_home(log, conditions=conditions, home=home)
    for day, kg in enumerate([80.0, 84.0]):
        weigh(engine, day, kg)
    assert told(log, "gain-day", "gain-week") == []


def test_a_missing_weigh_in_is_told(log: SqliteLog) -> None:
    engine = at_home(log)
    weigh(engine, 0, 80.0)
    engine.tick(T + 2 * DAY)
    assert brief(log, "overdue") == []
    engine.tick(T + 2 * DAY + 31_000)
    assert brief(log, "overdue") == [("scale", "overdue", "unack", 1)]
    assert told(log, "overdue")[0].detail == "scale: reading overdue"


def test_a_score_that_rises_within_the_hour(engine: Engine, log: SqliteLog) -> None:
    for s in range(900):
        engine.take([obs(s * 1_000, spo2=98.0, hr=80.0 if s < 500 else 115.0)])
    (alarm,) = told(log, "rising")
    assert (alarm.ref.param, alarm.value, alarm.limit, alarm.priority) == ("news2", 2.0, 0.0, 1)


def test_a_first_measurement_is_no_rise(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(s * 1_000, spo2=98.0) if s < 500 else obs(s * 1_000, spo2=98.0, hr=115.0) for s in range(900)])
    assert told(log, "rising") == []


def test_a_value_in_another_unit_is_technical_and_judged_all_the_same(engine: Engine, log: SqliteLog) -> None:
    for i, value in enumerate([210.0, 198.0, 11.0, 12.0, 190.0]):
        engine.take([obs(i * 5 * MINUTE, glucose=value)])
    assert brief(log, "unit") == [("glucose", "unit", "unack", 2), ("glucose", "unit", "normal", 2)]
    assert all(a.technical for a in told(log, "unit"))
    assert ("glucose", "low", "unack", 3) in brief(log, "low")


def test_a_unit_that_changes_within_seconds(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(s * 1_000, etco2=38.0 if s < 3 else 5.0) for s in range(6)])
    assert brief(log, "unit") == [("etco2", "unit", "unack", 2)]


def test_a_device_that_says_it_leaves_is_lost_at_once(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(s * 1_000, spo2=97.0) for s in range(5)])
    engine.take([(T + 5_000, "device", {"id": "d1", "state": "gone"})])
    engine = Engine(log, Ward.restore(engine.ward.checkpoint()))
    engine.tick(T + 6_000)
    (alarm,) = told(log, "no-data")
    assert (alarm.priority, alarm.technical, alarm.raised - T, alarm.detail) == (3, True, 5_000, "monitor: signed off")
    again = Engine(log, Ward.restore(engine.ward.checkpoint()))
    again.tick(T + 7_000)
    again.take([obs(8_000, spo2=97.0)])
    again.tick(T + 9_000)
    assert [x[2] for x in brief(log, "no-data")] == ["unack", "normal"]


def test_a_cuff_that_is_switched_off_between_readings_is_none_of_that(engine: Engine, log: SqliteLog) -> None:
    engine.take([(T, "device", {"id": "cuff", "patient": "p1", "kind": "cuff", "periods": {"nibp_sys": 43200.0}})])
    engine.take([obs(1_000, device="cuff", nibp_sys=120.0), (T + 2_000, "device", {"id": "cuff", "state": "off"})])
    engine.tick(T + 60_000)
    assert brief(log, "no-data", "overdue") == []


def test_another_identity_while_alarms_are_in_force_is_told_with_both(engine: Engine, log: SqliteLog) -> None:
    engine.take([(T + 500, "patient", {"id": "p1", "bed": "03"})])
    assert brief(log, "identity") == []  # nothing was wrong
    engine.take([obs(1_000, spo2=84.0), (T + 2_000, "patient", {"id": "p1", "bed": "09", "mrn": "SIM-9999"})])
    (alarm,) = told(log, "identity")
    assert (alarm.priority, alarm.technical) == (2, True)
    assert alarm.detail == "was 03 OKAFOR N 1111, now 09 OKAFOR N 9999"
    engine.take([(T + 3_000, "patient", {"id": "p1", "problem": "Pneumonia"})])
    act = {"op": "a", "user": "KIM", "do": "ack", "ref": list(alarm.ref)}
    engine.decisions.system.act(act, T + 4_000)
    engine.tick(T + 5_000)
    assert [a.state for a in told(log, "identity")] == ["unack", "normal"]


def test_a_device_handed_on_while_its_values_alarm_tells_both_patients(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(1_000, spo2=84.0), (T + 2_000, "device", {"id": "d1", "patient": "p2"})])
    details = {a.ref.patient: a.detail for a in told(log, "identity")}
    assert details == {"p1": "monitor is now on 02 SILVA J 2222", "p2": "monitor was on 01 OKAFOR N 1111"}
    assert engine.ward.view("p1", T + 2_000).alarms[0].ref.param == "spo2"  # the alarm stays with its patient


VITAL_LIMITS = {"hr": 150.0, "spo2": 84.0, "rr": 36.0, "nibp_sys": 65.0, "temp": 42.5, "glucose": 50.0}
POISON: list[object] = [
    float("nan"), float("inf"), float("-inf"), -0.0, 0.0, 1e308, -1e308, 5e-324, 1e400, None, "", "NaN", "nan", "Inf",
    "-Infinity", "1e400", "1e999999", "0x1F", "١٢٠", "½", "12,5", "98,6", "1_000", "--", "?", "***", "84%", "8 4",
    "+-8", "1e", "e5", ".", "\x00", "\x1b[2J", "true", "None", "[]", "{}", True, False, [], {}, (), b"97", object(),
    10**400, -(10**400), 2**63, -(2**63), "9" * 4_400, "-" * 50,
    *(-float(n) for n in (1, 99, 99.9, 100, 127, 128, 999, 999.9, 9999, 32768, 8388608, 2147483648)),
    *(float(n) for n in (65535, 8388607, 8388606, 16777215, 2147483647, 4294967295, 99999, 100000, 32767, 1001)),
    *(str(-n) for n in range(1, 41)), *(-n for n in range(2, 42)), *(10.0**n for n in range(4, 40)),
    *(f"{n}\u00a0mmHg" for n in range(80, 94)),
]  # fmt: skip


def test_the_poison_is_plenty() -> None:
    assert len(POISON) >= 200


@pytest.mark.parametrize("key", VITAL_LIMITS)
def test_poison_is_never_accepted_and_clears_nothing(log: SqliteLog, key: str) -> None:
    """H9: 200 values x 6 vitals: 0 accepted, 0 cleared alarms, 0 crashes."""
    engine = begun(log)
    engine.take([(T, "obs", Reading("p1", "d1", T, {key: VITAL_LIMITS[key]}, None))])
    before = {a.ref: a.state for a in engine.ward.view("p1", T).alarms}
    assert any(ref.param == key for ref in before)
    for i, raw in enumerate(POISON, 1):
        placed = place(key, raw, None)
        assert placed.value is None and placed.flag
        unit = place(key, raw, VITALS[key].unit)
        assert unit.value is None and unit.flag, repr(raw)[:40]
        plain = place_many({key: raw}) if isinstance(raw, (float, int)) else None
        values, flags = plain or ({}, {key: unit.flag})
        assert values == {} and flags
        engine.take([(T + i * 100, "obs", Reading("p1", "d1", T + i * 100, values, flags))])
    engine.tick(T + 30_000)
    after = {a.ref: a.state for a in engine.ward.view("p1", T + 30_000).alarms if a.ref.param == key}
    assert {ref: after.get(ref) for ref in before if ref.param == key} == {
        ref: state for ref, state in before.items() if ref.param == key
    }
    assert {ref.kind for ref in after} - {ref.kind for ref in before} <= {"invalid", "sensor-off"}
    assert len(after) > 1 and engine.ward.unreadable == 0
    assert engine.ward.view("p1", T + 30_000).vitals[key].value == VITAL_LIMITS[key]


deliveries = st.lists(
    st.tuples(st.integers(0, 120), st.sampled_from([80.0, 86.0, 89.0, 90.0, 91.0, 97.0])),
    min_size=1, max_size=25, unique_by=lambda x: x[0],
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deliveries, st.data())
def test_late_and_repeated_deliveries_change_no_alarm(
    tmp_path_factory: pytest.TempPathFactory, values: list[tuple[int, float]], data: st.DataObject
) -> None:
    """H11: what is not newer than the newest, new or seen before, raises and clears nothing."""
    values.sort()
    with_late: list[tuple[int, int, float]] = []  # received, observed, value
    for at, value in values:
        with_late.append((at, at, value))
        for observed in data.draw(st.lists(st.integers(0, at), max_size=2)):
            again = dict(values).get(observed, data.draw(st.sampled_from([80.0, 97.0])))
            with_late.append((at, observed, again))
    logs = []
    for name, deliver in (("once", [(at, at, v) for at, v in values]), ("late", with_late)):
        log = SqliteLog(tmp_path_factory.mktemp("h11") / f"{name}.db")
        engine = begun(log)
        for received, observed, value in deliver:
            reading = Reading("p1", "d1", T + observed * 1_000, {"spo2": value}, None)
            engine.take([(T + received * 1_000, "obs", reading)])
        engine.tick(T + 140_000)
        logs.append([a.body() for a in told(log, "low", "high", "sensor-off", "invalid")])
        log.close()
    assert logs[0] == logs[1]
