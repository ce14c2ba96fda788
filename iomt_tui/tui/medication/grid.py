"""The grid of a medication chart: one line an order, a few cells an hour, each dose where its time is. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from textual.content import Content

from iomt_tui.clinical.medication.administration import EFFECT, ERROR, STOPPED, Administration
from iomt_tui.clinical.medication.kinds import Infusion
from iomt_tui.clinical.medication.lists import Cell, ChartRow
from iomt_tui.clinical.medication.needed import Drip
from iomt_tui.clinical.medication.reading import HOUR
from iomt_tui.clinical.medication.status import Status, told
from iomt_tui.tui.medication.marks import CORRECTED, INK, Sign, glyph, sign
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.rows import MUTED

SHIFT: Final = 8
"""Hours of a shift."""

_NOW: Final = ("│", "|")
_BAR: Final = ("━", "=")  # flows
_PLANNED: Final = ("┄", "-")  # will flow as ordered
_CHANGE: Final = ("┣", "[")
_MORE: Final = "+"
_BAR_SIGNS: Final = ((_BAR, "infusion runs"), (_PLANNED, "is planned to"))


class Hours(NamedTuple):
    """The time that is shown: ``hours`` hours from ``begins`` (ms) on, ``cells`` cells each; ``now`` is log time."""

    begins: int
    hours: int
    cells: int
    now: int
    zone: tzinfo

    @property
    def ends(self) -> int:
        """The first ms after it."""
        return self.begins + self.hours * HOUR

    @property
    def width(self) -> int:
        """Cells of a line."""
        return self.hours * self.cells

    def column(self, at: int) -> int:
        """The cell of a time; outside the line for one that is not shown."""
        return (at - self.begins) * self.cells // HOUR


@dataclass
class Track:
    """The cells of one line: a character and a style each, and which signs are among them."""

    hours: Hours
    ascii_only: bool
    cells: list[tuple[str, str]] = field(default_factory=list)
    signs: dict[str, Sign] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cells = [(" ", "")] * self.hours.width

    def put(self, at: int, status: Status, *, corrected: bool = False) -> None:
        """One dose at its time; where its cell is taken, beside it within the hour, else the hour ends in ``+``."""
        column = self.hours.column(at)
        if not 0 <= column < len(self.cells):
            return
        first = column - column % self.hours.cells
        hour = range(first, first + self.hours.cells)
        free = next((c for c in (*range(column, hour.stop), *reversed(range(first, column))) if self._free(c)), None)
        self._note(sign(status, ascii_only=self.ascii_only))
        if free is None:
            self.cells[hour.stop - 1] = (_MORE, "bold")
            self._note((_MORE, "more than fit here", "bold"))
            return
        self.cells[free] = (glyph(status, ascii_only=self.ascii_only), INK[status])
        if corrected:
            mark = CORRECTED.ascii if self.ascii_only else CORRECTED.glyph
            self._note((mark, "corrected, original kept", "bold"))
            if free + 1 < hour.stop and self._free(free + 1):
                self.cells[free + 1] = (mark, "bold")

    def bar(self, begins: int, ends: int, rate: str, style: str, sort: tuple[str, str]) -> None:
        """A stretch of an infusion, with its rate where there is room for it."""
        first, end = (min(max(self.hours.column(at), 0), len(self.cells)) for at in (begins, ends))
        for column in range(first, end):
            self.cells[column] = (sort[self.ascii_only], style)
        if sort is _BAR and end > first and self.hours.column(begins) == first:
            self.cells[first] = (_CHANGE[self.ascii_only], style)
        if sort is _BAR and end - first >= len(rate) + 2:
            for offset, letter in enumerate(rate):
                self.cells[first + 1 + offset] = (letter, "bold")
        if end > first:
            words = next(text for one, text in _BAR_SIGNS if one is sort)
            self._note((sort[self.ascii_only], words, style))

    def content(self, chosen: int | None) -> Content:
        """The line; the hour ``chosen`` (0: the first) in reverse."""
        now = self.hours.column(self.hours.now)
        cells = list(self.cells)
        if 0 <= now < len(cells) and cells[now][0] == " ":
            cells[now] = (_NOW[self.ascii_only], "$accent")
        if chosen is not None:
            for column in range(chosen * self.hours.cells, (chosen + 1) * self.hours.cells):
                letter, style = cells[column]
                cells[column] = letter, f"{style.replace(' reverse', '')} reverse".strip()
        runs = groupby(cells, key=lambda cell: cell[1])
        return joined(*(plain("".join(letter for letter, _ in run), style) for style, run in runs))

    def _free(self, column: int) -> bool:
        return self.cells[column][0] == " "

    def _note(self, entry: Sign) -> None:
        self.signs.setdefault(entry[1], entry)


def track(row: ChartRow, hours: Hours, drip: Drip | None, *, ascii_only: bool) -> Track:
    """An order's line: its doses, or what flows and flowed."""
    line = Track(hours, ascii_only)
    if drip is not None:
        _bars(line, drip)
    for cell in row.cells:
        for dose in cell.doses:
            if drip is None or not drip.changes:
                line.put(dose.due, dose.status, corrected=dose.corrected)
        if not isinstance(row.order.schedule, Infusion):
            for record, status in loose(cell, [r for other in row.cells for r in other.others]):
                line.put(record.at, status)
    return line


