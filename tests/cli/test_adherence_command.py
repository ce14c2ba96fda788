"""``iomt-tui adherence``: from files of fills and doses, and of a ward, to figures with their formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.headless.schemas import json_schema
from iomt_tui.cli.main import main

FILLS = """patient,drug,date,days_supply,quantity
p1,Metformin,2026-01-01,30,60
p1,Metformin,2026-02-04,30,60
p1,Metformin,2026-03-10,30,60
p2,Lisinopril,2026-01-01,90,90
"""
DOSES = """Patient ID;Medication;Scheduled time;Taken at;Source;Note
p1;Metformin;2026-03-30 08:00;2026-03-30 08:50;smart cap;x
p1;Metformin;2026-03-30 20:00;2026-03-30 21:10;smart cap;
p1;Metformin;2026-03-31 08:00;;smart cap;
p1;Metformin;2026-03-31 20:00;2026-03-31 20:05;self-report;
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, text in (("fills.csv", FILLS), ("doses.csv", DOSES)):
        (tmp_path / name).write_text(text)
    return [f"--import={tmp_path / name}" for name in ("fills.csv", "doses.csv")]


def told(capsysbinary: Any, *arguments: str) -> Any:
    assert main(["adherence", "--json", *arguments]) == Exit.OK
    found = orjson.loads(capsysbinary.readouterr().out)
    schema = json_schema("adherence")
    for shape in (schema, *schema["$defs"].values()):
        if shape.get("type") == "object" and "properties" in shape:
            shape["additionalProperties"] = False
    jsonschema.validate(found, schema)
    return found


def refused(capsys: Any, *arguments: str) -> str:
    assert main(["adherence", "--json", *arguments]) != Exit.OK
    said: str = capsys.readouterr().err
    assert "Traceback" not in said and said.count("\n") == 1
    return said


def test_files_give_pdc_and_doses_with_their_formulas(files: list[str], capsysbinary: Any) -> None:
    found = told(capsysbinary, *files, "--until=2026-03-31")
    assert (found["schema"], found["first"], found["last"]) == ("iomt-tui/adherence/1", "2026-01-01", "2026-03-31")
    assert (found["rows_used"], found["rows_bad"]) == (8, 0)
    assert [p["id"] for p in found["patients"]] == ["p1", "p2"], "the lowest first"
    metformin = found["patients"][0]["drugs"][0]
    # 30 days, a gap of 4, 30 days, a gap of 4, and 22 days until the end of March.
    assert metformin["pdc"]["formula"] == "PDC = 82 covered days / 90 days = 91 %"
    assert metformin["mpr"]["formula"] == "MPR = 90 days supplied / 90 days = 100 %"
    assert (metformin["adherent"], metformin["fills"], metformin["refill_due"]) == (True, 3, "2026-04-09")
    figures = metformin["figures"]
    assert figures["taken"]["formula"] == "doses taken = 2 observed / 3 due while watched = 67 %"
    assert (figures["taken_or_reported"]["part"], figures["taken_or_reported"]["whole"]) == (3, 4)
    assert (figures["on_time"]["part"], figures["on_time"]["whole"]) == (1, 2), "an hour at most where there are two"
    assert [day["state"] for day in figures["days"][-3:]] == ["not-due", "all", "part"]
    assert any("Note" in note for note in found["notes"]), "a column that is not used is told"


def test_one_patient_in_words(files: list[str], capsys: Any) -> None:
    assert main(["adherence", "--plain", *files, "--until=2026-03-31", "--patient=p2"]) == Exit.OK
    said = capsys.readouterr().out
    assert "PDC = 90 covered days / 90 days = 100 %, adherent" in said
    assert "p1" not in said and "8 rows used, 0 not" in said


