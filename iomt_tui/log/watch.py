"""Wakes a follower soon after its log has grown: by the kernel's word where it gives it, else by looking."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iomt_tui.log.api import LogError
from iomt_tui.log.bell import hang
from iomt_tui.log.files import beside

if TYPE_CHECKING:
    import asyncio

    from iomt_tui.log.inotify import FileWatch

SETTLE: Final = 0.005  # seconds after the first sign: the commit is usually whole by then, or more rings follow
BETWEEN_RINGS: Final = 0.05  # seconds between two wakes by the bell: as often as an engine commits
GAP: Final = 0.22  # seconds between two wakes at least: each costs more than what it brings
LOOK_AGAIN: Final = 0.2  # seconds: a commit that waited long for the disk becomes visible after its last sign
LOOK_EVERY: Final = 1 / 15  # seconds between two looks where the kernel tells nothing


class LogWatch:
    """Calls ``wake`` on the event loop after each growth of the log at ``path``, about five times a second at most.

    What is appended as urgent rings the log's bell, and that wakes at once, at most 20 times a second. A last call
    comes when it has been quiet for a moment. While nothing is written, nothing runs. Where the kernel tells nothing
    (or ``by_kernel`` is False), ``version`` is asked 15 times a second: a number that differs once another process has
    written (``PRAGMA data_version``).
    """

    def __init__(
        self,
        path: Path,
        loop: asyncio.AbstractEventLoop,
        wake: Callable[[], None],
        version: Callable[[], int],
        *,
        by_kernel: bool = sys.platform == "linux",
    ) -> None:
        self._loop = loop
        self._wake = wake
        self._version = version
        self._seen = version()
        self._timer: asyncio.TimerHandle | None = None
        self._next_ring: asyncio.TimerHandle | None = None
        self._file: FileWatch | None = _file_watch(beside(path, "-wal")) if by_kernel else None
        self._bell: FileWatch | None = _bell_watch(path) if self._file is not None else None
        if self._file is None:
            self._later(LOOK_EVERY, self._look)
        else:
            self._listen()
            self._await_ring()

    @property
    def by_kernel(self) -> bool:
        """Whether the kernel tells of growth, so that an idle log costs nothing."""
        return self._file is not None

    def close(self) -> None:
        """Stops watching."""
        if self._timer is not None:
            self._timer.cancel()
        self._end_kernels_word()

    def _end_kernels_word(self) -> None:
        if self._next_ring is not None:
            self._next_ring.cancel()
        self._rest()
        for watch in (self._file, self._bell):
            if watch is not None:
                watch.close()
        self._file = self._bell = None

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, call)

    def _listen(self) -> None:
        """Sleeps until the kernel tells of the next write."""
        if self._file is not None:
            self._loop.add_reader(self._file.descriptor, self._signed)

    def _signed(self) -> None:
        if self._file is not None:
            self._loop.remove_reader(self._file.descriptor)
        self._later(SETTLE, self._pace)

    def _pace(self) -> None:
        """While writes go on, one look each ``GAP`` does for wake-up and work together; then listens again."""
        try:
            grown = self._file is not None and self._file.drain()
        except FileNotFoundError:
            self._give_up()
            return
        if grown:
            self._later(GAP, self._pace)
            self._wake()
        else:
            self._listen()
            self._later(LOOK_AGAIN, self._wake)

    def _await_ring(self) -> None:
        """Listens for the bell, whatever the pace of values. What was rung meanwhile is heard now."""
        if self._bell is not None:
            self._loop.add_reader(self._bell.descriptor, self._rung)

    def _rung(self) -> None:
        self._rest()
        self._later(SETTLE, self._answer)

    def _rest(self) -> None:
        for watch in (self._file, self._bell):
            if watch is not None:
                self._loop.remove_reader(watch.descriptor)

    def _answer(self) -> None:
        """Wakes by the bell. That reads values too, so their pace begins anew."""
        try:
            for watch in (self._bell, self._file):
                if watch is not None:
                    watch.drain()
        except FileNotFoundError:
            self._give_up()
            return
        self._later(GAP, self._pace)
        self._next_ring = self._loop.call_later(BETWEEN_RINGS, self._await_ring)
        self._wake()

    def _give_up(self) -> None:
        """A file is another one now: from here on looks, as where the kernel tells nothing."""
        self._end_kernels_word()
        self._look()

    def _look(self) -> None:
        self._later(LOOK_EVERY, self._look)
        if self._changed():
            self._wake()

    def _changed(self) -> bool:
        try:
            before, self._seen = self._seen, self._version()
        except LogError:
            return True  # the follower's own read will say what is wrong
        return self._seen != before


def _bell_watch(log: Path) -> FileWatch | None:
    """Where there can be no bell, alarms come with the values."""
    try:
        return _file_watch(hang(log))
    except LogError:
        return None


def _file_watch(path: Path) -> FileWatch | None:
    from iomt_tui.log.inotify import FileWatch

    try:
        return FileWatch(path)
    except OSError:
        return None
