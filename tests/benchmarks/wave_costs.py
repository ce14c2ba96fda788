"""What the page of waveforms costs: the real program on a real engine, in a terminal of 200x60."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from iomt_tui.engine.process import log_path, spawn
from iomt_tui.engine.spec import WardSpec

from .report import Figure
from .terminal import Terminal
from .ward import ROOT, steady

WAVES = 3  # ECG, pleth, respiration
WINDOW = 20.0  # s measured
FILLED = 10.0  # s until every curve has gone once across
SPEC = WardSpec(beds=6, history_hours=0.1, ends_with_screens=False, scenario="quiet")


class Frames(Terminal):
    """A terminal that counts the frames it is asked to acknowledge."""

    frames = 0

    def asked(self, now: float) -> None:
        """A frame is complete."""
        self.frames += 1


def waves() -> Iterator[Figure]:
    """Three curves of one patient, braille, beside the same patient's overview, which moves once a second."""
    with tempfile.TemporaryDirectory() as directory, _engine(Path(directory)) as environment:
        screen = Frames([sys.executable, "-m", "iomt_tui", "--ward", "bench"], 200, 60, environment)
        try:
            _open(screen)
            still = _measured(screen)
            screen.type("6")
            screen.pump(FILLED)
            drawn = sum("⠀" < sign <= "⣿" for line in screen.lines() for sign in line)
            moving = _measured(screen)
        finally:
            screen.close()
    yield Figure("waveforms: frames a second more than the overview", moving[2] - still[2], "per s", 10, least=True)
    yield Figure(
        "waveforms: processor time of a wave more than the overview", (moving[1] - still[1]) / WAVES, "ms/s", 30
    )
    yield Figure("waveforms: processor time of the whole program", moving[1], "ms/s")
    yield Figure("overview of the same patient: processor time", still[1], "ms/s")
    yield Figure("waveforms: bytes to the terminal", moving[0], "B/s")
    yield Figure("waveforms: cells with dots", drawn, "of them", 500, least=True)


def _measured(screen: Frames) -> tuple[float, float, float]:
    """Bytes, processor ms and frames, each a second."""
    begin, before = time.monotonic(), screen.frames
    sent, cpu = steady(screen, 0, WINDOW)
    return sent, cpu, (screen.frames - before) / (time.monotonic() - begin)


def _open(screen: Terminal) -> None:
    """The first bed's overview; chosen by its name, since the board sorts by urgency."""
    screen.pump(4)
    for keys in ("/", "01", "\r", "j", "1"):
        screen.type(keys)
        screen.pump(0.6)


@contextmanager
def _engine(state: Path) -> Iterator[Mapping[str, str]]:
    ward_dir = state / "wards" / "bench"
    process = spawn(SPEC, ward_dir)
    try:
        while not log_path(ward_dir).exists():
            time.sleep(0.05)
        yield {
            "PATH": os.environ["PATH"], "HOME": str(state), "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "COLORTERM": "truecolor", "IOMT_TUI_STATE": str(state), "PYTHONPATH": str(ROOT),
            "IOMT_TUI_CONFIG": str(state / "none.toml"),
        }  # fmt: skip
    finally:
        process.terminate()
        process.wait(10)
