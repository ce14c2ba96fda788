"""Every reading of a vital that counts one by one, such as glucose of a sensor."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from operator import sub
from typing import Final

KEPT: Final = 15 * 86_400_000
"""How far back (ms) before the newest reading they are kept: the 14 days of a glucose profile and the day that is not
over."""

CAP: Final = 21_600
"""The most that are kept: one a minute for 15 days, as the quickest sensors on the market send."""

SLOT: Final = 10_000
"""Of the readings within one such stretch (ms) the first is kept."""


class Readings:
    """Readings in order of their ``times`` (ms), with ``values`` in the catalogue unit; order of arrival does not
    matter."""

    __slots__ = ("times", "values")

    def __init__(self) -> None:
        self.times: array[int] = array("q")
        self.values: array[float] = array("f")

    def put(self, at: int, value: float) -> None:
        """Takes a reading to its place."""
        times = self.times
        if not times or at // SLOT > times[-1] // SLOT:
            times.append(at)
            self.values.append(value)
        else:
            self._insert(at, value)
        if len(times) > CAP or times[0] < times[-1] - KEPT:
            drop = max(bisect_left(times, times[-1] - KEPT), len(times) - CAP)
            del times[:drop], self.values[:drop]

    def _insert(self, at: int, value: float) -> None:
        i = bisect_right(self.times, at)
        if i and self.times[i - 1] // SLOT == at // SLOT:
            return
        if i < len(self.times) and self.times[i] // SLOT == at // SLOT:
            self.times[i], self.values[i] = at, value
            return
        self.times.insert(i, at)
        self.values.insert(i, value)

    def columns(self, start: int = 0) -> tuple[array[int], array[float]]:
        """From number ``start`` on: how long (ms) after the one before each was, 0 for the first, and the values. Both
        deflate well."""
        times = self.times[start:]
        return array("I", [0, *map(sub, times[1:], times)][: len(times)]), self.values[start:]

    @classmethod
    def of(cls, first: int, gaps: array[int], values: array[float]) -> Readings:
        """From what :meth:`columns` gave, and the time (ms) of the first."""
        readings = cls()
        readings.times = array("q", accumulate(gaps[1:], initial=first)) if gaps else array("q")
        readings.values = values
        return readings

    def between(self, start: int, end: int) -> tuple[Sequence[int], Sequence[float]]:
        """Times (ms) and values of the readings from ``start`` to ``end`` (ms), both with them."""
        cut = slice(bisect_left(self.times, start), bisect_right(self.times, end))
        return self.times[cut], self.values[cut]
