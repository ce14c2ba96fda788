"""Fields of a JSON body read with suspicion: each raises ValueError with words that name the field."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from iomt_tui.security.text import SafeText, safe_text

#: The last instant an order may name: the end of the year 2199.
LATEST: Final = 7_258_118_399_000
HOUR: Final = 3_600_000
LONGEST_ID: Final = 80


def mapping(value: Any, what: str) -> Mapping[str, Any]:
    """A JSON object."""
    if isinstance(value, Mapping):
        return value
    raise ValueError(f"{what} is not an object")


def items(value: Any, what: str, most: int, least: int = 0) -> list[Any]:
    """A JSON array of ``least`` to ``most`` items."""
    if not isinstance(value, list | tuple) or not least <= len(value) <= most:
        raise ValueError(f"{what} is not a list of {least} to {most}")
    return list(value)


def number(value: Any, low: float, high: float, what: str) -> float:
    """A finite number from ``low`` to ``high``, both included."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{what} is not a number")
    if not low <= value <= high:
        lowest = "just above 0" if 0 < low < 0.001 else f"{low:g}"
        raise ValueError(f"{what} {safe_text(value, 20)} is not from {lowest} to {high:,.10g}")
    return float(value)


def moment(value: Any, what: str) -> int:
    """A time in ms since 1970."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LATEST:
        raise ValueError(f"{what} is not a time in ms since 1970")
    return value


def moment_or_none(value: Any, what: str) -> int | None:
    """A time in ms since 1970, or null."""
    return None if value is None else moment(value, what)


def identity(value: Any, what: str) -> str:
    """An id: text of 1 to 80 characters."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        raise ValueError(f"{what} is not an id of 1 to {LONGEST_ID} characters")
    return value


def words(value: Any, most: int) -> SafeText:
    """Text made safe, "" for null."""
    return safe_text(value, most)


def choice(value: Any, among: tuple[str, ...], what: str) -> str:
    """One of ``among``."""
    if value not in among:
        raise ValueError(f"{what} {safe_text(value, 20)!r} is not one of: {', '.join(filter(None, among))}")
    return str(value)
