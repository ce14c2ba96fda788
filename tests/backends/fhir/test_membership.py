"""Who is on the ward, by each of the four ways to say so."""

from __future__ import annotations

from typing import Any

import pytest
from small_server import BASE, BEGIN, SmallServer, answer, outcome, patient, place, small_ward, stay

from iomt_tui.backends.fhir.client import FhirClient
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.membership import Members, members
from iomt_tui.security.web import Answer


class Nobody:
    """No sign-in."""

    async def authorization(self) -> str:
        return ""

    def refused(self, authorization: str) -> None:
        raise AssertionError(authorization)


@pytest.fixture
def server() -> SmallServer:
    server = SmallServer()
    small_ward(server, ("p1", "p2", "p3"))
    server.put(place("other"))
    server.put(patient("stranger"))
    server.put(stay("e-stranger", "stranger", "other"))
    return server


async def ask(server: SmallServer, ward: str) -> Members:
    return await members(FhirClient(server, BASE, Nobody(), now=lambda: BEGIN), ward)


def kinds(found: Members) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for given in found.given:
        resource: Any = given.resource
        out.setdefault(resource["resourceType"], set()).add(resource["id"])
    return out


async def test_a_place_and_all_that_is_within_it(server: SmallServer) -> None:
    found = await ask(server, "Location/w")
    assert found.patients == {"p1", "p2", "p3"}
    assert found.encounters == {"e-p1", "e-p2", "e-p3"}
    assert found.locations == {"w", "bay", "bed-p1", "bed-p2", "bed-p3"}
    assert kinds(found)["Patient"] == found.patients
    assert (await ask(server, "Location/bed-p2")).patients == {"p2"}


async def test_places_in_a_circle(server: SmallServer) -> None:
    server.put(place("w", "bay"))
    assert (await ask(server, "Location/w")).patients == {"p1", "p2", "p3"}


@pytest.mark.parametrize(
    "change",
    [{"status": "finished"}, {"location": [{"location": {"reference": "Location/bed-p1"}, "status": "completed"}]},
     {"location": [{"location": {"reference": "Location/bed-p1"}, "period": {"end": "2026-01-01"}}]},
     {"location": [{"location": {"reference": "Location/bed-p1"}, "status": "planned"}]}],
)  # fmt: skip
async def test_who_is_not_there_now_is_not_on_the_ward(change: dict[str, Any], server: SmallServer) -> None:
    server.put({**stay("e-p1", "p1", "bed-p1"), **change})
    assert (await ask(server, "Location/w")).patients == {"p2", "p3"}


@pytest.mark.parametrize("status", ["in-progress", "arrived", "onleave", "triaged"])
async def test_who_is_there(status: str, server: SmallServer) -> None:
    server.put(stay("e-p1", "p1", "bed-p1", status))
    assert "p1" in (await ask(server, "Location/w")).patients


async def test_a_server_that_brings_patients_along_is_not_asked_for_them_again(server: SmallServer) -> None:
    await ask(server, "Location/w")
    assert server.searches("Patient")

    def including(_method: str, url: str) -> Answer | None:
        if "/Encounter?" not in url:
            return None
        ids = ("p1", "p2", "p3")
        ones = [server.resources["Encounter", f"e-{one}"] for one in ids]
        more = [server.resources["Patient", one] for one in (*ids, "stranger")]
        return answer(200, {"resourceType": "Bundle", "entry": [{"resource": one} for one in [*ones, *more]]})

    server.asked.clear()
    server.fault = including
    found = await ask(server, "Location/w")
    assert not server.searches("Patient")
    assert kinds(found)["Patient"] == {"p1", "p2", "p3"}


async def test_a_server_that_cannot_bring_anything_along(server: SmallServer) -> None:
    server.fault = lambda _method, url: answer(400, outcome("not-supported")) if "_include" in url else None
    assert kinds(await ask(server, "Location/w"))["Patient"] == {"p1", "p2", "p3"}


async def test_a_group(server: SmallServer) -> None:
    server.put({
        "resourceType": "Group", "id": "g", "member": [
            {"entity": {"reference": "Patient/p1"}}, {"entity": {"reference": f"{BASE}/Patient/p2"}},
            {"entity": {"reference": "Patient/p3"}, "inactive": True},
            {"entity": {"reference": "https://other.test/fhir/Patient/stranger"}}, {"entity": {"display": "x"}}, "x",
        ],
    })  # fmt: skip
    found = await ask(server, "Group/g")
    assert found.patients == {"p1", "p2"}
    assert kinds(found)["Encounter"] == {"e-p1", "e-p2"}
    assert {"bed-p1", "bed-p2"} <= kinds(found)["Location"]


async def test_a_list_of_patients_and_encounters(server: SmallServer) -> None:
    server.put({
        "resourceType": "List", "id": "l", "entry": [
            {"item": {"reference": "Patient/p1"}}, {"item": {"reference": "Encounter/e-p2"}},
            {"item": {"reference": "Patient/p3"}, "deleted": True}, {"item": {"reference": "Observation/x"}},
        ],
    })  # fmt: skip
    assert (await ask(server, "List/l")).patients == {"p1", "p2"}


async def test_a_search_for_encounters(server: SmallServer) -> None:
    found = await ask(server, "Encounter?location=Location/other,Location/bed-p1&status=in-progress")
    assert found.patients == {"p1", "stranger"}
    assert ("location", "Location/other,Location/bed-p1") in found.changes


async def test_patients_who_are_marked_as_test_data(server: SmallServer) -> None:
    server.put(patient("p2", test=True))
    assert (await ask(server, "Location/w")).tests == {"p2"}


@pytest.mark.parametrize("ward", ["Ward 7", "Patient/1", "", "Location/", "https://x.test/Location/1", "Location/../x"])
async def test_what_is_no_ward(ward: str, server: SmallServer) -> None:
    with pytest.raises(ValueError, match="Location/ID"):
        await ask(server, ward)


async def test_a_ward_that_is_far_too_large(server: SmallServer) -> None:
    small_ward(server, [f"x{number}" for number in range(501)])
    with pytest.raises(FhirError, match="more than 500 patients"):
        await ask(server, "Location/w")


@pytest.mark.parametrize("part", [None, 7, "x", [], {}, {"location": 7}, {"location": [None, {"location": 7}]},
                                  {"subject": 7}, {"subject": {"reference": 7}}])  # fmt: skip
async def test_an_encounter_of_another_shape_costs_only_itself(part: Any, server: SmallServer) -> None:
    bad = {**stay("e-bad", "p1", "bed-p1"), **(part if isinstance(part, dict) else {})}
    entry = [{"resource": server.resources["Encounter", "e-p2"]}, {"resource": bad if part else part}, part]
    server.fault = lambda _method, url: (
        answer(200, {"resourceType": "Bundle", "entry": entry}) if "/Encounter?" in url else None
    )
    assert "p2" in (await ask(server, "Location/w")).patients
