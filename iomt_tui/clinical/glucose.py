"""Continuous glucose monitoring (CGM): time in ranges, GMI and variation.

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
from itertools import pairwise
from math import ceil, floor, sqrt
from statistics import median
from typing import Final, NamedTuple

from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.trends import DAY, MINUTE

EDGES: Final = (54, 70, 181, 251)
"""The first whole mg/dL of every range but the lowest."""

RANGES: Final = ("very-low", "low", "in-range", "high", "very-high")
"""Below 54, 54-69, 70-180, 181-250, above 250 mg/dL."""

WEAR_DAYS: Final = 14
LEAST_ACTIVE: Final = 70.0
#: A day counts as worn from this many hours of readings on (our choice, unverified): none was found in print. The
#: consensuses of 2017 and 2019 ask for 14 days and for 70 % of their readings, and name no least for a single day.
LEAST_HOURS: Final = 6
#: Readings further apart (ms) come from no continuous sensor: those store a value every 15 min at least.
CONTINUOUS: Final = 20 * MINUTE
#: The most that the coefficient of variation should be.
STEADY_CV: Final = 36.0


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
