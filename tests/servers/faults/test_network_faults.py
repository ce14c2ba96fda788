"""Each fault of the network as a client meets it; the server's own list says what reached it all the same."""

from __future__ import annotations

import socket
import time

import httpx
import pytest

from . import Drip, FaultProxy, HalfOpen, Latency, RefuseConnections, Reset, Truncated, WrongLength
from .conftest import Dial, until
from .small_server import BIG, BUNDLE, SmallServer

SOON = 0.2  # s a client waits for what never comes


def rest_of(line: socket.socket) -> bytes:
    """All until an orderly close."""
    return b"".join(iter(lambda: line.recv(65_536), b""))


def until_it_ends(line: socket.socket) -> tuple[bytes, OSError | None]:
    """What comes, and how it ends: None for an orderly close."""
    parts = []
    try:
        while part := line.recv(1_000_000):
            parts.append(part)
    except OSError as error:
        return b"".join(parts), error
    return b"".join(parts), None


def test_latency_holds_the_answer_of_what_is_already_done(
    proxy: FaultProxy, client: httpx.Client, server: SmallServer
) -> None:
    proxy.set(Latency(3600), times=1)
    proxy.set(Latency(0.1))
    with pytest.raises(httpx.ReadTimeout):
        client.put("/Patient/a", content=b"{}", timeout=SOON)
    assert [method for method, *_ in server.got] == ["PUT"]
    start = time.monotonic()
    assert client.get("/Patient").json() == BUNDLE
    assert time.monotonic() - start >= 0.1


def test_clearing_lets_the_held_answer_go(proxy: FaultProxy, server: SmallServer, dial: Dial) -> None:
    rule = proxy.set(Latency(3600))
    line = dial("/Patient")
    line.settimeout(SOON)
    with pytest.raises(TimeoutError):
        line.recv(1)
    line.settimeout(20)
    assert rule.used == 1
    proxy.clear()
    assert line.recv(12) == b"HTTP/1.1 200"


def test_drip_lets_bytes_go_one_by_one_until_cleared(proxy: FaultProxy, dial: Dial) -> None:
    proxy.set(Drip(bytes_per_second=5))
    line = dial("/Patient")
    start, got = time.monotonic(), b""
    while len(got) < 4:
        got += line.recv(65_536)
    assert len(got) <= 5 * (time.monotonic() - start) + 1
    assert b"HTTP/1.1".startswith(got)
    proxy.clear()
    while not got.endswith(b"}]}"):
        got += line.recv(65_536)


def test_half_open_silences_new_and_old_connections(proxy: FaultProxy, server: SmallServer, dial: Dial) -> None:
    old, other = dial("/one"), dial("/two")
    for line in (old, other):
        assert line.recv(12) == b"HTTP/1.1 200"
        assert len(line.recv(65_536)) > 0
    server.got.clear()
    proxy.set(HalfOpen())
    new = dial("/three")
    old.sendall(b"GET /fhir/four HTTP/1.1\r\nHost: here\r\n\r\n")
    for line in (old, new):
        line.settimeout(SOON)
        with pytest.raises(TimeoutError):
            rest_of(line)
    assert len(proxy.requests) == 4 and server.got == []
    proxy.clear()
    new.sendall(b"GET /fhir/five HTTP/1.1\r\nHost: here\r\n\r\n")
    with pytest.raises(TimeoutError):
        new.recv(1)
    assert dial("/six").recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("fault", [HalfOpen(), Reset(), RefuseConnections()])
def test_a_running_answer_stops_in_the_middle(
    fault: HalfOpen | Reset | RefuseConnections, proxy: FaultProxy, dial: Dial
) -> None:
    line = dial("/big")
    got = len(line.recv(1000))
    assert got > 0
    proxy.set(fault)
    line.settimeout(SOON)
    more, end = until_it_ends(line)
    assert isinstance(end, TimeoutError if isinstance(fault, HalfOpen) else ConnectionResetError)
    assert got + len(more) < BIG


def test_reset_at_once_and_the_server_never_hears(proxy: FaultProxy, server: SmallServer, dial: Dial) -> None:
    proxy.set(Reset(), times=1)
    with pytest.raises(ConnectionResetError):
        dial("/Patient").recv(1)
    assert server.got == [] and len(proxy.requests) == 1
    assert dial("/Patient").recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("after", [0, 40])
def test_reset_after_so_many_bytes_of_what_is_done(
    after: int, proxy: FaultProxy, server: SmallServer, dial: Dial
) -> None:
    proxy.set(Reset(after=after))
    got, end = until_it_ends(dial("/Patient"))
    assert isinstance(end, ConnectionResetError)
    assert len(got) == after and len(server.got) == 1


def test_truncated_closes_short_of_its_content_length(proxy: FaultProxy, client: httpx.Client, dial: Dial) -> None:
    whole = client.get("/Patient")
    proxy.set(Truncated(after=20), when=lambda method, path: path.endswith("/short"))
    proxy.set(Truncated(after=1_000_000))
    for path, length in (("/short", 20), ("/long", len(whole.content) - 1)):
        head, _, body = rest_of(dial(path)).partition(b"\r\n\r\n")
        assert f"Content-Length: {len(whole.content)}".encode() in head
        assert body == whole.content[:length]
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            client.get(path)


def test_a_wrong_length_waits_for_more_or_cuts(proxy: FaultProxy, client: httpx.Client, dial: Dial) -> None:
    whole = client.get("/Patient").content
    proxy.set(WrongLength(by=10), times=1)
    with pytest.raises(httpx.ReadTimeout):
        client.get("/Patient", timeout=SOON)
    proxy.set(WrongLength(by=-10), times=2)
    assert client.get("/Patient").content == whole[:-10]
    line = dial("/Patient")
    line.sendall(b"GET /fhir/Patient HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    first, body, second, right = rest_of(line).replace(b"HTTP/1.1 200", b"\r\n\r\nHTTP/1.1 200").split(b"\r\n\r\n")[1:]
    assert b"Content-Length: %d" % (len(whole) - 10) in first and b"Content-Length: %d" % len(whole) in second
    assert body == whole == right


def test_refused_until_cleared_on_the_same_port(proxy: FaultProxy, client: httpx.Client, server: SmallServer) -> None:
    url = proxy.url
    client.get("/Patient")
    proxy.set(RefuseConnections())
    for _ in range(2):
        with pytest.raises(httpx.ConnectError, match="refused"):
            httpx.get(f"{url}/Patient", trust_env=False)
    with pytest.raises(httpx.TransportError):
        client.get("/Patient")
    assert len(server.got) == 1
    proxy.set(RefuseConnections())  # twice is as once
    proxy.clear()
    assert proxy.url == url and client.get("/Patient").json() == BUNDLE


def test_a_client_that_hangs_up_first_harms_nobody(proxy: FaultProxy, client: httpx.Client, dial: Dial) -> None:
    for fault in (HalfOpen(), Drip(), Latency(3600)):
        proxy.set(fault, times=1)
        dial("/Patient").close()
    until(lambda: len(proxy.requests) == 3)
    proxy.clear()
    assert client.get("/Patient").json() == BUNDLE
