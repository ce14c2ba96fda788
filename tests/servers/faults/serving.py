"""The proxy's own side: listening, its clients' connections, and the port it keeps while it refuses."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Final

import h11

from .exchange import Exchange, Line
from .fault import Fault, LineGoneError
from .message import read_request
from .plan import Plan
from .upstream import Upstream

PASSES_ON: Final = Fault()
REFUSAL: Final = [(b"Content-Length", b"0"), (b"Connection", b"close")]


class Serving:
    """Everything here runs on one event loop. ``errors`` are defects: of a predicate, of a fault, of the proxy."""

    def __init__(self, upstream: Upstream, plan: Plan) -> None:
        self.port = 0
        self.errors: list[Exception] = []
        self._upstream, self._plan = upstream, plan
        self._server: asyncio.Server | None = None
        self._held: socket.socket | None = None
        self._lines: dict[asyncio.Task[None], Line] = {}

    async def listen(self, port: int) -> None:
        """Raises OSError when the port is taken."""
        self._held = _bound(port)
        self.port = self._held.getsockname()[1]
        await self.accept()

    async def accept(self) -> None:
        """Listens, if it does not already."""
        if self._held is not None:
            self._server = await asyncio.start_server(self._serve, sock=self._held)
            self._held = None

    async def refuse(self) -> None:
        """Stops listening and resets what is open; the port stays bound, so that nobody else gets it meanwhile."""
        if self._server is not None:
            self._server.close()
            self._server = None
            self._held = _bound(self.port)
            await self._drop()

    async def close(self) -> None:
        """Ends everything."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._held is not None:
            self._held.close()
            self._held = None
        await self._drop()

    async def _drop(self) -> None:
        for task, line in list(self._lines.items()):
            line.reset()
            task.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(reader, writer)
        if self._server is None:  # accepted just before it refused
            line.reset()
            return
        task = asyncio.current_task()
        assert task is not None
        self._lines[task] = line
        try:
            await self._converse(line)
        except (LineGoneError, ConnectionError, asyncio.CancelledError):
            pass  # as a fault, the client or close() wanted it
        except h11.RemoteProtocolError as error:
            with suppress(h11.LocalProtocolError):
                said = h11.Response(status_code=error.error_status_hint, headers=REFUSAL)
                writer.write(line.conn.send(said) or b"")
        except Exception as error:  # told to whoever ends the proxy
            self.errors.append(error)
            line.reset()
        finally:
            writer.close()
            del self._lines[task]

    async def _converse(self, line: Line) -> None:
        """One request after the other, until one side wants no more."""
        while (request := await read_request(line.conn, line.reader, line.writer)) is not None:
            rule = self._plan.take(request)
            fault = PASSES_ON if rule is None else rule.fault
            await fault.serve(Exchange(line, request, rule, self._plan, self._upstream))
            if line.conn.our_state is not h11.DONE or line.conn.their_state is not h11.DONE:
                return
            line.conn.start_next_cycle()


def _bound(port: int) -> socket.socket:
    """A socket that has the port and does not listen: connecting to it is refused."""
    held = socket.socket()
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", port))
    except OSError:
        held.close()
        raise
    return held
