"""The simulated ward on real servers: put there, found, watched, fed, and taken away without a trace."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from iomt_tui.backends.fhir.client import FhirClient
from iomt_tui.backends.fhir.exchange import DEMO
from iomt_tui.backends.fhir.membership import members
from iomt_tui.backends.fhir.paging import search
from iomt_tui.backends.fhir.publishing.removal import KINDS
from iomt_tui.backends.fhir.publishing.seeding import Plan, Seeding
from iomt_tui.backends.fhir.publishing.upload import Upload
from iomt_tui.backends.fhir.source import FhirSource
from iomt_tui.backends.fhir.spec import FhirSpec
from iomt_tui.security.sign_in.bearer import OpenSession
from iomt_tui.security.web import Transport, Web

MINUTE = 60_000
NOW = 1_789_000_020_000  # a full minute
PATIENCE = 90.0  # s; the machine may be busy
_SEEDS = itertools.count(7_000)  # a ward of its own for each test, on servers that others use, too


@pytest.fixture(params=["medplum", "hapi"])
def url(request: pytest.FixtureRequest) -> str:
    server: Any = request.getfixturevalue(f"{request.param}_server")
    return str(server.url)


@pytest.fixture
def seed() -> int:
    return next(_SEEDS)


@asynccontextmanager
async def at(url: str, plan: Plan, told: list[str] | None = None) -> AsyncIterator[tuple[Seeding, FhirClient, Upload]]:
    web = Web(Transport(deadline=120.0))
    client = FhirClient(web, url, OpenSession())
    tell = (told if told is not None else []).append
    upload = Upload(client, random=lambda: 0.5, sleep=asyncio.sleep, tell=tell)
    try:
        yield Seeding(plan, client, upload, tell), client, upload
    finally:
        await web.close()


async def held(client: FhirClient, seed: int) -> dict[str, int]:
    """How many resources of each type carry the ward's tag; types of which there are none are left out."""
    found: dict[str, int] = {}
    for kind in KINDS:
        async for page in search(client, kind, [("_tag", f"{DEMO}|ward-{seed}")]):
            found[kind] = found.get(kind, 0) + len(page.resources)
    return {kind: count for kind, count in found.items() if count}


async def test_the_ward_is_found_in_all_four_ways(url: str, seed: int) -> None:
    async with at(url, Plan(beds=8, seed=seed, hours=0.25, every=0)) as (seeding, client, upload):
        await seeding.begin(NOW)
        assert (upload.tally.failed, upload.tally.told) == (0, [])
        for way in seeding.ways():
            found = await members(client, way)
            assert len(found.patients) == 8, way
            assert found.tests == found.patients
            assert len(found.encounters) == 8


async def test_seeding_again_doubles_nothing_and_goes_on(url: str, seed: int) -> None:
    told: list[str] = []
    plan = Plan(beds=4, seed=seed, hours=0.25, every=0)
    async with at(url, plan) as (seeding, client, _):
        await seeding.begin(NOW)
        first = await held(client, seed)
        start = seeding.start
    async with at(url, plan, told) as (again, client, _):
        await again.begin(NOW)
        assert await held(client, seed) == first
        await again.begin(NOW + 10 * MINUTE)
        assert again.start == start
        later = await held(client, seed)
    assert told[0] == "the ward is there already and goes on"
    assert later["Observation"] > first["Observation"]
    assert {kind: count for kind, count in later.items() if count != first[kind]}.keys() <= {
        "Observation", "MedicationAdministration",
    }  # fmt: skip


async def test_another_ward_of_the_same_seed_takes_the_place_of_the_first(url: str, seed: int) -> None:
    async with at(url, Plan(beds=4, seed=seed, hours=0, every=0)) as (seeding, client, _):
        await seeding.begin(NOW)
        assert (await held(client, seed))["Patient"] == 4
    async with at(url, Plan(beds=2, seed=seed, hours=0, every=0)) as (other, client, _):
        await other.begin(NOW)
        assert (await held(client, seed))["Patient"] == 2
        assert len((await members(client, other.ways()[0])).patients) == 2


