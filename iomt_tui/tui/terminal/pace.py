"""How fast the line is, measured from the terminal's replies, and how many bytes a chunk may therefore have."""

from __future__ import annotations

from collections import deque
from typing import Final

TARGET: Final = 0.15
"""Seconds of line time that one chunk should take, so that a key's echo never waits long behind it."""

FIRST: Final = 1024
"""Bytes of a chunk while nothing has been measured."""

_LEAST: Final = 96.0
_MOST: Final = 65_536.0
_WINDOW: Final = 64  # replies
_NOISE: Final = 0.02  # s; a reply this soon after the fastest one says nothing about the line's rate


class Pace:
    """Estimates the line from (bytes, round trip) pairs. Times are seconds of any monotonic clock."""

    def __init__(self) -> None:
        self._budget = float(FIRST)
        self._idle: deque[float] = deque(maxlen=_WINDOW)

    @property
    def budget(self) -> int:
        """Bytes for the next chunk."""
        return int(self._budget)

    def first(self, size: int, seconds: float) -> None:
        """The first reply ever, behind ``size`` bytes: a lower bound of the line's rate."""
        self._idle.append(seconds)
        self._budget = min(max(_LEAST, size / max(seconds, 1e-4) * TARGET), _MOST)

    def reply(self, size: int, seconds: float) -> None:
        """The terminal answered ``seconds`` after ``size`` bytes were sent.

        The round trip of an idle line is the shortest of late, less the time that the bytes took by the estimate so
        far; a window forgets it, since routes change. One late answer (a stalled reader) cuts the budget to a quarter
        at most; recovery doubles it at each reply.
        """
        self._idle.append(max(0.0, seconds - size / self._budget * TARGET))
        queued = seconds - min(self._idle)
        if queued <= _NOISE:
            if size * 2 >= self._budget or queued <= _NOISE / 10:
                self._budget = min(self._budget * 2, _MOST)
            return
        if size < _LEAST / 2:
            return  # too few bytes to tell a slow line from a slow moment
        measured = size / queued * TARGET
        self._budget = min(max(measured, self._budget / 4, _LEAST), self._budget * 2, _MOST)
