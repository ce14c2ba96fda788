"""The ambulatory glucose profile (AGP): what each half hour of the day is usually like. Values are mg/dL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from math import floor
from typing import Final, NamedTuple

from iomt_tui.clinical.medication.due import offset_of
from iomt_tui.clinical.trends import DAY, MINUTE

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
            offsets[hour] = offset_of(at, zone)
        day, rest = divmod(at + offsets[hour], DAY)
        number = rest // (SLOT * MINUTE)
        found[number].append(value)
        days[number].add(day)
    return tuple(
        _slot(number * SLOT, len(there), own) for number, (there, own) in enumerate(zip(days, found, strict=True))
    )


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
