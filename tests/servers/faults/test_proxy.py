"""The proxy itself: what it passes on, which request gets which fault, and what it counts."""

from __future__ import annotations

import socket
import threading
from typing import Any

import httpx
import pytest

from . import FaultProxy, HalfOpen, Latency, RefuseConnections, Status
from .conftest import Dial, until
from .small_server import BUNDLE, SmallServer


def test_what_is_asked_and_answered_passes_unchanged(client: httpx.Client, server: SmallServer) -> None:
    answer = client.put(
        "/Patient/a?x=1%202",
        content=b'{"id":"a"}',
        headers={"If-Match": 'W/"3"', "Host": "ward", "Accept-Encoding": "gzip"},
    )
    method, path, headers, body = server.got[0]
    assert (method, path, body) == ("PUT", "/fhir/Patient/a?x=1%202", b'{"id":"a"}')
    assert headers["if-match"] == 'W/"3"' and headers["host"] == "ward" and headers["accept-encoding"] == "gzip"
    assert (answer.status_code, answer.content) == (200, b'{"id":"a"}')
    assert answer.headers["content-type"] == "application/fhir+json"
    assert client.get("/Patient").json() == BUNDLE


def test_a_head_has_no_body_and_a_connection_is_kept(proxy: FaultProxy, dial: Dial) -> None:
    line = dial("/one")
    got = line.recv(65_536)
    while not got.endswith(b"}]}"):
        got += line.recv(65_536)
    line.sendall(b"HEAD /fhir/two HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    head = b"".join(iter(lambda: line.recv(65_536), b""))
    assert head.startswith(b"HTTP/1.1 200") and head.endswith(b"\r\n\r\n")
    assert [(seen.method, seen.path) for seen in proxy.requests] == [("GET", "/fhir/one"), ("HEAD", "/fhir/two")]


def test_a_body_in_chunks_and_two_requests_in_one_packet(proxy: FaultProxy, server: SmallServer, dial: Dial) -> None:
    line = dial("/one")
    line.sendall(
        b"POST /fhir/two HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        b"GET /fhir/three HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
    )
    assert b"".join(iter(lambda: line.recv(65_536), b"")).count(b"HTTP/1.1 200") == 3
    assert [(path, body) for _, path, _, body in server.got] == [
        ("/fhir/one", b""),
        ("/fhir/two", b"abc"),
        ("/fhir/three", b""),
    ]


def test_the_first_that_is_meant_applies_and_counts_end(proxy: FaultProxy, client: httpx.Client) -> None:
    conflict = proxy.set(Status(412), when=lambda method, path: method == "PUT", times=1)
    busy = proxy.set(Status(503), when=lambda method, path: path.endswith("/Patient?_count=1"), times=2)
    rest = proxy.set(Status(500), when=lambda method, path: "Patient" in path)
    asked = [
        ("PUT", "/Patient?_count=1", 412),
        ("PUT", "/Patient?_count=1", 503),
        ("GET", "/Patient?_count=1", 503),
        ("GET", "/Patient?_count=1", 500),
        ("GET", "/Device", 200),
    ]
    for method, path, status in asked:
        assert client.request(method, path).status_code == status
    assert (conflict.used, busy.used, rest.used) == (1, 2, 1)
    proxy.clear()
    assert client.get("/Patient").status_code == 200


def test_requests_are_counted_with_their_order_and_time(proxy: FaultProxy, client: httpx.Client) -> None:
    proxy.set(Status(404), times=1)
    client.get("/Patient", params={"_id": "a"})
    client.post("/Observation", content=b"{}")
    (_, _, first), (_, _, second) = proxy.requests
    assert first <= second
    assert [seen[:2] for seen in proxy.requests] == [("GET", "/fhir/Patient?_id=a"), ("POST", "/fhir/Observation")]
    proxy.reset_counts()
    assert proxy.requests == []


def test_many_clients_at_once_while_faults_come_and_go(proxy: FaultProxy, server: SmallServer) -> None:
    wrong: list[Any] = []

    def ask() -> None:
        with httpx.Client(base_url=proxy.url, timeout=20, trust_env=False) as client:
            wrong.extend(s for _ in range(20) if (s := client.get("/Patient").status_code) not in (200, 503))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    rules = []
    for _ in range(20):
        rules.append(proxy.set(Status(503), times=1))
        proxy.clear()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(proxy.requests) == 160 == len(server.got) + sum(rule.used for rule in rules)


def test_a_server_that_is_gone_is_told_as_502(server: SmallServer, client: httpx.Client) -> None:
    server.server_close()
    answer = client.get("/Patient")
    assert answer.status_code == 502 and "gave no answer" in answer.text


def test_what_is_no_http_is_refused(proxy: FaultProxy, dial: Dial) -> None:
    line = dial("/one")
    line.sendall(b"\x16\x03\x01 this is TLS\r\n\r\n")
    assert b"".join(iter(lambda: line.recv(65_536), b"")).count(b"HTTP/1.1 400") == 1
    assert len(proxy.requests) == 1


def test_a_predicate_that_fails_is_told_at_the_end(server: SmallServer) -> None:
    def wrong(method: str, path: str) -> bool:
        raise KeyError(path)

    proxy = FaultProxy(server.url)
    proxy.__enter__()
    proxy.set(Status(500), when=wrong)
    with pytest.raises(httpx.ReadError):
        httpx.get(f"{proxy.url}/Patient", trust_env=False)
    with pytest.raises(KeyError, match="/fhir/Patient"):
        proxy.__exit__(None, None, None)


def test_leaving_ends_what_is_held_and_frees_the_port(server: SmallServer) -> None:
    with FaultProxy(server.url) as proxy:
        proxy.set(Latency(3600))
        port = httpx.URL(proxy.url).port or 0
        line = socket.create_connection(("127.0.0.1", port), timeout=20)
        line.sendall(b"GET /fhir/one HTTP/1.1\r\nHost: here\r\n\r\n")
        until(lambda: bool(server.got))
    with line, pytest.raises(ConnectionResetError):
        line.recv(1)
    with FaultProxy(server.url, port=port) as again:
        assert httpx.get(again.url, trust_env=False).json() == BUNDLE
        with pytest.raises(OSError, match="in use"), FaultProxy(server.url, port=port):
            pass
    with pytest.raises(RuntimeError, match="does not run"):
        again.clear()


def test_what_could_not_happen_is_refused(proxy: FaultProxy) -> None:
    for url in ("https://127.0.0.1/fhir", "127.0.0.1:80", "http://127.0.0.1/fhir?x=1"):
        with pytest.raises(ValueError, match="needs an upstream"):
            FaultProxy(url)
    with pytest.raises(ValueError, match="never happen"):
        proxy.set(HalfOpen(), times=0)
    with pytest.raises(ValueError, match="no when"):
        proxy.set(RefuseConnections(), times=1)
