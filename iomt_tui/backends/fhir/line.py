"""The line to a server: it connects, loads, polls, and comes back from whatever happens, for as long as it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from iomt_tui.backends.fhir.client import FhirClient
from iomt_tui.backends.fhir.errors import FAILED, FhirError
from iomt_tui.backends.fhir.hint import Hint, address, socket_opener
from iomt_tui.backends.fhir.outlet import Outlet, Said
from iomt_tui.backends.fhir.pace import Pace
from iomt_tui.backends.fhir.retry import pause
from iomt_tui.backends.fhir.signing import Signing
from iomt_tui.backends.fhir.spec import FhirSpec
from iomt_tui.backends.fhir.standing import Standing, is_signed_out
from iomt_tui.backends.fhir.tools import Tools, Way
from iomt_tui.backends.fhir.watching import Watching
from iomt_tui.backends.fhir.wire import Wire
from iomt_tui.ward import link
from iomt_tui.ward.writes import Write, Written

_LOOK: Final = 5.0  # s between two looks whether somebody has signed in elsewhere
_REFUSED: Final = 10.0  # s between two words about what could not be used
_PATIENCE: Final = 5.0  # s after a good answer in which one failure is not told yet
_REFUSING: Final = 5.0  # s at least before a server that refuses is asked again
_SOON: Final = 0.25  # s between a hint and the poll, and between two polls whatever hints come


class Line:
    """One server and one ward on it. Belongs to one event loop; everything it finds goes into the outlet."""

    def __init__(
        self, spec: FhirSpec, ward: dict[str, Any], mark: str | None, tools: Tools, outlet: Outlet,
        now: Callable[[], int],
    ) -> None:  # fmt: skip
        """``ward``: the body of the ward's own entry; ``mark`` as in :class:`Watching`. ``now``: log time, ms."""
        self._spec, self._tools, self._outlet = spec, tools, outlet
        self.standing = Standing(spec.name, spec.writes, outlet, now)
        self._opened = tools.open(spec)
        self.client = FhirClient(self._opened.web, spec.url, self._opened.session, now=tools.wall)
        self.watching = Watching(spec, ward, mark, tools, self.client, outlet, self.standing, now)
        self._pace = Pace(spec.poll_least, spec.poll_most)
        self._wake = asyncio.Event()
        self._signing = Signing(self._opened.session, self.standing, self._wake, now)
        way = Way(Wire(self.client), str(ward["tz"]), now, self._written, self.watching.reference, self._person)
        self._outbox = tools.outbox(spec, way)
        self._hint: Hint | None = None
        self._watched = False  # whether it is known if the server gives hints
        self._due = self._told = self._good = tools.steady()
        self._failures = 0

    async def run(self) -> None:
        """Runs until it is cancelled."""
        try:
            while True:
                try:
                    await self._step()
                except FhirError as error:
                    await self._trouble(error)
                except Exception as error:  # whatever a server made us stumble over must not end the line in silence
                    words = f"an answer of the server could not be dealt with ({type(error).__name__})"
                    await self._trouble(FhirError(FAILED, words))
                self._tell_refused()
        finally:
            await self._close()

    def sign_in(self, *, cancel: bool) -> None:
        """Begins a sign-in, or gives up one that waits for its person."""
        self._signing.cancel() if cancel else self._signing.begin()

    def submit(self, write: Write) -> None:
        """Begins to deliver a write."""
        self._outbox.submit(write)

    def hinted(self) -> None:
        """Somebody says that there is news."""
        self._due = min(self._due, self._tools.steady() + _SOON)
        self._wake.set()

    async def _step(self) -> None:
        if not self.watching.loaded:
            await self.watching.load()
        else:
            await self._rest()
            begun = self._tools.steady()
            news = await self.watching.look()
            self._due = self._pace.polled(begun, news, self.watching.written())
        self._well()
        if not self._watched and self.watching.loaded:
            self._watched = True
            self._listen()

    def _listen(self) -> None:
        """Asks for hints, where the server gives any and writing there (a subscription is that) is allowed."""
        spec = self._spec
        url = address(self.watching.statement, self.client.base)
        if url and spec.writes:
            open_socket = socket_opener(spec.ca_file, spec.client_cert, spec.client_key, spec.pin)
            self._hint = Hint(self.client, url, lambda: self.watching.patients, self.hinted, open_socket)

    async def _rest(self) -> None:
        """Until the next poll is due; a hint, a write or a sign-in may end it sooner."""
        while (left := self._due - self._tools.steady()) > 0:
            self._wake.clear()
            await self._tools.wait(self._wake, left)
            self._tell_refused()

    def _well(self) -> None:
        if self._failures:
            self._failures = 0
            self._outbox.hurry()
        self._good = self._tools.steady()
        session = self._opened.session
        user, missing = session.user, ", ".join(sorted(session.lacking))
        words = [self.watching.words(), f"the sign-in does not allow: {missing}" if missing else ""]
        self.standing.heard()
        self.standing.change(
            link.LIVE, "; ".join(word for word in words if word), done=0, total=0, refused=self.watching.refused,
            user=user.name if user else "", user_ref=user.ref if user else "",
        )  # fmt: skip

    async def _trouble(self, error: FhirError) -> None:
        """Says what happened, and waits before the next attempt."""
        self._failures += 1
        if is_signed_out(error):
            self.standing.change(link.SIGNED_OUT, self._signing.failed or error.words, user="", user_ref="")
            await self._wait(_LOOK)
            return
        wait = pause(self._failures, self._tools.random, error.wait)
        if self.standing.is_refusal(error):
            wait = max(wait, _REFUSING)
        quiet = self._failures == 1 and wait < _PATIENCE and self._tools.steady() - self._good < _PATIENCE
        if not (quiet and self.standing.link.state == link.LIVE):
            self.standing.failed(error, wait)
        await self._wait(wait)

    async def _wait(self, seconds: float) -> None:
        self._wake.clear()
        await self._tools.wait(self._wake, seconds)

    def _person(self) -> str:
        user = self._opened.session.user
        return user.ref if user else ""

    def _written(self, written: Written) -> None:
        self._outlet.tell(Said(Written.ENTRY, written.body()))

    def _tell_refused(self) -> None:
        now = self._tools.steady()
        if now - self._told >= _REFUSED:
            self._told = now
            self._outlet.tell(*(Said(one.kind, one.body) for one in self.watching.refused_bodies()))

    async def _close(self) -> None:
        self._signing.cancel()
        with suppress(Exception):
            if self._hint is not None:
                await self._hint.close()
            await self._outbox.close()
        await self._opened.close()
