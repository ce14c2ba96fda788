"""The real program, engine and screens, in real terminals and in a home of its own."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.terminal import Terminal

from iomt_tui.engine.process import log_path
from iomt_tui.log.guard import EngineLock

ROOT = Path(__file__).resolve().parents[2]

ALLOWED = re.compile(
    rb"\x1b\[(?:[0-9;]*[ABCDGHJKXmnr]"  # cursor, erase, style, cursor query
    rb"|\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"
    rb"|\?(?:2026|2048)\$p|>[0-9]+u|<u)"
    rb"|\x1b\]9;iomt-tui: [0-9]{1,4} (?:high|medium|low) alarms? not acknowledged\x07"  # desktop notification
    rb"|\x1b\(B|[\r\n\b\x07\x0f\x18]"
)
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\ufff9-\ufffb]")

MODES = (1000, 1003, 1004, 1006, 1015, 2004, 2048)
"""What a terminal must be told to leave off, whether it was told to put it on or not."""


class Window(Terminal):
    """A terminal window: keeps every byte it got, counts the answers that the program got, looks at every frame."""

    def __init__(self, command: Sequence[str], columns: int, rows: int, env: dict[str, str]) -> None:
        self.raw = bytearray()
        self.trips = 0
        self.look: Callable[[list[str]], object] | None = None
        super().__init__(command, columns, rows, env, cwd=ROOT)

    def take(self, data: bytes, now: float) -> None:
        """Also keeps it."""
        self.raw += data
        super().take(data, now)

    def asked(self, now: float) -> None:
        """A frame is complete."""
        if self.look is not None:
            self.look(self.lines())

    def answer(self, report: str) -> None:
        """Sends it."""
        self.trips += 1
        super().answer(report)

    def text(self) -> str:
        """What the screen shows, in one piece."""
        return "\n".join(self.lines())

    def shows(self, words: str, seconds: float) -> float | None:
        """Reads until ``words`` (a regular expression) are on the screen. Seconds it took; None: they never were."""
        begin = time.monotonic()
        end = begin + seconds
        while not re.search(words, self.text()):
            if (left := end - time.monotonic()) <= 0:
                return None
            self.pump(min(left, 0.02))
        return time.monotonic() - begin

    def foreign(self) -> list[bytes]:
        """Everything it got that is neither printable text nor a sequence of a display program."""
        left = ALLOWED.sub(b"", bytes(self.raw)).decode("utf-8", "replace")
        return [left[max(0, m.start() - 10) : m.end() + 20].encode() for m in CONTROL.finditer(left)]

    def restored(self) -> list[str]:
        """What is still not as it was before the program ran."""
        raw, wrong = bytes(self.raw), []
        for mode in (*MODES, 1049):
            on, off = raw.rfind(b"\x1b[?%dh" % mode), raw.rfind(b"\x1b[?%dl" % mode)
            if on > off or (mode == 1049 and off < 0):
                wrong.append(f"mode {mode} left on")
        for mode, name in ((25, "cursor"), (7, "wrapping")):
            if raw.rfind(b"\x1b[?%dl" % mode) > raw.rfind(b"\x1b[?%dh" % mode):
                wrong.append(f"{name} left off")
        if termios.tcgetattr(self.slave) != self.before:
            wrong.append("settings of the tty")
        return wrong

    def left(self) -> str:
        """What came once the alternate screen was left, without control sequences: what the next user sees."""
        after = bytes(self.raw).rpartition(b"\x1b[?1049l")[2]
        return ALLOWED.sub(b"", after).decode("utf-8", "replace")


class FarWindow(Window):
    """A window at the end of a long way: whatever the program asks is answered :data:`WAY` seconds later."""

    WAY = 0.25

    def __init__(self, command: Sequence[str], columns: int, rows: int, env: dict[str, str]) -> None:
        self._answers: list[tuple[float, str]] = []
        super().__init__(command, columns, rows, env)

    def answer(self, report: str) -> None:
        """Not yet."""
        self._answers.append((time.monotonic() + self.WAY, report))

    def pump(self, seconds: float, seen: Callable[[float], object] | None = None) -> None:
        """Also sends the answers that are due."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            due, self._answers = [a for at, a in self._answers if at <= now], [a for a in self._answers if a[0] > now]
            self.trips += len(due)
            self.type("".join(due))
            super().pump(min(0.01, end - now), seen)


class Home:
    """A user's home with the program in it."""

    def __init__(self, directory: Path) -> None:
        self.dir = directory
        self.state = directory / "state"
        self.config = directory / "config.toml"
        self.temporary = directory / "tmp"
        self.temporary.mkdir(parents=True)
        self.windows: list[Window] = []

    def environment(self, **more: str) -> dict[str, str]:
        """Nothing of this machine's user."""
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.dir), "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "COLORTERM": "truecolor", "LOGNAME": "nurse", "TMPDIR": str(self.temporary),
            "IOMT_TUI_STATE": str(self.state), "IOMT_TUI_CONFIG": str(self.config), **more,
        }  # fmt: skip

    def open(
        self,
        *args: str,
        columns: int = 120,
        rows: int = 40,
        environment: dict[str, str] | None = None,
        kind: type[Window] = Window,
    ) -> Window:
        """Runs ``iomt-tui`` with ``args`` in a new window."""
        command = [sys.executable, "-m", "iomt_tui", *args]
        window = kind(command, columns, rows, self.environment(**(environment or {})))
        self.windows.append(window)
        return window

    def log(self, ward: str) -> Path:
        """The event log of a ward."""
        return log_path(self.state / "wards" / ward)

    def engine(self, ward: str) -> int:
        """The process that runs a ward's engine; 0 when none does."""
        path = self.log(ward)
        running = EngineLock(path).running() if path.exists() else None
        return running.pid if running else 0

    def close(self) -> None:
        """Ends every window and engine of this home."""
        for window in self.windows:
            window.close()
        wards = self.state / "wards"
        for ward in wards.iterdir() if wards.is_dir() else ():
            if pid := self.engine(ward.name):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
                    os.kill(pid, signal.SIGKILL)


@contextmanager
def home(directory: Path) -> Iterator[Home]:
    """A home while the block runs."""
    place = Home(directory)
    try:
        yield place
    finally:
        place.close()


def pump(windows: Sequence[Window], seconds: float, until: Callable[[], object] | None = None) -> bool:
    """Reads all ``windows`` for ``seconds``, or until ``until`` answers true; whether it did."""
    end = time.monotonic() + seconds
    while True:
        if until is not None and until():
            return True
        if (left := end - time.monotonic()) <= 0:
            return False
        ready = select.select(windows, [], [], min(left, 0.1))[0]
        for window in ready:
            window.read()


def rows(window: Window) -> dict[str, str]:
    """Bed -> what the board shows behind it."""
    lines = window.lines()
    top = next((y for y, line in enumerate(lines) if line[5:8] == "bed"), len(lines))
    there = (line for line in lines[top + 1 :] if re.fullmatch(r"\w{1,3}⌂? *", line[5:9]))
    return {line[5:9].strip(" ⌂"): line[5:].partition("│")[0].rstrip() for line in there}


def clock(window: Window) -> str:
    """The time in the header."""
    found = re.search(r"\d\d:\d\d:\d\d", window.lines()[0])
    return found[0] if found else ""


def alive(pid: int) -> bool:
    """Whether a process runs: it exists and is no corpse that nobody has buried."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")
