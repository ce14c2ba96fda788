"""Who signed in: only a proof that holds in every part counts."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from sign_in_server import (
    BASE,
    CANARY,
    ISSUER,
    KEY,
    NOW,
    OTHER,
    RSA,
    SMART,
    Keyring,
    Server,
    Time,
    person,
    signed_in,
)  # fmt: skip

from iomt_tui.security.sign_in.identity import ALGORITHMS
from iomt_tui.security.sign_in.model import SignedOut


def _unsigned(claims: dict[str, Any], algorithm: str = "none") -> str:
    parts = [json.dumps({"alg": algorithm}), json.dumps(claims)]
    return ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts) + "."


async def _refused(server: Server) -> None:
    time, keyring = Time(), Keyring()
    session = person(server, time, keyring)
    step = await session.begin()
    with pytest.raises(SignedOut, match="does not prove who signed in") as refused:
        await session.finish(step)
    assert CANARY not in str(refused.value)
    assert session.user is None and not keyring.held
    assert [form["token_type_hint"] for url, form in server.forms if url.endswith("/revoke")] == [
        "refresh_token", "access_token"
    ]  # fmt: skip
    with pytest.raises(SignedOut):
        await session.authorization()


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"}, {"iss": [ISSUER]}, {"iss": None}, {"aud": "other"}, {"aud": None},
        {"aud": ["terminal", "other"]}, {"aud": ["terminal", "other"], "azp": "other"}, {"azp": "other"},
        {"exp": NOW - 61}, {"exp": None}, {"exp": "soon"}, {"sub": None}, {"sub": ""}, {"nbf": NOW + 120},
    ],
    ids=str,
)  # fmt: skip
async def test_a_claim_that_does_not_fit_is_no_proof(change: dict[str, Any]) -> None:
    server = Server()
    assert server.claims
    server.claims = {key: value for key, value in (server.claims | change).items() if value is not None}
    await _refused(server)


async def test_a_signature_of_another_key_is_no_proof() -> None:
    server = Server()
    server.id_token = jwt.encode({"alg": "ES256", "kid": "one"}, dict(server.claims or {}), OTHER, algorithms=["ES256"])
    await _refused(server)


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "ES256"])
async def test_no_signature_is_no_proof(algorithm: str) -> None:
    server = Server()
    server.id_token = _unsigned(server.claims or {}, algorithm)
    await _refused(server)


async def test_a_signature_by_the_public_key_as_a_password_is_no_proof() -> None:
    """The classic confusion: HS256 with the text of the public key, which everybody has."""
    server = Server()
    secret = OctKey.import_key(base64.urlsafe_b64encode(KEY.as_pem(private=False)[:64]).decode())
    server.id_token = jwt.encode({"alg": "HS256", "kid": "one"}, dict(server.claims or {}), secret)
    server.told[f"{ISSUER}/jwks"]["keys"].append({"kty": "oct", "kid": "one", "k": "x" * 43})
    await _refused(server)


def test_only_signatures_by_a_key_pair_are_looked_at() -> None:
    """The keys' own kind refuses the others too; this is the first of two doors."""
    assert {algorithm[:2] for algorithm in ALGORITHMS} == {"RS", "PS", "ES"}


@pytest.mark.parametrize("token", ["x", "a.b", "a.b.c", "..", "e30.e30.e30", "x" * 200_000 + ".a.b"])
async def test_garbage_is_no_proof(token: str) -> None:
    server = Server()
    server.id_token = token[:60_000]
    await _refused(server)


@pytest.mark.parametrize("keys", [{"keys": []}, {"keys": 3}, {}, {"keys": [{"kty": "EC"}, 3, None]}])
async def test_without_the_key_there_is_no_proof(keys: dict[str, Any]) -> None:
    server = Server()
    server.told[f"{ISSUER}/jwks"] = keys
    await _refused(server)


async def test_an_odd_key_does_not_cost_the_others() -> None:
    server, time = Server(), Time()
    odd = [{"kty": "AKP", "kid": "pq"}, {"kty": "EC", "crv": "P-1", "x": "a", "y": "b"}, {"kty": "RSA", "n": "AQAB"}]
    server.told[f"{ISSUER}/jwks"]["keys"] = [*odd, *server.told[f"{ISSUER}/jwks"]["keys"]]
    assert (await signed_in(server, time)).user == ("Nurse One", "Practitioner/n1")


async def test_rs256_and_no_key_id() -> None:
    server, time = Server(), Time()
    server.id_token = jwt.encode({"alg": "RS256"}, dict(server.claims or {}), RSA, algorithms=["RS256"])
    assert (await signed_in(server, time)).user == ("Nurse One", "Practitioner/n1")


async def test_the_time_is_the_servers() -> None:
    """This machine's clock is two hours ahead in these tests; the token would have expired by it."""
    server, time = Server(), Time()
    assert (await signed_in(server, time)).user
    assert server.claims and server.claims["exp"] < NOW + 7_200


@pytest.mark.parametrize(
    ("fhir_user", "reference"),
    [
        ("Practitioner/n1", "Practitioner/n1"),
        (f"{BASE}/Practitioner/n1", "Practitioner/n1"),
        ("https://other.example/fhir/Practitioner/n1", "https://other.example/fhir/Practitioner/n1"),
        ("Observation/1", ""),
        ("Practitioner/n1/../x", ""),
        ("Practitioner/\x1b[31m", ""),
        (f"{BASE}x/Practitioner/n1 ", ""),
        (3, ""),
    ],
)
async def test_fhir_user(fhir_user: Any, reference: str) -> None:
    server, time = Server(), Time()
    assert server.claims
    server.claims["fhirUser"] = fhir_user
    del server.told[f"{ISSUER}/me"]
    session = await signed_in(server, time)
    assert session.user == ("Nurse One", reference)
    assert ("fhirUser" in session.lacking) == (not reference)


async def test_the_name_is_safe_and_short() -> None:
    server, time = Server(), Time()
    assert server.claims
    server.claims["name"] = "\x1b[31mEve\u202e" + "x" * 500
    session = await signed_in(server, time)
    assert session.user and len(session.user.name) == 40 and "\x1b" not in session.user.name


async def test_userinfo_adds_what_the_token_does_not_say() -> None:
    server, time = Server(), Time()
    assert server.claims
    del server.claims["name"], server.claims["fhirUser"]
    assert (await signed_in(server, time)).user == ("Nurse One", "Practitioner/n1")
    server.told[f"{ISSUER}/me"]["sub"] = "somebody else"
    assert (await signed_in(server, time)).user == ("u1", "")
    server.claims = None
    server.told[SMART].pop("jwks_uri")
    assert (await signed_in(server, time)).user == ("Nurse One", "Practitioner/n1")
    del server.told[f"{ISSUER}/me"]
    assert (await signed_in(server, time)).user is None
