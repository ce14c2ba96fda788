"""Attempts under way, beside the engine: a thread of their own, so that no network and no program delays an alarm."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, NamedTuple, Protocol

from iomt_tui.alarms.notification import Errand
from iomt_tui.engine.sending import command, webhook
from iomt_tui.engine.sending.chain import COMMAND, WEBHOOK, Step

Attempt = Callable[[Step, bytes, str], Coroutine[Any, Any, str]]
ATTEMPTS: Final[Mapping[str, Attempt]] = {WEBHOOK: webhook.attempt, COMMAND: command.attempt}
#: Attempts of one step that run at once; the others wait for their turn.
AT_ONCE: Final = 8
_ENDING: Final = 2.0  # s that the end of the engine waits for the thread


class Result(NamedTuple):
    """What became of one attempt: "" for delivered, else why not."""

    errand: Errand
    why: str


class Sender(Protocol):
    """What hands errands over. Neither call ever waits."""

    def submit(self, errand: Errand, step: Step, body: bytes, key: str) -> None:
        """Begins one attempt. ``key`` is that of the document."""
        ...

    def collect(self) -> list[Result]:
        """The attempts that ended since the last call."""
        ...


class ThreadSender:
    """The sender of a running engine. Its thread begins with the first errand."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._results: deque[Result] = deque()

    def submit(self, errand: Errand, step: Step, body: bytes, key: str) -> None:
        """See :meth:`Sender.submit`."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._run, args=(self._loop,), name="sending", daemon=True)
            self._thread.start()
        self._loop.call_soon_threadsafe(self._begin, errand, step, body, key)

    def collect(self) -> list[Result]:
        """See :meth:`Sender.collect`."""
        out = []
        while self._results:
            out.append(self._results.popleft())
        return out

    def close(self) -> None:
        """Breaks off what is under way and ends the thread. What was not known to be delivered is sent again later."""
        if self._loop is None or self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join(_ENDING)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(lambda _loop, _context: None)  # its text could name an address
        loop.run_forever()
        loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        assert self._loop is not None
        self._loop.stop()

    def _begin(self, errand: Errand, step: Step, body: bytes, key: str) -> None:
        assert self._loop is not None
        task = self._loop.create_task(self._attempt(errand, step, body, key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, errand: Errand, step: Step, body: bytes, key: str) -> None:
        async with self._turns.setdefault(step.name, asyncio.Semaphore(AT_ONCE)):
            try:
                why = await ATTEMPTS[step.to](step, body, key)
            except Exception as error:  # whatever it is, it must end in a result: else nobody ever tries again
                why = f"failed ({type(error).__name__})"
        self._results.append(Result(errand, why))
