"""NEWS2 over time as the fold remembers it: a total holds until the next change. Pure."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from iomt_tui.clinical.limits import HIGH, MEDIUM, Limit
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.state import PatientState

NEWS2: Final = "news2"
_MINUTE: Final = 60_000
_SOURCE: Final = "Royal College of Physicians: 5 urgent, 7 emergency"


def score_limits() -> tuple[Limit, ...]:
    """The thresholds of the score as limits that a total is above: urgent from 5, emergency from 7 points."""
    return Limit(NEWS2, None, 6, HIGH, 0, 0, _SOURCE), Limit(NEWS2, None, 4, MEDIUM, 0, 0, _SOURCE)


def score_curve(state: PatientState, start: int, width: int, count: int, now: int) -> tuple[Cell | None, ...]:
    """Lowest, highest and last total in each of ``count`` buckets of ``width`` ms from ``start``; None where nothing
    was known. The time of the last is when it came to hold."""
    history = state.news_history
    times = [minute * _MINUTE for minute, _ in history]
    cells: list[Cell | None] = []
    for number in range(count):
        begin = start + number * width
        first = max(bisect_right(times, begin) - 1, 0)
        stop = bisect_right(times, min(begin + width - 1, now))
        known = [
            (total, at) for (_, total), at in zip(history[first:stop], times[first:stop], strict=True) if total >= 0
        ]
        if begin > now or not known:
            cells.append(None)
            continue
        totals = [float(total) for total, _ in known]
        cells.append(Cell(min(totals), max(totals), totals[-1], max(known[-1][1], begin)))
    return tuple(cells)
