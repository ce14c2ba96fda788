"""Waveforms in a real terminal, from a real engine: they move while their page is open, and freeze with the engine."""

from __future__ import annotations

import os
import re
import signal
import time
from contextlib import closing
from pathlib import Path

from real_program import Home, Window, home

from iomt_tui.log.sqlite import SqliteReader

BRAILLE = re.compile("[⠁-⣿]")


def frames(window: Window, seconds: float) -> float:
    """Frames a second."""
    seen: list[float] = []
    window.look = lambda lines: seen.append(time.monotonic())
    window.pump(seconds)
    window.look = None
    return len(seen) / seconds


def opened(place: Home, **environment: str) -> Window:
    """The first bed's waveforms, by its name."""
    window = place.open("demo", "--scenario", "quiet", "--beds", "6", environment=environment)
    assert window.shows("DEMO", 15) is not None, window.text()
    window.pump(2)
    for keys in ("/", "0", "1", "\r", "j", "6"):
        window.type(keys)
        window.pump(0.5)
    return window


def curves(window: Window) -> list[str]:
    return [line for line in window.lines()[4:] if BRAILLE.search(line)]


def recorded(place: Home) -> int:
    with closing(SqliteReader(place.log("demo"))) as reader:
        return sum(entry.kind == "wave" for entry in reader.read(0))


def test_they_move_while_their_page_is_open_and_freeze_with_the_engine(tmp_path: Path) -> None:
    with home(tmp_path) as place:
        window = opened(place)
        assert window.shows(r"live.*(?s:.*)live", 10) is not None, window.text()
        window.pump(3)
        assert len(curves(window)) > 6
        assert frames(window, 3) > 8  # a test's machine may be busy; the benchmark wants ten
        assert 3 < recorded(place) < 60
        engine = place.engine("demo")
        os.kill(engine, signal.SIGSTOP)
        assert window.shows("NOT LIVE: nobody monitors", 8) is not None, window.text()
        window.pump(1)  # the banner takes rows: the curves stand elsewhere, and then still
        still = curves(window)
        assert len(still) > 6
        window.pump(1.5)
        assert curves(window) == still
        os.kill(engine, signal.SIGCONT)
        assert window.shows(r"live.*(?s:.*)live", 12) is not None, window.text()
        window.type("\x1b")
        window.pump(1)
        assert frames(window, 3) < 8
        window.type("q")
        assert window.ended(5) == 0
        assert (window.foreign(), window.restored()) == ([], [])


def test_over_ssh_they_are_off_and_nothing_is_recorded_until_somebody_asks(tmp_path: Path) -> None:
    with home(tmp_path) as place:
        window = opened(place, SSH_CONNECTION="192.0.2.1 22 192.0.2.2 22")
        assert window.shows("reached over SSH", 5) is not None, window.text()
        assert (recorded(place), curves(window)) == (0, [])
        assert frames(window, 2) < 8
        window.type("W")
        assert window.shows(r"live.*(?s:.*)live", 10) is not None, window.text()
        window.pump(2)
        assert recorded(place) > 0 and curves(window)
