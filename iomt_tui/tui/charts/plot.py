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

from iomt_tui.tui.waves.dots import ASCII, BLOCK, BRAILLE, Dots, first

FEW: Final = 150
"""Dots up to which plotext draws a picture."""


@dataclass(frozen=True, slots=True)
class Ink:
    """What curves are made of: dots a cell across and up, plotext's marker for them, and the cell of each set of dots,
    that of the left column in the lower bits, the lowest dot first."""

    across: int
    up: int
    marker: str
    cells: Sequence[str]


def _ink(dots: Dots, marker: str) -> Ink:
    """Two columns of dots, which waveforms count from the top."""
    columns = range(1 << dots.down)
    turned = [sum(1 << dots.down - 1 - row for row in range(dots.down) if column >> row & 1) for column in columns]
    cells = (dots.glyphs[turned[left] | turned[right] << dots.down] for right in columns for left in columns)
    return Ink(2, dots.down, marker, tuple(cells))


DOTS: Final = _ink(BRAILLE, "braille")
BLOCKS: Final = _ink(BLOCK, "hd")
LETTERS: Final = Ink(1, 1, "*", (" ", "*"))

INKS: Final[Mapping[str, Ink]] = MappingProxyType({BRAILLE.name: DOTS, BLOCK.name: BLOCKS, ASCII.name: LETTERS})
"""Dots of waveforms by name -> ink. Blocks are two steps to a row, half of what braille has."""


def ink_of(glyphs: str, terminal: str) -> Ink:
    """By the setting ``glyphs`` and the name of the terminal, as waveforms are drawn at first."""
    return INKS[first(glyphs, terminal).name]


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
    up, cells = ink.up, ink.cells
    mask, shifts = (1 << up) - 1, range(up * (height - 1), -1, -up)
    if ink.across == 1:
        return ["".join([cells[column >> shift & mask] for column in columns]) for shift in shifts]
    pairs = list(zip(columns[::2], columns[1::2], strict=True))
    return [
        "".join([cells[left >> shift & mask | (right >> shift & mask) << up] for left, right in pairs])
        for shift in shifts
    ]
