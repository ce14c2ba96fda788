"""Servers on the loopback interface that behave as receivers of alarms do on bad days."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Behaviour = Callable[[socket.socket, bytes], None]


class Receiver:
    """A server that keeps every request's bytes and answers by ``behave``."""

    def __init__(self, behave: Behaviour) -> None:
        self._behave = behave
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.requests: list[bytes] = []
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/alarm"

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                self._open.append(client)
                threading.Thread(target=self._one, args=(client,), daemon=True).start()

    def _one(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            request = b""
            while b"\r\n\r\n" not in request:
                if not (data := client.recv(65_536)):
                    return
                request += data
                if request[:1] == b"\x16":  # the hello of TLS
                    client.sendall(b"SSH-2.0-garbage\r\n")
                    client.close()
                    return
            head, _, body = request.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            while len(body) < length:
                body += client.recv(65_536)
            self.requests.append(head + b"\r\n\r\n" + body)
            self._behave(client, body)

    def close(self) -> None:
        for each in (self._socket, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextlib.contextmanager
def receiver(behave: Behaviour) -> Iterator[Receiver]:
    """A server for the time of a ``with``."""
    server = Receiver(behave)
    try:
        yield server
    finally:
        server.close()


def status(line: str, more: str = "") -> Behaviour:
    """Answers with a status line, at once."""

    def behave(client: socket.socket, body: bytes) -> None:
        client.sendall(f"HTTP/1.1 {line}\r\n{more}Content-Length: 2\r\nConnection: close\r\n\r\nok".encode())
        client.close()

    return behave


def never(client: socket.socket, body: bytes) -> None:
    """Takes the request and says nothing."""


def drip(client: socket.socket, body: bytes) -> None:
    """Sends a header a byte at a time, each well in time, and would be done in some seconds."""
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ")
    pause = threading.Event()
    for _ in range(150):
        pause.wait(0.02)
        client.sendall(b"x")
    client.sendall(b"\r\n\r\n")


def flood(client: socket.socket, body: bytes) -> None:
    """A body without an end."""
    client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        client.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")


def hang_up(client: socket.socket, body: bytes) -> None:
    """Closes without a word."""
    client.shutdown(socket.SHUT_RDWR)
    client.close()
