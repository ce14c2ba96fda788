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
    scores = [(minute * _MINUTE, float(total)) for minute, total in state.news_history]
    times = [at for at, _ in scores]
    cells: list[Cell | None] = []
    for begin in range(start, start + width * count, width):
        first = max(bisect_right(times, begin) - 1, 0)
        stop = bisect_right(times, min(begin + width - 1, now))
        cells.append(_cell(scores[first:stop], begin) if begin <= now else None)
    return tuple(cells)


def _cell(scores: list[tuple[int, float]], begin: int) -> Cell | None:
    """What totals that came to hold by and by make of a bucket from ``begin`` on; negative ones are not known."""
    if len(scores) == 1:  # as nearly always
        at, total = scores[0]
        return Cell(total, total, total, max(at, begin)) if total >= 0 else None
    totals = [total for _, total in scores if total >= 0]
    at = max((at for at, total in scores if total >= 0), default=begin)
    return Cell(min(totals), max(totals), totals[-1], max(at, begin)) if totals else None
