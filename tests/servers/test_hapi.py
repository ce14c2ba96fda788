"""HAPI FHIR does over HTTP what a ward monitor needs of a FHIR server, and has the quirks that are known."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from .hapi import Server
from .websocket_client import WebSocket

FHIR = {"Accept": "application/fhir+json"}


@pytest.fixture
def fhir(hapi_server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{hapi_server.url}/", headers=FHIR, timeout=60) as client:
        yield client


@pytest.fixture
def patient(fhir: httpx.Client) -> str:
    """The id of a patient whom no other test has."""
    return put(fhir, {"resourceType": "Patient", "id": f"p{uuid.uuid4().hex}"}).json()["id"]  # type: ignore[no-any-return]


def put(fhir: httpx.Client, resource: dict[str, Any], **headers: str) -> httpx.Response:
    return fhir.put(f"{resource['resourceType']}/{resource['id']}", json=resource, headers=headers)


def task(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Task", "id": f"t{uuid.uuid4().hex}", "status": "requested", "intent": "order", **more}


def observation(patient: str, code: str = "8867-4", **more: Any) -> dict[str, Any]:
    coding = [{"system": "http://loinc.org", "code": code}]
    subject = {"reference": f"Patient/{patient}"}
    return {"resourceType": "Observation", "status": "final", "code": {"coding": coding}, "subject": subject, **more}


def posted(*resources: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"request": {"method": "POST", "url": each["resourceType"]}, "resource": each} for each in resources]


def updated(resource: dict[str, Any], version: str) -> dict[str, Any]:
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"request": {"method": "PUT", "url": url, "ifMatch": version}, "resource": resource}


def bundle(kind: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def found(fhir: httpx.Client, search: str, **parameters: str) -> list[str]:
    """Ids of one page."""
    page = fhir.get(search, params=parameters or None).raise_for_status().json()
    return [entry["resource"]["id"] for entry in page.get("entry", [])]


def test_it_says_which_fhir_it_speaks(fhir: httpx.Client) -> None:
    told = fhir.get("metadata").json()
    assert (told["fhirVersion"], told["software"]["name"]) == ("4.0.1", "HAPI FHIR Server")


def test_what_was_created_is_read_back_and_found(fhir: httpx.Client, patient: str) -> None:
    created = fhir.post("Observation", json=observation(patient))
    read = fhir.get(f"Observation/{created.json()['id']}")
    assert created.status_code == 201
    assert read.json() == created.json()
    assert created.headers["location"] == f"{fhir.base_url}Observation/{read.json()['id']}/_history/1"
    assert found(fhir, "Observation", patient=patient, code="http://loinc.org|8867-4,8310-5") == [read.json()["id"]]


def test_an_update_makes_a_version_unless_nothing_changed(fhir: httpx.Client) -> None:
    resource = task()
    answers = [put(fhir, each) for each in (resource, resource, {**resource, "status": "accepted"})]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert [answer.headers["etag"] for answer in answers] == ['W/"1"', 'W/"1"', 'W/"2"']
    assert fhir.get(f"Task/{resource['id']}/_history/1").json()["status"] == "requested"


def test_only_the_holder_of_the_newest_version_may_change(fhir: httpx.Client) -> None:
    resource = task()
    old = put(fhir, resource).headers["etag"]
    assert put(fhir, {**resource, "status": "accepted"}, **{"If-Match": old}).status_code == 200
    late = put(fhir, {**resource, "status": "rejected"}, **{"If-Match": old})
    assert (late.status_code, late.json()["resourceType"]) == (409, "OperationOutcome")  # not FHIR's 412


def test_who_has_the_version_is_not_sent_it_again(fhir: httpx.Client, patient: str) -> None:
    etag = fhir.get(f"Patient/{patient}").headers["etag"]
    assert fhir.get(f"Patient/{patient}", headers={"If-None-Match": etag}).status_code == 304


def test_if_none_exist_creates_once(fhir: httpx.Client) -> None:
    value = uuid.uuid4().hex
    resource = {"resourceType": "Patient", "identifier": [{"system": "urn:test", "value": value}]}
    once = {"If-None-Exist": f"identifier=urn:test|{value}"}
    assert [fhir.post("Patient", json=resource, headers=once).status_code for _ in range(2)] == [201, 200]


def test_what_was_deleted_is_gone(fhir: httpx.Client, patient: str) -> None:
    assert fhir.delete(f"Patient/{patient}").status_code == 200
    assert fhir.get(f"Patient/{patient}").status_code == 410
    assert fhir.get("Patient/never-was").status_code == 404


def test_every_entry_of_a_batch_has_its_own_status(fhir: httpx.Client, patient: str) -> None:
    resource = task()
    old = put(fhir, resource).headers["etag"]
    put(fhir, {**resource, "status": "accepted"})
    first, last = posted(observation(patient), observation(patient))
    answer = fhir.post("", json=bundle("batch", first, updated({**resource, "status": "rejected"}, old), last))
    assert answer.status_code == 200
    statuses = [entry["response"]["status"] for entry in answer.json()["entry"]]
    assert statuses == ["201 Created", "409 Conflict", "201 Created"]


def test_an_entry_that_cannot_be_read_costs_the_whole_batch(fhir: httpx.Client, patient: str) -> None:
    entries = posted(observation(patient), observation(patient, status="nonsense"))
    assert fhir.post("", json=bundle("batch", *entries)).status_code == 400
    assert found(fhir, "Observation", patient=patient) == []


def test_a_transaction_happens_whole_or_not_at_all(fhir: httpx.Client, patient: str) -> None:
    resource = task()
    old = put(fhir, resource).headers["etag"]
    put(fhir, {**resource, "status": "accepted"})
    stale = updated({**resource, "status": "rejected"}, old)
    assert fhir.post("", json=bundle("transaction", *posted(observation(patient)), stale)).status_code == 409
    assert found(fhir, "Observation", patient=patient) == []
    assert fhir.post("", json=bundle("transaction", *posted(observation(patient)))).status_code == 200
    assert len(found(fhir, "Observation", patient=patient)) == 1


def test_pages_are_followed_by_their_links(fhir: httpx.Client, patient: str) -> None:
    fhir.post("", json=bundle("batch", *posted(*[observation(patient)] * 5))).raise_for_status()
    address: str | None = f"Observation?patient={patient}&_count=2"
    pages = []
    while address:
        page = fhir.get(address).json()
        pages.append([entry["resource"]["id"] for entry in page["entry"]])
        address = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({each for page in pages for each in page}) == 5


def test_a_page_whose_search_is_forgotten_is_gone(fhir: httpx.Client) -> None:
    assert fhir.get("", params={"_getpages": str(uuid.uuid4()), "_getpagesoffset": "2"}).status_code == 410


def test_a_search_from_an_instant_is_exact_to_the_millisecond(fhir: httpx.Client, patient: str) -> None:
    first, second = (fhir.post("Observation", json=observation(patient)).json() for _ in range(2))
    cursor = second["meta"]["lastUpdated"]
    assert first["meta"]["lastUpdated"] < cursor
    assert found(fhir, "Observation", patient=patient, _lastUpdated=f"ge{cursor}") == [second["id"]]
    assert found(fhir, "Observation", patient=patient, _lastUpdated=f"gt{cursor}") == []


def test_a_transaction_shows_later_than_the_instant_it_tells(fhir: httpx.Client, patient: str) -> None:
    transaction = bundle("transaction", *posted(*[observation(patient)] * 300))
    with ThreadPoolExecutor(1) as other:
        written = other.submit(httpx.post, str(fhir.base_url), json=transaction, timeout=60)
        while not written.done():
            seen = fhir.post("Observation", json=observation(patient)).json()["meta"]["lastUpdated"]
    late = [entry["response"] for entry in written.result().raise_for_status().json()["entry"]]
    assert max(each["lastModified"] for each in late) < seen
    ids = {each["location"].split("/")[1] for each in late}
    assert ids.isdisjoint(found(fhir, "Observation", patient=patient, _lastUpdated=f"ge{seen}"))


def test_newest_come_first_by_their_instants(fhir: httpx.Client, patient: str) -> None:
    times = ("2026-01-01T10:00:31Z", "2026-01-01T12:00:31.667+02:00", "2026-01-01T10:00:30Z")
    ids = [fhir.post("Observation", json=observation(patient, effectiveDateTime=at)).json()["id"] for at in times]
    assert found(fhir, "Observation", patient=patient, _sort="-date") == [ids[1], ids[0], ids[2]]


def test_what_belongs_together_is_found_together(fhir: httpx.Client, patient: str) -> None:
    seen = fhir.post("Observation", json=observation(patient)).json()["id"]
    assert set(found(fhir, "Observation", patient=patient, _include="Observation:subject")) == {patient, seen}
    assert set(found(fhir, "Patient", _id=patient, _revinclude="Observation:subject")) == {patient, seen}
    assert set(found(fhir, f"Patient/{patient}/$everything")) == {patient, seen}
    assert found(fhir, f"Patient?_id={patient}&_has:Observation:patient:code=8867-4") == [patient]
    assert found(fhir, f"Patient?_id={patient}&_has:Observation:patient:code=8310-5") == []


def test_many_patients_are_asked_for_at_once_by_post(fhir: httpx.Client, patient: str) -> None:
    fhir.post("Observation", json=observation(patient))
    patients = ",".join([f"nobody-{number:04}" for number in range(1000)] + [patient])
    assert fhir.get("Observation", params={"patient": patients}).status_code == 414
    answer = fhir.post("Observation/_search", data={"patient": patients})
    assert len(answer.json()["entry"]) == 1


def test_observations_may_come_before_their_patient(fhir: httpx.Client) -> None:
    patient = f"p{uuid.uuid4().hex}"
    assert fhir.post("Observation", json=observation(patient)).status_code == 201
    known = put(fhir, {"resourceType": "Patient", "id": patient, "active": True})
    assert (known.status_code, known.headers["etag"]) == (200, 'W/"2"')  # an empty placeholder was the first
    assert len(found(fhir, "Observation", patient=patient)) == 1


def test_a_search_may_be_answered_from_before_unless_it_says_no_cache(hapi_server: Server, patient: str) -> None:
    with httpx.Client(base_url=f"{hapi_server.reusing}/", headers=FHIR, timeout=60) as fhir:
        search = f"Observation?patient={patient}&_lastUpdated=ge2020-01-01"
        assert found(fhir, search) == []
        fhir.post("Observation", json=observation(patient)).raise_for_status()
        again = fhir.get(search)
        assert "entry" not in again.json() and again.headers["x-cache"].startswith("HIT")
        assert len(fhir.get(search, headers={"Cache-Control": "no-cache"}).json()["entry"]) == 1


def test_what_it_does_not_know_is_an_error(fhir: httpx.Client) -> None:
    answer = fhir.get("Observation?what=1")
    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")


def test_a_subscriber_is_told_at_once(fhir: httpx.Client, hapi_server: Server, patient: str) -> None:
    channel = {"type": "websocket", "payload": "application/json"}
    wanted = {"resourceType": "Subscription", "status": "requested", "reason": "test", "channel": channel}
    created = fhir.post("Subscription", json={**wanted, "criteria": f"Observation?patient={patient}"}).json()["id"]
    until = time.monotonic() + 30
    while fhir.get(f"Subscription/{created}").json()["status"] != "active":
        assert time.monotonic() < until
    with WebSocket(hapi_server.websocket) as line:
        line.send(f"bind {created}")
        assert line.receive() == f"bound {created}"
        fhir.post("Observation", json=observation(patient)).raise_for_status()
        assert line.receive() == f"ping {created}"
    fhir.delete(f"Subscription/{created}")
