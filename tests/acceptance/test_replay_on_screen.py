"""A recording from an intensive care unit on the screen: a zero is a sensor that is off, never a value."""

from __future__ import annotations

import re
from pathlib import Path

from real_program import home, pump

CSV = """\
minute,HR (bpm),PULSE (bpm),RESP (pm),SpO2 (%),NBPSys (mmHg),NBPDias (mmHg),NBPMean (mmHg)
0,101.3,100.0,16.5,96.0,,,
1,103.0,0.0,20.5,0.0,,,
2,102.6,0.0,18.0,0.0,121.0,68.0,88.0
3,101.1,0.0,17.0,0.0,,,
4,99.8,98.0,17.5,95.0,,,
5,99.9,98.0,17.5,94.0,,,
"""
SATURATION, PULSE = "Oxygen saturation +", "Pulse rate +"


def test_zero_rows_are_a_sensor_that_is_off(tmp_path: Path) -> None:
    with home(tmp_path) as place:
        file = tmp_path / "icu.csv"
        file.write_text(CSV, "utf-8")
        window = place.open("replay", str(file), "--speed", "30", columns=200, rows=60)
        assert window.shows("REPLAY", 10) is not None, window.text()
        frames: list[str] = []

        def until_the_sensor_is_back() -> bool:
            frames.append(window.text())
            return "sensor off" in "\n".join(frames) and bool(re.search(SATURATION + "9[45] %", frames[-1]))

        assert pump([window], 13.0, until_the_sensor_is_back), window.text()
        assert any(re.search(SATURATION + "96 %", frame) for frame in frames)
        assert any(re.search(r"\boff\b[^│]*│", frame) for frame in frames), "the board's row says it, too"
        for frame in frames:
            assert "REPLAY" in frame
            assert not re.search(rf"(?:{SATURATION}|{PULSE})0\b", frame)
            assert not re.search(r"SpO2 0|(?<![\d.])0 %", frame)
        window.type("q")
        assert window.ended(5) == 0
        assert window.restored() == []
        assert window.left() == ""
