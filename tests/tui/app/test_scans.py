"""A barcode scanner at a real board: the reader, the parser and the keys as they are, byte by byte."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from board_desk import Desk, desk
from test_cursor_drift import press
from textual import events
from textual.content import Content
from textual.message import Message

from iomt_tui.clinical.medication.barcode import Code
from iomt_tui.clinical.medication.gs1 import check_digit
from iomt_tui.settings import ScannerSettings
from iomt_tui.tui.pages.page import Page
from iomt_tui.tui.scanning import Scanned
from iomt_tui.tui.terminal.keys import KeyReader
from iomt_tui.tui.typed_line import TypedLine

ON = ScannerSettings(use="on")
GTIN = "0035123456789" + str(check_digit("0035123456789"))
DRUG = f"]d201{GTIN}10aAqEzsHDjt\x1d17280100"
WRISTBAND = "MRN:100001"
"""Of Lindqvist, bed 12."""


class Line:
    """The terminal's line into the app; what it brings is handled at once, in order."""

    def __init__(self, d: Desk) -> None:
        self.d = d
        app = d.app
        self.reader = KeyReader(
            -1, self._arrived, lambda x, y: None, lambda: True, lambda: None, app.scanner, lambda: app.scan_expected
        )

    def _arrived(self, message: Message) -> None:
        if isinstance(message, events.Key):
            self.d.app.board.on_key(message)
        elif isinstance(message, events.Paste):
            self.d.app.board.on_paste(message)
        elif isinstance(message, Scanned):
            self.d.app.on_scanned(message)

    def burst(self, text: str, size: int = 1000) -> None:
        """A scanner: pieces of ``size`` characters a few ms apart, then quiet."""
        for begin in range(0, len(text), size):
            self.reader.feed(text[begin : begin + size].encode())
            self.d.hands.at += 0.004
        self.rest()

    def hand(self, text: str) -> None:
        """A hand: each key with a rest behind it."""
        for char in text:
            self.reader.feed(char.encode())
            self.rest()
            self.d.hands.at += 0.3

    def rest(self) -> None:
        for name in ("_quiet", "_hold", "_escape"):
            timer, late = (
                getattr(self.reader, name),
                {"_quiet": self.reader._scan_over, "_hold": self.reader._give_up, "_escape": self.reader._tick}[name],
            )
            if timer is not None:
                timer.cancel()
                late()


@asynccontextmanager
async def scanning(scanner: ScannerSettings = ON) -> AsyncIterator[tuple[Desk, Line]]:
    async with desk(scanner=scanner) as d:
        yield d, Line(d)


def untouched(d: Desk) -> tuple[object, ...]:
    """All that keys change."""
    board = d.app.board
    typing = board.keyboard.typing
    return (
        board.board.selected, board.cover, board.leaving, board.roster.query, board.roster.sort, board.window_ms,
        d.app.theme, board.board.mode, frozenset(board.roster.mine), board.desk.hand.armed, board.empty_beds,
        typing.text if typing else None, tuple(d.feed.done), d.app.is_running,
    )  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
async def test_a_drug_is_read_and_none_of_its_letters_is_a_key(size: int) -> None:
    async with scanning() as (d, line):
        before = untouched(d)
        line.burst(DRUG + "\r", size)
        assert untouched(d) == before
        assert "EXPIRED" not in d.line("footer")
        assert f"GTIN {GTIN}" in d.line("footer")
        assert "batch aAqEzsHDjt" in d.line("footer")


@pytest.mark.parametrize("size", [1, 3, 1000])
async def test_a_wristband_chooses_its_patient(size: int) -> None:
    async with scanning() as (d, line):
        line.burst(WRISTBAND + "\r", size)
        assert d.app.board.board.selected == "p1"
        assert "wristband of 12 Lindqvist A" in d.line("footer")
        assert d.app.board.cover is None, "its Enter opened the patient"
        line.burst("MRN:999999\r", size)
        assert d.app.board.board.selected == "p1"
        assert "NOBODY'S" in d.line("footer")


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize("code", [DRUG, WRISTBAND])
async def test_a_scan_answers_no_question_and_says_that_it_was_not_taken(size: int, code: str) -> None:
    async with scanning() as (d, line):
        line.hand("A")
        armed = d.app.board.desk.hand.armed
        assert armed is not None
        d.hands.at += 5
        before = untouched(d)
        line.burst(code + "\r", size)
        assert untouched(d) == before
        await d.pilot.pause()
        assert any("NOT taken" in str(toast.message) for toast in d.app._notifications)
        line.hand("\r")
        await d.settle()
        assert len(d.feed.done) == 1, "the hand is still heard"


async def test_a_late_end_confirms_nothing() -> None:
    async with scanning() as (d, line):
        line.hand("A")
        d.hands.at += 5
        line.burst(DRUG)
        line.hand("\r")
        await d.settle()
        assert d.feed.done == []


