"""A ward on a FHIR server as a source of the engine: a thread of its own asks, and the engine never waits for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from iomt_tui.backends.fhir.outlet import Outlet, Said
from iomt_tui.backends.fhir.spec import FhirSpec
from iomt_tui.log.clock import boottime
from iomt_tui.security.text import safe_text
from iomt_tui.ward.link import CONNECTING, DENIED, Link
from iomt_tui.ward.writes import Write

if TYPE_CHECKING:
    from iomt_tui.backends.fhir.line import Line
    from iomt_tui.backends.fhir.tools import Tools

Arrival = tuple[int, str, Any]
_ENDING: Final = 3.0  # s that closing waits for the thread


class FhirSource:
    """See :class:`iomt_tui.engine.source.Source`. Nothing here waits for a server."""

    def __init__(
        self, spec: FhirSpec, ward_name: str, tz: str, start: int, watermark: str, tools: Tools | None = None,
        boot: Callable[[], float] = boottime, mark: str | None = None, station: str = "",
    ) -> None:  # fmt: skip
        """``start``: log time now, ms. ``watermark``: "" for a ward of people. ``boot``: seconds that never step.
        ``mark``: the watermark of the log that goes on, None for a new one. ``station``: see :func:`real_tools`."""
        self._spec, self._tools, self._mark, self._station = spec, tools, mark, station
        self._ward: dict[str, Any] = {
            "name": ward_name, "watermark": watermark or None, "source": "fhir", "tz": tz, "schema": 1, "beds": [],
        }  # fmt: skip
        self._boot = boot
        self._start = start
        self._anchor = (start, boot())
        self._outlet = Outlet()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._task: asyncio.Task[None] | None = None
        self._line: Line | None = None
        self._early: list[Callable[[Line], None]] = []  # asked before there was a line

    @property
    def problems(self) -> list[str]:
        """What could not be used, in words."""
        return list(self._line.watching.refusals.problems) if self._line is not None else []

    def begin(self) -> Iterable[Arrival]:
        """Says that it connects, and begins to."""
        self._open()
        return [(self._start, Link.ENTRY, self._link(CONNECTING, f"connecting to {self._spec.name}").body())]

    def poll(self, now: int) -> list[Arrival]:
        """What the server said since the last call."""
        self._anchor = (now, self._boot())
        self._open()
        return [(now, said.kind, said.body) for said in self._outlet.take()]

    def submit(self, write: Write) -> None:
        """Begins to deliver a write; what becomes of it comes from :meth:`poll` as ``write``."""
        self._call(lambda line: line.submit(write))

    def sign_in(self, *, cancel: bool) -> None:
        """Begins a sign-in, or gives up the one that waits."""
        self._call(lambda line: line.sign_in(cancel=cancel))

    def close(self) -> None:
        """Ends the thread. What was not delivered is not known to be, and is submitted again later."""
        if self._loop is None or self._thread is None:
            return
        with suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(self._stop)
        self._thread.join(_ENDING)

    def _link(self, state: str, text: str) -> Link:
        at = self._log_now()
        name = safe_text(self._spec.name, 40)
        return Link(name=name, state=state, text=safe_text(text, 300), since=at, writes=self._spec.writes, at=at)

    def _log_now(self) -> int:
        at, boot = self._anchor
        return at + int((self._boot() - boot) * 1000)

    def _open(self) -> None:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._run, args=(self._loop,), name="fhir", daemon=True)
            self._thread.start()

    def _call(self, act: Callable[[Line], None]) -> None:
        self._open()
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._act, act)

    def _act(self, act: Callable[[Line], None]) -> None:
        if self._line is None:
            self._early.append(act)
        else:
            act(self._line)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(lambda _loop, _context: None)  # its text could name an address
        self._task = loop.create_task(self._connect())
        try:
            loop.run_until_complete(asyncio.gather(self._task, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            loop.close()

    async def _connect(self) -> None:
        from iomt_tui.backends.fhir.line import Line
        from iomt_tui.backends.fhir.tools import real_tools

        try:
            tools = self._tools or real_tools(self._station)
            line = Line(self._spec, self._ward, self._mark, tools, self._outlet, self._log_now)
            self._line = line
            for act in self._early:
                act(line)
            await line.run()
        except Exception as error:  # nobody asks the server any more, and nothing may look as if somebody did
            why = str(error) if isinstance(error, ValueError) else type(error).__name__
            over = self._link(DENIED, f"no line to {self._spec.name}: {why}; correct the configuration and start again")
            self._outlet.tell(Said(Link.ENTRY, over.body()))
