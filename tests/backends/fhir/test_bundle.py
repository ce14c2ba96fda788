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

from iomt_tui.backends.fhir.exchange import DEMO, EXPORTED
from iomt_tui.backends.fhir.publishing import bundle as bundles
from iomt_tui.backends.fhir.publishing.bundle import MOST, STEPS, Extent, bundle, fitting
from iomt_tui.backends.fhir.publishing.published import Arrival
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
