"""From the difference between wanted and shown to the fewest bytes that settle it.

The encoder walks the screen as a ring of cells: after an erase the top row, then urgent rows, then on from where the
last chunk stopped, so no row starves however small the byte budget is. It notes as shown only what it has encoded.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from iomt_tui.tui.terminal.cells import CONT, is_special, is_trusted_wide, shown
from iomt_tui.tui.terminal.grid import Grid
from iomt_tui.tui.terminal.moves import NOWHERE, move
from iomt_tui.tui.terminal.styles import DEFAULT, UNSET, StyleTable

_SAME: Final = re.compile(r"(.)\1*", re.DOTALL)
_BLANKS: Final = 9  # an erase sequence is shorter than this many spaces
_BRIDGE: Final = 5  # a gap of so few unchanged cells may be cheaper to write again than to jump over
_LEAST: Final = 16  # a chunk smaller than this would be all overhead

_RESET: Final = b"\x1b(B\x0f\x1b[r"  # ASCII in the left character set, no scroll region


class Encoder:
    """Encodes a :class:`Grid`. ``bce``: the terminal erases with the current background colour (terminfo ``bce``)."""

    def __init__(self, grid: Grid, styles: StyleTable, *, bce: bool = False) -> None:
        self.styles = styles
        self.bce = bce
        self.take(grid)

    def take(self, grid: Grid) -> None:
        """Encodes ``grid`` from now on, onto a terminal of which nothing is known."""
        self.grid = grid
        self.x = NOWHERE
        self.y = 0
        self.style = UNSET
        self._clear = True
        self._top = True
        self._next = (0, 0)
        self._urgent_only = False
        self._out: list[bytes] = []
        self._size = 0

    def restyle(self) -> None:
        """Styles have other numbers from now on: every cell is written again, each in its place. Nothing is erased, so
        that no row is missing meanwhile, least of all the one that says DEMO."""
        self.grid.unstyled()
        self.style = UNSET
        self._top = True
        self._next = (0, 0)

    @property
    def unknown(self) -> bool:
        """Whether the next chunk begins by erasing the screen."""
        return self._clear

    def chunk(self, budget: int, urgent: dict[int, None] | None = None) -> bytes:
        """About ``budget`` bytes at most that bring the terminal nearer to what is wanted; empty when it is there.

        ``urgent``: rows to settle first; settled ones are taken out of it. While urgent rows alone fill one chunk
        after the other, every second one leaves them half of its budget.
        """
        self._out, self._size = [], 0
        budget = max(budget, _LEAST)
        if self._clear:
            self._erase_all()
        dirty = self.grid.dirty
        if not dirty:
            return b"".join(self._out)
        if self._top:
            self._top_row(budget)
        if urgent and self._size < budget:
            share = budget // 2 if self._urgent_only else budget
            self._urgent_rows(urgent, share)
            self._urgent_only = self._size >= share and share == budget
        if self._size < budget and dirty:
            self._around(budget)
        return b"".join(self._out)

    def point(self, x: int, y: int) -> bytes:
        """Bytes that leave the cursor at a cell (for input methods, which open their window there)."""
        self._out, self._size = [], 0
        self._goto(x, y)
        return b"".join(self._out)

    def _top_row(self, budget: int) -> None:
        """Where all is written again, the row that tells what all others are (DEMO, REPLAY, the ward) comes first."""
        dirty = self.grid.dirty
        if 0 in dirty and self._row(0, 0, budget) == self.grid.width:
            dirty.discard(0)
        self._top = 0 in dirty

    def _urgent_rows(self, urgent: dict[int, None], budget: int) -> None:
        for y in list(urgent):
            if self._size >= budget:
                return
            if y in self.grid.dirty:
                if self._row(y, 0, budget) < self.grid.width:
                    return
                self.grid.dirty.discard(y)
            urgent.pop(y, None)

    def _around(self, budget: int) -> None:
        """Goes once round the screen from the place where the last chunk stopped."""
        grid = self.grid
        first, column = self._next
        rows = sorted(grid.dirty)
        if rows[0] < first or column:
            rows = [y for y in rows if y >= first] + [y for y in rows if y < first + (column > 0)]
        for y in rows:
            start, column = (column if y == first else 0), 0
            stop = self._row(y, start, budget)
            if stop < grid.width:
                self._next = (y, stop)
                return
            self._next = ((y + 1) % grid.height, 0)
            if start == 0:
                grid.dirty.discard(y)
            if self._size >= budget:
                return

    def _row(self, y: int, start: int, budget: int) -> int:
        """Settles row ``y`` from column ``start``; returns the column where the budget ended, or the width."""
        grid = self.grid
        changed = grid.changed(y)
        if grid.special[y]:
            changed = grid.unsure(y, changed)
        if start:
            changed = [x for x in changed if x >= start]
        text = grid.want_text[y]
        at, count = 0, len(changed)
        while at < count:
            begin = changed[at]
            end = begin + 1
            at += 1
            while at < count and changed[at] == end:
                end += 1
                at += 1
            if text[begin] == CONT:
                begin -= 1
                start = min(start, begin)
            if end < grid.width and text[end] == CONT:
                end += 1
            done = self._span(y, begin, end, budget)
            if done < end or (self._size >= budget and at < count):
                grid.settle(y, start, done)
                return done
        grid.settle(y, start, grid.width)
        return grid.width

    def _span(self, y: int, begin: int, end: int, budget: int) -> int:
        """Writes columns ``begin`` to ``end``; returns where it stopped for want of budget."""
        text, style = self.grid.want_text[y], self.grid.want_style[y]
        x = begin
        while x < end:
            if x > begin and self._size >= budget:
                return x
            char = style[x]
            if style.startswith(char * (end - x), x):
                stop = end
            else:
                run = _SAME.match(style, x, end)
                stop = run.end() if run else end
            room = max(budget - self._size, _LEAST)
            if stop - x > room:
                stop = x + room + (text[x + room] == CONT)
            self._run(x, y, text[x:stop], char)
            x = stop
        return end

    def _run(self, x: int, y: int, text: str, char: str) -> None:
        """Writes cells of one style."""
        if self.x != x or self.y != y:
            self._approach(x, y)
        if char != self.style:
            self._emit(self.styles.change(self.style, char))
            self.style = char
        length = len(text)
        if length >= _BLANKS and text == " " * length and self.styles.erasable(char, self.bce):
            self._emit(b"\x1b[K" if x + length == self.grid.width else b"\x1b[%dX" % length)
        elif self.grid.special[y]:
            self._odd(x, y, text)
        else:
            self._emit(text.encode())
            self.x = x + length

    def _odd(self, x: int, y: int, text: str) -> None:
        """Writes cells of which some are wide or clusters, and looks for the cursor again where terminals disagree."""
        at, end = 0, len(text)
        while at < end:
            self._goto(x + at, y)
            stop = at
            while (
                stop < end
                and not is_special(text[stop])
                and (text[stop + 1 : stop + 2] != CONT or is_trusted_wide(text[stop]))
            ):
                stop += 1
            sure = stop > at
            if not sure:
                stop = at + 1 + (text[at + 1 : at + 2] == CONT)
            self._emit(shown(text[at:stop]).encode())
            at = stop
            self.x = x + at if sure else NOWHERE

    def _approach(self, x: int, y: int) -> None:
        """Brings the cursor to a cell, by writing the gap again when that is shorter than jumping over it."""
        grid = self.grid
        gap = x - self.x
        way = move(self.x, self.y, x, y, grid.width)
        near = y == self.y and 0 < gap <= _BRIDGE and self.x != NOWHERE and not grid.special[y]
        if near and grid.want_style[y][self.x : x] == self.style * gap:
            again = grid.want_text[y][self.x : x].encode()
            way = min(again, way, key=len)
        self._emit(way)
        self.x, self.y = x, y

    def _goto(self, x: int, y: int) -> None:
        if self.x != x or self.y != y:
            self._emit(move(self.x, self.y, x, y, self.grid.width))
            self.x, self.y = x, y

    def _emit(self, data: bytes) -> None:
        self._out.append(data)
        self._size += len(data)

    def _erase_all(self) -> None:
        """Erases the screen, in the style of most of its blanks where the terminal can do that."""
        style = DEFAULT
        if self.bce:
            counts: Counter[str] = Counter()
            for text, styles in zip(self.grid.want_text, self.grid.want_style, strict=True):
                for run in _SAME.finditer(styles):
                    counts[run[1]] += text.count(" ", run.start(), run.end())
            style = next((s for s, _ in counts.most_common() if self.styles.erasable(s, True)), DEFAULT)
        self._emit(_RESET + self.styles.change(UNSET, DEFAULT) + self.styles.change(DEFAULT, style) + b"\x1b[2J")
        self.style = style
        self.x = NOWHERE
        self.grid.cleared(style)
        self._clear = False
