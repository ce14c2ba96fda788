"""The stretch of a log that questions about alarms are asked of."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iomt_tui.alarms.course import ALL, band, unchanged
from iomt_tui.alarms.episodes import Episode, episodes
from iomt_tui.alarms.whatif import compare, rerun
from iomt_tui.engine.loop import Engine
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import Entry, Reading, draft, observations
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.history import History

T = 1_700_000_000_000
WARD = {"name": "W", "watermark": "TEST", "source": "test", "tz": "UTC", "schema": 1}
KEYS = ("hr", "spo2", "rr")
BANDS = {key: band(key) for key in KEYS}


def admitted(scale: int = 1) -> tuple[MemoryLog, Engine]:
    log = MemoryLog("test")
    engine = Engine(log)
    engine.start(WARD, T)
    periods = dict.fromkeys((*KEYS, "o2_flow"), 1.0)
    engine.take([(T, "patient", {"id": "p1", "bed": "01", "family": "A", "given": "B", "spo2_scale": scale}),
                 (T, "device", {"id": "d1", "patient": "p1", "kind": "monitor", "periods": periods})])  # fmt: skip
    return log, engine


def told(log: MemoryLog, end: int, **changed: object) -> History:
    history = History(Ward(), T, BANDS, **changed)  # type: ignore[arg-type]
    history.read(log.read(0, 1_000_000))
    history.close(end)
    return history


def brief(found: list[Episode]) -> list[tuple[object, ...]]:
    return sorted((e.key, e.onset, e.raised, e.ended, e.first.value, e.first.limit, e.priority) for e in found)


def judged_again(history: History) -> list[tuple[object, ...]]:
    return brief(
        [e for c, stay in history.with_stays(history.patients) for e in rerun(c, stay, unchanged, history.end)]
    )


def rows(low: int, delay: int) -> list[dict[str, object]]:
    return [
        {"priority": 3, "low": 85, "high": None, "delay": 0, "off_delay": 0},
        {"priority": 2, "low": low, "high": None, "delay": delay, "off_delay": delay},
    ]


VALUES = st.fixed_dictionaries(
    {"spo2": st.integers(84, 95).map(float)}, optional={"hr": st.floats(30, 160), "rr": st.floats(2, 40)}
)
LIMITS = st.none() | st.builds(rows, st.integers(85, 97), st.integers(0, 5))
STEP = st.tuples(
    st.integers(1, 4) | st.integers(1, 20),  # seconds since the one before
    st.one_of(
        # What decides about the limits is charted by itself: the ward takes it up with its next tick.
        st.fixed_dictionaries({"o2_flow": st.sampled_from([0.0, 4.0])}),
        VALUES,
        VALUES,
        VALUES,
        st.lists(st.sampled_from(KEYS), min_size=1, unique=True),  # no value of these any more
        st.tuples(st.sampled_from(["", "p1"]), LIMITS, st.none() | st.integers(1, 60)),
    ),
)


@settings(max_examples=300)
@given(st.lists(STEP, min_size=12, max_size=40), st.sampled_from([1, 2]), st.integers(0, 3))
def test_the_limits_as_they_held_give_the_alarms_of_the_log(
    steps: list[tuple[int, object]], scale: int, acks: int
) -> None:
    """Whatever is measured, whenever, on oxygen or not, acknowledged or not, the probe on or off, whoever sets which
    limits until when. One engine throughout: the next one begins running delays anew."""
    log, engine = admitted(scale)
    second = 0
    for wait, what in steps:
        for _ in range(wait):
            second += 1
            engine.tick(T + second * 1000)
        at = T + second * 1000
        if isinstance(what, tuple):
            patient, limits, lasts = what
            act(log, engine, at, op=str(second), do="limits", patient=patient, vital="spo2", limits=limits,
                reason="trial", until=None if lasts is None else at + lasts * 1000)  # fmt: skip
        else:
            off = isinstance(what, list)
            values = {} if off else what
            flags = dict.fromkeys(what, "sensor-off") if isinstance(what, list) else None
            engine.take([(at, "obs", Reading("p1", "d1", at, values, flags))], 10**9)  # type: ignore[arg-type]
        active = [a for a in engine.ward.view("p1", at).alarms if a.state != "acked"]
        for alarm in active[: acks if second % 3 == 0 else 0]:
            act(log, engine, at, op=f"{second}{alarm.ref}", do="ack", ref=list(alarm.ref))
    for _ in range(30):
        second += 1
        engine.tick(T + second * 1000)
    history = told(log, T + second * 1000)
    limits = [a for a in history.announced if a.ref.param in KEYS and a.ref.kind in ("low", "high")]
    assert judged_again(history) == brief(episodes(limits))


def act(log: MemoryLog, engine: Engine, at: int, **body: object) -> None:
    log.append([draft(at, "act", {"user": "A", **body})])
    engine.follow()


def off(second: int, *keys: str) -> tuple[int, str, Reading]:
    return T + second * 1000, "obs", Reading("p1", "d1", T + second * 1000, {}, dict.fromkeys(keys, "sensor-off"))


def on(second: int, **values: float) -> tuple[int, str, Reading]:
    return T + second * 1000, "obs", Reading("p1", "d1", T + second * 1000, values, None)


def test_a_probe_that_comes_off_while_an_alarm_is_ending_holds_its_end() -> None:
    log, engine = admitted()
    for second in range(20):
        engine.take([on(second, spo2=88.0)])
    engine.take([on(20, spo2=95.0), off(22, "spo2"), off(40, "spo2"), on(60, spo2=95.0), on(70, spo2=95.0)])
    engine.tick(T + 71_000)
    history = told(log, T + 71_000)
    limits = [a for a in history.announced if a.ref.kind == "low"]
    assert [e.ended for e in episodes(limits)] == [T + 60_000]
    assert judged_again(history) == brief(episodes(limits))


def test_a_pulse_without_a_value_is_the_oximeters_own_word() -> None:
    """Where the first vital of a sensor has none either, only that one's alarms wait."""
    log = MemoryLog("test")
    engine = Engine(log)
    engine.start(WARD, T)
    for second in range(20):
        engine.take([on(second, spo2=95.0, pulse=130.0)])
    engine.take([on(20, spo2=95.0, pulse=80.0), off(22, "spo2", "pulse"), on(60, spo2=95.0, pulse=80.0)])
    engine.tick(T + 61_000)
    history = History(Ward(), T, {"pulse": band("pulse")})
    history.read(log.read(0, 1_000))
    history.close(T + 61_000)
    limits = [a for a in history.announced if a.ref.kind == "high"]
    assert judged_again(history) == brief(episodes(limits))
    assert [e.ended for e in episodes(limits)] == [T + 25_000]


