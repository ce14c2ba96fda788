"""A proxy's requests with their answers, all of them passed on as they are."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import orjson
from servers.faults import Fault
from servers.faults.exchange import Exchange

from .fhir_polls import Request


class Answered(NamedTuple):
    """A request, and the body of its answer as the client has it in the end."""

    request: Request
    status: int
    body: bytes


class Recording(Fault):
    """No fault at all: passes on, and keeps what was answered."""

    def __init__(self) -> None:
        self.answered: list[Answered] = []

    async def serve(self, exchange: Exchange) -> None:
        """One request."""
        begun = time.monotonic()
        answer = await exchange.forward()
        await exchange.send(answer)
        asked = Request(exchange.request.method, exchange.request.path, begun, time.monotonic(), exchange.sent)
        packed = any(n.lower() == b"content-encoding" and v.strip() == b"gzip" for n, v in answer.headers)
        self.answered.append(Answered(asked, answer.status, gzip.decompress(answer.body) if packed else answer.body))

    def since(self, begun: float, ended: float) -> list[Answered]:
        """What was asked in that time (monotonic seconds), by when it was."""
        found = [one for one in self.answered if begun <= one.request.begun < ended]
        return sorted(found, key=lambda one: one.request.begun)


def waits(before: Iterable[Answered], answered: Iterable[Answered]) -> list[float]:
    """Seconds from the server's own time of each Observation to the end of the first answer that brought it.

    Of those in ``answered``, which are in order; what ``before`` brought was news then. One machine, so one clock.
    """
    offset = time.time() - time.monotonic()
    known = {version for one in before for version, _ in _observed(one.body)}
    found = []
    for one in answered:
        for version, written in _observed(one.body):
            if version not in known:
                known.add(version)
                found.append(one.request.ended + offset - written)
    return found


def _observed(body: bytes) -> list[tuple[tuple[str, str], float]]:
    """Id and version of a page's Observations, and when the server wrote them (s since 1970)."""
    page = orjson.loads(body) if body.startswith(b"{") else {}
    own = [entry["resource"] for entry in page.get("entry", ()) if "resource" in entry]
    return [
        ((one["id"], one["meta"]["versionId"]), datetime.fromisoformat(one["meta"]["lastUpdated"]).timestamp())
        for one in own
        if one["resourceType"] == "Observation"
    ]
