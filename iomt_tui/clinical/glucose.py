"""Continuous glucose monitoring (CGM): time in ranges, GMI, variation, the daily profile, and where glucose is going.

Ranges and targets are those of the international consensus on time in range for adults with type 1 or 2 diabetes
(2019): 70-180 mg/dL for more than 70 % of the time, below 70 less than 4 %, below 54 less than 1 %, above 180 less
than 25 %, above 250 less than 5 %, a coefficient of variation of 36 % at most. In pregnancy, and for who is old or at
high risk, other targets hold, and none is judged here. Values are mg/dL, times ms UTC, shares percent.

A value is put into its range as it is shown, in whole mg/dL. A reading stands for the time to the next one, but for no
longer than one and a half of the sensor's steps: a gap is no time in any range.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from math import ceil, floor, sqrt
from statistics import median
from typing import Final, NamedTuple

from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.trends import DAY, MINUTE, slope

EDGES: Final = (54, 70, 181, 251)
"""The first whole mg/dL of every range but the lowest."""

RANGES: Final = ("very-low", "low", "in-range", "high", "very-high")
"""Below 54, 54-69, 70-180, 181-250, above 250 mg/dL."""

WEAR_DAYS: Final = 14
LEAST_ACTIVE: Final = 70.0
#: A day counts as worn from this many hours of readings on (our choice, unverified).
LEAST_HOURS: Final = 6
#: Readings further apart (ms) come from no continuous sensor: those store a value every 15 min at least.
CONTINUOUS: Final = 20 * MINUTE
#: The most that the coefficient of variation should be.
STEADY_CV: Final = 36.0
#: How far ahead (min) a low is predicted: what pumps that suspend before a low look ahead (unverified).
AHEAD: Final = 30
#: Age (ms) from which on the newest reading says nothing about where glucose is going.
RATE_ENDS: Final = 15 * MINUTE


class Target(NamedTuple):
    """What one share of the time should be. ``ranges``: those that it adds up."""

    name: str
    ranges: tuple[str, ...]
    above: bool  # whether it should be more than ``share``, or else less
    share: float

    def met(self, share: float) -> bool:
        """Judged as it is shown, to a tenth of a percent."""
        shown = rounded(share, 1)
        return shown > self.share if self.above else shown < self.share


TARGETS: Final = (
    Target("above 250", ("very-high",), False, 5),
    Target("above 180", ("high", "very-high"), False, 25),
    Target("70 to 180", ("in-range",), True, 70),
    Target("below 70", ("very-low", "low"), False, 4),
    Target("below 54", ("very-low",), False, 1),
)
"""The highest values first."""

ARROWS: Final = (
    ("DoubleDown", -3.5), ("SingleDown", -2.0), ("FortyFiveDown", -1.0), ("Flat", 1.0), ("FortyFiveUp", 2.0),
    ("SingleUp", 3.5), ("DoubleUp", float("inf")),
)  # fmt: skip
"""Name of an arrow, and the highest rate (mg/dL a minute) that it stands for. Names and rates as in xDrip and
Nightscout; one maker's label draws two arrows from 3 on, so the rate is shown beside the arrow."""


def range_of(value: float) -> str:
    """The range that ``value`` (mg/dL, finite) is in."""
    shown = rounded(value)
    return RANGES[sum(shown >= edge for edge in EDGES)]


def period(times: Sequence[int]) -> float | None:
    """The usual time (ms) between two readings; None with fewer than three of them."""
    return median(b - a for a, b in pairwise(times)) if len(times) >= 3 else None


def continuous(times: Sequence[int]) -> bool:
    """Whether the readings are those of a continuous sensor."""
    step = period(times)
    return step is not None and step <= CONTINUOUS


@dataclass(frozen=True, slots=True)
class Summary:
    """A stretch of readings in figures. Shares are of the time with readings; none where there was no such time."""

    begins: int  # ms
    ends: int
    readings: int
    active: float  # share of the stretch with readings, %
    days_active: int
    mean: float | None
    deviation: float | None  # standard deviation, mg/dL
    shares: tuple[float, ...]  # by RANGES, together 100; () where nothing was measured
    gmi: float | None  # %
    withheld: str  # why there is no GMI; "" where there is one

    @property
    def days(self) -> int:
        """Days that the stretch touches, counted back from its end."""
        return ceil((self.ends - self.begins) / DAY)

    @property
    def enough(self) -> bool:
        """Whether it is of as much as targets and GMI ask for: fourteen days worn, readings for 70 % of the time."""
        return not self.withheld

    @property
    def cv(self) -> float | None:
        """Coefficient of variation, %."""
        return None if not self.mean or self.deviation is None else self.deviation / self.mean * 100

    def share(self, target: Target) -> float | None:
        """How much of the time was in the ranges of ``target``, %."""
        if not self.shares:
            return None
        return sum(share for name, share in zip(RANGES, self.shares, strict=True) if name in target.ranges)


def gmi(mean: float) -> float:
    """Glucose management indicator (%) of a mean glucose in mg/dL: 3.31 + 0.02392 x mean (2018)."""
    return 3.31 + 0.02392 * mean


def summary(times: Sequence[int], values: Sequence[float], begins: int, ends: int) -> Summary:
    """The readings from ``begins`` to ``ends`` (in order of time, all of them inside) in figures."""
    held = list(_held(times, ends))
    total = sum(held)
    active = min(100.0, total / (ends - begins) * 100) if ends > begins else 0.0
    days = _days_active(times, held, ends)
    if not total:
        return Summary(begins, ends, len(times), active, days, None, None, (), None, "no readings")
    mean = sum(h * v for h, v in zip(held, values, strict=True)) / total
    spread = sum(h * (v - mean) ** 2 for h, v in zip(held, values, strict=True)) / total
    sums = dict.fromkeys(RANGES, 0)
    for time, value in zip(held, values, strict=True):
        sums[range_of(value)] += time
    shares = tuple(sums[name] / total * 100 for name in RANGES)
    why = _withheld(begins, ends, days, active)
    index = None if why else gmi(mean)
    return Summary(begins, ends, len(times), active, days, mean, sqrt(spread), shares, index, why)


