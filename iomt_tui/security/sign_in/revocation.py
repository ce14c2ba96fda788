"""Telling the server that a sign-in has ended (RFC 7009)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from iomt_tui.security.secret import Secret
from iomt_tui.security.sign_in.discovery import Endpoints
from iomt_tui.security.sign_in.exchange import Exchange
from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.web import WebError


async def revoke(
    exchange: Exchange, find: Callable[[], Awaitable[Endpoints]], client_id: str, tokens: Iterable[tuple[Secret, str]],
    proof: Callable[[Endpoints], dict[str, str]] = lambda _: {},
) -> bool:  # fmt: skip
    """Revokes each (token, type). Whether the server confirmed every one; True when there is none. Never raises.

    ``proof`` gives what a client with a key adds to its requests.
    """
    held = [(token, kind) for token, kind in tokens if token]
    if not held:
        return True
    try:
        endpoints = await find()
        if not endpoints.revocation:
            return False
        statuses = []
        for token, kind in held:
            form = {"token": token.reveal(), "token_type_hint": kind, "client_id": client_id} | proof(endpoints)
            statuses.append((await exchange.post(endpoints.revocation, form)).status)
    except (SignedOut, WebError):
        return False
    return all(status == 200 for status in statuses)
