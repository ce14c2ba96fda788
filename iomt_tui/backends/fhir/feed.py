"""What the server gave, on its way to the engine: only this ward's, mapped, history apart from what is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

from iomt_tui.backends.fhir.client import Resource
from iomt_tui.backends.fhir.ids import local
from iomt_tui.backends.fhir.intake import Given
from iomt_tui.backends.fhir.outlet import Outlet, Said, history
from iomt_tui.backends.fhir.split import Newest
from iomt_tui.backends.identity import identity
from iomt_tui.backends.refusals import Refusals
from iomt_tui.security.strict_json import Tainted, has_doubled
from iomt_tui.ward.events import Reading

LIVE: Final = 600_000  # ms before the newest reading of a poll that alarms may still be decided from
_SUBJECTS: Final = ("subject", "patient", "for")


class Maps(Protocol):
    """The part of the mapper that a feed needs."""

    def take(self, given: Iterable[Given], received: int) -> Any:
        """Changes: ``events``, ``readings``, ``remote``."""
        ...

    def members(self, patients: Iterable[str]) -> Any:
        """These are the ward's patients from now on; changes likewise."""
        ...

    @property
    def references(self) -> Mapping[str, str]:
        """Log id -> reference on the server, of every patient on the ward."""
        ...


class Feed:
    """Takes pages; a page is mapped as soon as it is there."""

    def __init__(self, mapper: Maps, refusals: Refusals, outlet: Outlet, base: str, now: Callable[[], int]) -> None:
        """``now``: log time in ms."""
        self.patients: frozenset[str] = frozenset()
        self.newest = Newest()
        self._mapper, self._refusals, self._outlet = mapper, refusals, outlet
        self._base, self._now = base, now
        self._counted: Counter[tuple[str, str]] = Counter()

    async def take(self, given: Iterable[Given], *, live: bool) -> bool:
        """Maps a page and hands it on; ``live``: from a poll, not from a load. Whether it brought anything new."""
        await self._outlet.room()
        own = [one for one in given if self._is_own(one)]
        changes = self._mapper.take(own, self._now())
        out = [Said(kind, body) for kind, body in changes.events]
        out += self._readings(changes.readings, live=live)
        out += [Said("taken", body) for body in changes.remote]
        self._outlet.tell(*out)
        return bool(out)

    def members(self, patients: frozenset[str]) -> None:
        """These patients (ids on the server) are the ward's from now on; of nobody else anything is taken."""
        for one in self.patients - patients:
            self.newest.forget(identity(one))
        self.patients = patients
        self._outlet.tell(*(Said(kind, body) for kind, body in self._mapper.members(patients).events))

    @property
    def references(self) -> Mapping[str, str]:
        """Log id -> reference on the server, of every patient on the ward."""
        return self._mapper.references

    def unheard(self) -> frozenset[str]:
        """The patients (ids on the server) of whom no value has come."""
        return frozenset(one for one in self.patients if not self.newest.knows(identity(one)))

    def _readings(self, readings: list[Reading], *, live: bool) -> list[Said]:
        if not readings:
            return []
        last = max(reading.observed_at for reading in readings)
        parts = self.newest.split(readings, live_from=min(last, self._now()) - LIVE if live else None)
        return [*history(parts.history), *(Said("obs", reading) for reading in parts.shown)]

    def _is_own(self, given: Given) -> bool:
        resource = given.resource
        if not isinstance(resource, dict):
            return True  # for the mapper to refuse
        kind = str(resource.get("resourceType"))
        if isinstance(resource, Tainted) and has_doubled(resource):  # no other document has any
            self._refusals.add("doubled-key", kind, given.where, "a field is there twice, so neither can be trusted")
            return False
        subject = _subject(resource, self._base)
        if subject is not None and subject not in self.patients:
            self._refusals.add("not-of-this-ward", kind)
            return False
        return True

    def refused(self, source: str) -> list[Said]:
        """``refused`` bodies for what could not be used since the last call."""
        fresh = self._refusals.counts - self._counted
        self._counted = Counter(self._refusals.counts)
        return [
            Said("refused", {"source": source, "reason": reason, "what": what, "patient": None, "count": count})
            for (reason, what), count in fresh.items()
        ]


def _subject(resource: Resource, base: str) -> str | None:
    """The id of the patient whom a resource is about, where it says so by a reference on this server."""
    if resource.get("resourceType") == "Patient":
        return str(resource.get("id"))
    for name in _SUBJECTS:
        found = local(resource.get(name), base)
        if found is not None and found[0] == "Patient":
            return found[1]
    return None
