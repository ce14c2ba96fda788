"""One request and its answer, as faults see them: what may be asked of the server and done to the client."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterable
from typing import Final, Never

import h11

from .fault import LineGoneError
from .message import BLOCK, Answer, Headers, Request, without
from .plan import Plan, Rule
from .upstream import Upstream

NO_LINGER: Final = struct.pack("ii", 1, 0)  # on, for 0 s: the kernel resets instead of finishing


class Line:
    """A client's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.conn = h11.Connection(h11.SERVER)
        writer.transport.set_write_buffer_limits(high=0)  # drained means in the kernel's hands: byte counts are exact

    def reset(self) -> None:
        """Ends it with RST: the client's next read or write fails with ECONNRESET."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.writer.transport.abort()


class Exchange:
    """One request of a client. ``sent`` counts the answer's bytes so far, head included."""

    def __init__(self, line: Line, request: Request, rule: Rule | None, plan: Plan, upstream: Upstream) -> None:
        self.request, self.sent = request, 0
        self._line, self._rule, self._plan, self._upstream = line, rule, plan, upstream

    async def forward(self, *, plain: bool = False) -> Answer:
        """The server's answer. ``plain`` asks for one that is not compressed, to be rewritten."""
        request = self.request
        if plain:
            headers = without(request.headers, b"accept-encoding")
            request = Request(request.method, request.path, headers, request.body)
        return await self._upstream.ask(request)

    async def send(self, answer: Answer) -> None:
        """Answers, well formed."""
        if self.request.method == "HEAD" or answer.status in (204, 304):
            await self._emit(h11.Response(status_code=answer.status, headers=answer.headers))
            await self._emit(h11.EndOfMessage())
            return
        await self._head(answer, len(answer.body))
        if answer.body:
            await self._emit(h11.Data(data=answer.body))
        await self._emit(h11.EndOfMessage())

    async def send_misframed(self, answer: Answer, length: int) -> None:
        """Answers with a Content-Length that the body has not. Afterwards only ``silence``, ``close`` or ``reset``."""
        await self._head(answer, length)
        await self._write(answer.body)

    async def send_stray(self, data: bytes) -> None:
        """Bytes that belong to no answer."""
        await self._write(data)

    async def stream(self, headers: Headers, blocks: AsyncIterable[bytes]) -> None:
        """Answers 200 with what is made while it is sent: chunked, unless ``headers`` tell the length."""
        await self._emit(h11.Response(status_code=200, headers=headers))
        if self.request.method != "HEAD":
            async for block in blocks:
                await self._emit(h11.Data(data=block))
        await self._emit(h11.EndOfMessage())

    async def pause(self, seconds: float) -> bool:
        """Waits; False when the faults were cleared meanwhile."""
        return await self._plan.pause(seconds)

    async def silence(self) -> Never:
        """Reads what comes and says nothing more, until the client has had enough."""
        while await self._line.reader.read(BLOCK):
            pass
        raise LineGoneError

    def close(self) -> Never:
        """Ends the connection with FIN."""
        raise LineGoneError

    def reset(self) -> Never:
        """Ends the connection with RST."""
        self._line.reset()
        raise LineGoneError

    async def _head(self, answer: Answer, length: int) -> None:
        headers = [*without(answer.headers, b"content-length"), (b"Content-Length", b"%d" % length)]
        await self._emit(h11.Response(status_code=answer.status, headers=headers))

    async def _emit(self, event: h11.Event) -> None:
        await self._write(self._line.conn.send(event) or b"")

    async def _write(self, data: bytes) -> None:
        for start in range(0, len(data), BLOCK):
            block = data[start : start + BLOCK]
            while block:
                fault = self._plan.during(self._rule, self.request)
                passing = len(block) if fault is None else await fault.meter(self, block)
                self._line.writer.write(block[:passing])
                await self._line.writer.drain()
                self.sent += passing
                block = block[passing:]
