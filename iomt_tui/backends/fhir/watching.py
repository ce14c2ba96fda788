"""The ward behind the line: who is on it, what is loaded, what is asked for at each look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from iomt_tui.backends.fhir.asked import CHART, ORDERS
from iomt_tui.backends.fhir.client import FhirClient, Resource
from iomt_tui.backends.fhir.cursors import Cursors, updates
from iomt_tui.backends.fhir.errors import ABOUT_THE_QUESTION, GONE, INVALID, FhirError
from iomt_tui.backends.fhir.feed import Feed
from iomt_tui.backends.fhir.intake import Given
from iomt_tui.backends.fhir.load import Load, Progress, Reach
from iomt_tui.backends.fhir.membership import Members, members
from iomt_tui.backends.fhir.outlet import Outlet, Said
from iomt_tui.backends.fhir.poll import Poll
from iomt_tui.backends.fhir.roster import Roster
from iomt_tui.backends.fhir.spec import FhirSpec
from iomt_tui.backends.fhir.standing import Standing
from iomt_tui.backends.fhir.tools import Tools
from iomt_tui.backends.fhir.wanted import Wanted
from iomt_tui.backends.refusals import Refusals
from iomt_tui.security.text import safe_text

MEMBERSHIP: Final = 60.0  # s between two looks at who is on the ward
CHECK: Final = 600.0  # s between two looks for what may have been missed
OTHERS: Final = 5.0  # s at least between two looks at all that is no observation
TEST: Final = "TEST"
_MIXED: Final = (
    "people are on this ward now, and its log is marked TEST: end the engine, move the ward's log away, and start again"
)


class Watching:
    """The ward of one server. Every call raises FhirError and may be made again."""

    def __init__(
        self, spec: FhirSpec, ward: dict[str, Any], mark: str | None, tools: Tools, client: FhirClient, outlet: Outlet,
        standing: Standing, now: Callable[[], int],
    ) -> None:  # fmt: skip
        """``ward``: the body of its entry, whose watermark is that of the configuration. ``mark``: of the log that goes
        on, "" for one of people; None for a new log, which is either."""
        self._spec, self._ward, self._mark, self._tools = spec, ward, mark, tools
        self._watermark = str(ward["watermark"] or "")
        self._client, self._outlet, self._standing, self._now = client, outlet, standing, now
        self.refusals = Refusals(spec.name)
        self.statement: Resource = {}  # the server's CapabilityStatement
        self._roster = Roster()
        self._reach: Reach | None = None
        self._poll: Poll | None = None
        self._loads: list[Load] = []
        self._tests = False  # the ward consists of test patients alone
        self._asked = self._checked = self._others = 0.0

    @property
    def loaded(self) -> bool:
        """Whether everything about the ward's patients was loaded, those who came last included."""
        return self._reach is not None and not self._loads

    @property
    def patients(self) -> frozenset[str]:
        """The ward's patients, by their ids on the server."""
        return self._roster.patients

    def written(self) -> float | None:
        """When the newest observation was written, by our steady clock as far as the server's is known."""
        newest = self._reach.cursors.newest("Observation") if self._reach is not None else None
        return None if newest is None else self._tools.steady() - (self.server_now() - newest) / 1000

    def reference(self, name: str) -> str | None:
        """The reference on the server to a patient by the log's id."""
        return self._reach.feed.references.get(name) if self._reach is not None else None

    @property
    def refused(self) -> int:
        """How many resources could not be used so far."""
        return sum(self.refusals.counts.values())

    def refused_bodies(self) -> list[Said]:
        """``refused`` bodies since the last call."""
        return self._reach.feed.refused(self._spec.name) if self._reach is not None else []

    def server_now(self) -> int:
        """ms UTC by the server's clock, as far as it is known."""
        return self._tools.wall() + (self._client.clock.offset or 0)

    def words(self) -> str:
        """What is to be told of a line that is well, "" for nothing."""
        parts = [self._client.clock.words()]
        if self._reach is not None and self._reach.unavailable:
            parts.append(f"not given by the server: {', '.join(self._reach.unavailable.values())}")
        if not self._roster.patients:
            parts.append(f"no patients on this ward ({self._spec.ward})")
        return "; ".join(part for part in parts if part)

    async def load(self) -> None:
        """The ward and all about it; goes on where an earlier attempt broke off."""
        if self._reach is None:
            self._standing.loading("looking who is on the ward", 0, 0)
            await self._enter()
        while self._loads:
            await self._loads[0].run()
            self._loads.pop(0)

    async def look(self) -> bool:
        """One poll. Whether it brought anything new."""
        assert self._reach is not None and self._poll is not None
        now = self._tools.steady()
        if back := self._client.clock.set_back():
            self._reach.cursors.set_back(back)
        if now - self._checked >= CHECK:
            await self._check()
        elif self._poll.stays_changed or self._roster.doubtful or (self._count_due(now) and not self._poll.counts):
            await self._members_again()
        if not self.loaded or not self._roster.patients:
            return bool(self._loads)
        news = await self._poll.observations()
        if now - self._others >= OTHERS:
            self._others = now
            count = self._count_due(now)
            news |= await self._poll.others(count=count)
            if count and self._poll.counts:
                self._asked = now
        return news

    def _count_due(self, now: float) -> bool:
        return now - self._asked >= MEMBERSHIP

    async def _enter(self) -> None:
        self.statement = await self._metadata()
        begun = self._tools.steady()
        found = await self._members()
        self._decide(found)
        feed = self._feed()
        reach = Reach(self._client, feed, Cursors(), Wanted(), self.refusals, self.server_now, self._tools.steady)
        poll = Poll(reach, self._spec.history_hours)
        self._outlet.tell(Said("ward", self._ward))
        patients = self._roster.look(found.patients).joined
        feed.members(patients)
        await feed.take(await reach.wanted.complete(self._client, found.given), live=False)
        times = updates("Patient", [one.resource for one in found.given if isinstance(one.resource, dict)])
        reach.saw("Patient", times, begun)
        poll.entered(found)
        self._reach, self._poll = reach, poll
        self._loads = [self._load(patients, first=True)]
        self._asked = self._checked = self._tools.steady()

    def _feed(self) -> Feed:
        mapper = self._tools.mapper(self._spec, self.refusals, str(self._ward["tz"]), self._tests)
        return Feed(mapper, self.refusals, self._outlet, self._client.base, self._now)

    def _load(self, patients: frozenset[str], *, first: bool) -> Load:
        def tell(progress: Progress) -> None:
            if first:
                self._standing.loading(*progress)

        assert self._reach is not None
        return Load(self._reach, patients, self._spec.history_hours, tell, moves=first)

    async def _metadata(self) -> Resource:
        """What the server says of itself. One that does not say is asked all the same."""
        try:
            got = await self._client.get("metadata")
        except FhirError as error:
            if error.kind not in ABOUT_THE_QUESTION:
                raise
            return {}
        statement = got.resource or {}
        version = statement.get("fhirVersion")
        if isinstance(version, str) and not version.startswith("4."):
            raise FhirError(INVALID, f"the server speaks FHIR {safe_text(version, 12)}, and this program R4 (4.0)")
        return statement

    async def _members(self) -> Members:
        try:
            return await members(self._client, self._spec.ward)
        except ValueError as error:
            raise FhirError(INVALID, str(error)) from None
        except FhirError as error:
            if error.kind != GONE:
                raise
            raise FhirError(GONE, f"the server has no {safe_text(self._spec.ward, 60)} (HTTP {error.status}); "
                            "check the ward in the configuration", error.status) from None  # fmt: skip

    def _decide(self, found: Members) -> None:
        """Whether this is a ward of test patients, and marked so, or one of people, where those have no place.

        What it is stays for as long as its log (SAFETY H27). Raises FhirError where people are on a ward of test
        patients: nobody may take them for such.
        """
        strangers = bool(found.patients - found.tests)
        if self._mark is None and found.patients:
            self._mark = "" if strangers else TEST
        self._tests = bool(self._watermark or self._mark)
        if self._mark and not self._watermark and strangers:
            raise FhirError(INVALID, _MIXED)
        self._ward = self._ward | {"watermark": self._watermark or self._mark or None, "beds": _beds(found.given)}

    async def _members_again(self) -> None:
        assert self._reach is not None and self._poll is not None
        found = await self._members()
        self._decide(found)
        self._poll.entered(found)
        change = self._roster.look(found.patients)
        self._reach.feed.members(self._roster.patients)
        self._asked = self._tools.steady()
        await self._reach.feed.take(await self._reach.wanted.complete(self._client, found.given), live=True)
        if change.joined:
            self._loads.append(self._load(change.joined, first=False))

    async def _check(self) -> None:
        """Reads again what may have been missed: who is there, open orders, observations since the last check."""
        assert self._reach is not None and self._poll is not None
        since = int((self._tools.steady() - self._checked + OTHERS) * 1000)
        self._reach.unavailable.clear()
        self._reach.wanted.ask_again()
        self._poll.batches = True
        await self._members_again()
        if self.loaded and self._roster.patients:
            for asked in CHART:
                if asked.kind in ORDERS:
                    await self._poll.one_kind(asked, asked.params(self._roster.patients, "", self.server_now()))
            await self._reach.feed.take(await self._reach.wanted.metrics(self._client), live=True)
            await self._poll.observations(since)
        self._checked = self._tools.steady()


def _beds(given: list[Given]) -> list[str]:
    """The names of the ward's beds, where its places tell."""
    names = set()
    for one in given:
        place = one.resource
        if not isinstance(place, dict) or place.get("resourceType") != "Location":
            continue
        physical: Any = place.get("physicalType")
        codings = physical.get("coding") if isinstance(physical, dict) else None
        bed = any(isinstance(coding, dict) and coding.get("code") == "bd" for coding in codings or [])
        if bed and isinstance(place.get("name"), str):
            names.add(safe_text(place["name"], 40))
    return sorted(name for name in names if name)
