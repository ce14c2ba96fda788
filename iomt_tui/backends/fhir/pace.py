"""When to poll next: often while news come, seldom while none do, and not before they are due where they have a rhythm.

Pure: times are seconds of any steady clock.
"""

from __future__ import annotations

from collections import deque
from statistics import median
from typing import Final

_REMEMBERED: Final = 6  # gaps between news
_STEADY: Final = 0.2  # share of the gap by which gaps may differ and still be a rhythm
_AFTER: Final = 0.5  # s that the server gets to take in what is due
_SLOWER: Final = 1.5  # factor for each poll that brings nothing


class Pace:
    """The interval between polls, within ``least`` and ``most`` seconds."""

    def __init__(self, least: float, most: float) -> None:
        self.least = max(0.2, least)
        self.most = max(self.least, most)
        self._interval = self.least
        self._gaps: deque[float] = deque(maxlen=_REMEMBERED)
        self._news: float | None = None  # when the last poll that brought any was made
        self._quiet = 0  # polls in a row that brought nothing

    def polled(self, at: float, news: bool) -> float:
        """Takes the outcome of a poll made at ``at``; when the next one is due."""
        if news:
            if self._news is not None and self._quiet:
                self._gaps.append(at - self._news)
            elif self._news is not None:
                self._gaps.clear()  # news at every poll: they come faster than we look
            self._news, self._quiet, self._interval = at, 0, self.least
        else:
            self._quiet += 1
            self._interval = min(self.most, self._interval * _SLOWER)
        return max(at + self.least, self._due(at))

    def _due(self, at: float) -> float:
        rhythm = self.rhythm()
        if rhythm is None or self._news is None:
            return at + self._interval
        expected = self._news + rhythm + _AFTER
        if expected > at:
            return min(expected, at + self.most)
        late = self._news + 2 * rhythm
        return at + (self.least if at < late else self._interval)

    def rhythm(self) -> float | None:
        """Seconds between news where they come regularly and are worth waiting for; else None."""
        if len(self._gaps) < 3:
            return None
        middle = median(self._gaps)
        regular = all(abs(gap - middle) <= max(_STEADY * middle, self.least) for gap in self._gaps)
        return middle if regular and middle > 2 * self.least else None
