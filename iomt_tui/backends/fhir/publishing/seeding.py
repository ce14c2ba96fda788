"""A simulated ward onto a server, and its time as it goes on there."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any, Final, NamedTuple

from iomt_tui.backends.fhir.client import FhirClient
from iomt_tui.backends.fhir.errors import GONE, FhirError
from iomt_tui.backends.fhir.exchange import DEMO
from iomt_tui.backends.fhir.publishing.naming import Names
from iomt_tui.backends.fhir.publishing.published import Arrival, PublishedWard
from iomt_tui.backends.fhir.publishing.removal import remove
from iomt_tui.backends.fhir.publishing.strangers import refuse_strangers
from iomt_tui.backends.fhir.publishing.upload import Upload
from iomt_tui.backends.fhir.writing.pieces import dicts, text_of
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.backends.simulated.admission import places
from iomt_tui.backends.simulated.ward import SimulatedWard
from iomt_tui.clinical.medication.expansion import zone_of

_HOUR: Final = 3_600_000
_MINUTE: Final = 60_000
_GOES_ON: Final = 24 * _HOUR
_RATE: Final = 0.1  # readings a second of a monitor: far more than is published
_MADE: Final = re.compile(r"(beds=.*) hours=([\d.]{1,8}) start=(\d{1,15})", re.ASCII)
_READINGS: Final = "Observation"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is published: ``hours`` before now, a value every ``step`` s; from then on one every ``every`` s.

    ``every`` 0: nothing from then on. ``speed``: times as fast as real time, which runs ahead of every clock.
    """

    beds: int = 24
    seed: int = 7
    scenario: str = "day"
    hours: float = 24.0
    step: float = 300.0
    every: float = 60.0
    speed: float = 1.0
    tz: str = "UTC"

    @property
    def words(self) -> str:
        """How the ward is simulated: with the same words and the same start it is the same."""
        return f"beds={self.beds} scenario={self.scenario} tz={self.tz}"


class _There(NamedTuple):
    """The ward that is on the server: when it started (ms), and how many hours before that are there."""

    start: int
    hours: float


class Seeding:
    """One published ward, from the first look at the server on."""

    def __init__(self, plan: Plan, client: FhirClient, upload: Upload, tell: Callable[[str], None]) -> None:
        self.names = Names(plan.seed)
        self.start = 0  # of the simulated ward, ms
        self._plan, self._client, self._upload, self._tell = plan, client, upload, tell

    async def begin(self, now: int) -> None:
        """Puts the ward onto the server as it is at ``now`` (ms), with its history. Raises Strangers and FhirError.

        The same ward, when it started within a day, goes on: what was measured before is there. Another one of the
        same seed is replaced.
        """
        await refuse_strangers(self._client)
        plan, there = self._plan, await self._there(now)
        self.start = now // _MINUTE * _MINUTE if there is None else there.start
        whole = there is None or there.hours < plan.hours
        since = self.start - round(plan.hours * _HOUR)
        self._ward = SimulatedWard(plan.beds, plan.seed, self.start, plan.scenario, _RATE, plan.tz)
        title = f"Demo ward {plan.seed}"
        self._published = PublishedWard(self.names, title, zone_of(plan.tz), since, plan.every or plan.step)
        if there is None:
            await self._upload.put(self._published.premises(*places(plan.beds)))
        step = round(plan.step * 1000)
        for hour, arrivals in _by_hour(self._past(since)):
            made = self._published.take(arrivals, hour + _HOUR, step)
            await self._upload.put(made if whole else (one for one in made if _changes(one)))
            self._tell(f"{self._upload.tally.done:,} resources, {max(0, self.start - hour - _HOUR) // _HOUR} h to go")
        await self.advance(now, step)
        # Only now: a ward whose upload was broken off must not look like one to go on with.
        hours = plan.hours if there is None else max(plan.hours, there.hours)
        await self._upload.put([self._published.ward(f"{plan.words} hours={hours:g} start={self.start}")])

    def _past(self, since: int) -> Iterator[Arrival]:
        first: Iterable[Arrival] = ((since, kind, body) for kind, body in self._ward.events())
        plan = self._plan
        return chain(first, self._ward.history(plan.hours, plan.step) if plan.hours else self._ward.charted(self.start))

    async def advance(self, to: int, step: int) -> None:
        """Publishes what happened up to ``to`` (ms), a value every ``step`` ms. Raises FhirError."""
        while self._ward.now < to:
            until = min(to, (self._ward.now // _HOUR + 1) * _HOUR)
            await self._upload.put(self._published.take(self._ward.advance(until), until, step))

    async def catch_up(self, now: int) -> None:
        """Publishes what has happened up to ``now`` (ms): a slow server takes minutes over a ward's past."""
        await self.advance(now, round((self._plan.every or self._plan.step) * 1000))

    async def feed(
        self, clock: Callable[[], float], sleep: Callable[[float], Awaitable[Any]], stopped: Callable[[], bool]
    ) -> None:
        """Goes on until ``stopped``: a round every ``every`` s of the ward's time, by ``clock`` (s) and without drift.

        Rounds that were missed are made up for in one: nothing is left out while the server is away. Raises FhirError.
        """
        plan, begun, ward_begun = self._plan, clock(), self.begun()
        length = plan.every / plan.speed
        rounds = 0
        while not stopped():
            late = begun + (rounds + 1) * length - clock()
            if late > 0:
                await sleep(late)
                continue
            rounds = max(rounds + 1, int((clock() - begun) / length + 1e-9))
            await self.advance(ward_begun + round(rounds * plan.every * 1000), round(plan.every * 1000))
            self._tell(f"{self._upload.tally.done:,} resources, round {rounds}")

    def begun(self) -> int:
        """The ward's time up to which everything is published (ms)."""
        return self._ward.now

    def ways(self) -> list[str]:
        """How the ward can be named when it is connected to."""
        own = self.names.id
        query = f"Encounter?status=in-progress&service-provider=Organization/{own('org')}"
        return [f"Location/{own('ward')}", f"Group/{own('group')}", f"List/{own('list')}", query]

    async def remove(self) -> None:
        """Takes the ward away. Raises FhirError."""
        await remove(self._client, self._upload, self.names)

    async def _there(self, now: int) -> _There | None:
        """The ward on the server, if it is one to go on with; any other one is taken away."""
        try:
            got = await self._client.get(f"Location/{self.names.id('ward')}")
        except FhirError as error:
            if error.kind != GONE:
                raise
            return None
        marks = [text_of(one.get("value")) for one in dicts((got.resource or {}).get("identifier"))
                 if one.get("system") == DEMO]  # fmt: skip
        found = _MADE.fullmatch(marks[0]) if marks else None
        if found is not None and found[1] == self._plan.words and now - _GOES_ON <= int(found[3]) <= now:
            self._tell("the ward is there already and goes on")
            return _There(int(found[3]), float(found[2]))
        self._tell("another demo ward of this seed is there; it is taken away first")
        await self.remove()
        return None


def _changes(resource: Resource) -> bool:
    """Whether it may have changed since it was published; what was measured does not."""
    return bool(resource["resourceType"] != _READINGS)


def _by_hour(arrivals: Iterable[Arrival]) -> Iterator[tuple[int, list[Arrival]]]:
    """Arrivals by the full hour (ms) in which they came."""
    for hour, found in groupby(arrivals, key=lambda arrival: arrival[0] // _HOUR * _HOUR):
        yield hour, list(found)
