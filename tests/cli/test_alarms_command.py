"""``iomt-tui alarms``: from a file to every alarm in it, to the second, and beside other limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.headless.schemas import json_schema
from iomt_tui.cli.limits_file import read_limits
from iomt_tui.cli.main import main
from iomt_tui.clinical.limits import limits_for
from iomt_tui.engine.loop import Engine
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Reading, draft

SPO2 = [97, 97, 0, 0, 0, 97, 88, 88, 97, 89, 97, 84, 97, 97, 97]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A quarter of an hour, a value a minute, with a probe that is off for three of them."""
    path = tmp_path / "icu.csv"
    path.write_text("minute,SpO2 (%),HR (bpm)\n" + "".join(f"{i},{v},80\n" for i, v in enumerate(SPO2)))
    return path


def limits_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "limits.toml"
    path.write_text(text)
    return path


def told(capsysbinary: Any, *arguments: object) -> Any:
    assert main(["alarms", "--json", *map(str, arguments)]) == Exit.OK
    found = orjson.loads(capsysbinary.readouterr().out)
    schema = json_schema("alarms")
    for shape in (schema, *schema["$defs"].values()):
        if shape.get("type") == "object" and "properties" in shape:
            shape["additionalProperties"] = False
    jsonschema.validate(found, schema)
    return found


def brief(found: Any, param: str = "spo2") -> list[tuple[str, str, str | None, float | None]]:
    return [
        (one["kind"], one["raised"][11:19], one["ended"] and one["ended"][11:19], one["value"])
        for one in found["episodes"]
        if one["param"] == param
    ]


def test_a_run_of_zeros_is_a_sensor_and_every_episode_has_its_second(recording: Path, capsysbinary: Any) -> None:
    found = told(capsysbinary, "--source", recording)
    assert found["watermark"] == "REPLAY"
    assert brief(found) == [
        ("sensor-off", "00:02:10", "00:05:00", None),
        ("low", "00:06:05", "00:08:05", 88.0),
        ("low", "00:09:05", "00:10:05", 89.0),
        ("low", "00:11:00", "00:12:05", 84.0),
    ]
    assert found["whatif"] is None
    assert told(capsysbinary, "--source", recording) == found


def test_at_ends_what_is_looked_at(recording: Path, capsysbinary: Any) -> None:
    found = told(capsysbinary, "--source", recording, "--at", "+7m")
    assert brief(found)[-1] == ("low", "00:06:05", None, 88.0)
    assert found["burden"]["patient_hours"] == pytest.approx(7 / 60, abs=1e-4)


def test_other_limits_side_by_side(recording: Path, tmp_path: Path, capsysbinary: Any) -> None:
    limits = limits_file(tmp_path, '[spo2]\npriority = "medium"\nlow = 87\n')
    (one,) = told(capsysbinary, "--source", recording, "--limits", limits)["whatif"]
    assert (one["vital"], one["today"]["alarms"], one["candidate"]["alarms"]) == ("spo2", 3, 1)
    assert [(m["worst"], m["depth"], m["length_s"]) for m in one["missed"]] == [(88.0, 2.0, 125.0), (89.0, 1.0, 65.0)]


