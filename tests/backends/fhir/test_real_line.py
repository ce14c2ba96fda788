"""The line to real servers, straight and through a proxy that does what networks and servers do on bad days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from real_ward import RealWard, Watched
from servers.faults import (
    ClockOff,
    Drip,
    DuplicatedAnswer,
    DuplicatedRequest,
    Fault,
    FaultProxy,
    GzipBomb,
    HalfOpen,
    Html,
    HugeBundle,
    Latency,
    NextLinkTo,
    RedirectTo,
    RefuseConnections,
    Reset,
    Status,
    Truncated,
)
from servers.npm_servers import TERMINAL, Issuer, Server
from servers.person import approve
from servers.sign_in import signed_in

SERVERS = ["medplum", "hapi", "hapi reusing"]
MANY = [pytest.param("medplum", marks=pytest.mark.nightly), "hapi"]


def url_of(name: str, request: pytest.FixtureRequest) -> str:
    server: Any = request.getfixturevalue(f"{name.split()[0]}_server")
    return str(server.reusing if "reusing" in name else server.url)


@pytest.fixture
def ward(request: pytest.FixtureRequest) -> Iterator[RealWard]:
    ward = RealWard(url_of(request.param, request))
    yield ward
    ward.close()


@pytest.fixture
def proxy(ward: RealWard) -> Iterator[FaultProxy]:
    with FaultProxy(ward.url) as proxy:
        yield proxy


@pytest.fixture
def watch(ward: RealWard) -> Iterator[Any]:
    open_ones: list[Watched] = []

    def watch(url: str = "", **more: Any) -> Watched:
        open_ones.append(Watched(ward, url or ward.url, **more))
        return open_ones[-1]

    yield watch
    for one in open_ones:
        one.source.close()


@pytest.mark.parametrize("ward", SERVERS, indirect=True)
def test_a_ward_with_its_past_and_what_comes(ward: RealWard, watch: Any) -> None:
    ward.past(150)
    seen = watch()
    seen.until(lambda: seen.state == "live")
    assert len(seen.values) == len(set(seen.values)) == 150
    bodies = seen.bodies("patient")
    assert {body["id"] for body in bodies} == set(ward.patients)
    assert {body["bed"] for body in bodies} == {"BED-P1", "BED-P2"}
    for _ in range(20):
        ward.measure()
    seen.until(lambda: len(seen.values) >= 170)
    assert len(set(seen.values)) == 170
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


@pytest.mark.parametrize("ward", MANY, indirect=True)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_and_nothing_is_lost(name: str, ward: RealWard, proxy: FaultProxy, watch: Any) -> None:
    fault, state, words = FAULTS[name]
    ward.measure()
    seen = watch(proxy.url)
    seen.until(lambda: seen.state == "live" and len(seen.values) == 1)
    proxy.set(fault)
    seen.until(lambda: seen.state == state)
    assert words in seen.text
    for _ in range(5):
        ward.measure()
    proxy.clear()
    seen.until(lambda: seen.state == "live" and len(seen.values) >= 6)
    assert len(seen.values) == len(set(seen.values)) == 6


HARMLESS: dict[str, Fault] = {
    "duplicated answers": DuplicatedAnswer(),
    "duplicated requests": DuplicatedRequest(),
    "late": Latency(0.7),
    "clock behind": ClockOff(-5),
}


@pytest.mark.parametrize("ward", MANY, indirect=True)
@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_odd_changes_nothing(name: str, ward: RealWard, proxy: FaultProxy, watch: Any) -> None:
    proxy.set(HARMLESS[name])
    ward.past(15)
    seen = watch(proxy.url)
    seen.until(lambda: seen.state == "live" and len(seen.values) >= 15)
    for _ in range(5):
        ward.measure()
    seen.until(lambda: len(seen.values) >= 20)
    assert len(seen.values) == len(set(seen.values)) == 20
    assert ("behind" in seen.text) == (name == "clock behind")


@pytest.mark.parametrize("ward", MANY, indirect=True)
def test_a_clock_that_jumps_ahead_and_back_loses_nothing(ward: RealWard, proxy: FaultProxy, watch: Any) -> None:
    ward.measure()
    seen = watch(proxy.url)
    seen.until(lambda: seen.state == "live" and len(seen.values) == 1)
    proxy.set(ClockOff(5))
    seen.until(lambda: "ahead" in seen.text)
    for _ in range(5):
        ward.measure()
    proxy.clear()
    seen.until(lambda: len(seen.values) >= 6)
    assert len(set(seen.values)) == 6


@pytest.mark.parametrize("ward", MANY, indirect=True)
def test_the_next_page_of_another_server_is_never_asked(ward: RealWard, proxy: FaultProxy, watch: Any) -> None:
    with FaultProxy(ward.url) as other:
        proxy.set(NextLinkTo(f"{other.url}/Observation?page=2"), when=lambda _method, path: "/Observation" in path)
        seen = watch(proxy.url)
        seen.until(lambda: seen.state == "denied")
        assert "another address" in seen.text
        assert not other.requests


def test_a_person_signs_in_and_the_ward_appears(protected_server: Server, oidc_server: Issuer) -> None:
    scope = "openid user/Location.cu user/Patient.cu user/Encounter.cu user/Observation.cu"
    filling = signed_in(oidc_server, resource=protected_server.url, scope=scope)
    ward = RealWard(protected_server.url, filling["access_token"])
    ward.measure()
    seen = Watched(ward, ward.url, auth="device", client_id=TERMINAL)
    try:
        seen.until(lambda: seen.state == "signed-out")
        assert "sign in" in seen.text
        seen.source.sign_in(cancel=False)
        seen.until(lambda: seen.links[-1]["sign_in"])
        asked = seen.links[-1]["sign_in"]
        assert asked["code"] in asked["direct"]
        approve(asked["direct"])
        seen.until(lambda: seen.state == "live" and len(seen.values) == 1)
        assert seen.links[-1]["sign_in"] is None
        assert seen.links[-1]["user_ref"].startswith("Practitioner/")
        ward.measure()
        seen.until(lambda: len(seen.values) == 2)
    finally:
        seen.source.close()
        ward.close()