async def test_the_ward_goes_on_by_its_clock(url: str, seed: int) -> None:
    async with at(url, Plan(beds=3, seed=seed, hours=0, every=60)) as (seeding, client, _):
        await seeding.begin(NOW)
        before = (await held(client, seed)).get("Observation", 0)
        clock = [0.0]

        async def sleep(seconds: float) -> None:
            clock[0] += seconds

        stops = iter([False] * 6 + [True])
        await seeding.feed(lambda: clock[0], sleep, lambda: next(stops))
        times: dict[str, list[str]] = {}
        async for page in search(client, "Observation", [("_tag", f"{DEMO}|ward-{seed}"), ("code", "8867-4")]):
            for one in page.resources:
                times.setdefault(one["subject"]["reference"], []).append(one["effectiveDateTime"])
        assert (await held(client, seed))["Observation"] > before
        assert times
        assert {len(found) for found in times.values()} <= {3, 4}  # one a minute of ward time, three minutes
        assert clock[0] == 180.0


async def test_removing_leaves_nothing_of_the_ward_and_everything_else(url: str, seed: int) -> None:
    plan = Plan(beds=2, seed=seed, hours=0.1, every=0)
    async with at(url, plan) as (seeding, client, upload):
        await seeding.begin(NOW)
        patient = seeding.names.id("sim-0001")
        other = {"resourceType": "Patient", "id": f"stays-{seed}"}
        task = {"resourceType": "Task", "id": f"task-{seed}", "status": "requested", "intent": "order",
                "for": {"reference": f"Patient/{patient}"}}  # fmt: skip
        record = {"resourceType": "Provenance", "id": f"who-{seed}", "target": [{"reference": f"Task/task-{seed}"}],
                  "recorded": "2026-01-01T00:00:00Z", "agent": [{"who": {"display": "N"}}]}  # fmt: skip
        for one in (other, task, record):
            await client.put(one)
        await seeding.remove()
        assert (upload.tally.failed, upload.tally.told) == (0, [])
        assert await held(client, seed) == {}
        gone = [page async for page in search(client, "Task", [("_id", f"task-{seed}")])]
        assert not [one for page in gone for one in page.resources]
        gone = [page async for page in search(client, "Provenance", [("_id", f"who-{seed}")])]
        assert not [one for page in gone for one in page.resources]
        assert (await client.get(f"Patient/stays-{seed}")).resource is not None


def watched(url: str, ward: str, enough: Callable[[list[tuple[str, Any]]], bool]) -> list[tuple[str, Any]]:
    """What a source on the ward says, until there is enough of it."""
    spec = FhirSpec(name="demo", url=url, ward=ward, poll_least=0.3, poll_most=1.0, history_hours=2.0)
    source = FhirSource(spec, "Demo ward", "UTC", int(time.time() * 1000), "DEMO")
    try:
        said = [(kind, body) for _, kind, body in source.begin()]
        end = time.monotonic() + PATIENCE
        while not enough(said):
            assert time.monotonic() < end, (said[-1], source.problems)
            time.sleep(0.02)  # between two looks, as the engine does
            said += [(kind, body) for _, kind, body in source.poll(int(time.time() * 1000))]
    finally:
        source.close()
    return said


def test_the_ward_is_watched_from_there(url: str, seed: int) -> None:
    async def put() -> str:
        async with at(url, Plan(beds=6, seed=seed, hours=1.0, every=0)) as (seeding, _, upload):
            await seeding.begin(int(time.time() * 1000))
            assert upload.tally.failed == 0
            return seeding.ways()[0]

    ward = asyncio.run(put())

    def live(said: list[tuple[str, Any]]) -> bool:
        return any(kind == "link" and body["state"] == "live" for kind, body in said)

    said = watched(url, ward, live)
    people: dict[str, dict[str, Any]] = {}
    for body in (body for kind, body in said if kind == "patient"):
        people.setdefault(body["id"], {}).update(body)
    assert len(people) == 6
    assert {body["home"] for body in people.values()} == {False, True}
    assert all(body["bed"] and body["mrn"] for body in people.values())
    orders = {body["id"] for kind, body in said if kind == "order"}
    assert orders
    assert not [body for kind, body in said if kind == "refused"], said
    past = [one for kind, body in said if kind == "history" for one in body]
    shown = [body for kind, body in said if kind == "obs"]
    assert {one.patient for one in [*past, *shown]} == set(people)
    rates = {one.observed_at for one in [*past, *shown] if "spo2" in one.values and one.patient in people}
    assert len(rates) >= 12  # an hour, every five minutes
