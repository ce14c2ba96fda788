"""From curves to dots: the lowest and the highest of every bucket, joined where they belong together. Pure.

Nothing is averaged and nothing is dropped: a column of dots spans from the lowest to the highest value that was
measured in its time, so a breach of a second is as high on a week's chart as on that of an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from iomt_tui.tui.charts.plot import Dot
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.trends import Axis, Curve


class Ground(NamedTuple):
    """A field of dots: ``columns`` for the axis, ``rows`` for the values from ``floor`` to ``ceiling``."""

    axis: Axis
    columns: int
    floor: float
    ceiling: float
    rows: int

    def row(self, value: float) -> int:
        """The row (0: the lowest) of a value; one beyond the range lies on its edge."""
        place = (value - self.floor) / (self.ceiling - self.floor) * (self.rows - 1)
        return min(max(round(place), 0), self.rows - 1)

    def column(self, at: int) -> int:
        """The column of a time (ms)."""
        return (at - self.axis.start) * self.columns // max(1, self.axis.end - self.axis.start)


class _Span(NamedTuple):
    column: int
    low: int
    high: int
    last: int


def curve_dots(curve: Curve, ground: Ground) -> Iterator[Dot]:
    """The dots of one curve; a gap stays a gap."""
    before: tuple[_Span, int, int] | None = (
        None  # the span, the end of its bucket, and when its last value was measured
    )
    for start, cell in curve.known():
        span = _span(start, cell, curve, ground)
        if before is not None and (start == before[1] or cell.at - before[2] <= curve.joins):
            yield from _joint(before[0], span)
        yield from ((span.column, row) for row in range(span.low, span.high + 1))
        before = span, start + curve.axis.width, cell.at


def bar_dots(upper: Curve, lower: Curve, ground: Ground, thick: int) -> Iterator[Dot]:
    """Bars from the lowest of the lower curve to the highest of the upper one, ``thick`` dots wide."""
    lows = dict(lower.known())
    for start, cell in upper.known():
        below = lows.get(start)
        low, high = (cell.low if below is None else below.low), cell.high
        column = ground.column(place(start, cell, upper)) // thick * thick
        for row in range(ground.row(low), ground.row(high) + 1):
            yield from ((column + more, row) for more in range(thick))


def place(start: int, cell: Cell, curve: Curve) -> int:
    """Where a bucket is drawn: in its middle; one that holds a single value, where that was measured."""
    return cell.at if cell.low == cell.high else start + curve.axis.width // 2


def _span(start: int, cell: Cell, curve: Curve, ground: Ground) -> _Span:
    column = ground.column(place(start, cell, curve))
    return _Span(column, ground.row(cell.low), ground.row(cell.high), ground.row(cell.last))


def _joint(one: _Span, other: _Span) -> Iterator[Dot]:
    """The shortest line between two spans, in the columns between them and where they do not meet."""
    begin = one.last if other.column - one.column > 1 else min(max(other.last, one.low), one.high)
    end = min(max(begin, other.low), other.high)
    steps = max(other.column - one.column, abs(end - begin))
    for step in range(1, steps):
        column = one.column + (other.column - one.column) * step // steps
        yield column, begin + round((end - begin) * step / steps)
