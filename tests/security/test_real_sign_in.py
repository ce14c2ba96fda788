"""Signing in at a real OpenID provider, and reading a real FHIR server with what it gives."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from itertools import takewhile
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import TYPE_CHECKING

import pytest
from servers.npm_servers import BOARD, TERMINAL, medplum, oidc
from servers.person import approve, deny
from sign_in_server import Keyring, Time, secrets

from iomt_tui.security.sign_in.model import SignedOut, SignInStep
from iomt_tui.security.sign_in.person import PersonSession
from iomt_tui.security.sign_in.session import Session, session_for
from iomt_tui.security.web import Transport, Web

if TYPE_CHECKING:
    from servers.board_keys import BoardKeys
    from servers.npm_servers import Issuer, Server


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    """Connections of this test's own."""
    made = Web(Transport())
    yield made
    await made.close()


def person(
    web: Web, base: str, time: Time, keyring: Keyring | None = None, issuer: str = "", writes: tuple[str, ...] = ()
) -> PersonSession:
    """A session of the provider's public client; sleeping costs no time, so that its clock is ``time``."""
    made = session_for(
        auth="device", name="w", base=base, web=web, secrets=secrets(keyring), client_id=TERMINAL, issuer=issuer,
        clock=time.clock, sleep=time.sleep, writes=writes,
    )  # fmt: skip
    assert isinstance(made, PersonSession)
    return made


async def signed_in(session: Session, login: str = "nurse-1") -> SignInStep:
    """The person takes the code to a browser, and the session waits for it."""
    step = await session.begin()
    assert step is not None
    await asyncio.to_thread(approve, str(step.direct), login)
    await session.finish(step)
    return step


async def status(web: Web, base: str, authorization: str, path: str = "Patient") -> int:
    """What the FHIR server answers to that header."""
    headers = {"Accept": "application/fhir+json"} | ({"Authorization": authorization} if authorization else {})
    return (await web.request("GET", f"{base}/{path}", headers=headers)).status


async def test_a_person_signs_in_by_smart_discovery_and_reads(protected_server: Server, web: Web) -> None:
    time, keyring = Time(), Keyring()
    session = person(web, protected_server.url, time, keyring, writes=("ack", "dose"))
    assert await status(web, protected_server.url, "") == 401
    step = await session.begin()
    assert (step.interval, step.lasts) == (5, 600)
    waiting = asyncio.create_task(session.finish(step))
    while len(time.slept) < 2:  # it has been told that nobody has come yet
        await asyncio.sleep(0.01)
    await asyncio.to_thread(approve, str(step.direct), "nurse-7")
    await waiting
    assert session.user == ("Nurse 7", "Practitioner/nurse-7")
    assert session.lacking == {"user/MedicationAdministration.cu"}  # narrowed without a word
    assert await status(web, protected_server.url, await session.authorization()) == 200


async def test_refreshing_rotates_and_the_next_process_goes_on(protected_server: Server, web: Web) -> None:
    time, keyring = Time(), Keyring()
    session = person(web, protected_server.url, time, keyring)
    await signed_in(session)
    headers = []
    for _ in range(3):
        headers.append(await session.authorization())
        assert await status(web, protected_server.url, headers[-1]) == 200
        time.now += 299
    assert len(set(headers)) == 3 and session.lacking == frozenset()
    after = person(web, protected_server.url, time, keyring)
    assert await after.known() and after.user == ("Nurse 1", "Practitioner/nurse-1")
    assert await status(web, protected_server.url, await after.authorization()) == 200
    # The first process holds the token that the second has used, and must not use it: it takes the newer one.
    assert await status(web, protected_server.url, await session.authorization()) == 200


async def test_a_replayed_refresh_token_ends_the_sign_in_in_words(protected_server: Server, web: Web) -> None:
    time, keyring = Time(), Keyring()
    session = person(web, protected_server.url, time, keyring)
    await signed_in(session)
    old = dict(keyring.held)
    time.now += 299
    await session.authorization()
    replaying = Keyring()
    replaying.held = old
    with pytest.raises(SignedOut, match="has ended; sign in again"):
        await person(web, protected_server.url, time, replaying).authorization()
    time.now += 299
    with pytest.raises(SignedOut, match="has ended; sign in again"):
        await session.authorization()
    assert not keyring.held
    await signed_in(session, "nurse-2")
    assert session.user == ("Nurse 2", "Practitioner/nurse-2")
    assert await status(web, protected_server.url, await session.authorization()) == 200


async def test_a_declined_sign_in(protected_server: Server, web: Web) -> None:
    session = person(web, protected_server.url, Time())
    step = await session.begin()
    await asyncio.to_thread(deny, str(step.direct))
    with pytest.raises(SignedOut, match="declined"):
        await session.finish(step)