def test_in_words(recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    limits = limits_file(tmp_path, "[spo2]\nlow = 80\n[glucose]\nlow = 60\n")
    assert main(["alarms", "--plain", "--source", str(recording), "--limits", str(limits)]) == Exit.OK
    out = capsys.readouterr().out
    assert out.startswith("REPLAY: recorded, not the present. ")
    assert "high: SpO2 84 below 85; onset 00:11:00, ended 00:12:05, nobody acknowledged it" in out
    assert "Burden: " in out
    assert "suppressed patient minutes      paused 0, shelved 0, standby 0, inhibited " in out
    assert "What if, spo2: a value was known for" in out
    assert "under 5 minutes               2, deepest 88, 2 beyond its limit" in out
    assert "glucose" not in out  # never measured


def test_too_little_measured_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gaps.csv"
    rows = "".join(f"{i},95\n" for i in (*range(10), *range(60, 70)))
    path.write_text("minute,SpO2 (%)\n" + rows)
    limits = limits_file(tmp_path, "[spo2]\nlow = 80\n")
    assert main(["alarms", "--plain", "--source", str(path), "--limits", str(limits)]) == Exit.OK
    assert "Too little to conclude anything" in capsys.readouterr().out
    limits.write_text("[glucose]\nlow = 60\n")
    assert main(["alarms", "--plain", "--source", str(path), "--limits", str(limits)]) == Exit.OK
    assert "none of the vital signs in the file was measured" in capsys.readouterr().out


def test_a_bundled_recording_by_bed_and_by_patient(capsysbinary: Any) -> None:
    ward = told(capsysbinary, "--source", "day-shift")
    assert ward["watermark"] == "DEMO"
    worst = ward["burden"]["beds"][0]
    bed = told(capsysbinary, "--source", "day-shift", "--bed", worst["name"])
    assert bed["burden"]["alarms"] == worst["alarms"] > 0
    assert bed["episodes"] == [one for one in ward["episodes"] if one["bed"] == worst["name"]]
    patient = bed["episodes"][0]["patient"]
    alone = told(capsysbinary, "--source", "day-shift", "--patient", patient)
    assert alone["episodes"] == [one for one in ward["episodes"] if one["patient"] == patient]


def test_the_demo_has_alarms_too(capsysbinary: Any) -> None:
    found = told(capsysbinary, "--source", "demo", "--at", "+10s")
    assert (found["watermark"], found["ward"]) == ("DEMO", "Demo ward")


def test_what_was_promised_is_told_and_what_was_taken_back_is_not(tmp_path: Path, capsysbinary: Any) -> None:
    start = 1_772_358_000_000  # 2026-03-01T09:40:00Z
    log = SqliteLog(tmp_path / "ward.iomtlog")
    engine = Engine(log)
    engine.start({"name": "W", "watermark": "TEST", "source": "t", "tz": "UTC", "schema": 1}, start)
    engine.take([(start, "patient", {"id": p, "bed": f"0{p[1]}"}) for p in ("p1", "p2")])
    readings = [Reading(p, f"d{p}", start, {"spo2": 84.0}, None) for p in ("p1", "p2")]
    engine.take([(start, "obs", reading) for reading in readings])
    ack = {"do": "ack", "user": "KIM", "intent": "going", "note": "with LEE", "ms": 60_000}
    for number, patient in enumerate(("p1", "p2")):
        ref = [patient, "spo2", "low", 1, 1]
        log.append([draft(start + 5_000, "act", {"op": f"a{number}", "ref": ref} | ack)], durable=True)
    undo = {"op": "b", "do": "unack", "user": "LEE", "ref": ["p2", "spo2", "low", 1, 1]}
    log.append([draft(start + 9_000, "act", undo)], durable=True)
    engine.follow()
    log.close()
    found = told(capsysbinary, "--source", log.path)
    one, two = (one for one in found["episodes"] if one["param"] == "spo2")
    assert (one["intent"], one["note"], one["until"]) == ("going", "with LEE", "2026-03-01T09:41:05.000Z")
    assert (two["by"], two["acked_at"], two["intent"], two["until"]) == ("", None, "", None)
    assert (found["burden"]["acknowledged"], found["burden"]["ack_median_s"]) == (1, 5.0)
    assert main(["alarms", "--plain", "--source", str(log.path)]) == Exit.OK
    out = capsysbinary.readouterr().out.decode()
    assert 'acknowledged by KIM 09:40:05 until 09:41:05, going there, "with LEE"' in out
    assert "announced 2 times, nobody acknowledged it" in out


@pytest.mark.parametrize("who", [["--bed", "99"], ["--patient", "nobody"]])
def test_nobody_there_is_told(recording: Path, who: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["alarms", "--plain", "--source", str(recording), *who]) == Exit.SOURCE
    assert "nobody in" in capsys.readouterr().err


WRONG = [
    ("[sp02]\nlow = 80\n", 1, "'sp02' is not a vital sign"),
    ("\n[spo2]\n# here\nlow = 880\n", 4, "low = 880: must be a number from 10 to 100 %"),
    ("[spo2]\nlow = true\n", 2, "low = True: must be a number"),
    ("[spo2]\nhigh = nan\n", 2, "high = nan: must be a number"),
    ("[hr]\nlow = 90\nhigh = 80\n", 2, "is not below high = 80"),
    ("[spo2]\ndelay = 301\n", 2, "0 to 300"),
    ('[spo2]\npriority = "urgent"\n', 2, "must be low, medium, high"),
    ("[spo2]\npriority = [1]\n", 2, "must be low, medium, high"),
    ("[spo2]\nbelow = 80\n", 2, "there is no setting 'below'"),
    ("spo2 = 80\n", 1, "spo2 must be a table"),
    ("[[spo2]]\nlow = 88\n[[spo2]]\nlow = 87\n", 3, "its medium limits twice"),
    ("[[spo2]]\nlow = 88\n[[spo2]]\npriority = 'high'\nlow = 3\n", 5, "low = 3"),
    ("", 1, "no limits"),
]


@pytest.mark.parametrize(("text", "line", "says"), WRONG)
def test_a_wrong_file_is_told_with_its_line_and_nothing_is_compared(
    text: str, line: int, says: str, recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = limits_file(tmp_path, text)
    assert main(["alarms", "--plain", "--source", str(recording), "--limits", str(path)]) == Exit.CONFIG
    found = capsys.readouterr()
    assert found.out == ""
    assert f"{path}:{line}: " in found.err
    assert says in found.err


def test_a_file_that_is_none(recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = limits_file(tmp_path, "[spo2\n")
    assert main(["alarms", "--plain", "--source", str(recording), "--limits", str(path)]) == Exit.CONFIG
    assert "not TOML" in capsys.readouterr().err
    path.write_bytes(b"\xff")
    assert main(["alarms", "--plain", "--source", str(recording), "--limits", str(path)]) == Exit.CONFIG
    gone = ["alarms", "--plain", "--source", str(recording), "--limits", str(tmp_path / "none.toml")]
    assert main(gone) == Exit.SOURCE


def test_what_the_file_does_not_name_stays_as_it_is(tmp_path: Path) -> None:
    text = '[[spo2]]\nlow = 88\ndelay = 15\n[[spo2]]\npriority = "high"\nlow = "off"\n[weight]\nhigh = 200\n'
    change, vitals, problems = read_limits(limits_file(tmp_path, text))
    assert (vitals, problems) == (("spo2", "weight"), [])
    today = limits_for(1, False, False)
    high, medium = change("spo2", today["spo2"])
    assert (high.priority, high.low, medium.priority, medium.low) == (3, None, 2, 88)
    assert (medium.delay_s, medium.off_delay_s) == (15, today["spo2"][1].off_delay_s)
    assert [(x.high, x.priority) for x in change("weight", ())] == [(200, 2)]
    assert change("hr", today["hr"]) == today["hr"]