async def test_a_scan_does_not_land_in_the_filter() -> None:
    async with scanning() as (d, line):
        line.hand("/oka")
        assert d.app.board.roster.query == "oka"
        line.burst(DRUG + "\r", 1)
        assert d.app.board.roster.query == "oka"
        line.hand("/")
        line.burst(WRISTBAND + "\r", 1)
        assert d.app.board.board.selected == "p1"
        assert d.app.board.roster.query == "", "who was scanned is shown"


async def test_a_scan_does_not_land_in_a_note() -> None:
    async with scanning() as (d, line):
        line.hand("Awrate of 90")
        typing = d.app.board.keyboard.typing
        assert typing is not None
        line.burst(DRUG + "\r", 1)
        assert d.app.board.keyboard.typing is typing
        assert typing.text == "rate of 90"
        assert d.app.board.desk.hand.armed is not None


async def test_a_scan_ends_no_line_that_is_typed_without_a_question() -> None:
    async with scanning() as (d, line):
        typing = TypedLine("Reason", "", 60, lambda text: None, text="a fall")
        d.app.board.keyboard.typing = typing
        line.burst(WRISTBAND + "\r", 1)
        assert d.app.board.keyboard.typing is typing
        assert typing.text == "a fall"
        assert d.app.board.board.selected is None


async def test_the_same_characters_by_hand_are_keys() -> None:
    async with scanning() as (d, line):
        line.hand("/MRN:100001")
        assert d.app.board.roster.query == "MRN:100001"
        assert d.app.board.board.selected is None


async def test_a_key_held_down_moves_as_without_a_scanner() -> None:
    async with scanning() as (d, line):
        for _ in range(6):
            line.reader.feed(b"j")
            d.hands.at += 0.03
        assert d.app.board.board.selected == d.shown[5]


async def test_on_its_own_a_board_waits_for_no_scan_but_one_with_a_prefix() -> None:
    async with scanning(ScannerSettings()) as (d, line):
        line.reader.feed(b"j")
        assert d.app.board.board.selected == d.shown[0], "the key waited"
    async with scanning(ScannerSettings(prefix="~")) as (d, line):
        line.reader.feed(b"j")
        assert d.app.board.board.selected == d.shown[0], "the key waited"
        line.burst(f"~{WRISTBAND}\r", 1)
        assert d.app.board.board.selected == "p1"


class Round(Page):
    """A page that takes scans, as the medication round does."""

    takes_scans = True

    def __init__(self, d: Desk) -> None:
        super().__init__(d.app.board)
        self.codes: list[Code] = []

    def lines(self, width: int) -> list[Content]:
        return []

    def scanned(self, code: Code) -> bool:
        self.codes.append(code)
        return True


async def test_a_wristband_of_two_patients_chooses_neither() -> None:
    async with scanning() as (d, line):
        d.app.session.ward.patients["p4"].mrn = d.app.session.ward.patients["p1"].mrn
        line.burst(WRISTBAND + "\r")
        assert d.app.board.board.selected is None
        assert "12 Lindqvist A AND 02 Nakamura Y. Nobody was chosen" in d.line("footer")


async def test_a_page_that_takes_scans_gets_them_and_they_are_expected_while_it_is_open() -> None:
    async with scanning(ScannerSettings()) as (d, line):
        page = Round(d)
        d.app.board.open_cover(page)
        before = untouched(d)
        line.burst(DRUG + "\r", 1)
        line.burst(WRISTBAND + "\r")
        line.burst("]d201123456")
        assert untouched(d) == before
        assert [code.kind for code in page.codes] == ["drug", "patient", "none"]
        assert "cut short" in page.codes[2].wrong


@pytest.mark.parametrize("size", [6, 1000])
async def test_a_paste_is_no_scan(size: int) -> None:
    """In one piece, or with its marks in pieces of their own."""
    async with scanning() as (d, line):
        line.hand("/")
        line.burst(f"\x1b[200~{WRISTBAND}\r\x1b[201~", size)
        assert d.app.board.roster.query == WRISTBAND
        assert d.app.board.board.selected is None


async def test_a_scan_over_the_palette_goes_nowhere() -> None:
    async with scanning() as (d, line):
        line.hand(":")
        await d.pilot.pause()
        assert d.app.screen is not d.app.board
        line.burst(WRISTBAND + "\r")
        await d.pilot.pause()
        assert d.app.board.board.selected is None
        assert any("NOT taken" in str(toast.message) for toast in d.app._notifications)


async def test_leaving_is_not_confirmed_faster_than_a_hand_can() -> None:
    async with desk() as d:
        d.app.session.ward.watermark = ""
        press(d, "q")
        d.hands.at += 0.05
        press(d, "enter")
        assert d.app.board.leaving
        assert d.app.is_running
        assert not d.app._exit
        d.hands.at += 1
        press(d, "enter")
        assert d.app._exit
