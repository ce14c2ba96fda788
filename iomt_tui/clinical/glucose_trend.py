"""Where glucose is going: the arrow, the rate beside it, and the lows that are near. Values are mg/dL, times ms UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.trends import MINUTE, slope

#: Limits (mg/dL) that a low is told of -> how far ahead (min). 70: as the pumps that stop insulin before a low look
#: ahead: Tandem Basal-IQ ("predicting glucose levels 30 minutes ahead", support.tandemdiabetes.com) and Medtronic
#: MiniMed 640G and 670G ("suspend before low", within 30 minutes, system user guide). 54: as the alert before a severe
#: low, Dexcom Urgent Low Soon ("within 20 minutes", of 55 mg/dL, dexcom.com). Their models are not a straight line.
HORIZONS: Final[Mapping[int, int]] = MappingProxyType({70: 30, 54: 20})
LOWS: Final = tuple(HORIZONS)
AHEAD: Final = max(HORIZONS.values())
#: Age (ms) from which on the newest reading says nothing about where glucose is going.
RATE_ENDS: Final = 15 * MINUTE

ARROWS: Final = (
    ("DoubleDown", -3.5), ("SingleDown", -2.0), ("FortyFiveDown", -1.0), ("Flat", 1.0), ("FortyFiveUp", 2.0),
    ("SingleUp", 3.5), ("DoubleUp", float("inf")),
)  # fmt: skip
"""Name of an arrow, and the highest rate (mg/dL a minute) that it stands for. Names and rates as in xDrip and
Nightscout; one maker's label draws two arrows from 3 on, so the rate is shown beside the arrow."""


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
    """The lows within their :data:`HORIZONS`, the nearest first; none where the newest reading did not fall.

    ``age``: minutes since the newest reading; what it foretold for meanwhile is now.
    """
    if rate >= 0 or len(points) < 2 or points[-1][1] >= points[-2][1]:
        return ()
    value = points[-1][1]
    found = (Ahead(limit, max(0.0, (value - limit) / -rate - age)) for limit in LOWS if rounded(value) >= limit)
    return tuple(one for one in found if one.minutes <= HORIZONS[one.limit])


def low_now(value: float) -> int | None:
    """The lowest of :data:`LOWS` that ``value`` (mg/dL) is below, as it is shown; None: it is not low."""
    return min((limit for limit in LOWS if rounded(value) < limit), default=None)
