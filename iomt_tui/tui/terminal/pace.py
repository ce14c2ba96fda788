"""How fast the line is, measured from the terminal's replies, and how many bytes a chunk may therefore have."""

from __future__ import annotations

from collections import deque
from typing import Final

TARGET: Final = 0.15
"""Seconds of line time that one chunk should take, so that a key's echo never waits long behind it."""

FIRST: Final = 1024
"""Bytes of a chunk while nothing has been measured."""

SLOW: Final = 1_920.0
"""Bytes a second (19,200 baud) below which the line is one for few colours."""

_LEAST: Final = 96.0
_MOST: Final = 65_536.0
_WINDOW: Final = 64  # replies
_NOISE: Final = 0.02  # s; so little says nothing about the line's rate
_JITTER: Final = 0.2  # share of the round trip that says nothing either
_SURE: Final = 3  # slow measurements in a row that make a slow line


class Pace:
    """Estimates the line from (bytes, round trip) pairs. Times are seconds of any monotonic clock.

    A round trip is the way there and back plus the line time of the bytes. The quickest of late replies tells the
    way; what a larger chunk took longer than that one, its further bytes took. A window forgets, since routes change.
    """

    def __init__(self) -> None:
        self._budget = float(FIRST)
        self._late: deque[tuple[float, int]] = deque(maxlen=_WINDOW)
        self._measured = False
        self._slow = 0

    @property
    def budget(self) -> int:
        """Bytes for the next chunk."""
        return int(self._budget)

    @property
    def slow(self) -> bool:
        """Whether the line has shown, more than once, that it is slower than :data:`SLOW`."""
        return self._slow >= _SURE

    def first(self, size: int, seconds: float) -> None:
        """The first reply ever, behind ``size`` bytes: a lower bound of the line's rate."""
        self._late.append((seconds, size))
        self._budget = min(max(_LEAST, size / max(seconds, 1e-4) * TARGET), _MOST)

    def reply(self, size: int, seconds: float) -> None:
        """The terminal answered ``seconds`` after ``size`` bytes were sent.

        One late answer (a stalled reader) cuts the budget to a quarter at most; recovery doubles it at each reply.
        """
        self._late.append((seconds, size))
        quickest, least = min(self._late)
        longer = seconds - quickest
        if longer <= max(_NOISE, quickest * _JITTER):
            self._slow = 0 if size >= 2 * least else self._slow
            known = self._measured and least <= size < 2 * least and self._slow in (0, _SURE)
            if size * 2 >= self._budget and not known:
                self._budget = min(self._budget * 2, _MOST)
            return
        if size < _LEAST / 2:
            return  # too few bytes to tell a slow line from a slow moment
        rate = (size - least if size > least else size) / longer
        self._measured = True
        self._slow = min(self._slow + 1, _SURE) if rate < SLOW and size > least else 0
        self._budget = min(max(rate * TARGET, self._budget / 4, _LEAST), self._budget * 2, _MOST)
