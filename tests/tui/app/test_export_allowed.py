"""Who may export, what the engine says of it, and what becomes of the file: none that nobody allowed."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from board_desk import desk
from export_desk import answer, ask, export, exporting, files
from shown_ward import MINUTE, NOW, WrittenFeed, write_ward

from iomt_tui.cli.exporting.seam import PageExporter
from iomt_tui.log.player import Player
from iomt_tui.settings import ExportSettings
from iomt_tui.tui.screens.export_course import PATIENCE
from iomt_tui.ward.exports import FORMATS, Export


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


async def test_the_code_of_a_sign_in_leaves_in_no_picture(tmp_path: Path) -> None:
    async with exporting(tmp_path) as d:
        await d.press("L", "X")
        assert d.app.board.desk.hand.armed is None
        assert "Nothing of this page leaves the screen." in d.line("footer")


async def test_a_small_terminal_is_asked_nothing(tmp_path: Path) -> None:
    async with exporting(tmp_path, size=(39, 9)) as d:
        await d.press("X")
        assert d.app.board.desk.hand.armed is None
