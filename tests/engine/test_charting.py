"""Notes, validated vital signs and signing in: what becomes of such acts."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from far_ward import FarWard
from ward_of_one import WARD, T

from iomt_tui.engine.loop import Engine
from iomt_tui.log.memory import MemoryLog
from iomt_tui.times import time_of_day
from iomt_tui.ward.events import draft
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.notes import corrections, crossed
from iomt_tui.ward.writes import NOTE, VITALS


@pytest.fixture
def far() -> FarWard:
    far = FarWard()
    far.run(3, 97.0)
    return far


def test_a_note_is_noted_and_written(far: FarWard) -> None:
    assert far.act("note", patient="p1", text="  slept \x1b[1mwell ")["outcome"] == "applied"
    (note,) = far.ward.view("p1", far.now).notes
    assert (note.id, note.by, note.at, note.origin) == ("op1", "KIM", far.now, "")
    assert note.text.startswith("slept") and "\x1b" not in note.text
    (write,) = far.hand.submitted
    assert (write.what, write.op, write.about) == (NOTE, "op1", {"text": note.text})
    assert [e.kind for e in far.log.read(0, 1_000)][-4:] == ["act", "note", "write", "outcome"]


def test_the_same_note_again_is_one(far: FarWard) -> None:
    for _ in range(2):
        assert far.act("note", patient="p1", text="slept well", op="n")["outcome"] == "applied"
    assert len(far.told("note")) == 1 and len(far.hand.submitted) == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 401])
def test_a_note_has_words_and_an_end(far: FarWard, text: str) -> None:
    told = far.act("note", patient="p1", text=text)
    assert told["outcome"] == "refused" and "400" in told["why"] and not far.told("note")
    assert far.act("note", patient="p1", text="x" * 400)["outcome"] == "applied"


def test_a_note_has_a_writer_and_a_patient(far: FarWard) -> None:
    assert far.act("note", patient="p1", text="x", user="  ")["outcome"] == "refused"
    assert far.act("note", patient="p9", text="x")["outcome"] == "gone"
    assert not far.told("note") and not far.hand.submitted


def chart(far: FarWard, **values: Any) -> dict[str, Any]:
    return far.act("chart", patient="p1", values=values)


def test_what_is_shown_is_charted(far: FarWard) -> None:
    shown = far.ward.view("p1", far.now).vitals["spo2"]
    values = {"spo2": [shown.value, shown.observed_at, shown.device]}
    assert chart(far, **values)["outcome"] == "applied"
    (write,) = far.hand.submitted
    assert (write.what, write.about) == (VITALS, {"values": values})


def test_what_was_shown_a_moment_ago_is_charted_too(far: FarWard) -> None:
    at = far.now
    far.run(60, 93.0)
    assert chart(far, spo2=[97.0, at, "d1"])["outcome"] == "applied"
    far.run(300, 93.0)
    told = chart(far, spo2=[97.0, at, "d1"])
    assert told["outcome"] == "refused" and "look again" in told["why"]


@pytest.mark.parametrize(
    "values",
    [
        {"spo2": [96.0, T + 3_000, "d1"]}, {"spo2": [97.0, T + 4_000, "d1"]}, {"spo2": [97.0, T + 3_000, "d2"]},
        {"hr": [80.0, T + 3_000, "d1"]}, {"shoe": [43.0, T + 3_000, "d1"]}, {},
        {"spo2": [97.0, T + 3_000, "d1"], "hr": [80.0, T + 3_000, "d1"]}, {"spo2": [True, T + 3_000, "d1"]},
    ],
)  # fmt: skip
def test_what_nobody_was_shown_is_not_charted(far: FarWard, values: dict[str, Any]) -> None:
    told = chart(far, **values)
    assert told["outcome"] == "refused" and told["why"] and not far.hand.submitted


def test_an_old_value_is_not_charted(far: FarWard) -> None:
    at = far.now
    far.engine.tick(T + 600_000)
    far.second = 600
    assert chart(far, spo2=[97.0, at, "d1"])["outcome"] == "refused"


@pytest.mark.parametrize("values", [None, 7, {"spo2": 97.0}, {"spo2": [97.0]}, {"spo2": ["97", None, {}]}])
def test_an_act_of_another_shape_is_answered(far: FarWard, values: Any) -> None:
    assert far.act("chart", patient="p1", values=values)["outcome"] == "refused"
    assert far.act("note", patient="p1", text=values)["outcome"] == "refused"
    assert not far.hand.submitted


def test_a_ward_that_charts_nothing_says_so() -> None:
    far = FarWard(frozenset({NOTE}))
    far.run(1, 97.0)
    told = chart(far, spo2=[97.0, far.now, "d1"])
    assert told["outcome"] == "refused" and "charts nothing" in told["why"]


def test_signing_in_is_asked_of_the_source(far: FarWard) -> None:
    assert far.act("signin", op="s", cancel=False)["outcome"] == "applied"
    assert far.act("signin", op="s", cancel=False)["outcome"] == "applied"
    assert far.act("signin", cancel=True)["outcome"] == "applied"
    assert far.hand.asked == [False, True]


def test_where_nobody_can_sign_in_that_is_said() -> None:
    far = FarWard(signs_in=False)
    told = far.act("signin", cancel=False)
    assert told["outcome"] == "refused" and "nobody signs in" in told["why"] and not far.hand.asked
    log = MemoryLog("test")
    engine = Engine(log)
    engine.start(WARD, T)
    log.append([draft(T, "act", {"op": "s", "user": "KIM", "do": "signin", "cancel": False})], durable=True)
    engine.follow()
    assert engine.ward.outcomes["s"]["outcome"] == "refused" and "no server" in engine.ward.outcomes["s"]["why"]


def test_acts_that_an_engine_left_are_answered_by_the_next(far: FarWard) -> None:
    far.log.append([draft(far.now, "act", {"op": "n", "user": "KIM", "do": "note", "patient": "p1", "text": "x"})],
                   durable=True)  # fmt: skip
    far.restart()
    assert far.ward.outcomes["n"]["outcome"] == "applied" and len(far.told("note")) == 1


def test_the_same_charting_again_is_one(far: FarWard) -> None:
    for _ in range(2):
        told = far.act("chart", op="c", patient="p1", values={"spo2": [97.0, far.now, "d1"]})
        assert told["outcome"] == "applied"
    assert len(far.hand.submitted) == 1 == len(far.told("write"))


def noted(far: FarWard, text: str, **more: Any) -> dict[str, Any]:
    return far.act("note", patient="p1", text=text, **more)


def test_a_correction_is_a_note_of_its_own_and_the_first_stays(far: FarWard) -> None:
    noted(far, "pain 8", op="first")
    first = far.ward.view("p1", far.now).notes[0]
    assert noted(far, "pain 3", op="second", replaces="first", user="LEE")["outcome"] == "applied"
    notes = {note.id: note for note in far.ward.view("p1", far.now).notes}
    assert notes["first"] == first
    assert (notes["second"].text, notes["second"].by, notes["second"].replaces) == ("pain 3", "LEE", "first")
    assert corrections(notes.values()) == {"first": notes["second"]}
    about = far.hand.submitted[-1].about
    assert about == {"text": "pain 3", "replaces": {"id": "first", "at": first.at, "by": "KIM"}}
    assert Ward.restore(far.ward.checkpoint()).view("p1", far.now).notes == tuple(far.ward.view("p1", far.now).notes)


def test_a_correction_of_what_somebody_has_corrected_since_is_kept_and_its_author_told(far: FarWard) -> None:
    noted(far, "pain 8", op="first")
    assert noted(far, "pain 3", op="second", replaces="first", user="LEE")["why"] == ""
    told = noted(far, "pain 5", op="third", replaces="first")
    assert (told["outcome"], told["by"]) == ("applied", "KIM")
    time = time_of_day(far.told("note")[1]["at"], UTC)[:5]
    assert told["why"] == f"LEE corrected this note before, at {time}: correct that correction"
    notes = far.ward.view("p1", far.now).notes
    assert corrections(notes)["first"].id == "second"
    assert [note.id for note in crossed(notes)["first"]] == ["third"]
    assert noted(far, "pain 5", op="fourth", replaces="second")["why"] == ""
    assert len(far.told("note")) == 4 == len(far.hand.submitted), "nothing is lost, here and on the server"


def test_two_stations_that_correct_at_once_both_succeed_and_the_log_says_who_was_first(far: FarWard) -> None:
    noted(far, "pain 8", op="first")
    acts = [
        {"op": op, "user": user, "do": "note", "patient": "p1", "text": text, "replaces": "first"}
        for op, user, text in (("b", "LEE", "pain 3"), ("a", "KIM", "pain 5"))
    ]  # fmt: skip
    far.log.append([draft(far.now, "act", act) for act in acts], durable=True)
    far.engine.follow()
    assert [far.ward.outcomes[op]["outcome"] for op in ("a", "b")] == ["applied", "applied"]
    assert "LEE corrected" in far.ward.outcomes["a"]["why"] and not far.ward.outcomes["b"]["why"]
    for ward in (far.ward, Ward.restore(far.ward.checkpoint())):
        notes = ward.view("p1", far.now).notes
        assert (corrections(notes)["first"].id, crossed(notes)["first"][0].id) == ("b", "a")


def test_of_two_corrections_from_a_server_the_first_that_the_log_heard_of_stands(far: FarWard) -> None:
    told = {"patient": "p1", "by": "X", "from": "EHR", "at": far.now}
    for name, at, more in (("o", 3, {}), ("late", 1, {"replaces": "o"}), ("early", 2, {"replaces": "o"})):
        far.engine.take([(far.now, "note", told | {"id": name, "text": name, "at": far.now - at} | more)])
    far.engine.take([(far.now, "note", told | {"id": "early", "text": "early, again", "replaces": "o"})])
    notes = far.ward.view("p1", far.now).notes
    assert (corrections(notes)["o"].id, [note.text for note in crossed(notes)["o"]]) == ("late", ["early, again"])


@pytest.mark.parametrize(
    ("text", "replaces", "outcome"),
    [("x", "nowhere", "gone"), ("pain 8", "first", "refused"), (" ", "first", "refused"), ("x", 7, "refused"),
     ("x", "", "refused")],
)  # fmt: skip
def test_what_corrects_nothing_is_not_kept(far: FarWard, text: str, replaces: Any, outcome: str) -> None:
    noted(far, "pain 8", op="first")
    assert noted(far, text, replaces=replaces)["outcome"] == outcome
    assert len(far.told("note")) == 1 == len(far.hand.submitted)


def test_a_note_of_another_patient_cannot_be_corrected(far: FarWard) -> None:
    other = {"id": "other", "patient": "p2", "text": "x", "at": far.now, "by": "LEE", "from": ""}
    far.log.append([draft(far.now, "patient", {"id": "p2"}), draft(far.now, "note", other)], durable=True)
    assert noted(far, "y", replaces="other")["outcome"] == "gone"
