"""Just enough of WebSocket (RFC 6455) to hear what a server says in short texts."""

from __future__ import annotations

import base64
import os
import socket
from types import TracebackType
from typing import BinaryIO, Self
from urllib.parse import urlsplit

_TEXT = 0x81  # the last frame of a message, which is text
_MASKED = 0x80


class WebSocket:
    """One connection; texts of up to 125 bytes, no other frames. Raises ``TimeoutError`` after ``seconds``."""

    def __init__(self, url: str, seconds: float = 30) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=seconds)
        self._input: BinaryIO = self._socket.makefile("rb")
        lines = [
            f"GET {parts.path} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
        ]
        self._socket.sendall("".join(f"{line}\r\n" for line in [*lines, ""]).encode())
        status = self._input.readline()
        assert b" 101 " in status, status
        while self._input.readline().strip():
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._input.close()
        self._socket.close()

    def send(self, text: str) -> None:
        """One masked frame."""
        data, mask = text.encode(), os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        self._socket.sendall(bytes([_TEXT, _MASKED | len(data)]) + mask + masked)

    def receive(self) -> str:
        """Waits for the next text."""
        kind, length = self._input.read(2)
        assert kind == _TEXT and length <= 125, (kind, length)
        return self._input.read(length).decode()
