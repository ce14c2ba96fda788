"""A server that refuses a resource may refuse whom it names: once more, with people and devices named in words only.

HAPI refuses references to what it does not hold, such as a signed-in person whose Practitioner is at another server.
Better an acknowledgement with a name than none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from iomt_tui.backends.fhir import errors
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.writing.server import EntryOutcome, Resource, Server


def in_words(resource: Any) -> Any:
    """The same with every reference that has words left to them. Whose chart it is has none, and stays."""
    if isinstance(resource, dict):
        bare = "reference" in resource and "display" in resource
        return {name: in_words(value) for name, value in resource.items() if not (bare and name == "reference")}
    return [in_words(one) for one in resource] if isinstance(resource, list) else resource


class Naming:
    """A :class:`Server` in front of another one."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.get, self.search = server.get, server.search

    async def put(self, path: str, resource: Resource, if_match: str | None = None) -> object:
        """As the server does it, or does it with names. Raises FhirError."""
        try:
            return await self._server.put(path, resource, if_match)
        except FhirError as error:
            named = in_words(resource)
            if error.kind != errors.INVALID or named == resource:
                raise
        return await self._server.put(path, named, if_match)

    async def post_batch(self, entries: Sequence[Resource]) -> Sequence[EntryOutcome]:
        """The outcomes, of refused entries those with names. Raises FhirError."""
        outcomes = list(await self._server.post_batch(entries))
        refused = [place for place, outcome in enumerate(outcomes[: len(entries)]) if _invalid(outcome)]
        named = {place: in_words(entries[place]) for place in refused}
        again = [place for place in refused if named[place] != entries[place]]
        if again:
            second = await self._server.post_batch([named[place] for place in again])
            for place, outcome in zip(again, second, strict=False):
                outcomes[place] = outcome
        return outcomes


def _invalid(outcome: EntryOutcome) -> bool:
    return outcome.status >= 400 and errors.by_status(outcome.status, None).kind == errors.INVALID
