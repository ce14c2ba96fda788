"""What it takes to decode and map the answers of a load, measured by doing it once more, with nothing else to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from iomt_tui.backends.fhir.feed import Feed
from iomt_tui.backends.fhir.mapper import TAKE, Mapper
from iomt_tui.backends.fhir.outlet import Outlet
from iomt_tui.backends.fhir.paging import entries_of
from iomt_tui.backends.refusals import Refusals
from iomt_tui.security.strict_json import decoded


class Parsed(NamedTuple):
    """Processor seconds, and what came out of it."""

    decoding: float
    mapping: float
    resources: int
    readings: int


def parse(bodies: Sequence[bytes], base: str, now: int) -> Parsed:
    """Decodes and maps the answers of a server, in order. ``now``: log time, ms."""
    began = time.thread_time()
    documents = [decoded(body) for body in bodies if body.strip()]
    decoding = time.thread_time() - began
    pages = [entries_of(one, "page") for one in documents if isinstance(one, dict) and one.get("entry")]
    refusals, outlet = Refusals("bench"), Outlet(most=1 << 40)
    feed = Feed(Mapper(refusals, test_patients=TAKE, base=base, source="bench"), refusals, outlet, base, lambda: now)
    feed.members(frozenset(str(one["id"]) for page in pages for one in _of(page, "Patient")))

    async def take() -> None:
        for page in pages:
            await feed.take(page, live=False)

    began = time.thread_time()
    asyncio.run(take())
    mapping = time.thread_time() - began
    said = outlet.take(1 << 40)
    readings = sum(len(one.body) if one.kind == "history" else 1 for one in said if one.kind in ("history", "obs"))
    return Parsed(decoding, mapping, sum(map(len, pages)), readings)


def _of(page: Sequence[Any], kind: str) -> list[dict[str, Any]]:
    resources = (given.resource for given in page)
    return [one for one in resources if isinstance(one, dict) and one.get("resourceType") == kind]
