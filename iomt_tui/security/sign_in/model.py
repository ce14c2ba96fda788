"""What a sign-in is to the rest of the program."""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

from iomt_tui.security.secret import Secret
from iomt_tui.security.text import SafeText

NONE, DEVICE, BACKEND, BEARER = "none", "device", "backend", "bearer"
AUTHS: Final = (NONE, DEVICE, BACKEND, BEARER)


class SignedOut(Exception):  # noqa: N818
    """Nobody is signed in. One sentence of what happened and what to do; no secret and no text that is not safe."""


class User(NamedTuple):
    """Who is signed in. ``ref`` is "Practitioner/123", or an address on another server; "" when the server does not
    say."""

    name: SafeText
    ref: str


class SignInStep(NamedTuple):
    """What a person has to do: open ``page`` and type ``code`` there, or open ``direct`` ("" where there is none).

    ``interval`` and ``lasts`` are s; ``begun`` is the session's own clock.
    """

    page: SafeText
    code: SafeText
    direct: SafeText
    interval: float
    lasts: float
    device_code: Secret
    begun: float


class Session(Protocol):
    """A sign-in at one server. Belongs to one event loop.

    Only one process may refresh a sign-in, and that is the engine: a refresh token that is used twice ends the whole
    sign-in at the server. ``iomt-tui login`` and ``logout`` begin and end one and never refresh.
    """

    user: User | None
    lacking: frozenset[str]  # scopes that were asked for and not granted
    granted: frozenset[str]
    kept: str  # where the sign-in or its secret outlives this process, in words; "" nowhere
    warning: str  # what is to be told about that; "" nothing

    async def authorization(self) -> str:
        """The value of the Authorization header, "" for none. Raises :class:`SignedOut` and WebError.

        Refreshes when it is time, once however many ask.
        """

    def refused(self, authorization: str) -> None:
        """A request with that header was answered with 401: that access token is not used again."""

    async def known(self) -> bool:
        """Whether there is a sign-in or a secret for one, from what is kept here. No server is asked."""

    async def begin(self) -> SignInStep | None:
        """Begins a sign-in. None where no person has anything to do. Raises :class:`SignedOut` and WebError."""

    async def finish(self, step: SignInStep) -> None:
        """Waits until the person has signed in. Raises :class:`SignedOut` when that was declined or took too long."""

    async def end(self) -> bool:
        """Revokes and forgets. Whether the server has confirmed it, or had nothing to revoke."""
