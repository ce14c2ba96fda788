"""The sweep: a curve is written from left to right over the one before, behind a bar that wipes it away."""

from __future__ import annotations

from typing import Final, Protocol

from iomt_tui.tui.waves.dots import Dots

_BAR: Final = 24  # the wiping bar is this part of the width


class Line(Protocol):
    """What is drawn: :class:`iomt_tui.ward.waves.Trace`. Times are ms of log time."""

    def between(self, start: float, stop: float) -> tuple[float, float] | None:
        """The least and the greatest value from ``start`` to ``stop``; None: nothing there."""
        ...


class Sweep:
    """One curve in ``rows`` of ``cells``; the whole width is ``span`` ms, its height from ``low`` to ``high``.

    Time ``t`` always stands at the same place, ``t % span``. So one turn draws a few new columns of dots, and only the
    cells about the bar differ from what the terminal shows.
    """

    def __init__(self, cells: int, rows: int, dots: Dots, span: int, low: float, high: float) -> None:
        self.cells, self.rows, self.dots, self.span, self.low, self.high = cells, rows, dots, span, low, high
        self._width, self._height = cells * dots.across, rows * dots.down
        self._masks = [[0] * cells for _ in range(rows)]
        self._drawn: list[str | None] = [None] * rows
        self._line: Line | None = None
        self._head: int | None = None  # the newest column drawn, counted from time 0
        self._bar = max(2 * dots.across, self._width // _BAR)

    @property
    def blank(self) -> bool:
        """Whether nothing was ever drawn."""
        return self._head is None

    def turn(self, line: Line, until: int) -> None:
        """Draws ``line`` up to log time ``until`` (ms); all of it anew where that is no step forward."""
        newest = until * self._width // self.span - 1
        head = self._head
        if head is None or line is not self._line or not 0 <= newest - head <= self._width:
            head = newest - self._width
            self._masks = [[0] * self.cells for _ in range(self.rows)]
            self._drawn = [None] * self.rows
        for column in range(max(head, newest - self._width + self._bar) + 1, newest + 1):
            self._put(column, line)
        if newest != head:
            for column in range(newest + 1, newest + 1 + self._bar):
                self._wipe(column % self._width)
        self._line, self._head = line, newest

    def _put(self, column: int, line: Line) -> None:
        place = column % self._width
        self._wipe(place)
        found = line.between(column * self.span / self._width, (column + 1) * self.span / self._width)
        if found is None:
            return
        cell, x = divmod(place, self.dots.across)
        bottom, top = self._level(found[0]), self._level(found[1])
        for level in range(top, bottom + 1):
            row, y = divmod(level, self.dots.down)
            self._masks[row][cell] |= 1 << (x * self.dots.down + y)
            self._drawn[row] = None

    def _level(self, value: float) -> int:
        """Rows of dots from the top; what is beyond the picture runs along its edge."""
        share = (self.high - value) / (self.high - self.low)
        return min(self._height - 1, max(0, round(share * (self._height - 1))))

    def _wipe(self, place: int) -> None:
        cell, x = divmod(place, self.dots.across)
        keep = ~self.dots.column(x)
        for row, masks in enumerate(self._masks):
            if masks[cell] & ~keep:
                masks[cell] &= keep
                self._drawn[row] = None

    def row(self, number: int) -> str:
        """One row of cells, counted from the top."""
        text = self._drawn[number]
        if text is None:
            glyphs = self.dots.glyphs
            text = self._drawn[number] = "".join([glyphs[mask] for mask in self._masks[number]])
        return text

    def faded(self, number: int) -> str:
        """The row of a curve that is over: every other column of it, which no one takes for a live one."""
        keep = self.dots.column(0) if self.dots.across > 1 else -1
        return "".join(
            " " if self.dots.across == 1 and cell % 2 else self.dots.glyphs[mask & keep]
            for cell, mask in enumerate(self._masks[number])
        )

    def level_rows(self, value: float) -> float:
        """How many rows of cells below the top ``value`` stands."""
        return self._level(value) / self.dots.down
