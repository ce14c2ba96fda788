"""A small server, a proxy before it, and clients of it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from .proxy import FaultProxy
from .small_server import SmallServer, small_server

Dial = Callable[[str], socket.socket]


def until(happened: Callable[[], bool]) -> None:
    """Waits for what another thread is about to do."""
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end
        threading.Event().wait(0.005)


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with small_server() as running:
        yield running


@pytest.fixture
def proxy(server: SmallServer) -> Iterator[FaultProxy]:
    with FaultProxy(server.url) as running:
        yield running


@pytest.fixture
def client(proxy: FaultProxy) -> Iterator[httpx.Client]:
    """Waits long: what has to come comes at once, and a test of waiting tells its own time."""
    with httpx.Client(base_url=proxy.url, timeout=20, trust_env=False) as running:
        yield running


@pytest.fixture
def dial(proxy: FaultProxy) -> Iterator[Dial]:
    """A bare connection on which a GET of that path has been sent."""
    with ExitStack() as open_ones:

        def connect(path: str) -> socket.socket:
            line = socket.create_connection(("127.0.0.1", httpx.URL(proxy.url).port or 0), timeout=20)
            open_ones.enter_context(line)
            line.sendall(f"GET /fhir{path} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
            return line

        yield connect
