"""``snapshot --patient``: one page of one patient, in words and as JSON."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import jsonschema
import orjson
import pytest
from cli_views import NOW, patient

from iomt_tui.cli import parser
from iomt_tui.cli.exits import Exit
from iomt_tui.cli.headless.schemas import json_schema
from iomt_tui.cli.headless.story import overview, pages
from iomt_tui.cli.main import main

DEMO = ("--source", "demo", "--at", "+1m")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(("snapshot", *arguments)) == Exit.OK
    return capsys.readouterr().out


def strict(name: str) -> dict[str, Any]:
    """The schema with no room for a field that it does not describe."""
    schema = json_schema(name)
    for shape in (schema, *schema["$defs"].values()):
        if shape.get("type") == "object" and "properties" in shape:
            shape["additionalProperties"] = False
    return schema


def test_the_command_line_knows_every_page() -> None:
    assert parser.PAGES == pages.OF_A_PATIENT
    assert set(parser.PAGES) <= set(parser.SCHEMAS)


@pytest.mark.parametrize("name", pages.OF_A_PATIENT)
def test_every_field_of_a_page_is_described(name: str) -> None:
    schema = json_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema"]["const"] == f"iomt-tui/{name}/1"
    for shape in (schema, *schema["$defs"].values()):
        for field, described in shape.get("properties", {}).items():
            assert described.get("description") or "$ref" in described, (shape.get("title"), field)


@pytest.mark.parametrize("name", pages.OF_A_PATIENT)
def test_a_page_as_json_validates_and_is_marked(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = orjson.loads(printed(capsys, "--json", "--bed", "h3", "--page", name, *DEMO))
    jsonschema.validate(found, strict(name))
    assert (found["watermark"], found["monitoring"], found["page"]) == ("DEMO", True, name)
    assert found["patient"]["bed"] == "H3"
    assert found["begin"] <= found["end"]


@pytest.mark.parametrize("name", pages.OF_A_PATIENT)
def test_a_page_in_words(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "--plain", "--bed", "H3", "--page", name, *DEMO, "--width", "72").splitlines()
    assert lines[0].startswith("DEMO: simulated, not real patients.")
    assert any(line.startswith("Home H3, MORALES, ") for line in lines[:4])
    assert len(lines) > 3 and max(map(len, lines)) <= 72
    assert all(line.isprintable() for line in lines)


def test_the_overview_in_words_tells_what_the_page_tells(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "--plain", "--patient", "sim-0007", *DEMO).splitlines()
    rows = {line[2:32].rstrip(): line[32:] for line in lines if line.startswith("  ")}
    assert "heart rate 50 to 120 /min" in rows["alarm limits"] and "SpO2 at least 90 %" in rows["alarm limits"]
    assert "consciousness" not in rows["alarm limits"]
    points = dict(word.rsplit(" ", 1) for word in rows["NEWS2 by input"].split(", "))
    assert len(points) == 7
    assert sum(map(int, points.values())) == int(rows["NEWS2"].partition(",")[0])
    assert rows["monitoring"] and rows["code status"] == "For resuscitation"
    assert float(rows["shock index"]) > 0.4 and rows["mean pressure"].endswith(" mmHg") and rows["qSOFA"]


def test_of_a_child_no_points_are_told() -> None:
    words = "\n".join(overview.plain(patient(age_years=12), UTC, {}, NOW))
    assert "not meant for patients below 16 years" in words
    assert "by input" not in words and "code status                   not known" in words


def test_without_a_page_it_is_the_overview(capsys: pytest.CaptureFixture[str]) -> None:
    found = orjson.loads(printed(capsys, "--json", "--patient", "sim-0007", *DEMO))
    assert (found["page"], found["patient"]["id"]) == ("overview", "sim-0007")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--page", "overview"), Exit.USAGE, "--patient or --bed"),
        (("--hours", "4"), Exit.USAGE, "--patient or --bed"),
        (("--bed", "99"), Exit.SOURCE, "nobody in bed '99'"),
        (("--patient", "x"), Exit.SOURCE, "nobody in patient 'x'"),
    ],
)
def test_what_names_nobody(
    arguments: tuple[str, ...], code: Exit, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(("snapshot", "--json", *arguments, *DEMO)) == code
    assert words in capsys.readouterr().err


def test_a_bundled_recording(capsys: pytest.CaptureFixture[str]) -> None:
    ward = orjson.loads(printed(capsys, "--json", "--source", "day-shift"))
    one = ward["patients"][0]["id"]
    found = orjson.loads(printed(capsys, "--json", "--source", "day-shift", "--patient", one))
    assert (found["at"], found["monitoring"], found["silent_s"]) == (ward["at"], False, None)
    assert found["view"] == ward["patients"][0]


def test_every_page_has_the_twins_that_print_it() -> None:
    for page in pages.PAGES.values():
        assert all(callable(getattr(page.module, name)) for name in ("document", "plain", "rows")), page.name
        assert page.root.__doc__
