"""The one place that knows plotext (TERMINAL.md, finding 7): columns of dots in, rows of characters out.

plotext 5 keeps one global figure: only the thread of the screen may draw, and each drawing begins with ``clf``, without
which its cost grows with every one before. It is imported when the first chart is drawn: that takes 50 ms.

It takes about 1.5 ms and another 4 µs a dot; a week of seven vitals on 200 columns is 10,000 dots, and a redraw may
take 30 ms in all. So a picture of more than :data:`FEW` dots has them set here, in the same cells: a test holds both
ways to the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

FEW: Final = 150
"""Dots up to which plotext draws a picture."""

_BRAILLE: Final = 0x2800
_BITS: Final = ((0x40, 0x80), (0x04, 0x20), (0x02, 0x10), (0x01, 0x08))  # of a cell's dots, left and right, bottom up
_LEFT, _RIGHT = (
    tuple(sum(bits[side] for row, bits in enumerate(_BITS) if dots >> row & 1) for dots in range(16)) for side in (0, 1)
)  # four dots of a column, the lowest in bit 0 -> their bits in a braille cell


@dataclass(frozen=True, slots=True)
class Ink:
    """What curves are made of: dots a cell across and up, and plotext's marker for them."""

    across: int
    up: int
    marker: str


DOTS: Final = Ink(2, 4, "braille")
LETTERS: Final = Ink(1, 1, "*")

INKS: Final[Mapping[str, Ink]] = MappingProxyType({"braille": DOTS, "block": DOTS, "ascii": LETTERS})
"""Setting ``glyphs`` -> ink. Blocks are two steps to a row, too coarse to read a saturation from: trends take braille
for them, and letters where a font lacks both."""


def draw(columns: Sequence[int], height: int, ink: Ink) -> list[str]:
    """``height`` rows of cells with the dots on them, blank elsewhere; the top row first.

    ``columns``: the dots from left to right, ``ink.across`` columns a cell; bit 0 of each is the lowest dot. Bits above
    the top row are left out.
    """
    mask = (1 << height * ink.up) - 1
    kept = [column & mask for column in columns]
    count = sum(map(int.bit_count, kept))
    if not count:
        return [" " * (len(columns) // ink.across)] * height
    return by_plotext(kept, height, ink) if count <= FEW else by_hand(kept, height, ink)


def by_plotext(columns: Sequence[int], height: int, ink: Ink) -> list[str]:
    """The picture as plotext draws it, which puts its limits on the first and the last dot exactly."""
    import plotext

    width = len(columns) // ink.across
    plotext.clf()
    plotext.theme("clear")
    plotext.limit_size(False, False)
    plotext.plotsize(width, height)
    plotext.frame(False)
    plotext.xaxes(False, False)
    plotext.yaxes(False, False)
    plotext.xticks([])
    plotext.yticks([])
    # An axis of no length divides by zero: a single row or column gets a length that nothing is drawn in.
    plotext.xlim(0, max(len(columns) - 1, 1))
    plotext.ylim(0, max(height * ink.up - 1, 1))
    xs, ys = zip(*_dots(columns), strict=True)
    plotext.scatter(xs, ys, marker=ink.marker)
    text: str = plotext.uncolorize(plotext.build())
    return [row[:width].ljust(width) for row in text.split("\n")[:height]]


def _dots(columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    for x, column in enumerate(columns):
        yield from ((x, y) for y in range(column.bit_length()) if column >> y & 1)


def by_hand(columns: Sequence[int], height: int, ink: Ink) -> list[str]:
    """The same picture, cell by cell."""
    if ink is not DOTS:
        rows = range(height - 1, -1, -1)
        return ["".join([ink.marker if column >> y & 1 else " " for column in columns]) for y in rows]
    pairs = list(zip(columns[::2], columns[1::2], strict=True))
    out = []
    for shift in range(4 * height - 4, -1, -4):
        cells = [_LEFT[left >> shift & 15] | _RIGHT[right >> shift & 15] for left, right in pairs]
        out.append("".join([chr(_BRAILLE + cell) if cell else " " for cell in cells]))
    return out
