"""Resources to a server, as batches that may be sent again: every one is a PUT under an id of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from iomt_tui.backends.fhir import errors
from iomt_tui.backends.fhir.client import FhirClient
from iomt_tui.backends.fhir.errors import FhirError, by_status
from iomt_tui.backends.fhir.retry import pause
from iomt_tui.backends.fhir.writing.observations import put_entries
from iomt_tui.backends.fhir.writing.pieces import inside, text_of
from iomt_tui.backends.fhir.writing.server import Resource

SIZE: Final = 500  # entries of a batch
_AT_ONCE: Final = 2
_TOLD: Final = 5
_TOO_LARGE: Final = 413
#: What may be otherwise a moment later: for a whole batch, and for one entry of it.
_PASSES: Final = frozenset({errors.BUSY, errors.FAILED, errors.BROKEN, "unreachable", "timeout"})
_ENTRY_PASSES: Final = _PASSES | {errors.CONFLICT}
#: What refers to others comes after them; types that are not named come last.
_LEVELS: Final = {"Organization": 0, "Patient": 0, "Location": 1} | dict.fromkeys(
    ("Encounter", "Device", "Group", "List", "Condition", "AllergyIntolerance", "CareTeam", "MedicationRequest"), 3
)
_LAST: Final = 4


def level(resource: Resource) -> int:
    """A resource refers only to others of a lower level."""
    return _LEVELS.get(resource["resourceType"], _LAST) + ("partOf" in resource)


@dataclass(slots=True)
class Tally:
    """What came of it so far. ``told``: the first few failures in words, without a patient's data."""

    done: int = 0
    failed: int = 0
    told: list[str] = field(default_factory=list)

    def failure(self, what: str, words: str) -> None:
        """One that failed for good."""
        self.failed += 1
        if len(self.told) < _TOLD:
            self.told.append(f"{what}: {words}")


class Upload:
    """Sends batches to one server. ``tries``: of a batch before its error is raised, None for as many as it takes."""

    def __init__(
        self, client: FhirClient, *, random: Callable[[], float], sleep: Callable[[float], Awaitable[Any]],
        tell: Callable[[str], None], tries: int | None = 8, size: int = SIZE,
    ) -> None:  # fmt: skip
        self.tally = Tally()
        self._client, self._random, self._sleep, self._tell = client, random, sleep, tell
        self.tries, self._size = tries, size

    async def put(self, resources: Iterable[Resource]) -> None:
        """Writes them, what others refer to first. Raises FhirError."""
        by_level: dict[int, list[Resource]] = {}
        for one in resources:
            by_level.setdefault(level(one), []).append(one)
        for number in sorted(by_level):
            await self.send(put_entries(by_level[number]))

    async def send(self, entries: Sequence[Resource]) -> None:
        """Sends entries of batches, some batches at once. Raises FhirError."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(batch: Sequence[Resource]) -> None:
            async with gate:
                await self._batch(batch)

        try:
            async with asyncio.TaskGroup() as tasks:
                for start in range(0, len(entries), self._size):
                    tasks.create_task(one(entries[start : start + self._size]))
        except* FhirError as failures:
            raise _first(failures) from None

    async def _batch(self, entries: Sequence[Resource]) -> None:
        """One batch until every entry has its end."""
        failures = 0
        while entries:
            try:
                answers = await self._client.batch(entries)
            except FhirError as error:
                if error.status == _TOO_LARGE and len(entries) > 1:
                    half = len(entries) // 2
                    await self._batch(entries[:half])
                    await self._batch(entries[half:])
                    return
                failures += 1
                if error.kind not in _PASSES or failures == self.tries:
                    raise
                await self._wait(failures, error)
                continue
            failures += 1
            entries = self._look(entries, answers, last=failures == self.tries)
            if entries:
                await self._wait(failures, None)

    def _look(self, entries: Sequence[Resource], answers: Sequence[Resource], *, last: bool) -> list[Resource]:
        """Counts what has its end; what has not, to be sent again."""
        again: list[Resource] = []
        for entry, answer in zip(entries, answers, strict=True):
            status = text_of(inside(answer, "response", "status"))[:3]
            number = int(status) if status.isascii() and status.isdigit() else 0
            if 200 <= number < 300 or (entry["request"]["method"] == "DELETE" and number in (404, 410)):
                self.tally.done += 1
                continue
            error = by_status(number, inside(answer, "response", "outcome"))
            if error.kind in _ENTRY_PASSES and not last:
                again.append(entry)
            else:
                self.tally.failure(entry["request"]["url"], error.words)
        return again

    async def _wait(self, failures: int, error: FhirError | None) -> None:
        wait = pause(failures, self._random, error.wait if error else None)
        self._tell(f"{error.words if error else 'some of it was not taken'}; again in {wait:.0f} s")
        await self._sleep(wait)


def _first(group: BaseExceptionGroup[FhirError]) -> FhirError:
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found
