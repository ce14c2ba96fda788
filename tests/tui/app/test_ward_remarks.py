"""What the screen says beside the numbers: my patients again, empty beds, look-alike names, the engine's notice."""

from __future__ import annotations

from pathlib import Path

import pytest
from board_desk import desk
from shown_ward import Hands, WrittenFeed, write_ward

from iomt_tui.log.pins import PINS, PinFile
from iomt_tui.settings import Settings
from iomt_tui.tui.app import WardApp
from iomt_tui.tui.session import Session
from iomt_tui.tui.widgets.banner import notice_lines


def pinned_app(feed: WrittenFeed, pins: PinFile) -> WardApp:
    return WardApp(Session(feed, pins=pins), Settings(flash=False, user="Test"), clock=Hands())


async def test_my_patients_are_mine_after_a_restart(tmp_path: Path) -> None:
    pins = PinFile(tmp_path / PINS)
    app = pinned_app(write_ward(WrittenFeed()), pins)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("G", "m")
        mine = app.board.board.selected
        assert mine is not None and app.board.roster.pinned == {mine}
    again = pinned_app(write_ward(WrittenFeed()), pins)
    async with again.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert again.board.roster.pinned == {mine} and again.board.board.pinned == {mine}
        await pilot.press("M")
        assert again.board.board.order[0] == mine
        await pilot.press("g", "m")
        assert pins.load() == frozenset()


async def test_a_patient_who_comes_back_is_mine_again(tmp_path: Path) -> None:
    pins = PinFile(tmp_path / PINS)
    pins.save({"p4", "p-elsewhere"})
    feed = write_ward(WrittenFeed())
    app = pinned_app(feed, pins)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert app.board.roster.pinned == {"p4"}
        feed.write("discharge", {"id": "p4"})
        app._wake()
        assert app.board.roster.pinned == frozenset()
        feed.write("patient", {"id": "p4", "bed": "02", "family": "Nakamura", "given": "Yui"})
        app._wake()
        app.board.tick()
        assert app.board.roster.pinned == {"p4"}


async def test_pins_that_cannot_be_kept_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    app = pinned_app(write_ward(WrittenFeed()), PinFile(tmp_path / "file" / PINS))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j", "m")
        assert "not kept" in app.board.lines["footer"].content.plain
        assert len(app.board.roster.pinned) == 1


async def test_empty_beds_are_named_when_asked_for() -> None:
    feed = write_ward(WrittenFeed())
    beds = [f"{number:02d}" for number in range(2, 18)]
    feed.write("ward", {"name": "Ward 7", "watermark": "DEMO", "source": "written", "tz": "UTC", "beds": beds})
    async with desk(feed=feed) as d:
        shown = d.shown
        assert "empty" not in d.line("header")
        await d.press("e")
        assert "empty: 13, 17" in d.line("header")
        assert d.shown == shown, "an empty bed is no row: nothing on it can be chosen or acknowledged"
        feed.write("patient", {"id": "new", "bed": "13", "family": "New", "given": "A"})
        feed.write("discharge", {"id": "p4"})
        d.news()
        d.app.board.tick()
        assert "empty: 02, 17" in d.line("header")
        await d.press("e")
        assert "empty" not in d.line("header")


async def test_many_empty_beds_are_counted() -> None:
    feed = write_ward(WrittenFeed())
    feed.write("ward", {"name": "W", "watermark": "DEMO", "source": "s", "beds": [f"X{n}" for n in range(40)]})
    async with desk((160, 40), feed) as d:
        await d.press("e")
        assert "empty: X0, X1, X2, X3, X4, X5, X6, X7 and 32 more" in d.line("header")


async def test_a_source_that_names_no_beds_says_so() -> None:
    async with desk() as d:
        await d.press("e")
        assert "does not say which beds" in d.line("footer")
        assert "empty" not in d.line("header")


@pytest.mark.parametrize("mode", ["list", "tiles"])
async def test_names_that_look_alike_are_marked(mode: str) -> None:
    """SAFETY S6: the second name begins with a Cyrillic letter."""
    feed = write_ward(WrittenFeed())
    feed.write("patient", {"id": "p4", "bed": "02", "family": "\u041ekafor", "given": "Nina"})
    async with desk((160, 50), feed) as d:
        if mode == "tiles":
            await d.press("t")
        rows = [strip.text for strip in d.app.board.board.render_lines(d.app.board.board.size.region)]
        text = "\n".join(rows)
        assert "Okafor N ≈" in text and "\u041ekafor N ≈" in text
        assert text.count("≈") == 2
        assert "SIMILAR NAME on this ward: 02 \u041ekafor N" in d.line("side-words")


def test_the_engines_notice_has_lines_of_its_own() -> None:
    assert notice_lines("", 80) == []
    (line,) = notice_lines("The log was repaired.", 80)
    assert line.plain.strip() == "NOTICE: The log was repaired." and line.cell_length == 80
    long = notice_lines("word " * 100, 40)
    assert len(long) == 2 and all(line.cell_length == 40 for line in long)
    assert long[-1].plain.rstrip().endswith("…")
    assert notice_lines("x", 0) == []


@pytest.mark.parametrize("notice", ["[/foo] [b]x", "\x1b[2J\x1b]52;c;x\x07"])
@pytest.mark.parametrize("width", [1, 7, 80])
def test_a_hostile_notice_stays_words(notice: str, width: int) -> None:
    for line in notice_lines(notice, width):
        assert line.plain.isprintable() and line.cell_length == width


async def test_the_engines_notice_stays_on_the_screen_until_the_engine_says_otherwise() -> None:
    async with desk() as at:
        at.feed.write("engine", {"state": "started", "version": "0", "notice": "THE LOG WAS DAMAGED, see the file."})
        at.news()
        assert "NOTICE: THE LOG WAS DAMAGED" in at.line("banner") and at.app.board.lines["banner"].display
        at.feed.write("engine", {"state": "started", "version": "0", "notice": ""})
        at.news()
        assert not at.app.board.lines["banner"].display
