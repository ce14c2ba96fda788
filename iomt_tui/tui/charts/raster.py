"""From curves to dots: the lowest and the highest of every bucket, joined where they belong together. Pure.

Nothing is averaged and nothing is dropped: a column of dots spans from the lowest to the highest value that was
measured in its time, so a breach of a second is as high on a week's chart as on that of an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from iomt_tui.tui.charts.plot import Ink
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.trends import Axis, Curve

STEADY: Final = 90_000
"""How far apart (ms) values may come that are joined for their steady pace: what a source tells of the time before it
was watched comes by the minute. A dropout is no pace."""


class Ground(NamedTuple):
    """A field of dots: ``columns`` for the axis, ``rows`` for the values from ``floor`` to ``ceiling``."""

    axis: Axis
    columns: int
    floor: float
    ceiling: float
    rows: int

    def row(self, value: float) -> int:
        """The row (0: the lowest) of a value; one beyond the range lies on its edge."""
        last = self.rows - 1
        place = int((value - self.floor) / (self.ceiling - self.floor) * last + 0.5)
        return 0 if place < 0 or value < self.floor else min(place, last)


class _Span(NamedTuple):
    """One bucket in dots."""

    column: int
    low: int
    high: int
    last: int


def dots(curves: Sequence[Curve], ground: Ground, ink: Ink) -> list[int]:
    """The columns of a vital's curve, or of a pressure's bars from its lower to its upper one (see :mod:`.plot`)."""
    columns = [0] * ground.columns
    if len(curves) == 2:
        _bars(curves[0], curves[1], ground, ink.across, columns)
    else:
        for curve in curves:
            _line(curve, ground, columns)
    return columns


def _line(curve: Curve, ground: Ground, columns: list[int]) -> None:
    """A gap stays a gap: only values that belong together are joined, and those that come at a steady pace."""
    before: _Span | None = None
    until = measured = pace = (
        0  # the end of the bucket before, when its last value was measured, and since the one before
    )
    for start, cell in curve.known():
        span, apart = _span(start, cell, curve, ground), cell.at - measured
        if 0 <= span.column < ground.columns:
            columns[span.column] |= (2 << span.high) - (1 << span.low)
        steady = apart <= min(pace * 3 // 2, STEADY)
        if before is not None and (start == until or apart <= curve.joins or steady):
            _join(before, span, columns)
        pace = 0 if before is None else apart
        before, until, measured = span, start + curve.axis.width, cell.at


def _bars(upper: Curve, lower: Curve, ground: Ground, thick: int, columns: list[int]) -> None:
    """``thick`` columns wide, as a cell is."""
    lows = dict(lower.known())
    for start, cell in upper.known():
        below = lows.get(start, cell)
        bar = (2 << ground.row(cell.high)) - (1 << ground.row(min(below.low, cell.low)))
        column = _column(start, cell, upper, ground) // thick * thick
        for x in range(max(column, 0), min(column + thick, ground.columns)):
            columns[x] |= bar


def place(start: int, cell: Cell, curve: Curve) -> int:
    """Where (ms) a bucket is drawn: in its middle; one that holds a single value, where that was measured."""
    return cell.at if cell.low == cell.high else start + curve.axis.width // 2


def _column(start: int, cell: Cell, curve: Curve, ground: Ground) -> int:
    axis = ground.axis
    return (place(start, cell, curve) - axis.start) * ground.columns // (axis.width * axis.buckets)


def _span(start: int, cell: Cell, curve: Curve, ground: Ground) -> _Span:
    low = ground.row(cell.low)
    if cell.low == cell.high:
        return _Span(_column(start, cell, curve, ground), low, low, low)
    return _Span(_column(start, cell, curve, ground), low, ground.row(cell.high), ground.row(cell.last))


def _join(one: _Span, other: _Span, columns: list[int]) -> None:
    """The shortest line between two spans, in the columns between them and where they do not meet."""
    begin = one.last if other.column - one.column > 1 else min(max(other.last, one.low), one.high)
    end = min(max(begin, other.low), other.high)
    steps = max(other.column - one.column, abs(end - begin))
    for step in range(1, steps):
        column = one.column + (other.column - one.column) * step // steps
        if 0 <= column < len(columns):
            columns[column] |= 1 << begin + round((end - begin) * step / steps)
