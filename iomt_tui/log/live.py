"""Following a live log: the newest checkpoint and the tail at once, then whatever is appended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from iomt_tui.log.api import LogError
from iomt_tui.log.clock import boottime
from iomt_tui.log.delivery import Delivery
from iomt_tui.log.engine_time import SILENT, EngineTime
from iomt_tui.log.guard import EngineLock
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.log.watch import LogWatch
from iomt_tui.ward.events import Entry, draft

if TYPE_CHECKING:
    import asyncio

PAGE: Final = 10_000  # entries of one delivery
FULL: Final = 512  # a read of fewer has reached the end


class LiveFeed:
    """The feed of a screen on a ward that is running, or was.

    ``boot`` and ``wall`` give seconds; they are there for tests. Raises LogError when there is no log at ``path``.
    """

    player: None = None

    def __init__(
        self, path: Path, *, boot: Callable[[], float] = boottime, wall: Callable[[], float] = time.time
    ) -> None:
        self.path = path
        self._boot = boot
        self._wall = wall
        self._log = SqliteLog(path, create=False)
        self._file = _identity(path)
        self._time = EngineTime(boot)
        self._wake: tuple[Callable[[], None], asyncio.AbstractEventLoop] | None = None
        self._watch: LogWatch | None = None
        self._writer: SqliteLog | None = None
        self._writing = threading.Lock()
        self._seq: int | None = None
        self._newest = 0
        self._caught_up = False
        self._plain = False
        self._looked = boot()

    def poll(self) -> Delivery:
        """See :meth:`iomt_tui.log.delivery.Feed.poll`."""
        if self._seq is None:
            return self._open()
        entries = self._log.read(self._seq, PAGE)
        if not entries:
            return self._open() if self._replaced() else Delivery()
        return Delivery(entries=entries, more=self._take(entries))

    def rewind(self) -> None:
        """See :meth:`iomt_tui.log.delivery.Feed.rewind`."""
        self._seq = None
        self._plain = True

    def _open(self) -> Delivery:
        found = None if self._plain else self._log.checkpoint()
        self._seq = found.seq if found else 0
        self._newest = found.at if found else 0
        self._caught_up = False
        entries = self._log.read(self._seq, PAGE)
        more = self._take(entries)
        return Delivery(True, found.blob if found else None, entries, more)

    def _take(self, entries: list[Entry]) -> bool:
        """Notes what ``entries`` tell of place and time; whether more are waiting."""
        if entries:
            self._seq = entries[-1].seq
            self._newest = entries[-1].at
        if self._caught_up:
            if any(entry.kind != "act" for entry in entries):
                if self._time.silent_for() > SILENT:
                    self._begin(0.0)
                self._time.heard(self._newest)
            return len(entries) >= FULL and self._seq != self._log.head().seq
        if self._seq is not None and self._seq < self._log.head().seq:
            return True
        self._caught_up = True
        self._begin(None)
        return False

    def _begin(self, age: float | None) -> None:
        """Takes over the engine's clock. Without an engine the newest entry is as old as the wall clock says."""
        engine = EngineLock(self.path).running()
        if age is None:
            wall_age = self._wall() - self._newest / 1000
            age = 0.0 if engine else max(SILENT, wall_age if self._newest else SILENT)
        self._time.begin(self._newest, age, engine.speed if engine else 1.0)

    def _replaced(self) -> bool:
        """Whether the log's name is another file's now (recovery); looks at most once a second."""
        if self._boot() - self._looked < 1.0:
            return False
        self._looked = self._boot()
        found = _identity(self.path)
        if found is None or found == self._file:
            return False
        self._close_files()
        self._log, self._file = SqliteLog(self.path, create=False), found
        if self._wake is not None:
            self.watch(*self._wake)
        return True

    def watch(self, wake: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        """See :meth:`iomt_tui.log.delivery.Feed.watch`."""
        if self._watch is not None:
            self._watch.close()
        self._wake = (wake, loop)
        self._watch = LogWatch(self.path, loop, wake, self._log.data_version)

    def now(self) -> int:
        """See :meth:`iomt_tui.log.delivery.Feed.now`."""
        return self._time.now()

    def silent_for(self) -> float:
        """See :meth:`iomt_tui.log.delivery.Feed.silent_for`. An engine that was never heard is silent."""
        return self._time.silent_for()

    def act(self, data: dict[str, Any]) -> Entry:
        """See :meth:`iomt_tui.log.delivery.Feed.act`. ``data["op"]`` names the action, the same when sent again."""
        return self.acts([data])[0]

    def acts(self, actions: list[dict[str, Any]]) -> list[Entry]:
        """See :meth:`iomt_tui.log.delivery.Feed.acts`."""
        for data in actions:
            if not isinstance(data.get("op"), str) or not data["op"]:
                raise LogError("An action without an operation id was not saved.")
        drafts = [draft(0, "act", data) for data in actions]  # the log stamps them with its newest time
        with self._writing:
            if self._writer is None:
                self._writer = SqliteLog(self.path, create=False, any_thread=True)
            return self._writer.append(drafts, durable=True)

    def close(self) -> None:
        """Gives files and watches back."""
        self._close_files()

    def _close_files(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        with self._writing:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        self._log.close()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino
