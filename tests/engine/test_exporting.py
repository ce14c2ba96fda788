"""An export is allowed by the engine before its file has a name: once, by its own configuration, never afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ward_of_one import PATIENT, WARD, T

from iomt_tui.engine.loop import Engine
from iomt_tui.engine.spec import WardSpec
from iomt_tui.log.memory import MemoryLog
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.events import draft
from iomt_tui.ward.exports import FORMATS, NONE_ALLOWED, Export, Permission, not_exported
from iomt_tui.ward.fold import Ward

TOLD = Export("trends", "csv", ("p1",), T - 3_600_000, T, 4_711, "ab" * 32, "DEMO-trends-20260315T104207Z.csv")


def answered(
    *bodies: dict[str, Any], exports: Permission = NONE_ALLOWED, watermark: str = "TEST"
) -> tuple[Engine, list[dict[str, Any]]]:
    log = MemoryLog("w")
    engine = Engine(log, exports=exports)
    engine.start(WARD | {"watermark": watermark}, T)
    engine.take([(T, "patient", PATIENT)])
    log.append([draft(T, "act", body) for body in bodies])
    engine.follow()
    return engine, [entry.data() for entry in log.read(0) if entry.kind == "outcome"]


def act(op: str = "e1", user: str = "KIM", **more: Any) -> dict[str, Any]:
    return {"op": op, "user": user} | TOLD.body() | more


def test_it_is_answered_and_nothing_waits() -> None:
    engine, (told,) = answered(act())
    assert (told["op"], told["outcome"], told["by"], told["why"]) == ("e1", "applied", "KIM", "")
    assert not engine.ward.acts and not engine.ward.unreadable


def test_a_patient_who_left_is_in_the_file_all_the_same() -> None:
    _, (told,) = answered(act(patients=["p9"]))
    assert told["outcome"] == "applied"


def test_nobody_exports_nothing() -> None:
    _, (told,) = answered(act(user="  "))
    assert told["outcome"] == "refused" and "nobody" in told["why"]


def test_the_same_again_gets_the_same_answer() -> None:
    _, told = answered(act(), act(user="LEE"))
    assert [one["by"] for one in told] == ["KIM", "KIM"]


WRONG: list[dict[str, Any]] = [
    {"format": "pdf"}, {"format": None}, {"what": ""}, {"what": "Trends"}, {"what": 3}, {"what": "a\n"},
    {"from": T + 1}, {"to": "now"}, {"to": None}, {"bytes": -1}, {"bytes": True}, {"bytes": 1.5},
    {"sha256": "ab"}, {"sha256": "AB" * 32}, {"sha256": None}, {"name": ""}, {"name": "../x"},
    {"name": "a\u202eb"},
    {"do": "not-exported"}, {"do": "not-exported", "undoes": 7},
    {"name": "x" * 121}, {"patients": "p1"}, {"patients": [""]}, {"patients": [1]},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_is_no_export_is_refused_and_counted(wrong: dict[str, Any]) -> None:
    engine, (told,) = answered(act(**wrong))
    assert (told["outcome"], told["why"]) == ("refused", "not understood")
    assert engine.ward.refused["not-understood"] == 1


@given(
    st.sampled_from(FORMATS), st.lists(st.text(min_size=1, max_size=80), max_size=4).map(tuple),
    st.integers(0, T), st.integers(0, T), st.integers(0, 1 << 40), st.text(max_size=80).map(safe_text),
)  # fmt: skip
def test_the_body_says_what_was_exported(
    form: str, patients: tuple[str, ...], start: int, more: int, size: int, station: SafeText
) -> None:
    told = replace(TOLD, form=form, patients=patients, start=start, end=start + more, size=size, station=station)
    assert Export.from_body(told.body()) == told


SOME = Permission(("csv", "fhir"), ("KIM",))


@pytest.mark.parametrize(
    ("watermark", "exports", "more", "why"),
    [
        ("DEMO", NONE_ALLOWED, {}, ""), ("TEST", NONE_ALLOWED, {}, ""), ("TEST", SOME, {"user": "LEE"}, ""),
        ("", NONE_ALLOWED, {}, "allows none"), ("REPLAY", NONE_ALLOWED, {}, "allows none"),
        ("", SOME, {}, ""), ("", SOME, {"format": "json"}, "does not name json"),
        ("", SOME, {"user": "LEE"}, "does not name LEE"), ("", Permission(("csv",)), {"user": "LEE"}, ""),
        ("", Permission((), ("KIM",)), {}, "allows none"),
    ],
)  # fmt: skip
def test_people_are_exported_as_the_engine_s_own_configuration_allows(
    watermark: str, exports: Permission, more: dict[str, Any], why: str
) -> None:
    _, (told,) = answered(act(**more), exports=exports, watermark=watermark)
    assert told["outcome"] == ("refused" if why else "applied") and why in told["why"]
    assert not why or "the ward's engine" in told["why"]


def test_what_was_given_up_before_its_answer_is_not_allowed_any_more() -> None:
    engine, told = answered(act(), not_exported("n1", act(), "the engine did not answer"))
    assert [(one["op"], one["outcome"]) for one in told] == [("e1", "refused"), ("n1", "applied")]
    assert "given up" in told[0]["why"] and not engine.ward.acts


def test_what_was_allowed_before_it_was_given_up_stays_so_in_the_log() -> None:
    engine, _ = answered(act())
    engine.log.append([draft(T, "act", not_exported("n1", act(), "the disk is full"))], durable=True)
    engine.follow()
    assert [engine.ward.outcomes[op]["outcome"] for op in ("e1", "n1")] == ["applied", "applied"]


def test_nobody_allows_what_was_asked_for_while_no_engine_ran() -> None:
    ward = Ward()
    log = MemoryLog("w")
    log.append([draft(T, "ward", WARD), draft(T, "act", act())])
    ward.apply(log.read(0))
    assert set(ward.acts) == {"e1"}
    restored = Ward.restore(ward.checkpoint())
    engine = Engine(log, restored)
    engine.start(WARD, T)
    engine.follow()
    told = engine.ward.outcomes["e1"]
    assert told["outcome"] == "refused" and "ask again" in told["why"]


def test_a_permission_reaches_the_engine_in_its_ward_s_spec() -> None:
    spec = WardSpec(exports=SOME)
    assert WardSpec.load(spec.dump()) == spec
    older = WardSpec().dump().replace(',"exports":{"formats":[],"people":[]}', "")
    assert "exports" not in older and WardSpec.load(older) == WardSpec()
