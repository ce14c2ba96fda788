"""Exports in the timelines of the patients who are in the file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from logs import START
from told_log import HOUR, OLD, Log, Terse, words

from iomt_tui.security.text import safe_text
from iomt_tui.ward.exports import Export, not_exported
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.story.chronicle import Chronicle
from iomt_tui.ward.story.event_words import said
from iomt_tui.ward.story.timeline import Category, timeline_of

EXPORT = Export(
    "trends", "csv", ("p0", "p1", "p2"), START - 3 * HOUR, START + HOUR, 4_711, "ab" * 32, "TEST-trends.csv",
    safe_text("desk-3"),
)  # fmt: skip


def asked(op: str, export: Export = EXPORT, **more: Any) -> dict[str, Any]:
    return {"op": op, "user": "Kim", **export.body(), **more}


def answered(op: str, outcome: str = "applied", why: str = "") -> dict[str, Any]:
    return {"op": op, "outcome": outcome, "by": "Kim", "at": START, "why": why}


def test_who_exported_what_and_what_was_refused_once_it_is_answered() -> None:
    log = Log()
    log.write("act", asked("e1"), 60)
    assert not log.news(), "nobody has allowed it"
    log.write("outcome", answered("e1"), 60)
    log.write("act", asked("e2", replace(EXPORT, patients=("p1",), start=EXPORT.end)), 61)
    log.write("outcome", answered("e2", "refused", "csv is not allowed"), 61)
    log.write("act", asked("e3", replace(EXPORT, patients=("p2",))), 62)
    log.write("outcome", answered("e3"), 62)
    log.write("outcome", answered("e1"), 63)
    assert [(one.category, one.what, one.by, one.record) for one in log.news()] == [
        (Category.EXPORT, "exported", "Kim", "e1"), (Category.EXPORT, "export-refused", "Kim", "e2"),
    ]  # fmt: skip
    assert words(*log.news()) == [
        "Exported: trends with 2 other patients, 14400s up to +60, as CSV, by Kim at desk-3, TEST-trends.csv",
        "Export REFUSED: csv is not allowed; trends, as of +60, as CSV, by Kim at desk-3, TEST-trends.csv",
    ]


def test_a_file_that_did_not_come_to_be_is_not_to_be_read_as_one() -> None:
    log = Log()
    for op, outcome in (("e1", "applied"), ("e2", "refused")):
        log.write("act", asked(op), 60)
        log.write("act", not_exported(f"not-{op}", asked(op), "the disk is full"), 61)
        log.write("outcome", answered(op, outcome, "" if outcome == "applied" else "given up"), 61)
        log.write("outcome", answered(f"not-{op}"), 61)
    ward = Ward()
    found = timeline_of(log.told().so_far(), ward, START + 2 * HOUR, 4 * HOUR).events
    told = [said(one, Terse()) for one in found if one.category is Category.EXPORT]
    assert [(one.about, one.mark) for one in told] == [
        ("Exported", "NOT MADE, told at +61 by Kim"), ("Export REFUSED", ""), ("Export NOT MADE after all", ""),
    ]  # fmt: skip
    assert told[2].words.startswith("the disk is full; trends")


def test_an_export_of_long_ago_says_so() -> None:
    log = Log()
    log.write("act", asked("e1", replace(EXPORT, start=START - 30 * HOUR, end=START - 30 * HOUR)), 60)
    log.write("outcome", answered("e1"), 60)
    assert words(*log.news())[0].startswith("Exported: trends with 2 other patients, as of +-1800, 111600s before, ")


def test_what_waits_at_a_checkpoint_is_told_when_it_is_answered() -> None:
    log = Log()
    log.write("act", asked("e1"), 60)
    ward = Ward()
    ward.apply(log.entries)
    log.write("outcome", answered("e1"), 61)
    found = Chronicle("p1", OLD, Ward.restore(ward.checkpoint()))
    found.read(log.entries[-1:])
    assert [one.what for one in found.kept] == ["exported"]
