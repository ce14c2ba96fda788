"""FHIR dates and times, partial ones too, as ms since 1970 UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from iomt_tui.backends.fhir.resources import Observation
from iomt_tui.clinical.medication.expansion import instant

_PARTIAL: Final = re.compile(r"^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$", re.ASCII)
_INSTANT: Final = re.compile(
    r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$", re.ASCII
)  # FHIR R4, datatypes: a time of day needs seconds and a zone
EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2099


class Moment(NamedTuple):
    """A time in ms. ``exact`` is false when only a date or less was given; it then is the date's beginning."""

    at: int
    exact: bool


def moment(text: str) -> Moment:
    """The time of a FHIR ``dateTime`` or ``instant``. Raises ValueError for one that breaks FHIR's format.

    A partial date begins as early as it can, so that a value never looks fresher than it is.
    """
    partial = _PARTIAL.fullmatch(text)
    if partial:
        year, month, day = (int(part or 1) for part in partial.groups())
        found, exact = datetime(year, month, day, tzinfo=UTC), False
    else:
        whole = _INSTANT.fullmatch(text)
        if whole is None:
            raise ValueError("not a FHIR time (a time of day needs seconds and a zone)")
        minute, second, fraction, zone = whole.groups()
        second = "59" if second == "60" else second  # a leap second has no place in POSIX time
        found = datetime.fromisoformat(f"{minute}{second}{(fraction or '')[:7]}{zone}")
        exact = True
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise ValueError(f"outside the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    return Moment(round(found.timestamp() * 1000), exact)


def local_moment(text: str, zone: tzinfo, *, ends: bool = False) -> Moment:
    """As :func:`moment`, but a date is a day of the ward's calendar: it begins at midnight there. With ``ends`` it is
    the end of that day, month or year, which an end still includes. Raises ValueError."""
    partial = _PARTIAL.fullmatch(text)
    if partial is None:
        return moment(text)
    year, month, day = (int(part or 1) for part in partial.groups())
    when = date(year, month, day)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError(f"outside the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    if ends and partial[3]:
        when += timedelta(days=1)
    elif ends:
        month = month + 1 if partial[2] else 13
        when = date(year + 1, 1, 1) if month > 12 else date(year, month, 1)
    return Moment(instant(when, 0, zone), exact=False)


def full_date(text: str | None) -> str | None:
    """A complete, existing date as it is, else None: half a birth date is no birth date."""
    try:
        return date.fromisoformat(text).isoformat() if text and len(text) == 10 else None
    except ValueError:
        return None


def observed(observation: Observation, *, begins: bool) -> Moment:
    """When an observation was made: its instant, or its period's end (``begins``: its start).

    Raises ValueError when it does not say. ``issued`` is when it was sent, and is never taken for it.
    """
    period = observation.effectivePeriod
    ends = [period.start, period.end] if period else []
    texts = [observation.effectiveDateTime, observation.effectiveInstant, *(ends if begins else ends[::-1])]
    text = next((text for text in texts if text), None)
    if text is None:
        raise ValueError("no effective time")
    return moment(text)
