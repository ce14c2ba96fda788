"""A wall board signs in by its key: SMART Backend Services."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from sign_in_server import BASE, CANARY, ISSUER, NOW, SMART, Server, Time, secrets

from iomt_tui.security.secret import Secret
from iomt_tui.security.sign_in.backend import private_key
from iomt_tui.security.sign_in.board import BoardSession
from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.sign_in.session import session_for
from iomt_tui.security.web import WebError

EC = ECKey.generate_key("P-384", {"kid": "e1"})
RSA = RSAKey.generate_key(2048, {"kid": "r1"})
KEYS: dict[str, Any] = {"ES384": EC, "RS384": RSA}


def text(algorithm: str, form: str) -> str:
    key = KEYS[algorithm]
    if form == "PEM":
        return str(key.as_pem(private=True).decode())
    jwk = key.as_dict(private=True, alg=algorithm, use="sig", key_ops=["sign"])
    return json.dumps(jwk if form == "JWK" else {"keys": [key.as_dict(private=False), jwk]})


def board(server: Server, time: Time, key_file: Path | str = "", **more: Any) -> BoardSession:
    given: dict[str, Any] = {"secrets": secrets(), "wall": lambda: NOW + 7_200.0} | more
    numbers = itertools.count()
    made = session_for(
        auth="backend", name="w", base=BASE, web=server, client_id="board", key_file=str(key_file), clock=time.clock,
        fresh=lambda: f"id-{next(numbers)}", **given,
    )  # fmt: skip
    assert isinstance(made, BoardSession)
    return made


def key_at(folder: Path, content: str) -> Path:
    path = folder / "key"
    path.write_text(content, "utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("form", ["JWK", "set", "PEM"])
@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
async def test_the_assertion_holds(algorithm: str, form: str, tmp_path: Path) -> None:
    server, time = Server(), Time()
    session = board(server, time, key_at(tmp_path, text(algorithm, form)), algorithm=algorithm)
    assert await session.begin() is None
    assert await session.authorization() == f"Bearer {CANARY}-access-1"
    (assertion,) = server.assertions
    found = jwt.decode(assertion, KeySet([EC, RSA]) if form != "PEM" else KEYS[algorithm], algorithms=[algorithm])
    kid = {} if form == "PEM" else {"kid": "e1" if algorithm == "ES384" else "r1"}
    assert found.header == {"alg": algorithm, "typ": "JWT"} | kid
    # The machine's clock is two hours ahead of the server's, whose time counts.
    assert found.claims == {"iss": "board", "sub": "board", "aud": f"{ISSUER}/token", "jti": "id-0", "exp": NOW + 240}
    form_sent = dict(server.forms)[f"{ISSUER}/token"]
    assert form_sent["scope"] == "system/*.rs" and "client_secret" not in form_sent
    assert session.user is None and session.lacking == frozenset()


async def test_a_named_key_and_a_new_id_each_time(tmp_path: Path) -> None:
    server, time = Server(), Time()
    session = board(server, time, key_at(tmp_path, text("ES384", "PEM")), key_id="mine", writes=("ack",))
    for _ in range(3):
        await session.authorization()
        time.now += 241
    found = [jwt.decode(one, EC, algorithms=["ES384"]) for one in server.assertions]
    assert [one.header["kid"] for one in found] == ["mine"] * 3
    assert [one.claims["jti"] for one in found] == ["id-0", "id-1", "id-2"]
    assert dict(server.forms)[f"{ISSUER}/token"]["scope"] == "system/*.rs system/Task.cu system/Provenance.cu"


async def test_a_narrowed_grant_is_told(tmp_path: Path) -> None:
    server, time = Server(), Time()
    server.scope = "system/*.read"
    session = board(server, time, key_at(tmp_path, text("ES384", "JWK")), scopes=("system/*.rs", "system/Task.cu"))
    await session.authorization()
    assert session.lacking == {"system/Task.cu"} and session.granted == {"system/*.read"}


async def test_the_key_may_be_a_credential(tmp_path: Path) -> None:
    path = tmp_path / "w.key"
    path.write_text(text("ES384", "JWK"))
    path.chmod(0o400)
    session = board(Server(), Time(), secrets=secrets(None, {"CREDENTIALS_DIRECTORY": str(tmp_path)}))
    assert await session.authorization() and session.kept == "the key in the service's credentials"
    with pytest.raises(SignedOut, match="name a key_file"):
        await board(Server(), Time()).authorization()


async def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    server, path = Server(), key_at(tmp_path, text("ES384", "JWK"))
    path.chmod(0o640)
    with pytest.raises(SignedOut, match="others can read"):
        await board(server, Time(), path).authorization()
    with pytest.raises(SignedOut, match="is not there"):
        await board(server, Time(), tmp_path / "none").authorization()
    assert server.assertions == []


@pytest.mark.parametrize(
    ("algorithm", "content"),
    [
        ("ES384", text("RS384", "JWK")), ("RS384", text("ES384", "PEM")), ("ES384", text("RS384", "PEM")),
        ("ES384", json.dumps(EC.as_dict(private=False))), ("ES384", EC.as_pem(private=False).decode()),
        ("ES384", json.dumps(ECKey.generate_key("P-256").as_dict(private=True))),
        ("ES384", ECKey.generate_key("P-256").as_pem(private=True).decode()),
        ("ES384", EC.as_pem(private=True, password="x").decode()),
        ("ES384", '{"keys": []}'), ("ES384", "{"), ("ES384", CANARY), ("ES384", '{"kty": "oct", "k": "CANARY"}'),
        ("RS384", '{"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "CANARY"}'), ("ES384", '{"keys": [{"d": "CANARY"}]}'),
    ],
    ids=[f"key{number}" for number in range(14)],
)  # fmt: skip
async def test_a_key_that_does_not_fit_is_told_without_it(algorithm: str, content: str, tmp_path: Path) -> None:
    server = Server()
    with pytest.raises(SignedOut, match=f"not one for {algorithm}") as refused:
        await board(server, Time(), key_at(tmp_path, content), algorithm=algorithm).authorization()
    told = str(refused.value)
    assert CANARY not in told and not [part for part in content.split() if len(part) > 20 and part in told]
    assert refused.value.__cause__ is None and server.assertions == []


async def test_a_refusal_is_told_and_the_server_is_looked_up_anew(tmp_path: Path) -> None:
    server, time = Server(), Time()
    session = board(server, time, key_at(tmp_path, text("ES384", "JWK")))
    good = server.told[SMART]
    server.told[SMART] = good | {"token_endpoint": f"{ISSUER}/old"}
    with pytest.raises(SignedOut, match=r"refused the sign-in \(HTTP 404\)"):
        await session.authorization()
    server.told[SMART] = good
    assert await session.authorization()


async def test_the_end_revokes_by_the_key(tmp_path: Path) -> None:
    server, time = Server(), Time()
    session = board(server, time, key_at(tmp_path, text("ES384", "JWK")))
    assert await session.end()
    assert not server.forms
    await session.authorization()
    assert await session.end()
    revoked = dict(server.forms)[f"{ISSUER}/revoke"]
    assert revoked["token"] == f"{CANARY}-access-1"
    assert jwt.decode(revoked["client_assertion"], EC, algorithms=["ES384"]).claims["jti"] == "id-1"
    await session.authorization()
    (tmp_path / "key").unlink()
    assert not await session.end()


async def test_a_server_that_cannot_be_reached_is_no_sign_out(tmp_path: Path) -> None:
    server = Server()
    server.told[SMART] = WebError("unreachable", "x")
    with pytest.raises(WebError):
        await board(server, Time(), key_at(tmp_path, text("ES384", "JWK"))).authorization()


def test_the_key_is_not_shown() -> None:
    key = private_key(Secret(text("ES384", "JWK")), "ES384")
    assert str(EC.as_dict(private=True)["d"]) not in repr(key) + str(key)
