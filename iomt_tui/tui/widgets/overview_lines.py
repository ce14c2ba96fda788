"""A patient's overview: the sections side by side where there is room, the latest events where some is left. Pure."""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest
from typing import Final

from textual.content import Content

from iomt_tui.tui.text import EMPTY, fitted, joined, plain
from iomt_tui.tui.widgets.patient_lines import Part, Sections, stacked

TWO: Final = 112
THREE: Final = 176
"""Cells from which the sections stand in two columns, and in three."""

GUTTER: Final = 3
"""Cells between the columns."""

Latest = Callable[[int, int], list[Content]]
"""Cells of a line, and how many lines there may be -> the latest events."""

_Column = tuple[int, tuple[Part, ...]]  # its cells, and what stands in it

_WHO: Final = (Part.WHO, Part.ALARMS, Part.LIMITS)
_SAID: Final = (Part.NOTES, Part.CHARTED)
_KNOWN: Final = (Part.SCORES, Part.DEVICES, Part.REFUSED)


def columns_of(width: int) -> tuple[_Column, ...]:
    """The columns, left to right. What asks for a hand stands high; numbers with their courses have most of the room,
    lists what they need."""
    if width < TWO:
        return ((width, tuple(Part)),)
    if width < THREE:
        right = max(44, width * 3 // 8)
        listed = (Part.NEWS2, Part.MEDICATIONS, *_SAID, *_KNOWN)
        return (width - GUTTER - right, (*_WHO, Part.NOW)), (right, listed)
    first, last = width * 27 // 100, max(48, width * 26 // 100)
    middle = width - 2 * GUTTER - first - last
    return (first, _WHO), (middle, (Part.NOW, *_SAID)), (last, (Part.NEWS2, Part.MEDICATIONS, *_KNOWN))


def overview_lines(told: Sections, width: int, height: int = 0, latest: Latest | None = None) -> list[Content]:
    """Everything known of the patient, ``width`` cells a line. Of ``height`` lines, those that would be empty below
    all columns but the last have the ``latest`` events: nothing stands below them, so nothing moves when they come."""
    *before, (cells, parts) = columns_of(width)
    last = stacked(told, parts, cells)
    if not before:
        return last + _below(len(last), cells, height, latest)
    left = list[Content]()
    across = -GUTTER
    for own, its in before:
        left = side_by_side(left, across, stacked(told, its, own)) if left else stacked(told, its, own)
        across += GUTTER + own
    left += _below(len(left), across, height, latest)
    return side_by_side(left, across, last)


def _below(used: int, width: int, height: int, latest: Latest | None) -> list[Content]:
    rows = latest(width, height - used - 1) if latest is not None else []
    return [EMPTY, *rows] if rows else []


def side_by_side(left: list[Content], width: int, right: list[Content]) -> list[Content]:
    """Both beside each other, the left one ``width`` cells wide."""
    gap = plain(" " * GUTTER)
    pairs = zip_longest(left, right, fillvalue=EMPTY)
    return [joined(fitted(one, width), gap, other) if other else one for one, other in pairs]
