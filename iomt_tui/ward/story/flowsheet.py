"""The flowsheet: every vital of a patient by time, in columns of any width, judged by the limits of its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.news2 import applicable
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward import judge
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.state import PatientState
from iomt_tui.ward.story.columns import Span, kept_from, measured, spans
from iomt_tui.ward.story.judged import Piece, Reach, pieces, reach_at, reaches
from iomt_tui.ward.story.observations import Highest, highest

WORST_LOW: Final = frozenset({"spo2", "pi"})
"""Vitals of which the lower value is the worse one where no limit says so."""

WORST_HIGH: Final = frozenset({"acvpu"})


class Shown(NamedTuple):
    """The value that stands for a column, catalogue unit."""

    value: float
    breach: str  # "low", "high" or "": outside of the limits that held when it was measured
    limit: float | None  # the limit that it is outside of


@dataclass(frozen=True, slots=True)
class Row:
    """One vital."""

    key: str
    held: tuple[Reach, ...]  # its alarm limits as they stood over all columns, oldest first
    cells: tuple[Cell | None, ...]  # by column
    pieces: tuple[tuple[Piece, ...], ...]  # the same by column, and by the limits that held within it

    @property
    def low(self) -> float | None:
        """The lower limit at the end of the flowsheet, catalogue unit; None for none."""
        return self.held[-1].low

    @property
    def high(self) -> float | None:
        """The upper limit at the end."""
        return self.held[-1].high

    def shown(self, number: int, *, worst: bool) -> Shown | None:
        """What stands for column ``number``: its worst value, or its last one; None where nothing was measured."""
        cell = self.cells[number]
        if cell is None:
            return None
        value, reach = self._worst(number) if worst else (cell.last, reach_at(self.held, cell.at))
        breach = reach.breach(self.key, value)
        return Shown(value, breach, reach.passed(breach))

    def hides(self, number: int) -> str:
        """Which limit a value of the column was outside of, though its last one is not; "" for none."""
        last = self.shown(number, worst=False)
        if last is None or last.breach:
            return ""
        sides = (reach.breach(self.key, value) for value, reach in self._extremes(number))
        return next(filter(None, sides), "")

    def changed(self, column: Span) -> tuple[Reach, ...]:
        """The limits that came within a column."""
        return tuple(one for one in self.held[1:] if column.holds(one.since))

    def _extremes(self, number: int) -> Iterator[tuple[float, Reach]]:
        """Lowest and highest value of each piece of a column."""
        for cell, reach in self.pieces[number]:
            yield from ((cell.low, reach), (cell.high, reach))

    def _worst(self, number: int) -> tuple[float, Reach]:
        """The extreme furthest outside of its limits, or nearest to one; where there are none, the worse end of a vital
        that has one, else the last value."""
        cell = self.cells[number]
        assert cell is not None
        judged = [one for one in self._extremes(number) if one[1].limited]
        if judged:
            return max(judged, key=lambda one: (bool(one[1].breach(self.key, one[0])), one[1].beyond(one[0])))
        value = cell.low if self.key in WORST_LOW else cell.high if self.key in WORST_HIGH else cell.last
        return value, self.held[-1]


@dataclass(frozen=True, slots=True)
class Flowsheet:
    """The flowsheet of one patient."""

    patient: str
    at: int  # the moment that it was made for, ms
    tz: str
    interval: int  # of a column, ms
    kept_from: int  # before this (ms) only wider columns are kept
    columns: tuple[Span, ...]  # oldest first
    rows: tuple[Row, ...]  # in the order of the catalogue
    news2: tuple[Highest | None, ...]  # by column: the highest total; None where it is not known any more, or not meant

    @property
    def start(self) -> int:
        """The time that the flowsheet is about begins, ms."""
        return self.columns[0].begins

    @property
    def end(self) -> int:
        """And it ends, ms."""
        return min(self.columns[-1].ends, self.at)


def flowsheet_of(
    ward: Ward, patient: str, now: int, interval: int, count: int, until: int | None = None
) -> Flowsheet:  # fmt: skip
    """``count`` columns of ``interval`` ms, the last one holding ``until`` (``now`` when None).

    Raises KeyError for one who is not on the ward.
    """
    state = ward.patients[patient]
    columns = spans(interval, min(now, until) if until is not None else now, count, zone_of(ward.tz))
    known = (key for key in VITALS if key in state.series and state.series[key].at >= 0)
    rows = [_row(ward, state, key, columns, now) for key in known]
    meant = applicable(judge.age_years(state.born, now))
    totals = tuple(highest(state, column) if meant else None for column in columns)
    return Flowsheet(
        patient, now, ward.tz, interval, kept_from(interval, now), columns, tuple(rows), totals
    )  # fmt: skip


def _row(ward: Ward, state: PatientState, key: str, columns: tuple[Span, ...], now: int) -> Row:
    """By default limits that fit now, by oxygen and SpO2 scale: see :mod:`iomt_tui.ward.limit_stretches`."""
    series, end = state.series[key], min(columns[-1].ends - 1, now)
    oxygen = bool(judge.breathes_oxygen(judge.present(state, now, ward.stale_before, judge.OXYGEN)))
    held = reaches(judge.stretches_of(state, key, ward.limit_changes, columns[0].begins, end, on_o2=oxygen))
    cells = measured(series, columns, now)
    parts = (pieces(series, column, cell, held, now) for column, cell in zip(columns, cells, strict=True))
    return Row(key, held, cells, tuple(parts))
