"""The same against real servers: what a memory model says of them must be what they do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from uuid import uuid4

import pytest
from written_samples import AT, MINUTE, ORDER, ack, correction, desk, dose, note, unack, vitals

from iomt_tui.alarms.model import Key
from iomt_tui.backends.fhir.client import FhirClient
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.wire import Wire
from iomt_tui.backends.fhir.writing import ids, provenance, task
from iomt_tui.backends.fhir.writing.deliver import deliver
from iomt_tui.backends.fhir.writing.observations import observations
from iomt_tui.backends.fhir.writing.outbox import Outbox
from iomt_tui.backends.fhir.writing.server import EntryOutcome, Later, Verdict
from iomt_tui.security.web import Transport, Web
from iomt_tui.ward import writes
from iomt_tui.ward.writes import WHATS, Write, Written

Json = dict[str, Any]


class _Nobody:
    """No sign-in."""

    async def authorization(self) -> str:
        return ""

    def refused(self, authorization: str) -> None:
        raise AssertionError(authorization)


class LossyWire(Wire):
    """Loses the answer to the request number ``lose``, which the server has done; spoils entries on their way."""

    def __init__(self, client: FhirClient) -> None:
        super().__init__(client)
        self.asked = 0
        self.lose = -1
        self.spoil: Callable[[Json], Json] = lambda entry: entry

    async def _lost(self, answer: Any) -> Any:
        done = await answer
        self.asked += 1
        if self.asked == self.lose:
            raise FhirError("timeout", "the answer did not come")
        return done

    async def get(self, path: str) -> tuple[Json, str]:
        found: tuple[Json, str] = await self._lost(super().get(path))
        return found

    async def put(self, path: str, resource: Json, if_match: str | None = None) -> object:
        return await self._lost(super().put(path, resource, if_match))

    async def search(self, path: str) -> list[Json]:
        found: list[Json] = await self._lost(super().search(path))
        return found

    async def post_batch(self, entries: Sequence[Json]) -> Sequence[EntryOutcome]:
        spoiled = [self.spoil(one) for one in entries]
        outcomes: Sequence[EntryOutcome] = await self._lost(super().post_batch(spoiled))
        return outcomes


class Ward:
    """One patient of this test's own on a real server."""

    def __init__(self, wire: LossyWire, *, hapi: bool) -> None:
        self.wire, self.hapi = wire, hapi
        self.name = uuid4().hex
        self.patient = f"Patient/p-{self.name}"
        self.order = ORDER | {"id": f"order-{self.name}"}
        self.task = f"Task/{ids.of_alarm(Key(self.patient, 'hr', 'high'))}"

    def op(self, name: str) -> str:
        """An act of this test's own."""
        return f"{self.name}-{name}"

    async def deliver(self, act: Write, station: str = "desk-1") -> Verdict:
        """Until it has an end."""
        for _ in range(30):
            try:
                return await deliver(act, desk(self.wire, station, self.patient))
            except Later:
                continue
        raise AssertionError("no end")

    async def now(self, path: str) -> Json:
        """A resource as it is."""
        return (await self.wire.get(path))[0]

    async def versions(self, path: str) -> list[Json]:
        """Its versions."""
        return [entry["resource"] for entry in (await self.now(f"{path}/_history?_count=100"))["entry"]]

    def dose(self, name: str, **more: Any) -> Write:
        """A dose of this patient's order."""
        return dose(self.op(name), order=self.order, **more)


@pytest.fixture(params=["medplum_server", "hapi_server"])
async def ward(request: pytest.FixtureRequest) -> AsyncIterator[Ward]:
    """A patient on each server."""
    server = request.getfixturevalue(request.param)
    web = Web(Transport())
    made = Ward(LossyWire(FhirClient(web, server.url, _Nobody())), hapi=request.param == "hapi_server")
    await made.wire.put(made.patient, {"resourceType": "Patient", "id": made.patient.removeprefix("Patient/")})
    medication = {"resourceType": "MedicationRequest", "id": made.order["id"], "status": "active", "intent": "order",
                  "subject": {"reference": made.patient}, "medicationCodeableConcept": {"text": "digoxin"}}  # fmt: skip
    await made.wire.put(f"MedicationRequest/{made.order['id']}", medication)
    yield made
    await web.close()


