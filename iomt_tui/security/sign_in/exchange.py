"""Requests to a sign-in server, and what its errors are called."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.text import safe_text
from iomt_tui.security.web import Answer, WebError, origin

MOST: Final = 1 << 20  # bytes of an answer
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class Asking(Protocol):
    """The part of :class:`iomt_tui.security.web.Web` that a sign-in needs."""

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] = ..., content: bytes | None = ...,
        deadline: float | None = ..., most: int | None = ...,
    ) -> Answer:  # fmt: skip
        """One request and its whole answer."""


class Exchange:
    """Asks ``web`` what lies on the FHIR server's own origin, and ``elsewhere`` the rest: a client certificate and a
    pin are that server's alone. Learns the servers' clock on the way, for this machine's may be off by hours."""

    def __init__(
        self, name: str, base: str, web: Asking, elsewhere: Asking | None = None, wall: Callable[[], float] = time.time
    ) -> None:
        self.name, self.base = name, base.rstrip("/")
        self._web, self._elsewhere = web, elsewhere or web
        self._wall, self._ahead = wall, 0.0  # s that the servers' clock is ahead of ours

    def now(self) -> float:
        """The servers' time as far as it is known, s since 1970 UTC."""
        return self._wall() + self._ahead

    async def get(
        self, url: str, accept: str = "application/json", authorization: str = "", most: int = MOST
    ) -> Answer:
        """Whatever the server answers. Raises WebError, for its own errors (5xx, 429) too."""
        headers = {"Accept": accept} | ({"Authorization": authorization} if authorization else {})
        return await self._ask("GET", url, headers, None, most)

    async def post(self, url: str, form: Mapping[str, str]) -> Answer:
        """The answer to a form. Raises WebError, for the server's own errors (5xx, 429) too."""
        return await self._ask("POST", url, _FORM, urlencode(form).encode("ascii"), MOST)

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, most: int) -> Answer:
        web = self._web if origin(url) == origin(self.base) else self._elsewhere
        answer = await web.request(method, url, headers=headers, content=content, most=most)
        if answer.server_time is not None:
            self._ahead = answer.server_time / 1000 - self._wall()
        if answer.status >= 500 or answer.status == 429:
            raise WebError("broken", f"the sign-in server cannot answer now (HTTP {answer.status})")
        return answer


def document(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer. Raises WebError ``not-json``."""
    found = answer.json()
    if type(found) is not dict:  # a Doubled is a subclass: which of two values is meant nobody knows
        raise WebError("not-json", "the sign-in server answered with something that is no JSON object")
    return found


def error_code(answer: Answer) -> str:
    """The OAuth error of an answer (RFC 6749, 5.2), else "HTTP 404". Its description is not read: it is for nobody."""
    try:
        code = document(answer).get("error")
    except WebError:
        code = None
    return safe_text(code, 40) if isinstance(code, str) and code else f"HTTP {answer.status}"


def refusal(name: str, code: str) -> SignedOut:
    """What a final refusal of the sign-in server means, in words."""
    words = {
        "invalid_client": "does not know this program by its client_id, key or algorithm; correct them in the "
        "configuration or have it registered there",
        "unauthorized_client": "does not let this program sign in this way; have the grant allowed there",
        "unsupported_grant_type": "does not offer this way to sign in; configure another auth",
        "invalid_scope": "does not know a scope that was asked for; set scopes in the configuration",
        "invalid_grant": "does not accept this sign-in (any more); sign in again",
        "access_denied": "says that the sign-in was declined; sign in again if that was a mistake",
        "expired_token": "says that the code was not used in time; sign in again",
    }
    return SignedOut(f"{name} {words.get(code) or f'refused the sign-in ({code}); ask its administrator'}")
