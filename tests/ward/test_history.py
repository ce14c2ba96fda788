"""The stretch of a log that questions about alarms are asked of."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from iomt_tui.alarms.course import ALL, band
from iomt_tui.alarms.episodes import Episode, episodes
from iomt_tui.alarms.whatif import rerun
from iomt_tui.clinical.limits import limits_for
from iomt_tui.engine.loop import Engine
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import Reading, draft
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.history import History

T = 1_700_000_000_000
WARD = {"name": "W", "watermark": "TEST", "source": "test", "tz": "UTC", "schema": 1}
KEYS = ("hr", "spo2", "rr")
BANDS = {key: band(key, (limits_for,)) for key in KEYS}


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
        [e for c, stay in history.with_stays(history.patients) for e in rerun(c, stay, limits_for, history.end)]
    )


STEP = st.tuples(
    st.integers(1, 20),  # seconds since the one before
    # What decides about the limits is charted by itself: the ward takes it up with its next tick.
    st.fixed_dictionaries({"o2_flow": st.sampled_from([0.0, 4.0])})
    | st.fixed_dictionaries(
        {}, optional={"hr": st.floats(30, 160), "spo2": st.floats(80, 100), "rr": st.floats(2, 40)}
    ),
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(STEP, max_size=40), st.sampled_from([1, 2]), st.integers(0, 3))
def test_todays_limits_give_the_alarms_of_the_log(
    steps: list[tuple[int, dict[str, float]]], scale: int, acks: int
) -> None:
    """Whatever is measured, whenever, on oxygen or not, acknowledged or not.

    Its probe stays on: one that comes off while an alarm is ending holds that end on the ward, which is not re-run.
    """
    log, engine = admitted(scale)
    second = 0
    for wait, values in steps:
        for _ in range(wait):
            second += 1
            engine.tick(T + second * 1000)
        engine.take([(T + second * 1000, "obs", Reading("p1", "d1", T + second * 1000, values, None))], 10**9)
        active = [a for a in engine.ward.view("p1", T + second * 1000).alarms if a.state != "acked"]
        for alarm in active[: acks if second % 3 == 0 else 0]:
            body = {"op": f"{second}{alarm.ref}", "user": "A", "do": "ack", "ref": list(alarm.ref)}
            log.append([draft(T + second * 1000, "act", body)])
            engine.follow()
    for _ in range(30):
        second += 1
        engine.tick(T + second * 1000)
    history = told(log, T + second * 1000)
    limits = [a for a in history.announced if a.ref.param in KEYS and a.ref.kind in ("low", "high")]
    assert judged_again(history) == brief(episodes(limits))


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
    log.append([draft(T, "obs", [["p1"]]), draft(T, "alarm", {}), draft(T, "later", {})])
    history = told(log, T + 1000, only="p1")
    assert set(history.patients) == {"p1"} == {a.ref.patient for a in history.announced}
    assert history.unreadable == 2


def test_without_bands_no_course_is_kept() -> None:
    log, engine = admitted()
    engine.take([(T, "obs", Reading("p1", "d1", T, {"spo2": 84.0, "hr": 80.0}, None))])
    history = History(Ward(), T, {"hr": ALL})
    history.read(log.read(0))
    assert list(history.courses["p1"]) == ["hr"]
    none = History(Ward(), T, {})
    none.read(log.read(0))
    assert none.courses == {"p1": {}}


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