async def test_of_twenty_desks_exactly_one_has_the_alarm(ward: Ward) -> None:
    acts = [ack(ward.op(str(number)), f"Nurse {number}") for number in range(20)]
    verdicts = await asyncio.gather(*(ward.deliver(act, f"desk-{place}") for place, act in enumerate(acts)))
    states = [verdict.state for verdict in verdicts]
    assert sorted(states) == [writes.CONFIRMED, *[writes.TAKEN] * 19]
    winner = f"Nurse {states.index(writes.CONFIRMED)}"
    assert {(verdict.by, verdict.when) for verdict in verdicts if verdict.state == writes.TAKEN} == {(winner, AT)}
    assert (await ward.now(ward.task))["owner"]["display"] == winner
    accepted = [task.seen(one) for one in await ward.versions(ward.task) if one["status"] == "accepted"]
    assert {op for one in accepted for op in one.ops} == {acts[states.index(writes.CONFIRMED)].op}


async def test_an_acknowledgement_written_over_is_put_back(ward: Ward) -> None:
    assert (await ward.deliver(ack(ward.op("a"), "Anna"))).state == writes.CONFIRMED
    announced = task.Announcement.of(ack().about)
    await ward.wire.put(ward.task, task.requested(announced, ward.patient, "desk-2"))
    verdict = await ward.deliver(ack(ward.op("b"), "Ben"))
    assert (verdict.state, verdict.by) == (writes.TAKEN, "Anna")
    assert (await ward.now(ward.task))["owner"] == {"display": "Anna"}


async def test_the_life_of_an_acknowledgement(ward: Ward) -> None:
    first = ack(ward.op("a"), "Anna", ref="")
    assert await ward.deliver(first) == Verdict(writes.CONFIRMED)
    assert await ward.deliver(first) == Verdict(writes.CONFIRMED)
    record = await ward.now(provenance.path(first))
    assert record["target"][0]["reference"].startswith(ward.task)
    newer = ack(ward.op("b"), "Ben", raised=AT, rev=2)
    assert (await ward.deliver(newer)).state == writes.CONFIRMED
    assert (await ward.deliver(ack(ward.op("c"), "Cleo"))).by == "Ben"
    assert (await ward.deliver(unack(ward.op("d"), "Cleo", raised=AT))).state == writes.TAKEN
    assert (await ward.deliver(unack(ward.op("e"), "Ben", raised=AT))).state == writes.CONFIRMED
    assert (await ward.now(ward.task))["status"] == "requested"
    assert (await ward.deliver(ack(ward.op("f"), "Cleo"))).state == writes.STALE
    assert (await ward.deliver(ack(ward.op("g"), "Cleo", raised=AT))).state == writes.CONFIRMED


async def test_a_dose_is_recorded_once_corrected_and_taken_back(ward: Ward) -> None:
    given = ward.dose("given", witness="C. Silva", scan={"batch": "LOT7"})
    assert await ward.deliver(given) == Verdict(writes.CONFIRMED)
    assert await ward.deliver(given) == Verdict(writes.CONFIRMED)
    again = await ward.deliver(ward.dose("again", user="Ben", at=AT + MINUTE))
    assert (again.state, again.why) == (writes.CONFLICT, "the server has it given at 03:04 by A. Weber: look again")
    told = ward.dose("effect", what="effect", replaces=given.op, effect="rate down to 80")
    assert await ward.deliver(told) == Verdict(writes.CONFIRMED)
    correction = ward.dose("correction", what="refused", reason="spat out", replaces=given.op)
    assert await ward.deliver(correction) == Verdict(writes.CONFIRMED)
    old = await ward.now(f"MedicationAdministration/{ids.of_op(given.op)}")
    assert old["status"] == "entered-in-error"
    assert [one["text"] for one in old["note"]] == ["rate down to 80", "entered in error: corrected"]
    error = ward.dose("error", what="error", replaces=correction.op, reason="wrong bed")
    assert await ward.deliver(error) == Verdict(writes.CONFIRMED)
    assert (await ward.deliver(ward.dose("last", user="Ben"))).state == writes.CONFIRMED


