"""The client as what is written to a server needs it (:class:`iomt_tui.backends.fhir.writing.server.Server`)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from iomt_tui.backends.fhir.client import FhirClient, Resource
from iomt_tui.backends.fhir.errors import not_fhir
from iomt_tui.backends.fhir.paging import search
from iomt_tui.backends.fhir.writing.server import EntryOutcome


class Wire:
    """Every call raises FhirError; paths are relative to the base."""

    def __init__(self, client: FhirClient) -> None:
        self._client = client

    async def get(self, path: str) -> tuple[Resource, str]:
        """A resource and its ETag; "" where the server gives none."""
        got = await self._client.get(path)
        if got.resource is None:
            raise not_fhir()
        return got.resource, got.etag

    async def put(self, path: str, resource: Resource, if_match: str | None = None) -> object:
        """Creates or replaces what ``path`` names; with ``if_match`` only that version."""
        return await self._client.put(resource, path=path, if_match=if_match or "")

    async def post_batch(self, entries: Sequence[Resource]) -> Sequence[EntryOutcome]:
        """The outcomes of a batch, one for each entry, in the same order; status 0 where the server tells none."""
        return [_outcome(answer) for answer in await self._client.batch(entries)]

    async def search(self, path: str) -> list[Resource]:
        """Every resource that matches ``Type?query``, of all pages."""
        kind, _, query = path.partition("?")
        params = parse_qsl(query, keep_blank_values=True)
        return [one async for page in search(self._client, kind, params) for one in page.resources]


def _outcome(answer: Resource) -> EntryOutcome:
    told = answer.get("response")
    response = told if isinstance(told, dict) else {}
    digits = str(response.get("status") or "")[:3]
    status = int(digits) if digits.isascii() and digits.isdigit() else 0
    resource = answer.get("resource")
    outcome = response.get("outcome")
    found = resource if isinstance(resource, dict) else outcome if isinstance(outcome, dict) else None
    return EntryOutcome(status, found)
