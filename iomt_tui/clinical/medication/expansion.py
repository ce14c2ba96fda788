"""From an order to the doses that it means, on the ward's clock.

Times of day are wall-clock times. On the night a clock goes forward, a time that does not exist is the first instant
after the gap; two doses that would fall on one instant stay two, a minute apart, so that neither is lost and each keeps
an identity of its own. On the night it goes back, a time that exists twice is its first occurrence, once. A date that a
zone leaves out altogether (Samoa, 30 December 2011) has no doses. Every n hours counts elapsed time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from iomt_tui.clinical.medication.drug import Quantity
from iomt_tui.clinical.medication.kinds import Every, Infusion, Once, Taper, Times
from iomt_tui.clinical.medication.order import Order

DAY: Final = 86_400_000
MINUTE: Final = 60_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ONE: Final = timedelta(days=1)


class Slot(NamedTuple):
    """One dose that an order means: due at ``due`` (ms), as much as ``dose``; ``gap`` ms is the shortest time between
    two doses of its schedule, 0 for a single one."""

    due: int
    dose: Quantity
    gap: int


def zone_of(name: str) -> tzinfo:
    """The zone by its IANA name; UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def expand(order: Order, zone: tzinfo, begins: int, ends: int) -> list[Slot]:
    """The doses due from ``begins`` to before ``ends`` (ms), in order of time. An order as needed has none."""
    begins = max(begins, order.start)
    ends = ends if order.end is None else min(ends, order.end)
    if begins >= ends:
        return []
    days = range(begins // DAY, (ends - 1) // DAY + 1)
    return [slot for day in days for slot in _on_day(order, zone, day) if begins <= slot.due < ends]


@lru_cache(maxsize=16_384)
def _on_day(order: Order, zone: tzinfo, day: int) -> tuple[Slot, ...]:
    """The doses that are due within day ``day`` after 1970 (UTC), whatever the order's start and end."""
    plan, since, until = order.schedule, day * DAY, (day + 1) * DAY
    if isinstance(plan, Every):
        k = max(0, -((plan.first - since) // plan.every))
        dues = range(plan.first + k * plan.every, until, plan.every)
        return tuple(Slot(due, order.dose, plan.every) for due in dues if due >= since)
    if isinstance(plan, Once | Infusion):
        due = plan.at if isinstance(plan, Once) else order.start
        return (Slot(due, order.dose, 0),) if since <= due < until else ()
    if isinstance(plan, Times | Taper):
        return tuple(slot for slot in _by_clock(order, zone, since) if since <= slot.due < until)
    return ()


def _by_clock(order: Order, zone: tzinfo, since: int) -> Iterator[Slot]:
    """Doses at times of day from two local dates before ``since`` on: a dose that a gap put off may put off others."""
    plan = order.schedule
    first = _local(order.start, zone).date()
    today = _local(since, zone).date()
    last = -1
    for ahead in range(-2, 3):
        when = today + ahead * _ONE
        if isinstance(plan, Times):
            times, dose = (plan.times if when.weekday() in plan.days else ()), order.dose
            gap = shortest(plan.times) if len(plan.days) == 7 or len(plan.times) > 1 else _days_apart(plan.days) * DAY
        else:
            assert isinstance(plan, Taper)
            times, dose = _step(plan, (when - first).days, order.dose)
            gap = shortest(times)
        if not times or not _exists(when, zone):
            continue
        for time in times:
            due = max(instant(when, time, zone), last + MINUTE)
            last = due
            yield Slot(due, dose, gap)


def _step(plan: Taper, day: int, usual: Quantity) -> tuple[tuple[int, ...], Quantity]:
    for step in plan.steps:
        if 0 <= day < step.days:
            return step.times, step.dose
        day -= step.days
    return (), usual


@lru_cache(maxsize=256)
def shortest(times: tuple[int, ...]) -> int:
    """The shortest time (ms) between two of ``times`` (minutes of the day), around the clock."""
    return min((b - a for a, b in pairwise((*times, times[0] + 1_440))), default=1_440) * MINUTE if times else 0


def _days_apart(days: tuple[int, ...]) -> int:
    return min(b - a for a, b in pairwise((*days, days[0] + 7)))


@lru_cache(maxsize=8_192)
def instant(when: date, time: int, zone: tzinfo) -> int:
    """When (ms UTC) the clock of ``zone`` shows ``time`` (minutes after midnight) of ``when``: the first time, where
    it does so twice; the first instant after the gap, where it never does."""
    wall = datetime(when.year, when.month, when.day, time // 60, time % 60)
    at = _utc(wall.replace(tzinfo=zone))
    if _local(at, zone).replace(tzinfo=None) == wall:
        return at
    # In a gap, fold=1 takes the offset of after it and so lies before it: the change is between the two.
    low, high = _utc(wall.replace(tzinfo=zone, fold=1)) // 1000, at // 1000
    before = _local(low * 1000, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _local(middle * 1000, zone).utcoffset() == before else (low, middle)
    return high * 1000


@lru_cache(maxsize=1_024)
def _exists(when: date, zone: tzinfo) -> bool:
    """Whether the zone has any instant of that date."""
    return _local(instant(when, 0, zone), zone).date() == when


def local_day(at: int, zone: tzinfo) -> date:
    """The date that the ward's calendar shows at ``at`` (ms)."""
    return _local(at, zone).date()


def _local(at: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(zone)


def _utc(wall: datetime) -> int:
    return (wall.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)
