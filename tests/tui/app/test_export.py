"""The key X: what is on the screen goes into a file, asked for, allowed, noted in the log, and only then named."""

from __future__ import annotations

import csv
import hashlib
import importlib
import pkgutil
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from board_desk import Desk, desk
from fhir.resources.R4B import get_fhir_model_class
from shown_ward import MINUTE, NOW, WrittenFeed, write_ward

from iomt_tui.cli.exporting.seam import PageExporter
from iomt_tui.cli.headless.schemas import json_schema
from iomt_tui.log.player import Player
from iomt_tui.settings import ExportSettings
from iomt_tui.tui import pages
from iomt_tui.tui.exporting import CHOICES, ENDINGS, ExportQuestion
from iomt_tui.tui.keys import DEFAULT_KEYS
from iomt_tui.tui.pages.page import Page
from iomt_tui.tui.pages.story import TABS
from iomt_tui.tui.screens.export_course import PATIENCE
from iomt_tui.ward.exports import FORMATS, Export

FORBIDDEN = set("0123456789;?cnRtlyux^[~$")
"""What a terminal's own reply may type (SAFETY S3)."""


@asynccontextmanager
async def exporting(
    place: Path, feed: WrittenFeed | None = None, formats: frozenset[str] = frozenset(),
    size: tuple[int, int] = (120, 40), **more: Any,
) -> AsyncIterator[Desk]:  # fmt: skip
    async with desk(size, feed, export=ExportSettings(formats, place), **more) as d:
        d.app.exporter = PageExporter()
        yield d


def files(place: Path) -> list[Path]:
    return sorted(place.iterdir()) if place.exists() else []


async def ask(d: Desk, key: str) -> None:
    await d.press("X", key, "enter")
    await d.settle()


async def answer(d: Desk, outcome: str = "applied", why: str = "") -> None:
    """The engine's word on the last export."""
    act = [act for act in d.feed.done if act["do"] == "export"][-1]
    d.feed.write("outcome", {"op": act["op"], "outcome": outcome, "by": act["user"], "at": NOW, "why": why})
    d.news()
    await d.settle()


async def export(d: Desk, key: str) -> None:
    """Asked for, and allowed."""
    await ask(d, key)
    await answer(d)


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


@pytest.mark.parametrize(("formats", "offered"), [((), 0), (("csv", "svg"), 2)])
async def test_a_ward_of_people_is_exported_as_it_is_configured(
    tmp_path: Path, formats: tuple[str, ...], offered: int
) -> None:
    feed = write_ward(WrittenFeed(), watermark=None)
    async with exporting(tmp_path, feed, frozenset(formats)) as d:
        await d.press("X")
        question = d.app.board.desk.hand.armed
        if not offered:
            assert question is None
            assert "NOT exported: [export] formats" in d.line("footer")
        else:
            assert question is not None and [one.value for one in question.choices] == list(formats)
        await d.press("j", "f", "p", "enter")
        await d.settle()
        if offered:
            await answer(d)
        assert [path.suffix for path in files(tmp_path)] == ([".csv"] if offered else [])
        assert len(d.feed.done) == min(offered, 1)


async def test_a_screen_that_only_shows_exports_nothing(tmp_path: Path) -> None:
    async with exporting(tmp_path, read_only=True) as d:
        await d.press("X")
        assert "read_only" in d.line("footer")
        await d.press("enter")
        await d.settle()
        assert files(tmp_path) == [] and d.feed.done == []


