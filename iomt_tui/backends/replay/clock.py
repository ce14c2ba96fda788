"""Reading a time column: ISO 8601, epoch numbers, or time elapsed since an anchor."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.backends.replay.headings import TIME_UNITS

ANCHOR: Final = 946_684_800_000
"""2000-01-01T00:00Z in ms: where time elapsed starts when the caller names no other start."""
EARLIEST: Final = -2_208_988_800_000  # 1900-01-01
LATEST: Final = 4_102_444_800_000  # 2100-01-01

_ELAPSED: Final = re.compile(r"^(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)$")
_EPOCHS: Final = (
    (1e8, 1e11, "epoch seconds", 1_000.0, (None, "s")),
    (1e11, 1e14, "epoch milliseconds", 1.0, (None, "ms")),
    (1e14, 1e17, "epoch microseconds", 1e-3, (None,)),
    (1e17, 1e20, "epoch nanoseconds", 1e-6, (None,)),
)  # least, most, name, ms in one, units a heading may state; more than three years are no elapsed time


class Clock(NamedTuple):
    """How a file's time cells are read. ``read`` gives ms UTC, raising ValueError with words for one it cannot."""

    read: Callable[[str], int]
    note: str  # what was taken for granted, in words; "" for nothing


def choose_clock(samples: Sequence[str], unit: str | None, anchor: int, zone: tzinfo) -> Clock:
    """The reading of a column with these cells. Raises :class:`SourceError` when they do not settle it."""
    texts = [text.strip() for text in samples if text.strip()]
    numbers = sorted(number for text in texts if (number := _number(text)) is not None)
    if len(numbers) * 2 > len(texts):
        return _of_numbers(numbers[len(numbers) // 2], unit, anchor)
    if sum(bool(_ELAPSED.match(text)) for text in texts) * 2 > len(texts):
        if unit is None:
            raise SourceError(
                "the time column holds times of day without a date; add a date column, or if it is "
                "time elapsed say so: --map HEADING=time:s"
            )
        return Clock(_checked(lambda text: anchor + _hms(text)), "")
    naive = sum(_zoneless(text) for text in texts)
    note = f"times without a time zone are read as {zone}" if naive else ""
    return Clock(_checked(lambda text: _iso(text, zone)), note)


def _of_numbers(middle: float, unit: str | None, anchor: int) -> Clock:
    for least, most, name, scale, units in _EPOCHS:
        if least <= abs(middle) < most and unit in units:
            return Clock(_checked(_scaled(scale, 0)), f"times are {name}")
    if unit not in TIME_UNITS:
        raise SourceError(
            "the time column holds plain numbers and its heading does not say of what; "
            "say so: --map HEADING=time:s (or ms, min, h)"
        )
    start = datetime.fromtimestamp(anchor / 1000, UTC).isoformat()
    return Clock(_checked(_scaled(TIME_UNITS[unit], anchor)), f"times count from {start}")


def _scaled(scale: float, start: int) -> Callable[[str], int]:
    return lambda text: start + round(_required(text) * scale)


def _checked(read: Callable[[str], int]) -> Callable[[str], int]:
    def checked(text: str) -> int:
        try:
            at = read(text)
        except (ValueError, OverflowError):
            raise ValueError("not a time" if text.strip() else "no time") from None
        if not EARLIEST <= at < LATEST:
            raise ValueError("outside the years 1900 to 2099")
        return at

    return checked


def _iso(text: str, zone: tzinfo) -> int:
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return round(moment.timestamp() * 1000)


def _zoneless(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


def _hms(text: str) -> int:
    found = _ELAPSED.match(text.strip())
    if found is None:
        raise ValueError(text)
    hours, minutes, seconds = found.groups()
    return round((int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))) * 1000)


def _number(text: str) -> float | None:
    if not text.isascii() or "_" in text:
        return None
    try:
        return float(text.replace(",", ".", 1))
    except ValueError:
        return None


def _required(text: str) -> float:
    number = _number(text.strip())
    if number is None:
        raise ValueError(text)
    return number
