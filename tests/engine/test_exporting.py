"""An export is in the log before its file has a name; the engine answers it once, and keeps a strange one out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ward_of_one import PATIENT, WARD, T

from iomt_tui.engine.loop import Engine
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import draft
from iomt_tui.ward.exports import FORMATS, Export
from iomt_tui.ward.fold import Ward

TOLD = Export("trends", "csv", ("p1",), T - 3_600_000, T, 4_711, "ab" * 32, "DEMO-trends-20260315T104207Z.csv")


def answered(*bodies: dict[str, Any]) -> tuple[Engine, list[dict[str, Any]]]:
    log = MemoryLog("w")
    engine = Engine(log)
    engine.start(WARD, T)
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
    {"name": "a\u202eb"}, {"name": "x" * 121}, {"patients": "p1"}, {"patients": [""]}, {"patients": [1]},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_is_no_export_is_refused_and_counted(wrong: dict[str, Any]) -> None:
    engine, (told,) = answered(act(**wrong))
    assert (told["outcome"], told["why"]) == ("refused", "not understood")
    assert engine.ward.refused["not-understood"] == 1


@given(
    st.sampled_from(FORMATS), st.lists(st.text(min_size=1, max_size=80), max_size=4).map(tuple),
    st.integers(0, T), st.integers(0, T), st.integers(0, 1 << 40),
)  # fmt: skip
def test_the_body_says_what_was_exported(
    form: str, patients: tuple[str, ...], start: int, more: int, size: int
) -> None:
    told = replace(TOLD, form=form, patients=patients, start=start, end=start + more, size=size)
    assert Export.from_body(told.body()) == told


def test_an_unanswered_export_is_answered_by_the_next_engine() -> None:
    ward = Ward()
    log = MemoryLog("w")
    log.append([draft(T, "ward", WARD), draft(T, "act", act())])
    ward.apply(log.read(0))
    assert set(ward.acts) == {"e1"}
    restored = Ward.restore(ward.checkpoint())
    engine = Engine(log, restored)
    engine.start(WARD, T)
    engine.follow()
    assert engine.ward.outcomes["e1"]["outcome"] == "applied"
