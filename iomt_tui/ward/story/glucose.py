"""The glucose view: the present value and where it goes, time in ranges, and the days on top of each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from iomt_tui.clinical.glucose import Summary, continuous, summary
from iomt_tui.clinical.glucose_profile import Slot, profile
from iomt_tui.clinical.glucose_trend import RATE_ENDS, Ahead, Direction, ahead, direction
from iomt_tui.clinical.medication.due import day_of, midnight
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.trends import DAY, MINUTE
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.series import Series
from iomt_tui.ward.view import VitalView

GLUCOSE: Final = "glucose"
_RECENT: Final = 3 * 3_600_000
_SPOTS: Final = 12


class GlucoseDay(NamedTuple):
    """One calendar day of the ward's clock: its date as an ordinal, and its readings in figures."""

    day: int
    summary: Summary


@dataclass(frozen=True, slots=True)
class GlucoseView:
    """Glucose of one patient. Values are mg/dL, times ms UTC."""

    patient: str
    at: int  # the moment that it was made for
    tz: str
    days: int  # how far the figures look back
    present: VitalView | None  # as the board judges it; None where glucose was never measured
    continuous: bool  # whether a sensor measures all the time; if not, there is no direction, share or profile
    direction: Direction | None  # None where the newest reading is too old, or too few came
    ahead: tuple[Ahead, ...]  # lows that are near if it goes on like this
    recent: tuple[tuple[int, float], ...]  # readings of the last three hours; without a sensor the newest dozen
    summary: Summary
    profile: tuple[Slot, ...]
    by_day: tuple[GlucoseDay, ...]  # newest first, days without a reading left out
    readings: tuple[tuple[int, float], ...]  # all of them, oldest first

    @property
    def start(self) -> int:
        """The time that the figures are about begins, ms."""
        return self.at - self.days * DAY

    @property
    def end(self) -> int:
        """And it ends, ms."""
        return self.at


def glucose_of(ward: Ward, patient: str, now: int, days: int = 14, *, live: bool = True) -> GlucoseView:
    """The last ``days`` (1 to 14) of ``patient``. ``live``: whether somebody monitors, so that there is a present.

    Raises KeyError for one who is not on the ward.
    """
    series = ward.patients[patient].series.get(GLUCOSE)
    present = ward.view(patient, now).vitals.get(GLUCOSE)
    begins = now - days * DAY
    times, values = _readings(series, begins, now)
    sensor = continuous(times)
    points = tuple(zip(times, values, strict=True))
    recent = tuple(point for point in points if point[0] >= now - _RECENT) if sensor else points[-_SPOTS:]
    fresh = live and sensor and present is not None and present.live and bool(times) and now - times[-1] <= RATE_ENDS
    where = direction(recent) if fresh else None
    zone = zone_of(ward.tz)
    near = ahead(recent, where.rate, (now - times[-1]) / MINUTE) if where is not None else ()
    return GlucoseView(
        patient, now, ward.tz, days, present, sensor, where, near, recent, summary(times, values, begins, now),
        profile(times, values, zone) if sensor else (), tuple(_by_day(times, values, now, ward.tz)), points,
    )  # fmt: skip


def _readings(series: Series | None, begins: int, now: int) -> tuple[Sequence[int], Sequence[float]]:
    if series is None or series.raw is None:
        return (), ()
    return series.raw.between(begins, now)


def _by_day(times: Sequence[int], values: Sequence[float], now: int, tz: str) -> list[GlucoseDay]:
    zone, out = zone_of(tz), list[GlucoseDay]()
    if not times:
        return out
    first, last = day_of(times[0], zone), day_of(now, zone)
    at = 0
    for day in range(first, last + 1):
        begins, ends = midnight(day, zone), min(midnight(day + 1, zone), now)
        start = at
        while at < len(times) and times[at] < midnight(day + 1, zone):
            at += 1
        if at > start:
            out.append(GlucoseDay(day, summary(times[start:at], values[start:at], begins, ends)))
    return out[::-1]
