"""An access token that is renewed in time, once however many ask for it."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any, Final, NamedTuple, TypeVar

from iomt_tui.security.secret import Secret
from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.sign_in.tokens import Tokens
from iomt_tui.security.web import WebError

Made = TypeVar("Made")

#: A token is renewed so long (s) before its end, but not before it has lived four fifths of its time.
MARGIN: Final = 60.0
SHARE: Final = 0.2
#: s until a renewal that failed is tried again while the old token still holds.
AGAIN: Final = 10.0
#: A token that is refused so soon (s) was never accepted; after the second such one no more are asked for for a while.
YOUNG: Final = 30.0
REST: Final = 60.0
_MOST_REFUSED: Final = 2


def boot_clock() -> float:
    """s since the machine started, time asleep among them where the system can tell."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(boot) if boot is not None else time.monotonic()


class _Access(NamedTuple):
    token: Secret
    since: float
    renew: float
    until: float


class Renewing(ABC):
    """The part that sign-ins with tokens share. ``clock`` is s that never steps. :meth:`_renew` makes a new token."""

    def __init__(self, name: str, clock: Callable[[], float]) -> None:
        self._name, self._clock = name, clock
        self._lock = asyncio.Lock()
        self._access: _Access | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._useless, self._useless_since = 0, 0.0

    async def authorization(self) -> str:
        """See :class:`~iomt_tui.security.sign_in.model.Session`."""
        return self._ready() or await self._to_its_end(self._renewed())

    def refused(self, authorization: str) -> None:
        """See :class:`~iomt_tui.security.sign_in.model.Session`."""
        if self._access is None or authorization != _header(self._access):
            return
        young = self._clock() - self._access.since < YOUNG
        self._useless = self._useless + 1 if young else 0
        self._useless_since, self._access = self._clock(), None

    @abstractmethod
    async def _renew(self) -> None:
        """Asks for a new token and holds it. Raises SignedOut, WebError."""

    async def _to_its_end(self, work: Coroutine[Any, Any, Made]) -> Made:
        """Awaits ``work``, which goes on when its caller is cancelled: a token that was asked for must not get lost."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # somebody has looked, if only we

    async def _renewed(self) -> str:
        async with self._lock:
            if ready := self._ready():
                return ready
            self._not_in_vain()
            try:
                await self._renew()
            except WebError:
                if self._access is None or self._clock() >= self._access.until:
                    raise
                self._access = self._access._replace(renew=min(self._clock() + AGAIN, self._access.until))
            assert self._access is not None
            return _header(self._access)

    def _ready(self) -> str:
        return _header(self._access) if self._access and self._clock() < self._access.renew else ""

    def _not_in_vain(self) -> None:
        """Raises SignedOut while the server refuses the very tokens that it grants."""
        if self._useless < _MOST_REFUSED:
            return
        if self._clock() - self._useless_since < REST:
            raise SignedOut(
                f"{self._name} does not accept the tokens of its own sign-in; sign in again, or ask its administrator"
            )
        self._useless = 0

    def _hold(self, tokens: Tokens, since: float) -> None:
        """``since``: the clock before the tokens were asked for."""
        margin = min(MARGIN, tokens.lasts * SHARE)
        self._access = _Access(tokens.access, since, since + tokens.lasts - margin, since + tokens.lasts)

    def _forget_access(self) -> Secret | None:
        """Forgets the access token and what became of those before it, and gives it to be revoked."""
        access, self._access, self._useless = self._access, None, 0
        return access.token if access else None


def _header(access: _Access) -> str:
    return f"Bearer {access.token.reveal()}"
