"""The demo at sixty times the speed: every theme, sizes small and large, resized in between, from start to end."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import pytest
from real_program import Home, Window, alive, clock, home, pump

from iomt_tui.engine.process import ALONE

SIZES = {
    "dark": (80, 24),
    "light": (120, 40),
    "high-contrast": (200, 60),
    "mono": (40, 10),
    "ansi-16": (20, 5),
    "deuteranopia": (100, 30),
    "tritanopia": (140, 45),
}
PATIENCE = 60.0  # s until every window has shown what it must; the machine may be busy
CRASH = re.compile(r"Traceback|internal error|Error:|Exception|NOT MONITORING")


class Watch:
    """Looks at every frame of a window."""

    def __init__(self, window: Window, name: str) -> None:
        self.window, self.name = window, name
        self.frames = self.unmarked = 0
        self.times: set[str] = set()
        self.crashed: list[str] = []
        self.storm = False
        window.look = self.frame

    def frame(self, lines: list[str]) -> None:
        text = "\n".join(lines)
        self.crashed += [f"{self.name}: {line}" for line in lines if CRASH.search(line)]
        if self.storm or not text.strip():
            return
        self.frames += 1
        self.unmarked += "DEMO" not in text
        self.times.add(clock(self.window) or text)

    def lively(self, seconds: float) -> bool:
        """Whether it has shown more frames, and more times of its clock, than ``seconds``."""
        return self.frames > seconds and len(self.times) > seconds


def test_every_theme_has_a_window_here() -> None:
    themes = Path(__file__).resolve().parents[2] / "themes"
    assert {path.stem for path in themes.glob("*.toml")} == set(SIZES)


@pytest.mark.parametrize("seconds", [18, pytest.param(60, marks=pytest.mark.nightly)])
def test_the_demo_runs_in_all_sizes_and_themes(tmp_path: Path, seconds: int) -> None:
    with home(tmp_path / "user") as place, home(tmp_path / "other") as other:
        orphan, since = orphaned(other), time.monotonic()
        first = place.open("demo", "--speed", "60", "--theme", "dark", columns=80, rows=24)
        assert first.shows("DEMO", 15) is not None, first.text()
        windows = {"dark": first}
        for theme, (columns, height) in SIZES.items():
            if theme != "dark":
                windows[theme] = place.open("demo", "--theme", theme, columns=columns, rows=height)
        for window in windows.values():
            assert window.shows("DEMO", 15) is not None, window.text()
        watches = [Watch(window, theme) for theme, window in windows.items()]
        seen(watches, seconds)
        lively = pump(list(windows.values()), PATIENCE, lambda: all(watch.lively(seconds) for watch in watches))
        assert lively, {watch.name: (watch.frames, len(watch.times)) for watch in watches}
        engine = place.engine("demo")
        assert engine
        for theme, window in windows.items():
            window.type("q")
            assert window.ended(5) == 0, theme
            assert window.restored() == [], theme
            assert window.foreign() == [], theme
            assert window.left() == "", theme
        for watch in watches:
            assert watch.crashed == []
            assert watch.unmarked == 0, f"{watch.name}: {watch.unmarked} of {watch.frames} frames without DEMO"
            assert len(watch.times) > seconds / 3, (
                f"{watch.name}: its clock stands still"
            )  # a loaded machine shows fewer
        assert ends(engine, 3.0), "the demo's engine outlives its last screen"
        assert ends(orphan, since + ALONE + 4.0 - time.monotonic()), "a demo's engine outlives its killed screen"


def seen(watches: list[Watch], seconds: float) -> None:
    """Two thirds of the time as they are; in the last third the windows are resized like mad, then as they were."""
    windows = [watch.window for watch in watches]
    pump(windows, seconds * 2 / 3)
    chance = random.Random(7)
    sizes = [(1, 1), (300, 100), *((chance.randint(1, 300), chance.randint(1, 100)) for _ in range(int(seconds)))]
    for watch in watches:
        watch.storm = True
    for at, size in enumerate(sizes):
        windows[at % len(windows)].resize(*size)
        pump(windows, chance.choice((0.0, 0.02, 0.3)))
    for watch in watches:
        watch.window.resize(*SIZES[watch.name])
    pump(windows, 1.0)
    for watch in watches:
        watch.storm = False
    pump(windows, max(1.0, seconds / 6))


def orphaned(other: Home) -> int:
    """A demo's engine whose only screen was killed and could not end it."""
    window = other.open("demo", "--beds", "2")
    assert window.shows("DEMO", 15) is not None, window.text()
    engine = other.engine("demo")
    window.child.kill()
    assert alive(engine)
    return engine


def ends(process: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while alive(process) and time.monotonic() < end:
        time.sleep(0.1)
    return not alive(process)
