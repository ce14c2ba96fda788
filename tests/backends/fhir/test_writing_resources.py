"""Every resource that is written is one of FHIR R4 (fhir.resources is the judge), and names nothing but what it may."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_samples import AT, HOUR, MINUTE, ORDER, PATIENT, ack, correction, dose, note, unack, vitals, write

from iomt_tui.alarms.model import INTENTS, Key
from iomt_tui.backends.fhir.exchange import REPLACES
from iomt_tui.backends.fhir.writing import administration, ids, noting, observations, provenance, task
from iomt_tui.backends.fhir.writing.administration import Dose
from iomt_tui.backends.fhir.writing.pieces import instant, person
from iomt_tui.backends.fhir.writing.task import Announcement
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text
from iomt_tui.ward.writes import Write

Json = dict[str, Any]
USERS = [("A. Weber", "Practitioner/n1"), ("A. Weber", "https://other.example/fhir/PractitionerRole/9"),
         ("A. Weber", ""), ("A. Weber", "Person/7"), ("A. Weber", "Device/board-1")]  # fmt: skip


def valid(resource: Json) -> Json:
    """The resource, once the judge has read it."""
    from fhir.resources.R4B import get_fhir_model_class

    get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    return resource


def tasks(one: Write) -> list[Json]:
    """What an acknowledgement makes of its Task, and the record of it."""
    announced = Announcement.of(one.about)
    own = task.accepted(announced, one, PATIENT, "desk-1")
    back = task.taken_back(own, unack(), "desk-1")
    read = own | {"meta": {"versionId": "7"}}
    return [task.requested(announced, PATIENT, "desk-1"), own, back,
            provenance.provenance(one, read, "alarm acknowledged", "desk-1")]  # fmt: skip


def administered(one: Write, station: str = "desk-1") -> Json:
    """The record of a dose."""
    return administration.administration(Dose.of(one.about, one.at), one, PATIENT, station, UTC)


@pytest.mark.parametrize(("user", "ref"), USERS)
@pytest.mark.parametrize("intent", ["", *INTENTS])
def test_tasks(user: str, ref: str, intent: str) -> None:
    for resource in tasks(ack(user=user, ref=ref, intent=intent, note="told Dr. Ito", prio=2)):
        valid(resource)


@given(param=st.text(max_size=12), kind=st.text(max_size=12), text=st.text(max_size=40), said=st.text(max_size=40),
       station=st.sampled_from(["", "desk-1"]), until=st.none() | st.just(AT + MINUTE))  # fmt: skip
def test_tasks_of_any_alarm(param: str, kind: str, text: str, said: str, station: str, until: int | None) -> None:
    param, kind, text, said = (str(safe_text(one)) for one in (param, kind, text, said))
    one = ack(param=param, note=said, text=text, until=until, ref="")
    one = write(one.op, one.what, one.about | {"ref": ["p1", param, kind, 1, 1]})
    announced = Announcement.of(one.about)
    for resource in (task.requested(announced, PATIENT, station), task.accepted(announced, one, PATIENT, station)):
        valid(resource)


@pytest.mark.parametrize(("user", "ref"), USERS)
@pytest.mark.parametrize("what", ["given", "refused", "held", "delayed", "not-available"])
@pytest.mark.parametrize("due", [None, AT])
def test_administrations(user: str, ref: str, what: str, due: int | None) -> None:
    one = dose(user=user, ref=ref, what=what, due=due, reason="asleep", witness="C. Silva", replaces="old",
               scan={"batch": "LOT7"}, dose={"value": 2.5, "unit": "[iU]"})  # fmt: skip
    made = valid(administered(one))
    valid(administration.void(made, one, "wrong bed"))
    valid(administration.with_effect(made, one, "pain 8 to 3"))


@pytest.mark.parametrize("system", ["http://www.whocc.no/atc", "ATC", ""])
@pytest.mark.parametrize("order", ["order-1", "order~1f", "a/b"])
def test_administrations_of_odd_orders(system: str, order: str) -> None:
    odd = ORDER | {"id": order, "route": "", "drug": ORDER["drug"] | {"system": system}}
    made = valid(administered(dose(order=odd), station=""))
    assert ("request" in made) == (order == "order-1")
    assert ("coding" in made["medicationCodeableConcept"]) == (system.startswith("http"))


def test_infusions() -> None:
    drip = ORDER | {"schedule": {"kind": "infusion", "rate": {"value": 5.0, "unit": "mL/h"}, "hours": 2}}
    for status in ("in-progress", "stopped"):
        valid(administered(dose(order=drip, due=None, status=status, dose={"value": 0.0, "unit": "mL/h"})))


def test_notes_and_observations() -> None:
    valid(noting.communication(note(), PATIENT, "desk-1"))
    everything = {key: [20 if key != "acvpu" else 1, AT - HOUR, "m-1"] for key in VITALS}
    everything["hr"].append("Observation/o1")
    made = observations.observations(vitals(values=everything), PATIENT, "desk-1")
    for one in made:
        valid(one.resource)
    assert [one.resource["derivedFrom"] for one in made if one.vitals == ("hr",)] == [
        [{"reference": "Observation/o1"}]
    ]  # fmt: skip
    assert sorted(vital for one in made for vital in one.vitals) == sorted(VITALS)


def test_a_correction_names_the_note_that_it_replaces() -> None:
    made = valid(noting.communication(correction(), PATIENT, "desk-1", "c-1"))
    assert [one["reference"] for one in made["inResponseTo"]] == ["Communication/c-1"]
    assert made["extension"] == [{"url": REPLACES, "valueString": "note-1"}]
    assert "replaces the note of 2026-01-02T02:04:05.000+00:00 by B. Cruz" in made["note"][0]["text"]
    assert [one["contentString"] for one in made["payload"]] == ["Sleeps badly."]
    assert "inResponseTo" not in valid(noting.communication(correction(), PATIENT, "desk-1"))


def test_a_person_whom_the_server_does_not_know_is_named_only() -> None:
    assert person("A. Weber", "Person/7") == {"display": "A. Weber"}
    assert person("A. Weber", "Device/b1") == {"display": "A. Weber"}
    assert person("A. Weber", "x/Practitioner/7") == {"display": "A. Weber"}
    assert person(" ", "") == {"display": "not named"}
    assert person("A. Weber", "https://h.example/Practitioner/7")["reference"] == "https://h.example/Practitioner/7"


def test_times_have_milliseconds_and_the_zone_of_the_ward() -> None:
    assert instant(AT + 7) == "2026-01-02T03:04:05.007+00:00"
    assert instant(AT, ZoneInfo("Asia/Kathmandu")) == "2026-01-02T08:49:05.000+05:45"


@given(st.lists(st.text(max_size=20), min_size=4, max_size=4), st.lists(st.text(max_size=20), min_size=4, max_size=4))
def test_ids_are_legal_and_of_one_thing_only(one: list[str], other: list[str]) -> None:
    first, second = ids.of_alarm(Key(*one[:3])), ids.of_alarm(Key(*other[:3]))
    assert ids.legal(first)
    assert (first == second) == (one[:3] == other[:3])
    assert (ids.of_op(one[0], one[1]) == ids.of_op(other[0], other[1])) == (one[:2] == other[:2])
    assert ids.of_op(one[0]) != first
    assert not first.isdigit()
