"""A stretch of a ward as a Bundle: FHIR R4, closed in itself, marked, and nothing in it that the log does not know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.backends.fhir.exchange import DEMO, EXPORTED, OP, REPLACES
from iomt_tui.backends.fhir.messages import note_body
from iomt_tui.backends.fhir.publishing import bundle as bundles
from iomt_tui.backends.fhir.publishing.bundle import MOST, STEPS, Extent, bundle, fitting
from iomt_tui.backends.fhir.publishing.published import Arrival
from iomt_tui.backends.fhir.workflow import Communication
from iomt_tui.backends.fhir.writing import ids
from iomt_tui.backends.simulated.ward import DEFAULT_START, SimulatedWard
from iomt_tui.ward.events import Reading

HOUR = 3_600_000
EXTENT = Extent("Ward 7", "DEMO", DEFAULT_START - HOUR, DEFAULT_START, DEFAULT_START, "Kim", "iomt-tui 1")
KINDS = {
    "Provenance", "Patient", "Flag", "Condition", "AllergyIntolerance", "CareTeam", "Device", "MedicationRequest",
    "MedicationAdministration", "Observation",
}  # fmt: skip

NOBODY: dict[str, Any] = dict.fromkeys(("bed", "family", "given", "sex", "mrn", "problem"), "") | {
    "id": "p", "born": None, "home": False, "allergies": [], "conditions": [],
}  # fmt: skip


def simulated(beds: int = 12) -> list[Arrival]:
    ward = SimulatedWard(beds, 7, DEFAULT_START, rate=0.1)
    first: list[Arrival] = [(DEFAULT_START, kind, body) for kind, body in ward.events()]
    return [*first, *ward.history(8, 300)]


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return bundle(EXTENT, simulated(), UTC)


def resources(whole: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in whole["entry"]]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_it_is_fhir_r4(whole: dict[str, Any]) -> None:
    get_fhir_model_class("Bundle").model_validate(whole)
    assert {one["resourceType"] for one in resources(whole)} == KINDS


def test_every_reference_leads_to_something_in_it(whole: dict[str, Any]) -> None:
    urls = [entry["fullUrl"] for entry in whole["entry"]]
    assert len(set(urls)) == len(urls)
    for one in resources(whole):
        for reference in references(one):
            assert reference.startswith("#") or f"{EXPORTED}/{reference}" in urls, (one["resourceType"], reference)


@pytest.mark.parametrize(("watermark", "test"), [("DEMO", True), ("TEST", True), ("REPLAY", False), ("", False)])
def test_every_resource_has_the_mark_of_the_screen(watermark: str, test: bool) -> None:
    found = bundle(replace(EXTENT, watermark=watermark), simulated(2), UTC)
    for one in (found, *resources(found)):
        tags = [tag["display"] for tag in one.get("meta", {}).get("tag", ())]
        secured = [label["code"] for label in one.get("meta", {}).get("security", ())]
        assert tags == ([watermark] if watermark else [])
        assert secured == (["HTEST"] if test else [])


def test_nothing_is_said_that_the_log_does_not_know(whole: dict[str, Any]) -> None:
    assert DEMO + "/" not in str(whole)
    for one in resources(whole):
        assert not {"encounter", "recordedDate", "verificationStatus", "authoredOn"} & one.keys()
        assert "" not in _texts(one)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def test_who_is_not_fully_known_is_a_patient_all_the_same() -> None:
    device: dict[str, Any] = {
        "id": "d",
        "patient": "p",
        "kind": "",
        "model": "",
        "firmware": "",
        "periods": {},
        "battery": None,
        "state": "on",
    }
    found = bundle(EXTENT, [(0, "patient", NOBODY), (0, "device", device)], UTC)
    get_fhir_model_class("Bundle").model_validate(found)
    patient = next(one for one in resources(found) if one["resourceType"] == "Patient")
    assert ("identifier" not in patient and "name" not in patient) or patient["name"] == [{"use": "official"}]


def test_who_asked_and_what_was_left_out_is_told(whole: dict[str, Any]) -> None:
    (told,) = (one for one in resources(whole) if one["resourceType"] == "Provenance")
    assert [one["who"]["display"] for one in told["agent"]] == ["Kim", "iomt-tui 1"]
    assert told["occurredPeriod"]["start"] < told["occurredPeriod"]["end"] == told["recorded"]
    assert len(told["target"]) == 12
    assert told["activity"]["text"] == "DEMO: exported from Ward 7"


def test_too_many_values_become_one_of_each_step_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MOST", 300)
    seconds = [Reading("p", "d", DEFAULT_START + s * 1_000, {"hr": 60.0 + s}, None) for s in range(3_000)]
    body = NOBODY | {"family": "A", "given": "B", "sex": "F"}
    found = bundle(EXTENT, [(0, "patient", body), *((r.observed_at, "obs", r) for r in seconds)], UTC)
    counted = Counter(one["resourceType"] for one in resources(found))
    assert counted["Observation"] == 300
    told = next(one["activity"]["text"] for one in resources(found) if one["resourceType"] == "Provenance")
    assert told.endswith("one value every 10 s, the newest")


def note(name: str, at: int, **more: str) -> Arrival:
    return at, "note", {"id": name, "patient": "p", "text": f"text {name}", "at": at, "by": "Kim", "from": "", **more}


def test_a_note_is_as_it_is_written_to_a_server_and_its_correction_leads_back_to_it() -> None:
    person: Arrival = (0, "patient", NOBODY | {"family": "A", "given": "B", "sex": "F"})
    told = [
        person, note("a", 1_000), note("b", 2_000, replaces="a", by="Lee"), note("c", 3_000, replaces="a"),
        note("Communication-7", 4_000, **{"from": "ehr"}), note("d", 5_000, replaces="Communication-7"),
        note("e", 6_000, replaces="long-gone", by=""),
    ]  # fmt: skip
    whole = bundle(EXTENT, told, UTC)
    get_fhir_model_class("Bundle").model_validate(whole)
    test_every_reference_leads_to_something_in_it(whole)
    made = [one for one in resources(whole) if one["resourceType"] == "Communication"]
    assert [one["payload"][0]["contentString"] for one in made] == [
        f"text {n}" for n in [*"abc", "Communication-7", *"de"]
    ]
    first, by_lee, by_kim, theirs, ours, orphan = made
    assert first["identifier"] == [{"system": OP, "value": "a"}] and first["id"] == ids.of_op("a")
    assert first["subject"] == {"reference": "Patient/p"} and first["sender"] == {"display": "Kim"}
    assert first["sent"] == "1970-01-01T00:00:01.000+00:00" and first["status"] == "completed"
    for one in (by_lee, by_kim):
        assert [to["reference"] for to in one["inResponseTo"]] == [f"Communication/{first['id']}"]
        assert one["extension"] == [{"url": REPLACES, "valueString": "a"}]
        assert one["note"][0]["text"].startswith("Correction: it replaces the note of 1970-01-01T00:00:01")
    assert theirs["id"] == "Communication-7" and "identifier" not in theirs
    assert ours["inResponseTo"][0]["reference"] == "Communication/Communication-7"
    assert "inResponseTo" not in orphan and orphan["extension"][0]["valueString"] == "long-gone"
    assert all(one["meta"]["security"][0]["code"] == "HTEST" for one in made)


def test_a_note_comes_back_as_itself() -> None:
    told = [(0, "patient", NOBODY), note("a", 1_000), note("b", 2_000, replaces="a")]
    made = [one for one in resources(bundle(EXTENT, told, UTC)) if one["resourceType"] == "Communication"]
    for one, (_, _, body) in zip(made, told[1:], strict=True):
        assert note_body(Communication.model_validate(one), "p", "") == body


readings = st.lists(
    st.builds(
        Reading, st.just("p"), st.sampled_from(["d", "e"]), st.integers(0, 10_000_000),
        st.dictionaries(st.sampled_from(["hr", "spo2"]), st.floats(0, 300), min_size=1), st.none(),
    ),
    max_size=60,
)  # fmt: skip


@given(readings)
def test_what_fits_is_kept_whole(found: list[Reading]) -> None:
    assert fitting(found) == (STEPS[0], found)
    assert len(found) * 2 < MOST
