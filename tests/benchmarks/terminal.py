"""A command in a real pty, its bytes counted, its processor time read from the kernel, its screen kept by pyte."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyte

_QUERY = re.compile(rb"\x1b\[6n|\x1b\[c|\x1b\[\?(\d+)\$p")
_UNKNOWN = re.compile(rb"\x1b\[\?\d+\$p|\x1b\[<u|\x1b\[>\d+u")  # pyte would draw the rest of these as text
_BEGUN = re.compile(rb"\x1b(?:\[[0-9;?<>]*\$?)?$")  # a sequence whose end has not arrived


class Terminal:
    """Runs ``command`` on a pty of ``columns`` x ``rows`` and answers its questions as a terminal does."""

    def __init__(
        self, command: Sequence[str], columns: int, rows: int, env: Mapping[str, str], cwd: Path | None = None
    ) -> None:
        self._fd, self.slave = pty.openpty()
        self._size(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        self.screen: Any = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._begun = b""
        self.bytes = 0
        self.first: float | None = None
        self.started = time.monotonic()
        self.child = subprocess.Popen(
            list(command), stdin=self.slave, stdout=self.slave, stderr=self.slave, env=dict(env), cwd=cwd,
            start_new_session=True, preexec_fn=_control,
        )  # fmt: skip
        self.pid = self.child.pid

    def fileno(self) -> int:
        """The terminal's end of the pty, for ``select``."""
        return self._fd

    def pump(self, seconds: float, seen: Callable[[float], object] | None = None) -> None:
        """Reads for ``seconds``; after every read ``seen`` gets its time, and ends the reading by a true answer."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self._fd], [], [], left)[0]:
                return
            now = self.read()
            if now is None or (seen is not None and seen(now)):
                return

    def read(self, most: int = 65536) -> float | None:
        """Takes what is there, which must be something. When that was; None at the end of the terminal."""
        try:
            data = os.read(self._fd, most)
        except OSError:
            return None
        now = time.monotonic()
        self.take(data, now)
        return now

    def take(self, data: bytes, now: float) -> None:
        """Has the terminal show ``data`` and answers what it asks."""
        self.bytes += len(data)
        self.first = self.first or now
        data = self._begun + data
        begun = _BEGUN.search(data)
        self._begun = begun[0] if begun else b""
        data = data[: len(data) - len(self._begun)]
        done = 0
        for query in _QUERY.finditer(data):
            self._show(data[done : query.end()])
            done = query.end()
            if query[0] == b"\x1b[6n":
                self.asked(now)
                column = min(self.screen.cursor.x + 1, self.screen.columns)
                self.answer(f"\x1b[{self.screen.cursor.y + 1};{column}R")
            elif query[0] == b"\x1b[c":
                self.answer("\x1b[?62;c")
        self._show(data[done:])

    def asked(self, now: float) -> None:
        """The program asks where the cursor is: a frame is complete, or as much of it as it sends at once."""

    def _show(self, data: bytes) -> None:
        self._stream.feed(_UNKNOWN.sub(b"", data))

    def answer(self, report: str) -> None:
        """Sends the answer to a query."""
        self.type(report)

    def type(self, keys: str) -> None:
        """Sends keys."""
        with contextlib.suppress(OSError):
            os.write(self._fd, keys.encode())

    def _size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        """The window has another size now; the kernel sends SIGWINCH."""
        self.screen.resize(rows, columns)
        self._size(columns, rows)

    def lines(self) -> list[str]:
        """What the screen shows."""
        return list(self.screen.display)

    def cpu(self) -> float:
        """Processor seconds of the program and its children so far."""
        return sum(_cpu(pid) for pid in _tree(self.pid))

    def memory(self) -> int:
        """Resident bytes of the program itself."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        match = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(match[1]) * 1024 if match else 0

    def ended(self, seconds: float) -> int | None:
        """Reads until the program has ended, ``seconds`` at most. Its exit code; None when it runs still."""
        end = time.monotonic() + seconds
        while self.child.poll() is None and time.monotonic() < end:
            self.pump(0.05)
        self.pump(0.05)
        return self.child.poll()

    def hang_up(self) -> None:
        """The terminal vanishes."""
        for fd in (self.slave, self._fd):
            if fd >= 0:
                os.close(fd)
        self.slave = self._fd = -1

    def close(self) -> None:
        """Ends the program."""
        if self._fd >= 0:
            with contextlib.suppress(ProcessLookupError):
                self.child.send_signal(signal.SIGTERM)
            self.ended(3)
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        self.hang_up()


def _control() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _tree(pid: int) -> list[int]:
    found = [pid]
    for process in found:
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{process}/task"):
                found += [int(x) for x in Path(f"/proc/{process}/task/{task}/children").read_text().split()]
    return found


def _cpu(pid: int) -> float:
    total = 0
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            total += int(Path(f"/proc/{pid}/task/{task}/schedstat").read_text().split()[0])
    return total / 1e9


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of all lie; NaN of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