def test_limits_that_were_set_are_those_of_today() -> None:
    """What held is re-run, not the defaults; limits tried go over what held."""
    log, engine = admitted()
    for second in range(1, 60):
        at = T + second * 1000
        engine.take([(at, "obs", Reading("p1", "d1", at, {"spo2": 92.0}, None))])
        if second == 20:
            act(log, engine, at, op="1", do="limits", patient="p1", vital="spo2", limits=rows(94, 5),
                reason="trial", until=at + 20_000)  # fmt: skip
    history = told(log, T + 60_000)
    (course, stay), *_ = history.with_stays(["p1"])
    (one,) = rerun(course, stay, unchanged, history.end)
    assert (one.onset - T, one.raised - T, one.until(history.end) - T) == (20_000, 25_000, 40_000)
    (found,) = compare(history.with_stays(["p1"]), lambda vital, limits: limits[:1], history.end)
    assert (found.today.alarms, found.candidate.alarms) == (1, 0)


def test_discharged_and_back_the_episodes_are_those_of_the_log() -> None:
    log, engine = admitted()
    for second in (*range(1, 40), *range(100, 140)):
        if second == 100:
            engine.take([(T + 60_000, "discharge", {"id": "p1"}),
                         (T + 90_000, "patient", {"id": "p1", "bed": "07", "spo2_scale": 1})])  # fmt: skip
        engine.tick(T + second * 1000)
        engine.take([(T + second * 1000, "obs", Reading("p1", "d1", T + second * 1000, {"spo2": 86.0}, None))], 10**9)
    history = told(log, T + 139_000)
    limits = [a for a in history.announced if (a.ref.param, a.ref.kind) == ("spo2", "low")]
    assert judged_again(history) == brief(episodes(limits))
    assert len(judged_again(history)) == 2
    assert history.present_ms("p1") == 60_000 + 49_000
    assert str(history.patients["p1"].bed) == "07"


def test_a_checkpoint_before_the_stretch_brings_who_is_there_and_what_is_wrong() -> None:
    _, engine = admitted()
    for second in range(10):
        engine.take([(T + second * 1000, "obs", Reading("p1", "d1", T + second * 1000, {"spo2": 84.0}, None))])
    history = History(Ward.restore(engine.ward.checkpoint()), T + 10_000, BANDS)
    history.close(T + 20_000)
    assert [a.ref.param for a in history.announced if not a.technical and a.ref.param in KEYS] == ["spo2"]
    assert history.present_ms("p1") == 10_000


def test_one_patient_alone_and_entries_that_nobody_understands() -> None:
    log, engine = admitted()
    engine.take([(T, "obs", Reading("p2", "d2", T, {"spo2": 84.0}, None)),
                 (T, "obs", Reading("p1", "d1", T, {"spo2": 84.0}, None))])  # fmt: skip
    log.append([draft(T, "obs", [["p1", 3]]), draft(T, "alarm", {}), draft(T, "later", {})])
    history = told(log, T + 1000, only="p1")
    assert set(history.patients) == {"p1"} == {a.ref.patient for a in history.announced}
    assert history.unreadable == 2


