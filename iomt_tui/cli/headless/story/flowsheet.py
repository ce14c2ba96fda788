"""The flowsheet without a screen: as a document, in words, and as rows, a column of the flowsheet each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from itertools import pairwise
from typing import Literal

from iomt_tui.cli.headless.words import Units, quantity
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.times import clock_time, iso, time_of_day
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.columns import Span
from iomt_tui.ward.story.flowsheet import Flowsheet, Row
from iomt_tui.ward.story.judged import Reach


@dataclass(frozen=True, slots=True)
class MeasuredDocument:
    """What was measured of one vital sign in one column."""

    last: float
    """The last value."""
    at: str
    """When that was measured: ISO 8601, UTC."""
    lowest: float
    """The lowest value of the column."""
    highest: float
    """The highest value of the column."""
    worst: float
    """Of the two the one further outside of the limits that held when it was measured, or nearer to one. Where limits
    were changed within the column, each part of it is judged by its own."""
    breach: Literal["", "low", "high"]
    """Which limit the worst value is outside of, of those that held when it was measured."""
    limit: float | None
    """That limit; null where it is outside of none."""


@dataclass(frozen=True, slots=True)
class FormerReachDocument:
    """The alarm limits of a vital sign until they were changed, taken back, or their time was over."""

    until: str
    """Up to when they held: ISO 8601, UTC."""
    low_limit: float | None
    """The lower alarm limit."""
    high_limit: float | None
    """The upper alarm limit."""


@dataclass(frozen=True, slots=True)
class FlowsheetRowDocument:
    """One vital sign over all columns."""

    vital: str
    """The vital sign: hr, spo2, …"""
    name: str
    """Its name in words."""
    unit: str
    """UCUM unit of every number here."""
    low_limit: float | None
    """The lower alarm limit at the end of the last column, or now where that is earlier."""
    high_limit: float | None
    """The upper alarm limit then."""
    former_limits: list[FormerReachDocument]
    """Those that held before, within the columns, oldest first. Which default limits fitted then (oxygen, SpO2 scale)
    is not known: those that fit now are taken."""
    cells: list[MeasuredDocument | None]
    """By column; null: nothing was measured."""


@dataclass(frozen=True, slots=True)
class FlowsheetColumnDocument:
    """One column."""

    begin: str
    """Its first instant: ISO 8601, UTC."""
    end: str
    """The first instant after it."""
    highest_news2: int | None
    """The highest NEWS2 total within it, of the inputs that were known; null where it is not kept any more."""
    known: int | None
    """How many of the 7 inputs of NEWS2 were known then."""


@dataclass(frozen=True, slots=True)
class FlowsheetDocument:
    """The flowsheet."""

    interval_s: int
    """Width of a column."""
    kept_from: str
    """Before this only wider columns are kept, so what is empty there says nothing: ISO 8601, UTC."""
    columns: list[FlowsheetColumnDocument]
    """The oldest first."""
    rows: list[FlowsheetRowDocument]
    """Every vital sign of the patient."""


def document(view: Flowsheet) -> FlowsheetDocument:
    """The flowsheet as frozen dataclasses."""
    return FlowsheetDocument(
        interval_s=view.interval // 1000, kept_from=iso(view.kept_from),
        columns=[
            FlowsheetColumnDocument(
                iso(span.begins), iso(span.ends), None if total is None else total.total,
                None if total is None else total.known,
            )
            for span, total in zip(view.columns, view.news2, strict=True)
        ],
        rows=[_row(row) for row in view.rows],
    )  # fmt: skip


def _row(row: Row) -> FlowsheetRowDocument:
    known = VITALS[row.key]
    cells = [_cell(row, number, cell) for number, cell in enumerate(row.cells)]
    former = [FormerReachDocument(iso(after.since), one.low, one.high) for one, after in pairwise(row.held)]
    return FlowsheetRowDocument(row.key, known.name, known.unit, row.low, row.high, former, cells)


def _cell(row: Row, number: int, cell: Cell | None) -> MeasuredDocument | None:
    shown = row.shown(number, worst=True)
    if cell is None or shown is None:
        return None
    return MeasuredDocument(
        cell.last, iso(cell.at), cell.low, cell.high, shown.value, shown.breach, shown.limit,  # type: ignore[arg-type]
    )  # fmt: skip


def plain(view: Flowsheet, zone: tzinfo, units: Units) -> Iterator[str]:
    """The columns in sentences, the newest first; those in which nothing was measured are left out."""
    yield f"Flowsheet, columns of {view.interval // 60_000} minutes, the newest first."
    said = False
    for number in reversed(range(len(view.columns))):
        found = [(row, cell) for row in view.rows if (cell := row.cells[number]) is not None]
        if not found:
            continue
        said, span, total = True, view.columns[number], view.news2[number]
        until = time_of_day(min(span.ends, view.at), zone)
        score = "" if total is None else f", NEWS2 {'' if total.known == 7 else 'at least '}{total.total}"
        yield f"{clock_time(span.begins, zone)} to {until}{score}:"
        for row, cell in found:
            yield f"  {_words(row, number, cell, zone, units)}{_changes(row, span, zone, units)}"
    if not said:
        yield "Nothing was measured in this time."
    if view.columns[0].begins < view.kept_from:
        yield f"Columns of this width are kept from {clock_time(view.kept_from, zone)} on."


def _words(row: Row, number: int, cell: Cell, zone: tzinfo, units: Units) -> str:
    out = f"{VITALS[row.key].name} {quantity(row.key, cell.last, units)} at {time_of_day(cell.at, zone)}"
    if cell.low != cell.high:
        out += f", between {quantity(row.key, cell.low, units)} and {quantity(row.key, cell.high, units)}"
    worst = row.shown(number, worst=True)
    if worst is not None and worst.limit is not None:
        out += f", {'below' if worst.breach == 'low' else 'above'} the limit of {quantity(row.key, worst.limit, units)}"
    return out


def _changes(row: Row, span: Span, zone: tzinfo, units: Units) -> str:
    """Which limits came within a column."""
    said = (f"; limits from {time_of_day(one.since, zone)} {_limits(row, one, units)}" for one in row.changed(span))
    return "".join(said)


def _limits(row: Row, reach: Reach, units: Units) -> str:
    low = "" if reach.low is None else f"below {quantity(row.key, reach.low, units)}"
    high = "" if reach.high is None else f"above {quantity(row.key, reach.high, units)}"
    return " or ".join(filter(None, (low, high))) or "off"


def rows(view: Flowsheet) -> Iterator[list[str | float | None]]:
    """A table with a line a column of the flowsheet, oldest first: last, lowest and highest of every vital sign."""
    header: list[str | float | None] = ["begin (UTC)", "end (UTC)"]
    for row in view.rows:
        name = f"{VITALS[row.key].name} ({VITALS[row.key].unit})"
        header += [f"{name} last", f"{name} lowest", f"{name} highest"]
    yield [*header, "highest NEWS2 total of known inputs", "inputs known of 7"]
    for number, (span, total) in enumerate(zip(view.columns, view.news2, strict=True)):
        line: list[str | float | None] = [iso(span.begins), iso(span.ends)]
        for row in view.rows:
            cell = row.cells[number]
            line += [None, None, None] if cell is None else [cell.last, cell.low, cell.high]
        yield [*line, *((None, None) if total is None else (total.total, total.known))]
