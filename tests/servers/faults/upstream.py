"""The real server's side of the proxy: one connection a request, so that no fault outlives its exchange there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

import h11

from .message import HOP_BY_HOP, Answer, Headers, Request, next_event, read_body, without


@dataclass(frozen=True)
class Upstream:
    """Where the real server listens. ``path`` is the base of its URL, without a slash at the end."""

    host: str
    port: int
    path: str

    @classmethod
    def at(cls, url: str) -> Self:
        """Raises ValueError unless it is a plain ``http://host[:port][/path]``: the proxy speaks no TLS."""
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"a fault proxy needs an upstream like http://127.0.0.1:8080/fhir, not {url!r}")
        return cls(parts.hostname, parts.port or 80, parts.path.rstrip("/"))

    async def ask(self, request: Request) -> Answer:
        """The server's whole answer; an answer 502 of our own that says why when it gives none.

        The client's ``Host`` is passed on, so that a server which builds its links from it keeps clients at the proxy.
        """
        try:
            reader, writer = await asyncio.open_connection(self.host, self.port)
            try:
                conn = h11.Connection(h11.CLIENT)
                writer.write(_written(conn, request))
                await writer.drain()
                return await _read_answer(conn, reader)
            finally:
                writer.transport.abort()
        except (OSError, h11.RemoteProtocolError) as error:
            said = f"fault proxy: {self.host}:{self.port} gave no answer: {error!r}\n"
            return Answer(502, [(b"Content-Type", b"text/plain; charset=utf-8")], said.encode())


def _written(conn: h11.Connection, request: Request) -> bytes:
    headers: Headers = without(request.headers, *HOP_BY_HOP, b"content-length", b"expect")
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        headers.append((b"Content-Length", b"%d" % len(request.body)))
    headers.append((b"Connection", b"close"))
    events: list[h11.Event] = [h11.Request(method=request.method, target=request.path, headers=headers)]
    if request.body:
        events.append(h11.Data(data=request.body))
    events.append(h11.EndOfMessage())
    return b"".join(conn.send(event) or b"" for event in events)


async def _read_answer(conn: h11.Connection, reader: asyncio.StreamReader) -> Answer:
    head = await next_event(conn, reader)
    while isinstance(head, h11.InformationalResponse):
        head = await next_event(conn, reader)
    if not isinstance(head, h11.Response):
        raise ConnectionResetError("hung up before its answer")
    body = await read_body(conn, reader)
    return Answer(head.status_code, without(head.headers.raw_items(), *HOP_BY_HOP), body)
