"""The session for one configured server."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from iomt_tui.security.secrets import Secrets
from iomt_tui.security.sign_in.bearer import BearerSession, OpenSession
from iomt_tui.security.sign_in.board import BoardSession
from iomt_tui.security.sign_in.exchange import Asking, Exchange
from iomt_tui.security.sign_in.model import AUTHS, BACKEND, BEARER, DEVICE, NONE, Session, SignedOut, SignInStep, User
from iomt_tui.security.sign_in.person import PersonSession
from iomt_tui.security.sign_in.renewing import boot_clock

__all__ = [
    "AUTHS", "BACKEND", "BEARER", "DEVICE", "NONE", "Session", "SignInStep", "SignedOut", "User", "session_for",
]  # fmt: skip


def session_for(
    *, auth: str, name: str, base: str, web: Asking, secrets: Secrets, client_id: str = "",
    scopes: Iterable[str] = (), writes: Iterable[str] = (), issuer: str = "", key_file: str = "", key_id: str = "",
    algorithm: str = "ES384", elsewhere: Asking | None = None, clock: Callable[[], float] = boot_clock,
    wall: Callable[[], float] = time.time, sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    fresh: Callable[[], str] = lambda: str(uuid.uuid4()),
) -> Session:  # fmt: skip
    """The session of the server ``name``, whose FHIR base is ``base``; ``auth`` is one of :data:`AUTHS`.

    ``web`` asks the server's own origin, ``elsewhere`` (else ``web``) a sign-in server on another one: give it without
    the FHIR server's pin and client certificate. ``scopes``: () asks for what reading and ``writes`` need. ``clock`` is
    s that never step, ``wall`` s since 1970, ``fresh`` ids that were never used. Raises ValueError for another
    ``auth``.
    """
    if auth == NONE:
        return OpenSession()
    if auth == BEARER:
        return BearerSession(name, secrets)
    exchange = Exchange(name, base, web, elsewhere, wall)
    if auth == DEVICE:
        return PersonSession(exchange, secrets, client_id, tuple(scopes), tuple(writes), issuer, clock, sleep)
    if auth == BACKEND:
        return BoardSession(
            exchange,
            secrets,
            client_id,
            tuple(scopes),
            tuple(writes),
            issuer,
            key_file,
            key_id,
            algorithm,
            clock,
            fresh,
        )
    raise ValueError(f"auth {auth!r}")
