"""Alarm limits that are changed: judged at once, kept over a restart, ended on time, shown as what they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ward_of_one import PATIENT, WARD, T

from iomt_tui.alarms.model import Alarm
from iomt_tui.alarms.settings import Setting, rows_from
from iomt_tui.clinical.limits import Limit, margin
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.process import reopen
from iomt_tui.engine.source import Arrival
from iomt_tui.log.memory import MemoryLog
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Reading, draft
from iomt_tui.ward.fold import Ward

DEVICE = {"id": "d1", "patient": "p1", "kind": "monitor", "periods": {"spo2": 1.0, "nibp_sys": 900.0}}


@pytest.fixture
def log(tmp_path: Path) -> Any:
    log = SqliteLog(tmp_path / "ward.db")
    yield log
    log.close()


@pytest.fixture
def engine(log: SqliteLog) -> Engine:
    return admitted(Engine(log))


def admitted(engine: Engine) -> Engine:
    engine.start(WARD, T)
    engine.take([(T, "patient", PATIENT), (T, "device", DEVICE)])
    engine.tick(T)
    return engine


def obs(second: int, **values: float) -> Arrival:
    at = T + second * 1000
    return at, "obs", Reading("p1", "d1", at, values, None)


def row(
    priority: int, low: float | None = None, high: float | None = None, delay: float = 0, off: float = 0
) -> dict[str, Any]:  # fmt: skip
    return {"priority": priority, "low": low, "high": high, "delay": delay, "off_delay": off}


def change(
    engine: Engine, second: int, limits: list[dict[str, Any]] | None, *, patient: str = "p1", vital: str = "spo2",
    until: int | None = None, reason: str = "COPD", op: str = "", user: str = "KIM",
) -> dict[str, Any]:  # fmt: skip
    """Sets limits at a second of the run; what the engine answered."""
    body = {"op": op or f"{second}{patient}{vital}", "user": user, "do": "limits", "patient": patient, "vital": vital,
            "limits": limits, "reason": reason, "until": None if until is None else T + until * 1000}  # fmt: skip
    engine.log.append([draft(T + second * 1000, "act", body)], durable=True)
    engine.follow()
    return engine.ward.outcomes[str(body["op"])]


def told(log: Any) -> list[tuple[str, str, int, float | None]]:
    """state, kind, second raised or ended, limit of the announced limit alarms."""
    own = [Alarm.from_body(e.data()) for e in log.read(0, 1_000_000) if e.kind == "alarm"]
    return [
        (a.state, a.ref.kind, ((a.ended if a.ended is not None else a.raised) - T) // 1000, a.limit)
        for a in own
        if a.ref.kind in ("low", "high") and a.ref.param != "news2"
    ]


def entries(log: Any) -> list[Setting]:
    return [Setting.from_body(e.data()) for e in log.read(0, 1_000_000) if e.kind == "limits"]


def shown(ward: Ward, second: int, vital: str = "spo2", patient: str = "p1") -> tuple[float | None, float | None]:
    view = ward.view(patient, T + second * 1000).vitals[vital]
    return view.low, view.high


TIGHT = [row(3, 88), row(2, 93)]


def test_a_value_that_breaks_the_new_limits_raises_at_once(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(1, spo2=91.0)])
    assert told(log) == []
    assert change(engine, 2, TIGHT)["outcome"] == "applied"
    assert told(log) == [("unack", "low", 2, 93.0)]
    assert shown(engine.ward, 2) == (93.0, None)
    (setting,) = engine.ward.view("p1", T + 2_000).limits
    assert (setting.by, setting.reason, setting.until, setting.vital) == ("KIM", "COPD", None, "spo2")


def test_a_delay_of_the_new_limits_begins_with_them(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(1, spo2=91.0)])
    change(engine, 2, [row(3, 88), row(2, 93, delay=5)])
    for second in range(3, 9):
        engine.tick(T + second * 1000)
    assert told(log) == [("unack", "low", 7, 93.0)]


def test_a_value_that_no_longer_breaks_ends_its_alarm_and_it_latches(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(s, spo2=88.0) for s in range(1, 8)])
    assert told(log) == [("unack", "low", 6, 90.0)]
    change(engine, 8, [row(3, 85), row(2, 87)])
    assert told(log)[1:] == [("latched", "low", 8, 90.0)]


def test_what_was_judged_before_the_engine_heard_of_it_stays_as_it_was(engine: Engine, log: SqliteLog) -> None:
    body = {"op": "1", "user": "KIM", "do": "limits", "patient": "p1", "vital": "spo2", "limits": TIGHT,
            "reason": "COPD", "until": None}  # fmt: skip
    engine.take([obs(s, spo2=91.0) for s in range(1, 10)])
    log.append([draft(T + 9_000, "act", body)], durable=True)
    engine.tick(T + 10_000)
    engine.follow()
    assert told(log) == [("unack", "low", 10, 93.0)]
    assert entries(log)[0].since == T + 10_000


def test_old_data_clear_nothing_and_raise_nothing(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(1, spo2=91.0)])
    engine.tick(T + 100_000)
    before = told(log)
    change(engine, 101, TIGHT)
    assert told(log) == before


def test_a_reading_from_before_the_change_is_judged_as_of_the_change(engine: Engine, log: SqliteLog) -> None:
    engine.take([obs(1, nibp_sys=150.0)])
    change(engine, 60, [row(3, 70, 220), row(2, 90, 145)], vital="nibp_sys")
    late = Reading("p1", "d1", T + 30_000, {"nibp_sys": 146.0}, None)
    engine.take([(T + 61_000, "obs", late)])
    assert told(log) == [("unack", "high", 60, 145.0)]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"reason": " "}, "needs a reason"),
        ({"limits": [row(3, 85), row(2, 90, delay=300)]}, "at most 5 s"),
        ({"limits": [row(3, 80), row(2, 90)]}, "give it an end"),
        ({"limits": []}, "cannot be switched off"),
        ({"vital": "mood"}, "not a vital sign"),
        ({"until": 2}, "would end before they begin"),
        ({"patient": "", "limits": [row(3, 84), row(2, 90)], "until": 3_600}, "may only be tighter"),
    ],
)
def test_what_is_not_allowed_is_refused_in_words(
    engine: Engine, log: SqliteLog, changed: dict[str, Any], why: str
) -> None:  # fmt: skip
    given = {"limits": TIGHT, **changed}
    answer = change(engine, 3, given.pop("limits"), **given)
    assert answer["outcome"] == "refused"
    assert why in answer["why"]
    assert entries(log) == []


def test_an_action_of_another_shape_is_refused_and_changes_nothing(engine: Engine, log: SqliteLog) -> None:
    bad: Any = [{"priority": 2, "low": "90"}]
    assert change(engine, 3, bad)["outcome"] == "refused"
    assert change(engine, 4, TIGHT, patient="nobody")["outcome"] == "gone"
    assert change(engine, 5, None)["outcome"] == "gone"
    assert entries(log) == []


def test_one_patients_high_limit_may_be_looser_for_a_while_and_is_back_on_time(
    engine: Engine, log: SqliteLog
) -> None:  # fmt: skip
    engine.take([obs(s, spo2=83.0) for s in range(1, 3)])
    assert change(engine, 3, [row(3, 80), row(2, 82)], until=60)["outcome"] == "applied"
    assert "SpO2 low" not in engine.ward.view("p1", T + 3_000).limits[0].warning
    engine.take([obs(s, spo2=83.0) for s in range(4, 60)])
    assert told(log)[-1][0] == "latched"
    assert shown(engine.ward, 59) == (82.0, None)
    assert (shown(engine.ward, 60), engine.ward.view("p1", T + 60_000).limits) == ((90.0, None), ())
    engine.take([obs(60, spo2=83.0)], tick_every=10**9)
    assert told(log)[-1] == ("unack", "low", 60, 85.0)
    end = entries(log)[-1]
    assert (end.limits, end.by, end.reason, end.since) == (None, "KIM", "its time is over", T + 60_000)
    assert not engine.ward.patients["p1"].limits


def test_what_is_switched_off_is_flagged(engine: Engine) -> None:
    engine.take([obs(1, nibp_sys=120.0)])
    change(engine, 2, [row(3, 70, 220), row(2, 90, 180)], vital="nibp_sys")
    assert engine.ward.view("p1", T + 2_000).limits_off == ()
    change(engine, 3, [], vital="etco2", op="off")
    assert engine.ward.view("p1", T + 3_000).limits_off == ("etco2 low", "etco2 high")
    assert "switched off" in engine.ward.view("p1", T + 3_000).limits[-1].warning


def test_limits_outlive_the_engine_and_end_while_none_runs(engine: Engine, log: SqliteLog) -> None:
    change(engine, 1, TIGHT, until=60)
    change(engine, 1, [row(3, 86), row(2, 91)], patient="")
    for ward in (Ward.restore(engine.ward.checkpoint()), reopen(log)):
        again = Engine(log, ward)
        assert again.decisions.system.settings.limits("p1", "spo2", ())[1].low == 93.0
    again.take([obs(100, spo2=92.0)])  # 91 of the ward holds now
    assert told(log) == []
    assert shown(again.ward, 100) == (91.0, None)
    assert entries(log)[-1].limits is None


def test_a_discharge_forgets_the_patients_limits(engine: Engine, log: SqliteLog) -> None:
    change(engine, 1, TIGHT)
    engine.take([(T + 2_000, "discharge", {"id": "p1"}), (T + 3_000, "patient", PATIENT), obs(4, spo2=92.0)])
    assert shown(engine.ward, 4) == (90.0, None)
    assert told(log) == []


def test_the_patient_comes_before_the_ward(engine: Engine, log: SqliteLog) -> None:
    other = {**PATIENT, "id": "p2", "bed": "02"}
    reading = Reading("p2", "d2", T + 1_000, {"spo2": 92.0}, None)
    engine.take([(T + 1_000, "patient", other), (T + 1_000, "obs", reading), obs(1, spo2=92.0)])
    change(engine, 2, [row(3, 85), row(2, 91)])
    change(engine, 3, TIGHT, patient="", op="w")
    assert (shown(engine.ward, 3), shown(engine.ward, 3, patient="p2")) == ((91.0, None), (93.0, None))
    assert told(log) == [("unack", "low", 3, 93.0)]
    assert [s.patient for s in engine.ward.view("p1", T + 3_000).limits] == ["p1"]
    assert [s.patient for s in engine.ward.view("p2", T + 3_000).limits] == [""]
    change(engine, 4, None, op="back")
    assert shown(engine.ward, 4) == (93.0, None)
    assert len(told(log)) == 2


def configured(low: float) -> dict[str, tuple[Limit, ...]]:
    return {"spo2": rows_from("spo2", [row(3, 85), row(2, low)], "configuration") or ()}


def test_the_configuration_is_written_where_it_differs_and_gives_way_to_a_person(log: SqliteLog) -> None:
    engine = Engine(log)
    engine.start(WARD, T, limits=configured(92))
    assert [(s.by, s.patient) for s in entries(log)] == [("configuration", "")]
    engine = Engine(log, reopen(log))
    engine.start(WARD, T + 1_000, limits=configured(92))
    assert len(entries(log)) == 1
    change(engine, 2, TIGHT, patient="")
    engine = Engine(log, reopen(log))
    engine.start(WARD, T + 3_000, limits=configured(92))
    assert len(entries(log)) == 2  # the person's limits stay
    change(engine, 4, None, patient="", op="back")
    assert engine.ward.limits["spo2"].by == "configuration"
    engine = Engine(log, reopen(log))
    engine.start(WARD, T + 5_000, limits=configured(91))
    assert engine.ward.limits["spo2"].limits == configured(91)["spo2"]
    engine = Engine(log, reopen(log))
    engine.start(WARD, T + 6_000)
    assert engine.ward.limits == {}
    assert entries(log)[-1].reason == "no longer in the configuration file"


ROWS = st.lists(
    st.builds(row, st.integers(1, 3), st.none() | st.integers(20, 60), st.none() | st.integers(90, 160)),
    max_size=3,
    unique_by=lambda x: int(x["priority"]),
)


@settings(max_examples=200)
@given(ROWS, st.sampled_from(["", "p1"]), st.sampled_from(["hr", "rr", "etco2", "ibp_mean"]))
def test_what_the_screen_shows_of_limits_is_what_the_engine_judges_by(
    rows: list[dict[str, Any]], patient: str, vital: str
) -> None:
    """H15: whatever is set or refused, the limits shown and the flag of one that is off are those of the engine."""
    engine = admitted(Engine(MemoryLog("test")))
    engine.take([obs(1, **{vital: 70.0})])
    before = engine.ward.view("p1", T + 1_000).vitals[vital]
    changed = change(engine, 2, rows, patient=patient, vital=vital, until=3_600)["outcome"] == "applied"
    view, watch = engine.ward.view("p1", T + 2_000), engine.decisions.system.watch("p1", vital)
    low, high = watch.normal_low, watch.normal_high
    judged = (None if low == -1e308 else low, None if high == 1e308 else high)
    assert shown(engine.ward, 2, vital) == judged
    off = [side for side, now, usual in (("low", judged[0], before.low), ("high", judged[1], before.high))
           if now is None and usual is not None]  # fmt: skip
    assert list(view.limits_off) == [f"{vital} {side}" for side in off]
    assert bool(view.limits) is changed


FRESH = 10
"""Seconds for which a value of a continuous measurement is judged."""

STEP = st.one_of(
    st.tuples(st.just("obs"), st.integers(80, 99)),
    st.tuples(st.just("ward"), st.integers(86, 95)),
    st.tuples(st.just("own"), st.tuples(st.integers(86, 95), st.none() | st.integers(1, 9))),
    st.tuples(st.just("back"), st.just(0)),
    st.tuples(st.just("tick"), st.just(0)),
)


def test_new_limits_judge_no_value_that_has_expired() -> None:
    engine = admitted(Engine(MemoryLog("test")))
    change(engine, 0, [row(3, 86), row(2, 90)])
    engine.take([obs(1, spo2=90.0)], tick_every=10**9)
    for second, low, alarms in ((10, 91, 1), (11, 90, 0), (12, 92, 0)):
        change(engine, second, [row(3, 86), row(2, low)])
        engine.tick(T + second * 1000)
        view = engine.ward.view("p1", T + second * 1000)
        assert sum(a.state == "unack" for a in view.alarms if a.ref.kind == "low") == alarms, second


@settings(max_examples=80)
@example([("obs", 86), *[("back", 0)] * 10, ("ward", 86), ("ward", 87)], 0)
@given(st.lists(STEP, max_size=30), st.integers(0, 30))
def test_an_alarm_is_there_exactly_when_the_limits_in_force_are_broken(
    steps: list[tuple[str, Any]], restart: int
) -> None:
    """Limits without delays, so that what must be in force follows from the newest value: whoever sets them, whenever
    they end, and wherever a new engine takes over."""
    log = MemoryLog("test")
    engine = admitted(Engine(log))
    change(engine, 0, [row(3, 86), row(2, 90)], patient="")
    ward, own, ends, value, measured, before, alarm = 90, 0, 0, 99, 0, 90, False
    engine.take([obs(0, spo2=99.0)], tick_every=10**9)
    for second, (what, told_) in enumerate(steps, 1):
        if second == restart:
            engine = Engine(log, Ward.restore(engine.ward.checkpoint()))
        if what == "obs" or second - measured == FRESH:
            measured = second
        if what != "obs" and measured == second:  # the same again: one that has expired is not judged
            engine.take([obs(second, spo2=float(value))], tick_every=10**9)
        if what == "obs":
            value = told_
            engine.take([obs(second, spo2=float(value))], tick_every=10**9)
        elif what == "ward":
            ward = told_
            change(engine, second, [row(3, 86), row(2, ward)], patient="")
        elif what == "own":
            own, lasts = told_
            ends = 10**6 if lasts is None else second + lasts
            change(engine, second, [row(3, 86), row(2, own)], until=None if lasts is None else ends)
        elif what == "back":
            change(engine, second, None)
            ends = 0
        engine.tick(T + second * 1000)
        held = own if ends > second else ward
        view = engine.ward.view("p1", T + second * 1000)
        assert shown(engine.ward, second) == (held, None)
        broken = value < held
        if what == "obs" and held == before:
            alarm = broken or (alarm and value < held + margin("spo2"))
        elif held != before or what not in ("tick", "obs"):
            alarm = broken
        found = any(a.state == "unack" for a in view.alarms if a.ref.kind == "low")
        assert found is alarm or (held == before and value == held)  # set to what it was: judged anew, or not
        before, alarm = held, found
