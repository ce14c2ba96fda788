"""``iomt-tui limits``: what is in force, where it comes from, who changed it; as words and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.headless.schemas import json_schema
from iomt_tui.cli.main import main
from iomt_tui.engine.loop import Engine
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Reading, draft

T = 1_700_000_000_000
WARD = {"name": "W", "watermark": "TEST", "source": "test", "tz": "UTC", "schema": 1}


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two patients: of p1 SpO2 is changed for ten minutes, and end-tidal CO2 is off for the whole ward."""
    path = tmp_path / "ward.db"
    log = SqliteLog(path)
    engine = Engine(log)
    engine.start(WARD, T)
    for place in ("1", "2"):
        body = {"id": f"p{place}", "bed": f"0{place}", "family": "OKAFOR", "given": "N", "spo2_scale": 1}
        engine.take([(T, "patient", body), (T, "obs", Reading(f"p{place}", "d1", T, {"spo2": 95.0}, None))])
    rows = [{"priority": 3, "low": 80, "high": None, "delay": 0, "off_delay": 0}]
    for op, patient, vital, limits, until in (("1", "p1", "spo2", rows, T + 600_000), ("2", "", "etco2", [], None)):
        act = {"op": op, "user": "KIM", "do": "limits", "patient": patient, "vital": vital, "limits": limits,
               "reason": "COPD", "until": until}  # fmt: skip
        log.append([draft(T + 1_000, "act", act)], durable=True)
    engine.follow()
    engine.tick(T + 60_000)
    log.close()
    return path


def told(recording: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["limits", "--source", str(recording), *more]) == Exit.OK
    return capsys.readouterr().out


def test_words(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line.strip() for line in told(recording, capsys, "--plain", "--bed", "01").splitlines()]
    assert "TEST: not real patients." in lines[0]
    changed = next(line for line in lines if line.startswith("CHANGED SpO2"))
    assert changed.startswith("CHANGED SpO2 high below 80 %, by KIM, for 9 minutes more: COPD. Warning: SpO2 low 80")
    assert "SpO2                          high alarm below 80 % (set by KIM)" in lines
    assert "end-tidal CO2                 low limit OFF: no alarm" in lines
    assert (
        "heart rate                    medium alarm below 50 /min or above 120 /min for 5 s (Contec/Edan adult default)"
        in lines
    )


def test_json(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found: Any = orjson.loads(told(recording, capsys, "--json"))
    jsonschema.validate(found, json_schema("limits"))
    first, second = ({vital["vital"]: vital for vital in one["vitals"]} for one in
                     sorted(found["patients"], key=lambda one: one["patient"]))  # fmt: skip
    assert [x["low"] for x in first["spo2"]["limits"]] == [80]
    assert [x["low"] for x in first["spo2"]["usual"]] == [85, 90]
    assert (first["spo2"]["changed"]["by"], second["spo2"]["changed"]) == ("KIM", None)
    assert second["etco2"]["changed"]["scope"] == "ward"
    assert second["etco2"]["off"] == ["low", "high"]


def test_before_the_change_and_nobody(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "CHANGED" not in told(recording, capsys, "--plain", "--at", "+0s")
    assert main(["limits", "--plain", "--source", str(recording), "--patient", "p9"]) == Exit.SOURCE
    assert "nobody in patient 'p9'" in capsys.readouterr().err
