"""Medplum's engine does over HTTP what a ward monitor needs of a FHIR server, and has the quirks that are known."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from .npm_servers import Server


@pytest.fixture
def fhir(medplum_server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{medplum_server.url}/", headers={"Accept": "application/fhir+json"}) as client:
        yield client


def observation(patient: str, **more: Any) -> dict[str, Any]:
    subject = {"reference": f"Patient/{patient}"}
    return {"resourceType": "Observation", "status": "final", "code": {"text": "pulse"}, "subject": subject, **more}


@pytest.fixture
def patient(fhir: httpx.Client) -> str:
    """The id of a patient whom no other test has."""
    created = fhir.post("Patient", json={"resourceType": "Patient"})
    assert created.status_code == 201
    return str(created.json()["id"])


def test_it_says_which_fhir_it_speaks(fhir: httpx.Client) -> None:
    answer = fhir.get("metadata")
    assert answer.headers["content-type"].startswith("application/fhir+json")
    assert answer.json()["fhirVersion"] == "4.0.1"


def test_what_was_created_is_read_back_with_its_version(fhir: httpx.Client, patient: str) -> None:
    created = fhir.post("Observation", json=observation(patient))
    read = fhir.get(f"Observation/{created.json()['id']}")
    assert read.json() == created.json()
    assert read.headers["etag"] == f'W/"{read.json()["meta"]["versionId"]}"'
    assert read.headers["last-modified"].endswith("GMT")
    assert created.headers["location"].startswith(f"{fhir.base_url}Observation/{read.json()['id']}/_history/")


def test_only_the_holder_of_the_newest_version_may_change(fhir: httpx.Client) -> None:
    task = {"resourceType": "Task", "id": uuid.uuid4().hex, "status": "requested", "intent": "order"}
    old = fhir.put(f"Task/{task['id']}", json=task).headers["etag"]
    change = {**task, "status": "accepted"}
    assert fhir.put(f"Task/{task['id']}", json=change, headers={"If-Match": old}).status_code == 200
    late = fhir.put(f"Task/{task['id']}", json=change, headers={"If-Match": old})
    assert (late.status_code, late.json()["resourceType"]) == (412, "OperationOutcome")


def test_if_none_exist_creates_once(fhir: httpx.Client) -> None:
    value = uuid.uuid4().hex
    resource = {"resourceType": "Patient", "identifier": [{"system": "urn:test", "value": value}]}
    once = {"If-None-Exist": f"identifier=urn:test|{value}"}
    assert [fhir.post("Patient", json=resource, headers=once).status_code for _ in range(2)] == [201, 200]


def test_every_entry_of_a_batch_has_its_own_status(fhir: httpx.Client, patient: str) -> None:
    resources = [observation(patient), {"resourceType": "Observation"}, observation(patient)]
    entries = [{"request": {"method": "POST", "url": "Observation"}, "resource": each} for each in resources]
    answer = fhir.post("", json={"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert answer.status_code == 200
    assert [entry["response"]["status"] for entry in answer.json()["entry"]] == ["201", "400", "201"]


def test_a_search_from_an_instant_includes_it(fhir: httpx.Client, patient: str) -> None:
    first, second = (fhir.post("Observation", json=observation(patient)).json() for _ in range(2))
    cursor = second["meta"]["lastUpdated"]
    found = fhir.get("Observation", params={"patient": patient, "_lastUpdated": f"ge{cursor}"}).json()
    ids = [entry["resource"]["id"] for entry in found["entry"]]
    assert second["id"] in ids
    assert set(ids) <= {first["id"], second["id"]}


def test_pages_are_followed_by_their_links(fhir: httpx.Client, patient: str) -> None:
    for _ in range(3):
        fhir.post("Observation", json=observation(patient))
    address: str | None = f"Observation?subject=Patient/{patient}&_count=2"
    sizes = []
    while address:
        page = fhir.get(address).json()
        sizes.append(len(page["entry"]))
        address = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
    assert sizes == [2, 1]


def test_what_it_does_not_know_finds_nothing_and_is_no_error(fhir: httpx.Client, patient: str) -> None:
    fhir.post("Observation", json=observation(patient))
    for search in (f"Patient?_id={patient}&_has:Observation:patient:status=final", f"Patient?_id={patient}&what=1"):
        answer = fhir.get(search)
        assert (answer.status_code, answer.json()["total"]) == (200, 0)


@pytest.mark.parametrize("body", ["{", '{"resourceType": "Observation", "status": "final"}'])
def test_what_is_wrong_is_told_in_fhirs_words(fhir: httpx.Client, body: str) -> None:
    answer = fhir.post("Observation", content=body, headers={"Content-Type": "application/fhir+json"})
    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")
