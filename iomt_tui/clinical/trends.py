"""Rules about change over time, as data, each with its origin; and the change itself, as pure functions.

A change is counted in the direction that is bad. It is announced from a level of its rule on and is over when it is
no more than ``ends``: that much hysteresis, so that a change about its level is one alarm. Every rule looks at a
stretch rather than at a reading, so that one bad reading is no trend.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median_high, median_low
from typing import Final, NamedTuple

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
LOW, MEDIUM, HIGH = 1, 2, 3


class Trend(NamedTuple):
    """One rule. ``levels``: (change from which on, priority: 1 low, 2 medium, 3 high), in the catalogue unit."""

    param: str
    kind: str
    levels: tuple[tuple[float, int], ...]
    ends: float
    over: int  # ms between what is compared
    words: str  # ``over`` in words
    origin: str


class Change(NamedTuple):
    """What was found: the value now, what it is compared with, and by how much it is worse. Catalogue unit."""

    value: float
    before: float
    by: float


FALLING_SPO2: Final = Trend(
    "spo2", "falling", ((4, MEDIUM),), 2, 10 * MINUTE, "10 min",
    "4 % as in the oxygen desaturation index, against ten minutes before (our choice, unverified)",
)  # fmt: skip
FALLING_GLUCOSE: Final = Trend(
    "glucose", "falling", ((30, MEDIUM), (45, HIGH)), 15, 15 * MINUTE, "15 min",
    "rate of change arrows: 2 mg/dL/min one arrow down, 3 two arrows (Dexcom's label); over at 1, level",
)  # fmt: skip
RISING_NEWS2: Final = Trend(
    "news2", "rising", ((2, LOW),), 0, HOUR, "1 h",
    "a rise of 2 or more within the hour asks for a look before the thresholds do (our choice, unverified)",
)  # fmt: skip
GAIN_DAY: Final = Trend(
    "weight", "gain-day", ((1.4, MEDIUM),), 0.7, DAY, "1 d", "AHA: 2-3 lb in 24 h (unverified); here 3 lb",
)  # fmt: skip
GAIN_WEEK: Final = Trend(
    "weight", "gain-week", ((2.3, MEDIUM),), 1.2, 7 * DAY, "7 d", "AHA: 5 lb in a week (unverified)",
)  # fmt: skip
TRENDS: Final = (FALLING_SPO2, FALLING_GLUCOSE, RISING_NEWS2, GAIN_DAY, GAIN_WEEK)
#: A rule that finds nothing to compare with any more lets its alarm go after this many times ``over``.
FORGETS: Final = 3
STEADY: Final = 5  # minutes that a score must last
_SLACK: Final = 8 * HOUR  # nobody steps on the scale at the same minute every day


def fallen(recent: Sequence[float], before: Sequence[float]) -> Change | None:
    """How far the level of ``recent`` is below that of ``before``; None with fewer than two values of either.

    Of the recent values more than half must be that low, of those before that high: the careful medians.
    """
    if len(recent) < 2 or len(before) < 2:
        return None
    now, then = median_high(recent), median_low(before)
    return Change(now, then, then - now)


def falling(points: Sequence[tuple[int, float]]) -> Change | None:
    """How far (time in ms, value) points fall in the time of :data:`FALLING_GLUCOSE`, by their least-squares slope.

    The last of ``points`` is now; older ones than that time are passed over. None unless three or more of them span
    at least two thirds of it, the newest step falling too: a fall that has stopped is over.
    """
    over = FALLING_GLUCOSE.over
    used = [(at, value) for at, value in points if points[-1][0] - at <= over]
    if len(used) < 3 or used[-1][0] - used[0][0] < over * 2 // 3:
        return None
    now, step = used[-1][1], used[-2][1] - used[-1][1]
    by = -slope(used) * over if step > 0 else 0.0
    return Change(now, now + by, by)


def slope(points: Sequence[tuple[int, float]]) -> float:
    """How much (time in ms, value) points, two of different times at least, change in a millisecond: least squares."""
    middle, level = fmean(at for at, _ in points), fmean(value for _, value in points)
    spread = sum((at - middle) ** 2 for at, _ in points)
    return sum((at - middle) * (value - level) for at, value in points) / spread


def risen(history: Sequence[tuple[int, int]], known: Sequence[tuple[int, int]], minute: int) -> Change | None:
    """How far NEWS2 is above an hour ago, or the oldest score of the last hour, at ``minute``.

    ``history``: (minute, total) at each change, -1 for none; ``known``: (minute, inputs known) at each change. What
    was scored from fewer inputs than now is not compared: a first blood pressure is no deterioration. The lowest
    total of the last five minutes counts, and the highest must be down again for a rise to be over.
    """
    inputs = known[-1][1] if known else 0
    since = max((at for at, count in known if count < inputs), default=None)
    first = next((at for at, _ in known if since is None or at > since), minute)
    begin = max(minute - RISING_NEWS2.over // MINUTE, first)
    if not history or history[-1][1] < 0 or minute - begin < STEADY:
        return None
    before = _at(history, begin)
    lately = [total for at, total in history if at > minute - STEADY] + [_at(history, minute - STEADY)]
    if before < 0 or min(lately) < 0:
        return None
    now, most = min(lately), max(lately)
    by = max(now - before, min(most - before, 1))  # a flicker neither raises an alarm nor ends one
    return Change(float(now), float(before), float(by))


def _at(history: Sequence[tuple[int, int]], minute: int) -> int:
    """The score in force at ``minute``; -1 before there was one."""
    return next((total for at, total in reversed(history) if at <= minute), -1)


def gained(points: Sequence[tuple[int, float]], rule: Trend) -> Change | None:
    """How much the newest of (time in ms, kg) points is above the reference of ``rule``, one scale's only.

    Over a day that is the newest reading at least 16 hours older, over a week the lowest of the days before.
    """
    if not points:
        return None
    now, value = points[-1]
    earlier = [(at, kg) for at, kg in points if DAY - _SLACK <= now - at <= rule.over + _SLACK]
    if not earlier:
        return None
    before = earlier[-1][1] if rule is GAIN_DAY else min(kg for _, kg in earlier)
    return Change(value, before, value - before)


#: What a value is multiplied by when its unit is mistaken (CLINICAL, SAFETY H10): vital -> factor.
_FACTORS: Final = {
    "glucose": 18.01559, "etco2": 7.500617,
    **dict.fromkeys(("nibp_sys", "nibp_dia", "nibp_mean", "ibp_sys", "ibp_dia", "ibp_mean"), 7.500617),
}  # fmt: skip
UNITS: Final = frozenset(_FACTORS)
#: How near the ratio must be: what a body does meanwhile, and rounding (10.7 kPa is sent as 11).
_NEAR: Final = 0.15


def mistaken(key: str, before: float, now: float) -> bool:
    """Whether ``now`` after ``before`` (catalogue unit) looks like the same quantity in another unit.

    Temperature needs no such check: what is °F reads as implausible.
    """
    factor = _FACTORS.get(key)
    if factor is None or before <= 0 or now <= 0:
        return False
    ratio = max(now / before, before / now)
    return abs(ratio / factor - 1) <= _NEAR


def same_unit(key: str, before: float, now: float) -> bool:
    """Whether ``now`` is again what ``before``, in the right unit, can have become: within the root of the factor."""
    ratio = max(now / before, before / now)
    return ratio * ratio < _FACTORS[key]
