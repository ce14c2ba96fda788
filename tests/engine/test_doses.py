"""Doses go through the log: answered once, kept over a restart, nothing given twice, contradictions shown."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from ward_of_one import WARD

from iomt_tui.clinical.medication.status import Status
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.process import reopen
from iomt_tui.log.memory import MemoryLog
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.checkpoint import dump
from iomt_tui.ward.events import Reading, draft
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.medication import MedicationView

HOUR, MINUTE = 3_600_000, 60_000
T = 1_772_409_600_000 + 8 * HOUR  # Monday 2 March 2026, 08:00 UTC
PATIENT = {"id": "p1", "bed": "01", "family": "OKAFOR", "given": "N", "home": False, "allergies": ["Penicillin"]}
ORDER = {
    "id": "o1", "patient": "p1", "drug": {"name": "Bisoprolol", "classes": ["beta-blocker"]}, "route": "oral",
    "dose": {"value": 2.5, "unit": "mg"}, "schedule": {"kind": "times", "times": ["08:00", "20:00"]},
    "start": T - 9 * HOUR, "hold_if": [{"vital": "hr", "below": 60}],
}  # fmt: skip
PRN = ORDER | {
    "id": "prn", "drug": {"name": "Morphine", "classes": ["opioid"], "high_alert": True}, "hold_if": [],
    "schedule": {"kind": "prn", "min_hours": 1, "max_per_day": 4, "indication": "pain", "recheck_min": 15},
}  # fmt: skip
DRIP = ORDER | {
    "id": "drip", "drug": {"name": "Heparin"}, "hold_if": [], "start": T,
    "schedule": {"kind": "infusion", "rate": {"value": 1000, "unit": "[iU]/h"}, "hours": None},
}  # fmt: skip


def begin(engine: Engine, hr: float = 72.0) -> Engine:
    engine.start(WARD, T - HOUR)
    engine.take([(T - HOUR, "patient", PATIENT), *((T - HOUR, "order", o) for o in (ORDER, PRN, DRIP))])
    engine.take([(T - MINUTE, "obs", Reading("p1", "d1", T - MINUTE, {"hr": hr}, None))])
    return engine


@pytest.fixture
def log(tmp_path: Path) -> Any:
    log = SqliteLog(tmp_path / "ward.db")
    yield log
    log.close()


@pytest.fixture
def engine(log: SqliteLog) -> Engine:
    return begin(Engine(log))


def body(op: str, what: str = "given", at: int = T, **other: Any) -> dict[str, Any]:
    return {
        "op": op, "user": "KIM", "do": "dose", "patient": "p1", "order": "o1", "due": T, "what": what, "at": at,
        "reason": "", "witness": "", "dose": None, "replaces": None, "scan": None, "effect": "",
    } | other  # fmt: skip


def act(engine: Engine, *bodies: dict[str, Any], now: int | None = None) -> list[tuple[str, str]]:
    """(outcome, why) of each, all of them in the log before any of them is answered."""
    engine.log.append([draft(now or b["at"], "act", b) for b in bodies], durable=True)
    engine.follow()
    said = {e.data()["op"]: e.data() for e in engine.log.read(0, 100_000) if e.kind == "outcome"}
    return [(said[b["op"]]["outcome"], said[b["op"]]["why"]) for b in bodies]


def view(ward: Ward, now: int = T) -> MedicationView:
    return ward.medication("p1", now)


def status(ward: Ward, due: int = T, now: int = T) -> Status:
    return next(d.status for d in view(ward, now).doses if d.due == due and d.order.id == "o1")


def records(log: SqliteLog) -> list[dict[str, Any]]:
    return [e.data() for e in log.read(0) if e.kind == "administration"]


def test_a_dose_is_given_once_and_the_second_nurse_hears_by_whom(engine: Engine, log: SqliteLog) -> None:
    first, second = body("a", at=T + 2 * MINUTE), body("b", at=T + 2 * MINUTE, user="LEE")
    assert act(engine, first, second) == [("applied", ""), ("already", "already given by KIM at 08:02")]
    assert status(engine.ward) is Status.GIVEN and len(records(log)) == 1
    assert act(engine, body("c", "refused", reason="nausea"))[0] == ("already", "already given by KIM at 08:02")


def test_the_same_op_again_changes_nothing_also_after_a_restart(engine: Engine, log: SqliteLog) -> None:
    assert act(engine, body("a")) == [("applied", "")]
    before = records(log)
    assert act(engine, body("a")) == [("applied", "")]
    again = Engine(log, reopen(log))
    assert act(again, body("a")) == [("applied", "")]
    assert records(log) == before and len(before) == 1
    again.ward.outcomes.clear()  # a thousand others later the record itself still tells
    assert act(again, body("a")) == [("applied", "")] and records(log) == before


def test_an_act_that_an_engine_left_is_answered_by_the_next(engine: Engine, log: SqliteLog) -> None:
    log.append([draft(T, "act", body("left"))], durable=True)
    ward = reopen(log)
    assert "left" in ward.acts
    later = Engine(log, ward)
    later.follow()
    assert status(later.ward) is Status.GIVEN and dump(reopen(log)) == dump(later.ward)


def test_taking_back_keeps_the_original_and_says_who_and_when(engine: Engine, log: SqliteLog) -> None:
    act(engine, body("a"))
    assert act(engine, body("undo", "error", at=T + MINUTE, user="LEE", replaces="a")) == [("applied", "")]
    assert status(engine.ward, now=T + MINUTE) is Status.DUE
    given, taken_back = records(log)
    assert (given["what"], given["by"]) == ("given", "KIM")
    assert (taken_back["status"], taken_back["by"], taken_back["recorded"]) == ("entered-in-error", "LEE", T + MINUTE)
    assert act(engine, body("undo2", "error", at=T + MINUTE, replaces="a"))[0][0] == "already"
    assert act(engine, body("again", at=T + 2 * MINUTE)) == [("applied", "")]


def test_a_correction_names_the_record_that_it_replaces(engine: Engine) -> None:
    act(engine, body("a"))
    assert act(engine, body("b", "refused", reason="spat it out", replaces="a")) == [("applied", "")]
    assert status(engine.ward) is Status.REFUSED
    assert act(engine, body("c", "held", reason="x", replaces="a"))[0][0] == "superseded"


def test_a_slow_pulse_is_said_and_needs_a_reason() -> None:
    engine = begin(Engine(MemoryLog("w")), hr=52)
    assert act(engine, body("a")) == [("refused", "heart rate 52 /min, 1 min ago: hold if below 60")]
    assert act(engine, body("b", reason="cardiologist agrees")) == [("applied", "")]


def test_when_needed_with_a_second_person_and_its_effect(engine: Engine) -> None:
    first = body("a", order="prn", due=None)
    assert act(engine, first) == [("refused", "Morphine is a high-alert drug: a second person checks it")]
    assert act(engine, first | {"op": "b", "witness": "LEE"}) == [("applied", "")]
    soon = first | {"op": "c", "witness": "LEE", "at": T + 20 * MINUTE}
    assert act(engine, soon) == [("refused", "20 min from another dose, at least 1 h is ordered")]
    assert view(engine.ward, T + 20 * MINUTE).needed[0].recheck_due == T + 15 * MINUTE
    told = body("d", "effect", order="prn", due=None, at=T + 20 * MINUTE, replaces="b", effect="pain 2 of 10")
    assert act(engine, told) == [("applied", "")]
    assert view(engine.ward, T + 20 * MINUTE).needed[0].recheck_due is None
    assert act(engine, first | {"op": "e", "due": T, "witness": "LEE"})[0][0] == "refused"


def test_an_infusion_is_started_changed_and_stopped(engine: Engine) -> None:
    def rate(op: str, value: float, hour: int) -> dict[str, Any]:
        dose = {"value": value, "unit": "[iU]/h"}
        return body(op, order="drip", due=None, at=T + hour * HOUR, dose=dose, reason="aPTT")

    assert act(engine, rate("early", 900, 0)) == [("refused", "the infusion has not been started")]
    assert act(engine, body("a", order="drip")) == [("applied", "")]
    assert act(engine, rate("b", 900, 1)) == [("applied", "")]
    assert [str(d.rate) for d in view(engine.ward).drips] == ["900 units/h"]
    assert act(engine, rate("c", 0, 2)) == [("applied", "")]
    assert not view(engine.ward).drips[0].running
    assert next(d.status for d in view(engine.ward).doses if d.order.id == "drip") is Status.STOPPED


@pytest.mark.parametrize(
    ("wrong", "outcome"),
    [
        ({"order": "other"}, "gone"), ({"patient": "p9"}, "gone"), ({"due": T + 1}, "refused"),
        ({"due": None}, "refused"), ({"at": T + HOUR}, "refused"), ({"user": " "}, "refused"),
        ({"what": "eaten"}, "refused"), ({"due": "now"}, "refused"), ({"what": "error", "replaces": "x"}, "gone"),
        ({"dose": {"value": 2.5, "unit": "g"}}, "refused"), ({"scan": {"expiry": "2020-01-01"}}, "refused"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_answered_and_leaves_no_record(
    engine: Engine, log: SqliteLog, wrong: Any, outcome: str
) -> None:
    [(said, why)] = act(engine, body("a") | wrong, now=T)
    assert said == outcome and (said == "gone" or why)
    assert records(log) == [] and not engine.ward.acts


def test_an_absurd_order_of_a_source_is_counted_with_its_reason(engine: Engine, log: SqliteLog) -> None:
    engine.take([(T, "order", ORDER | {"id": "bad", "dose": {"value": -5, "unit": "mg"}})])
    engine.take([(T, "administration", {"id": "x", "patient": "nobody"}), (T, "order", {"id": "bad", "patient": "p9"})])
    told = [e.data() for e in log.read(0) if e.kind == "refused"]
    assert [(d["reason"], d["patient"]) for d in told] == [
        ("order-refused", "p1"), ("administration-refused", None), ("order-refused", None)
    ]  # fmt: skip
    assert "dose -5" in told[0]["what"] and engine.ward.unreadable == 0
    assert "bad" not in engine.ward.patients["p1"].medication.orders


def told_by_source(op: str, **other: Any) -> dict[str, Any]:
    fields = {"id": op, "patient": "p1", "order": "o1", "due": T, "what": "given", "at": T, "by": "EHR"}
    return fields | other


def test_two_sources_that_contradict_are_both_shown(engine: Engine) -> None:
    engine.take(
        [(T, "administration", told_by_source("x")), (T, "administration", told_by_source("y", what="refused"))]
    )
    dose = next(d for d in view(engine.ward).doses if d.due == T and d.order.id == "o1")
    assert dose.status is Status.CONFLICT and [r.id for r in dose.records] == ["x", "y"]
    assert view(engine.ward).counts.conflicts == engine.ward.header(T).doses.conflicts == 1


def test_a_record_that_yields_is_left_out_where_the_dose_is_settled(engine: Engine, log: SqliteLog) -> None:
    act(engine, body("a"))
    engine.take([(T, "administration", told_by_source("x", yields=True))])
    engine.take([(T, "administration", told_by_source("y", due=T + 12 * HOUR, at=T, yields=True))])
    assert [r["id"] for r in records(log)] == ["a", "y"]


def test_counts_in_view_and_header(engine: Engine) -> None:
    for now, counts in ((T - 2 * HOUR, (0, 0)), (T, (2, 0)), (T + 61 * MINUTE, (0, 2)), (T + 12 * HOUR, (1, 0))):
        seen = engine.ward.view("p1", now).doses
        assert (seen.due, seen.overdue) == counts, now
        assert engine.ward.header(now).doses == seen == view(engine.ward, now).counts


def test_a_thousand_random_acts_of_three_nurses_never_give_a_dose_twice() -> None:
    """Whatever they send, in whatever order: of each dose at most one record stands, and each op has one answer."""
    rng = Random(28)
    engine = begin(Engine(MemoryLog("w")))
    seen: list[str] = []
    for n in range(250):
        now = T + n * 5 * MINUTE
        due = T + rng.randrange(0, 3) * 12 * HOUR
        batch = []
        for i in range(4):
            what = rng.choice(["given", "given", "refused", "error", "delayed"])
            replaces = rng.choice([None, *seen[-6:]]) if rng.random() < 0.4 or what == "error" else None
            op = rng.choice(seen) if seen and rng.random() < 0.1 else f"op{n}-{i}"
            user = rng.choice(["KIM", "LEE", "MO"])
            batch.append(body(op, what, now, due=due, user=user, reason="x", replaces=replaces))
            seen.append(op)
        act(engine, *{b["op"]: b for b in batch}.values())
        assert all(d.status is not Status.CONFLICT for d in view(engine.ward, now).doses)
    answers = [e.data() for e in engine.log.read(0, 100_000) if e.kind == "outcome"]
    assert {a["outcome"] for a in answers} >= {"applied", "already", "superseded", "gone"}
    by_op: dict[str, set[str]] = {}
    for answer in answers:
        by_op.setdefault(answer["op"], set()).add(answer["outcome"])
    assert all(len(said) == 1 for said in by_op.values())


def test_a_source_that_begins_again_records_nothing_anew(engine: Engine, log: SqliteLog) -> None:
    told = told_by_source("x")
    engine.take([(T, "administration", told)])
    before, orders = engine.ward.patients["p1"].medication.dump(), [e for e in log.read(0) if e.kind == "order"]
    bodies = [entry.data() for entry in orders]
    engine.take([(T + HOUR, "order", one) for one in bodies] + [(T + HOUR, "administration", told)])
    assert engine.ward.patients["p1"].medication.dump() == before  # when it was recorded, too
    assert [e for e in log.read(0) if e.kind == "order"] == orders
    engine.take([(T + HOUR, "administration", told | {"reason": "another one"})])
    assert [r["id"] for r in records(log)] == ["x", "x"]
