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
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

_QUERY = re.compile(rb"\x1b\[6n|\x1b\[c|\x1b\[\?(\d+)\$p")


class Terminal:
    """Runs ``command`` on a pty of ``columns`` x ``rows`` and answers its questions as a terminal does."""

    def __init__(self, command: Sequence[str], columns: int, rows: int, env: Mapping[str, str]) -> None:
        self.started = time.monotonic()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.clear()
            os.environ.update(env)
            os.execv(command[0], list(command))
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.bytes = 0
        self.first: float | None = None

    def pump(self, seconds: float, seen: Callable[[float], object] | None = None) -> None:
        """Reads for ``seconds``; after every read ``seen`` gets its time, and ends the reading by a true answer."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self._fd], [], [], left)[0]:
                return
            try:
                data = os.read(self._fd, 65536)
            except OSError:
                return
            now = time.monotonic()
            self._take(data, now)
            if seen is not None and seen(now):
                return

    def _take(self, data: bytes, now: float) -> None:
        self.bytes += len(data)
        self.first = self.first or now
        for query in _QUERY.finditer(data):
            if query[0] == b"\x1b[6n":
                self.type(f"\x1b[{self.screen.cursor.y + 1};{self.screen.cursor.x + 1}R")
            elif query[0] == b"\x1b[c":
                self.type("\x1b[?62;c")
        with contextlib.suppress(Exception):  # pyte does not know every mode that Textual asks about
            self._stream.feed(data)

    def type(self, keys: str) -> None:
        """Sends keys."""
        with contextlib.suppress(OSError):
            os.write(self._fd, keys.encode())

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

    def close(self) -> None:
        """Ends the program."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            self.pump(0.05)
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                break
        else:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)


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
