"""What it takes to decode and map the answers of a load, measured by doing it once more, with nothing else to do."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from iomt_tui.backends.fhir.feed import Feed
from iomt_tui.backends.fhir.intake import Given
from iomt_tui.backends.fhir.mapper import TAKE, Mapper
from iomt_tui.backends.fhir.outlet import Outlet, Said
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
    """Decodes and maps the answers of a server, in order. ``now``: log time, ms.

    What was there before is out of the garbage collector's rounds, as in an engine (iomt_tui.memory).
    """
    patients = frozenset(str(one["id"]) for body in bodies for one in _of(_page(decoded(body)), "Patient"))
    refusals, outlet = Refusals("bench"), Outlet(most=1 << 40)
    feed = Feed(Mapper(refusals, test_patients=TAKE, base=base, source="bench"), refusals, outlet, base, lambda: now)
    feed.members(patients)
    decoding, mapping, resources, said = 0.0, 0.0, 0, list[Said]()

    async def take() -> None:
        """One page after the other, each forgotten before the next, as a line does."""
        nonlocal decoding, mapping, resources, said
        for body in bodies:
            began = time.thread_time()
            document = decoded(body)
            middle = time.thread_time()
            page = _page(document)
            if page:
                await feed.take(page, live=False)
            decoding, mapping = decoding + middle - began, mapping + time.thread_time() - middle
            resources += len(page)
            said += outlet.take(1 << 40)

    gc.collect()
    gc.freeze()
    asyncio.run(take())
    gc.unfreeze()
    readings = sum(len(one.body) if one.kind == "history" else 1 for one in said if one.kind in ("history", "obs"))
    return Parsed(decoding, mapping, resources, readings)


def _page(document: Any) -> list[Given]:
    return entries_of(document, "page") if isinstance(document, dict) else []


def _of(page: Sequence[Given], kind: str) -> list[dict[str, Any]]:
    resources = (given.resource for given in page)
    return [one for one in resources if isinstance(one, dict) and one.get("resourceType") == kind]
