"""Signing in as a person: the device grant; a server in this process plays the rare cases."""

from __future__ import annotations

from typing import Any

import pytest
from sign_in_server import CANARY, ISSUER, Keyring, Server, Time, person, signed_in

from iomt_tui.backends.fhir import spec
from iomt_tui.security.sign_in import session as sign_in
from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.web import WebError

NOBODY = "nobody is signed in at w; sign in here or with 'iomt-tui login w'"


def test_the_words_for_auth_are_the_configurations() -> None:
    assert sign_in.AUTHS == spec.AUTHS


async def test_a_person_signs_in_and_is_known() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    session = person(server, time, keyring)
    step = await session.begin()
    assert step == (f"{ISSUER}/go", "WDJB-MJHT", f"{ISSUER}/go?code=WDJB-MJHT", 5.0, 600.0, step.device_code, 1_000.0)
    assert CANARY not in repr(step)
    await session.finish(step)
    assert session.user == ("Nurse One", "Practitioner/n1")
    assert session.lacking == frozenset()
    assert session.kept == "the Secret Service keyring"
    assert await session.authorization() == f"Bearer {CANARY}-access-1"
    assert server.counted == {"device_code": 1}
    asked = dict(server.forms)[f"{ISSUER}/device"]
    assert asked == {
        "client_id": "terminal", "scope": "openid fhirUser profile offline_access user/*.rs"
    }  # fmt: skip


async def test_polling_waits_slows_down_and_stops_at_the_first_200() -> None:
    server, time = Server(), Time()
    server.polls = ["authorization_pending", "slow_down", "authorization_pending", "slow_down", "authorization_pending"]
    session = await signed_in(server, time)
    assert time.slept == [5, 5, 10, 10, 15, 15]  # RFC 8628, 3.5
    assert server.counted == {"device_code": 6}
    await session.authorization()
    assert server.counted == {"device_code": 6}


async def test_the_servers_interval_counts_and_a_silent_server_is_asked_less() -> None:
    server, time = Server(), Time()
    server.told[f"{ISSUER}/device"]["interval"] = 2
    server.polls = [WebError("timeout", "x"), WebError("unreachable", "x"), "authorization_pending"]
    await signed_in(server, time)
    assert time.slept == [2, 4, 8, 8]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("access_denied", "was declined"),
        ("expired_token", "was not used in time"),
        ("invalid_grant", "sign in again"),
        ("invalid_client", "client_id"),
        ("unsupported_grant_type", "another auth"),
        ("odd\x1b[31m", "refused the sign-in (odd"),
    ],
)
async def test_a_refusal_ends_the_polling_in_words(error: str, says: str) -> None:
    server, time = Server(), Time()
    server.polls = ["authorization_pending", error, "authorization_pending"]
    session = person(server, time)
    step = await session.begin()
    with pytest.raises(SignedOut) as ended:
        await session.finish(step)
    assert says in str(ended.value) and CANARY not in str(ended.value) and "\x1b" not in str(ended.value)
    assert server.counted == {"device_code": 2}
    with pytest.raises(SignedOut, match="nobody is signed in"):
        await session.authorization()


async def test_a_code_that_has_run_out_is_not_polled_for() -> None:
    server, time = Server(), Time()
    server.told[f"{ISSUER}/device"]["expires_in"] = 12
    server.polls = ["authorization_pending"] * 9
    session = person(server, time)
    step = await session.begin()
    with pytest.raises(SignedOut, match="not used in time"):
        await session.finish(step)
    assert server.counted == {"device_code": 2}


@pytest.mark.parametrize(
    "change",
    [
        {"device_code": None}, {"user_code": 3}, {"verification_uri": "http://sign.example/go"},
        {"verification_uri": "javascript:alert(1)"}, {"verification_uri_complete": "https://x@sign.example/"},
        {"verification_uri": "https://sign.example/\x1b]52;c;x\x07"},
    ],
)  # fmt: skip
async def test_a_page_that_nobody_should_open_is_not_shown(change: dict[str, Any]) -> None:
    server, time = Server(), Time()
    server.told[f"{ISSUER}/device"] |= change
    with pytest.raises(SignedOut):
        await person(server, time).begin()
