"""Replay of a table: a time column and vital signs under recognisable or mapped headings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any, Literal

from iomt_tui.backends.identity import identity
from iomt_tui.backends.periods import Periods
from iomt_tui.backends.refusals import Refusals
from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.backends.replay.numbers import BLANK, cell_value
from iomt_tui.backends.replay.ordering import Row, SortedRows
from iomt_tui.backends.replay.rows import Person, Rows
from iomt_tui.backends.replay.table import find_table
from iomt_tui.clinical.placing import place
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import Reading


class CsvSource:
    """A CSV, TSV or other delimited file. Opening it reads it once; ``readings`` reads it again.

    ``start`` and ``end`` are the first and last time in ms; ``notes`` say in words what was assumed.
    """

    kind: Literal["csv"] = "csv"

    def __init__(self, path: Path, begins: bytes, mapping: Mapping[str, str], anchor: int, zone: tzinfo) -> None:
        """Surveys the file. Raises :class:`SourceError` when it holds no table of vital signs."""
        self.name: str = safe_text(path.name)
        self.start = self.end = 0
        self._path, self._table = path, find_table(path, begins, mapping)
        self._columns = self._table.layout.columns
        self._rows = Rows(self._table, self.name, _stem(path), anchor, zone)
        self._sorted: SortedRows | None = None
        self.notes: list[str] = [safe_text(note) for note in (*self._table.layout.notes, *self._rows.notes)]
        self._refusals = self._columns_refused()
        periods = self._survey()
        self.patients = [_patient_body(person) for person in self._rows.people]
        self._ids: list[str] = [body["id"] for body in self.patients]
        self.devices = [self._device_body(index, periods) for index in range(len(self._ids))]

    @property
    def refused(self) -> Counter[tuple[str, str]]:
        """How often input that has no place in a reading was refused, by (reason, what)."""
        return self._refusals.counts

    @property
    def problems(self) -> list[str]:
        """What was refused, in words with file and line: the first few of each reason."""
        return self._refusals.problems

    def readings(self) -> Iterator[Reading]:
        """Every row with a value or a reason for its absence, by time."""
        for row in self._sorted or self._rows.read(Refusals()):
            values: dict[str, float] = {}
            flags: dict[str, str] = {}
            for column, cell in zip(self._columns, row.cells, strict=True):
                text = cell.strip()
                if text.casefold() in BLANK:
                    continue
                value, flag = place(column.key, cell_value(column.key, text, self._rows.comma), column.unit)
                if value is not None:
                    values[column.key] = value
                if flag:
                    flags[column.key] = flag
                if value is None and flag != "sensor-off":
                    where = f"{self.name}:{row.line}"
                    self._refusals.tell(str(flag), f"{where}: {column.heading} {text[:40]!r}: {flag}")
            if values or flags:
                patient = self._ids[row.patient]
                yield Reading(patient, _device(patient), row.at, values, flags or None)

    def _columns_refused(self) -> Refusals:
        refusals = Refusals()
        for reason, heading, words in self._table.layout.refused:
            refusals.add(reason, heading, f"{self.name}: column {heading[:60]!r}", words)
        return refusals

    def _survey(self) -> Periods:
        """First pass: who is in the file, when, how often, and whether it is in order."""
        periods = self._pace(self._rows.read(self._refusals))
        if periods is None:
            self._refusals = self._columns_refused()
            self._sorted = SortedRows(self._rows.read(self._refusals))
            periods = self._pace(self._sorted)
            self.notes.append(safe_text("the rows are out of time order in the file; they are replayed in order"))
        if periods is None or not self._rows.people:
            told = "; ".join(self.problems[-3:])
            raise SourceError(f"{self._path}: no row under the headings can be used. {told}".strip())
        return periods

    def _pace(self, rows: Iterable[Row]) -> Periods | None:
        """How often each patient's vital signs come, or None when the rows are out of order."""
        periods, last = Periods(), None
        keys = [column.key for column in self._columns]
        for row in rows:
            if last is None:
                self.start = row.at
            elif row.at < last:
                return None
            last = self.end = row.at
            device = str(row.patient)
            for key, cell in zip(keys, row.cells, strict=True):
                if cell and cell.strip().casefold() not in BLANK:
                    periods.seen(device, key, row.at)
        return periods

    def _device_body(self, index: int, periods: Periods) -> dict[str, Any]:
        patient = self._ids[index]
        return {
            "id": _device(patient), "patient": patient, "kind": "recording", "model": self.name,
            "periods": periods.of(str(index)), "battery": None, "signal": None, "state": "on", "firmware": "",
        }  # fmt: skip


def _patient_body(person: Person) -> dict[str, Any]:
    return {
        "id": identity(person.raw), "bed": person.bed, "family": person.name, "given": "", "sex": "",
        "born": None, "home": False, "mrn": "", "problem": "", "spo2_scale": 1, "allergies": [],
        "conditions": [],
    }  # fmt: skip


def _device(patient: str) -> str:
    return f"replay:{patient}"


def _stem(path: Path) -> str:
    name = path.name
    for suffix in (".gz", ".csv", ".tsv", ".txt"):
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            name = name[: -len(suffix)]
    return name
