"""Scans on the medication round, byte by byte: they find and check, they never record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from board_desk import Desk, desk
from dose_ward import GTINS, HOUR, administration, answer, write_doses
from shown_ward import NOW, WrittenFeed
from test_round_page import PARA, TEN, choose, news, page
from test_scans import Line

from iomt_tui.settings import ScannerSettings
from iomt_tui.tui.dose_list import DoseId
from iomt_tui.tui.dose_questions import DoseQuestion

OKAFOR, LINDQVIST = "MRN:100000\r", "MRN:100001\r"


def pack(key: str, expiry: str = "270100") -> str:
    return f"]d201{GTINS[key]}17{expiry}10LOT7\r"


@asynccontextmanager
async def round_desk(
    size: tuple[int, int] = (120, 40), feed: WrittenFeed | None = None
) -> AsyncIterator[tuple[Desk, Line]]:
    """The round, open, with a scanner at it."""
    async with desk(size, feed or write_doses(WrittenFeed()), scanner=ScannerSettings(use="on")) as d:
        await d.press("r")
        yield d, Line(d)


def armed(d: Desk) -> DoseQuestion | None:
    return cast("DoseQuestion | None", d.app.board.desk.hand.armed)


async def scan(d: Desk, line: Line, *codes: str) -> None:
    for code in codes:
        line.burst(code)
        d.hands.at += 2
        await d.pilot.pause()


async def test_wristband_then_drug_asks_and_only_a_hand_records() -> None:
    async with round_desk() as (d, line):
        await scan(d, line, OKAFOR)
        assert cast("DoseId", page(d).selected).patient == "p0" and armed(d) is None
        assert "Wristband of 07 Okafor N: scan the drug" in d.line("head")
        await scan(d, line, pack("para"))
        question, head = armed(d), d.line("head")
        assert question is not None and question.about == ("dose", *PARA) and page(d).selected == PARA
        for words in ("patient ok        07 Okafor N", "drug    ok        Paracetamol, as ordered", "dose    not known",
                      "route   not known", "time    ok        due at 10:00"):  # fmt: skip
            assert words in head
        assert d.feed.done == [], "a scan records nothing"
        await d.press("enter")
        await d.settle()
        (act,) = d.feed.done
        assert act["what"] == "given" and act["due"] == TEN
        assert act["scan"] == {"gtin": GTINS["para"], "read": GTINS["para"], "batch": "LOT7", "expiry": "2027-01-31",
                               "wristband": "p0"}  # fmt: skip
        assert answer(d.feed) == ["applied"]
        await news(d)
        given = d.app.session.ward.patients["p0"].medication.of("p0-para")[-1]
        assert given.batch == "LOT7"


async def test_another_patients_wristband_is_loud_and_lets_the_row_go() -> None:
    async with round_desk() as (d, line):
        await choose(d, PARA)
        await scan(d, line, LINDQVIST)
        words = "WRONG PATIENT: the wristband is that of 12 Lindqvist A, the row chosen is of 07 Okafor N."
        assert words in d.line("footer") and "WRONG PATIENT" in d.line("head")
        assert page(d).selected is None
        await scan(d, line, pack("para"))
        assert armed(d) is None and "Scan the wristband first" in d.line("footer")


async def test_a_wristband_of_nobody_chooses_nobody() -> None:
    async with round_desk() as (d, line):
        await scan(d, line, "MRN:999999\r")
        assert page(d).selected is None and "NOBODY'S on this ward" in d.line("footer")


async def test_another_patients_drug_is_said_to_be_whose() -> None:
    async with round_desk() as (d, line):
        await scan(d, line, LINDQVIST, pack("para"))
        assert armed(d) is None
        assert "NOT ORDERED for 12 Lindqvist A: Paracetamol. Paracetamol is for 07 Okafor N" in d.line("footer")
        assert "drug    WRONG" in d.line("head") and "patient ok" in d.line("head")


async def test_an_expired_pack_is_refused() -> None:
    async with round_desk() as (d, line):
        await scan(d, line, OKAFOR, pack("para", "260314"))
        assert armed(d) is None and "EXPIRED on 2026-03-14" in d.line("footer")
        assert "DO NOT GIVE" in d.line("head")


async def test_without_a_wristband_the_patient_is_not_known_and_nothing_is_asked() -> None:
    async with round_desk() as (d, line):
        await choose(d, PARA)
        await scan(d, line, pack("para"))
        assert armed(d) is None and "patient not known no wristband scanned" in d.line("head")
        await scan(d, line, OKAFOR, pack("para"))
        assert armed(d) is not None


async def test_a_wristband_does_not_last() -> None:
    async with round_desk() as (d, line):
        await scan(d, line, OKAFOR)
        d.hands.at += 601
        await scan(d, line, pack("para"))
        assert armed(d) is None


async def test_the_band_of_one_does_not_speak_for_a_row_of_another() -> None:
    async with round_desk() as (d, line):
        await scan(d, line, OKAFOR)
        await choose(d, DoseId("p7", "p7-biso", TEN))
        await scan(d, line, pack("biso"))
        assert armed(d) is None and "This is NOT 05 van der Berg J" in d.line("footer")


async def test_what_was_given_already_is_said_so() -> None:
    feed = write_doses(WrittenFeed())
    feed.write("administration", administration("p0", "para", TEN, NOW - 60_000))
    async with round_desk(feed=feed) as (d, line):
        await scan(d, line, OKAFOR, pack("para"))
        assert armed(d) is None and "ALREADY GIVEN by Kim at 10:41" in d.line("footer")


async def test_a_late_dose_is_asked_for_with_a_reason() -> None:
    async with round_desk((80, 24)) as (d, line):
        await scan(d, line, OKAFOR, pack("pip"))
        assert "time    WRONG" in d.line("head")
        question = armed(d)
        assert question is not None and question.due == TEN - 2 * HOUR and question.chosen == "given"
        await d.press("enter")
        await d.settle()
        assert d.feed.done == []
        await d.press("w", *"pharmacy", "enter", "enter")
        await d.settle()
        assert d.feed.done[0]["reason"] == "pharmacy" and answer(d.feed) == ["applied"]


async def test_a_scan_into_an_open_question_changes_nothing() -> None:
    async with round_desk() as (d, line):
        await scan(d, line, OKAFOR, pack("para"))
        before = armed(d)
        await scan(d, line, pack("pip"), LINDQVIST)
        assert armed(d) == before and d.feed.done == []
        await d.press("escape", "escape")
        assert "Wristband" not in d.line("head") and "patient" not in d.line("head")
