"""Records of doses, notes, scores and acknowledgements of other stations."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from fhir_live import Server, told
from fhir_samples import AT, Json, concept, observation, patient

from iomt_tui.backends.fhir.exchange import DUE, OP, STATION, TASK_CODE, TASK_SYSTEM
from iomt_tui.clinical.medication.expansion import zone_of

ORDER = {"resourceType": "MedicationRequest", "id": "r1", "status": "active", "intent": "order",
         "subject": {"reference": "Patient/p1"}, "medicationCodeableConcept": {"text": "Apixaban"},
         "authoredOn": "2026-01-01T00:00:00Z", "dosageInstruction": [
             {"timing": {"repeat": {"timeOfDay": ["08:00:00", "20:00:00"]}},
              "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}]}]}  # fmt: skip
DOSE = {"resourceType": "MedicationAdministration", "id": "a1", "status": "completed",
        "subject": {"reference": "Patient/p1"}, "medicationCodeableConcept": {"text": "Apixaban"},
        "request": {"reference": "MedicationRequest/r1"}, "effectiveDateTime": "2026-01-02T08:40:00Z",
        "performer": [{"actor": {"display": "Eze C"}},
                      {"function": concept("verifier", "x"), "actor": {"display": "Musa A"}}]}  # fmt: skip
EIGHT = 1_767_340_800_000  # 2026-01-02T08:00:00Z


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("08:40", EIGHT),
        ("07:01", EIGHT),
        ("18:59", EIGHT),
        ("19:05", EIGHT + 12 * 3_600_000),
        ("06:59", EIGHT - 43_200_000),
    ],
)
def test_a_record_is_of_the_dose_in_whose_window_it_was_given(at: str, due: int) -> None:
    (body,) = told(Server().put(ORDER, DOSE | {"effectiveDateTime": f"2026-01-02T{at}:00Z"}), "administration")
    assert (body["due"], body["by"], body["witness"]) == (due, "Eze C", "Musa A")


def test_our_own_extension_says_which_dose_it_is() -> None:
    own = DOSE | {"extension": [{"url": DUE, "valueDateTime": "2026-01-02T20:00:00Z"}]}
    (body,) = told(Server().put(ORDER, own), "administration")
    assert body["due"] == EIGHT + 12 * 3_600_000


def test_what_this_program_wrote_comes_back_under_its_own_name_and_not_to_its_own_station() -> None:
    named = DOSE | {
        "identifier": [{"system": OP, "value": "op-7"}],
        "meta": {"tag": [{"system": STATION, "code": "s1"}]},
    }
    own, other = Server(station="s1"), Server(station="s2")
    assert told(own.put(ORDER, named), "administration") == []
    assert [body["id"] for body in told(other.put(ORDER, named), "administration")] == ["op-7"]


@pytest.mark.parametrize(
    ("status", "reason", "what"),
    [("not-done", {"coding": [{"code": "182856006"}]}, "not-available"),
     ("not-done", {"text": "Patient declined"}, "refused"),
     ("not-done", {"text": "nil by mouth"}, "held"), ("on-hold", {"text": "surgery"}, "held"),
     ("in-progress", {"text": ""}, "given"), ("stopped", {"text": "vomited"}, "given")],
)  # fmt: skip
def test_what_was_done(status: str, reason: Json, what: str) -> None:
    (body,) = told(Server().put(ORDER, DOSE | {"status": status, "statusReason": [reason]}), "administration")
    assert (body["what"], body["status"]) == (what, status)


def test_a_record_taken_back_leaves_the_dose_open_again() -> None:
    server = Server()
    server.put(patient(), ORDER, DOSE)
    assert [d.status.value for d in _doses(server)] == ["given"]
    server.put(DOSE | {"status": "entered-in-error"})
    assert [(d.status.value, d.corrected) for d in _doses(server)] == [("late", True)]


def _doses(server: Server) -> list[Any]:
    state = server.ward.patients["p1"].medication
    return state.doses(zone_of("UTC"), EIGHT - 1, EIGHT + 1, EIGHT + 2 * 3_600_000)


def test_a_record_waits_for_its_order() -> None:
    server = Server()
    assert told(server.put(DOSE), "administration") == []
    assert server.refusals.counts == {("no-order", "MedicationAdministration"): 1}
    assert [body["due"] for body in told(server.put(ORDER), "administration")] == [EIGHT]


@pytest.mark.parametrize(
    ("change", "words"),
    [({"request": None}, "request"), ({"effectiveDateTime": None}, "effectiveDateTime"),
     ({"effectiveDateTime": "2026-01-02"}, "effectiveDateTime"), ({"status": "unknown"}, "status"),
     ({"subject": {"reference": "Patient/p2"}}, "another patient")],
)  # fmt: skip
def test_records_that_cannot_be_placed_are_refused_in_words(change: Json, words: str) -> None:
    server = Server()
    changed = {name: value for name, value in (DOSE | change).items() if value is not None}
    assert told(server.put(ORDER, changed), "administration") == []
    assert server.refusals.counts == {("not-understood", "MedicationAdministration"): 1}
    assert words in server.refusals.problems[0]


def acknowledgement(**fields: Any) -> Json:
    made: Json = {
        "resourceType": "Task", "id": "t1", "status": "in-progress", "intent": "order",
        "for": {"reference": "Patient/p1"},
        "code": concept(TASK_CODE, TASK_SYSTEM), "owner": {"display": "Eze C"}, "lastModified": "2026-01-02T03:04:09Z",
        "input": [{"type": {"text": name}, key: value} for name, key, value in (
            ("param", "valueString", "hr"), ("kind", "valueString", "high"), ("priority", "valueString", "2"),
            ("onset", "valueDateTime", "2026-01-02T03:04:05Z"), ("raised", "valueDateTime", "2026-01-02T03:04:05Z"),
        )],
    }  # fmt: skip
    return made | fields


def test_an_acknowledgement_elsewhere() -> None:
    server = Server(station="s1")
    changes = server.put(patient(), acknowledgement())
    assert changes.remote == [
        {"patient": "p1", "param": "hr", "kind": "high", "onset": AT, "prio": 2, "by": "Eze C", "at": AT + 4_000,
         "id": "Task/t1/1", "op": ""}
    ]  # fmt: skip
    mine = acknowledgement(id="t2", meta={"tag": [{"system": STATION, "code": "s1"}]})
    assert server.put(mine, acknowledgement(id="t3", status="cancelled")).remote == []
    assert server.put(acknowledgement(id="t4", owner=None), acknowledgement(id="t5", input=[])).remote == []
    assert server.refusals.counts == {("not-understood", "Task"): 2}


def tags(*stations: str) -> Json:
    return {"tag": [{"system": STATION, "code": station} for station in stations]}


def test_an_acknowledgement_elsewhere_of_a_task_that_this_station_made() -> None:
    server = Server(station="s1")
    op = [{"system": OP, "value": "op-2"}]
    (body,) = server.put(patient(), acknowledgement(meta=tags("s1", "s2"), identifier=op)).remote
    assert (body["by"], body["op"]) == ("Eze C", "op-2"), "a server keeps the tags of all who ever wrote it"


def test_a_record_of_this_station_that_somebody_else_changes() -> None:
    own = DOSE | {"identifier": [{"system": OP, "value": "op-7"}], "meta": tags("s1")}
    server = Server(station="s1")
    assert told(server.put(ORDER, own), "administration") == []
    assert told(server.put(own | {"note": [{"text": "slept well"}]}), "administration") == []
    less = own | {"dosage": {"dose": {"value": 2.5, "unit": "mg"}}}
    assert [body["dose"]["value"] for body in told(server.put(less), "administration")] == [2.5]
    (void,) = told(server.put(own | {"status": "entered-in-error"}), "administration")
    assert (void["what"], void["replaces"]) == ("error", "op-7")
    (first,) = told(Server(station="s1").put(ORDER, own | {"status": "entered-in-error"}), "administration")
    assert first["replaces"] == "op-7", "also when nothing of it was seen before"


def test_a_score_that_is_none_is_refused() -> None:
    server = Server()
    wrongs: list[Json] = [{"valueInteger": 21}, {"valueInteger": 6.5}, {"valueString": "7"}, {}]
    for number, wrong in enumerate(wrongs):
        server.put(observation("88330-6", id=f"n{number}", **({"valueQuantity": None} | wrong)))
    assert server.refusals.counts == {("not-understood", "Observation"): 4}
    assert told(server.put(observation("88330-6", id="n9", valueQuantity={"value": 7.0})), "score")[0]["total"] == 7


def test_a_note_that_is_taken_back_is_replaced() -> None:
    server = Server()
    note = {"resourceType": "Communication", "id": "n1", "status": "completed", "subject": {"reference": "Patient/p1"},
            "sent": "2026-01-02T03:04:05Z", "payload": [{"contentString": "x"}]}  # fmt: skip
    assert told(server.put(note), "note")[0]["text"] == "x"
    assert told(server.put(note | {"status": "entered-in-error"}), "note")[0] | {"at": 0} == {
        "id": "n1", "patient": "p1", "text": "(withdrawn)", "at": 0, "by": "", "from": "lab",
    }  # fmt: skip


def test_bodies_are_json() -> None:
    server = Server()
    changes = server.put(patient(), ORDER, DOSE, observation(id="o1"))
    assert orjson.loads(orjson.dumps(changes.events))
