"""One look at what is new: one search for observations, and one batch of searches for everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from iomt_tui.backends.fhir.asked import CHANGES, ENCOUNTERS, OBSERVATIONS, PATIENTS, Asked
from iomt_tui.backends.fhir.client import Params, Resource
from iomt_tui.backends.fhir.cursors import updates
from iomt_tui.backends.fhir.errors import (
    ABOUT_THE_QUESTION,
    FAILED,
    NOT_FHIR,
    FhirError,
    by_status,
    not_fhir,
)
from iomt_tui.backends.fhir.ids import listed
from iomt_tui.backends.fhir.intake import Given
from iomt_tui.backends.fhir.load import Reach
from iomt_tui.backends.fhir.membership import Members, patients_in
from iomt_tui.backends.fhir.paging import Page, follow, search

_REFUSES: Final = ABOUT_THE_QUESTION | {NOT_FHIR}


class Poll:
    """Polls for one ward. Two requests at most, unless there is so much news that it takes pages."""

    def __init__(self, reach: Reach, hours: float) -> None:
        """``hours``: how far back observations go that came before any."""
        self._reach, self._hours = reach, hours
        self.members: Params = ()  # the search for encounters that tells of newcomers
        self.where: set[str] | None = None  # the places that make the ward, as in Members
        self.batches = True  # until the server refuses one
        self.stays_changed = False  # an encounter changed: ask for the membership anew
        self._turn = 0

    @property
    def counts(self) -> bool:
        """Whether a batch can bring all who are there, which need not be asked for apart then."""
        return self.batches and bool(self.members) and ENCOUNTERS.kind not in self._reach.unavailable

    async def observations(self, more: int = 0) -> bool:
        """Observations written since the last one that was seen; ``more`` ms further back. Whether there was news.

        Raises FhirError; what came before it counts, and is asked for again.
        """
        begun = self._reach.steady()
        changed = self._reach.cursors.since(OBSERVATIONS.kind, more)
        asked = replace(OBSERVATIONS, hours=self._hours)
        params = asked.params(self._reach.feed.patients, changed, self._reach.server_now())
        news, times = False, list[int]()
        async for page in search(self._reach.client, OBSERVATIONS.kind, params):
            news |= await self._take(page)
            times += updates(OBSERVATIONS.kind, page.resources)
        self._reach.saw(OBSERVATIONS.kind, times, begun)
        return news

    async def others(self, *, count: bool = False) -> bool:
        """Everything else: one batch, or one type at a time where the server takes no batch. Raises FhirError.

        ``count``: not only newcomers, but all who are there; where that is not as it was, stays have changed.
        """
        asked = [one for one in self._asked(count=count) if one[0].kind not in self._reach.unavailable]
        if self.batches:
            try:
                return await self._batch(asked)
            except FhirError as error:
                if error.kind not in _REFUSES and error.status != 501:
                    raise
                self.batches = False
                self._reach.refusals.tell("no-batch", f"a batch of searches is not taken: {error.words}; one at a time")
        asked = [one for one in asked if one[0] not in _MEMBERS]
        self._turn += 1
        one, params = asked[self._turn % len(asked)]
        return await self._single(one, params)

    async def one_kind(self, asked: Asked, params: Params) -> bool:
        """One search beside the round, such as for what may have been missed. Raises FhirError."""
        return await self._single(asked, params)

    def _asked(self, *, count: bool) -> Iterator[tuple[Asked, Params]]:
        for one in CHANGES:
            since = self._reach.cursors.since(one.kind)
            plain = one.kind in self._reach.plain
            yield one, one.params(self._reach.feed.patients, since, self._reach.server_now(), plain=plain)
        since = self._reach.cursors.since("Encounter")
        if self.counts and count:
            yield _EVERYBODY, self.members
            if self.where:
                yield _PLACES, [("partof", listed("Location", self.where))]
        elif self.counts and since:
            yield _NEWCOMERS, [*self.members, ("_lastUpdated", since)]

    async def _batch(self, asked: list[tuple[Asked, Params]]) -> bool:
        begun = self._reach.steady()
        count = ("_count", str(self._reach.client.count))
        entries = [_entry(one.kind, [*params, count]) for one, params in asked]
        answers = await self._reach.client.batch(entries)
        failures = [error for error in map(_failure, answers) if error]
        if len(failures) == len(answers):
            raise failures[0]
        news = False
        for (one, _), answer in zip(asked, answers, strict=True):
            error = _failure(answer)
            if error is None:
                news |= await self._bundle(one, answer["resource"], begun)
            elif error.kind in _REFUSES or error.kind == FAILED:  # the others came, so it is about this one
                self._put_off(one, error)
            else:
                raise error
        return news

    async def _bundle(self, one: Asked, bundle: Resource, begun: float) -> bool:
        news, times = False, list[int]()
        pages = follow(self._reach.client, one.kind, bundle)
        if one in (_EVERYBODY, _PLACES):
            return await self._count(one, [given async for page in pages for given in page.given])
        async for page in pages:
            news |= await self._take(page, one)
            times += updates(one.kind, page.resources)
        self._reach.saw(one.kind, times, begun)
        return news

    async def _count(self, one: Asked, given: list[Given]) -> bool:
        """Whether other patients are there than the ward has, or places that it has not: then stays have changed."""
        reach = self._reach
        if one is _PLACES:
            found = {str(place.resource.get("id")) for place in given if isinstance(place.resource, dict)}
            self.stays_changed |= not found <= (self.where or set())
            return False
        patients = reach.feed.patients
        self.stays_changed |= patients_in(given, self.where, reach.client.base) != patients
        own = [stay for stay in given if patients_in([stay], None, reach.client.base) & patients]
        return await reach.feed.take(own, live=True)

    async def _single(self, one: Asked, params: Params) -> bool:
        begun = self._reach.steady()
        news, times = False, list[int]()
        try:
            async for page in search(self._reach.client, one.kind, params):
                news |= await self._take(page, one)
                times += updates(one.kind, page.resources)
        except FhirError as error:
            if error.kind not in ABOUT_THE_QUESTION:
                raise
            self._put_off(one, error)
            return news
        self._reach.saw(one.kind, times, begun)
        return news

    async def _take(self, page: Page, one: Asked = OBSERVATIONS) -> bool:
        if page.unchanged:
            return False
        reach = self._reach
        if one.kind == "Encounter" and self._stays(page.given):
            self.stays_changed = True
        if one is _NEWCOMERS:
            return self.stays_changed
        return await reach.feed.take(await reach.wanted.complete(reach.client, page.given), live=True)

    def entered(self, found: Members) -> None:
        """The ward as it was found when it was asked for as a whole: what a batch tells is compared with that."""
        self.members, self.where, self.stays_changed = found.changes, found.where, False
        self._stays(found.given)

    def _stays(self, given: list[Given]) -> bool:
        """Whether these bring encounters that were not seen as they are now."""
        every = (one.resource for one in given if isinstance(one.resource, dict))
        found = {_version(one) for one in every if one.get("resourceType") == "Encounter"}
        fresh = found - self._reach.stays
        self._reach.stays |= fresh
        return bool(fresh)

    def _put_off(self, one: Asked, error: FhirError) -> None:
        if one in _MEMBERS:
            self.members = ()
        elif one is not PATIENTS:
            self._reach.put_off(one, error)


_NEWCOMERS: Final = Asked("Encounter", "newcomers")
_EVERYBODY: Final = Asked("Encounter", "who is there")
_PLACES: Final = Asked("Location", "places")
_MEMBERS: Final = (_NEWCOMERS, _EVERYBODY, _PLACES)


def _version(resource: Resource) -> tuple[str, str]:
    meta: Any = resource.get("meta")
    return str(resource.get("id")), str(meta.get("versionId") or meta.get("lastUpdated")) if isinstance(
        meta, dict
    ) else ""


def _entry(kind: str, params: Params) -> Resource:
    return {"request": {"method": "GET", "url": f"{kind}?{urlencode(list(params))}"}}


def _failure(answer: Resource) -> FhirError | None:
    """What is wrong with the answer to one search of a batch."""
    told = answer.get("response")
    response: Any = told if isinstance(told, dict) else {}
    status = str(response.get("status") or "")[:3]
    resource = answer.get("resource")
    if status.isascii() and status.isdigit() and int(status) >= 400:
        return by_status(int(status), response.get("outcome") or resource)
    if not isinstance(resource, dict) or resource.get("resourceType") != "Bundle":
        return (
            FhirError(FAILED, "the server answered a search of a batch with something else") if status else not_fhir()
        )
    return None
