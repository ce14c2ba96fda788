"""Text as terminal cells: one code point per cell, and nothing that a terminal would obey instead of show.

A wide character takes two cells: itself and :data:`CONT`. A cluster of several code points (a letter with accents, an
emoji with modifiers) is interned as one code point of plane 15, so that rows keep one code point per cell and compare
at C speed. Code points of plane 15 and 16 in the text itself are interned too, hence never mistaken.

This is the last place where hostile text could become a command: control, format, bidi and surrogate code points do
not get through :func:`cells`, whatever their source.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rich.cells import split_graphemes

CONT: Final = "\x00"
"""The right half of a wide character."""

UNKNOWN: Final = "\x01"
"""A cell of which we do not know what the terminal shows; equal to no cell that is wanted."""

REPLACEMENT: Final = "\ufffd"

# Width 1 in Rich's tables and in terminals, no combining or format characters: tests/tui/terminal compares them.
SIMPLE_RANGES: Final = (
    (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x2FF), (0x3A3, 0x482), (0x48A, 0x52F), (0x1E00, 0x1F15), (0x2010, 0x2027),
    (0x202F, 0x205F), (0x2074, 0x208E), (0x20A0, 0x20C0), (0x2100, 0x218B), (0x2190, 0x2319), (0x232B, 0x23E8),
    (0x23F4, 0x2426), (0x2460, 0x25FC), (0x25FF, 0x2613), (0x2616, 0x262F), (0x2654, 0x267E), (0x270C, 0x2727),
    (0x2729, 0x274B), (0x2758, 0x2794), (0x2798, 0x27AF), (0x27C0, 0x2B1A), (0xE000, 0xF8FF),
)  # fmt: skip

not_simple = re.compile("[^" + "".join(f"{chr(a)}-{chr(b)}" for a, b in SIMPLE_RANGES).replace("\\", "") + "]").search
"""Finds the first code point that is not certainly one cell of its own."""

_FORBIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u08e2\u180b-\u180f\u200b\u200c\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_TRUSTED_WIDE: Final = re.compile(
    "[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6]"
)
_FIRST: Final = 0xF0000
_LAST: Final = 0xFFFFD
_LONGEST: Final = 8  # code points in a cluster; more is an attack on the terminal, not a letter

_codes: dict[str, str] = {}
_texts: dict[int, str] = {0: ""}


def _intern(cluster: str) -> str:
    code = _codes.get(cluster)
    if code is None:
        point = _FIRST + len(_codes)
        if point > _LAST:
            return REPLACEMENT
        code = _codes[cluster] = chr(point)
        _texts[point] = cluster
    return code


def _cell(cluster: str, width: int) -> str:
    clean = _FORBIDDEN.sub("", cluster)[:_LONGEST]
    if width == 0:
        return ""
    if not clean or clean[0] in "\u200d\ufe0f" or clean[0] != cluster[0]:
        return REPLACEMENT + " " * (width - 1)
    cell = clean if len(clean) == 1 and ord(clean) < _FIRST else _intern(clean)
    return cell + CONT if width == 2 else cell


@lru_cache(4096)
def cells(text: str) -> str:
    """``text`` as cells; as many code points as Rich says that it takes columns."""
    if not_simple(text) is None:
        return text
    return "".join(_cell(text[a:b], width) for a, b, width in split_graphemes(text)[0])


def shown(text: str) -> str:
    """The text which draws these cells: interned clusters spelt out, right halves left out."""
    return text.translate(_texts)


def is_special(cell: str) -> bool:
    """Whether terminals may disagree with us about the width of this cell's text."""
    return cell >= "\U0001f000" or ("\u2300" <= cell < "\u2c00" and not_simple(cell) is not None)


def is_trusted_wide(cell: str) -> bool:
    """Whether every terminal draws this cell's text two columns wide (ideographs, kana, hangul, full-width forms)."""
    return _TRUSTED_WIDE.match(cell) is not None
