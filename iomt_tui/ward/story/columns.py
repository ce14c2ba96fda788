"""Time as columns by the ward's clock, and what of a vital was measured in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from functools import reduce
from itertools import pairwise
from typing import Final, NamedTuple

from iomt_tui.clinical.medication.due import offset_of
from iomt_tui.clinical.medication.expansion import instant
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.series import LEVELS, Series

MINUTE: Final = 60_000
QUARTER: Final = 15 * MINUTE
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

INTERVALS: Final = tuple(MINUTE * minutes for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 720, 1440))
"""Widths of a column that can be chosen, ms; each divides a day."""


class Span(NamedTuple):
    """One column: from ``begins`` to before ``ends``, ms UTC."""

    begins: int
    ends: int

    def holds(self, at: int) -> bool:
        """Whether a time is in it."""
        return self.begins <= at < self.ends


def spans(interval: int, until: int, count: int, zone: tzinfo) -> tuple[Span, ...]:
    """``count`` columns of ``interval`` ms (one of :data:`INTERVALS`), oldest first; ``until`` is in the last one.

    They begin at midnight and every ``interval`` after it by the ward's clock, so on the day on which that is changed
    a column of more than an hour is longer or shorter.
    """
    if interval > HOUR:
        edges = _edges(interval, until, count, zone)
    else:
        offset = offset_of(until, zone)
        last = (until + offset) // interval * interval - offset
        edges = [last + (number - count + 1) * interval for number in range(count + 1)]
    return tuple(Span(*both) for both in pairwise(edges))


def _edges(interval: int, until: int, count: int, zone: tzinfo) -> list[int]:
    """``count`` + 1 edges by the clock on the wall; ``until`` is between the last two."""
    day = datetime.fromtimestamp(until / 1000, zone).toordinal()
    ahead = [*_of_day(day, interval, zone), *_of_day(day + 1, interval, zone)]
    ends = next(edge for edge in ahead if edge > until)
    found = [edge for edge in ahead if edge <= until]
    while len(found) < count:
        day -= 1
        found = [*_of_day(day, interval, zone), *found]
    return [*found[-count:], ends]


def _of_day(day: int, interval: int, zone: tzinfo) -> list[int]:
    return [instant(date.fromordinal(day), minutes, zone) for minutes in range(0, DAY // MINUTE, interval // MINUTE)]


def kept_from(interval: int, now: int) -> int:
    """The time (ms) from which on the ward keeps columns of ``interval``; what is older it has in wider ones only."""
    return max(now - width * cap for width, cap in LEVELS if width == _level(interval))


def _level(interval: int) -> int:
    return max(width for width, _ in LEVELS if width <= interval)


def measured(series: Series, columns: Sequence[Span], now: int) -> tuple[Cell | None, ...]:
    """What was measured of a vital in each of the ``columns`` (which follow each other), up to ``now``.

    Of a zone with half hours whole hours are all that is older than a week: each counts where it begins.
    """
    width, far = _width(columns), 0
    if width < HOUR <= columns[0].ends - columns[0].begins:
        far = sum(series.finest(column.begins, now) == HOUR for column in columns)
    return (*_gathered(series, columns[:far], HOUR, now), *_gathered(series, columns[far:], width, now))


def _gathered(series: Series, columns: Sequence[Span], width: int, now: int) -> Iterator[Cell | None]:
    if not columns:
        return
    start = columns[0].begins // width * width
    cells = series.cells(start, width, -(-(columns[-1].ends - start) // width), now)
    at = 0
    for column in columns:
        first = at
        while at < len(cells) and start + at * width < column.ends:
            at += 1
        yield together(cells[first:at])


def _width(columns: Sequence[Span]) -> int:
    """The widest stretches that make up every column and are kept."""
    for width in (HOUR, QUARTER):
        if all(edge % width == 0 for column in columns for edge in column):
            return width
    return MINUTE


def together(cells: Iterable[Cell | None]) -> Cell | None:
    """Several stretches as one."""
    return reduce(lambda one, other: other if one is None else one.joined(other), cells, None)


def before(series: Series, begins: int, now: int) -> Cell | None:
    """The newest measurement before ``begins`` that was then still fresh: its value and time are ``last`` and
    ``at``."""
    width = QUARTER if begins % QUARTER == 0 else MINUTE
    count = -(-min(series.limit, DAY) // width)
    cells = series.cells(begins - count * width, width, count, now)
    return next((cell for cell in reversed(cells) if cell is not None), None)
