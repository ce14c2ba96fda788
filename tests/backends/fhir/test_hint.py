"""A server's word that there is news: where it is trusted, what it does, and that a broken one does not matter."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from real_ward import RealWard
from small_server import BASE, BEGIN, SmallServer, answer

from iomt_tui.backends.fhir.client import FhirClient
from iomt_tui.backends.fhir.hint import EXTENSION, Hint, address
from iomt_tui.backends.fhir.websocket import BrokenSocketError, WebSocket, opened
from iomt_tui.security.sign_in.bearer import OpenSession
from iomt_tui.security.web import Transport, Web

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def statement(url: object, *, rest: bool = True) -> dict[str, Any]:
    extension = {"extension": [{"url": "other"}, {"url": EXTENSION, "valueUri": url}]}
    return {"rest": [extension]} if rest else extension


@pytest.mark.parametrize("rest", [True, False])
def test_where_hints_come_from(rest: bool) -> None:
    assert address(statement("wss://ward.test/ws", rest=rest), BASE) == "wss://ward.test/ws"
    assert address(statement("ws://127.0.0.1:8/ws", rest=rest), "http://127.0.0.1:9/fhir") == "ws://127.0.0.1:8/ws"


@pytest.mark.parametrize(
    "url",
    ["ws://ward.test/ws", "wss://evil.test/ws", "https://ward.test/ws", "wss://u@ward.test/", "wss://[x", 7, None],
)
def test_where_hints_do_not_come_from(url: object) -> None:
    assert address(statement(url), BASE) == ""


@pytest.mark.parametrize("odd", [{}, {"rest": [7]}, {"extension": [7]}, {"rest": None}])
def test_a_statement_of_another_shape(odd: dict[str, Any]) -> None:
    assert address(odd, BASE) == ""


class Socket(WebSocket):
    """Says what it was told to."""

    def __init__(self, *texts: str) -> None:
        self.texts, self.sent = list(texts), list[str]()

    async def send(self, text: str) -> None:
        self.sent.append(text)

    async def receive(self) -> str:
        await asyncio.sleep(0)
        if not self.texts:
            raise BrokenSocketError("closed")
        return self.texts.pop(0)

    def close(self) -> None:
        self.sent.append("closed")


async def test_a_subscription_is_bound_its_pings_heard_and_taken_back() -> None:
    server = SmallServer()
    sockets, hints, waits = [Socket("bound s1", "ping s1", "ping s1", "else"), Socket()], [], []
    server.fault = lambda method, _url: (
        answer(201, {"resourceType": "Subscription", "id": "s1"}) if method == "POST" else answer(204)
    )
    opened_ones = iter(sockets)
    rested = asyncio.Event()

    async def open_socket(url: str) -> WebSocket:
        return next(opened_ones)

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            rested.set()
            await asyncio.Event().wait()

    hint = Hint(
        FhirClient(server, BASE, OpenSession(), now=lambda: BEGIN), "wss://ward.test/ws", lambda: frozenset({"p1"}),
        lambda: hints.append(1), open_socket, wait,
    )  # fmt: skip
    await rested.wait()
    await hint.close()
    assert len(hints) == 2
    assert sockets[0].sent == ["bind s1", "closed"]
    assert waits[1] > waits[0]
    assert [method for method, _ in server.asked] == ["POST", "DELETE", "POST", "DELETE"]


async def served(serve: Serve, use: Callable[[str], Awaitable[None]]) -> None:
    """Runs ``use`` against a server that does what ``serve`` does to a connection."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        await use(f"ws://127.0.0.1:{port}/ws?x=1")
    finally:
        server.close()
        await server.wait_closed()


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    assert head.startswith("GET /ws?x=1 HTTP/1.1\r\n")
    key = next(line.split(": ")[1] for line in head.split("\r\n") if line.startswith("Sec-WebSocket-Key"))
    digest = hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()
    proof = base64.b64encode(digest).decode()
    writer.write(
        f"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nsec-websocket-accept: {proof}\r\n\r\n".encode()
    )  # fmt: skip


async def test_texts_both_ways_and_pings_answered() -> None:
    got: list[bytes] = []
    ponged = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await greet(reader, writer)
        first, second, *mask = await reader.readexactly(6)
        assert (first, second) == (0x81, 0x80 | 6)  # a whole text, masked
        got.append(bytes(b ^ mask[i % 4] for i, b in enumerate(await reader.readexactly(6))))
        writer.write(b"\x89\x02hi" + b"\x81\x05ping1" + b"\x81\x7e\x01\x00" + b"x" * 256 + b"\x88\x00")
        got.append(await reader.readexactly(8))
        ponged.set()
        writer.close()

    async def use(url: str) -> None:
        socket = await opened(url, None)
        await socket.send("bind 1")
        assert await socket.receive() == "ping1"
        assert await socket.receive() == "x" * 256
        with pytest.raises(BrokenSocketError):
            await socket.receive()
        await ponged.wait()
        socket.close()

    await served(serve, use)
    assert got[0] == b"bind 1"
    assert got[1][0] == 0x8A


@pytest.mark.parametrize(
    "frame",
    [
        b"\x01\x01x",
        b"\xc1\x01x",
        b"\x81\x81aaaax",
        b"\x81\x7e\xff\xff",
        b"\x81\x7f" + b"\xff" * 8,
        b"\x83\x00",
        b"\x81",
    ],
)
async def test_frames_that_are_not_understood_end_the_connection(frame: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await greet(reader, writer)
        writer.write(frame)
        writer.close()

    async def use(url: str) -> None:
        socket = await opened(url, None)
        with pytest.raises(BrokenSocketError):
            await socket.receive()
        socket.close()

    await served(serve, use)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 101 x\r\n\r\n", b"x", b"a" * 9_000])
async def test_a_server_that_does_not_agree(head: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        writer.close()

    async def use(url: str) -> None:
        with pytest.raises(BrokenSocketError):
            await opened(url, None)

    await served(serve, use)


async def test_nobody_there() -> None:
    with pytest.raises(BrokenSocketError):
        await opened("ws://127.0.0.1:1/ws", None)


async def test_hapi_hints_at_a_new_observation(hapi_server: Any) -> None:
    ward = RealWard(hapi_server.url)
    web = Web(Transport())
    heard = asyncio.Event()
    bound = threading.Event()

    async def open_socket(url: str) -> WebSocket:
        socket = await opened(url, None)
        receive = socket.receive

        async def noted() -> str:
            text = await receive()
            bound.set()
            return text

        socket.receive = noted  # type: ignore[method-assign]
        return socket

    hint = Hint(
        FhirClient(web, hapi_server.url, OpenSession()), hapi_server.websocket, lambda: frozenset(ward.patients),
        heard.set, open_socket,
    )  # fmt: skip
    try:
        assert await asyncio.to_thread(bound.wait, 60)
        while not heard.is_set():  # HAPI takes a moment to take up a subscription
            await asyncio.to_thread(ward.measure)
            await asyncio.wait([asyncio.ensure_future(heard.wait())], timeout=1)
    finally:
        await hint.close()
        await web.close()
        ward.close()
