"""From curves to dots: the lowest and the highest of every bucket, joined where they belong together. Pure.

Nothing is averaged and nothing is dropped: a column of dots spans from the lowest to the highest value that was
measured in its time, so a breach of a second is as high on a week's chart as on that of an hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
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

    def column(self, at: int) -> int:
        """The column (0: the first) of a time (ms); one off the axis has one off the field."""
        return (at - self.axis.start) * self.columns // (self.axis.width * self.axis.buckets)


Placed = tuple[int, int, Cell]
"""One bucket: its first ms, where (ms) it is drawn, and what was measured in it."""

_Span = tuple[int, int, int, int]
"""One bucket in dots: its column, and the rows of its lowest, its highest and its last value."""


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
    width, joins = curve.axis.width, curve.joins
    for start, span, at in _spans(curve, ground):
        column, low, high, _ = span
        apart = at - measured
        if 0 <= column < ground.columns:
            columns[column] |= (2 << high) - (1 << low)
        if before is not None:
            if start == until or apart <= joins or apart <= min(pace * 3 // 2, STEADY):
                _join(before, span, columns)
            pace = apart
        before, until, measured = span, start + width, at


def _spans(curve: Curve, ground: Ground) -> Iterator[tuple[int, _Span, int]]:
    """Each bucket's first ms, the bucket in dots, and when its last value was measured."""
    row, column = cache(ground.row), ground.column  # a vital has few values, and each of them often
    for start, at, (low, high, last, measured) in placed(curve):
        lowest = row(low)
        if low == high:
            yield start, (column(at), lowest, lowest, lowest), measured
        else:
            yield start, (column(at), lowest, row(high), row(last)), measured


def _bars(upper: Curve, lower: Curve, ground: Ground, thick: int, columns: list[int]) -> None:
    """``thick`` columns wide, as a cell is."""
    lows = dict(lower.known())
    for start, at, cell in placed(upper):
        below = lows.get(start, cell)
        bar = (2 << ground.row(cell.high)) - (1 << ground.row(min(below.low, cell.low)))
        column = ground.column(at) // thick * thick
        for x in range(max(column, 0), min(column + thick, ground.columns)):
            columns[x] |= bar


def placed(curve: Curve) -> list[Placed]:
    """The known buckets: their first ms, where (ms) they are drawn, and what was measured in them. A bucket is drawn in
    its middle; one that holds a single value, where that was measured."""
    half = curve.axis.width // 2
    return [(start, cell.at if cell.low == cell.high else start + half, cell) for start, cell in curve.known()]


def _join(one: _Span, other: _Span, columns: list[int]) -> None:
    """The shortest line between two spans, in the columns between them and where they do not meet."""
    column, low, high, last = one
    ahead, least, most, final = other
    across = ahead - column
    if across <= 1 and least <= high and low <= most:
        return
    begin = last if across > 1 else min(max(final, low), high)
    end = min(max(begin, least), most)
    steps = max(across, abs(end - begin))
    for step in range(1, steps):
        x = column + across * step // steps
        if 0 <= x < len(columns):
            columns[x] |= 1 << begin + round((end - begin) * step / steps)
