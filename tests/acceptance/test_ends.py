"""Engines and screens that are killed, stopped or hung up: the other side goes on and says what it knows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from real_program import ROOT, Home, Window, alive, clock, home, pump

NOT_MONITORING = 3.5  # s from the engine's last sign of life (SAFETY H1)
CONFIG = '[ward]\nname = "Ward 9"\nbeds = 4\n'


def test_each_side_outlives_the_other_and_says_so(tmp_path: Path) -> None:
    with home(tmp_path) as place:
        place.config.write_text(CONFIG, "utf-8")
        windows = [place.open(columns=120, rows=40)]
        assert windows[0].shows("Ward 9", 15) is not None, windows[0].text()
        windows += [place.open(columns=80, rows=24), place.open(columns=20, rows=5)]
        for window in windows:
            assert window.shows("DEMO", 10) is not None, window.text()
        engine = place.engine("ward-9")
        screen_killed(windows.pop(1), windows, place)
        engine_stopped(engine, windows)
        engine_killed(engine, windows, place)


def screen_killed(window: Window, others: list[Window], place: Home) -> None:
    engine, before = place.engine("ward-9"), clock(others[0])
    window.child.kill()
    window.child.wait()
    pump(others, 2.5)
    assert alive(engine) and place.engine("ward-9") == engine
    assert clock(others[0]) > before
    assert not any("NOT MON" in other.text() for other in others)


def engine_stopped(engine: int, windows: list[Window]) -> None:
    os.kill(engine, signal.SIGSTOP)
    stopped = time.monotonic()
    all_say(windows, stopped)
    os.kill(engine, signal.SIGCONT)
    all_live(windows, 3.0)


def engine_killed(engine: int, windows: list[Window], place: Home) -> None:
    os.kill(engine, signal.SIGKILL)
    all_say(windows, time.monotonic())
    command = [sys.executable, "-m", "iomt_tui", "engine"]
    with subprocess.Popen(command, env=place.environment(), cwd=ROOT, stderr=subprocess.DEVNULL) as again:
        try:
            all_live(windows, 10.0)
            last = windows.pop()
            left(last)
        finally:
            again.terminate()
            assert again.wait(5) == 0, "it ended before it was told to"
    all_say(windows, time.monotonic())
    left(*windows)


def left(*windows: Window) -> None:
    for window in windows:
        window.type("q")
        assert window.ended(5) == 0
        assert window.restored() == []


def all_say(windows: list[Window], since: float) -> None:
    assert pump(windows, NOT_MONITORING + 2, lambda: all("NOT MONITORING" in w.text() for w in windows))
    late = time.monotonic() - since
    assert late <= NOT_MONITORING, f"NOT MONITORING only after {late:.2f} s"


def all_live(windows: list[Window], seconds: float) -> None:
    assert pump(windows, seconds, lambda: not any("NOT MON" in w.text() for w in windows)), windows[0].text()
    times = [clock(w) for w in windows]
    assert pump(windows, 2.5, lambda: clock(windows[0]) > times[0])


def test_hang_ups_and_signals_end_a_screen_in_order(tmp_path: Path) -> None:
    with home(tmp_path) as place:
        windows = [place.open("demo", columns=80, rows=24) for _ in range(3)]
        for window in windows:
            assert window.shows("nobody yet", 15) is not None, window.text()
        hangup, term, vanished = windows
        for window, number in ((hangup, signal.SIGHUP), (term, signal.SIGTERM)):
            window.child.send_signal(number)
            assert window.ended(5) == 128 + number
            assert window.restored() == []
            assert window.left() == ""
        gone_in_order(vanished)


def gone_in_order(window: Window) -> None:
    """The terminal vanishes: the program ends soon, and does not spin meanwhile."""
    before = window.cpu()
    window.hang_up()
    end, used = time.monotonic() + 5, before
    while window.child.poll() is None and time.monotonic() < end:
        used = max(used, window.cpu())
        time.sleep(0.02)
    assert window.child.poll() is not None, "it outlives its terminal"
    assert used - before < 0.5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"TERM": "dumb"}, "TERM is 'dumb'"),
        ({"TERM": ""}, "TERM is ''"),
        ({"LANG": "C", "LC_ALL": "POSIX"}, "not UTF-8"),
    ],
)
def test_a_terminal_that_cannot_show_it_gets_one_line(tmp_path: Path, changes: dict[str, str], words: str) -> None:
    with home(tmp_path) as place:
        window = place.open("demo", environment={"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"} | changes)
        assert window.ended(10) == 6
        text = bytes(window.raw).decode()
        assert words in text and "snapshot --plain" in text
        assert text.count("\n") == 1
        assert "\x1b" not in text
        assert place.engine("demo") == 0, "no engine was started for nothing"


@pytest.mark.parametrize("arguments", [["demo"], ["replay", str(ROOT / "README.md")], []])
def test_without_a_terminal_there_is_one_line(tmp_path: Path, arguments: list[str]) -> None:
    with home(tmp_path) as place:
        ran = subprocess.run(
            [sys.executable, "-m", "iomt_tui", *arguments], env=place.environment(), cwd=ROOT,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
        assert (ran.returncode, ran.stdout) == (6, "")
        assert ran.stderr.count("\n") == 1 and "snapshot --plain" in ran.stderr
