"""Our own sparkline: a fixed clinical range, gaps as gaps, the worst value of each cell, breaches marked.

A sparkline that scales itself to its data draws a jitter of one beat as drama and hides a dip to 82 %; this one is
read against a range that never moves.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from iomt_tui.tui.board.glyphs import Glyphs, braille
from iomt_tui.tui.board.looks import BLANK, SPARK, SPARK_HIGH, SPARK_LOW, Runs

Point = tuple[float, float, float]
"""Lowest, highest and last value of one stretch of time."""

Points = tuple[Point | None, ...]

CLEAR: Final = 0.25
"""Share of the distance between two limits that counts as well clear of both."""


class Scale(NamedTuple):
    """What a sparkline is read against: its range and the limits in force, in the vital's catalogue unit."""

    floor: float
    ceiling: float
    low: float | None = None
    high: float | None = None
    low_is_worst: bool = False  # SpO2: a dip counts even where no limit is set


@lru_cache(maxsize=8192)
def sparkline(points: Points, scale: Scale, glyphs: Glyphs) -> Runs:
    """One glyph a cell, oldest first, as runs of looks. ``len(points)`` is cells times ``glyphs.points``."""
    drawn = [None if point is None else worst(point, scale) for point in points]
    cells = _double(drawn, scale) if glyphs.points == 2 else _single(drawn, scale, glyphs)
    return tuple(("".join(glyph for glyph, _ in run), look) for look, run in groupby(cells, key=_look))


def worst(point: Point, scale: Scale) -> tuple[float, str]:
    """The value that stands for a stretch of time, and its look: the one furthest beyond, or nearest to, a limit."""
    lowest, highest, last = point
    _, _, low, high, low_is_worst = scale
    under = 0.0 if low is None else low - lowest
    over = 0.0 if high is None else highest - high
    if under > 0 and under >= over:
        return lowest, SPARK_LOW
    if over > 0:
        return highest, SPARK_HIGH
    if low_is_worst or (low is not None and high is None):
        return lowest, SPARK
    if low is None or high is None:
        return (last if high is None else highest), SPARK
    # Well clear of both limits neither extreme is worse; choosing between them would only make the line jump.
    if max(under, over) <= (low - high) * CLEAR:
        return last, SPARK
    return (lowest if under >= over else highest), SPARK


def _look(cell: tuple[str, str]) -> str:
    return cell[1]


def _height(value: float, scale: Scale, heights: int) -> int:
    place = int((value - scale.floor) / (scale.ceiling - scale.floor) * heights)
    return min(max(place, 0), heights - 1)


def _single(drawn: list[tuple[float, str] | None], scale: Scale, glyphs: Glyphs) -> list[tuple[str, str]]:
    levels, heights = glyphs.levels, len(glyphs.levels)
    return [(" ", BLANK) if point is None else (levels[_height(point[0], scale, heights)], point[1]) for point in drawn]


def _double(drawn: list[tuple[float, str] | None], scale: Scale) -> list[tuple[str, str]]:
    cells = []
    for left, right in zip(drawn[::2], drawn[1::2], strict=True):
        dots = braille(
            None if left is None else _height(left[0], scale, 4),
            None if right is None else _height(right[0], scale, 4),
        )
        looks = [point[1] for point in (left, right) if point is not None]
        breached = [look for look in looks if look != SPARK]
        cells.append((dots, (breached or looks or [BLANK])[0]))
    return cells
