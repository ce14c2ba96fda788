"""Two pictures of the screen: what we want shown and what the terminal shows.

Each row is two strings of ``width`` code points: the text, one code point per cell (see :mod:`.cells`), and the
styles, one character per cell (see :mod:`.styles`). Strings compare at C speed.
"""

from __future__ import annotations

from itertools import compress
from operator import ne, or_

from iomt_tui.tui.terminal.cells import CONT, UNKNOWN, is_special, not_simple
from iomt_tui.tui.terminal.styles import DEFAULT, UNSET


def mended(text: str, x: int, piece: str) -> str:
    """``text`` with ``piece`` laid over it from column ``x``; a wide character cut in half leaves a blank."""
    left, right = text[:x], text[x + len(piece) :]
    if text[x] == CONT:
        left = left[:-1] + " "
    if right[:1] == CONT:
        right = " " + right[1:]
    return left + piece + right


class Grid:
    """A screen of ``width`` x ``height`` cells. ``dirty`` holds the rows in which wanted and shown may differ."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.columns = range(width)
        self.want_text = [" " * width] * height
        self.want_style = [DEFAULT * width] * height
        self.shown_text = [UNKNOWN * width] * height
        self.shown_style = [UNSET * width] * height
        self.special = [False] * height
        self.dirty: set[int] = set(range(height))

    def put(self, x: int, y: int, text: str, styles: str, simple: bool) -> bool:
        """Wants these cells from column ``x`` of row ``y``; what lies outside the screen is cut off.

        ``simple`` tells that no cell is wide or a cluster. Returns whether anything is wanted that is not shown.
        """
        width = self.width
        if x or len(text) != width or not simple:
            placed = self._placed(x, y, text, styles)
            if placed is None:
                return False
            text, styles = placed
            self.special[y] = self.special[y] or not simple
        self.want_text[y] = text
        self.want_style[y] = styles
        if text == self.shown_text[y] and styles == self.shown_style[y]:
            self.dirty.discard(y)
            return False
        self.dirty.add(y)
        return True

    def _placed(self, x: int, y: int, text: str, styles: str) -> tuple[str, str] | None:
        width = self.width
        if x < 0:
            text, styles, x = text[-x:], styles[-x:], 0
        if not text or x >= width:
            return None
        if text[0] == CONT:
            text = " " + text[1:]
        if text[width - x : width - x + 1] == CONT:
            text = text[: width - x - 1] + " "
        text, styles = text[: width - x], styles[: width - x]
        whole = mended(self.want_text[y], x, text)
        style = self.want_style[y]
        return whole, style[:x] + styles + style[x + len(styles) :]

    def changed(self, y: int) -> list[int]:
        """The columns of row ``y`` in which wanted and shown differ, ascending."""
        want, shown = self.want_text[y], self.shown_text[y]
        want_style, shown_style = self.want_style[y], self.shown_style[y]
        if want_style == shown_style:
            return [] if want == shown else list(compress(self.columns, map(ne, want, shown)))
        if want == shown:
            return list(compress(self.columns, map(ne, want_style, shown_style)))
        either = map(or_, map(ne, want, shown), map(ne, want_style, shown_style))
        return list(compress(self.columns, either))

    def unsure(self, y: int, changed: list[int]) -> list[int]:
        """``changed``, and every column right of the first changed cell about whose width terminals may disagree."""
        want, shown = self.want_text[y], self.shown_text[y]
        for place, x in enumerate(changed):
            if is_special(want[x]) or is_special(shown[x]):
                self.shown_text[y] = shown[:x] + UNKNOWN * (self.width - x)
                return changed[:place] + list(range(x, self.width))
        return changed

    def settle(self, y: int, start: int, end: int) -> None:
        """Notes that the terminal shows columns ``start`` to ``end`` of row ``y`` as wanted."""
        if start <= 0 and end >= self.width:
            self.shown_text[y] = self.want_text[y]
            self.shown_style[y] = self.want_style[y]
            self.special[y] = self.special[y] and not_simple(self.want_text[y]) is not None
            self.dirty.discard(y)
            return
        start = max(start, 0)
        for shown, want in ((self.shown_text, self.want_text), (self.shown_style, self.want_style)):
            shown[y] = shown[y][:start] + want[y][start:end] + shown[y][end:]

    def cleared(self, style: str) -> None:
        """Notes that the terminal was erased and shows blanks in ``style``."""
        self.shown_text = [" " * self.width] * self.height
        self.shown_style = [style * self.width] * self.height
        self.dirty = set(range(self.height))

    def unstyled(self) -> None:
        """Notes that nobody knows in which styles the terminal shows its cells."""
        self.shown_style = [UNSET * self.width] * self.height
        self.dirty = set(range(self.height))

    def resized(self, width: int, height: int) -> Grid:
        """A grid of another size which wants what this one wanted, as far as it fits, and shows nobody knows what."""
        grid = Grid(width, height)
        for y in range(min(height, self.height)):
            grid.put(0, y, self.want_text[y], self.want_style[y], simple=False)
        return grid
