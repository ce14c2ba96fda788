"""One FHIR server, asked and answered: headers, sign-in, errors in words, unchanged answers known by their ETag."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol
from urllib.parse import quote, urlencode

import orjson

from iomt_tui.backends.fhir.errors import (
    BROKEN,
    FAILED,
    GONE,
    INVALID,
    NOT_FHIR,
    SIGNED_OUT,
    FhirError,
    not_fhir,
    refused,
    web_error,
)
from iomt_tui.backends.fhir.kept import Kept
from iomt_tui.backends.fhir.server_clock import ServerClock
from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.web import Answer, WebError

__all__ = ["Asks", "FhirClient", "FhirError", "Got", "Params", "Resource"]

Resource = dict[str, Any]
#: Search parameters, in order; a name may stand more than once.
Params = Sequence[tuple[str, str]]

LONGEST_URL: Final = 2_000  # characters; from there on a search is posted, where the server takes that
_JSON: Final = "application/fhir+json"
_FORM: Final = "application/x-www-form-urlencoded"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Asks(Protocol):
    """What :class:`iomt_tui.security.web.Web` does for a client."""

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] = ..., content: bytes | None = ...,
        deadline: float | None = ..., most: int | None = ...,
    ) -> Answer:  # fmt: skip
        """See :meth:`iomt_tui.security.web.Web.request`."""
        ...


class Authorizes(Protocol):
    """The part of a session that a client needs."""

    async def authorization(self) -> str:
        """The Authorization header, "" for none. Raises SignedOut or WebError."""
        ...

    def refused(self, authorization: str) -> None:
        """That header was answered with 401."""
        ...


class Got(NamedTuple):
    """An answer of success. ``resource`` is None where the server sent none."""

    resource: Resource | None
    etag: str = ""  # opaque, as the server wrote it
    unchanged: bool = False  # the server said so (304); ``resource`` is the one it gave before


def _wall() -> int:
    return time.time_ns() // 1_000_000


class FhirClient:
    """Requests to one FHIR base by one session. Every failure is a :class:`FhirError`."""

    def __init__(self, web: Asks, base: str, session: Authorizes, *, now: Callable[[], int] = _wall) -> None:
        """``now``: our own clock, ms UTC; only compared with the server's."""
        self.base = base.rstrip("/")
        self.clock = ServerClock()
        self.count = 1_000  # resources asked for on a page; servers give fewer as they like
        self._web, self._session, self._now = web, session, now
        self._kept = Kept()
        self._posts = True  # searches; until the server refuses one

    async def get(self, path: str, params: Params = (), *, deadline: float | None = None) -> Got:
        """Reads ``path``, relative to the base. Raises FhirError."""
        return await self._read(self.url(path, params), deadline)

    async def page(self, url: str) -> Got:
        """A Bundle by its whole URL, which the caller has found to be of this server. Raises FhirError."""
        return _bundle(await self._read(url, None))

    async def first_page(self, kind: str, params: Params) -> Got:
        """The first page of a search for ``kind``; "" searches nothing in particular. Raises FhirError."""
        url = self.url(kind, params)
        if len(url) > LONGEST_URL and self._posts:
            try:
                return _bundle(await self._post_search(kind, params))
            except FhirError as error:
                if error.kind not in (INVALID, GONE, NOT_FHIR) and error.status != 501:
                    raise
                self._posts = False
        return _bundle(await self._read(url, None))

    def stop_posting(self) -> bool:
        """Searches are not posted from now on; whether they were until now."""
        before, self._posts = self._posts, False
        return before

    async def put(self, resource: Resource, *, path: str = "", if_match: str = "") -> Got:
        """Creates or replaces what ``path`` names, else what the resource's own type and id do.

        ``if_match``: only that version. Raises FhirError.
        """
        own = path or f"{resource['resourceType']}/{resource['id']}"
        return await self._send("PUT", own, resource, {"If-Match": if_match} if if_match else {})

    async def post(self, resource: Resource, *, if_none_exist: str = "") -> Got:
        """Creates; ``if_none_exist``: a search, unless something answers it already. Raises FhirError."""
        more = {"If-None-Exist": if_none_exist} if if_none_exist else {}
        return await self._send("POST", str(resource["resourceType"]), resource, more)

    async def delete(self, path: str) -> None:
        """Deletes; what is not there is deleted already. Raises FhirError."""
        try:
            await self._ask("DELETE", self.url(path), {}, None)
        except FhirError as error:
            if error.kind != GONE:
                raise

    async def batch(self, entries: Sequence[Resource], *, kind: str = "batch") -> list[Resource]:
        """The entries of the answer to a Bundle of ``entries``, one for each, in order. Raises FhirError."""
        bundle: Resource = {"resourceType": "Bundle", "type": kind, "entry": list(entries)}
        got = _bundle(await self._send("POST", "", bundle, {}))
        found = (got.resource or {}).get("entry")
        if not isinstance(found, list) or len(found) != len(entries):
            raise not_fhir()
        return [one if isinstance(one, dict) else {} for one in found]

    def url(self, path: str, params: Params = ()) -> str:
        """The whole URL of ``path``, relative to the base."""
        query = urlencode(list(params), safe=",:/", quote_via=quote)
        return "".join([self.base, f"/{path}" if path else "", f"?{query}" if query else ""])

    async def _read(self, url: str, deadline: float | None) -> Got:
        """``no-cache`` since a server may else answer a search from an older one's result (HAPI: for a minute)."""
        kept = self._kept.get(url)
        more = {"Cache-Control": "no-cache"} | ({"If-None-Match": kept.etag} if kept else {})
        answer, resource = await self._ask("GET", url, more, None, deadline)
        if answer.status == 304:
            if kept is None:
                raise FhirError(FAILED, "the server says that nothing changed, but nothing was there before", 304)
            return Got(kept.resource, kept.etag, unchanged=True)
        if resource is None:
            raise not_fhir()
        etag = answer.headers.get("etag", "")
        self._kept.keep(url, etag, resource, len(answer.body))
        return Got(resource, etag)

    async def _post_search(self, kind: str, params: Params) -> Got:
        content = urlencode(list(params)).encode()
        more = {"Content-Type": _FORM, "Cache-Control": "no-cache"}
        _, resource = await self._ask("POST", self.url(f"{kind}/_search"), more, content)
        return Got(resource)

    async def _send(self, method: str, path: str, resource: Resource, more: Mapping[str, str]) -> Got:
        headers = {"Content-Type": _JSON, "Prefer": "return=representation", **more}
        answer, got = await self._ask(method, self.url(path), headers, orjson.dumps(resource))
        return Got(got, answer.headers.get("etag", ""))

    async def _ask(
        self, method: str, url: str, more: Mapping[str, str], content: bytes | None, deadline: float | None = None
    ) -> tuple[Answer, Resource | None]:  # fmt: skip
        """One request; reading is tried again where the line broke, as one does that the server closed when idle."""
        try:
            answer = await self._once(method, url, more, content, deadline)
        except FhirError as error:
            if error.kind != BROKEN or method != "GET":
                raise
            answer = await self._once(method, url, more, content, deadline)
        if answer.status >= 400:
            raise refused(answer, _resource(answer, strict=False))
        return answer, _resource(answer, strict=True)

    async def _once(
        self, method: str, url: str, more: Mapping[str, str], content: bytes | None, deadline: float | None
    ) -> Answer:  # fmt: skip
        """One request, and once more with a fresh sign-in where the first was refused."""
        for attempt in (1, 2):
            try:
                authorization = await self._session.authorization()
                headers = {"Accept": _JSON, **more} | ({"Authorization": authorization} if authorization else {})
                answer = await self._web.request(method, url, headers=headers, content=content, deadline=deadline)
            except SignedOut as error:
                raise FhirError(SIGNED_OUT, str(error)) from None
            except WebError as error:
                raise web_error(error) from None
            self.clock.heard(answer.server_time, self._now())
            if answer.status != 401 or not authorization:
                return answer
            self._session.refused(authorization)
            if attempt == 2:
                break
        return answer


def _resource(answer: Answer, *, strict: bool) -> Resource | None:
    """The resource in an answer; None where there is no body, or, not ``strict``, something else."""
    if not answer.body.strip():
        return None
    try:
        document = answer.json()
    except WebError as error:
        if strict:
            raise web_error(error) from None
        return None
    if isinstance(document, dict) and isinstance(document.get("resourceType"), str):
        return document
    if strict:
        raise not_fhir()
    return None


def _bundle(got: Got) -> Got:
    if got.resource is None or got.resource["resourceType"] != "Bundle":
        raise not_fhir()
    return got
