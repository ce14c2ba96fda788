"""``iomt-tui meds``: what it prints, of whom, and how it fails."""

from __future__ import annotations

from typing import Any

import jsonschema
import orjson
import pytest

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.headless.meds_documents import StatusWord
from iomt_tui.cli.headless.schemas import json_schema
from iomt_tui.cli.main import main
from iomt_tui.clinical.medication.status import Status


@pytest.fixture(autouse=True)
def _at_a_known_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo begins when it is asked for; which doses wait depends on the hour."""
    monkeypatch.setattr("iomt_tui.cli.looking.time.time", lambda: 1_773_744_180.0)


def run(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    assert main(["meds", "--source", "demo", *args]) == Exit.OK
    return capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *args: str) -> Any:
    found = orjson.loads(run(capsys, "--json", *args))
    jsonschema.validate(found, json_schema("meds"))
    return found


def test_the_schema_names_every_status() -> None:
    assert set(StatusWord.__args__) == {status.value for status in Status}  # type: ignore[attr-defined]


def test_due_is_what_somebody_has_to_do_something_about(capsys: pytest.CaptureFixture[str]) -> None:
    everything, due = document(capsys), document(capsys, "--due")
    assert due["watermark"] == "DEMO" and due["as_needed"] == due["infusions"] == []
    assert {d["status"] for d in due["doses"]} <= {"due", "due-soon", "late", "missed", "conflict"}
    assert len(due["doses"]) == sum(due[key] for key in ("due", "overdue", "missed", "conflicts")) > 0
    ranks = [("conflict", "late", "missed", "due", "due-soon").index(d["status"]) for d in due["doses"]]
    assert ranks == sorted(ranks), "what is overdue comes first"
    assert {d["status"] for d in everything["doses"]} >= {"given", "future"}
    assert not any(d["bed"].startswith("H") for d in everything["doses"]), (
        "nobody on the ward gives what is taken at home"
    )
    assert everything["as_needed"] and any(i["running"] for i in everything["infusions"])


def test_one_bed_one_patient(capsys: pytest.CaptureFixture[str]) -> None:
    by_bed, by_id = document(capsys, "--bed", "14"), document(capsys, "--patient", "sim-0014")
    assert {d["patient"] for d in by_bed["doses"]} == {d["patient"] for d in by_id["doses"]} == {"sim-0014"}


def test_plain_says_each_dose_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, "--plain", "--due").splitlines()
    assert lines[0].startswith("DEMO: simulated, not real patients. Demo ward, medication at ")
    assert lines[1].startswith("Doses: ") and " OVERDUE" in lines[1]
    assert all(line.startswith("bed ") for line in lines[2:]) and any(", late by " in line for line in lines)
    walked = run(capsys, "--plain", "--by", "bed").splitlines()
    beds = [line for line in walked if line.startswith("bed ") and ":" not in line]
    assert beds == sorted(set(beds)) and len(beds) > 10
    assert any("HIGH ALERT" in line for line in walked) and any(" when needed, " in line for line in walked)


def test_nobody_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["meds", "--source", "demo", "--plain", "--bed", "99"]) == Exit.SOURCE
    assert "nobody in bed '99' there" in capsys.readouterr().err


def test_the_snapshot_counts_doses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snapshot", "--source", "demo", "--json"]) == Exit.OK
    found = orjson.loads(capsys.readouterr().out)
    for key in ("doses_due", "doses_overdue", "doses_missed"):
        assert found["counts"][key] == sum(patient[key] for patient in found["patients"])
    assert main(["snapshot", "--source", "demo", "--plain"]) == Exit.OK
    assert "\nDoses: " in capsys.readouterr().out
