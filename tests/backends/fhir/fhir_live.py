"""A server that gives resources in versions, and a ward that follows it."""

from __future__ import annotations

from typing import Any

from fhir_samples import AT, Json

from iomt_tui.backends.fhir.intake import Given
from iomt_tui.backends.fhir.mapper import Changes, Mapper
from iomt_tui.backends.refusals import Refusals
from iomt_tui.ward.events import Draft, Entry, draft, observations
from iomt_tui.ward.fold import Ward

BASE = "https://fhir.example/r4"
NOW = AT + 60_000


class Server:
    """Resources as a server gives them: each ``put`` makes the next version."""

    def __init__(self, **more: Any) -> None:
        self.refusals = Refusals()
        self.mapper = Mapper(self.refusals, base=BASE, source="lab", **more)
        self.ward = Ward()
        self._seq = 0
        self._versions: dict[str, int] = {}

    def version(self, resource: Json) -> Json:
        """The resource with its next version."""
        key = f"{resource['resourceType']}/{resource['id']}"
        number = self._versions[key] = self._versions.get(key, 0) + 1
        meta = {"versionId": str(number), "lastUpdated": f"2026-01-02T03:05:{number:02d}Z"}
        return resource | {"meta": meta | resource.get("meta", {})}

    def put(self, *resources: Json, at: int = NOW) -> Changes:
        return self.deliver(*(self.version(one) for one in resources), at=at)

    def deliver(self, *resources: Json, at: int = NOW) -> Changes:
        given = [Given("entry", f"{BASE}/{one.get('resourceType')}/{one.get('id')}", one) for one in resources]
        changes = self.mapper.take(given, at)
        drafts = [draft(at, kind, body) for kind, body in changes.events]
        self._log([*drafts, observations(at, changes.readings)] if changes.readings else drafts)
        return changes

    def members(self, *patients: str) -> Changes:
        changes = self.mapper.members(patients)
        self._log([draft(NOW, kind, body) for kind, body in changes.events])
        return changes

    def _log(self, drafts: list[Draft]) -> None:
        self.ward.apply([Entry(self._seq + i, *one) for i, one in enumerate(drafts, 1)])
        self._seq += len(drafts)


def told(changes: Changes, kind: str) -> list[Json]:
    return [body for own, body in changes.events if own == kind]