async def test_the_end_is_the_end_at_the_provider_too(protected_server: Server, web: Web) -> None:
    time, keyring = Time(), Keyring()
    session = person(web, protected_server.url, time, keyring)
    await signed_in(session)
    kept = dict(keyring.held)
    assert await session.end()
    assert not keyring.held
    again = Keyring()
    again.held = kept
    with pytest.raises(SignedOut, match="has ended"):
        await person(web, protected_server.url, time, again).authorization()


async def test_a_session_that_the_provider_ends_and_a_code_that_runs_out(medplum_server: Server, web: Web) -> None:
    """The FHIR server knows nothing of sign-in here: the configured issuer tells where."""
    with oidc(token_seconds=120, interval=2) as issuer:
        time = Time()
        session = person(web, medplum_server.url, time, issuer=issuer.url)
        step = await signed_in(session)
        assert step.interval == 2
        time.now += 90
        first = await session.authorization()
        issuer.revoke_all()
        assert await session.authorization() == first
        time.now += 7  # 80 % of its life is over
        with pytest.raises(SignedOut, match="has ended; sign in again"):
            await session.authorization()
        step = await session.begin()
        time.now += step.lasts
        with pytest.raises(SignedOut, match="not used in time"):
            await session.finish(step)


@pytest.mark.parametrize("form", ["JWK", "PEM"])
@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
async def test_a_board_signs_in_by_its_key_and_reads(
    protected_server: Server, board_keys: BoardKeys, web: Web, tmp_path: Path, algorithm: str, form: str
) -> None:
    key, path, time = board_keys.keys[algorithm], tmp_path / "key", Time()
    path.write_text(json.dumps(key.as_dict(private=True)) if form == "JWK" else key.as_pem(private=True).decode())
    path.chmod(0o600)
    session = session_for(
        auth="backend", name="w", base=protected_server.url, web=web, secrets=secrets(), client_id=BOARD,
        key_file=str(path), algorithm=algorithm, clock=time.clock, writes=("ack", "vitals"),
    )  # fmt: skip
    assert await session.begin() is None
    first = await session.authorization()
    assert await status(web, protected_server.url, first) == 200
    assert session.lacking == frozenset()
    time.now += 299
    second = await session.authorization()
    assert second != first and await status(web, protected_server.url, second) == 200
    assert await session.end()


async def test_another_key_is_refused_in_words(
    oidc_server: Issuer, protected_server: Server, web: Web, tmp_path: Path
) -> None:
    from joserfc.jwk import ECKey

    path = tmp_path / "key"
    path.write_bytes(ECKey.generate_key("P-384").as_pem(private=True))
    path.chmod(0o600)
    session = session_for(
        auth="backend", name="w", base=protected_server.url, web=web, secrets=secrets(), client_id=BOARD,
        key_file=str(path),
    )  # fmt: skip
    with pytest.raises(SignedOut, match="client_id, key or algorithm"):
        await session.begin()


async def test_a_refused_token_is_renewed_once(protected_server: Server, web: Web) -> None:
    session = person(web, protected_server.url, Time())
    await signed_in(session)
    header = await session.authorization()
    assert await status(web, protected_server.url, header[:-4] + "AAAA") == 401
    session.refused(header)
    renewed = await session.authorization()
    assert renewed != header and await status(web, protected_server.url, renewed) == 200


def test_the_program_signs_a_person_in(own_directories: Path) -> None:
    """``iomt-tui login`` in a process of its own, on a machine without a keyring."""
    with oidc(interval=1) as issuer, medplum(issuer.url) as server:
        config = own_directories / "config.toml"
        config.write_text(
            f'[servers.w]\nurl = "{server.url}"\nward = "Location/1"\nauth = "device"\nclient_id = "{TERMINAL}"\n'
        )
        plain = {name: value for name, value in os.environ.items() if not name.startswith("TEXTUAL")}
        env = plain | {"IOMT_TUI_CONFIG": str(config), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        command = [sys.executable, "-m", "iomt_tui", "login", "w"]
        with subprocess.Popen(command, env=env, text=True, stdout=PIPE, stderr=PIPE, stdin=DEVNULL) as program:
            assert program.stderr is not None
            said = list(takewhile(lambda line: not line.startswith("The code holds"), program.stderr))
            (page,) = [line.removeprefix("or open ").strip() for line in said if line.startswith("or open ")]
            approve(page, "nurse-3")
            out, err = program.communicate(timeout=30)
    assert said[0].startswith("Nothing here can keep the sign-in (PYTHON_KEYRING_BACKEND names one that keeps nothing")
    assert (program.returncode, out) == (1, "w: signed in as Nurse 3 (Practitioner/nurse-3)\n")
    assert err == "It is kept nowhere and was ended again: 'iomt-tui connect w' will ask itself.\n"
