"""What a file is, is told by its content."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.backends.replay.source import Recording, open_source

CSV = b"minute,HR\n0,80\n1,81\n"
BUNDLE = {
    "resourceType": "Bundle",
    "entry": [
        {
            "resource": {
                "resourceType": "Observation",
                "id": "o1",
                "status": "final",
                "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
                "subject": {"reference": "Patient/p1"},
                "effectiveDateTime": "2026-01-02T03:04:05Z",
                "valueQuantity": {"value": 80, "system": "http://unitsofmeasure.org", "code": "/min"},
            }
        }
    ],
}
RESOURCES = [BUNDLE["entry"][0]["resource"], {"resourceType": "Patient", "id": "p1"}]  # type: ignore[index]


def recording(path: Path) -> bytes:
    with sqlite3.connect(path) as database:
        database.execute("create table entries (seq integer)")
    database.close()
    return path.read_bytes()


@pytest.mark.parametrize("name", ["shift.db", "shift.csv", "shift", "shift.json.gz"])
@pytest.mark.parametrize("packed", [False, True])
def test_kinds_whatever_the_name(tmp_path: Path, name: str, packed: bool) -> None:
    contents = {
        "recording": recording(tmp_path / "made.db"),
        "csv": CSV,
        "fhir": json.dumps(BUNDLE, indent=2).encode(),
    }
    for kind, content in contents.items():
        path = tmp_path / name
        path.write_bytes(gzip.compress(content) if packed else content)
        source = open_source(path)
        assert source.kind == kind
        if isinstance(source, Recording):
            assert (source.path, source.packed) == (path, packed)
        else:
            assert next(iter(source.readings())).values == {"hr": 80.0}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(BUNDLE).encode(),
        b"\xef\xbb\xbf" + json.dumps(BUNDLE).encode(),
        json.dumps(RESOURCES[0]).encode(),
        json.dumps(RESOURCES).encode(),
        "\n".join(json.dumps(one) for one in RESOURCES).encode() + b"\n",
        "\r\n\r\n".join(json.dumps(one) for one in [BUNDLE, *RESOURCES]).encode(),
    ],
)
def test_shapes_of_fhir_json(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    source = open_source(path)
    assert not isinstance(source, Recording)
    assert [one.values for one in source.readings()] == [{"hr": 80.0}]
    assert [body["id"] for body in source.patients] == ["p1"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 400, "binary"),
        (b"<Bundle xmlns='http://hl7.org/fhir'/>", "XML"),
        (b'{"heart_rate": 80}', "no FHIR resource"),
        (b'{"resourceType": "Bundle", "entry": [', "line 1, column"),
        (b'{"resourceType": "Bundle", "entry": []}', "without a patient"),
        pytest.param(b'{"resourceType": "Bundle", "a": ' + b"[" * 100_000, "nested too deeply", id="deep"),
        (b"\x1f\x8b\x08\x00garbage", "damaged"),
        pytest.param(gzip.compress(json.dumps(BUNDLE).encode())[:-30], "damaged", id="cut"),
        (b"\xff\xfe", "no column of times"),
    ],
)
def test_a_file_that_is_none_of_these_is_one_clear_error(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "odd.bin"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=words) as raised:
        open_source(path)
    assert "odd.bin" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_missing_file_and_directory(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nothere\.csv: cannot be opened"):
        open_source(tmp_path / "nothere.csv")
    with pytest.raises(SourceError, match="is a directory"):
        open_source(tmp_path)


def test_an_error_is_safe_to_print(tmp_path: Path) -> None:
    path = tmp_path / "x\x1b[2J.csv"
    path.write_text("\x1b]52;c;aGk=\x07,\u202ehr\n")
    with pytest.raises(SourceError) as raised:
        open_source(path)
    assert str(raised.value).isprintable()


def test_map_is_for_tables_only(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(BUNDLE))
    with pytest.raises(SourceError, match="--map"):
        open_source(path, {"HR": "hr"})


def test_one_bad_line_or_entry_costs_itself(tmp_path: Path) -> None:
    good = json.dumps(RESOURCES[0])
    path = tmp_path / "x.ndjson"
    path.write_text(f'{good}\n{{"resourceType": "Obs\n[1, 2]\n{"[" * 100_000}\n{json.dumps(RESOURCES[1])}\n')
    source = open_source(path)
    assert not isinstance(source, Recording)
    assert len(list(source.readings())) == 1
    assert source.refused == {("not-json", "line"): 2, ("not-a-resource", "entry"): 1}
    assert "x.ndjson: line 2" in source.problems[0]


def test_poison_numbers_and_doubled_keys_cost_their_entry(tmp_path: Path) -> None:
    def entry(value: str) -> str:
        text = json.dumps(BUNDLE["entry"][0])
        return text.replace('"value": 80', f'"value": {value}')

    values = ["81", "NaN", "Infinity", "-Infinity", "1e400", "9" * 5000, '"82"', "true", "null", '80, "value": 180']
    entries = ", ".join(entry(value).replace("o1", f"o{place}") for place, value in enumerate(values))
    path = tmp_path / "x.json"
    path.write_text(f'{{"resourceType": "Bundle", "entry": [{entries}, 7, {{}}]}}')
    source = open_source(path)
    assert not isinstance(source, Recording)
    readings = list(source.readings())
    # a decimal as text is decimal text to the catalogue; everything else has no value but a reason
    assert [one.values.get("hr") for one in readings] == [81.0, None, None, None, None, None, 82.0, None, None]
    assert [one.flags["hr"] for one in readings if one.flags] == [*["not-finite"] * 5, "not-a-number", "not-measured"]
    assert source.refused == {("doubled-key", "entry"): 1, ("not-a-resource", "entry"): 2}


def test_a_table_needs_neither_pydantic_nor_the_network() -> None:
    program = "import sys, iomt_tui.backends.replay.source, iomt_tui.backends.replay.csv_file as _; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)
    assert not {"pydantic", "httpx", "textual", "rich"} & set(done.stdout.split())
