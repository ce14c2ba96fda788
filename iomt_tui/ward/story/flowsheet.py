"""The flowsheet: every vital of a patient by time, in columns of any width."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from iomt_tui.clinical.limit_rules import reach
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.news2 import applicable
from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward import judge
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.columns import Span, kept_from, measured, spans
from iomt_tui.ward.story.observations import Highest, highest

WORST_LOW: Final = frozenset({"spo2", "pi"})
"""Vitals of which the lower value is the worse one where no limit says so."""

WORST_HIGH: Final = frozenset({"acvpu"})


class Shown(NamedTuple):
    """The value that stands for a column, catalogue unit."""

    value: float
    breach: str  # "low", "high" or "": outside of the limits in force now


@dataclass(frozen=True, slots=True)
class Row:
    """One vital."""

    key: str
    low: float | None  # alarm limits in force now, catalogue unit
    high: float | None
    cells: tuple[Cell | None, ...]  # by column

    def shown(self, number: int, *, worst: bool) -> Shown | None:
        """What stands for column ``number``: its worst value, or its last one; None where nothing was measured."""
        cell = self.cells[number]
        if cell is None:
            return None
        value = self._worst(cell) if worst else cell.last
        return Shown(value, self.breach(value))

    def breach(self, value: float) -> str:
        """Which limit a value is outside of, judged as it is shown."""
        number = rounded(value, VITALS[self.key].decimals)
        if self.low is not None and number < self.low:
            return "low"
        return "high" if self.high is not None and number > self.high else ""

    def hides(self, number: int) -> str:
        """Which limit a value of the column was outside of, though its last one is not; "" for none."""
        cell = self.cells[number]
        if cell is None or self.breach(cell.last):
            return ""
        return self.breach(cell.low) or self.breach(cell.high)

    def _worst(self, cell: Cell) -> float:
        """The extreme furthest outside of the limits, or nearest to one; where there are none, the worse end of a
        vital that has one, else the last value."""
        under = float("-inf") if self.low is None else self.low - cell.low
        over = float("-inf") if self.high is None else cell.high - self.high
        if self.low is None and self.high is None:
            return cell.low if self.key in WORST_LOW else cell.high if self.key in WORST_HIGH else cell.last
        return cell.low if under >= over else cell.high


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
    limits = _limits(ward, patient, now)
    rows = [
        Row(key, *limits.get(key, (None, None)), measured(state.series[key], columns, now))
        for key in VITALS
        if key in state.series and state.series[key].at >= 0
    ]
    meant = applicable(judge.age_years(state.born, now))
    totals = tuple(highest(state, column) if meant else None for column in columns)
    return Flowsheet(
        patient, now, ward.tz, interval, kept_from(interval, now), columns, tuple(rows), totals
    )  # fmt: skip


def _limits(ward: Ward, patient: str, now: int) -> Mapping[str, tuple[float | None, float | None]]:
    return {key: reach(found.limits) for key, found in ward.limits_in_force(patient, now).items()}
