"""The course of one vital, kept small: what can matter to its alarms, and where nothing was measured. Pure."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from math import nan
from typing import Final

from iomt_tui.clinical.limits import Limit, margin

#: What default limits depend on: SpO2 scale, at home, on oxygen.
Fitting = tuple[int, bool, bool]
#: The limits that hold for a patient: vital -> limits, the shape of :func:`iomt_tui.clinical.limits.limits_for`.
Limits = Callable[[int, bool, bool], Mapping[str, tuple[Limit, ...]]]
#: What changed for a patient and when (ms): the limits that fit, or None for a discharge.
Stay = list[tuple[int, Fitting | None]]

ALL: Final = (float("inf"), float("-inf"))
"""The band in which nothing lies: a course with it keeps every value."""
_NEVER: Final = -(1 << 62)


class Course:
    """One vital of one patient, in time order; late values are passed over.

    Of successive values that are equal, or inside ``band`` (low, high), only the first is kept: no limit outside of the
    band can tell the others from it. ``fresh_ms``: how long a value stands for the present; longer without
    one is a gap.
    """

    __slots__ = ("_inside", "_kept", "_limit", "_since", "fresh_ms", "gaps", "high", "last", "low", "patient",
                 "times", "values", "vital", "watched")  # fmt: skip

    def __init__(self, patient: str, vital: str, fresh_ms: int, band: tuple[float, float] = ALL) -> None:
        self.patient, self.vital, self.fresh_ms = patient, vital, fresh_ms
        self.low, self.high = band
        self.times, self.values = array("q"), array("d")
        self.gaps: list[tuple[int, int]] = []
        self.watched = 0  # ms from the first value to the end, stays elsewhere left out
        self.last = _NEVER
        self._kept = nan  # the newest value kept; nan: whatever comes next is
        self._inside = False
        self._since = 0
        self._limit = -1  # -1: the next value begins a stay

    def add(self, at: int, value: float) -> None:
        """A valid value observed at ``at`` (ms)."""
        if at <= self.last:
            return
        if at - self.last > self._limit:
            self._begin(at)
        self.last = at
        if value == self._kept:
            return
        if self.low <= value <= self.high:
            if self._inside:
                return
            self._inside = True
        else:
            self._inside = False
        self._kept = value
        self.times.append(at)
        self.values.append(value)

    def _begin(self, at: int) -> None:
        if self._limit < 0:
            self._since, self._limit = at, self.fresh_ms
        else:
            self.gaps.append((self.last + self.fresh_ms, at))

    def leave(self, at: int) -> None:
        """The patient leaves, or the stretch that is looked at ends."""
        if self._limit < 0:
            return
        if at - self.last > self.fresh_ms:
            self.gaps.append((self.last + self.fresh_ms, at))
        self.watched += max(0, at - self._since)
        self._limit = -1
        self.keep_next()

    def keep_next(self) -> None:
        """What holds for the patient changes: the next value is kept, whatever it is."""
        self._kept, self._inside = nan, False

    @property
    def covered(self) -> int:
        """How long (ms) a present value was known."""
        return self.watched - sum(end - begin for begin, end in self.gaps)

    def unknown(self, begin: int, end: int) -> int:
        """How much (ms) of a time lies in gaps."""
        return sum(max(0, min(end, stop) - max(begin, start)) for start, stop in self.gaps)

    def worst(self, kind: str, begin: int, end: int) -> float | None:
        """The lowest (``kind`` "low") or highest value of a time."""
        found = self.values[bisect_left(self.times, begin) : bisect_right(self.times, end)]
        return (min(found) if kind == "low" else max(found)) if found else None


def band(vital: str, settings: Iterable[Limits]) -> tuple[float, float]:
    """Between which values (low, high) no limit of any of ``settings`` is passed, or left by less than
    its margin, whoever the patient is."""
    lows, highs = [float("-inf")], [float("inf")]
    for limits, fitting in product(settings, product((1, 2), (False, True), (False, True))):
        for limit in limits(*fitting).get(vital, ()):
            lows += [limit.low + margin(vital)] if limit.low is not None else []
            highs += [limit.high - margin(vital)] if limit.high is not None else []
    return max(lows), min(highs)
