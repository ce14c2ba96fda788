"""A simulated ward published without a server, as tests look at it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any, Final

from iomt_tui.backends.fhir.publishing.naming import Names
from iomt_tui.backends.fhir.publishing.published import PublishedWard
from iomt_tui.backends.simulated.admission import places
from iomt_tui.backends.simulated.ward import DEFAULT_START as DEFAULT_START
from iomt_tui.backends.simulated.ward import SimulatedWard
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.ward.events import Reading

HOUR: Final = 3_600_000
MINUTE: Final = 60_000
NAMES: Final = Names(7)
Resource = dict[str, Any]


class Published:
    """``hours`` of history and then ``after`` ms of a ward, as resources in the order in which they are written."""

    def __init__(self, beds: int = 8, hours: int = 3, after: int = 2 * HOUR, tz: str = "Europe/Berlin") -> None:
        self.ward = SimulatedWard(beds, 7, DEFAULT_START, rate=0.1, tz=tz)
        self.since = DEFAULT_START - hours * HOUR
        self.zone = zone_of(tz)
        self.published = PublishedWard(NAMES, "Demo ward 7", self.zone, self.since, 60.0)
        self.resources: list[Resource] = self.published.premises(*places(beds))
        self.bodies: list[tuple[str, Any]] = []
        first = ((self.since, kind, body) for kind, body in self.ward.events())
        self._take(chain(first, self.ward.history(hours, 300)), DEFAULT_START)
        for until in range(DEFAULT_START + HOUR, DEFAULT_START + after + 1, HOUR):
            self._take(self.ward.advance(until), until)

    def _take(self, arrivals: Iterable[tuple[int, str, Any]], now: int) -> None:
        told = list(arrivals)
        self.resources += self.published.take(told, now, 60_000)
        for _, kind, body in told:
            self.bodies.append((kind, NAMES.reading(body) if isinstance(body, Reading) else NAMES.renamed(body)))

    def of(self, kind: str) -> list[Resource]:
        """The newest version of each resource of a type."""
        return list({one["id"]: one for one in self.resources if one["resourceType"] == kind}.values())

    def newest(self) -> list[Resource]:
        """The newest version of every resource."""
        return list({(one["resourceType"], one["id"]): one for one in self.resources}.values())

    def told(self, kind: str) -> list[Any]:
        """The bodies of a kind, with the ids that they have on the server."""
        return [body for name, body in self.bodies if name == kind]
