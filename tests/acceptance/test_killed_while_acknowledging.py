"""SAFETY H21: ``kill -9`` at any moment of acknowledging. What a screen showed as acknowledged is never lost."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from killing import VICTIMS, Forker, Processes, Record, kills
from real_program import Home, home

from iomt_tui.engine.process import log_path

KILLS_A_LOG = 10  # a log that grows on and on would measure how long it takes to fold
LANES = 2


@pytest.mark.parametrize("number", [1_000, pytest.param(10_000, marks=pytest.mark.nightly)])
def test_no_acknowledgement_that_was_shown_is_lost(tmp_path: Path, number: int) -> None:
    def lane(which: int) -> Counter[str]:
        forker = Forker()
        try:
            logs = range(which, number // KILLS_A_LOG, LANES)
            return Counter(
                told
                for each in logs
                for told in kills(forker, log_path(tmp_path / f"{each}"), random.Random(each), KILLS_A_LOG)
            )
        finally:
            forker.close()

    with ThreadPoolExecutor(LANES) as lanes:
        seen = sum(lanes.map(lane, range(LANES)), Counter[str]())
    assert [words for words in seen if words.startswith("lost")] == []
    assert sum(times for words, times in seen.items() if words.startswith("killed")) == number
    assert seen["shown"] > 3 * number, "too few acknowledgements to prove anything"


@pytest.mark.parametrize("number", [5, pytest.param(50, marks=pytest.mark.nightly)])
def test_no_acknowledgement_that_a_real_screen_showed_is_lost(tmp_path: Path, number: int) -> None:
    """The same with the whole program in a terminal: keys in, and what its last line says in any frame."""
    chance, forker = random.Random(9), Forker()
    with home(tmp_path / "home") as place:
        ward = Processes(forker, place.log("ward-5"), period=0)
        try:
            told = [killed_screen(place, ward, chance) for _ in range(number)]
            assert sum(told) >= number / 5, "too few acknowledgements to prove anything"
        finally:
            ward.close()
            forker.close()


def killed_screen(place: Home, ward: Processes, chance: random.Random) -> bool:
    """One kill soon after the confirming key. Whether "acknowledged" was on the screen by then."""
    ward.start("engine")
    while not ward.log.exists():
        time.sleep(0.01)
    window = place.open("--ward", "ward-5", columns=80, rows=24)
    assert window.shows("nobody yet", 15) is not None, window.text()
    window.pump(0.6)
    window.type("A")
    assert window.shows(r"Acknowledge \d\d Family", 5) is not None, window.text()
    window.pump(0.25)
    seen: list[str] = []
    window.look = lambda lines: seen.append(lines[-1])
    window.type("\r")
    window.pump(chance.random() * 0.3)
    victims = chance.choice(VICTIMS)
    if "screen" in victims:
        os.kill(window.pid, signal.SIGKILL)
    if "engine" in victims:
        ward.kill("engine")
    window.pump(0.3)
    seen.append(window.lines()[-1])
    window.close()
    return sum(audited(ward, line) for line in set(seen)) > 0


def audited(ward: Processes, line: str) -> bool:
    """Whether a last line calls an alarm acknowledged; then the log must hold it."""
    words = re.search(r"acknowledged: \d\d Family(\d+) G: (HR|SpO2|RR) ", line)
    if words is None or "NOT" in line:
        return False
    record = Record(ward.log)
    record.read()
    held = [
        entry.data() for entry in record.entries
        if entry.kind == "alarm" and entry.data()["ref"][:2] == [f"p{words[1]}", words[2].lower()]
    ]  # fmt: skip
    assert any(alarm["state"] == "acked" and alarm["by"] == "nurse" for alarm in held), line
    return True
