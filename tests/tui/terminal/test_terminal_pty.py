"""The driver in a real pty: stalled readers, hang-ups, signals, crashes, hostile text, keys."""

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
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from judge import Judge

APP = Path(__file__).parent / "ptyapp.py"
WIDTH, HEIGHT = 100, 30


class Terminal:
    """A child in a pty, read on demand, answering cursor queries like a terminal does."""

    def __init__(self, marker: Path, *arguments: str, ignore_hup: bool = False) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.marker = marker
        self.judge = Judge(WIDTH, HEIGHT)
        self.raw = bytearray()
        self.owed = 0

        def attach() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if ignore_hup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)

        env = {k: v for k, v in os.environ.items() if not k.startswith(("TEXTUAL", "NO_COLOR"))}
        self.child = subprocess.Popen(
            [sys.executable, str(APP), str(marker), *arguments],
            stdin=slave, stdout=slave, stderr=slave, preexec_fn=attach,
            env=env | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip

    def read(self, seconds: float, until: str = "", answer: bool = True) -> bool:
        """Reads for so long, or until the screen shows ``until``."""
        end = time.monotonic() + seconds
        if answer:
            self.type(b"\x1b[1;1R" * self.owed)
            self.owed = 0
        while (rest := end - time.monotonic()) > 0:
            if not select.select([self.master], [], [], min(rest, 0.05))[0]:
                if until and re.search(until, self.judge.text()):
                    return True
                continue
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return False
            self.raw += data
            self.judge.feed(data)
            cursor = self.judge.screen.cursor
            self.owed += data.count(b"\x1b[6n")
            if answer:
                self.type(b"\x1b[%d;%dR" % (cursor.y + 1, min(cursor.x + 1, WIDTH)) * self.owed)
                self.owed = 0
            if until and re.search(until, self.judge.text()):
                return True
        return False

    def type(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self.master, data)

    def hang_up(self) -> None:
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def end(self, seconds: float = 5.0) -> int:
        """Waits for the child's end while reading like a terminal."""
        until = time.monotonic() + seconds
        while self.child.poll() is None and time.monotonic() < until:
            if self.master >= 0:
                self.read(0.05)
            else:
                time.sleep(0.02)
        assert self.child.poll() is not None, "still running"
        if self.master >= 0:
            self.read(0.1)
        return int(self.child.returncode)

    def close(self) -> None:
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        if self.master >= 0:
            self.hang_up()


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "marker"


@pytest.fixture
def terminal(marker: Path) -> Iterator[Terminal]:
    one = Terminal(marker)
    try:
        assert one.read(10, "count 000[0-9][1-9]")
        yield one
    finally:
        one.close()


def restored(terminal: Terminal) -> None:
    """The terminal is as it was: every mode that was set is reset last, the tty's settings are the old ones."""
    raw = bytes(terminal.raw)
    for mode in (b"1049", b"1000", b"1003", b"1006", b"2004", b"1004"):
        assert raw.rfind(b"\x1b[?%sl" % mode) > raw.rfind(b"\x1b[?%sh" % mode) >= 0
    assert raw.rfind(b"\x1b[?25h") > raw.rfind(b"\x1b[?25l")
    assert raw.rfind(b"\x1b[?7h") > raw.rfind(b"\x1b[?7l")
    assert termios.tcgetattr(terminal.slave) == terminal.before


def test_quits_restored_and_hostile_text_never_reached_the_terminal(terminal: Terminal) -> None:
    terminal.read(0.5)
    assert "Ann" in terminal.judge.text()
    terminal.type(b"q")
    assert terminal.end() == 0
    restored(terminal)
    raw = bytes(terminal.raw)
    for bad in (b"\x1b]", b"\xc2\x9b", b"\x1bP", "\u202e".encode(), "\u2066".encode()):
        assert bad not in raw
    assert terminal.marker.read_text() == "ended 0"


def test_a_stalled_reader_finds_a_fresh_frame_when_it_reads_again(terminal: Terminal) -> None:
    time.sleep(5)
    assert terminal.child.poll() is None
    since = time.monotonic()
    terminal.read(0.2)
    shown = re.search(r"at ([0-9.]+)", terminal.judge.text())
    assert shown
    assert float(shown[1]) > since - 0.2
    terminal.type(b"z")
    assert terminal.read(1, "keys: z")


def test_keys_are_keys_and_cursor_replies_are_not(terminal: Terminal) -> None:
    for part in (b"a", b"\x1b[", b"7;", b"9R", b"b", b"\x1b", b"[3;4R", b"\x1b[A"):
        terminal.type(part)
        terminal.read(0.03, answer=False)
    assert terminal.read(3, "keys: a b .*up")
    keys = re.search("keys: (.*)", terminal.judge.text())
    assert keys
    assert keys[1].split() == ["a", "b", "up"]
    terminal.type(b"\x1b")
    assert terminal.read(3, "up escape")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGHUP, 129), (signal.SIGTERM, 143)])
