"""The first load: the newest values first, so that the board lives early; then the chart, then the past."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from iomt_tui.backends.fhir.asked import CHART, ENCOUNTERS, OBSERVATIONS, Asked
from iomt_tui.backends.fhir.client import FhirClient, Params
from iomt_tui.backends.fhir.cursors import Cursors, instant, updates
from iomt_tui.backends.fhir.errors import ABOUT_THE_QUESTION, FAILED, INVALID, FhirError
from iomt_tui.backends.fhir.feed import Feed
from iomt_tui.backends.fhir.paging import Page, search
from iomt_tui.backends.fhir.wanted import Wanted
from iomt_tui.backends.refusals import Refusals

AT_ONCE: Final = 4  # searches under way
_HOUR: Final = 3_600_000
_SLICE: Final = 3 * _HOUR  # of the past in one search, at most
_SLICES: Final = 96
_FILLING: Final = 0.7  # of a page by a slice, on average
_NEWEST: Final = _HOUR
_ENOUGH: Final = 3  # failures of one type


@dataclass(slots=True)
class Reach:
    """What a load and a poll work with."""

    client: FhirClient
    feed: Feed
    cursors: Cursors
    wanted: Wanted
    refusals: Refusals
    server_now: Callable[[], int]  # ms UTC by the server's clock, as far as it is known
    steady: Callable[[], float]  # s, for how long something took
    unavailable: dict[str, str] = field(default_factory=dict)  # what the server does not give: type -> words
    plain: set[str] = field(default_factory=set)  # types whose searches must leave out what the server does not know
    stays: set[tuple[str, str]] = field(default_factory=set)  # encounters that were seen: id, version

    def put_off(self, asked: Asked, error: FhirError) -> None:
        """A type that the server does not give: told, and it does not cost the others."""
        self.unavailable[asked.kind] = asked.words
        self.refusals.add("not-available", asked.kind, asked.kind, f"{asked.words} cannot be shown: {error.words}")

    def saw(self, kind: str, times: list[int], begun: float) -> None:
        """A search that came whole, begun at ``begun`` by the steady clock. ``times``: of what it brought."""
        took = int((self.steady() - begun) * 1000)
        self.cursors.saw(kind, times, self.server_now(), took)


class Progress(NamedTuple):
    """How far a load is. ``total`` is 0 where the server does not say."""

    words: str
    done: int
    total: int


class _Job(NamedTuple):
    asked: Asked
    params: Params
    plain: Params  # the same without what a server may not know
    history: bool = False


class Load:
    """One load for some patients. A load that fails is run again, and goes on with what is left."""

    def __init__(
        self, reach: Reach, patients: frozenset[str], hours: float, tell: Callable[[Progress], None],
        *, moves: bool = True,
    ) -> None:  # fmt: skip
        """``tell`` hears of every page.

        ``moves``: the cursors begin where this load ends; not those of a load for some of the ward's patients.
        """
        self._reach, self._patients, self._hours = reach, patients, max(1.0, hours)
        self._tell, self._moves = tell, moves
        self._begun, self._clock = reach.server_now(), reach.steady()
        self._done = self._total = 0
        self._counted = False
        self._failures: Counter[str] = Counter()
        self._left = self._first_jobs()

    async def run(self) -> None:
        """Loads what is left. Raises FhirError."""
        if not self._patients:
            return
        await self._count()
        while self._left and self._left[0].asked is OBSERVATIONS and not self._left[0].history:
            await self._do(self._left[0])
        turns = asyncio.Semaphore(AT_ONCE)
        tasks = [asyncio.create_task(self._in_turn(job, turns)) for job in self._left]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._last_known()

    async def _last_known(self) -> None:
        """Of patients of whom nothing came: the newest that the server has, however old, a page of it."""
        if not (patients := self._reach.feed.unheard() & self._patients):
            return
        plain = OBSERVATIONS.params(patients, "", self._begun, plain=True)
        async for page in self._pages(_Job(OBSERVATIONS, [*plain, ("_sort", "-date")], plain)):
            given = await self._reach.wanted.complete(self._reach.client, page.given)
            await self._reach.feed.take(given, live=False)
            return

    def _first_jobs(self) -> list[_Job]:
        """The newest values, and the chart."""
        return [self._observed(self._begun - _NEWEST, None), *map(self._charted, (ENCOUNTERS, *CHART))]

    def _past_jobs(self) -> list[_Job]:
        """The past, the newest first, in slices of about a page: a server's further pages may take it much longer."""
        newest, first = self._begun - _NEWEST, self._begun - int(self._hours * _HOUR)
        wanted = math.ceil(self._total / (_FILLING * self._reach.client.count))
        slices = min(max(wanted, math.ceil((newest - first) / _SLICE)), _SLICES)
        edges = [newest - (newest - first) * number // slices for number in range(slices + 1)] if slices > 0 else []
        return [self._observed(start, end) for end, start in pairwise(edges)]

    def _observed(self, start: int, end: int | None) -> _Job:
        params = [*OBSERVATIONS.params(self._patients, "", self._begun, plain=True), ("date", f"ge{instant(start)}")]
        if end is not None:
            params.append(("date", f"lt{instant(end)}"))
        return _Job(OBSERVATIONS, params, params, history=end is not None)  # sorted here: servers sort slowly

    def _charted(self, asked: Asked) -> _Job:
        plain = asked.params(self._patients, "", self._begun, plain=True)
        return _Job(asked, asked.params(self._patients, "", self._begun), plain)

    async def _count(self) -> None:
        """How many observations there are, where the server tells; only for the eye."""
        if self._counted:
            return
        params = OBSERVATIONS.params(self._patients, "", self._begun, plain=True)
        since = ("date", f"ge{instant(self._begun - int(self._hours * _HOUR))}")
        try:
            got = await self._reach.client.first_page("Observation", [*params, since, ("_summary", "count")])
            total = (got.resource or {}).get("total")
            self._total = total if isinstance(total, int) and not (got.resource or {}).get("entry") else 0
        except FhirError as error:
            if error.kind not in ABOUT_THE_QUESTION:
                raise
        self._counted = True
        self._left += self._past_jobs()

    async def _in_turn(self, job: _Job, turns: asyncio.Semaphore) -> None:
        async with turns:
            await self._do(job)

    async def _do(self, job: _Job) -> None:
        reach, kind = self._reach, job.asked.kind
        times: list[int] = []
        try:
            async for page in self._pages(job):
                given = await reach.wanted.complete(reach.client, page.given)
                await reach.feed.take(given, live=False)
                times += updates(kind, page.resources)
                self._progress(job, len(page.given))
        except FhirError as error:
            if job.asked is OBSERVATIONS or not self._about(job.asked, error):
                raise
            reach.put_off(job.asked, error)
        else:
            reach.unavailable.pop(kind, None)
            if self._moves:
                reach.saw(kind, times, self._clock)
        self._left.remove(job)

    def _about(self, asked: Asked, error: FhirError) -> bool:
        """Whether it is this type that the server does not give: it says so, or fails with it again and again."""
        if error.kind == FAILED:
            self._failures[asked.kind] += 1
            return self._failures[asked.kind] >= _ENOUGH
        return error.kind in ABOUT_THE_QUESTION

    async def _pages(self, job: _Job) -> AsyncIterator[Page]:
        """The pages of a search; where the server does not take it, of the plain one."""
        begun = False
        try:
            async for page in search(self._reach.client, job.asked.kind, job.params):
                begun = True
                yield page
        except FhirError as error:
            if error.kind != INVALID or begun:
                raise
            self._reach.plain.add(job.asked.kind)
            async for page in search(self._reach.client, job.asked.kind, job.plain):
                yield page

    def _progress(self, job: _Job, came: int) -> None:
        if job.asked is OBSERVATIONS:
            self._done += came
            total = max(self._total, self._done) if self._total else 0
            about = f" of about {total:,}" if total else ""
            self._tell(
                Progress(f"observations of the last {self._hours:g} h: {self._done:,}{about}", self._done, total)
            )
        else:
            self._tell(Progress(job.asked.words, self._done, self._total))