def test_bad_rows_are_told_with_file_and_line_and_the_rest_is_used(tmp_path: Path, capsysbinary: Any) -> None:
    path = tmp_path / "mixed.csv"
    bad = "p1,X,31/12/2025,30\np1,X,2026-01-01,0\np1,X,2026-01-01,many\n,X,2026-01-01,30\np1,X\np1,X,2026-01-01,30\n"
    path.write_text("patient,drug,date,days_supply\np1,X,2026-01-01,30\n" + bad)
    found = told(capsysbinary, f"--import={path}", "--until=2026-01-30", "--days=30")
    assert (found["rows_used"], found["rows_bad"]) == (1, 6)
    assert found["patients"][0]["pdc"]["percent"] == 100
    notes = "\n".join(found["notes"])
    for line in range(3, 9):
        assert f"mixed.csv:{line}: " in notes
    assert "the same fill again" in notes and "patient is empty" in notes


def test_times_with_an_offset_and_dates_with_dots(tmp_path: Path, capsysbinary: Any) -> None:
    doses, fills = tmp_path / "d.csv", tmp_path / "f.csv"
    doses.write_text("patient,drug,due,taken\np1,X,2026-03-01T08:00+02:00,2026-03-01T06:30:00Z\n")
    fills.write_text("\ufeffMRN\tMedicine\tFill date\tDays' supply\np1\tX\t01.03.2026\t1\n", encoding="utf-8")
    found = told(capsysbinary, f"--import={doses}", f"--import={fills}")
    drug = found["patients"][0]["drugs"][0]
    assert (drug["figures"]["on_time"]["part"], drug["source"], drug["pdc"]["part"]) == (1, "observed", 1)


def test_what_cannot_be_meant_is_one_line(files: list[str], tmp_path: Path, capsys: Any) -> None:
    vitals = tmp_path / "vitals.csv"
    vitals.write_text("time,SpO2\n2026-01-01,97\n")
    assert "holds neither fills nor doses" in refused(capsys, f"--import={vitals}")
    assert "'time', 'SpO2'" in refused(capsys, f"--import={vitals}")
    assert "leave out --source" in refused(capsys, *files, "--source=demo")
    assert "--until is for --import" in refused(capsys, "--source=demo", "--until=2026-01-01")
    assert "nobody in patient 'p9'" in refused(capsys, *files, "--patient=p9")
    assert "know no beds" in refused(capsys, *files, "--bed=H1")
    assert "190 days" in refused(capsys, "--source=demo", "--days=365")
    assert "no row can be used" in refused(capsys, f"--import={_empty(tmp_path)}")


def _empty(tmp_path: Path) -> Path:
    path = tmp_path / "empty.csv"
    path.write_text("patient,drug,date,days_supply\np1,X,never,30\n")
    return path


def test_text_from_a_file_is_made_safe(tmp_path: Path, capsysbinary: Any) -> None:
    path = tmp_path / "evil.csv"
    path.write_text("patient,drug,date,days_supply,\x1b[31m\np\x1b]0;1,X\u202e\x07,2026-01-01,30,\n")
    assert main(["adherence", "--plain", f"--import={path}"]) == Exit.OK
    out = capsysbinary.readouterr().out.decode()
    assert not any(mark in out for mark in "\x1b\x07\u202e")


def test_the_demo_ward_has_patients_worth_looking_at(capsysbinary: Any) -> None:
    found = told(capsysbinary, "--source=demo")
    own = {patient["bed"]: patient for patient in found["patients"]}
    assert found["watermark"] == "DEMO" and set(own) == {f"H{i}" for i in range(1, 9)}
    assert own["H1"]["figures"]["taken"]["percent"] >= 97
    assert [p["kind"] for p in own["H7"]["figures"]["patterns"]] == ["weekends"]
    assert [p["kind"] for p in own["H6"]["figures"]["patterns"]] == ["evenings"]
    assert all(drug["adherent"] is False for drug in own["H4"]["drugs"]), "stopped refilling"
    reports = own["H8"]["figures"]
    assert reports["taken"]["percent"] + 20 < reports["taken_or_reported"]["percent"]
    assert "unknown" in {day["state"] for day in own["H2"]["figures"]["days"]}, "the dispenser was empty for a week"
    assert found["patients"][0]["bed"] in ("H4", "H6")
    one = told(capsysbinary, "--source=demo", "--bed=h6", "--days=30")
    assert [patient["bed"] for patient in one["patients"]] == ["H6"]
    assert len(one["patients"][0]["figures"]["days"]) == 30