def test_signals_end_it_in_order(terminal: Terminal, number: int, code: int) -> None:
    os.kill(terminal.child.pid, number)
    terminal.end()
    restored(terminal)
    assert terminal.marker.read_text() == f"ended {code}"


def test_every_late_answer_is_read_before_the_terminal_is_somebody_elses(marker: Path) -> None:
    terminal = Terminal(marker, "impatient")
    try:
        assert terminal.read(10, "count 000[0-9][1-9]")
        until = time.monotonic() + 10
        while terminal.owed < 2 and time.monotonic() < until:
            terminal.read(0.1, answer=False)
        assert terminal.owed >= 2, "the program never asked again"
        os.kill(terminal.child.pid, signal.SIGTERM)
        for _ in range(terminal.owed):
            terminal.read(0.15, answer=False)
            terminal.type(b"\x1b[10;38R")
        terminal.owed = 0
        terminal.end()
        restored(terminal)
        assert b"10;38R" not in bytes(terminal.raw), "echoed at the next prompt"
        waiting = struct.unpack("i", fcntl.ioctl(terminal.slave, termios.FIONREAD, b"\0" * 4))[0]
        assert waiting == 0
    finally:
        terminal.close()


def test_it_ends_even_when_the_terminal_takes_no_byte(terminal: Terminal) -> None:
    termios.tcflow(terminal.slave, termios.TCOOFF)
    time.sleep(0.3)
    os.kill(terminal.child.pid, signal.SIGTERM)
    assert terminal.child.wait(4) == 0
    assert terminal.marker.read_text() == "ended 143"
    assert termios.tcgetattr(terminal.slave) == terminal.before


@pytest.mark.parametrize("ignore_hup", [False, True])
def test_a_vanished_terminal_ends_it_in_order(marker: Path, ignore_hup: bool) -> None:
    terminal = Terminal(marker, ignore_hup=ignore_hup)
    try:
        assert terminal.read(10, "count 000[0-9][1-9]")
        terminal.hang_up()
        terminal.end(4)
        assert marker.read_text() == "ended 129"
    finally:
        terminal.close()


def test_a_crash_restores_the_terminal_and_tells_no_patient_data(marker: Path) -> None:
    terminal = Terminal(marker, "crash")
    try:
        terminal.end(10)
        restored(terminal)
        raw = terminal.raw.decode(errors="replace")
        assert "internal error ValueError" in raw
        assert "bedside monitors" in raw
        [report] = marker.parent.glob("crash-*.txt")
        assert report.stat().st_mode & 0o777 == 0o600
        assert "ptyapp.py" in report.read_text()
        assert "OKAFOR" not in raw + report.read_text()
    finally:
        terminal.close()


def test_a_shared_tty_made_non_blocking_by_somebody_does_no_harm(terminal: Terminal) -> None:
    os.set_blocking(terminal.slave, False)
    terminal.type(b"n")
    assert terminal.read(2, "keys: n")


def test_resize_repaints(terminal: Terminal) -> None:
    fcntl.ioctl(terminal.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 60, 0, 0))
    terminal.judge.screen.resize(20, 60)
    os.kill(terminal.child.pid, signal.SIGWINCH)
    assert terminal.read(3, "(?s)Ann.*row 17 count")


def test_suspended_and_resumed_it_repaints(terminal: Terminal) -> None:
    os.kill(terminal.child.pid, signal.SIGTSTP)
    terminal.read(0.5)
    assert termios.tcgetattr(terminal.slave)[3] & termios.ICANON
    terminal.judge.screen.reset()
    os.kill(terminal.child.pid, signal.SIGCONT)
    assert terminal.read(3, "row 07 count")
    terminal.type(b"k")
    assert terminal.read(2, "keys: k")
