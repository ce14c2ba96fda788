"""Where patients stand: rows of a list or tiles of a wall display. Pure arithmetic on cells and lines."""

from __future__ import annotations

from typing import NamedTuple


class Grid(NamedTuple):
    """``columns`` places side by side, each ``width`` cells by ``height`` lines, below ``top`` fixed lines."""

    top: int
    columns: int
    width: int
    height: int

    def lines(self, patients: int) -> int:
        """Lines of all patients, without the fixed ones."""
        return -(-patients // self.columns) * self.height

    def place(self, index: int) -> tuple[int, int]:
        """First cell and first line (below the fixed ones) of the patient at ``index``."""
        row, column = divmod(index, self.columns)
        return column * self.width, row * self.height

    def index_at(self, x: int, line: int) -> int | None:
        """The place at cell ``x`` of a line below the fixed ones, whether a patient stands there or not."""
        column = x // self.width
        return None if line < 0 or column >= self.columns else line // self.height * self.columns + column

    def visible(self, scroll: int, lines: int) -> range:
        """Places of which at least one line is seen through ``lines`` lines from line ``scroll`` on."""
        if lines <= 0:
            return range(0)
        first, last = scroll // self.height, (scroll + lines - 1) // self.height
        return range(first * self.columns, (last + 1) * self.columns)

    def complete(self, scroll: int, lines: int) -> range:
        """Places whose first line is seen: where the severity and the name of a patient stand."""
        first, last = -(-scroll // self.height), (scroll + lines - 1) // self.height
        return range(first * self.columns, max(last + 1, first) * self.columns)
