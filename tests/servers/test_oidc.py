"""The provider signs people and machines in as SMART has it."""

from __future__ import annotations

import pytest

from .board_keys import BoardKeys
from .npm_servers import Issuer, Server, oidc
from .person import approve, deny
from .sign_in import ask, board_token, claims, poll, read, refresh, signed_in


def test_a_person_signs_in_at_the_device(oidc_server: Issuer, protected_server: Server) -> None:
    device = ask(oidc_server, resource=protected_server.url)
    assert "interval" not in device
    assert poll(oidc_server, device).json()["error"] == "authorization_pending"
    assert "successful" in approve(device["verification_uri_complete"], "nurse-7")

    tokens = poll(oidc_server, device).json()
    assert tokens["scope"] == "user/*.rs user/Task.cu"  # narrower than asked, and without OpenID's own
    person = claims(oidc_server, tokens["id_token"])
    assert (person["fhirUser"], person["name"]) == ("Practitioner/nurse-7", "Nurse 7")
    assert claims(oidc_server, tokens["access_token"])["aud"] == protected_server.url
    assert read(protected_server, tokens["access_token"]).status_code == 200


def test_polling_after_the_tokens_came_revokes_them(oidc_server: Issuer) -> None:
    device = ask(oidc_server)
    approve(device["verification_uri_complete"])
    tokens = poll(oidc_server, device).json()
    assert poll(oidc_server, device).json()["error"] == "invalid_grant"
    assert refresh(oidc_server, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_who_cancels_is_not_signed_in(oidc_server: Issuer) -> None:
    device = ask(oidc_server)
    deny(device["verification_uri_complete"])
    assert poll(oidc_server, device).json()["error"] == "access_denied"


def test_a_refresh_token_is_good_once_and_its_replay_ends_the_session(oidc_server: Issuer) -> None:
    first = signed_in(oidc_server)["refresh_token"]
    second = refresh(oidc_server, first).raise_for_status().json()["refresh_token"]
    assert second != first
    assert refresh(oidc_server, first).json()["error"] == "invalid_grant"
    assert refresh(oidc_server, second).json()["error"] == "invalid_grant"


def test_a_session_that_was_ended_is_not_refreshed_and_flags_are_heeded() -> None:
    with oidc(token_seconds=7, interval=2) as issuer:
        assert ask(issuer)["interval"] == 2
        tokens = signed_in(issuer)
        assert tokens["expires_in"] == 7
        again = refresh(issuer, tokens["refresh_token"]).raise_for_status().json()["refresh_token"]
        issuer.revoke_all()
        assert refresh(issuer, again).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_the_board_signs_in_with_its_key(
    oidc_server: Issuer, protected_server: Server, board_keys: BoardKeys, algorithm: str
) -> None:
    assertion = board_keys.assertion(f"{oidc_server.url}/token", algorithm)
    answer = board_token(oidc_server, assertion).raise_for_status().json()
    assert answer["scope"] == "system/*.rs"
    assert read(protected_server, answer["access_token"]).status_code == 200
    assert board_token(oidc_server, assertion).status_code == 401  # an assertion is good once


def test_another_key_is_not_the_boards(oidc_server: Issuer) -> None:
    answer = board_token(oidc_server, BoardKeys.generate().assertion(f"{oidc_server.url}/token"))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
