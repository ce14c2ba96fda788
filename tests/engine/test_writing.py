"""What is done here is written to the backend: in the log first, under one op, and whoever must know learns of it."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import orjson
import pytest
from far_ward import ORDER, FarWard
from ward_of_one import T

from iomt_tui.ward.events import draft
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.writes import (
    ACK,
    CONFIRMED,
    CONFLICT,
    DENIED,
    DOSE,
    EXPIRED,
    FAILED,
    LONGEST,
    NOTE,
    STALE,
    TAKEN,
    VITALS,
    WAITING,
    WHATS,
)

NOTHING: frozenset[str] = frozenset()


@pytest.fixture
def far() -> FarWard:
    far = FarWard()
    far.run(2)
    return far


def test_an_acknowledgement_is_in_the_log_with_its_outcome_before_it_is_handed_over(far: FarWard) -> None:
    alarm = far.alarm()
    assert far.ack(intent="going")["outcome"] == "applied"
    kinds = [e.kind for e in far.log.read(0, 1_000)][-4:]
    assert kinds == ["act", "alarm", "write", "outcome"]
    (write,) = far.hand.submitted
    assert (write.op, write.what, write.patient, write.user, write.user_ref, write.at) == (
        "op1", ACK, "p1", "KIM", "Practitioner/1", far.now,
    )  # fmt: skip
    until = far.alarm().until
    assert write.about == {
        "ref": list(alarm.ref), "onset": alarm.onset, "raised": alarm.raised, "prio": 3, "do": "ack",
        "intent": "going", "note": "", "until": until, "text": "oxygen saturation 84 below 85 %",
    }  # fmt: skip
    assert far.ward.view("p1", far.now).written[alarm.ref].state == WAITING


def test_only_the_person_who_is_signed_in_is_named_as_the_server_knows_them(far: FarWard) -> None:
    far.ack(user="LEE")
    (write,) = far.hand.submitted
    assert (write.user, write.user_ref) == ("LEE", "")


def test_what_was_not_applied_is_not_written_and_nothing_is_written_twice(far: FarWard) -> None:
    ref = list(far.alarm().ref)
    far.act("ack", ref=[*ref[:3], 9, 1])
    far.act("ack", ref=ref, op="once")
    far.act("ack", ref=ref, op="once")
    assert far.act("ack", ref=ref, user="LEE")["outcome"] == "already"
    assert [w.op for w in far.hand.submitted] == ["once"]


def test_taking_back_is_written_with_the_alarm_that_had_been_acknowledged(far: FarWard) -> None:
    ref = list(far.alarm().ref)
    far.ack()
    far.act("unack", ref=ref, user="LEE")
    one, two = far.hand.submitted
    assert (one.about["do"], two.about["do"]) == ("ack", "unack")
    assert two.about["ref"] == ref == one.about["ref"] and two.about["onset"] == one.about["onset"]
    assert far.alarm().state == "unack"


def test_the_note_of_an_acknowledgement_is_a_note_of_its_own(far: FarWard) -> None:
    far.ack(intent="note", note="probe changed")
    ack, note = far.hand.submitted
    assert (ack.what, note.what) == (ACK, NOTE) and ack.op != note.op and len(note.op) <= 64
    assert note.about == {"text": "probe changed", "ref": ack.about["ref"]}


def dose(far: FarWard, **more: Any) -> dict[str, Any]:
    return far.act("dose", patient="p1", order="o1", due=T, what="given", at=far.now, **more)


def test_a_dose_is_written_with_its_order(far: FarWard) -> None:
    assert dose(far)["outcome"] == "applied"
    (write,) = far.hand.submitted
    record = far.ward.patients["p1"].medication.of("o1")[0]
    assert write.what == DOSE and write.op == record.id
    assert write.about["order"]["id"] == "o1" and write.about["order"]["drug"]["name"] == ORDER["drug"]["name"]  # type: ignore[index]
    assert {k: v for k, v in write.about.items() if k != "order"} == {
        k: v for k, v in record.body().items() if k != "order"
    }
    assert far.ward.view("p1", far.now).writes[record.id].state == WAITING


@pytest.mark.parametrize("what", WHATS)
def test_only_what_is_configured_is_written(what: str) -> None:
    far = FarWard(frozenset({what}))
    far.run(2)
    far.ack(intent="note", note="x")
    dose(far)
    far.act("note", patient="p1", text="slept well")
    far.act("chart", patient="p1", values={"spo2": [84.0, far.now, "d1"]})
    assert {w.what for w in far.hand.submitted} == {what}


def test_a_ward_that_only_reads_writes_nothing() -> None:
    far = FarWard(NOTHING)
    far.run(2)
    far.ack()
    dose(far)
    far.act("note", patient="p1", text="slept well")
    assert not far.hand.submitted and not far.told("write")
    far.run(60)
    assert far.alarm().state == "acked" and far.standing("unconfirmed") == ""


def test_killed_while_it_waited_it_is_handed_over_again_under_the_same_op(far: FarWard) -> None:
    far.ack(intent="going")
    dose(far)
    before = [orjson.dumps(write.body()) for write in far.hand.submitted]
    far.restart(5)
    assert [orjson.dumps(write.body()) for write in far.hand.submitted] == before
    far.say("op1", CONFIRMED)
    far.restart(5)
    assert [w.op for w in far.hand.submitted] == ["op2"]
    assert [w["op"] for w in far.told("write")] == ["op1", "op2", "op1"]


def test_killed_between_the_act_and_its_answer_nothing_is_lost_and_nothing_doubled(far: FarWard) -> None:
    far.log.append([draft(far.now, "act", {"op": "x", "user": "KIM", "do": "ack", "ref": list(far.alarm().ref)})],
                   durable=True)  # fmt: skip
    far.restart()
    assert [w.op for w in far.hand.submitted] == ["x"]
    assert far.alarm().state == "acked" and len(far.told("write")) == 1


def test_writing_that_was_switched_off_ends_what_waits(far: FarWard) -> None:
    far.ack()
    far.restart(1, NOTHING)
    assert not far.hand.submitted
    told = far.ward.view("p1", far.now).writes["op1"]
    assert told.state == FAILED and "switched off" in told.why
    far.run(1)
    assert far.standing("undelivered") == "unack"


def test_an_acknowledgement_that_waits_is_told_after_half_a_minute_until_it_is_confirmed(far: FarWard) -> None:
    """T33: the alarm is quiet here, and everybody knows that the server does not know yet."""
    far.ack()
    far.run(30)
    assert far.standing("unconfirmed") == "" and far.ward.header(far.now).unconfirmed == 0
    far.run(1)
    told = far.alarm("server", "unconfirmed")
    assert (told.state, told.priority, told.technical) == ("unack", 2, True)
    assert told.detail == "acknowledgement not yet on the server (1)"
    assert far.alarm().state == "acked" and far.ward.header(far.now).unconfirmed == 1
    assert "escalation" not in [e.kind for e in far.log.read(0, 10_000)]
    far.say("op1", CONFIRMED)
    far.run(1)
    assert far.standing("unconfirmed") == "normal" and far.ward.header(far.now).unconfirmed == 0


def test_acknowledging_what_the_server_does_not_know_is_not_written_there(far: FarWard) -> None:
    """Else it would wait itself, and never end."""
    far.ack()
    far.run(31)
    far.ack(("server", "unconfirmed"))
    assert far.alarm("server", "unconfirmed").state == "acked"
    assert [w.op for w in far.hand.submitted] == ["op1"] and far.ward.header(far.now).unconfirmed == 1


def test_an_acknowledgement_that_the_server_finds_stale_is_taken_back(far: FarWard) -> None:
    """T34: in one piece with the word that tells so, so that no crash keeps the alarm quiet."""
    far.ack()
    ref = far.alarm().ref
    far.say("op1", STALE, why="changed since")
    alarm = far.alarm()
    assert (alarm.state, alarm.ref.rev, alarm.undone_by) == ("unack", ref.rev + 1, "fhir")
    kinds = [e.kind for e in far.log.read(0, 1_000)]
    assert kinds[-2:] == ["write", "alarm"]
    view = far.ward.view("p1", far.now)
    assert view.written[ref].state == STALE and alarm.ref not in view.written
    far.run(2)
    assert far.standing("undelivered") == "", "the alarm itself sounds"


def test_a_stale_word_about_an_older_revision_changes_nothing(far: FarWard) -> None:
    far.ack()
    far.act("unack", ref=list(far.alarm().ref))
    far.ack(user="LEE")
    far.say("op1", STALE)
    assert (far.alarm().state, far.alarm().by) == ("acked", "LEE")


def test_an_acknowledgement_that_somebody_else_has_stays(far: FarWard) -> None:
    far.ack()
    far.say("op1", TAKEN, by="LEE", when=T)
    told = far.ward.view("p1", far.now).written[far.alarm().ref]
    assert (told.state, told.by, told.when) == (TAKEN, "LEE", T) and far.alarm().state == "acked"
    assert (told.begun, told.at) == (far.now, far.now)


@pytest.mark.parametrize("state", [CONFLICT, DENIED, FAILED, EXPIRED])
def test_what_did_not_arrive_is_an_alarm_until_somebody_has_seen_it(far: FarWard, state: str) -> None:
    dose(far)
    far.say("op1", state, why="the server holds another record")
    far.run(1, 97.0)
    alarm = far.alarm("server", "undelivered")
    assert (alarm.state, alarm.priority, alarm.technical) == ("unack", 2, True)
    assert alarm.detail == "dose not on the server: the server holds another record"
    assert far.ward.header(far.now).unwritten == 1
    far.run(3, 97.0)
    far.ack(("server", "undelivered"))
    far.run(2, 97.0)
    assert far.standing("undelivered") == "normal" and far.ward.header(far.now).unwritten == 0
    assert [w.op for w in far.hand.submitted] == ["op1"]
    far.restart(1)
    far.run(3, 97.0)
    assert far.standing("undelivered") == "normal", "a new engine does not begin with it again"


def test_what_did_not_arrive_is_over_when_it_was_done_again(far: FarWard) -> None:
    dose(far)
    far.say("op1", FAILED)
    far.run(1)
    assert far.standing("undelivered") == "unack"
    dose(far, replaces="op1", reason="again")
    far.run(1)
    assert far.standing("undelivered") == "normal"


def test_its_words_tell_how_much_that_is_now(far: FarWard) -> None:
    for number in range(3):
        far.act("note", patient="p1", text=f"note {number}")
        far.say(f"op{number + 1}", DENIED, why="not allowed")
        far.run(1)
    shown = [a for a in far.ward.view("p1", far.now).alarms if a.ref.kind == "undelivered"]
    assert [a.detail for a in shown] == ["note not on the server (3): not allowed"]


@pytest.mark.parametrize("what", [ACK, DOSE, NOTE, VITALS])
def test_what_was_tried_for_too_long_is_not_tried_any_more(what: str) -> None:
    far = FarWard()
    far.run(2)
    acts = {
        ACK: lambda: far.ack(), DOSE: lambda: dose(far), NOTE: lambda: far.act("note", patient="p1", text="x"),
        VITALS: lambda: far.act("chart", patient="p1", values={"spo2": [84.0, far.now, "d1"]}),
    }  # fmt: skip
    acts[what]()
    begun = far.now
    far.engine.tick(begun + LONGEST[what])
    assert far.ward.view("p1", begun).writes["op1"].state == WAITING
    far.engine.tick(begun + LONGEST[what] + 1)
    assert far.ward.view("p1", begun).writes["op1"].state == EXPIRED
    far.second += LONGEST[what] // 1_000 + 60
    far.say("op1", CONFIRMED)
    assert far.ward.view("p1", begun).writes["op1"].state == CONFIRMED, "it had arrived after all"


def test_a_new_engine_does_not_take_up_what_is_too_old(far: FarWard) -> None:
    far.ack()
    far.restart(LONGEST[ACK] // 1_000 + 1)
    assert not far.hand.submitted and far.ward.view("p1", far.now).writes["op1"].state == EXPIRED


def test_the_same_word_again_is_not_logged_again(far: FarWard) -> None:
    far.ack()
    for _ in range(3):
        far.say("op1", WAITING, attempt=1, why="no answer")
        far.say("op1", CONFIRMED, attempt=2)
    assert [(w["state"], w["attempt"]) for w in far.told("write")] == [(WAITING, 0), (WAITING, 1), (CONFIRMED, 2)]


def test_words_in_any_order_end_alike() -> None:
    """I20, through the whole engine: the alarm too."""
    ends = set()
    words = [("op1", WAITING, 1), ("op1", STALE, 1), ("op1", CONFIRMED, 1), ("op2", CONFIRMED, 1), ("op2", WAITING, 1)]
    for order in permutations(words):
        far = FarWard()
        far.run(2)
        far.ack()
        dose(far)
        for op, state, attempt in order:
            far.say(op, state, attempt=attempt)
        folded = Ward()
        folded.apply(far.log.read(0, 10_000))
        assert folded.checkpoint() == far.ward.checkpoint()
        states = {op: w.state for op, w in folded.view("p1", far.now).writes.items()}
        ends.add((tuple(sorted(states.items())), far.alarm().state, far.alarm().ref.rev))
    assert ends == {((("op1", STALE), ("op2", CONFIRMED)), "unack", 2)}


@pytest.mark.parametrize(
    "body",
    [
        None, [], 7, "x", {}, {"op": "op1"}, {"op": "op1", "what": ACK, "patient": "p1", "state": "done"},
        {"op": "op1", "what": ACK, "patient": "p1", "state": CONFIRMED, "at": "x", "begun": 0},
        {"op": "op1", "what": DOSE, "patient": "p1", "state": CONFIRMED, "at": 0, "begun": 0},
        {"op": "other", "what": ACK, "patient": "p1", "state": CONFIRMED, "at": 0, "begun": 0},
        {"op": "op1", "what": ACK, "patient": "p9", "state": CONFIRMED, "at": 0, "begun": 0},
        {"op": "op1", "what": ACK, "patient": "p1", "state": CONFIRMED, "at": float("inf"), "begun": 0},
        {"op": "op1", "what": ACK, "patient": "p1", "state": [CONFIRMED], "at": 0, "begun": 0},
    ],
)  # fmt: skip
def test_a_word_about_nothing_that_was_written_is_counted_and_changes_nothing(far: FarWard, body: Any) -> None:
    far.ack()
    far.arrive("write", body)
    assert far.ward.view("p1", far.now).writes["op1"].state == WAITING and far.ward.header(far.now).refused == 1
    far.run(1)


def test_when_too_much_waits_what_comes_next_is_told_at_once(far: FarWard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iomt_tui.engine.writing.MOST", 2)
    for _ in range(3):
        far.act("note", patient="p1", text="x")
    assert [w.op for w in far.hand.submitted] == ["op1", "op2"]
    told = far.ward.view("p1", far.now).writes["op3"]
    assert told.state == EXPIRED and "too much" in told.why
