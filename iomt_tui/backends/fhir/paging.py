"""Searches page by page: only where the server's own ``next`` leads, never elsewhere, and not for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin

from iomt_tui.backends.fhir.client import FhirClient, Got, Params, Resource
from iomt_tui.backends.fhir.errors import FAILED, GONE, NOT_ALLOWED, TOO_LARGE, FhirError
from iomt_tui.backends.fhir.intake import Given
from iomt_tui.security.web import WebError, origin

MOST_PAGES: Final = 2_000
MOST_ENTRIES: Final = 500_000
_LEAST: Final = 20  # resources on a page


class Page(NamedTuple):
    """One page of a search. ``total`` is the server's word for the whole search, None where it gives none."""

    given: list[Given]
    total: int | None
    unchanged: bool = False

    @property
    def resources(self) -> list[Resource]:
        """Its entries' resources."""
        return [one.resource for one in self.given if isinstance(one.resource, dict)]


async def search(client: FhirClient, kind: str, params: Params) -> AsyncIterator[Page]:
    """The pages of a search. Raises FhirError, also after some pages: then the search is not complete."""
    got = await _first(client, kind, params)
    if _cut_short(got.resource) and client.stop_posting():
        got = await _first(client, kind, params)
    async for page in _follow(client, kind, got.resource or {}, got.unchanged):
        yield page


async def follow(client: FhirClient, kind: str, bundle: Resource) -> AsyncIterator[Page]:
    """The pages of a search whose first one came in an answer to a batch. Raises FhirError."""
    async for page in _follow(client, kind, bundle, False):
        yield page


async def _follow(client: FhirClient, kind: str, bundle: Resource, unchanged: bool) -> AsyncIterator[Page]:
    seen: set[str] = set()
    entries = 0
    for number in range(1, MOST_PAGES + 1):
        given = entries_of(bundle, f"{kind}, page {number}")
        entries += len(given)
        yield Page(given, total_of(bundle), unchanged)
        url = next_of(bundle, client.base)
        if not url:
            return
        if url in seen:
            raise FhirError(FAILED, "the server's pages go round in a circle")
        if entries > MOST_ENTRIES:
            break
        seen.add(url)
        got = await _next(client, url)
        bundle, unchanged = got.resource or {}, got.unchanged
    raise FhirError(TOO_LARGE, f"the server gives more than {MOST_ENTRIES:,} entries or {MOST_PAGES:,} pages")


async def _first(client: FhirClient, kind: str, params: Params) -> Got:
    """The first page; of a server whose resources are huge, smaller pages from now on."""
    while True:
        try:
            return await client.first_page(kind, [*params, ("_count", str(client.count))])
        except FhirError as error:
            if error.kind != TOO_LARGE or client.count <= _LEAST:
                raise
            client.count = max(_LEAST, client.count // 4)


async def _next(client: FhirClient, url: str) -> Got:
    """A further page. One that is gone is no word on the search: servers forget searches, and it is made again."""
    try:
        return await client.page(url)
    except FhirError as error:
        if error.kind == GONE:
            raise FhirError(FAILED, "the server forgot the search before its last page", error.status) from None
        raise


def entries_of(bundle: Resource, where: str) -> list[Given]:
    """A Bundle's resources; what the server says of the search itself is not among them."""
    found = bundle.get("entry")
    given = []
    for number, entry in enumerate(found if isinstance(found, list) else [], 1):
        if not isinstance(entry, dict):
            given.append(Given(f"{where}, entry {number}", None, entry))
            continue
        mode = entry.get("search")
        if isinstance(mode, dict) and mode.get("mode") == "outcome":
            continue
        url = entry.get("fullUrl")
        full_url = url if isinstance(url, str) and url else None
        given.append(Given(f"{where}, entry {number}", full_url, entry.get("resource")))
    return given


def total_of(bundle: Resource) -> int | None:
    """How many the server says that there are."""
    total = bundle.get("total")
    return total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None


def next_of(bundle: Resource, base: str) -> str:
    """Where the next page is, "" at the last one. Raises FhirError for a page at another server."""
    links: Any = bundle.get("link")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("relation") == "next" and isinstance(link.get("url"), str):
            url = urljoin(f"{base}/", str(link["url"]))
            try:
                if origin(url) == origin(base):
                    return url
            except WebError:
                pass
            raise FhirError(
                NOT_ALLOWED, "the server's next page is at another address, which is not asked; let the server be "
                "configured with its own public address",
            )  # fmt: skip
    return ""


def _cut_short(bundle: Resource | None) -> bool:
    """Whether a first page leaves something out and tells no way to it."""
    entries = (bundle or {}).get("entry")
    total = total_of(bundle or {})
    matches = sum(_matches(entry) for entry in entries) if isinstance(entries, list) else 0
    links: Any = (bundle or {}).get("link")
    more = any(isinstance(one, dict) and one.get("relation") == "next" for one in links or [])
    return total is not None and total > matches and not more


def _matches(entry: object) -> bool:
    mode = entry.get("search") if isinstance(entry, dict) else None
    return not isinstance(mode, dict) or mode.get("mode") in (None, "match")