@pytest.mark.parametrize(
    ("patient", "device", "spaced"),
    [("p1", "d],[1", False), ('p"1', "d1", False), ("pé", 'd"],["p1', False), ("p1", "d 1", False), ("p1", "d1", True)],
)
def test_one_patients_readings_are_found_however_they_are_written(patient: str, device: str, spaced: bool) -> None:
    readings = [Reading(who, device, T, {"spo2": 84.0 + place}, {"hr": "x],["}) for place, who in enumerate(
        (patient, "p2", patient + "2", patient))]  # fmt: skip
    groups = [list(reading) for reading in readings]
    body = json.dumps(groups, indent=1).encode() if spaced else observations(T, readings).body
    seen = []
    for only in (patient, ""):
        history = History(Ward(), T, {"spo2": ALL}, only)
        history.read([Entry(1, T, "obs", body)])
        seen.append(list(history.courses[patient]["spo2"].values))
        assert history.unreadable == 0
    assert seen[0] == seen[1] == [84.0]
    assert history.courses["p2"]["spo2"].newest == 85.0


def test_without_bands_no_course_is_kept() -> None:
    log, engine = admitted()
    engine.take([(T, "obs", Reading("p1", "d1", T, {"spo2": 84.0, "hr": 80.0}, None))])
    history = History(Ward(), T, {"hr": ALL})
    history.read(log.read(0))
    assert list(history.courses["p1"]) == ["hr"]
    none = History(Ward(), T, {})
    none.read(log.read(0))
    assert none.courses == {"p1": {}}


def test_limits_inside_the_band_are_judged_by_every_value() -> None:
    log, engine = admitted()
    for second, value in enumerate((95.0, 95.0, 95.0, 95.0, 92.0, 95.0, 91.0, 95.0), 1):
        engine.take([on(second, spo2=value)])
        if second == 2:
            act(log, engine, T + 2_000, op="1", do="limits", patient="p1", vital="spo2", limits=rows(94, 0),
                reason="trial", until=None)  # fmt: skip
    history = told(log, T + 20_000)
    course, stay = next(iter(history.with_stays(["p1"])))
    assert [(e.onset - T, e.until(history.end) - T) for e in rerun(course, stay, unchanged, history.end)] == [
        (5_000, 6_000),
        (7_000, 8_000),
    ]


def test_the_wards_limits_leave_an_alarm_of_a_patient_with_own_limits_as_it_is() -> None:
    log, engine = admitted()
    act(log, engine, T, op="1", do="limits", patient="p1", vital="spo2", limits=rows(94, 5), reason="trial", until=None)
    for second in range(1, 10):
        engine.take([on(second, spo2=92.0)])
    engine.take([on(10, spo2=95.0)])  # its end is running
    act(log, engine, T + 11_000, op="2", do="limits", patient="", vital="spo2", limits=rows(90, 5), reason="trial",
        until=None)  # fmt: skip
    for second in range(11, 20):
        engine.tick(T + second * 1000)
    history = told(log, T + 20_000)
    limits = [a for a in history.announced if a.ref.kind == "low"]
    assert judged_again(history) == brief(episodes(limits))
    assert [e.ended for e in episodes(limits)] == [T + 15_000]


def test_suppressions_are_summed_from_what_the_log_tells_of_them() -> None:
    log, engine = admitted()
    engine.take([(T, "obs", Reading("p1", "d1", T, {"spo2": 84.0}, None))])
    away = {"op": "1", "user": "A", "do": "standby", "patient": "p1", "ms": 300_000, "reason": "CT"}
    log.append([draft(T + 10_000, "act", away)])
    engine.follow()
    log.append([draft(T + 70_000, "act", away | {"op": "2", "ms": 0})])
    engine.follow()
    history = told(log, T + 120_000)
    assert history.quiet.patient_ms(T, T + 120_000, {"p1"})["standby"] == 60_000
    half = Ward()
    half.apply(log.read(0)[:-3])
    assert half.patients["p1"].suppressions, "it is in force there"
    later = History(Ward.restore(half.checkpoint()), T + 30_000, {})
    later.read(log.read(half.seq))
    later.close(T + 120_000)
    assert later.quiet.patient_ms(T, T + 120_000, {"p1"})["standby"] == 40_000
    assert told(log, T + 120_000, only="p2").quiet.patient_ms(T, T + 120_000, {"p1", "p2"})["standby"] == 0


def test_who_left_is_kept_quiet_no_longer() -> None:
    log, engine = admitted()
    away = {"op": "1", "user": "A", "do": "standby", "patient": "p1", "ms": 300_000, "reason": "CT"}
    log.append([draft(T + 10_000, "act", away)])
    engine.follow()
    log.append([draft(T + 40_000, "discharge", {"id": "p1"})])
    history = told(log, T + 120_000)
    assert history.quiet.patient_ms(T, T + 120_000, {"p1"})["standby"] == 30_000
