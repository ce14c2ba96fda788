"""How many dots a cell holds, and the character for each set of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Dots:
    """One way of drawing. Bit ``x * down + y`` of a cell's mask is its dot in column ``x``, row ``y`` from the top."""

    name: str
    words: str
    across: int  # dots of a cell from left to right
    down: int
    glyphs: Sequence[str]  # by mask

    def column(self, x: int) -> int:
        """The mask of all dots in column ``x`` of a cell."""
        return ((1 << self.down) - 1) << (x * self.down)


_BRAILLE_BITS: Final = (0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80)  # Unicode's bit of each dot, column by column


def _braille(mask: int) -> str:
    return chr(0x2800 + sum(bit for i, bit in enumerate(_BRAILLE_BITS) if mask >> i & 1)) if mask else " "


_QUADRANTS: Final = " ▘▖▌▝▀▞▛▗▚▄▙▐▜▟█"  # bits: upper left, lower left, upper right, lower right
_STROKES: Final = (" ", "'", "-", "|", ".", "|", "|", "|")  # top, middle, bottom of a cell; two of them are a stroke

BRAILLE: Final = Dots("braille", "braille dots", 2, 4, tuple(_braille(mask) for mask in range(256)))
BLOCK: Final = Dots("block", "blocks", 2, 2, tuple(_QUADRANTS))
ASCII: Final = Dots("ascii", "ASCII", 1, 3, _STROKES)

DOTS: Final[Mapping[str, Dots]] = {dots.name: dots for dots in (BRAILLE, BLOCK, ASCII)}


def first(glyphs: str, terminal: str) -> Dots:
    """What waveforms are drawn in at first, by the setting ``glyphs`` and the name of the terminal.

    A QRS complex needs dots: who asks for nothing else gets braille, but for the Linux console, whose fonts have none.
    """
    if glyphs in DOTS:
        return DOTS[glyphs]
    return BLOCK if terminal == "linux" else BRAILLE


def after(dots: Dots) -> Dots:
    """The next way of drawing."""
    ways = list(DOTS.values())
    return ways[(ways.index(dots) + 1) % len(ways)]
