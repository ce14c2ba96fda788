"""Who the readings belong to, and what else is known of them."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from fhir_samples import Json, concept, mapped, observation, patient, quantity
from hypothesis import given, settings
from hypothesis import strategies as st

TYPE_MR = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}


def test_patient_body() -> None:
    found, refusals = mapped(
        patient(
            name=[{"use": "maiden", "family": "Eze"}, {"use": "official", "family": "Okafor", "given": ["Ngozi", "A"]}],
            gender="female",
            birthDate="1954-02-01",
            identifier=[{"system": "urn:x", "value": "other"}, {"type": TYPE_MR, "value": "MRN-7"}],
        )
    )
    assert found.patients == [
        {
            "id": "p1", "bed": "", "family": "Okafor", "given": "Ngozi A", "sex": "F", "born": "1954-02-01",
            "home": False, "mrn": "MRN-7", "problem": "", "spo2_scale": 1, "allergies": [], "conditions": [],
        }
    ]  # fmt: skip
    assert refusals.counts == {}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"gender": "male"}, {"sex": "M"}),
        ({"gender": "other"}, {"sex": "X"}),
        ({"gender": "unknown"}, {"sex": ""}),
        ({"birthDate": "1954-02"}, {"born": None}),
        ({"birthDate": "1954-02-30"}, {"born": None}),
        ({"name": [{"text": "Ngozi Okafor"}]}, {"family": "Ngozi Okafor", "given": ""}),
        ({"name": []}, {"family": "p1"}),
        ({"identifier": [{"value": "7"}]}, {"mrn": "7"}),
    ],
)
def test_patient_fields(fields: Json, expected: Json) -> None:
    body = mapped(patient(**fields))[0].patients[0]
    assert {key: body[key] for key in expected} == expected


def test_bed_and_problem_from_the_present_encounter() -> None:
    bed = {"resourceType": "Location", "id": "b7", "name": "07", "physicalType": concept("bd", "x")}
    ward = {"resourceType": "Location", "id": "w", "name": "Ward 7", "physicalType": concept("wa", "x")}
    over = {"resourceType": "Encounter", "status": "finished", "subject": {"reference": "Patient/p1"},
            "location": [{"location": {"reference": "Location/w", "display": "old"}}]}  # fmt: skip
    present = over | {
        "status": "in-progress",
        "class": {"code": "IMP"},
        "reasonCode": [{"text": "pneumonia"}],
        "location": [
            {"location": {"reference": "Location/b7"}},
            {"location": {"reference": "Location/w"}},
            {"location": {"reference": "Location/x", "display": "left"}, "status": "completed"},
        ],
    }
    body = mapped(over, present, patient(), bed, ward)[0].patients[0]
    assert (body["bed"], body["problem"], body["home"]) == ("07", "pneumonia", False)
    home = present | {"class": {"code": "HH"}, "location": [{"location": {"display": "at home"}}]}
    body = mapped(patient(), home)[0].patients[0]
    assert (body["bed"], body["home"]) == ("at home", True)
    assert mapped(patient(), over)[0].patients[0]["bed"] == ""


def test_conditions_and_allergies_in_force() -> None:
    def condition(text: str, clinical: str, verified: str = "confirmed") -> Json:
        return {"resourceType": "Condition", "subject": {"reference": "Patient/p1"}, "code": {"text": text},
                "clinicalStatus": concept(clinical, "x"), "verificationStatus": concept(verified, "x")}  # fmt: skip

    allergy = {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/p1"},
               "code": {"coding": [{"code": "7980", "display": "Penicillin [/b]\x1b[2J"}]}}  # fmt: skip
    found, _ = mapped(
        patient(), condition("COPD", "active"), condition("COPD", "active"), condition("asthma", "resolved"),
        condition("stroke", "active", "refuted"), condition("CHF", "recurrence"), allergy,
    )  # fmt: skip
    assert found.patients[0]["conditions"] == ["COPD", "CHF"]
    assert found.patients[0]["allergies"][0].startswith("Penicillin [/b]")
    assert found.patients[0]["allergies"][0].isprintable()


def subject(reference: Json | None) -> Json:
    return observation(subject=reference)


@pytest.mark.parametrize(
    "reference",
    [
        {"reference": "urn:uuid:1111"},
        {"reference": "Patient/p1"},
        {"reference": "Patient/p1/_history/3"},
        {"reference": "Patient?identifier=urn:x|77"},
        {"reference": "Patient?identifier=urn:x%7C77"},
        {"identifier": {"system": "urn:x", "value": "77"}},
    ],
)
def test_references_that_mean_the_patient(reference: Json) -> None:
    person = patient(identifier=[{"system": "urn:x", "value": "77"}])
    found, _ = mapped(subject(reference), ("urn:uuid:1111", person), ("urn:uuid:2222", patient(id="p2")))
    assert [reading.patient for reading in found.readings] == ["p1"]


def test_an_id_from_the_full_url_when_there_is_no_other() -> None:
    person = {key: value for key, value in patient().items() if key != "id"}
    found, _ = mapped(("urn:uuid:1111", person), subject({"reference": "urn:uuid:1111"}))
    assert found.patients[0]["id"] == found.readings[0].patient == "1111"


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (None, "no patient is named"),
        ({"display": "Okafor"}, "no patient is named"),
        ({"reference": "#p1"}, "contained"),
        ({"reference": "Group/p1"}, "about a Group"),
        ({"reference": "Device/p1"}, "about a Device"),
        ({"reference": "urn:uuid:9999"}, "not in the data"),
        ({"reference": "Patient?identifier=urn:x|99"}, "no patient has the identifier"),
        ({"identifier": {"value": "99"}}, "no patient has the identifier"),
        ({"reference": "p1"}, "not a reference"),
        ({"reference": "[/foo]\x1b[2J"}, "not a reference"),
    ],
)
def test_references_that_mean_nobody_are_refused(reference: Json | None, words: str) -> None:
    found, refusals = mapped(patient(), subject(reference), observation())
    assert len(found.readings) == 1
    assert refusals.counts == {("no-patient", "Observation"): 1}
    assert words in refusals.problems[0]
    assert refusals.problems[0].isprintable()


def test_two_patients_with_one_id_are_never_mixed() -> None:
    one = ("https://a.example/fhir/Patient/p1", patient())
    two = ("https://b.example/fhir/Patient/p1", patient(name=[{"family": "Lindqvist"}]))
    found, refusals = mapped(
        one, two, subject({"reference": "Patient/p1"}), subject({"reference": one[0]}), subject({"reference": two[0]}),
        subject({"reference": "https://c.example/fhir/Patient/p1"}),
    )  # fmt: skip
    assert len({body["id"] for body in found.patients}) == 3
    names = {body["id"]: body["family"] for body in found.patients}
    assert [names[reading.patient] for reading in found.readings][:2] == ["Okafor", "Lindqvist"]
    assert len({reading.patient for reading in found.readings}) == 3
    assert refusals.counts == {("no-patient", "Observation"): 1}


def test_an_identifier_of_two_patients_means_neither() -> None:
    persons = [patient(id=name, identifier=[{"system": "urn:x", "value": "77"}]) for name in ("p1", "p2")]
    found, refusals = mapped(*persons, subject({"identifier": {"system": "urn:x", "value": "77"}}))
    assert found.readings == []
    assert "more than one" in refusals.problems[0]


def test_a_patient_known_by_reference_only() -> None:
    found, _ = mapped(subject({"reference": "Patient/p9"}))
    assert [(body["id"], body["family"]) for body in found.patients] == [("p9", "p9")]


def test_devices() -> None:
    device = {
        "resourceType": "Device", "id": "d1", "status": "active", "type": {"text": "pulse oximeter"},
        "manufacturer": "Nonin", "modelNumber": "3150", "version": [{"value": "1.2"}],
        "patient": {"reference": "Patient/p1"},
    }  # fmt: skip
    found, _ = mapped(device, observation(device={"reference": "Device/d1"}), observation(device={"display": "cuff"}))
    first, second = found.devices
    assert (first["id"], first["patient"], first["kind"], first["model"], first["firmware"], first["state"]) == (
        "d1", "p1", "pulse oximeter", "Nonin 3150", "1.2", "on",
    )  # fmt: skip
    assert [reading.device for reading in found.readings] == [first["id"], second["id"]]
    shared, _ = mapped(
        observation(device={"reference": "Device/d2"}),
        observation(device={"reference": "Device/d2"}, subject={"reference": "Patient/p2"}),
    )
    assert [(body["id"], body["patient"]) for body in shared.devices] == [("d2", None)]


def test_a_patient_known_by_a_device_only() -> None:
    found, _ = mapped({"resourceType": "Device", "id": "d1", "patient": {"reference": "Patient/p9"}})
    assert [body["id"] for body in found.patients] == ["p9"]


def test_the_newest_version_replaces_the_others() -> None:
    wrong = observation(id="o1", meta={"versionId": "1", "lastUpdated": "2026-01-02T03:05:00Z"})
    fixed = observation(id="o1", status="entered-in-error", meta={"lastUpdated": "2026-01-02T03:06:00Z"})
    for order in ([wrong, fixed], [fixed, wrong]):
        found, refusals = mapped(*order)
        assert found.readings == [], "a value that was withdrawn is not shown"
        assert refusals.counts[("superseded", "Observation")] == 1
    assert len(mapped(observation(id="o1"), observation(id="o2"), observation(), observation())[0].readings) == 4


BAD: list[object] = [
    None, 7, "x", [], {}, {"resourceType": 7}, {"resourceType": "Observation"}, observation(status=7),
    observation(code="x") | {"code": "8867-4"}, observation(component={"code": 1}), observation(valueQuantity=80),
    observation(subject="Patient/p1"), patient(name="Okafor"), patient(id=7), patient(name=[None]),
    observation(valueSampledData={"data": "1 2"}), observation(effectiveDateTime=2026), observation(id=["[/foo]\x1b"]),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_one_bad_resource_never_costs_the_others(bad: object) -> None:
    found, refusals = mapped(observation(id="o1"), bad, observation(id="o2"))
    assert len(found.readings) == 2
    assert sum(refusals.counts.values()) == 1
    assert refusals.problems[0].startswith("test: entry 1")
    assert refusals.problems[0].isprintable()


def test_what_is_not_mapped_is_counted() -> None:
    _, refusals = mapped({"resourceType": "Claim"}, {"resourceType": "Claim"})
    assert refusals.counts == {("not-used", "Claim"): 2}


def _paths(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path] + [deeper for key, value in inner for deeper in _paths(value, (*path, key))]


WHOLE = [
    patient(identifier=[{"value": "7"}]),
    observation("85354-9", component=[{"code": concept("8480-6"), "valueQuantity": quantity(120, "mm[Hg]")}]),
    {"resourceType": "Encounter", "status": "in-progress", "subject": {"reference": "Patient/p1"},
     "location": [{"location": {"display": "07"}}]},
    {"resourceType": "Condition", "subject": {"reference": "Patient/p1"}, "code": {"text": "COPD"}},
]  # fmt: skip
PATHS = [path for path in _paths(WHOLE) if path]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PATHS), JSON)
def test_any_damage_to_any_field_is_survived(path: tuple[Any, ...], wrong: object) -> None:
    damaged: Any = copy.deepcopy(WHOLE)
    part = damaged
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = wrong
    found, refusals = mapped(*damaged, observation(id="sound"))
    assert any(reading.values == {"hr": 80.0} for reading in found.readings)
    assert all(problem.isprintable() for problem in refusals.problems)
    json.dumps([found.patients, found.devices])
