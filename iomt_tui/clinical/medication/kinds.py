"""The kinds of schedule that an order may have, read from JSON and written back."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from iomt_tui.clinical.medication.drug import Quantity
from iomt_tui.clinical.medication.reading import HOUR, choice, items, mapping, moment, number, words
from iomt_tui.security.text import SafeText

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTE: Final = 60_000
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_MOST_TIMES: Final = 48
_LONGEST: Final = 168.0  # h between two doses: a week
_SHORTEST: Final = 0.25


class Times(NamedTuple):
    """At times of day (minutes after midnight, in order) of the ward's clock, on ``days`` (0 is Monday)."""

    times: tuple[int, ...]
    days: tuple[int, ...]

    def body(self) -> dict[str, Any]:
        """As JSON."""
        days = {"days": [DAYS[day] for day in self.days]} if len(self.days) < 7 else {}
        return {"kind": "times", "times": [_said(time) for time in self.times], **days}


class Every(NamedTuple):
    """Every ``every`` ms of elapsed time, whatever the wall clock does, from ``first`` on."""

    every: int
    first: int

    def body(self) -> dict[str, Any]:
        """As JSON."""
        return {"kind": "every", "hours": self.every / HOUR, "first": self.first}


class Step(NamedTuple):
    """A step of a taper: ``dose`` at ``times`` of each of ``days`` days."""

    days: int
    times: tuple[int, ...]
    dose: Quantity


class Taper(NamedTuple):
    """One step after the other; the first begins on the local date of the order's start."""

    steps: tuple[Step, ...]

    def body(self) -> dict[str, Any]:
        """As JSON."""
        steps = [{"days": s.days, "times": [_said(t) for t in s.times], "dose": s.dose.body()} for s in self.steps]
        return {"kind": "taper", "steps": steps}


class Prn(NamedTuple):
    """When needed: at least ``gap`` ms apart, at most ``most`` in 24 h, its effect looked at after ``recheck`` ms."""

    gap: int
    most: int
    indication: SafeText
    recheck: int

    def body(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "kind": "prn", "min_hours": self.gap / HOUR, "max_per_day": self.most, "indication": self.indication,
            "recheck_min": self.recheck / _MINUTE,
        }  # fmt: skip


class Once(NamedTuple):
    """One dose; ``stat``: at once."""

    at: int
    stat: bool

    def body(self) -> dict[str, Any]:
        """As JSON."""
        return {"kind": "once", "at": self.at, "stat": self.stat}


class Infusion(NamedTuple):
    """Runs at ``rate`` from the order's start, for ``lasts`` ms or until somebody stops it."""

    rate: Quantity
    lasts: int | None

    def body(self) -> dict[str, Any]:
        """As JSON."""
        hours = None if self.lasts is None else self.lasts / HOUR
        return {"kind": "infusion", "rate": self.rate.body(), "hours": hours}


Schedule = Times | Every | Taper | Prn | Once | Infusion


def schedule(data: Any) -> Schedule:
    """The schedule of an ``order`` body. Raises ValueError that says what is wrong."""
    data = mapping(data, "schedule")
    kind = choice(data.get("kind"), ("times", "every", "taper", "prn", "once", "infusion"), "schedule kind")
    if kind == "times":
        return Times(_times(data.get("times")), _days(data.get("days")))
    if kind == "every":
        hours = number(data.get("hours"), _SHORTEST, _LONGEST, "hours between doses")
        return Every(round(hours * HOUR), moment(data.get("first"), "first dose"))
    if kind == "taper":
        return Taper(tuple(_step(step) for step in items(data.get("steps"), "steps of the taper", 60, 1)))
    if kind == "prn":
        return Prn(
            round(number(data.get("min_hours"), 0, _LONGEST, "minimum interval") * HOUR),
            int(number(data.get("max_per_day"), 1, _MOST_TIMES, "maximum per day")),
            words(data.get("indication"), 60),
            round(number(data.get("recheck_min", 0), 0, 1_440, "recheck") * _MINUTE),
        )
    if kind == "once":
        return Once(moment(data.get("at"), "time of the dose"), bool(data.get("stat")))
    hours = data.get("hours")
    lasts = None if hours is None else round(number(hours, _SHORTEST, 30 * 24, "hours of the infusion") * HOUR)
    return Infusion(Quantity.from_body(data.get("rate"), "rate"), lasts)


def _times(value: Any) -> tuple[int, ...]:
    found = {_minute(time) for time in items(value, "times of day", _MOST_TIMES, 1)}
    return tuple(sorted(found))


def _minute(time: Any) -> int:
    match = _CLOCK.fullmatch(time) if isinstance(time, str) else None
    if match is None:
        raise ValueError(f"time of day {words(time, 20)!r} is not like 08:00")
    return 60 * int(match[1]) + int(match[2])


def _days(value: Any) -> tuple[int, ...]:
    if value is None:
        return tuple(range(7))
    return tuple(sorted({DAYS.index(choice(day, DAYS, "day")) for day in items(value, "days", 7, 1)}))


def _step(value: Any) -> Step:
    data = mapping(value, "step of the taper")
    days = int(number(data.get("days"), 1, 365, "days of the step"))
    return Step(days, _times(data.get("times")), Quantity.from_body(data.get("dose")))


def _said(time: int) -> str:
    return f"{time // 60:02d}:{time % 60:02d}"
