"""Where to sign in: SMART, else the CapabilityStatement, else OpenID Connect, and never where it is not safe."""

from __future__ import annotations

from typing import Any

import pytest
from sign_in_server import BASE, ISSUER, OPENID, SMART, Server

from iomt_tui.security.sign_in.discovery import OAUTH_URIS, Endpoints, discover
from iomt_tui.security.sign_in.exchange import Exchange
from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.web import WebError

ALL = Endpoints(
    f"{ISSUER}/token", ISSUER, f"{ISSUER}/device", f"{ISSUER}/revoke", f"{ISSUER}/me", f"{ISSUER}/jwks",
    frozenset({"permission-v2"}),
)  # fmt: skip


def statement(**uris: str) -> dict[str, Any]:
    parts = [{"url": name, "valueUri": uri} for name, uri in uris.items()]
    security = {"extension": [{"url": "x"}, {"url": OAUTH_URIS, "extension": parts}]}
    return {"resourceType": "CapabilityStatement", "rest": [{"mode": "server"}, {"security": security}]}


def openid(**changes: Any) -> dict[str, Any]:
    told = dict(Server().told[SMART])
    del told["capabilities"]
    return {key: value for key, value in (told | changes).items() if value is not None}


async def found(told: dict[str, Any], issuer: str = "", *, device: bool = False) -> tuple[Endpoints, list[str]]:
    server = Server()
    server.told = told
    return await discover(Exchange("w", BASE + "/", server), issuer, device=device), server.asked


async def test_smart_comes_first_and_is_enough() -> None:
    assert await found({SMART: Server().told[SMART]}, device=True) == (ALL, [f"GET {SMART}"])


async def test_a_capability_statement_will_do_for_a_board() -> None:
    told = {f"{BASE}/metadata": statement(token=f"{ISSUER}/token", revoke=f"{ISSUER}/revoke", authorize="x")}
    assert (await found(told))[0] == Endpoints(f"{ISSUER}/token", revocation=f"{ISSUER}/revoke")


@pytest.mark.parametrize("smart", [None, 404, b"<html>", b"[]", {}, {"token_endpoint": ""}, b'{"a":1,"a":2}'], ids=str)
async def test_the_configured_issuer_comes_last(smart: Any) -> None:
    told = {SMART: smart, OPENID: openid()}
    endpoints, asked = await found(told, ISSUER, device=True)
    assert (endpoints.token, endpoints.device, endpoints.issuer) == (ALL.token, ALL.device, ISSUER)
    assert asked == [f"GET {SMART}", f"GET {BASE}/metadata", f"GET {OPENID}"]


async def test_the_device_endpoint_comes_from_the_issuer_with_all_that_belongs_to_it() -> None:
    smart = {"token_endpoint": "https://proxy.example/token", "issuer": ISSUER, "capabilities": ["permission-v2"]}
    assert (await found({SMART: smart, OPENID: openid()}, device=True))[0] == ALL
    board = (await found({SMART: smart, OPENID: openid()}))[0]
    assert (board.token, board.device) == ("https://proxy.example/token", "")


async def test_keys_are_found_at_the_issuer() -> None:
    smart = {key: value for key, value in Server().told[SMART].items() if key not in ("jwks_uri", "userinfo_endpoint")}
    assert (await found({SMART: smart, OPENID: openid()}, device=True))[0] == ALL


@pytest.mark.parametrize("answer", [500, 503, 429, WebError("unreachable", "x")], ids=str)
async def test_a_server_that_is_out_of_order_is_no_reason_to_sign_in_elsewhere(answer: Any) -> None:
    with pytest.raises(WebError):
        await found({SMART: answer, OPENID: openid()}, ISSUER)


@pytest.mark.parametrize(
    ("told", "issuer", "says"),
    [
        ({}, "", "does not say where"),
        ({}, ISSUER, "does not say where"),
        ({SMART: openid()}, "https://other.example", "another issuer than the configured"),
        ({OPENID: openid(issuer="https://evil.example")}, ISSUER, "another name"),
        ({OPENID: openid(issuer=ISSUER + "/")}, ISSUER, "another name"),
        ({OPENID: openid(issuer=None)}, ISSUER, "another name"),
        ({SMART: openid(device_authorization_endpoint=None)}, "", "no sign-in by a code"),
        ({f"{BASE}/metadata": statement(token=f"{ISSUER}/token")}, "", "no sign-in by a code"),
    ],
)
async def test_what_is_missing_or_contradicts_is_told(told: dict[str, Any], issuer: str, says: str) -> None:
    with pytest.raises(SignedOut, match=says):
        await found(told, issuer, device=True)


@pytest.mark.parametrize("key", ["token_endpoint", "device_authorization_endpoint", "jwks_uri", "issuer"])
@pytest.mark.parametrize(
    "address",
    [
        "http://sign.example/x", "ftp://sign.example/x", "https://me:pw@sign.example/x", "https:///x", "//sign.example",
        "https://sign.example/x#y", "https://sign.example/ x", "https://sign.example/\n", "https://bücher.example/",
        "https://sign.example:99999/", "file:///etc/passwd", 3, ["https://a.example"],
        "https://a.example/" + "x" * 3_000,
    ],
)  # fmt: skip
async def test_an_address_that_no_secret_may_go_to_is_refused(key: str, address: Any) -> None:
    with pytest.raises(SignedOut, match="not safe") as refused:
        await found({SMART: Server().told[SMART] | {key: address}}, device=True)
    assert "pw" not in str(refused.value)


async def test_this_machine_may_be_asked_without_tls() -> None:
    told = {SMART: openid(token_endpoint="http://127.0.0.1:9/token")}
    assert (await found(told))[0].token == "http://127.0.0.1:9/token"


@pytest.mark.parametrize(
    "document", [{"rest": 3}, {"rest": [3, {"security": 4}, {"security": {"extension": [5, {"url": OAUTH_URIS}]}}]}, {}]
)
async def test_an_odd_statement_is_none(document: Any) -> None:
    with pytest.raises(SignedOut, match="does not say where"):
        await found({f"{BASE}/metadata": document})


async def test_each_server_is_asked_by_its_own_connection() -> None:
    """The FHIR server's client certificate and pin are for that server alone."""
    here, there = Server(), Server()
    endpoints = await discover(Exchange("w", BASE, here, there), device=True)
    await Exchange("w", BASE, here, there).post(endpoints.token, {"grant_type": "x", "device_code": "y"})
    assert (here.asked, there.asked) == ([f"GET {SMART}"], [f"POST {ISSUER}/token"])