def loose(cell: Cell, records: list[Administration]) -> list[tuple[Administration, Status]]:
    """What a cell shows of doses without a time: each with what it says, or that it was taken back."""
    void = {r.replaces for r in records if r.what != EFFECT and r.replaces is not None}
    return [
        (record, Status.ENTERED_IN_ERROR if record.id in void else told(record, None))
        for record in cell.others
        if record.what not in (EFFECT, ERROR)
    ]


def _bars(line: Track, drip: Drip) -> None:
    now, plan = line.hours.now, drip.order.schedule
    assert isinstance(plan, Infusion)
    for change, after in pairwise((*drip.changes, None)):
        assert change is not None
        rate = change.dose or plan.rate
        if change.status == STOPPED or rate.value <= 0:
            column = line.hours.column(change.at)
            if 0 <= column < len(line.cells):
                line.cells[column] = (glyph(Status.STOPPED, ascii_only=line.ascii_only), INK[Status.STOPPED])
                line._note(sign(Status.STOPPED, ascii_only=line.ascii_only))
            continue
        ends = min(max(now, change.at), drip.ends or now) if after is None else after.at
        line.bar(change.at, ends, str(rate), INK[Status.RUNNING], _BAR)
        if after is None and (drip.ends is None or drip.ends > now):
            line.bar(ends, drip.ends if drip.ends is not None else line.hours.ends, str(rate), MUTED, _PLANNED)


def heading(hours: Hours, name: int, chosen: int, *, ascii_only: bool) -> list[Content]:
    """The days with the present moment, and the hours, ``name`` cells further in; the ``chosen`` hour in reverse."""
    days, labels = [" "] * hours.width, list[Content]()
    before = None
    for number in range(hours.hours):
        local = datetime.fromtimestamp((hours.begins + number * HOUR) / 1000, UTC).astimezone(hours.zone)
        if local.date() != before:
            before = local.date()
            for offset, letter in enumerate(f"{local:%a %d %b} "):
                if number * hours.cells + offset < len(days):
                    days[number * hours.cells + offset] = letter
        style = "bold reverse" if number == chosen else MUTED
        labels.append(fitted(plain(f"{local:%H}", style), hours.cells))
    now = hours.column(hours.now)
    words = f"{'v' if ascii_only else '▼'}now"
    if 0 <= now < len(days):
        for offset, letter in enumerate(words[: len(days) - now]):
            days[now + offset] = letter
    margin = plain(" " * name)
    return [joined(margin, plain("".join(days), "bold")), joined(margin, *labels)]
