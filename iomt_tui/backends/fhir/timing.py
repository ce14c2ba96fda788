"""FHIR Timing to the schedules of :mod:`iomt_tui.clinical.medication.kinds`.

What those cannot say raises ValueError that begins with the field's name: it is never guessed (SAFETY H28).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from math import floor
from typing import Any, Final

from iomt_tui.backends.fhir.habits import CODES, EVENTS, EVERY, MEAL, MORNING
from iomt_tui.backends.fhir.resources import Concept, Repeat, Timing
from iomt_tui.backends.fhir.times import Moment, local_moment
from iomt_tui.clinical.medication.expansion import instant, local_day
from iomt_tui.clinical.medication.kinds import DAYS
from iomt_tui.clinical.medication.reading import HOUR, number

HOURS: Final = {"s": 1 / 3600, "min": 1 / 60, "h": 1.0, "d": 24.0, "wk": 168.0, "mo": 730.5, "a": 8766.0}
"""Units of time (UCUM) in hours."""
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::00(?:\.0+)?)?", re.ASCII)
_MINUTE: Final = 60_000
_MOST_EVENTS: Final = 48


def schedules(timing: Timing, start: Moment, zone: tzinfo) -> list[dict[str, Any]]:
    """The schedules that a timing means: one, or one for each of its events. Raises ValueError."""
    repeat = timing.repeat or Repeat()
    _no_ranges(repeat)
    if timing.event:
        if len(timing.event) > _MOST_EVENTS:
            raise ValueError(f"timing.event: more than {_MOST_EVENTS} times")
        if repeat.timeOfDay or repeat.when or repeat.frequency is not None or repeat.period is not None:
            raise ValueError("timing.event: times beside a rule, and only one of them can hold")
        return [{"kind": "once", "at": exactly(text, zone, "timing.event"), "stat": False} for text in timing.event]
    return [_rule(timing.code, repeat, start, zone)]


def _rule(code: Concept | None, repeat: Repeat, start: Moment, zone: tzinfo) -> dict[str, Any]:
    if repeat.timeOfDay:
        return _daily([_minute(text) for text in repeat.timeOfDay], repeat, start, zone, "timeOfDay")
    if repeat.when:
        return _daily(_events(repeat), repeat, start, zone, "when")
    if (named := code_of(code)) is not None:
        if named in CODES:
            return _daily(CODES[named], repeat, start, zone, "")
        return _every(EVERY[named], repeat, start, zone, "timing.code")
    if repeat.frequency is None and repeat.period is None:
        if _whole(repeat.count) == 1:
            return {"kind": "once", "at": first(start, zone), "stat": False}
        if repeat.dayOfWeek:
            return _on_days(repeat, start, zone)
        raise ValueError("timing: no times, no frequency and no code that is known")
    hours = interval(repeat)
    if repeat.dayOfWeek:
        return _on_days(repeat, start, zone)
    return _every(hours, repeat, start, zone, "timing.repeat.period")


def interval(repeat: Repeat) -> float:
    """Hours between two doses by frequency and period. Raises ValueError."""
    often = 1 if repeat.frequency is None else repeat.frequency
    often = number(often, 1, 96, "timing.repeat.frequency:")
    return span(repeat.period, repeat.periodUnit, "timing.repeat.period") / often


def span(value: Any, unit: str | None, what: str) -> float:
    """A length of time in hours. Raises ValueError."""
    if unit not in HOURS:
        raise ValueError(f"{what}: no unit of time")
    return number(value, 1e-4, 1e5, f"{what}:") * HOURS[unit]


def code_of(code: Concept | None) -> str | None:
    """The known code of a timing, None when it has none that is known."""
    if code is None:
        return None
    names = [*(coding.code for coding in code.coding), code.text]
    plain = (re.sub(r"[\s.]", "", name).upper() for name in names if name and len(name) < 20)
    return next((name for name in plain if name in CODES or name in EVERY), None)


def exactly(text: str, zone: tzinfo, what: str) -> int:
    """A time (ms) that must have a time of day. Raises ValueError."""
    try:
        found = local_moment(text, zone)
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from None
    if not found.exact:
        raise ValueError(f"{what}: a date without a time of day")
    return found.at


def first(start: Moment, zone: tzinfo) -> int:
    """The first dose (ms) of an order that says only when it starts, to the minute; a date means its morning."""
    if start.exact:
        return start.at // _MINUTE * _MINUTE
    return instant(local_day(start.at, zone), MORNING, zone)


def _no_ranges(repeat: Repeat) -> None:
    for name, least in (("frequencyMax", repeat.frequency), ("periodMax", repeat.period), ("countMax", repeat.count)):
        most = getattr(repeat, name)
        if most is not None and most != least:
            raise ValueError(f"timing.repeat.{name}: a range is not a time at which a dose is due")
    if repeat.boundsRange is not None:
        raise ValueError("timing.repeat.boundsRange: a range is not an end")


def _minute(text: str) -> int:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError("timing.repeat.timeOfDay: not a time of day to the minute")
    return 60 * int(match[1]) + int(match[2])


def _events(repeat: Repeat) -> list[int]:
    found: list[int] = []
    for event in repeat.when:
        if event not in EVENTS:
            raise ValueError("timing.repeat.when: an event without a time of day here")
        times: Iterable[int] = EVENTS[event]
        if repeat.offset:
            offset = int(number(repeat.offset, 0, 720, "timing.repeat.offset:"))
            meal = MEAL.get(event[:2])
            if meal is None:
                raise ValueError("timing.repeat.offset: nothing that it is before or after")
            times = [time + meal - (offset if meal > 0 else -offset) for time in times]
        found += times
    return [time % 1_440 for time in found]


def _daily(times: Iterable[int], repeat: Repeat, start: Moment, zone: tzinfo, field: str) -> dict[str, Any]:
    """At times of day, daily or on days of the week; one time of day every few days is a distance."""
    minutes = sorted(set(times))
    days = _days(repeat)
    if field and repeat.period is not None:
        hours = span(repeat.period, repeat.periodUnit, "timing.repeat.period")
        often = number(1 if repeat.frequency is None else repeat.frequency, 1, 96, "timing.repeat.frequency:")
        if hours > 24 and len(days) == 7 and len(minutes) == 1 and often == 1:
            return _every(hours, repeat, _on_or_after(start, minutes[0], zone), zone, "timing.repeat.period")
        told = {(24.0, float(len(minutes))), (168.0, float(len(days) * len(minutes)))}
        if (hours, often) not in told and not (often == 1 and len(days) < 7 and (hours, len(minutes)) == (168.0, 1)):
            raise ValueError(f"timing.repeat.frequency: contradicts timing.repeat.{field}")
    body: dict[str, Any] = {"kind": "times", "times": [f"{m // 60:02d}:{m % 60:02d}" for m in minutes]}
    return body if len(days) == 7 else body | {"days": days}


def _on_or_after(start: Moment, minute: int, zone: tzinfo) -> Moment:
    day = local_day(start.at, zone)
    at = instant(day, minute, zone)
    return Moment(at if at >= start.at else instant(day + timedelta(days=1), minute, zone), exact=True)


def _days(repeat: Repeat) -> list[str]:
    for day in repeat.dayOfWeek:
        if day not in DAYS:
            raise ValueError("timing.repeat.dayOfWeek: not a day of the week")
    return [day for day in DAYS if day in repeat.dayOfWeek] or list(DAYS)


def _on_days(repeat: Repeat, start: Moment, zone: tzinfo) -> dict[str, Any]:
    """On days of the week, at the time of day at which the order starts."""
    if not start.exact:
        raise ValueError("timing.repeat.timeOfDay: no time of day, and none at which the order starts")
    days = _days(repeat)
    if repeat.period is not None:
        hours = span(repeat.period, repeat.periodUnit, "timing.repeat.period")
        often = number(1 if repeat.frequency is None else repeat.frequency, 1, 96, "timing.repeat.frequency:")
        if (hours, often) not in {(24.0, 1.0), (168.0, 1.0), (168.0, float(len(days)))}:
            raise ValueError("timing.repeat.frequency: contradicts timing.repeat.dayOfWeek")
    clock = datetime.fromtimestamp(start.at / 1000, UTC).astimezone(zone)
    return {"kind": "times", "times": [f"{clock.hour:02d}:{clock.minute:02d}"], "days": days}


def _every(hours: float, repeat: Repeat, start: Moment, zone: tzinfo, what: str) -> dict[str, Any]:
    if repeat.dayOfWeek:
        raise ValueError("timing.repeat.dayOfWeek: days of the week beside a distance in hours")
    hours = number(round(hours, 6), 0.25, 168, f"{what}: hours between doses")
    return {"kind": "every", "hours": hours, "first": first(start, zone)}


def as_needed(timing: Timing | None) -> tuple[float, float | None]:
    """(hours at least between two doses, most in 24 h) of an order as needed; None where its timing does not say.

    A range is no obstacle: the shortest time and the most often are what limits it. Raises ValueError.
    """
    repeat = (timing.repeat if timing else None) or Repeat()
    if (named := code_of(timing.code if timing else None)) is not None and repeat.period is None:
        return (0.0, float(len(CODES[named]))) if named in CODES else (EVERY[named], max(1.0, 24 // EVERY[named]))
    if repeat.timeOfDay or repeat.when or repeat.dayOfWeek or (timing and timing.event):
        raise ValueError("asNeeded: as needed, and at certain times")
    if repeat.period is None:
        return 0.0, None
    least = span(repeat.period, repeat.periodUnit, "timing.repeat.period")
    often = repeat.frequencyMax if repeat.frequencyMax is not None else repeat.frequency
    often = number(1 if often is None else often, 1, 96, "timing.repeat.frequency:")
    most = max(1.0, floor(often * 24 / least + 1e-9))
    return (least if often == 1 else 0.0), most


def _whole(raw: Any) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def ends(repeat: Repeat, start: int, zone: tzinfo) -> int | None:
    """When (ms) the bounds of a timing end, itself no more included. Raises ValueError."""
    if repeat.boundsDuration is not None:
        bound = repeat.boundsDuration
        return start + round(span(bound.value, bound.code or bound.unit, "timing.repeat.boundsDuration") * HOUR)
    if repeat.boundsPeriod is not None and repeat.boundsPeriod.end:
        try:
            found = local_moment(repeat.boundsPeriod.end, zone, ends=True)
        except ValueError as error:
            raise ValueError(f"timing.repeat.boundsPeriod.end: {error}") from None
        return found.at
    return None


def count(repeat: Repeat) -> int | None:
    """After how many doses it ends, None where it does not say. Raises ValueError."""
    if repeat.count is None:
        return None
    return int(number(repeat.count, 1, 10_000, "timing.repeat.count:"))
