"""As much of RFC 6455 as a hint needs: short texts both ways. Anything else that a server sends ends the connection.

Our own because it is this little: a library would be a dependency for one line of text a minute.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import ssl
import struct
from typing import Final
from urllib.parse import urlsplit

_GUID: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA
_LONGEST: Final = 4_096  # bytes of a frame, or of the answer's head
_OPENING: Final = 10.0  # s


class BrokenSocketError(Exception):
    """The connection is of no use any more."""


class WebSocket:
    """An open connection. Make one with :func:`opened`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, text: str) -> None:
        """Sends one text. Raises BrokenSocketError."""
        await self._send(_TEXT, text.encode())

    async def receive(self) -> str:
        """The next text. Raises BrokenSocketError also when the server closes."""
        while True:
            opcode, payload = await self._frame()
            if opcode == _TEXT:
                return payload.decode("utf-8", "replace")
            if opcode == _PING:
                await self._send(_PONG, payload)
            elif opcode != _PONG:
                raise BrokenSocketError("closed" if opcode == _CLOSE else "not understood")

    def close(self) -> None:
        """Ends the connection without ceremony: nothing is lost with it."""
        self._writer.transport.abort()

    async def _frame(self) -> tuple[int, bytes]:
        try:
            first, second = await self._reader.readexactly(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack("!H", await self._reader.readexactly(2))
            if not first & 0x80 or first & 0x70 or second & 0x80 or size > _LONGEST:
                raise BrokenSocketError("not understood")  # in pieces, with extensions, masked, or far too long
            return first & 0x0F, await self._reader.readexactly(size)
        except (OSError, EOFError) as error:
            raise BrokenSocketError("broken off") from error

    async def _send(self, opcode: int, payload: bytes) -> None:
        if len(payload) > 125:
            raise BrokenSocketError("too long")
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        try:
            self._writer.write(bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked)
            await self._writer.drain()
        except OSError as error:
            raise BrokenSocketError("broken off") from error


async def opened(url: str, context: ssl.SSLContext | None) -> WebSocket:
    """Opens ``ws://`` or, with ``context``, ``wss://``. Raises BrokenSocketError."""
    try:
        async with asyncio.timeout(_OPENING):
            return await _opened(url, context)
    except (OSError, EOFError, ValueError, asyncio.LimitOverrunError, TimeoutError) as error:
        raise BrokenSocketError("cannot be opened") from error


async def _opened(url: str, context: ssl.SSLContext | None) -> WebSocket:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if context else 80)
    reader, writer = await asyncio.open_connection(host, port, ssl=context, limit=_LONGEST)
    key = base64.b64encode(os.urandom(16)).decode()
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    try:
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode("ascii")
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        lines = [line.partition(":") for line in head[1:]]
        told = {name.strip().lower(): value.strip() for name, _, value in lines}
        proof = base64.b64encode(hashlib.sha1(f"{key}{_GUID}".encode(), usedforsecurity=False).digest()).decode()
        sound = head[0].split(" ")[1:2] == ["101"] and told.get("sec-websocket-accept") == proof
    except BaseException:
        writer.transport.abort()
        raise
    if not sound:
        writer.transport.abort()
        raise BrokenSocketError("refused")
    return WebSocket(reader, writer)
