"""What the vital signs of a patient did over a stretch of time, on one axis, and what happened meanwhile. Pure.

:func:`trends_of` makes it of the fold. The buckets keep every lowest and every highest value, so a breach of a second
is still there when a week is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from iomt_tui.clinical.glucose import TARGETS, continuous, summary
from iomt_tui.clinical.limits import Limit
from iomt_tui.security.text import SafeText
from iomt_tui.ward import judge
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.limit_stretches import Stretch, Stretches, limits_at, limits_within
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.series import LEVELS, Series
from iomt_tui.ward.state import PatientState
from iomt_tui.ward.story.happened import Episode, Mark, known_episodes, known_marks
from iomt_tui.ward.story.score_curve import NEWS2, score_curve, score_limits

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
GLUCOSE: Final = "glucose"
_TARGET: Final = next(target for target in TARGETS if target.ranges == ("in-range",))

PRESSURES: Final = {"nibp": ("nibp_sys", "nibp_dia"), "ibp": ("ibp_sys", "ibp_dia")}
"""Panels of two vitals that are one measurement: drawn as a bar from the lower to the upper."""

ORDER: Final = (
    "hr", "spo2", "rr", "nibp", "ibp", GLUCOSE, "temp", NEWS2, "etco2", "pulse", "o2_flow", "fio2", "pi", "weight",
    "steps",
)  # fmt: skip
"""Panels from top to bottom; each is there when its vital was ever measured, and last while nothing of it is shown."""


class Axis(NamedTuple):
    """The time that is shown: ``buckets`` of ``width`` ms each from ``start`` (ms UTC)."""

    start: int
    width: int
    buckets: int

    @property
    def end(self) -> int:
        """The first ms after it."""
        return self.start + self.width * self.buckets

    def moved(self, by: int) -> Axis:
        """The same axis ``by`` ms later."""
        return self._replace(start=self.start + by)


@dataclass(frozen=True, slots=True)
class Curve:
    """One vital on an axis of its own resolution. ``joins``: two values that are at most so far (ms) apart belong
    together; beyond lies a gap."""

    key: str
    axis: Axis
    cells: tuple[Cell | None, ...]
    joins: int

    def known(self) -> list[tuple[int, Cell]]:
        """The buckets in which anything was measured, with their first ms."""
        axis = self.axis
        starts = range(axis.start, axis.start + axis.width * len(self.cells), axis.width)
        return [(start, cell) for start, cell in zip(starts, self.cells, strict=True) if cell is not None]

    def within(self, start: int, end: int) -> Cell | None:
        """What was measured from ``start`` to before ``end`` (ms), as far as buckets tell."""
        first, width = self.axis.start, self.axis.width
        low, high = max((start - first) // width, 0), max(-((first - end) // width), 0)
        found = None
        for cell in self.cells[low:high]:
            found = cell if found is None else found if cell is None else cell.joined(found)
        return found

    def at(self, start: int, end: int) -> Cell | None:
        """What was measured from ``start`` to before ``end`` (ms); else what still stood for the present then: the last
        value before, while it is not older than ``joins``."""
        if (found := self.within(start, end)) is not None:
            return found
        low = max((start - self.axis.start) // self.axis.width, 0)
        before = next((cell for cell in reversed(self.cells[:low]) if cell is not None), None)
        return before if before is not None and end - before.at <= self.joins else None


@dataclass(frozen=True, slots=True)
class Panel:
    """One stripe of the stack: a vital, or a pressure with its two (upper first), and its limits as they stood over the
    axis, up to its end or the moment of the view (of a pressure, of its upper value). What they cannot tell of the past
    says :mod:`iomt_tui.ward.limit_stretches`."""

    key: str
    curves: tuple[Curve, ...]
    limits: Stretches
    before: tuple[tuple[Curve, ...], ...] = ()
    """The same of earlier days, moved onto this axis; the day before first."""
    lower_limits: Stretches = ()
    """Of a pressure, those of its lower value."""
    in_range: float | None = None
    """Of a glucose sensor: share (%) of the time with readings on the axis that was within 70-180 mg/dL."""

    def limits_of(self, curve: Curve) -> Stretches:
        """The limits of one of its curves, oldest first."""
        return self.limits if curve.key == self.vital else self.lower_limits

    def last_limits(self, curve: Curve) -> tuple[Limit, ...]:
        """The limits of one of its curves at the end."""
        return self.limits_of(curve)[-1].limits

    def limits_in(self, curve: Curve, start: int, cell: Cell) -> tuple[Limit, ...]:
        """By which limits a bucket of a curve is judged that begins at ``start`` (ms): of a single value those of its
        time; else all that held in it, since nobody knows when in it its extremes were measured."""
        held = self.limits_of(curve)
        if cell.low == cell.high:
            return limits_at(held, cell.at)
        return limits_within(held, start, start + curve.axis.width)

    @property
    def empty(self) -> bool:
        """Whether nothing was measured on the axis."""
        return not any(any(curve.cells) for curve in self.curves)

    @property
    def vital(self) -> str:
        """The vital whose unit, range and limits the panel has."""
        return self.curves[0].key


@dataclass(frozen=True, slots=True)
class TrendView:
    """The trends of one patient on ``axis`` as they were known at log time ``now``. Times are ms UTC, values in the
    catalogue's units."""

    patient: str
    bed: SafeText
    name: SafeText
    mrn: SafeText
    now: int
    axis: Axis
    panels: tuple[Panel, ...]
    episodes: tuple[Episode, ...] = ()  # alarms, oldest first
    marks: tuple[Mark, ...] = ()  # what was done and noted, oldest first
    begins: int | None = None  # from here on (ms) the marks are known; None: for the whole axis

    @property
    def start(self) -> int:
        """Where its axis begins (ms)."""
        return self.axis.start

    @property
    def end(self) -> int:
        """The first ms after its axis."""
        return self.axis.end


