"""The bell on a real terminal: one burst for an alarm, no ring that the pattern does not hold, none when muted."""

from __future__ import annotations

import time
from pathlib import Path

from live_ward import VITALS, LiveWard
from real_program import home, pump

from iomt_tui.ward.events import Reading

PATIENT = {"id": "p1", "bed": "01", "family": "Okafor", "given": "N", "born": "1954"}
RINGS = 10
"""Two groups of 3 + 2: a burst of high priority."""


def test_an_alarm_rings_one_burst_and_a_muted_screen_none(tmp_path: Path) -> None:
    with home(tmp_path) as place:
        at = int(time.time() * 1000) - 1000
        low = Reading("p1", "m-p1", at, VITALS | {"spo2": 80.0}, None)
        ward = LiveWard(place, "live", [PATIENT], [("obs", low)])
        try:
            loud = place.open("--ward", "live", columns=100, rows=30)
            mute = place.open("--ward", "live", "--mute", columns=100, rows=30)
            assert loud.shows("SOUND", 15) is not None, loud.text()
            assert mute.shows("MUTE", 15) is not None, mute.text()
            end = time.monotonic() + 12
            while loud.raw.count(b"\x07") < RINGS and time.monotonic() < end:
                pump([loud, mute], 0.1)
            pump([loud, mute], 2.5)
            assert loud.raw.count(b"\x07") == RINGS
            assert mute.raw.count(b"\x07") == 0
            assert not loud.foreign()
        finally:
            ward.close()
