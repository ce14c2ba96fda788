"""The course of one vital, kept small: what can matter to its alarms, and where nothing was measured. Pure."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import product
from math import isnan, nan
from typing import Final, NamedTuple

from iomt_tui.clinical.limits import Limit, limits_for, margin

#: What default limits depend on: SpO2 scale, at home, on oxygen.
Fitting = tuple[int, bool, bool]
#: What is tried: a vital and its limits in force -> the limits that would have held instead.
Change = Callable[[str, tuple[Limit, ...]], tuple[Limit, ...]]
#: What changed for a patient and when (ms): the limits that fit, or None for a discharge.
Stay = list[tuple[int, Fitting | None]]

ALL: Final = (float("inf"), float("-inf"))
"""The band in which nothing lies: a course with it keeps every value."""
_NEVER: Final = -(1 << 62)


def unchanged(vital: str, limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """The :data:`Change` that changes nothing: the limits as they held."""
    return limits


class Turn(NamedTuple):
    """Somebody set, or took back, the limits of a course's vital: values after ``after`` (ms) are judged by them."""

    after: int
    at: int  # ms: nothing is judged by them as of before this time
    own: tuple[Limit, ...] | None  # the patient's own; None: there are none
    ward: tuple[Limit, ...] | None
    value: float | None  # the present value, judged at once; None where nothing was known


class Course:
    """One vital of one patient, in time order; late values are passed over.

    Of successive values that are equal, or inside ``band`` (low, high), only the first is kept: no limit outside of the
    band can tell the others from it. ``fresh_ms``: how long a value stands for the present; longer without
    one is a gap.
    """

    __slots__ = ("_inside", "_kept", "_limit", "_since", "fresh_ms", "gaps", "high", "last", "low", "newest",
                 "offs", "patient", "times", "turns", "values", "vital", "watched")  # fmt: skip

    def __init__(self, patient: str, vital: str, fresh_ms: int, band: tuple[float, float] = ALL) -> None:
        self.patient, self.vital, self.fresh_ms = patient, vital, fresh_ms
        self.low, self.high = band
        self.times, self.values = array("q"), array("d")
        self.gaps: list[tuple[int, int]] = []
        self.offs = array("q")  # when the device had no value any more: the first time after each value
        self.turns: list[Turn] = []
        self.newest = nan  # the value at ``last``
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
        self.last, self.newest = at, value
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

    def absent(self, at: int) -> None:
        """The device said at ``at`` (ms) that it has no value; values from before are passed over then."""
        if at > self.last and self.known:
            self.offs.append(at)
            self.keep_next()

    @property
    def known(self) -> bool:
        """Whether the newest word of the device is a value."""
        return self.last != _NEVER and not (self.offs and self.offs[-1] > self.last)

    def turn(
        self, at: int, own: tuple[Limit, ...] | None, ward: tuple[Limit, ...] | None, stale_before: int = _NEVER
    ) -> None:  # fmt: skip
        """Other limits hold from log time ``at`` on, whatever the band: every value can matter now.

        ``stale_before``: what was measured before says nothing about now.
        """
        there = self.known and not isnan(self.newest)
        present = there and at - self.last <= self.fresh_ms and self.last >= stale_before
        self.turns.append(Turn(self.last, at, own, ward, self.newest if present else None))
        self.low, self.high = ALL
        self.keep_next()

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
        self._limit, self.newest = -1, nan
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


def band(vital: str, changes: Iterable[Change] = ()) -> tuple[float, float]:
    """Between which values (low, high) no default limit of anybody is passed, or left by less than its margin, nor any
    that ``changes`` make of it."""
    lows, highs = [float("-inf")], [float("inf")]
    for change, fitting in product((unchanged, *changes), product((1, 2), (False, True), (False, True))):
        for limit in change(vital, limits_for(*fitting).get(vital, ())):
            lows += [limit.low + margin(vital)] if limit.low is not None else []
            highs += [limit.high - margin(vital)] if limit.high is not None else []
    return max(lows), min(highs)
