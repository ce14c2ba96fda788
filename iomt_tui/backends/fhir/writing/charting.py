"""Delivers charted vital signs as one batch, and reads each entry's own outcome."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from iomt_tui.backends.fhir import errors
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.writing.desk import Desk
from iomt_tui.backends.fhir.writing.observations import Charted, get_entries, observations, put_entries
from iomt_tui.backends.fhir.writing.pieces import ops_of
from iomt_tui.backends.fhir.writing.server import EntryOutcome, Later, Resource, Verdict, denies, refuses, shaped
from iomt_tui.ward import writes
from iomt_tui.ward.writes import Write

CHARTED: Final = ""
_NOT_BACK: Final = "the server took it, but does not have it"


async def chart(write: Write, desk: Desk, known: dict[str, str]) -> Verdict:
    """What became of the values, each in ``parts``: "" for charted, else why not.

    ``known``: parts that earlier attempts ended for good; they are not sent again. Raises FhirError, Unfit; and
    Later, with the parts so far, while some may still come.
    """
    run = _Run(write, desk, known)
    await run.look(sent=False)
    if run.open:
        await run.write()
        await run.look(sent=True)
    return run.verdict()


class _Run:
    """One attempt at those values that have no end yet."""

    def __init__(self, write: Write, desk: Desk, known: dict[str, str]) -> None:
        self._op, self._desk = write.op, desk
        with shaped():
            made = observations(write, desk.patient, desk.station)
        self._order = tuple(write.about["values"])
        self.parts = dict(known)  # ended for good
        self._passing: dict[str, str] = {}  # not now
        self._wait: float | None = None
        self._denied = 0
        self.open = [one for one in made if not set(one.vitals) <= set(known)]

    async def look(self, *, sent: bool) -> None:
        """What the server has is charted. What was sent and may not be read ends as that."""
        for one, outcome in await self._batch(get_entries(_resources(self.open))):
            error = _error(outcome)
            if outcome.resource is not None and self._op in ops_of(outcome.resource):
                self._end(one, CHARTED)
            elif sent and error is not None and error.kind != errors.GONE and (denies(error) or refuses(error)):
                self._end(one, f"sent, but it cannot be read back: {error.words}")
            elif error is not None and error.kind != errors.GONE:
                self._later(one, error.words, error.wait)

    async def write(self) -> None:
        """Sends what the server does not have; refusals end it."""
        for one, outcome in await self._batch(put_entries(_resources(self.open))):
            error = _error(outcome)
            if error is None:
                self._later(one, _NOT_BACK, None)
            elif denies(error) or refuses(error):
                self._denied += denies(error)
                self._end(one, error.words)
            else:
                self._later(one, error.words, error.wait)

    def verdict(self) -> Verdict:
        """The end, when everything has one. Raises Later."""
        if self.open:
            waiting = {vital: self._passing.get(vital, _NOT_BACK) for one in self.open for vital in one.vitals}
            raise Later(next(iter(waiting.values())), self._wait, self._ordered(self.parts | waiting), self.parts)
        parts = self._ordered(self.parts)
        missing = [vital for vital, why in parts.items() if why != CHARTED]
        if not missing:
            return Verdict(writes.CONFIRMED, parts=parts)
        state = writes.DENIED if self._denied and len(missing) == len(parts) else writes.FAILED
        return Verdict(state, f"{len(missing)} of {len(parts)} values were not taken: {parts[missing[0]]}", parts=parts)

    async def _batch(self, entries: list[Resource]) -> list[tuple[Charted, EntryOutcome]]:
        asked = list(self.open)
        if not asked:
            return []
        outcomes: Sequence[EntryOutcome] = await self._desk.server.post_batch(entries)
        if len(outcomes) != len(asked):
            raise errors.not_fhir()
        return list(zip(asked, outcomes, strict=True))

    def _end(self, one: Charted, how: str) -> None:
        self.open.remove(one)
        self.parts |= dict.fromkeys(one.vitals, how)

    def _later(self, one: Charted, why: str, wait: float | None) -> None:
        self._passing |= dict.fromkeys(one.vitals, why)
        if wait is not None:
            self._wait = max(wait, self._wait or 0.0)

    def _ordered(self, parts: dict[str, str]) -> dict[str, str]:
        return {vital: parts[vital] for vital in self._order if vital in parts}


def _resources(charted: list[Charted]) -> list[Resource]:
    return [one.resource for one in charted]


def _error(outcome: EntryOutcome) -> FhirError | None:
    if outcome.status == 0:
        return FhirError(errors.NOT_FHIR, "the server did not say what became of it")
    if HTTPStatus.OK <= outcome.status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    return errors.by_status(outcome.status, outcome.resource)
