"""The one place that knows plotext (TERMINAL.md, finding 7): dots in, rows of characters out.

plotext keeps one global figure: only the thread of the screen may draw, and each drawing begins with ``clf``, without
which its cost grows with every one before. It is imported when the first chart is drawn: that takes 50 ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

Dot = tuple[int, int]
"""Column from the left and row from the bottom, in dots."""


@dataclass(frozen=True, slots=True)
class Ink:
    """What curves are made of: dots a cell across and up, and plotext's marker for them."""

    across: int
    up: int
    marker: str


INKS: Final[Mapping[str, Ink]] = MappingProxyType(
    {"braille": Ink(2, 4, "braille"), "block": Ink(2, 4, "braille"), "ascii": Ink(1, 1, "*")}
)
"""Setting ``glyphs`` -> ink. Blocks are two steps to a row, too coarse to read a saturation from: trends take braille
for them, and ASCII where a font lacks both."""


def draw(dots: Iterable[Dot], width: int, height: int, ink: Ink) -> list[str]:
    """``height`` rows of ``width`` cells with the dots on them, blank elsewhere; the top row first.

    Dots beyond the edges are left out. plotext maps its limits to the first and the last dot exactly, so a dot is
    where it was asked for.
    """
    columns, rows = width * ink.across, height * ink.up
    placed = [(x, y) for x, y in dots if 0 <= x < columns and 0 <= y < rows]
    if not placed or width < 1 or height < 1:
        return [" " * width] * height
    import plotext

    plotext.clf()
    plotext.theme("clear")
    plotext.limit_size(False, False)
    plotext.plotsize(width, height)
    plotext.frame(False)
    plotext.xaxes(False, False)
    plotext.yaxes(False, False)
    plotext.xticks([])
    plotext.yticks([])
    # An axis of no length divides by zero: one row or column of dots gets a length that nothing is drawn in.
    plotext.xlim(0, max(columns - 1, 1))
    plotext.ylim(0, max(rows - 1, 1))
    xs, ys = zip(*placed, strict=True)
    plotext.scatter(xs, ys, marker=ink.marker)
    text: str = plotext.uncolorize(plotext.build())
    return [row[:width].ljust(width) for row in text.split("\n")[:height]]
