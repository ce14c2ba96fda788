"""A line run step by step: its clock moves only when it waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from small_server import BASE, BEGIN, SmallServer

from iomt_tui.backends.fhir.intake import Given
from iomt_tui.backends.fhir.line import Line
from iomt_tui.backends.fhir.outlet import Outlet
from iomt_tui.backends.fhir.spec import FhirSpec
from iomt_tui.backends.fhir.times import moment
from iomt_tui.backends.fhir.tools import Opened, Tools, Way
from iomt_tui.backends.refusals import Refusals
from iomt_tui.security.sign_in.model import SignedOut, SignInStep, User
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import Reading
from iomt_tui.ward.writes import Write

SPEC = FhirSpec(name="test", url=BASE, ward="Location/w", history_hours=24.0)


class Changes(NamedTuple):
    """As the mapper's."""

    events: list[tuple[str, Any]]
    readings: list[Reading]
    remote: list[dict[str, Any]]


class PlainMapper:
    """Says each version of a resource once: observations as readings, everything else as a body with its id."""

    def __init__(self, tests: bool) -> None:
        self.seen: set[tuple[str, str, str]] = set()
        self.tests = tests
        self.there: set[str] = set()

    def members(self, patients: Iterable[str]) -> Changes:
        left, self.there = self.there - set(patients), set(patients)
        return Changes([("discharge", {"id": one}) for one in sorted(left)], [], [])

    @property
    def references(self) -> dict[str, str]:
        return {one: f"Patient/{one}" for one in self.there}

    def take(self, given: Iterable[Given], received: int) -> Changes:
        out = Changes([], [], [])
        for one in given:
            resource: Any = one.resource
            key = (resource["resourceType"], resource["id"], resource["meta"]["versionId"])
            if key in self.seen:
                continue
            self.seen.add(key)
            if key[0] == "Observation":
                who = resource["subject"]["reference"].removeprefix("Patient/")
                at = moment(resource["effectiveDateTime"]).at
                out.readings.append(Reading(who, "d", at, {"hr": resource["valueQuantity"]["value"]}, None))
            else:
                out.events.append((key[0].lower(), {"id": key[1]}))
        return out


class PlainSession:
    """A session that is told what to be."""

    def __init__(self) -> None:
        self.user: User | None = None
        self.lacking: frozenset[str] = frozenset()
        self.granted: frozenset[str] = frozenset()
        self.kept = self.warning = ""
        self.token = ""
        self.out = ""  # why nobody is signed in
        self.step: SignInStep | None = None
        self.finished = asyncio.Event()
        self.refusals: list[str] = []

    async def authorization(self) -> str:
        if self.out:
            raise SignedOut(self.out)
        return self.token

    def refused(self, authorization: str) -> None:
        self.refusals.append(authorization)
        self.token = "Bearer fresh"

    async def begin(self) -> SignInStep | None:
        return self.step

    async def finish(self, step: SignInStep) -> None:
        await self.finished.wait()
        self.out = ""
        self.user = User(safe_text("Nurse Joy"), "Practitioner/1")

    async def known(self) -> bool:
        return not self.out

    async def end(self) -> bool:
        return True


class PlainOutbox:
    """Keeps what it is given."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self.writes: list[Write] = []
        self.hurried = 0

    def submit(self, write: Write) -> None:
        self.writes.append(write)

    def hurry(self) -> None:
        self.hurried += 1

    async def close(self) -> None:
        self.writes.clear()


class Rig:
    """A line to a small server."""

    def __init__(
        self, server: SmallServer, spec: FhirSpec = SPEC, watermark: str = "", mark: str | None = None
    ) -> None:
        self.server, self.clock = server, 1_000.0
        self.session = PlainSession()
        self.said: list[tuple[str, Any]] = []
        self.outlet = Outlet()
        self.mappers: list[PlainMapper] = []
        self.outboxes: list[PlainOutbox] = []
        self.waits: list[float] = []
        self.on_wait: Callable[[], None] | None = None
        tools = Tools(
            lambda _spec: Opened(server, self.session, server.close), self._mapper, self._outbox,
            wall=lambda: BEGIN + int((self.clock - 1_000) * 1000), steady=lambda: self.clock, random=lambda: 1.0,
            wait=self._wait,
        )  # fmt: skip
        ward: dict[str, Any] = {"name": "W", "watermark": watermark or None, "source": "fhir", "tz": "UTC"}
        self.line = Line(spec, ward, mark, tools, self.outlet, lambda: int(self.clock * 1000))
        self.task = asyncio.get_running_loop().create_task(self.line.run())

    def _mapper(self, spec: FhirSpec, refusals: Refusals, tz: str, tests: bool) -> PlainMapper:
        self.mappers.append(PlainMapper(tests))
        return self.mappers[-1]

    def _outbox(self, spec: FhirSpec, way: Way) -> PlainOutbox:
        self.outboxes.append(PlainOutbox(way))
        return self.outboxes[-1]

    async def _wait(self, event: asyncio.Event, seconds: float) -> None:
        if not event.is_set():
            self.waits.append(seconds)
            self.clock += seconds
            self.server.now += int(seconds * 1000)
        if self.on_wait:
            self.on_wait()
        await asyncio.sleep(0)

    async def until(self, there: Callable[[], bool], turns: int = 20_000) -> None:
        """Lets the line run until ``there``."""
        for _ in range(turns):
            self.said += [(one.kind, one.body) for one in self.outlet.take()]
            if there():
                return
            assert not self.task.done(), self.task
            await asyncio.sleep(0)
        raise AssertionError(f"it did not come to that; the line says {self.links[-1] if self.links else None}")

    async def passes(self, seconds: float) -> None:
        """Lets the line run for so long by its own clock."""
        end = self.clock + seconds
        await self.until(lambda: self.clock >= end)

    async def live(self) -> None:
        """Until the line is live."""
        await self.until(lambda: self.state == "live")

    async def close(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    @property
    def links(self) -> list[dict[str, Any]]:
        return [body for kind, body in self.said if kind == "link"]

    @property
    def state(self) -> str:
        return self.links[-1]["state"] if self.links else ""

    @property
    def text(self) -> str:
        return str(self.links[-1]["text"])

    def bodies(self, kind: str) -> list[Any]:
        return [body for one, body in self.said if one == kind]

    @property
    def values(self) -> list[tuple[str, int, float]]:
        """Every reading that reached the engine: patient, time, heart rate."""
        shown = self.bodies("obs")
        past = [reading for piece in self.bodies("history") for reading in piece]
        return sorted((one.patient, one.observed_at, one.values["hr"]) for one in [*past, *shown])
