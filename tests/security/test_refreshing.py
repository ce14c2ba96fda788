"""What becomes of a person's sign-in: refreshed, kept, ended; a server in this process plays the rare cases."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sign_in_server import CANARY, ISSUER, SMART, Keyring, Server, Time, person, signed_in

from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.web import WebError

NOBODY = "nobody is signed in at w; sign in here or with 'iomt-tui login w'"


def kept(keyring: Keyring) -> dict[str, Any]:
    return dict(json.loads(keyring.held["iomt-tui", "w.sign-in"]))


async def test_a_token_is_refreshed_in_time_and_the_new_refresh_token_is_kept_first() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    session = await signed_in(server, time, keyring)
    time.now += 239  # of 300 s; the last 60 are a margin
    assert await session.authorization() == f"Bearer {CANARY}-access-1"
    time.now += 2
    assert await session.authorization() == f"Bearer {CANARY}-access-2"
    assert kept(keyring)["refresh"] == f"{CANARY}-refresh-2"
    assert server.counted == {"device_code": 1, "refresh_token": 1}
    assert session.user == ("Nurse One", "Practitioner/n1") and session.lacking == frozenset()


async def test_many_who_ask_at_once_make_one_request() -> None:
    server, time = Server(), Time()
    session = await signed_in(server, time)
    time.now += 1_000
    server.gate = asyncio.Event()
    asking = [asyncio.create_task(session.authorization()) for _ in range(20)]
    await _settled()
    server.gate.set()
    assert set(await asyncio.gather(*asking)) == {f"Bearer {CANARY}-access-2"}
    assert server.counted["refresh_token"] == 1


async def _settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_who_gives_up_waiting_does_not_lose_the_rotated_token() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    session = await signed_in(server, time, keyring)
    time.now += 1_000
    server.gate = asyncio.Event()
    asking = asyncio.create_task(session.authorization())
    await _settled()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    again = asyncio.create_task(session.authorization())
    await _settled()
    server.gate.set()
    assert await again == f"Bearer {CANARY}-access-2"
    assert server.counted["refresh_token"] == 1
    assert kept(keyring)["refresh"] == f"{CANARY}-refresh-2"


async def test_a_401_makes_one_refresh() -> None:
    server, time = Server(), Time()
    session = await signed_in(server, time)
    time.now += 100
    header = await session.authorization()
    session.refused(header)
    session.refused(header)  # of a second request that was under way
    assert await session.authorization() == f"Bearer {CANARY}-access-2"
    session.refused(header)  # and of a late one
    assert await session.authorization() == f"Bearer {CANARY}-access-2"
    assert server.counted["refresh_token"] == 1


async def test_a_server_that_refuses_its_own_tokens_is_not_asked_for_more_without_end() -> None:
    server, time = Server(), Time()
    session = await signed_in(server, time)
    for _ in range(2):
        session.refused(await session.authorization())
    for _ in range(5):
        with pytest.raises(SignedOut, match="tokens of its own sign-in"):
            await session.authorization()
    assert server.counted["refresh_token"] == 1
    time.now += 61
    assert await session.authorization()


async def test_an_ended_sign_in_is_forgotten_and_told() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    session = await signed_in(server, time, keyring)
    server.used.add(f"{CANARY}-refresh-1")
    time.now += 1_000
    with pytest.raises(SignedOut, match="the sign-in at w has ended; sign in again"):
        await session.authorization()
    assert not keyring.held and session.user is None
    with pytest.raises(SignedOut) as ended:
        await session.authorization()
    assert str(ended.value) == NOBODY
    assert server.counted["refresh_token"] == 1


async def test_a_new_login_elsewhere_takes_the_place_of_an_ended_sign_in() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    session = await signed_in(server, time, keyring)
    server.used.add(f"{CANARY}-refresh-1")
    await signed_in(server, time, keyring)
    time.now += 1_000
    assert await session.authorization() == f"Bearer {CANARY}-access-3"
    assert kept(keyring)["refresh"] == f"{CANARY}-refresh-3"


async def test_a_token_that_another_process_has_used_is_not_used_again() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    first = await signed_in(server, time, keyring)
    second = person(server, time, keyring)
    time.now += 1_000
    await second.authorization()
    await first.authorization()
    used = [form["refresh_token"] for _, form in server.forms if form.get("grant_type") == "refresh_token"]
    assert used == [f"{CANARY}-refresh-1", f"{CANARY}-refresh-2"]


async def test_a_login_elsewhere_is_found_by_who_was_signed_out() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    session = person(server, time, keyring)
    with pytest.raises(SignedOut):
        await session.authorization()
    await signed_in(server, time, keyring)
    assert await session.authorization() == f"Bearer {CANARY}-access-2"
    assert session.user == ("Nurse One", "Practitioner/n1")


@pytest.mark.parametrize(
    "answer",
    [WebError("unreachable", "x"), (503, {}), (429, {}), (404, {}), (400, {}), (200, {"odd": 1})],
    ids=str,
)
async def test_a_server_that_is_out_of_order_ends_no_sign_in(answer: Any) -> None:
    server, time, keyring = Server(), Time(), Keyring()
    session = await signed_in(server, time, keyring)
    time.now += 250
    server.refresh_answer = answer
    if answer[0] != 200 if isinstance(answer, tuple) else True:
        assert await session.authorization() == f"Bearer {CANARY}-access-1"  # it still holds
        requests = server.counted["refresh_token"]
        await session.authorization()
        assert server.counted["refresh_token"] == requests  # not at every turn
    time.now += 60
    with pytest.raises((WebError, SignedOut)):
        await session.authorization()
    assert kept(keyring)["refresh"] == f"{CANARY}-refresh-1"
    server.refresh_answer = None
    assert (await session.authorization()).startswith(f"Bearer {CANARY}-access-")


async def test_without_a_keyring_the_sign_in_is_this_processs() -> None:
    server, time = Server(), Time()
    session = await signed_in(server, time)
    assert session.kept == ""
    time.now += 1_000
    assert await session.authorization() == f"Bearer {CANARY}-access-2"
    with pytest.raises(SignedOut):
        await person(server, time).authorization()


async def test_a_kept_sign_in_is_known_without_asking_and_refreshed_by_the_next_engine() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    await signed_in(server, time, keyring)
    server.asked.clear()
    session = person(server, time, keyring)
    assert await session.known()
    assert session.user == ("Nurse One", "Practitioner/n1") and session.kept
    assert server.asked == []
    assert await session.authorization() == f"Bearer {CANARY}-access-2"


@pytest.mark.parametrize("change", [{"base": "https://evil.example/r4"}, {"client": "other"}, {"refresh": "a b"}])
async def test_a_kept_token_goes_nowhere_but_where_it_came_from(change: dict[str, str]) -> None:
    server, time, keyring = Server(), Time(), Keyring()
    await signed_in(server, time, keyring)
    keyring.held["iomt-tui", "w.sign-in"] = json.dumps(kept(keyring) | change)
    session = person(server, time, keyring)
    assert not await session.known()
    with pytest.raises(SignedOut):
        await session.authorization()
    assert not server.counted["refresh_token"]


async def test_a_sign_in_server_that_has_moved_gets_no_token() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    await signed_in(server, time, keyring)
    server.told[SMART]["token_endpoint"] = "https://evil.example/token"
    with pytest.raises(SignedOut, match="moved its sign-in"):
        await person(server, time, keyring).authorization()
    assert not server.counted["refresh_token"]


@pytest.mark.parametrize("text", ["", "x", "[]", "null", '{"base":1}'])
async def test_what_was_kept_and_is_damaged_is_nobody(text: str) -> None:
    server, time, keyring = Server(), Time(), Keyring()
    keyring.held["iomt-tui", "w.sign-in"] = text
    assert not await person(server, time, keyring).known()


async def test_the_end_revokes_both_tokens_and_forgets() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    session = await signed_in(server, time, keyring)
    assert await session.end()
    revoked = [form for url, form in server.forms if url.endswith("/revoke")]
    assert [(form["token"], form["token_type_hint"], form["client_id"]) for form in revoked] == [
        (f"{CANARY}-refresh-1", "refresh_token", "terminal"), (f"{CANARY}-access-1", "access_token", "terminal"),
    ]  # fmt: skip
    assert not keyring.held and session.user is None
    with pytest.raises(SignedOut):
        await session.authorization()


@pytest.mark.parametrize(("error", "confirmed"), [("unsupported_token_type", True), ("invalid_client", False)])
async def test_an_access_token_that_cannot_be_revoked_leaves_nothing_open(error: str, confirmed: bool) -> None:
    server, time = Server(), Time()
    server.revoking["access_token"] = error
    assert await (await signed_in(server, time)).end() is confirmed
    server.revoking["refresh_token"] = error
    assert not await (await signed_in(server, time)).end()


async def test_another_process_ends_what_was_kept() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    await signed_in(server, time, keyring)
    assert await person(server, time, keyring).end()
    assert [form["token"] for url, form in server.forms if url.endswith("/revoke")] == [f"{CANARY}-refresh-1"]
    assert not keyring.held


@pytest.mark.parametrize("answer", [WebError("unreachable", "x"), 503, None])
async def test_the_end_forgets_whatever_the_server_says(answer: Any) -> None:
    server, time, keyring = Server(), Time(), Keyring()
    session = await signed_in(server, time, keyring)
    if answer is None:
        del server.told[SMART]["revocation_endpoint"]
        session = person(server, time, keyring)
    else:
        request = server.request

        async def broken(method: str, url: str, **more: Any) -> Any:
            if not url.endswith("/revoke"):
                return await request(method, url, **more)
            if isinstance(answer, WebError):
                raise answer
            return (await request("GET", f"{ISSUER}/none"))._replace(status=answer)

        server.request = broken  # type: ignore[method-assign]
    assert not await session.end()
    assert not keyring.held and session.user is None


async def test_a_narrowed_grant_is_told() -> None:
    server, time = Server(), Time()
    server.scope = "user/*.read user/Task.write"
    session = await signed_in(server, time, writes=("ack", "dose"))
    assert session.lacking == {"user/Provenance.cu", "user/MedicationAdministration.cu"}
    server.scope = "user/Patient.rs"
    time.now += 1_000
    await session.authorization()
    assert {"user/Task.cu", "user/Observation.rs"} < session.lacking and "user/Patient.rs" not in session.lacking


async def test_a_server_of_smart_1_is_asked_in_its_words() -> None:
    server, time = Server(), Time()
    server.told[SMART]["capabilities"] = ["permission-v1"]
    await signed_in(server, time, writes=("ack",))
    assert dict(server.forms)[f"{ISSUER}/device"]["scope"].split()[4:] == [
        "user/*.read", "user/Task.write", "user/Provenance.write"
    ]  # fmt: skip


async def test_a_grant_without_a_refresh_token_ends_with_its_token_and_replaces_who_was_kept() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    await signed_in(server, time, keyring)
    server.refreshes = False
    session = await signed_in(server, time, keyring)
    assert not keyring.held and session.lacking == {"offline_access"}
    time.now += 1_000
    with pytest.raises(SignedOut):
        await session.authorization()


async def test_a_token_without_a_life_holds_until_it_is_refused() -> None:
    server, time = Server(), Time()
    server.lasts = None
    session = await signed_in(server, time)
    time.now += 1e7
    header = await session.authorization()
    assert header == f"Bearer {CANARY}-access-1"
    session.refused(header)
    assert await session.authorization() == f"Bearer {CANARY}-access-2"


@pytest.mark.parametrize(
    "tokens",
    [
        {"token_type": "mac", "access_token": CANARY},
        {"token_type": "Bearer"},
        {"token_type": "Bearer", "access_token": f"{CANARY}\r\nX: y"},
        {"token_type": "Bearer", "access_token": f"{CANARY} y"},
        {"token_type": "Bearer", "access_token": "ü"},
    ],
)
async def test_a_token_that_cannot_stand_in_a_header_is_no_grant(tokens: dict[str, str]) -> None:
    server, time = Server(), Time()
    session = await signed_in(server, time)
    server.refresh_answer = (200, tokens)
    time.now += 1_000
    with pytest.raises(SignedOut) as refused:
        await session.authorization()
    assert CANARY not in str(refused.value)


async def test_nothing_of_a_session_shows_a_secret() -> None:
    server, time, keyring = Server(), Time(), Keyring()
    session = await signed_in(server, time, keyring)
    await session.authorization()
    shown = [repr(session), str(session), *(repr(value) for value in vars(session).values())]
    assert not [text for text in shown if CANARY in text]
