"""No sign-in at all, and a bearer token for labs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from sign_in_server import BASE, CANARY, Keyring, Server, secrets

from iomt_tui.security.secrets import Secrets
from iomt_tui.security.sign_in.bearer import BearerSession
from iomt_tui.security.sign_in.model import Session, SignedOut
from iomt_tui.security.sign_in.session import session_for


def bearer(where: Secrets) -> Session:
    return session_for(auth="bearer", name="w", base=BASE, web=Server(), secrets=where)


async def test_a_server_that_asks_for_nothing_gets_nothing() -> None:
    server = Server()
    session = session_for(auth="none", name="w", base=BASE, web=server, secrets=secrets())
    assert await session.authorization() == ""
    session.refused("")
    assert await session.begin() is None and not await session.known() and await session.end()
    assert server.asked == [] and session.user is None


def test_another_word_is_no_auth() -> None:
    with pytest.raises(ValueError, match="auth"):
        session_for(auth="basic", name="w", base=BASE, web=Server(), secrets=secrets())


async def test_a_token_from_where_secrets_are() -> None:
    keyring = Keyring()
    keyring.set_password("iomt-tui", "w.token", CANARY)
    session = bearer(secrets(keyring))
    assert await session.known() and session.kept == "the Secret Service keyring"
    assert await session.authorization() == f"Bearer {CANARY}"
    assert CANARY not in repr(session) + repr(vars(session))
    assert not await session.end()  # who made it can revoke it
    assert not keyring.held
    with pytest.raises(SignedOut, match="there is no token for w"):
        await session.authorization()


async def test_a_variable_is_warned_of() -> None:
    session = bearer(secrets(None, {"T": CANARY}, variable="T"))
    await session.authorization()
    assert "variable T" in session.warning and CANARY not in session.warning


@pytest.mark.parametrize("token", ["a b", "a\nb", "ü", "x" * 70_000])
async def test_a_token_that_cannot_stand_in_a_header_is_told(token: str) -> None:
    with pytest.raises(SignedOut, match="printable") as refused:
        await bearer(secrets(None, {"T": token}, variable="T")).authorization()
    assert token not in str(refused.value)


async def test_a_refused_token_is_looked_up_again_and_not_sent_again(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first")
    command = [sys.executable, "-c", f"print(open({str(file)!r}).read())"]
    session = bearer(secrets(command=command))
    header = await session.authorization()
    assert header == "Bearer first"
    session.refused("Bearer other")
    assert await session.authorization() == header
    session.refused(header)
    for _ in range(2):
        with pytest.raises(SignedOut, match="does not accept the token from token_command"):
            await session.authorization()
    file.write_text("second")
    assert await session.authorization() == "Bearer second"


async def test_a_source_that_cannot_be_trusted_is_told() -> None:
    session = bearer(secrets(command=["/no/such/program"]))
    with pytest.raises(SignedOut, match="cannot sign in at w: token_command cannot be started"):
        await session.authorization()
    assert isinstance(session, BearerSession)