async def test_of_two_desks_that_record_a_dose_at_once_one_at_least_is_told(ward: Ward) -> None:
    acts = [ward.dose(f"dose-{number}", user=f"Nurse {number}") for number in range(4)]
    states = [verdict.state for verdict in await asyncio.gather(*map(ward.deliver, acts))]
    assert states.count(writes.CONFIRMED) <= 1
    assert set(states) <= {writes.CONFIRMED, writes.CONFLICT}


async def test_charted_values_and_a_note(ward: Ward) -> None:
    values = {"hr": [81, AT, ""], "spo2": [97, AT, ""], "nibp_sys": [121, AT, ""], "nibp_dia": [74, AT, ""],
              "acvpu": [1, AT, ""], "temp": [37.2, AT, ""]}  # fmt: skip
    chart = vitals(ward.op("chart"), values)
    made = observations(chart, ward.patient, "desk-1")
    bad = next(one.resource["id"] for one in made if one.vitals == ("temp",))

    def spoil(entry: Json) -> Json:
        """An Observation that the server does not take: Medplum wants its code, HAPI a letter in its id."""
        resource = entry.get("resource", {})
        if resource.get("id") != bad:
            return entry
        if not ward.hapi:
            return entry | {"resource": {name: field for name, field in resource.items() if name != "code"}}
        return {"request": {"method": "PUT", "url": "Observation/17"}, "resource": resource | {"id": "17"}}

    ward.wire.spoil = spoil
    verdict = await ward.deliver(chart)
    assert verdict.state == writes.FAILED
    assert [vital for vital, why in verdict.parts.items() if why] == ["temp"]
    assert verdict.parts["temp"].startswith("the server does not take the request as it is (HTTP 4")
    ward.wire.spoil = lambda entry: entry
    assert await ward.deliver(chart) == Verdict(writes.CONFIRMED, parts=dict.fromkeys(values, ""))
    assert {len(await ward.versions(f"Observation/{one.resource['id']}")) for one in made} == {1}
    first, second = note(ward.op("note")), ward.op("correction")
    assert await ward.deliver(first) == Verdict(writes.CONFIRMED)
    assert await ward.deliver(correction(second, replaces=first.op)) == Verdict(writes.CONFIRMED)
    assert len(await ward.versions(f"Communication/{ids.of_op(first.op)}")) == 1
    there = await ward.now(f"Communication/{ids.of_op(second)}")
    assert there["inResponseTo"][0]["reference"].endswith(f"Communication/{ids.of_op(first.op)}")


async def test_every_answer_may_be_lost(ward: Ward) -> None:
    """The box takes each of them to its end, and the server has everything once."""
    for lost in range(1, 9):
        told: list[Written] = []
        ward.wire.asked, ward.wire.lose = 0, lost

        async def soon(seconds: float) -> None:
            await asyncio.sleep(0)

        def patient_of(log_id: str) -> str:
            return ward.patient

        box = Outbox(ward.wire, lambda: AT, told.append, patient_of, "desk-1", soon, allowed=WHATS)
        acts = [ack(ward.op(f"a{lost}"), param=f"vital-{lost}"), ward.dose(f"d{lost}", due=None),
                note(ward.op(f"n{lost}"))]  # fmt: skip
        for act in acts:
            box.submit(act)
        while box.waiting:
            await asyncio.sleep(0.01)
        await box.close()
        assert {one.state for one in told if one.final} == {writes.CONFIRMED}
        ward.wire.lose = -1
        for kind, act in (("MedicationAdministration", acts[1]), ("Communication", acts[2])):
            assert len(await ward.versions(f"{kind}/{ids.of_op(act.op)}")) == 1
