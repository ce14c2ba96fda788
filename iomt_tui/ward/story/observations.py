"""The observation chart: the seven inputs of NEWS2 by time, each with its points, and the total of every column.

A column counts what was measured in it, the last value of each input; where nothing was, the last value from before as
long as it was fresh at the column's end. The column that holds the present moment counts what is present, as the board
does: a value that expired or that its device took back counts no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.news2 import INPUTS, News2, applicable, band_bounds, on_oxygen
from iomt_tui.ward import judge
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.state import PatientState
from iomt_tui.ward.story.columns import MINUTE, Span, before, kept_from, measured, spans

SOURCES: Final[Mapping[str, tuple[str, ...]]] = {
    "rr": ("rr",), "spo2": ("spo2",), "o2": ("o2_flow", "fio2"), "sbp": ("ibp_sys", "nibp_sys"),
    "pulse": ("hr", "pulse"), "acvpu": ("acvpu",), "temp": ("temp",),
}  # fmt: skip
"""NEWS2 input -> the vitals it is taken from, the first known one."""

_KEYS: Final = tuple(key for keys in SOURCES.values() for key in keys)


class Observed(NamedTuple):
    """One input in one column. Values are in the catalogue unit of the vital ``key``."""

    key: str  # the vital that counted, else one that was measured in the column; "" where none was
    value: float | None
    at: int | None  # when it was measured, ms
    points: int | None  # None where nothing counted, and for a scale 2 saturation that needs to know about oxygen
    carried: bool = False  # measured before the column began
    low: float | None = None  # lowest and highest of that vital within the column
    high: float | None = None
    most: int | None = None  # the most points that any value within the column gives by itself


class Highest(NamedTuple):
    """The highest total that the ward had within a column, of ``known`` inputs, first at ``at`` (ms, to the minute)."""

    total: int
    known: int
    at: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the chart."""

    span: Span
    present: bool  # it ends with the present moment
    cells: tuple[Observed, ...]  # in the order of INPUTS
    news2: News2
    highest: Highest | None  # None where the ward does not know any more

    def cell(self, name: str) -> Observed:
        """The cell of a NEWS2 input."""
        return self.cells[INPUTS.index(name)]


@dataclass(frozen=True, slots=True)
class ObservationChart:
    """The chart of one patient."""

    patient: str
    at: int  # the moment that it was made for, ms
    tz: str
    scale: int  # SpO2 scale of NEWS2
    applicable: bool  # whether NEWS2 is meant for this patient; not for whom it is not scored
    interval: int  # of a column, ms
    kept_from: int  # before this (ms) only wider columns are kept
    columns: tuple[Column, ...]  # oldest first

    @property
    def start(self) -> int:
        """The time that the chart is about begins, ms."""
        return self.columns[0].span.begins

    @property
    def end(self) -> int:
        """And it ends, ms."""
        return min(self.columns[-1].span.ends, self.at)


def observations_of(
    ward: Ward, patient: str, now: int, interval: int, count: int, until: int | None = None, *, live: bool = True
) -> ObservationChart:
    """``count`` columns of ``interval`` ms, the last one holding ``until`` (``now`` when None).

    ``live``: whether somebody monitors, so that there is a present. Raises KeyError for one who is not on the ward.
    """
    state, zone = ward.patients[patient], zone_of(ward.tz)
    columns = spans(interval, min(now, until) if until is not None else now, count, zone)
    table = {key: _course(state, key, columns, now) for key in _KEYS if key in state.series}
    meant = applicable(judge.age_years(state.born, now))
    made = [_column(ward, state, table, number, span, now, live=live) for number, span in enumerate(columns)]
    return ObservationChart(
        patient, now, ward.tz, state.spo2_scale, meant, interval, kept_from(interval, now), tuple(made)
    )  # fmt: skip


_Step = tuple[Cell | None, Cell | None]  # measured in a column, and the newest up to its end


def _course(state: PatientState, key: str, columns: Sequence[Span], now: int) -> list[_Step]:
    series = state.series[key]
    newest, out = before(series, columns[0].begins, now), list[_Step]()
    for cell in measured(series, columns, now):
        newest = cell if cell is not None else newest
        out.append((cell, newest))
    return out


def _column(
    ward: Ward, state: PatientState, table: Mapping[str, Sequence[_Step]], number: int, span: Span, now: int, *,
    live: bool,
) -> Column:  # fmt: skip
    present = live and span.holds(now)
    if present:
        counted = judge.present(state, now, ward.stale_before, _KEYS)
        times = {key: state.series[key].at for key in counted}
    else:
        steps = {key: course[number] for key, course in table.items()}
        counts = {
            key: newest for key, (own, newest) in steps.items() if newest and _counts(state, key, own, newest, span)
        }
        counted = {key: cell.last for key, cell in counts.items()}
        times = {key: cell.at for key, cell in counts.items()}
    score = judge.news2(counted, state.spo2_scale)
    oxygen = judge.breathes_oxygen(counted)
    own_cells = {key: course[number][0] for key, course in table.items()}
    cells = tuple(
        _observed(name, counted, times, own_cells, points, span, state.spo2_scale, oxygen)
        for name, points in score.points
    )
    return Column(span, present, cells, score, highest(state, span))


def _counts(state: PatientState, key: str, own: Cell | None, newest: Cell, span: Span) -> bool:
    return own is not None or span.ends - newest.at <= state.series[key].limit


def _observed(
    name: str, counted: Mapping[str, float], times: Mapping[str, int], cells: Mapping[str, Cell | None],
    points: int | None, span: Span, scale: int, oxygen: bool | None,
) -> Observed:  # fmt: skip
    among = [key for key in SOURCES[name] if key in counted] or [key for key in SOURCES[name] if cells.get(key)]
    key = among[0] if among else ""
    if name == "o2" and oxygen and counted.get("o2_flow") == 0 and "fio2" in counted:
        key = "fio2"  # no flow of its own, and yet the air is rich
    own = cells.get(key)
    most = None if own is None else _most(name, key, own, scale, oxygen)
    low, high = (None, None) if own is None else (own.low, own.high)
    value, at = counted.get(key), times.get(key)
    return Observed(key, value, at, points, at is not None and at < span.begins, low, high, most)


def _most(name: str, key: str, cell: Cell, scale: int, oxygen: bool | None) -> int | None:
    """Points rise towards both ends of every band, so one of the extremes has the most."""
    ends: tuple[float, ...] = (cell.low, cell.high)
    if name == "o2":
        ends = tuple(float(bool(on_oxygen(*(value, None) if key == "o2_flow" else (None, value)))) for value in ends)
    found = [band_bounds(name, value, scale, oxygen)[0] for value in ends]
    return max((points for points in found if points is not None), default=None)


def highest(state: PatientState, span: Span) -> Highest | None:
    """The highest total within ``span``, the one that was in force when it began among them."""
    best: Highest | None = None
    for minute, total in _within(state.news_history, span):
        if total >= 0 and (best is None or total > best.total):
            at = max(minute * MINUTE, span.begins)
            known = next((count for since, count in reversed(state.news_known) if since <= at // MINUTE), 0)
            best = Highest(total, known, at)
    return best


def _within(history: Sequence[tuple[int, int]], span: Span) -> list[tuple[int, int]]:
    """The (minute, total) changes of ``history`` that held at some time within ``span``."""
    first = next((i for i in range(len(history) - 1, -1, -1) if history[i][0] * MINUTE <= span.begins), 0)
    return [change for change in history[first:] if change[0] * MINUTE < span.ends]
