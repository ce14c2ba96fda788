"""Commands that print, run on real logs, recordings, files and the demo."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from cli_program import run_program

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.headless.schemas import json_schema
from iomt_tui.cli.main import main
from iomt_tui.cli.paths import ward_dir
from iomt_tui.engine.process import log_path
from iomt_tui.log.recording import record
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Reading, draft, observations
from iomt_tui.ward.fold import Ward

START = 1_772_358_000_000  # 2026-03-01T09:40:00Z
CSV = """\
minute,HR (bpm),SpO2 (%),NBPSys (mmHg),NBPDias (mmHg),Zuck
0,80,97,120,70,100
1,82,0,,,
2,84,96,118,,99
"""


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == Exit.OK
    return capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return orjson.loads(printed(capsys, "snapshot", "--json", *arguments))


def vitals(snapshot: Any) -> dict[str, Any]:
    return {vital["key"]: vital for vital in snapshot["patients"][0]["vitals"]}


@pytest.fixture
def csv(tmp_path: Path) -> str:
    path = tmp_path / "bed.csv"
    path.write_text(CSV, "utf-8")
    return str(path)


@pytest.fixture
def live() -> Path:
    """A ward that claims to be live: one patient, three minutes, an engine that never said goodbye."""
    path = log_path(ward_dir("icu"))
    log = SqliteLog(path)
    ward = {"name": "ICU", "watermark": None, "source": "test", "tz": "Europe/Berlin", "schema": 1}
    body = {"id": "p", "bed": "1", "family": "A", "given": "B", "sex": "F", "home": False}
    log.append([draft(START, "ward", ward), draft(START, "engine", {"state": "started"})], durable=True)
    log.append([draft(START, "patient", body)], durable=True)
    for minute in range(4):
        at = START + minute * 60_000
        log.append([observations(at, [Reading("p", "d", at, {"hr": 80.0 + minute}, None)])], durable=True)
    log.close()
    return path


def test_the_demo_as_json_validates_and_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "--source", "demo")
    jsonschema.validate(found, json_schema("snapshot"))
    assert (found["watermark"], found["monitoring"], len(found["patients"])) == ("DEMO", True, 24)
    assert found["counts"]["high"] + found["counts"]["medium"] + found["counts"]["technical"] > 0
    ranks = ["high", "medium", "low", "technical", "none"]
    assert found["patients"][0]["severity"] in ranks[:2]


def test_the_demo_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "snapshot", "--plain", "--source", "demo:quiet", "--width", "60").splitlines()
    assert lines[0].startswith("DEMO: simulated, not real patients.")
    assert max(map(len, lines)) <= 60


@pytest.mark.parametrize("at", ["12:00", "2026-03-01T12:00", "+25h"])
def test_the_demo_has_no_past(at: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snapshot", "--plain", "--source", "demo", "--at", at]) == Exit.USAGE
    assert "+24h" in capsys.readouterr().err


def test_a_csv_file_minute_by_minute(csv: str, capsys: pytest.CaptureFixture[str]) -> None:
    for at, hr, spo2, absent in (("+0m", 80, 97, ""), ("+1m", 82, None, "sensor-off"), ("+2m", 84, 96, "")):
        found = document(capsys, "--source", csv, "--at", at)
        assert (found["watermark"], found["monitoring"]) == ("REPLAY", False)
        seen = vitals(found)
        assert (seen["hr"]["value"], seen["spo2"]["value"], seen["spo2"]["absent"]) == (hr, spo2, absent)
    assert document(capsys, "--source", csv) == found, "without --at: the newest reading"


def test_a_zero_is_never_shown_as_a_value(csv: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "snapshot", "--plain", "--source", csv, "--at", "+1m")
    assert "sensor off, last 97 % 1 minute ago" in text
    assert " 0 %" not in text


def test_a_mapped_heading(csv: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "glucose" not in vitals(document(capsys, "--source", csv))
    mapped = vitals(document(capsys, "--source", csv, "--map", "Zuck=glucose:mg/dL"))
    assert mapped["glucose"]["value"] == 99


def test_a_moment_outside_of_a_recording(csv: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snapshot", "--plain", "--source", csv, "--at", "+5h"]) == Exit.SOURCE
    assert "runs from" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "<html>", "{}", "a,b\n1,2\n"])
def test_a_file_that_is_none_of_them(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x"
    path.write_text(content)
    assert main(["snapshot", "--plain", "--source", str(path)]) == Exit.SOURCE
    assert str(path.name) in capsys.readouterr().err


def test_a_ward_without_an_engine_is_not_monitored(live: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "snapshot", "--plain", "--source", "ward:icu").startswith("NOT MONITORING: ")
    found = document(capsys, "--ward", "icu")
    assert (found["watermark"], found["monitoring"]) == ("", False)
    assert vitals(found)["hr"]["value"] is None, "years old by now"


def test_the_past_of_a_live_ward_is_marked(live: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "--source", "ward:icu", "--at", "10:42")  # Berlin
    assert (found["watermark"], found["at"]) == ("REPLAY", "2026-03-01T09:42:00.000Z")
    assert vitals(found)["hr"]["value"] == 82


def test_a_recording_of_a_live_ward_is_marked(live: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.iomtlog", "a.iomtlog.gz"):
        made = record(live, tmp_path / name, fold=lambda blob: Ward.restore(blob) if blob else Ward())
        found = document(capsys, "--source", str(made.path))
        assert (found["watermark"], vitals(found)["hr"]["value"]) == ("REPLAY", 83)


def test_an_unknown_ward_names_those_there_are(live: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snapshot", "--plain", "--source", "ward:other"]) == Exit.SOURCE
    assert "icu" in capsys.readouterr().err


def test_log_info_verify_and_retain(live: Path, capsys: pytest.CaptureFixture[str]) -> None:
    info = printed(capsys, "log", "info", "ward:icu")
    assert "7, numbers 1 to 7" in info
    assert "not running" in info
    assert "7 entries, none edited, lost or reordered" in printed(capsys, "log", "verify", str(live))
    log = SqliteLog(live, create=False)
    ward = Ward()
    ward.apply(log.read(0, 5))
    log.save_checkpoint(ward.seq, ward.now, ward.checkpoint())
    log.close()
    assert "5 entries dropped" in printed(capsys, "log", "retain", "ward:icu", "--keep", "1d")
    assert "2 entries, none edited" in printed(capsys, "log", "verify", "ward:icu")
    assert main(["log", "retain", "ward:icu"]) == Exit.USAGE
    assert "--keep" in capsys.readouterr().err


def test_watch_follows_a_file_to_its_end(csv: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(
        capsys, "watch", "--json", "--source", csv, "--speed", "600", "--values", "--for", "5s"
    ).splitlines()
    found = [orjson.loads(line) for line in lines]
    schema = json_schema("watch")
    for change in found:
        jsonschema.validate(change, schema)
        assert change["watermark"] == "REPLAY"
    assert [change["what"] for change in found[:2]] == ["ward", "patient"]
    assert "vital-lost" in {change["what"] for change in found}


def test_watch_says_when_nobody_watches_the_ward(live: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "watch", "--plain", "--source", "ward:icu", "--for", "100ms")
    assert "NOT MONITORING" in out
    assert "bed 1 A B: " in out


def test_keys_and_schema_print(capsys: pytest.CaptureFixture[str]) -> None:
    assert "acknowledge" in printed(capsys, "keys")
    assert orjson.loads(printed(capsys, "schema", "watch"))["$id"] == "urn:iomt-tui:watch:1"


def test_record_needs_an_engine(live: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", str(tmp_path / "a.csv"), "--ward", "icu"]) == Exit.USAGE
    assert main(["record", str(tmp_path / "a.iomtlog"), "--ward", "icu"]) == Exit.ENGINE
    (tmp_path / "b.iomtlog").write_text("x")
    assert main(["record", str(tmp_path / "b.iomtlog"), "--ward", "icu"]) == Exit.SOURCE
    assert (tmp_path / "b.iomtlog").read_text() == "x"
    assert capsys.readouterr().err.count("\n") == 3


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_engine_from_start_to_stop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = Path(os.environ["IOMT_TUI_CONFIG"])
    config.parent.mkdir(parents=True)
    config.write_text('[ward]\nname = "Ward 9"\nbeds = 2\n', "utf-8")
    engine = subprocess.Popen([sys.executable, "-m", "iomt_tui", "engine"], stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(150):
            ran = run_program(["snapshot", "--json"])
            if ran.returncode == Exit.OK and orjson.loads(ran.stdout)["monitoring"]:
                break
            time.sleep(0.1)
        found = orjson.loads(ran.stdout)
        assert (found["ward"], found["watermark"], found["monitoring"]) == ("Ward 9", "DEMO", True)
        second = run_program(["engine"])
        assert second.returncode == Exit.ENGINE
        assert "another engine" in second.stderr
        made = tmp_path / "made.iomtlog"
        assert "entries" in printed(capsys, "record", str(made), "--for", "1200ms")
        assert document(capsys, "--source", str(made))["ward"] == "Ward 9"
        assert "stopped the engine" in printed(capsys, "engine", "--stop")
        assert engine.wait(10) == Exit.OK
        assert main(["engine", "--stop"]) == Exit.ENGINE
    finally:
        if engine.poll() is None:
            engine.send_signal(signal.SIGKILL)
        engine.communicate()
