"""What a glucose sensor worn at home measured in the two weeks before the ward's start: no two days alike."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import exp
from typing import Final, NamedTuple

from iomt_tui.backends.simulated.body import MEALS
from iomt_tui.backends.simulated.course import DAY, HOUR, MINUTE
from iomt_tui.backends.simulated.noise import LENGTH, Noise, unit
from iomt_tui.backends.simulated.people import Person
from iomt_tui.backends.simulated.stream import Stream
from iomt_tui.clinical.placing import place_many
from iomt_tui.ward.events import Reading

DAYS: Final = 14
"""As many as a glucose profile takes (CLINICAL: two weeks describe three months)."""

_FADE: Final = 6 * HOUR  # before the ward's start: what comes then is the stream's own course
_LIFE: Final = 10  # days that a sensor lasts
_WARM_UP: Final = 2 * HOUR  # of a new sensor, without a value
_LOWEST, _HIGHEST = 40.0, 400.0  # mg/dL that sensors tell


def sensed(stream: Stream, noise: Noise, until: int) -> Iterator[Reading]:
    """The readings of the glucose ``stream`` in the two weeks up to ``until`` (ms), the oldest first."""
    subject, period = stream.subject, stream.period
    first = stream.origin + -(-(until - DAYS * DAY - stream.origin) // period) * period
    change = until - int((1 + (_LIFE - 2) * unit(subject.person.key, 201)) * DAY)  # to a new sensor
    for at in range(first, until, period):
        if (at - change) % (_LIFE * DAY) < _WARM_UP:
            continue
        live = stream.read(at, subject.vitals(at))
        usual = live.values.get("glucose")
        if usual is None:
            continue
        own = _strayed(subject.person, noise, at, subject.hour(at)) * min(1.0, (until - at) / _FADE)
        values, flags = place_many({"glucose": round(min(_HIGHEST, max(_LOWEST, usual + own)))})
        yield live._replace(values=values, flags=flags)


def _strayed(person: Person, noise: Noise, at: int, hour: float) -> float:
    """mg/dL above the usual course of that hour (0-24 of the person's day)."""
    number, key = round((at - hour * HOUR) / DAY), person.key
    day, next_day = _day(key, number), _day(key, number + 1)
    slow = noise.slow[(at // (15 * MINUTE) + key) % LENGTH]
    level = (day.level * (24 - hour) + next_day.level * hour) / 24 + 9 * slow
    for peak, more in day.meals:
        since = hour - peak
        if 0 < since < 5:
            level += more * person.base.meal * since * exp(1 - since) * (1 - since / 5)
    if day.low:  # too much insulin at night
        level -= 78 * _bump(hour, day.low, 1.6)
    if day.late:
        level += 110 * _bump(hour, 21.0, 2.5)
    return level


class _Day(NamedTuple):
    """How a day differs from the usual one: mg/dL, (hour, share) of more at each meal, hour of a low, a late supper."""

    level: float
    meals: tuple[tuple[float, float], ...]
    low: float
    late: bool


@lru_cache(maxsize=64)
def _day(key: int, day: int) -> _Day:
    meals = tuple(
        (meal + (unit(key, 204, day, i) - 0.5) * 1.5, unit(key, 205, day, i) * 2.6 - 1.0)
        for i, meal in enumerate(MEALS)
    )
    low = 1.5 + 2 * unit(key, 207, day) if unit(key, 206, day) < 0.16 else 0.0
    return _Day((unit(key, 203, day) - 0.5) * 34, meals, low, unit(key, 208, day) < 0.22)


def _bump(hour: float, peak: float, width: float) -> float:
    """0 … 1, ``width`` hours to each side of ``peak``."""
    x = abs(hour - peak) / width
    return (1 - x * x) ** 2 if x < 1 else 0.0
