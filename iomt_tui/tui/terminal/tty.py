"""The way out to the terminal, which never waits: an open file description of our own, not blocking.

The descriptors that a shell hands us are shared with it, so they must not be made non-blocking; the terminal is opened
once more by name. Where that is not possible, a thread does the waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import select
import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

from iomt_tui.tui.terminal.allow import foreign

_CANCEL: Final = b"\x18"
"""Ends an escape sequence that was cut off."""


class Out(Protocol):
    """A way out to the terminal."""

    refused: int
    gone: bool

    @property
    def busy(self) -> bool:
        """Whether bytes wait for the terminal."""
        ...

    def send(self, data: bytes) -> None:
        """Sends ``data`` without waiting. What :func:`.allow.foreign` finds foreign is refused whole."""
        ...

    def drop(self) -> None:
        """Gives up what has not left yet; the terminal may have got half of a sequence, which is cancelled."""
        ...

    def close(self, seconds: float) -> None:
        """Waits ``seconds`` at most for what is left, then closes."""
        ...


class TtyOut:
    """Non-blocking output to a descriptor that belongs to us alone."""

    def __init__(self, fd: int, drained: Callable[[], None], lost: Callable[[], None]) -> None:
        self._fd = fd
        self._loop = asyncio.get_running_loop()
        self._drained = drained
        self._lost = lost
        self._left = b""
        self._watching = False
        self.refused = 0
        self.gone = False

    @property
    def busy(self) -> bool:
        return bool(self._left)

    def send(self, data: bytes) -> None:
        if foreign(data):
            self.refused += 1
            return
        if self.gone:
            return
        if self._left:
            self._left += data
        else:
            self._write(data)

    def _write(self, data: bytes) -> None:
        try:
            sent = os.write(self._fd, data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self._fail()
            return
        self._left = data[sent:]
        if bool(self._left) != self._watching:
            self._watch(bool(self._left))

    def _watch(self, on: bool) -> None:
        self._watching = on
        if on:
            self._loop.add_writer(self._fd, self._ready)
        else:
            self._loop.remove_writer(self._fd)

    def _ready(self) -> None:
        self._write(self._left)
        if not self._left and not self.gone:
            self._drained()

    def _fail(self) -> None:
        self.gone = True
        self._left = b""
        if self._watching:
            self._watch(False)
        self._lost()

    def drop(self) -> None:
        if self._left:
            self._left = _CANCEL

    def close(self, seconds: float) -> None:
        if self._watching and not self._loop.is_closed():
            self._watch(False)
        until = time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._fd, select.POLLOUT)
        while self._left and not self.gone and (rest := until - time.monotonic()) > 0:
            if poll.poll(rest * 1000):
                try:
                    self._left = self._left[os.write(self._fd, self._left) :]
                except BlockingIOError:
                    time.sleep(0.005)
                except OSError:
                    self.gone = True
        self.gone = True
        with contextlib.suppress(OSError):
            os.close(self._fd)


class ThreadOut:
    """Output by a thread that may block, for terminals that cannot be opened a second time."""

    def __init__(self, fd: int, drained: Callable[[], None], lost: Callable[[], None]) -> None:
        self._fd = fd
        self._loop = asyncio.get_running_loop()
        self._drained = drained
        self._lost = lost
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._waiting = 0
        self._dropped = threading.Event()
        self.refused = 0
        self.gone = False
        self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        return self._waiting > 0

    def send(self, data: bytes) -> None:
        if foreign(data):
            self.refused += 1
        elif not self.gone:
            self._waiting += 1
            self._queue.put(data)

    def drop(self) -> None:
        """The thread may sit inside a write; what is queued behind it is little (one chunk) and goes out."""

    def close(self, seconds: float) -> None:
        self._queue.put(None)
        self._thread.join(seconds)
        self.gone = True

    def _run(self) -> None:
        while (data := self._queue.get()) is not None:
            try:
                self._write_all(data)
            except OSError:
                self._tell(self._failed)
                return
            self._tell(self._done)

    def _write_all(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._fd, data[:512]) :]
            except BlockingIOError:  # somebody made the shared descriptor non-blocking
                select.select([], [self._fd], [], 1.0)

    def _tell(self, what: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody is left to be told
            self._loop.call_soon_threadsafe(what)

    def _done(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self._drained()

    def _failed(self) -> None:
        self.gone = True
        self._lost()


def terminal_fd() -> int:
    """The first of stderr, stdout and stdin that is a terminal; stderr when none is."""
    return next((fd for fd in (2, 1, 0) if os.isatty(fd)), 2)


def _own_description(fd: int) -> int:
    """The terminal behind ``fd`` opened once more, for us alone. Raises ``OSError`` where that is not possible."""
    own = os.open(os.ttyname(fd), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    one, two = os.fstat(own), os.fstat(fd)
    if (one.st_rdev, one.st_ino) != (two.st_rdev, two.st_ino):  # another terminal of the same name (containers)
        os.close(own)
        raise OSError("the terminal's name leads to another terminal")
    return own


def open_out(drained: Callable[[], None], lost: Callable[[], None]) -> Out:
    """A way out to the terminal. ``drained``: called when all has left; ``lost``: when the terminal is gone."""
    fd = terminal_fd()
    try:
        return TtyOut(_own_description(fd), drained, lost)
    except OSError:
        return ThreadOut(fd, drained, lost)
