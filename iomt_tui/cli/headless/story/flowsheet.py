"""The flowsheet without a screen: as a document, in words, and as rows, a column of the flowsheet each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from iomt_tui.cli.headless.words import Units, quantity
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.times import clock_time, iso, time_of_day
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.flowsheet import Flowsheet, Row


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
    """Of the two the one further outside of the limits in force now, or nearer to one."""
    breach: Literal["", "low", "high"]
    """Which limit in force now the worst value is outside of."""


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
    """The lower alarm limit in force now."""
    high_limit: float | None
    """The upper alarm limit in force now."""
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
    return FlowsheetRowDocument(row.key, known.name, known.unit, row.low, row.high, cells)


def _cell(row: Row, number: int, cell: Cell | None) -> MeasuredDocument | None:
    shown = row.shown(number, worst=True)
    if cell is None or shown is None:
        return None
    return MeasuredDocument(cell.last, iso(cell.at), cell.low, cell.high, shown.value, shown.breach)  # type: ignore[arg-type]


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
            yield f"  {_words(row, cell, zone, units)}"
    if not said:
        yield "Nothing was measured in this time."
    if view.columns[0].begins < view.kept_from:
        yield f"Columns of this width are kept from {clock_time(view.kept_from, zone)} on."


def _words(row: Row, cell: Cell, zone: tzinfo, units: Units) -> str:
    out = f"{VITALS[row.key].name} {quantity(row.key, cell.last, units)} at {time_of_day(cell.at, zone)}"
    if cell.low != cell.high:
        out += f", between {quantity(row.key, cell.low, units)} and {quantity(row.key, cell.high, units)}"
    breach = row.breach(cell.low) or row.breach(cell.high)
    limit = row.low if breach == "low" else row.high
    if breach and limit is not None:
        out += f", {'below' if breach == 'low' else 'above'} the limit of {quantity(row.key, limit, units)}"
    return out


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
