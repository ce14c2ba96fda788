"""A person signs in while the line goes on: the page and the code are shown until they have done so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from iomt_tui.backends.fhir.standing import Standing
from iomt_tui.security.sign_in.model import Session, SignedOut
from iomt_tui.security.text import safe_text
from iomt_tui.security.web import WebError
from iomt_tui.ward.link import SignIn


class Signing:
    """At most one sign-in at a time."""

    def __init__(self, session: Session, standing: Standing, wake: asyncio.Event, now: Callable[[], int]) -> None:
        """``wake`` is set once somebody is signed in. ``now``: log time, ms."""
        self._session, self._standing, self._wake, self._now = session, standing, wake, now
        self._task: asyncio.Task[None] | None = None
        self.failed = ""  # why the last sign-in came to nothing

    def begin(self) -> None:
        """Asks for a code, unless one is being waited for."""
        if self._task is None or self._task.done():
            self.failed = ""
            self._task = asyncio.get_running_loop().create_task(self._run())

    def cancel(self) -> None:
        """Gives up the sign-in that waits."""
        if self._task is not None and not self._task.done():
            self._task.cancel()

    async def _run(self) -> None:
        try:
            step = await self._session.begin()
            if step is None:
                self.failed = "nobody can sign in by hand here"
                return
            until = self._now() + int(step.lasts * 1000)
            direct = (
                safe_text(step.direct, 300) if len(step.direct) <= 300 else safe_text("")
            )  # half an address is none
            self._show(SignIn(safe_text(step.page, 200), safe_text(step.code, 40), until, direct))
            await self._session.finish(step)
        except (SignedOut, WebError) as error:
            self.failed = f"signing in failed: {error}"
        else:
            self._wake.set()
        finally:
            self._show(None)

    def _show(self, shown: SignIn | None) -> None:
        self._standing.link = replace(self._standing.link, sign_in=shown)
        self._standing.tell()
