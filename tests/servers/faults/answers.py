"""Faults that answer in the server's place; it never hears of the request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from .exchange import Exchange
from .fault import Fault
from .message import Answer, Headers

LOGIN = b"""<!DOCTYPE html>
<html><head><title>Sign in</title></head>
<body><form method="post" action="/login"><input name="user"><input name="password" type="password"></form></body>
</html>
"""


@dataclass(frozen=True)
class Status(Fault):
    """Any answer: a status, more headers, a body. Without a body of its own it brings an OperationOutcome that says so.

    ``Status(429, {"Retry-After": "3"})``; for 200 with a body of one's own, say ``Status(200, body=b"{}")``.
    """

    code: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    async def serve(self, exchange: Exchange) -> None:
        body = _outcome(self.code) if self.body is None else self.body
        await exchange.send(Answer(self.code, self._headers(), body))

    def _headers(self) -> Headers:
        given = [(name.encode("ascii"), value.encode("ascii")) for name, value in self.headers.items()]
        if any(name.lower() == b"content-type" for name, _ in given):
            return given
        return [(b"Content-Type", b"application/fhir+json; charset=utf-8"), *given]


def _outcome(code: int) -> bytes:
    issue = {"severity": "error", "code": "processing", "diagnostics": f"fault proxy: {code}"}
    return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode()


@dataclass(frozen=True)
class Html(Fault):
    """200 and a login page where JSON was asked for, as captive portals and expired sessions answer."""

    body: bytes = LOGIN

    async def serve(self, exchange: Exchange) -> None:
        await exchange.send(Answer(200, [(b"Content-Type", b"text/html; charset=utf-8")], self.body))


@dataclass(frozen=True)
class RedirectTo(Fault):
    """A redirect to ``url``, on which no credential may travel."""

    url: str
    code: int = 302

    async def serve(self, exchange: Exchange) -> None:
        await exchange.send(Answer(self.code, [(b"Location", self.url.encode("ascii"))]))
