"""Telling the server that a sign-in has ended (RFC 7009)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from iomt_tui.security.secret import Secret
from iomt_tui.security.sign_in.discovery import Endpoints
from iomt_tui.security.sign_in.exchange import Exchange, error_code
from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.web import WebError

REFRESH: Final = "refresh_token"
ACCESS: Final = "access_token"


async def revoke(
    exchange: Exchange, find: Callable[[], Awaitable[Endpoints]], client_id: str, tokens: Iterable[tuple[Secret, str]],
    proof: Callable[[Endpoints], dict[str, str]] = lambda _: {},
) -> bool:  # fmt: skip
    """Revokes each (token, type). Whether the server confirmed every one; True when there is none. Never raises.

    Some servers cannot revoke an access token and say so; it ends by itself in minutes, so that nothing is open.
    ``proof`` gives what a client with a key adds to its requests.
    """
    held = [(token, kind) for token, kind in tokens if token]
    if not held:
        return True
    try:
        endpoints = await find()
        if not endpoints.revocation:
            return False
        confirmed = True
        for token, kind in held:
            form = {"token": token.reveal(), "token_type_hint": kind, "client_id": client_id} | proof(endpoints)
            answer = await exchange.post(endpoints.revocation, form)
            spared = kind == ACCESS and error_code(answer) == "unsupported_token_type"
            confirmed &= answer.status == 200 or spared
    except (SignedOut, WebError):
        return False
    return confirmed
