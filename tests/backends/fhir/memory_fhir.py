"""A FHIR server in memory, as real ones behave: versions, ETags, If-Match, histories, batches, and their faults."""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs

from iomt_tui.backends.fhir import errors
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.writing.server import EntryOutcome

Json = dict[str, Any]


class Crash(BaseException):
    """The program ends here."""


class MemoryFhir:
    """Satisfies ``Server``. Every call is one step, applied at once between two pauses of random length.

    ``fault(step, call)`` may raise before a step is applied, ``after`` once it is: the answer that is lost.
    """

    def __init__(self, seed: int = 0, *, histories: bool = True, makes: int = 404) -> None:
        """``makes``: the answer to If-Match of what is not there: 404 (Medplum), 412 (RFC 9110), or 201 (HAPI)."""
        self.versions: dict[str, list[Json | None]] = {}
        self.calls: list[str] = []
        self.fault: Callable[[int, str], None] = lambda step, call: None
        self.after: Callable[[int, str], None] = lambda step, call: None
        self.unknown_searches: set[str] = set()
        self.entry_status: Callable[[str, str], int | None] = lambda method, url: None
        self._histories, self._makes = histories, makes
        self.knows_nobody = False  # refuses references to people and devices
        self._random = random.Random(seed)
        self._numbers = itertools.count(1)

    def now(self, path: str) -> Json | None:
        """A resource as it is."""
        return (self.versions.get(path) or [None])[-1]

    def past(self, path: str) -> list[Json]:
        """Its versions, oldest first."""
        return [one for one in self.versions.get(path, []) if one is not None]

    def everything(self) -> dict[str, Json]:
        """All resources as they are, without what the server adds."""
        bare = {}
        for path in self.versions:
            resource = copy.deepcopy(self.now(path))
            if resource is not None:
                for name in ("versionId", "lastUpdated"):
                    resource["meta"].pop(name)
                bare[path] = resource
        return bare

    def store(self, path: str, resource: Json) -> None:
        """Puts a resource there without a request."""
        self._apply_put(path, resource, None)

    def remove(self, path: str) -> None:
        """Deletes it."""
        self.versions[path].append(None)

    async def get(self, path: str) -> tuple[Json, str]:
        found: tuple[Json, str] = await self._step(f"GET {path}", lambda: self._get(path))
        return found

    async def put(self, path: str, resource: Json, if_match: str | None = None) -> object:
        return await self._step(f"PUT {path}", lambda: self._apply_put(path, resource, if_match))

    async def search(self, path: str) -> list[Json]:
        found: list[Json] = await self._step(f"GET {path}", lambda: self._search(path))
        return found

    async def post_batch(self, entries: Sequence[Json]) -> list[EntryOutcome]:
        outcomes: list[EntryOutcome] = await self._step("POST batch", lambda: [self._entry(one) for one in entries])
        return outcomes

    async def _step(self, call: str, apply: Callable[[], Any]) -> Any:
        await self._pause()
        step = len(self.calls)
        self.calls.append(call)
        self.fault(step, call)
        answer = copy.deepcopy(apply())
        self.after(step, call)
        await self._pause()
        return answer

    async def _pause(self) -> None:
        for _ in range(self._random.randrange(8)):
            await asyncio.sleep(0)

    def _get(self, path: str) -> tuple[Json, str]:
        if "/_history" in path:
            return self._history(path.partition("/_history")[0]), ""
        there = self.now(path)
        if there is None:
            raise errors.by_status(410 if path in self.versions else 404, None)
        return there, f'W/"{there["meta"]["versionId"]}"'

    def _history(self, path: str) -> Json:
        if not self._histories:
            raise errors.by_status(405, None)
        newest = [{"resource": one} for one in reversed(self.past(path))]
        self._random.shuffle(newest)  # the order flips on one of the real servers
        return {"resourceType": "Bundle", "type": "history", "entry": newest}

    def _apply_put(self, path: str, resource: Json, if_match: str | None) -> None:
        assert path == f"{resource['resourceType']}/{resource['id']}"
        if self.knows_nobody and re.search(r'"reference": "(Practitioner|Device)/', json.dumps(resource)):
            raise errors.by_status(400, None)
        there = self.now(path)
        if if_match is not None and there is None and (self._makes != 201 or path in self.versions):
            raise errors.by_status(409 if self._makes == 201 else self._makes, None)
        if if_match is not None and there is not None and if_match != f'W/"{there["meta"]["versionId"]}"':
            raise errors.by_status(412, None)
        number = next(self._numbers)
        stored = copy.deepcopy(resource)
        # Opaque: in no order that a client could make something of.
        version = {"versionId": f"v{number * 7919 % 10007}", "lastUpdated": "2026-01-02T03:04:05.000Z"}
        stored["meta"] = stored.get("meta", {}) | version
        self.versions.setdefault(path, []).append(stored)

    def _search(self, path: str) -> list[Json]:
        kind, _, query = path.partition("?")
        found = [one for key in self.versions if key.startswith(f"{kind}/") and (one := self.now(key)) is not None]
        for name, values in parse_qs(query).items():
            if name in self.unknown_searches:
                raise errors.by_status(400, None)
            field = {"request": "request", "patient": "subject"}[name]
            found = [one for one in found if one.get(field, {}).get("reference") in values]
        return found

    def _entry(self, entry: Json) -> EntryOutcome:
        method, url = entry["request"]["method"], entry["request"]["url"]
        status = self.entry_status(method, url)
        if status is not None:
            return EntryOutcome(status, {"resourceType": "OperationOutcome", "issue": [{"code": "invariant"}]})
        try:
            if method == "GET":
                return EntryOutcome(200, self._get(url)[0])
            self._apply_put(url, entry["resource"], None)
        except FhirError as error:
            return EntryOutcome(error.status, None)
        return EntryOutcome(201, None)
