"""When the doses of an order are due, day by day in a time zone, and how far from it still counts. Pure.

Schedules are those of ``order`` entries (:mod:`iomt_tui.ward.events`). A time of day that a change of the clocks skips
is an hour later on that day; one that comes twice is due the first time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from typing import Any, Final

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ENDED: Final = frozenset({"stopped", "completed", "cancelled"})
LONGEST_GRACE: Final = 4 * HOUR


@lru_cache(4_096)
def midnight(day: int, zone: tzinfo) -> int:
    """The beginning of a local day (ordinal), ms UTC."""
    return _instant(date.fromordinal(day), time(0), zone)


def local_day(at: int, zone: tzinfo) -> int:
    """The ordinal of the local date at ``at`` (ms UTC)."""
    return datetime.fromtimestamp(at / 1000, zone).toordinal()


def local_hour(at: int, zone: tzinfo) -> int:
    """The local hour, 0-23."""
    return datetime.fromtimestamp(at / 1000, zone).hour


def _instant(day: date, at: time, zone: tzinfo) -> int:
    return round(datetime.combine(day, at, zone).astimezone(UTC).timestamp() * 1000)


def due_on(order: Mapping[str, Any], day: int, zone: tzinfo) -> list[int]:
    """The doses of an ``order`` body that are due on a local day (ordinal), ms UTC, in order. None that is on hold, or
    outside of the order's start and end. Raises KeyError, TypeError or ValueError on a body of another shape."""
    start, end = order["start"], order.get("end")
    holds = [(hold["from"], hold.get("to")) for hold in order.get("holds") or ()]
    return sorted({
        at for at in _scheduled(order["schedule"], start, day, zone)
        if at >= start and (end is None or at < end) and not any(a <= at and (b is None or at < b) for a, b in holds)
    })  # fmt: skip


def _scheduled(schedule: Mapping[str, Any], start: int, day: int, zone: tzinfo) -> Iterator[int]:
    on, kind = date.fromordinal(day), schedule["kind"]
    if kind == "times":
        if not schedule.get("days") or _WEEK[on.weekday()] in schedule["days"]:
            yield from (_instant(on, time.fromisoformat(text), zone) for text in schedule["times"])
    elif kind == "taper":
        left = day - local_day(start, zone)
        for step in schedule["steps"]:
            if 0 <= left < step["days"]:
                yield from (_instant(on, time.fromisoformat(text), zone) for text in step["times"])
            left -= step["days"]
    elif kind == "every":
        period, first = round(schedule["hours"] * HOUR), schedule["first"]
        if period < MINUTE:
            raise ValueError("doses less than a minute apart")
        begins, ends = midnight(day, zone), midnight(day + 1, zone)
        yield from range(max(first, first + -(-(begins - first) // period) * period), ends, period)
    elif kind == "once" and local_day(schedule["at"], zone) == day:
        yield schedule["at"]


def interval(order: Mapping[str, Any]) -> int:
    """The usual time between two doses, ms; a day for what is given once a day or more rarely."""
    schedule: Mapping[str, Any] = order["schedule"]
    times: list[str] = schedule.get("times") or []
    if schedule["kind"] == "every":
        return int(min(DAY, schedule["hours"] * HOUR))
    if schedule["kind"] == "taper":
        times = max((step["times"] for step in schedule["steps"]), key=len)
    return DAY // max(1, len(times))


def window(order: Mapping[str, Any]) -> int:
    """How far (ms) before or after its time a dose is on time, by the guidelines of the ISMP (2011): 30 min where time
    is critical, 2 h for daily doses, 1 h for those up to every four hours, else a quarter of the interval."""
    apart = interval(order)
    if order.get("timing") == "time-critical":
        return 30 * MINUTE
    return 2 * HOUR if apart >= DAY else HOUR if apart >= 4 * HOUR else apart // 4


def grace(order: Mapping[str, Any]) -> int:
    """How long (ms) after its time a dose that was not taken counts as missed: half the interval, at most four hours,
    never less than its window."""
    return max(window(order), min(interval(order) // 2, LONGEST_GRACE))


def ended_at(order: Mapping[str, Any], at: int) -> bool:
    """Whether the order no longer asks for anything at ``at`` (ms)."""
    end = order.get("end")
    return order.get("status", "active") in _ENDED or (end is not None and at >= end)
