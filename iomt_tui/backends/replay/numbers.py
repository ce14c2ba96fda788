"""Numbers as table cells hold them, and the cells that mean "not measured"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

BLANK: Final = frozenset({"", "na", "n/a", "#n/a", "null", "none", "nil", "-", "--", "---", "?", "."})
"""Cells without a value, casefolded: nothing was measured then. NaN is not among them: it is a broken value."""

_COMMA: Final = re.compile(r"^[+-]?\d+,\d+$")
_THOUSANDS: Final = re.compile(r"^[+-]?\d{1,3},\d{3}$")
_POINT: Final = re.compile(r"^[+-]?\d*\.\d+$")


def decimal_comma(samples: Iterable[str]) -> bool:
    """Whether these cells write 36,5 for 36.5. ``1,234`` alone settles nothing, and one 36.5 settles against."""
    found = False
    for text in samples:
        if _POINT.match(text):
            return False
        found = found or bool(_COMMA.match(text) and not _THOUSANDS.match(text))
    return found


def number(text: str, comma: bool) -> float | str:
    """The number in a stripped cell, or the cell itself when it holds none (placing then refuses it)."""
    if comma:
        if "." in text:
            return text
        text = text.replace(",", ".", 1)
    if not text.isascii() or "_" in text:
        return text
    try:
        return float(text)
    except ValueError:
        return text


def cell_value(key: str, text: str, comma: bool) -> float | str:
    """What a vital sign's cell holds, before placing.

    Consciousness is read from its letters or words only: scales count from different ends.
    """
    if key == "acvpu":
        return f"code {text}" if text.isdigit() else text
    return number(text, comma)
