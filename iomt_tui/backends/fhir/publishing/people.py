"""One patient: Patient, Encounter, Condition, AllergyIntolerance, CareTeam. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from iomt_tui.backends.fhir.exchange import DEMO
from iomt_tui.backends.fhir.publishing.naming import Names, pointer
from iomt_tui.backends.fhir.publishing.places import place_id
from iomt_tui.backends.fhir.vocabulary import RESUSCITATION, SNOMED
from iomt_tui.backends.fhir.writing.pieces import coding, concept, instant
from iomt_tui.backends.fhir.writing.server import Resource

_TERMS: Final = "http://terminology.hl7.org/CodeSystem/"
_GENDER: Final = {"F": "female", "M": "male", "X": "other", "": "unknown"}
_NURSE: Final = concept(coding(SNOMED, "224535009", "Registered nurse"), text="nurse")


@dataclass(slots=True)
class Stay:
    """A patient's stay: when it began, and each place with when it was taken and left (ms)."""

    since: int
    places: list[tuple[str, int, int | None]] = field(default_factory=list)
    ended: int | None = None

    def began(self, at: int) -> None:
        """It began earlier than was known: what was ordered first was ordered then."""
        if at < self.since:
            self.since = at
            bed, _, until = self.places[0]
            self.places[0] = (bed, at, until)

    def move(self, bed: str, at: int) -> None:
        """To another place."""
        self.leave(at)
        self.places.append((bed, at, None))

    def leave(self, at: int) -> None:
        """Nobody is at the last place from now on."""
        if self.places:
            bed, since, until = self.places[-1]
            self.places[-1] = (bed, since, at if until is None else until)


def patient(body: Mapping[str, Any]) -> Resource:
    """Who it is: a record number of the hospital's and one of this program's."""
    return {
        "resourceType": "Patient",
        "id": body["id"],
        "active": True,
        "identifier": [
            {"use": "usual", "type": concept(coding(_TERMS + "v2-0203", "MR", "Medical record number")),
             "system": f"{DEMO}/mrn", "value": body["mrn"]},
            {"use": "secondary", "system": f"{DEMO}/patient", "value": body["id"]},
        ],
        "name": [{"use": "official", "family": body["family"], "given": [body["given"]]}],
        "gender": _GENDER[body["sex"]],
        **({"birthDate": body["born"]} if body.get("born") else {}),
    }  # fmt: skip


def encounter(names: Names, body: Mapping[str, Any], stay: Stay) -> Resource:
    """The patient's stay, in a bed or looked after at home."""
    act = ("HH", "home health") if body["home"] else ("IMP", "inpatient encounter")
    ended = {"end": instant(stay.ended)} if stay.ended is not None else {}
    return {
        "resourceType": "Encounter",
        "id": encounter_id(names, body["id"]),
        "status": "in-progress" if stay.ended is None else "finished",
        "class": coding(_TERMS + "v3-ActCode", *act),
        "subject": pointer("Patient", body["id"]),
        "period": {"start": instant(stay.since), **ended},
        **({"reasonCode": [{"text": body["problem"]}]} if body["problem"] else {}),
        "location": [_at(names, *place) for place in stay.places],
        "serviceProvider": pointer("Organization", names.id("org")),
    }


def encounter_id(names: Names, patient_id: str) -> str:
    """The id of the patient's stay."""
    return names.id("stay", patient_id.removeprefix(names.prefix))


def _at(names: Names, bed: str, since: int, until: int | None) -> Resource:
    period = {"start": instant(since)} | ({"end": instant(until)} if until is not None else {})
    status = "active" if until is None else "completed"
    return {"location": pointer("Location", place_id(names, bed), bed), "status": status, "period": period}


def statements(names: Names, body: Mapping[str, Any], since: int) -> list[Resource]:
    """The patient's conditions and allergies, in the log's order: each is recorded a second after the one before."""
    who, found = pointer("Patient", body["id"]), []
    for kind, subject, said in (
        ("Condition", "subject", body["conditions"]), ("AllergyIntolerance", "patient", body["allergies"]),
    ):  # fmt: skip
        system = _TERMS + ("condition" if kind == "Condition" else "allergyintolerance")
        for place, words in enumerate(said):
            found.append({
                "resourceType": kind, "id": names.digest(kind, body["id"], words), subject: who,
                "clinicalStatus": concept(coding(f"{system}-clinical", "active")),
                "verificationStatus": concept(coding(f"{system}-ver-status", "confirmed")),
                "code": {"text": words}, "recordedDate": instant(since + 1000 * place),
            })  # fmt: skip
    return found


def code_status(names: Names, body: Mapping[str, Any]) -> Resource | None:
    """What was decided of resuscitation, as a flag; None where nothing is known that has a code."""
    code = next((code for code, words in RESUSCITATION.items() if words == body.get("code_status")), "")
    if not code:
        return None
    return {
        "resourceType": "Flag", "id": names.digest("Flag", body["id"], code), "status": "active",
        "subject": pointer("Patient", body["id"]),
        "code": concept(coding(SNOMED, code, RESUSCITATION[code])),
    }  # fmt: skip


def care_team(names: Names, patient_id: str, team: Iterable[str], nurses: Iterable[str], *, active: bool) -> Resource:
    """Who cares for the patient, each as "Name (role)", and the nurses who have given them something."""
    return {
        "resourceType": "CareTeam", "id": names.id("team", patient_id.removeprefix(names.prefix)),
        "status": "active" if active else "inactive", "subject": pointer("Patient", patient_id),
        "participant": [
            *(_member(words) for words in team),
            *({"role": [_NURSE], "member": {"display": name}} for name in nurses),
        ],
    }  # fmt: skip


def _member(words: str) -> Resource:
    name, _, role = words.removesuffix(")").partition(" (")
    return {**({"role": [{"text": role}]} if role else {}), "member": {"display": name}}
