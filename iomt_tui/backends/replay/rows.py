"""The usable rows of a table: when, whose, and the vital signs' cells. What is wrong with a row costs that row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final, NamedTuple

from iomt_tui.backends.refusals import Refusals
from iomt_tui.backends.replay.clock import choose_clock
from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.backends.replay.lines import Record
from iomt_tui.backends.replay.numbers import decimal_comma
from iomt_tui.backends.replay.ordering import Row
from iomt_tui.backends.replay.table import Table
from iomt_tui.security.text import safe_text

PATIENTS: Final = 5_000  # different patients in one file; more means that the column is something else
LONGEST_ID: Final = 200  # characters


class Person(NamedTuple):
    """A patient as the table names one."""

    raw: str
    bed: str
    name: str


class Rows:
    """Rows of one table. Patients are numbered as they appear in it: ``people[row.patient]``."""

    def __init__(self, table: Table, name: str, alone: str, anchor: int, zone: tzinfo) -> None:
        """``alone`` names the patient of a table without a patient column.

        Raises :class:`SourceError` when the time column cannot be read.
        """
        self.people: list[Person] = []
        self.notes: list[str] = []
        self._table, self._name, self._alone = table, name, alone
        self._places: dict[str, int] = {}
        times = [text for cells in table.sample if (text := self._time_text(cells))]
        try:
            clock = choose_clock(times, table.layout.time_unit, anchor, zone)
        except SourceError as error:
            raise SourceError(f"{table.path}: {error}") from None
        self._read_time = clock.read
        self._indexes = [column.index for column in table.layout.columns]
        self._least = max([table.layout.time, *table.layout.roles.values()]) + 1
        self._who = self._patient_column()
        self.comma = decimal_comma(
            cells[index].strip() for cells in table.sample for index in self._indexes if index < len(cells)
        )
        if clock.note:
            self.notes.append(clock.note)
        if self.comma:
            self.notes.append("decimal commas: 36,5 is read as 36.5")

    def read(self, refusals: Refusals) -> Iterator[Row]:
        """Usable rows in the file's order; the others are added to ``refusals``."""

        def refuse(reason: str, line: int, words: str) -> None:
            refusals.add(reason, "row", f"{self._name}:{line}", words)

        for record in self._table.records(refuse):
            row = self._row(record)
            if isinstance(row, Row):
                yield row
            else:
                refuse(row[0], record.number, f"{row[1]}; row not used")

    def _row(self, record: Record) -> Row | tuple[str, str]:
        cells, width = record.cells, len(self._table.headings)
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            return "ragged-row", f"{len(cells)} cells under {width} headings"
        if len(cells) < width and (len(cells) < self._least or not record.ended):
            return "ragged-row", f"cut short after {len(cells)} of {width} cells"
        text = self._time_text(cells)
        try:
            at = self._read_time(text)
        except ValueError as error:
            return "bad-time", f"{error} in the time column ({text[:40]!r})"
        patient = self._person(cells)
        if patient < 0:
            return "no-patient", f"no patient, or more than {PATIENTS} different ones"
        vitals = [cells[index] if index < len(cells) else "" for index in self._indexes]
        return Row(at, patient, record.number, vitals)

    def _time_text(self, cells: list[str]) -> str:
        layout = self._table.layout
        text = _cell(cells, layout.time).strip("'[]")
        day = layout.roles.get("date", -1)
        return f"{_cell(cells, day)}T{text}" if day >= 0 and text else text

    def _person(self, cells: list[str]) -> int:
        raw = self._alone if self._who < 0 else _cell(cells, self._who)
        place = self._places.get(raw, -1)
        if place < 0 and 0 < len(raw) <= LONGEST_ID and len(self.people) < PATIENTS:
            place = self._places[raw] = len(self.people)
            bed = _cell(cells, self._table.layout.roles.get("bed", -1))
            name = _cell(cells, self._table.layout.roles.get("name", -1))
            self.people.append(Person(raw, safe_text(bed), safe_text(name or raw)))
        return place

    def _patient_column(self) -> int:
        """The column that tells patients apart; -1 for one patient in the whole file."""
        table = self._table
        for role in ("patient", "id", "bed", "name"):
            index = table.layout.roles.get(role, -1)
            seen = [_cell(cells, index) for cells in table.sample]
            if role == "id" and index >= 0 and len(seen) >= 20 and len(set(seen)) == len(seen):
                heading = table.headings[index].strip()
                self.notes.append(f"{heading}: differs in every row, so it names no patient and is not used")
            elif index >= 0:
                return index
        return -1


def _cell(cells: list[str], index: int) -> str:
    return cells[index].strip() if 0 <= index < len(cells) else ""
