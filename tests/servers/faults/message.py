"""Requests and answers as plain values, and how HTTP/1.1 is read: h11 parses, asyncio streams bring the bytes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final, Self, cast

import h11

Headers = list[tuple[bytes, bytes]]

HOP_BY_HOP: Final = (
    b"connection",
    b"keep-alive",
    b"proxy-connection",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
)
BLOCK: Final = 65_536


def without(headers: Headers, *names: bytes) -> Headers:
    """The headers but for those names, given in lower case."""
    return [(name, value) for name, value in headers if name.lower() not in names]


@dataclass(frozen=True)
class Request:
    """What a client asked, whole. ``path`` is as it was sent, query included."""

    method: str
    path: str
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What a server said, whole. A length in ``headers`` is not believed: who sends the answer frames it anew."""

    status: int
    headers: Headers
    body: bytes = b""

    def with_body(self, body: bytes) -> Self:
        return replace(self, body=body)


async def next_event(conn: h11.Connection, reader: asyncio.StreamReader) -> h11.Event:
    """The other side's next event; reads as much as it takes.

    Raises:
        h11.RemoteProtocolError: what came is no HTTP/1.1, or ended in the middle.
    """
    while (event := conn.next_event()) is h11.NEED_DATA:
        conn.receive_data(await reader.read(BLOCK))
    return cast(h11.Event, event)  # never PAUSED: a next cycle starts only when the last one is done


async def read_body(conn: h11.Connection, reader: asyncio.StreamReader) -> bytes:
    """All of a body whose head has been read."""
    parts = []
    while not isinstance(event := await next_event(conn, reader), h11.EndOfMessage):
        if isinstance(event, h11.Data):
            parts.append(bytes(event.data))
    return b"".join(parts)


async def read_request(
    conn: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Request | None:
    """The client's next request, or None once it has hung up between two."""
    head = await next_event(conn, reader)
    if not isinstance(head, h11.Request):
        return None
    if conn.they_are_waiting_for_100_continue:
        writer.write(conn.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
    body = await read_body(conn, reader)
    return Request(head.method.decode("ascii"), head.target.decode("ascii"), head.headers.raw_items(), body)
