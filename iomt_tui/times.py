"""Times and durations as people write them, on the command line and on the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

_OFFSET: Final = re.compile(r"([+-])(.+)")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|min|m|s|h|d)")
_MS: Final = {"ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_LONGEST: Final = 3650 * _MS["d"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in a recording, not yet tied to it: ms from its start or before its end, a time of day in s, or
    a date and time."""

    offset: int | None = None
    ago: int | None = None
    clock: int | None = None
    instant: datetime | None = None


def parse_duration(text: str) -> int:
    """Milliseconds of "90s", "15m", "1h30m" or "250ms"; a bare number means seconds. Raises ValueError."""
    packed = text.strip().lower()
    if re.fullmatch(r"\d+(\.\d+)?", packed):
        packed += "s"
    parts = _PART.findall(packed)
    if not parts or "".join(number + unit for number, unit in parts) != re.sub(r"\s+", "", packed):
        raise ValueError(f"{text!r} is not a duration: write for example 90s, 15m or 1h30m")
    total = round(sum(float(number) * _MS[unit] for number, unit in parts))
    if total > _LONGEST:
        raise ValueError(f"{text!r} is longer than ten years")
    return total


def parse_date(text: str) -> date:
    """A date like 2026-03-01. Raises ValueError with an example."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not a date: write for example 2026-03-01") from None


def parse_moment(text: str) -> Moment:
    """A moment from "+15m", "-2h", "03:12", "03:12:30" or ISO 8601. Raises ValueError with an example."""
    if match := _OFFSET.fullmatch(text.strip()):
        length = parse_duration(match[2])
        return Moment(offset=length) if match[1] == "+" else Moment(ago=length)
    if match := _CLOCK.fullmatch(text.strip()):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return Moment(clock=hours * 3600 + minutes * 60 + seconds)
    try:
        return Moment(instant=datetime.fromisoformat(text.strip()))
    except ValueError:
        raise ValueError(
            f"{text!r} is not a time: write +15m from the start, -2h from the end, 03:12, or 2026-03-01T03:12:00Z"
        ) from None


def resolve(moment: Moment, start: int, end: int, zone: tzinfo) -> int:
    """``moment`` as ms UTC in a recording from ``start`` to ``end`` (ms UTC) on a ward in ``zone``.

    A time of day is the first one at or after the start, so 03:12 of a night shift is the next morning. A date without
    an offset is the ward's local time.
    """
    if moment.offset is not None:
        return start + moment.offset
    if moment.ago is not None:
        return end - moment.ago
    if moment.instant is not None:
        return milliseconds(moment.instant if moment.instant.tzinfo else moment.instant.replace(tzinfo=zone))
    local = datetime.fromtimestamp(start // 1000, zone)
    wanted = _that_day(local, moment.clock or 0)
    return milliseconds(wanted if wanted >= local else wanted + timedelta(days=1))


def resolve_back(moment: Moment, start: int, now: int, zone: tzinfo) -> int:
    """The same, looking back from ``now`` (ms UTC): a time of day is the newest one that has been."""
    if moment.clock is None:
        return resolve(moment, start, now, zone)
    local = datetime.fromtimestamp(now // 1000, zone)
    wanted = _that_day(local, moment.clock)
    return milliseconds(wanted if wanted <= local else wanted - timedelta(days=1))


def _that_day(local: datetime, clock: int) -> datetime:
    hours, rest = divmod(clock, 3600)
    return local.replace(hour=hours, minute=rest // 60, second=rest % 60, microsecond=0, fold=0)


def milliseconds(instant: datetime) -> int:
    """An aware datetime as ms UTC."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def iso(ms: int) -> str:
    """ms UTC as ISO 8601 with milliseconds and Z. Times beyond the years 1 to 9999 are cut to them."""
    whole, rest = divmod(min(max(ms, -62135596800000), 253402300799999), 1000)
    return (datetime(1970, 1, 1) + timedelta(seconds=whole)).isoformat() + f".{rest:03d}Z"


def ward_zone(name: str) -> tzinfo:
    """The ward's time zone by its IANA name; UTC when this machine does not know it."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def clock_time(ms: int, zone: tzinfo) -> str:
    """ms UTC on the ward's clock: "2026-03-01 03:12:30 CET"."""
    return datetime.fromtimestamp(ms // 1000, zone).strftime("%Y-%m-%d %H:%M:%S %Z")


def time_of_day(ms: int, zone: tzinfo) -> str:
    """ms UTC on the ward's clock: "03:12:30"."""
    return datetime.fromtimestamp(ms // 1000, zone).strftime("%H:%M:%S")
