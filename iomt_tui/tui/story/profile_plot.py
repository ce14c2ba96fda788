"""The ambulatory glucose profile as a plot of cells: the median, half of the values, nine of ten of them. Pure.

A band is told by its shade, so the plot reads without colour; colour says which range a height is in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from textual.content import Content

from iomt_tui.clinical.glucose import range_of
from iomt_tui.clinical.glucose_profile import SLOT, Slot
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.rows import MUTED

AXIS: Final = 6
"""Cells of the labels on the left."""

FLOOR, CEILING = 40.0, 300.0
"""What the plot shows, mg/dL; what lies outside is drawn at its edge."""

LEAST_ROWS: Final = 8
_LINES: Final = (70, 180)
_LABELLED: Final = (250, 180, 70)
INK: Final = {
    "very-low": "bold $sev-high", "low": "$sev-high", "in-range": "$success", "high": "$warning",
    "very-high": "bold $warning",
}  # fmt: skip
"""Range of glucose -> style."""


class Marks(NamedTuple):
    """What a cell is drawn with."""

    median: str
    half: str
    most: str
    line: str
    cursor: str


BLOCKS: Final = Marks("━", "▒", "░", "┄", "▲")
ASCII: Final = Marks("=", ":", ".", "-", "^")


def marks(*, ascii_only: bool) -> Marks:
    """The marks that the terminal has."""
    return ASCII if ascii_only else BLOCKS


def cells_per_slot(width: int) -> int:
    """Cells of one half hour."""
    return max(1, (width - AXIS) * SLOT // (24 * 60))


def plot(slots: Sequence[Slot], width: int, rows: int, measures: Measures, chosen: int, drawn: Marks) -> list[Content]:
    """``rows`` lines of the plot, highest first, then the hours and the cursor below the ``chosen`` slot."""
    per = cells_per_slot(width)
    step = (CEILING - FLOOR) / rows
    courses = [_between(slots, column, per) for column in range(len(slots) * per)]
    out = []
    for row in range(rows):
        low = CEILING - (row + 1) * step
        label = next((value for value in _LABELLED if low <= value < low + step), None)
        axis = plain(f"{measures.text('glucose', label) if label is not None else '':>{AXIS - 1}} ", MUTED)
        runs = groupby((_cell(values, low, step, drawn) for values in courses), key=lambda cell: cell[1])
        cells = (plain("".join(glyph for glyph, _ in run), style) for style, run in runs)
        out.append(fitted(joined(axis, *cells), width))
    return [*out, *_hours(len(slots), per, chosen, width, drawn)]


def _between(slots: Sequence[Slot], column: int, per: int) -> Sequence[float]:
    """The percentiles of a column: those of its slot, and towards its ends in proportion those of the next one."""
    place = (column + 0.5) / per - 0.5
    own = slots[column // per].values
    other = slots[(column // per + (1 if place > column // per else -1)) % len(slots)].values
    if not own or not other:
        return own
    part = abs(place - column // per)
    return [one + (two - one) * part for one, two in zip(own, other, strict=True)]


def _cell(values: Sequence[float], low: float, step: float, drawn: Marks) -> tuple[str, str]:
    """One cell of a column: heights from ``low`` to ``low`` + ``step``. An end of the outer band that is in it counts,
    too, so that a narrow band is not lost between two rows."""
    high, middle = low + step, low + step / 2
    style = INK[range_of(middle)]
    if values:
        least, quarter, half, most, top = (min(max(value, FLOOR), CEILING - 1e-6) for value in values)
        if low <= half < high:
            return drawn.median, f"bold {INK[range_of(half)].removeprefix('bold ')}"
        if quarter <= middle <= most:
            return drawn.half, style
        if least < high and top >= low:
            return drawn.most, style
    if any(low <= line < high for line in _LINES):
        return drawn.line, "dim"
    return " ", ""


def _hours(slots: int, per: int, chosen: int, width: int, drawn: Marks) -> Iterator[Content]:
    cells = [" "] * (slots * per)
    every = 3 if per == 1 else 2 if per < 4 else 1
    for hour in range(0, 24, every):
        at = hour * 60 // SLOT * per
        cells[at : at + 2] = f"{hour:02d}"
    cursor = " " * (AXIS + chosen * per) + drawn.cursor * per
    yield fitted(joined(plain(" " * AXIS), plain("".join(cells), MUTED)), width)
    yield fitted(plain(cursor, "bold $accent"), width)
