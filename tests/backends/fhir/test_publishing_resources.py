"""What is published is FHIR R4 (fhir.resources is the judge), marked as test data, and refers only to what is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from published_ward import DEFAULT_START, HOUR, NAMES, Published, Resource

from iomt_tui.backends.fhir.publishing.naming import HTEST, PREFIX, Names, is_test, ours
from iomt_tui.backends.fhir.publishing.upload import level

KINDS = {
    "Organization", "Location", "Patient", "Encounter", "Condition", "AllergyIntolerance", "CareTeam", "Device",
    "DeviceMetric", "Group", "List", "MedicationRequest", "MedicationAdministration", "MedicationDispense",
    "MedicationStatement", "Observation", "Flag",
}  # fmt: skip


@pytest.fixture(scope="module")
def ward() -> Published:
    return Published(beds=24, hours=3, after=4 * HOUR)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_resource_is_one_of_fhir_r4(ward: Published) -> None:
    from fhir.resources.R4B import get_fhir_model_class

    seen: Counter[str] = Counter()
    for resource in ward.resources:
        kind = resource["resourceType"]
        seen[kind] += 1
        if seen[kind] <= 300:  # of the same maker; they differ in numbers
            get_fhir_model_class(kind).model_validate(resource)
    assert set(seen) == KINDS


def test_every_resource_says_that_it_is_about_nobody(ward: Published) -> None:
    for resource in ward.resources:
        assert is_test(resource), resource["id"]
        assert ours(resource, "ward-7")
        assert not ours(resource, "ward-8")
        assert resource["id"].startswith(PREFIX)
        assert [one["code"] for one in resource["meta"]["security"]] == [HTEST]


def test_nothing_is_written_before_what_it_refers_to(ward: Published) -> None:
    levels = {f"{one['resourceType']}/{one['id']}": level(one) for one in ward.resources}
    for resource in ward.resources:
        for reference in references(resource):
            if not reference.startswith("#"):
                assert levels[reference] < level(resource), (resource["resourceType"], reference)


def test_the_same_ward_is_the_same_resources_and_another_seed_shares_no_id() -> None:
    first, again = Published(beds=3, hours=1, after=HOUR), Published(beds=3, hours=1, after=HOUR)
    assert first.resources == again.resources
    assert not {Names(8).id("sim-0001"), Names(8).digest("a")} & {Names(7).id("sim-0001"), Names(7).digest("a")}


def test_a_name_that_fhir_does_not_allow_becomes_a_digest() -> None:
    assert NAMES.id("H 1").startswith(PREFIX)
    assert " " not in NAMES.id("H 1")
    assert len(NAMES.id("x" * 80)) <= 64
    assert NAMES.digest("a", "bc") != NAMES.digest("ab", "c")


def test_who_leaves_is_off_the_lists_and_their_stay_is_finished(ward: Published) -> None:
    gone = {body["id"] for body in ward.told("discharge")}
    assert gone
    here = {body["id"] for body in ward.told("patient")} - gone
    group, roster = ward.of("Group")[0], ward.of("List")[0]
    assert {one["entity"]["reference"] for one in group["member"]} == {f"Patient/{name}" for name in here}
    assert {one["item"]["reference"] for one in roster["entry"]} == {f"Patient/{name}" for name in here}
    for stay in ward.of("Encounter"):
        left = stay["subject"]["reference"].removeprefix("Patient/") in gone
        assert stay["status"] == ("finished" if left else "in-progress")
        assert [one["status"] for one in stay["location"]][-1] == ("completed" if left else "active")
        assert [one["status"] for one in stay["location"]].count("active") == (not left)


def test_who_moves_keeps_the_stay_and_the_place_before(ward: Published) -> None:
    moved = [stay for stay in ward.of("Encounter") if len(stay["location"]) > 1]
    assert moved
    for stay in moved:
        first, second = stay["location"]
        assert first["period"]["end"] == second["period"]["start"]
        assert first["location"] != second["location"]


def test_patients_at_home_are_looked_after_at_home(ward: Published) -> None:
    at_home = {body["id"]: body["home"] for body in ward.told("patient") if "home" in body}
    classes = {one["subject"]["reference"]: one["class"]["code"] for one in ward.of("Encounter")}
    assert {f"Patient/{name}": "HH" if home else "IMP" for name, home in at_home.items()} == classes


def test_a_metric_says_how_often_it_is_published_not_how_often_it_is_measured(ward: Published) -> None:
    periods = {one["id"]: one["measurementPeriod"]["repeat"]["period"] for one in ward.of("DeviceMetric")}
    assert periods[NAMES.id("monitor-0001", "hr")] == 60
    assert periods[NAMES.id("monitor-0001", "nibp-sys")] == 900


def test_batteries_are_told(ward: Published) -> None:
    told = {body["id"]: body["battery"] for body in ward.told("device") if body.get("battery") is not None}
    charged = [one for one in ward.of("Device") if "property" in one]
    found = {one["id"]: one["property"][0]["valueQuantity"][0]["value"] for one in charged}
    assert found == told
    assert len(set(found.values())) > 3


def test_the_servers_own_score_comes_every_full_hour(ward: Published) -> None:
    scores = [one for one in ward.of("Observation") if one["code"].get("text") == "NEWS2"]
    assert {one["effectiveDateTime"][14:] for one in scores} == {"00:00.000+01:00"}
    assert len({one["effectiveDateTime"] for one in scores}) == 4
    for one in scores:
        assert one["valueInteger"] == sum(part["valueInteger"] for part in one["component"])
        assert len(one["component"]) == 7


def test_a_doubtful_value_is_not_vouched_for_and_a_missing_one_has_its_reason(ward: Published) -> None:
    by_status: dict[str, list[Resource]] = {}
    for one in ward.of("Observation"):
        by_status.setdefault(one["status"], []).append(one)
    assert set(by_status) == {"final", "unknown"}
    assert all("valueQuantity" in one and one["note"] for one in by_status["unknown"])
    parts = [part for one in by_status["final"] for part in [one, *one.get("component", [])]]
    absent = [part for part in parts if "dataAbsentReason" in part]
    assert absent
    assert not any("valueQuantity" in part for part in absent)


def test_only_a_device_whose_clock_is_ahead_tells_of_the_future(ward: Published) -> None:
    assert DEFAULT_START == 1_773_744_120_000  # 10:42 UTC; the ward ran until 14:42, which is 15:42 there
    late = [one for one in ward.of("Observation") if one["effectiveDateTime"] > "2026-03-17T15:42:10"]
    ahead = {NAMES.id("tracker-0023"), NAMES.id("cuff-0023")}  # those of H7, by an hour
    assert {one["device"]["reference"].removeprefix("Device/") for one in late} <= ahead