def _withheld(begins: int, ends: int, days: int, active: float) -> str:
    if ends - begins < WEAR_DAYS * DAY:
        return f"it is of {WEAR_DAYS} days"
    if days < WEAR_DAYS:
        return f"{days} of {WEAR_DAYS} days worn"
    if active < LEAST_ACTIVE:
        return f"readings for {floor(active)} % of the time, {LEAST_ACTIVE:.0f} % needed"
    return ""


def _held(times: Sequence[int], ends: int) -> Iterator[int]:
    """For how long (ms) each reading stands."""
    if not times:
        return
    usual = min(period(times) or 5 * MINUTE, CONTINUOUS)
    before = times[0]
    for at, after in zip(times, [*times[1:], ends], strict=True):
        step = at - before if at - before <= CONTINUOUS else 0  # another sensor may read less often than most do
        yield max(0, min(after - at, round(max(step, usual) * 1.5)))
        before = at


def _days_active(times: Sequence[int], held: Sequence[int], ends: int) -> int:
    """On how many of the days before ``ends`` the sensor was worn."""
    by_day: dict[int, int] = {}
    for at, time in zip(times, held, strict=True):
        day = max(ends - at - 1, 0) // DAY
        by_day[day] = by_day.get(day, 0) + time
    return sum(time >= LEAST_HOURS * 60 * MINUTE for time in by_day.values())


# Where it is going.


class Direction(NamedTuple):
    """How fast glucose changes, mg/dL a minute, and the arrow of it (:data:`ARROWS`)."""

    rate: float
    arrow: str


def direction(points: Sequence[tuple[int, float]]) -> Direction | None:
    """From (time, value) points, the last of them now: the least-squares slope of the last quarter of an hour.

    Of a sensor that reads every 15 min, of the last half hour. None unless three points span ten minutes. The arrow is
    that of the rate as it is shown, to a tenth.
    """
    if not points:
        return None
    now = points[-1][0]
    used = [point for point in points if now - point[0] <= 15 * MINUTE]
    if len(used) < 3:
        used = [point for point in points if now - point[0] <= 35 * MINUTE][-3:]
    if len(used) < 3 or now - used[0][0] < 10 * MINUTE:
        return None
    rate = rounded(slope(used) * MINUTE, 1)
    return Direction(rate, next(name for name, most in ARROWS if rate <= most))


class Ahead(NamedTuple):
    """A limit (mg/dL) that glucose passes in so many minutes if it goes on as it does: a straight line, no model."""

    limit: int
    minutes: float


def ahead(points: Sequence[tuple[int, float]], rate: float, age: float = 0) -> tuple[Ahead, ...]:
    """The lows within :data:`AHEAD` minutes, the nearest first; none where the newest reading did not fall.

    ``age``: minutes since the newest reading; what it foretold for meanwhile is now.
    """
    if rate >= 0 or len(points) < 2 or points[-1][1] >= points[-2][1]:
        return ()
    value = points[-1][1]
    found = (Ahead(limit, max(0.0, (value - limit) / -rate - age)) for limit in (70, 54) if rounded(value) >= limit)
    return tuple(one for one in found if one.minutes <= AHEAD)


# The day.

PERCENTILES: Final = (5, 25, 50, 75, 95)
SLOT: Final = 30
"""Minutes of a slot of the day."""
LEAST_DAYS: Final = 5
"""Days with readings in a slot from which on it has percentiles (unverified)."""


class Slot(NamedTuple):
    """What a time of day is like: :data:`PERCENTILES` of the readings of all days in it, mg/dL."""

    minute: int  # at which it begins, by the ward's clock
    days: int
    readings: int
    values: tuple[float, ...]  # () with fewer than LEAST_DAYS days


def profile(times: Sequence[int], values: Sequence[float], zone: tzinfo) -> tuple[Slot, ...]:
    """The ambulatory glucose profile: a slot for every half hour from midnight on."""
    found: list[list[float]] = [[] for _ in range(24 * 60 // SLOT)]
    days: list[set[int]] = [set() for _ in found]
    offsets: dict[int, int] = {}
    for at, value in zip(times, values, strict=True):
        hour = at // (15 * MINUTE)  # no zone turns its clock within a quarter of an hour
        if hour not in offsets:
            offsets[hour] = offset_ms(at, zone)
        day, rest = divmod(at + offsets[hour], DAY)
        number = rest // (SLOT * MINUTE)
        found[number].append(value)
        days[number].add(day)
    return tuple(
        _slot(number * SLOT, len(there), own) for number, (there, own) in enumerate(zip(days, found, strict=True))
    )


def offset_ms(at: int, zone: tzinfo) -> int:
    """What ``zone`` is ahead of UTC at ``at``, ms."""
    ahead_of = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).utcoffset()
    return 0 if ahead_of is None else round(ahead_of.total_seconds() * 1000)


def _slot(minute: int, days: int, values: list[float]) -> Slot:
    if days < LEAST_DAYS:
        return Slot(minute, days, len(values), ())
    values.sort()
    return Slot(minute, days, len(values), tuple(percentile(values, share) for share in PERCENTILES))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that ``share`` percent of the ``ordered`` values (one at least) do not exceed, between two of them in
    proportion."""
    place = (len(ordered) - 1) * share / 100
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
