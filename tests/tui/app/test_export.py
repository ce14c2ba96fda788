"""The key X: what is on the screen goes into a file."""

from __future__ import annotations

import csv
import hashlib
import importlib
import pkgutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from export_desk import answer, ask, export, exporting, files
from fhir.resources.R4B import get_fhir_model_class
from shown_ward import MINUTE, NOW, WrittenFeed, write_ward

from iomt_tui.cli.headless.schemas import json_schema
from iomt_tui.tui import pages
from iomt_tui.tui.exporting import CHOICES, ENDINGS, ExportQuestion
from iomt_tui.tui.keys import DEFAULT_KEYS
from iomt_tui.tui.pages.page import Page
from iomt_tui.tui.pages.story import TABS
from iomt_tui.ward.exports import FORMATS, Export

FORBIDDEN = set("0123456789;?cnRtlyux^[~$")
"""What a terminal's own reply may type (SAFETY S3)."""


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.value)
async def test_the_board_in_every_format(tmp_path: Path, choice: Any) -> None:
    place = tmp_path / "out"
    async with exporting(place) as d:
        await ask(d, choice.key)
        assert files(place) == [], "no file before the engine's answer"
        assert "waiting for the engine" in d.line("footer")
        await answer(d)
        (path,) = files(place)
        assert path.name == f"DEMO-board-20260315T104207Z.{ENDINGS[choice.value]}"
        assert d.line("footer").startswith(f" exported: {path.name} in ")
        (act,) = d.feed.done
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(place.stat().st_mode) == 0o700
    assert b"DEMO" in content
    told = Export.from_body(act)
    assert (told.size, told.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (told.what, told.form, told.name) == ("board", choice.value, path.name)
    assert len(told.patients) == 17 and told.start == told.end == NOW
    assert (act["do"], act["user"]) == ("export", "Test")


async def test_what_is_shown_when_it_is_asked_is_what_is_exported(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        await d.press("X", "j")
        d.feed.write("obs", [["p0", "d0", NOW + 1, {"hr": 177}, None]], NOW + 1)
        d.news()
        assert d.app.session.ward.view("p0", NOW + 1).vitals["hr"].value == 177
        await d.press("enter")
        await d.settle()
        await answer(d)
        found = orjson.loads(files(tmp_path)[0].read_bytes())
    first = next(one for one in found["patients"] if one["id"] == "p0")
    assert next(v["value"] for v in first["vitals"] if v["key"] == "hr") == 118


async def test_a_filter_leaves_out_what_it_leaves_out_on_the_screen(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        await d.press("slash", *"H1", "enter")
        shown = d.shown
        await export(d, "v")
        (act,) = d.feed.done
        rows = list(csv.DictReader(files(tmp_path)[0].read_text("utf-8").splitlines()))
    assert 0 < len(rows) < 17
    assert [row["patient"] for row in rows] == list(shown) == act["patients"]
    assert {row["watermark"] for row in rows} == {"DEMO"}


async def test_the_page_of_a_patient_names_the_patient_alone(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        await d.press("down", "enter")
        whose = d.app.board.board.selected
        await d.press("X", "j")
        assert d.line("footer").startswith(" Export overview of ")
        await d.press("enter")
        await d.settle()
        await answer(d)
        found = orjson.loads(files(tmp_path)[0].read_bytes())
        (act,) = d.feed.done
    assert act["patients"] == [whose] == [found["patient"]["id"]] == [found["view"]["id"]]
    assert (found["schema"], found["watermark"], found["monitoring"]) == ("iomt-tui/overview/1", "DEMO", True)
    assert act["what"] == "overview"


@pytest.mark.parametrize("action", TABS)
async def test_every_page_of_the_story_in_every_format(tmp_path: Path, action: str) -> None:
    """What is exported is what the page shows; its JSON is what ``snapshot --page`` prints, and described."""
    async with exporting(tmp_path) as d:
        await d.press("down", "enter", DEFAULT_KEYS.by_action[action][0])
        await d.settle()
        whose = d.app.board.board.selected
        for choice in CHOICES:
            await export(d, choice.key)
            d.hands.at += 1
            assert d.line("footer").startswith(" exported: "), d.line("footer")
        found = {path.name.partition(".")[2]: path for path in files(tmp_path)}
        acts = [Export.from_body(act) for act in d.feed.done if act["do"] == "export"]
    assert set(found) == set(ENDINGS.values())
    name = acts[0].what
    assert {one.what for one in acts} == {name} and {one.patients for one in acts} == {(whose,)}
    assert len({(one.start, one.end) for one in acts}) == 1 and acts[0].end <= NOW
    document = orjson.loads(found["json"].read_bytes())
    jsonschema.validate(document, json_schema(name))
    assert (document["page"], document["patient"]["id"], document["watermark"]) == (name, whose, "DEMO")
    get_fhir_model_class("Bundle").model_validate(orjson.loads(found["fhir.json"].read_bytes()))
    rows = list(csv.DictReader(found["csv"].read_text("utf-8").splitlines()))
    assert {(row["watermark"], row["patient"]) for row in rows} <= {("DEMO", str(whose))}
    text = found["txt"].read_text("utf-8")
    assert text.startswith("DEMO: simulated") and f": {name}\n" in text


async def test_patients_who_are_compared_are_exported_together(tmp_path: Path) -> None:
    feed = write_ward(WrittenFeed())
    note = {"id": "n1", "patient": "p0", "text": "Looks unwell.", "at": NOW - 20 * MINUTE, "by": "Kim", "from": ""}
    feed.write("note", note, NOW)
    async with exporting(tmp_path, feed) as d:
        await d.press("down", "c", "down", "c", "O")
        await d.settle()
        for key in "vjpf":
            await export(d, key)
        found = {path.name.partition(".")[2]: path.read_bytes() for path in files(tmp_path)}
        acts = [Export.from_body(act) for act in d.feed.done]
    document = orjson.loads(found["json"])
    jsonschema.validate(document, json_schema("compare"))
    two = tuple(one["id"] for one in document["patients"])
    assert len(two) == 2 and {(one.what, one.patients) for one in acts} == {("compare", two)}
    assert acts[0].start < acts[0].end == NOW
    told = {one["id"]: [(mark["what"], mark["text"], mark["by"]) for mark in one["trends"]["marks"]]
            for one in document["patients"]}  # fmt: skip
    assert ("note", "Looks unwell.", "Kim") in told["p0"]
    assert {one["trends"]["marks_from"] for one in document["patients"]} != {None}  # the log begins half an hour ago
    assert found["txt"].startswith(b"DEMO: simulated") and b"note Looks unwell. by Kim" in found["txt"]
    rows = list(csv.DictReader(found["csv"].decode().splitlines()))
    assert [row["patient"] for row in rows if "Looks unwell." in row["done"]] == ["p0"]
    assert tuple(dict.fromkeys(row["patient"] for row in rows)) == two
    assert {row["watermark"] for row in rows} == {"DEMO"} and any(row["hr last (/min)"] for row in rows)
    whole = orjson.loads(found["fhir.json"])
    get_fhir_model_class("Bundle").model_validate(whole)
    patients = [one["resource"]["id"] for one in whole["entry"] if one["resource"]["resourceType"] == "Patient"]
    assert sorted(patients) == sorted(two)


async def test_the_devices_of_the_ward_are_exported_with_who_wears_them(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        await d.press("K")
        for key in "vjp":
            await export(d, key)
        found = {path.suffix: path.read_bytes() for path in files(tmp_path)}
        acts = [Export.from_body(act) for act in d.feed.done]
    assert {(one.what, len(one.patients)) for one in acts} == {("ward devices", 17)}
    document = orjson.loads(found[".json"])
    jsonschema.validate(document, json_schema("ward-devices"))
    rows = list(csv.DictReader(found[".csv"].decode().splitlines()))
    assert [row["device"] for row in rows] == [one["device"]["id"] for one in document["devices"]]
    assert len(rows) == 17 and {row["watermark"] for row in rows} == {"DEMO"}
    assert found[".txt"].startswith(b"DEMO: simulated")


async def test_a_page_without_a_model_is_exported_line_by_line(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        await d.press("v")
        seen = [line.rstrip() for line in (d.line("head") + "\n" + d.line("cover-words")).split("\n")]
        await d.press("X")
        question = d.app.board.desk.hand.armed
        assert isinstance(question, ExportQuestion)
        assert [choice.value for choice in question.choices] == ["csv", "json", "text", "svg"], "no Bundle of a list"
        await d.press("j", "enter")
        await d.settle()
        await answer(d)
        found = orjson.loads(files(tmp_path)[0].read_bytes())
    assert found["lines"] == seen and found["page"] == "alarms" and found["watermark"] == "DEMO"


async def test_the_past_of_a_ward_is_exported_as_it_stood_and_its_log_tells_of_it_now(tmp_path: Path) -> None:
    feed = write_ward(WrittenFeed(NOW - 5 * MINUTE))
    feed.at = NOW
    feed.write("obs", [["p0", "d0", NOW, {"hr": 151}, None]], NOW)
    feed.write("tick", {}, NOW)
    async with exporting(tmp_path, feed) as d:
        await d.press("Z", *"-5m", "enter")
        assert d.app.session.travelling
        await export(d, "j")
        (act,) = d.feed.done
        found = orjson.loads(files(tmp_path)[0].read_bytes())
    first = next(one for one in found["patients"] if one["id"] == "p0")
    assert next(v["value"] for v in first["vitals"] if v["key"] == "hr") == 118
    assert found["at"].startswith("2026-03-15T10:37:07") and not found["monitoring"]
    assert act["from"] == act["to"] == NOW - 5 * MINUTE


def test_no_reply_of_a_terminal_chooses_a_format() -> None:
    keys = [choice.key for choice in CHOICES]
    assert not FORBIDDEN & set(keys) and len(set(keys)) == len(keys)
    assert {choice.value for choice in CHOICES} == set(FORMATS) == set(ENDINGS)


def test_every_page_has_a_name_that_the_log_takes() -> None:
    for info in pkgutil.iter_modules(pages.__path__, f"{pages.__name__}."):
        importlib.import_module(info.name)
    ours = (one for one in _below(Page) if one.__module__.startswith("iomt_tui."))
    found = [one for one in ours if not one.__subclasses__()]
    assert len(found) > 10
    told = Export("board", "csv", (), NOW, NOW, 0, "0" * 64, "x.csv")
    for page in found:
        name = page.printed_as.fget(page)
        assert Export.from_body(replace(told, what=name).body()).what == name, page


def _below(kind: Any) -> Iterator[Any]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
