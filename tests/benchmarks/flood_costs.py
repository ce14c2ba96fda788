"""How soon an acknowledgement is on the terminal while 500 alarms arrive within 10 seconds (SAFETY H26)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from iomt_tui.tui.acknowledging import SHOWN_FOR

from .flooded import LASTS
from .report import Figure
from .terminal import Terminal, percentile
from .ward import flooded_ward

FLOODS = 3
DELIBERATE = SHOWN_FOR + 0.05  # s from the question to the confirming key
LONGEST = 3.0  # s that an answer is waited for


def flood() -> Iterator[Figure]:
    """From the confirming key to "acknowledged" on the terminal; what was asked for stands still meanwhile."""
    delays: list[float] = []
    missed = 0
    for seed in range(FLOODS):
        for delay in _acknowledged(seed):
            delays.append(delay)
            missed += delay >= LONGEST
    yield Figure("acknowledgements under a flood", len(delays), "")
    yield Figure("not answered, or answered otherwise", missed, "", 0)
    yield Figure("key to acknowledged under a flood, median", percentile(delays, 0.5) * 1000, "ms")
    yield Figure("key to acknowledged under a flood, p99", percentile(delays, 0.99) * 1000, "ms", 100)


def _acknowledged(seed: int) -> Iterator[float]:
    """Acknowledges one alarm after the other while the flood lasts; seconds that each took."""
    with flooded_ward(seed) as ward:
        screen = ward.screen(120, 40)
        try:
            _until(screen, "No alarm in force", 10)
            ward.flood()
            end = time.monotonic() + LASTS / 1000
            while time.monotonic() < end:
                screen.type("A")
                if _until(screen, "Acknowledge .*[?]", 1) < 1:
                    screen.pump(DELIBERATE)
                    screen.type("\r")
                    yield _until(screen, "(?<!NOT )acknowledged: ", LONGEST)
        finally:
            screen.close()


def _until(screen: Terminal, words: str, seconds: float) -> float:
    """Seconds until the last line or the second one says ``words``; ``seconds`` when they never do."""
    begin = time.monotonic()

    def look(_: float) -> bool:
        lines = screen.screen.display
        return re.search(words, lines[-1] + lines[1]) is not None

    while (passed := time.monotonic() - begin) < seconds and not look(0):
        screen.pump(min(0.02, seconds - passed), look)
    return min(time.monotonic() - begin, seconds)