NO_DETAIL: Final[Mapping[str, Curve]] = {}


def axis_of(end: int, span: int, most: int, now: int) -> Axis:
    """An axis of about ``span`` ms up to ``end``, in the finest buckets that the fold keeps so far back: at most about
    twice ``most`` of them. Its last bucket holds ``end``."""
    base = finest(end - span, now)
    width = max(base, span // max(1, most) // base * base)
    count = max(1, span // width)
    return Axis((end // width + 1 - count) * width, width, count)


def finest(start: int, now: int) -> int:
    """The width (ms) of the finest buckets that the fold keeps since ``start``, but for the first of them."""
    for width, cap in LEVELS:
        if start // width >= now // width - cap:
            return width
    return LEVELS[-1][0]


def trends_of(
    ward: Ward, patient: str, now: int, axis: Axis, shifts: Sequence[int] = (), detail: Mapping[str, Curve] = NO_DETAIL,
    happened: tuple[tuple[Episode, ...], tuple[Mark, ...]] | None = None, begins: int | None = None,
) -> TrendView:  # fmt: skip
    """The trends of a patient of the ward. Raises KeyError for one who is not there.

    ``shifts``: how far back (ms) each earlier day lies that is laid under the panels. ``detail``: curves read from the
    log where the fold keeps too few (:mod:`iomt_tui.ward.story.detail`). ``happened``: alarms and marks as
    they were read from the log, back to ``begins``; without them those that the fold still knows.
    """
    state = ward.patients[patient]
    if happened is None:
        happened = known_episodes(state), known_marks(state)
    oxygen = bool(judge.breathes_oxygen(judge.present(state, now, ward.stale_before)))
    found = (_panel(ward, state, key, now, axis, shifts, detail, oxygen=oxygen) for key in ORDER)
    panels = sorted((panel for panel in found if panel is not None), key=lambda panel: panel.empty)
    return TrendView(
        patient, state.bed, state.full_name, state.mrn, now, axis,
        tuple(panels),
        tuple(one for one in happened[0] if one.start < axis.end and (one.end is None or one.end >= axis.start)),
        tuple(one for one in happened[1] if axis.start <= one.at < axis.end), begins,
    )  # fmt: skip


def _panel(
    ward: Ward,
    state: PatientState,
    key: str,
    now: int,
    axis: Axis,
    shifts: Sequence[int],
    detail: Mapping[str, Curve],
    *,
    oxygen: bool,
) -> Panel | None:
    if key == NEWS2:
        if not state.news_history:
            return None
        own = (score_curve(state, axis.start, axis.width, axis.buckets, now),)
        return Panel(
            key, tuple(Curve(NEWS2, axis, cells, axis.width) for cells in own), (Stretch(axis.start, score_limits()),)
        )
    vitals = PRESSURES.get(key, (key,))
    if not all(vital in state.series for vital in vitals):
        return None
    curves = tuple(_curve(state.series[vital], vital, axis, now, detail) for vital in vitals)
    before = tuple(
        tuple(_earlier(state.series[vital], vital, axis, shift, now) for vital in vitals) for shift in shifts
    )
    changes, end = ward.limit_changes, min(axis.end - 1, now)
    limits = [judge.stretches_of(state, vital, changes, axis.start, end, on_o2=oxygen) for vital in vitals]
    share = _in_range(state.series[key], axis, now) if key == GLUCOSE else None
    return Panel(key, curves, limits[0], before, limits[-1] if len(vitals) > 1 else (), share)


def _in_range(series: Series, axis: Axis, now: int) -> float | None:
    if series.raw is None:
        return None
    end = min(axis.end - 1, now)
    times, values = series.raw.between(axis.start, end)
    return summary(times, values, axis.start, end).share(_TARGET) if continuous(times) else None


def _curve(series: Series, vital: str, axis: Axis, now: int, detail: Mapping[str, Curve]) -> Curve:
    known = Curve(vital, axis, series.cells(axis.start, axis.width, axis.buckets, now), max(series.limit, axis.width))
    read = detail.get(vital)
    return known if read is None else finer(known, read, series.limit)


def finer(known: Curve, read: Curve, limit: int) -> Curve:
    """``known`` with what was read from the log in its place; where the log says nothing (it begins later, or the past
    came from the source), what is known stays. ``limit``: how long (ms) a value stands for the present."""
    width = read.axis.width
    start = known.axis.start // width * width
    axis = Axis(start, width, -(-(known.axis.end - start) // width))
    first = (start - read.axis.start) // width
    cells = [read.cells[n] if 0 <= n < len(read.cells) else None for n in range(first, first + axis.buckets)]
    for begin, cell in known.known():
        low, high = (max(0, (at - start) // width) for at in (begin, begin + known.axis.width))
        if not any(cells[low:high]):
            cells[min(max((cell.at - start) // width, 0), axis.buckets - 1)] = cell
    return Curve(known.key, axis, tuple(cells), max(limit, width))


def _earlier(series: Series, vital: str, axis: Axis, shift: int, now: int) -> Curve:
    """The stretch ``shift`` ms before the axis in the buckets that are kept of it, moved onto the axis."""
    width = max(axis.width, finest(axis.start - shift, now))
    start = (axis.start - shift) // width * width
    count = -(-(axis.end - shift - start) // width)
    cells = series.cells(start, width, count, now)
    moved = tuple(cell and cell._replace(at=cell.at + shift) for cell in cells)
    return Curve(vital, Axis(start + shift, width, count), moved, max(series.limit, width))