async def test_a_terminal_without_the_focus_exports_nothing(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        await d.press("X")
        d.app.board.desk.blurred = True
        await d.press("enter")
        await d.settle()
        assert files(tmp_path) == [] and d.feed.done == []


async def test_escape_leaves_no_file_and_no_word(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        await d.press("X", "f", "escape", "enter")
        await d.settle()
        assert files(tmp_path) == [] and d.feed.done == []


async def test_an_act_that_is_not_saved_leaves_no_file(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        d.feed.failure = "The disk is full."
        await ask(d, "v")
        assert "EXPORT FAILED: The disk is full. There is no file." in d.line("footer")
        assert files(tmp_path) == []


async def test_a_name_that_was_taken_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    async with exporting(tmp_path, size=(200, 60)) as d:
        await d.press("X", "v")
        taken = tmp_path / "DEMO-board-20260315T104207Z.csv"
        taken.write_text("mine")
        await d.press("enter")
        await d.settle()
        await answer(d)
        assert "EXPORT FAILED: There is a file" in d.line("footer")
        assert "The log says so." in d.line("footer")
        assert files(tmp_path) == [taken] and taken.read_text() == "mine"
        asked, undone = d.feed.done
        assert (undone["do"], undone["undoes"]) == ("not-exported", asked["op"]) and "There is a file" in undone["why"]
        assert Export.from_body(undone) == Export.from_body(asked) and undone["op"] != asked["op"]
        await d.press("X")
        assert "DEMO-board-20260315T104207Z-2.csv" in d.line("ask"), "the next one has a name of its own"


async def test_a_refusal_of_the_engine_is_told_and_leaves_no_file(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        await ask(d, "v")
        await answer(d, "refused", "the engine allows none")
        assert d.line("footer").startswith(" NOT exported: the engine allows none: ")
        assert files(tmp_path) == [] and len(d.feed.done) == 1
        await export(d, "v")
        assert len(files(tmp_path)) == 1, "the next one has its own answer"


@pytest.mark.parametrize("silence", [4.0, 0.0])
async def test_without_an_engine_nothing_is_asked_and_nobody_waits(tmp_path: Path, silence: float) -> None:
    async with exporting(tmp_path) as d:
        d.feed.silence = silence
        if not silence:
            d.feed.write("engine", {"state": "stopped", "version": "1"})
            d.news()
        await d.press("X")
        assert d.app.board.desk.hand.armed is None
        assert d.line("footer").startswith(" NOT exported: no engine runs here")
        await d.press("enter")
        await d.settle()
        assert files(tmp_path) == [] and d.feed.done == []


async def test_an_engine_that_does_not_answer_is_given_up_and_the_log_says_so(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        await ask(d, "v")
        d.hands.at += 4
        d.app.board.tick()
        assert "NOT YET exported" in d.line("footer")
        await d.press("X")
        assert d.line("footer").startswith(" One export is on its way"), "one at a time"
        d.hands.at += PATIENCE
        d.app.board.tick()
        assert d.line("footer").startswith(" NOT exported: no answer of the engine for ")
        await d.settle()
        asked, undone = d.feed.done
        assert (undone["do"], undone["undoes"]) == ("not-exported", asked["op"])
        await answer(d)
        assert files(tmp_path) == [], "an answer that comes later makes no file"
        await export(d, "j")
        assert len(files(tmp_path)) == 1


async def test_a_screen_that_ends_meanwhile_takes_its_export_back(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        await ask(d, "v")
        feed = d.feed
    asked, undone = feed.done
    assert (undone["do"], undone["undoes"], undone["why"]) == ("not-exported", asked["op"], "the screen was closed")
    assert files(tmp_path) == []


async def test_the_log_is_told_from_where_it_was_asked_for(tmp_path: Path) -> None:
    async with desk(export=ExportSettings(directory=tmp_path, station="desk-3 pts/1 from 10.0.0.5")) as d:
        d.app.exporter = PageExporter()
        await export(d, "v")
        assert d.feed.done[0]["station"] == "desk-3 pts/1 from 10.0.0.5"


@pytest.mark.parametrize(("people", "asks"), [(("Test",), True), (("Kim", "Lee"), False)])
async def test_only_who_is_named_is_asked(tmp_path: Path, people: tuple[str, ...], asks: bool) -> None:
    feed = write_ward(WrittenFeed(), watermark=None)
    async with desk(feed=feed, export=ExportSettings(frozenset({"csv"}), tmp_path, people)) as d:
        d.app.exporter = PageExporter()
        await d.press("X")
        assert (d.app.board.desk.hand.armed is not None) is asks
        assert asks or "does not name Test" in d.line("footer")


async def test_a_recording_of_people_stays_where_it_is(tmp_path: Path) -> None:
    feed = write_ward(WrittenFeed(), watermark=None)
    feed.player = Player(NOW - 31 * MINUTE, NOW, lambda: 0.0, at=NOW)
    async with exporting(tmp_path, feed, frozenset(FORMATS)) as d:
        await d.press("X")
        assert "people are in this recording" in d.line("footer")
        await d.press("enter")
        await d.settle()
        assert files(tmp_path) == []


async def test_a_recording_of_a_demo_says_that_no_log_tells_of_it(tmp_path: Path) -> None:
    feed = write_ward(WrittenFeed())
    feed.player = Player(NOW - 31 * MINUTE, NOW, lambda: 0.0, at=NOW)
    async with exporting(tmp_path, feed) as d:
        await d.press("X", "j")
        assert "NO log tells of it" in d.line("ask")
        await d.press("enter")
        await d.settle()
        assert "no log tells of it" in d.line("footer")
        found = orjson.loads(files(tmp_path)[0].read_bytes())
        assert d.feed.done == []
    assert (found["monitoring"], found["silent_s"]) == (False, None)


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


async def test_the_code_of_a_sign_in_leaves_in_no_picture(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        await d.press("L", "X")
        assert d.app.board.desk.hand.armed is None
        assert "Nothing of this page leaves the screen." in d.line("footer")


async def test_a_small_terminal_is_asked_nothing(tmp_path: Path) -> None:
    async with exporting(tmp_path, size=(39, 9)) as d:
        await d.press("X")
        assert d.app.board.desk.hand.armed is None


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
