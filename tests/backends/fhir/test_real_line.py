"""The line to real servers, straight and through a proxy that does what networks and servers do on bad days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from real_ward import RealWard, Watched
from servers.faults import (
    Drip,
    Fault,
    FaultProxy,
    GzipBomb,
    HalfOpen,
    Html,
    HugeBundle,
    RedirectTo,
    RefuseConnections,
    Reset,
    Status,
    Truncated,
)

SERVERS = ["medplum", "hapi", "hapi reusing"]


def url_of(name: str, request: pytest.FixtureRequest) -> str:
    server: Any = request.getfixturevalue(f"{name.split()[0]}_server")
    return str(server.reusing if "reusing" in name else server.url)


@pytest.fixture(params=SERVERS)
def ward(request: pytest.FixtureRequest) -> Iterator[RealWard]:
    ward = RealWard(url_of(request.param, request))
    yield ward
    ward.close()


@pytest.fixture
def proxy(ward: RealWard) -> Iterator[FaultProxy]:
    with FaultProxy(ward.url) as proxy:
        yield proxy


@pytest.fixture
def watch(ward: RealWard, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    open_ones: list[Watched] = []

    def watch(url: str = "", **more: Any) -> Watched:
        open_ones.append(Watched(ward, url or ward.url, **more))
        return open_ones[-1]

    yield watch
    for one in open_ones:
        one.source.close()


def test_a_ward_with_its_past_and_what_comes(ward: RealWard, watch: Any) -> None:
    ward.past(700)
    seen = watch()
    seen.until(lambda: seen.state == "live")
    assert len(seen.values) == len(set(seen.values)) == 700
    bodies = seen.bodies("patient")
    assert {body["id"] for body in bodies} == set(ward.patients)
    assert {body["bed"] for body in bodies} == {"BED-P1", "BED-P2"}
    for _ in range(20):
        ward.measure()
    seen.until(lambda: len(seen.values) >= 720)
    assert len(set(seen.values)) == 720
    third = ward.admit("p3")
    seen.until(lambda: third in {body["id"] for body in seen.bodies("patient")})
    ward.measure("p3")
    seen.until(lambda: any(one.patient == third for one in seen.bodies("obs")))


FAULTS: dict[str, tuple[Fault, str, str]] = {
    "401": (Status(401), "signed-out", "sign-in"),
    "403": (Status(403), "denied", "refuses it (HTTP 403"),
    "404": (Status(404), "denied", "HTTP 404"),
    "410": (Status(410), "denied", "HTTP 410"),
    "412": (Status(412), "lost", "HTTP 412"),
    "422": (Status(422), "denied", "HTTP 422"),
    "429": (Status(429, {"Retry-After": "1"}), "lost", "too busy (HTTP 429"),
    "500": (Status(500), "lost", "failed (HTTP 500"),
    "503": (Status(503), "lost", "too busy (HTTP 503"),
    "html": (Html(), "lost", "web page"),
    "huge": (HugeBundle(200), "lost", "larger than"),
    "bomb": (GzipBomb(1_000), "lost", "larger than"),
    "refused": (RefuseConnections(), "lost", "connection refused"),
    "reset": (Reset(), "lost", "broke off"),
    "half open": (HalfOpen(), "lost", "did not answer in time"),
    "drip": (Drip(), "lost", "did not answer in time"),
    "truncated": (Truncated(40), "lost", "broke off"),
    "redirect": (RedirectTo("http://127.0.0.1:9/"), "denied", "redirected"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_and_nothing_is_lost(name: str, ward: RealWard, proxy: FaultProxy, watch: Any) -> None:
    fault, state, words = FAULTS[name]
    ward.measure()
    seen = watch(proxy.url, **QUICK)
    seen.until(lambda: seen.state == "live" and len(seen.values) == 1)
    proxy.set(fault)
    seen.until(lambda: seen.state == state)
    assert words in seen.text
    for _ in range(5):
        ward.measure()
    proxy.clear()
    seen.until(lambda: seen.state == "live" and len(seen.values) >= 6)
    assert len(seen.values) == len(set(seen.values)) == 6
