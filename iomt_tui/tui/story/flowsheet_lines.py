"""The flowsheet in lines: a vital a line, a value a column, marked where it was outside of its limits. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Final, NamedTuple

from textual.content import Content

from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.news2 import INPUTS
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.board.glyphs import Glyphs
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.story.columns import cell_content, local, span_words
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.ward.story.columns import Span
from iomt_tui.ward.story.flowsheet import Flowsheet, Row, Shown
from iomt_tui.ward.story.judged import Reach
from iomt_tui.ward.story.observations import Highest

CELL: Final = 8
"""Cells of a column."""

NARROW: Final = 100
"""Cells from which on the limits stand beside the names."""

NAMES: Final[Mapping[str, str]] = {
    "hr": "Heart rate", "pulse": "Pulse", "spo2": "SpO2", "rr": "Respirations", "nibp_sys": "BP systolic",
    "nibp_dia": "BP diastolic", "nibp_mean": "BP mean", "ibp_sys": "ABP systolic", "ibp_dia": "ABP diastolic",
    "ibp_mean": "ABP mean", "temp": "Temperature", "glucose": "Glucose", "weight": "Weight", "acvpu": "ACVPU",
    "o2_flow": "Oxygen flow", "fio2": "Inspired O2", "pi": "Perfusion", "etco2": "etCO2", "steps": "Steps",
}  # fmt: skip
_HIDDEN: Final = "*"


class Sheet(NamedTuple):
    """How the flowsheet is drawn."""

    width: int
    measures: Measures
    glyphs: Glyphs
    chosen: int  # number of the chosen column
    worst: bool  # the worst value of each column, or its last one

    @property
    def ascii_only(self) -> bool:
        """Whether the terminal has no other glyphs."""
        return self.glyphs.name == "ascii"


def name_width(width: int) -> int:
    """Cells of the names, with their limits where there is room."""
    return 20 if width < NARROW else 30


def columns_for(width: int) -> int:
    """How many columns have room."""
    return max(1, (width - name_width(width)) // CELL)


def row_lines(view: Flowsheet, sheet: Sheet) -> Iterator[Content]:
    """A vital a line, then the highest NEWS2 of each column."""
    for row in view.rows:
        cells = (_cell(row, number, sheet) for number in range(len(view.columns)))
        yield fitted(joined(_name(row, sheet), *cells), sheet.width)
    if any(view.news2):
        cells = (
            cell_content(total_words(total, sheet), _total_style(total), CELL,
                         chosen=number == sheet.chosen)
            for number, total in enumerate(view.news2)
        )  # fmt: skip
        yield fitted(joined(fitted(plain("NEWS2, highest", "bold"), name_width(sheet.width)), *cells), sheet.width)


def _name(row: Row, sheet: Sheet) -> Content:
    unit = sheet.measures.unit(row.key)
    sign = f" {sheet.glyphs.limits}" if len(row.held) > 1 else ""  # limits were changed within the columns
    name = joined(plain(NAMES.get(row.key, VITALS[row.key].label)), plain(f" {unit}{sign}" if unit else sign, MUTED))
    room = name_width(sheet.width)
    limits = f" {limit_words(row.key, row.held[-1], sheet.measures)}"
    if sheet.width >= NARROW and name.cell_length + len(limits) < room:
        name = joined(fitted(name, room - len(limits) - 1), plain(limits, MUTED))
    return fitted(name, room)


def limit_words(key: str, reach: Reach, measures: Measures) -> str:
    """Limits of a vital: "50-120", "90-", "-180", "" for none and for letters."""
    if key == "acvpu":
        return ""
    low, high = ("" if limit is None else measures.text(key, limit) for limit in (reach.low, reach.high))
    return f"{low}-{high}" if low or high else ""


def cell_words(row: Row, number: int, sheet: Sheet) -> str:
    """One cell: the value, where it was outside of a limit a mark, and a star where only another value was."""
    shown = row.shown(number, worst=sheet.worst)
    if shown is None:
        return sheet.glyphs.never
    mark = {"low": sheet.glyphs.below, "high": sheet.glyphs.above}.get(shown.breach, "")
    hidden = _HIDDEN if not sheet.worst and row.hides(number) else ""
    return f"{sheet.measures.text(row.key, shown.value)}{mark}{hidden}"


def _cell(row: Row, number: int, sheet: Sheet) -> Content:
    shown = row.shown(number, worst=sheet.worst)
    breached = shown is not None and bool(shown.breach)
    style = MUTED if shown is None else "bold $warning" if breached else "bold" if row.hides(number) else ""
    text = cell_words(row, number, sheet)
    return cell_content(text, style, CELL, chosen=number == sheet.chosen)


def total_words(total: Highest | None, sheet: Sheet) -> str:
    """A NEWS2: "9", of fewer inputs "≥3"."""
    if total is None:
        return ""
    least = "" if total.known == len(INPUTS) else ">=" if sheet.ascii_only else "≥"
    return f"{least}{total.total}"


def _total_style(total: Highest | None) -> str:
    return "bold $warning" if total is not None and total.total >= 5 else ""


def detail_lines(view: Flowsheet, sheet: Sheet) -> Iterator[Content]:
    """The chosen column: every vital that was measured in it, its last value with the time, and its extremes."""
    zone = zone_of(view.tz)
    rule = "-" if sheet.ascii_only else "─"
    title = f" {span_words(view.columns[sheet.chosen], view.at, zone)} "
    yield fitted(plain(title.center(sheet.width, rule), "bold"), sheet.width)
    there = False
    for row in view.rows:
        worst = row.shown(sheet.chosen, worst=True)
        if worst is not None:
            there = True
            said = "".join(_column_words(row, view.columns[sheet.chosen], worst, sheet, zone))
            yield from wrapped(said, sheet.width, "bold $warning" if worst.breach else "")
    if not there:
        yield fitted(plain("Nothing was measured in this column.", MUTED), sheet.width)


def _column_words(row: Row, column: Span, worst: Shown, sheet: Sheet, zone: tzinfo) -> Iterator[str]:
    cell = row.cells[sheet.chosen]
    assert cell is not None
    text, unit = sheet.measures.text, sheet.measures.unit(row.key)
    yield f"{NAMES.get(row.key, row.key)}: {text(row.key, cell.last)} {unit}".rstrip()
    yield f" at {local(cell.at, zone):%H:%M:%S}"
    if cell.low != cell.high:
        yield f"; {text(row.key, cell.low)} to {text(row.key, cell.high)} in this column"
    if worst.limit is not None:
        yield f", {'below' if worst.breach == 'low' else 'above'} the limit of {text(row.key, worst.limit)}"
    for one in row.changed(column):
        yield f"; limits from {local(one.since, zone):%H:%M} {_limits(row.key, one, sheet.measures)}"


def _limits(key: str, reach: Reach, measures: Measures) -> str:
    sides = (("below", reach.low), ("above", reach.high))
    return ", ".join(f"{side} {measures.text(key, x)}" for side, x in sides if x is not None) or "off"


def legend_lines(view: Flowsheet, sheet: Sheet) -> Iterator[Content]:
    """What the signs say, and from where on columns of this width are kept."""
    glyphs = sheet.glyphs
    signs = f"{glyphs.above} {glyphs.below} outside of the limits of that time   "
    signs += "" if sheet.worst else f"{_HIDDEN} another value of the column was   "
    signs += f"{glyphs.never} not measured"
    if any(len(row.held) > 1 for row in view.rows):
        signs += f"   {glyphs.limits} limits changed"
    yield fitted(plain(signs, MUTED), sheet.width)
    if view.columns[0].begins < view.kept_from:
        since = local(view.kept_from, zone_of(view.tz))
        yield from wrapped(f"Columns of this width are kept from {since:%a %d %b %H:%M} on; wider ones further back.",
                           sheet.width, "$warning")  # fmt: skip
