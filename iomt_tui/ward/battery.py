"""How long a battery will last, from how it ran down so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

History = Sequence[tuple[int, int]]
"""(minute since 1970, percent), oldest first: where each level begins, and where it ends."""

LEAST_LEVELS: Final = 3
"""Levels that a battery must have begun since it was charged, for its slope to say anything."""

LEAST_MINUTES: Final = 5
"""And over so many minutes."""

POINTS: Final = 40
"""The newest levels that count: a device that is used more now runs down sooner than it did."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """``empty_at``: log time (ms) at which the battery is empty if it goes on as it did; ``per_hour``: percent lost in
    an hour; ``levels``: how many changes it is taken from."""

    empty_at: int
    per_hour: float
    levels: int

    def left(self, now: int) -> int:
        """How long (ms) it lasts from ``now``."""
        return max(0, self.empty_at - now)


def forecast(history: History, now: int) -> Forecast | None:
    """When the battery is empty; None where the levels do not tell, of which :func:`unknown` says why.

    The slope is the median of those between every two levels (Theil-Sen), so one wrong reading moves nothing.
    """
    run = discharge([point for point in history if point[0] * 60_000 <= now])
    if _why_not(run):
        return None
    begins = _begins(run)
    rate = -median(_slopes(begins))  # percent a minute
    minute, percent = begins[-1]
    # A level that has lasted longer than its time is at its end.
    passed = min(run[-1][0] - minute, 1 / rate)
    return Forecast(round((run[-1][0] + percent / rate - passed) * 60_000), rate * 60, len(begins))


def unknown(history: History, now: int) -> str:
    """Why there is no :func:`forecast`, in words; "" when there is one."""
    return _why_not(discharge([point for point in history if point[0] * 60_000 <= now]))


def discharge(history: History) -> History:
    """What came after the battery was last charged."""
    for i in range(len(history) - 1, 0, -1):
        if history[i][1] > history[i - 1][1]:
            return history[i:]
    return history


def _why_not(run: History) -> str:
    if not run:
        return "no level told"
    begins = _begins(run)
    if len(begins) < LEAST_LEVELS or begins[-1][0] - begins[0][0] < LEAST_MINUTES:
        return "too few levels yet"
    return ""


def _begins(run: History) -> History:
    """Where each level began, the newest ones. Of the first that is not known, unless the run begins with it."""
    changed = [run[i] for i in range(1, len(run)) if run[i][1] != run[i - 1][1]]
    return changed[-POINTS:]


def _slopes(points: History) -> list[float]:
    return [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for i, earlier in enumerate(points)
        for later in points[i + 1 :]
        if later[0] > earlier[0]
    ]
