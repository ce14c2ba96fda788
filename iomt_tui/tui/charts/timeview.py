"""What a page with a time axis shows of it and how its keys move that: window, cursor, earlier days. Pure state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from typing import Final

from iomt_tui.tui.charts.clock import local
from iomt_tui.tui.charts.lanes import cell_of
from iomt_tui.tui.charts.window import DAY, HOUR, Window
from iomt_tui.ward.story.trends import Axis, axis_of

_ZOOM: Final = 1.5
_MOST_DAYS: Final = 7


@dataclass
class TimeView:
    """The state of one page's time axis. ``width``: the cells of the axis as it was drawn last."""

    window: Window = field(default_factory=lambda: Window(4 * HOUR))
    days: bool = False  # whether earlier days lie under the curves
    width: int = 60

    def axis(self, now: int, width: int, across: int) -> Axis:
        """The axis on ``width`` cells of ``across`` dots each."""
        self.width = width
        return axis_of(self.window.until(now), self.window.span, width * across, now)

    def cursor(self, axis: Axis) -> int:
        """The marked cell, -1 for none."""
        at = self.window.cursor
        return -1 if at is None else min(max(cell_of(at, axis, self.width), 0), self.width - 1)

    def span(self, axis: Axis, cell: int) -> tuple[int, int]:
        """The time (ms, from and to before) of a cell of the axis."""
        length = axis.end - axis.start
        return axis.start + cell * length // self.width, axis.start + (cell + 1) * length // self.width

    def shifts(self, axis: Axis, zone: tzinfo) -> tuple[int, ...]:
        """How far back (ms) the earlier days lie that are laid under the axis: the same times by the ward's clock."""
        if not self.days:
            return ()
        begin = local(axis.start, zone).replace(tzinfo=None)
        count = max(1, min(_MOST_DAYS, self.window.span // DAY))
        earlier = ((begin - timedelta(days=n)).replace(tzinfo=zone) for n in range(1, count + 1))
        return tuple(axis.start - round(day.timestamp() * 1000) for day in earlier)

    def act(self, action: str, now: int, moments: Collection[int]) -> bool:
        """Does a key action; False when it means nothing here. ``moments`` (ms): what the cursor may jump to."""
        if action == "trend_days":
            self.days = not self.days
            return True
        move = self._moves(now, moments).get(action)
        if move is None:
            return False
        self.window = move()
        return True

    def _moves(self, now: int, moments: Collection[int]) -> Mapping[str, Callable[[], Window]]:
        window = self.window
        cell = max(window.span // self.width, 1)
        return {
            "trend_left": lambda: window.pointed(-cell, now),
            "trend_right": lambda: window.pointed(cell, now),
            "trend_earlier": lambda: window.panned(-window.span // 4, now),
            "trend_later": lambda: window.panned(window.span // 4, now),
            "page_up": lambda: window.panned(-window.span // 2, now),
            "page_down": lambda: window.panned(window.span // 2, now),
            "first": lambda: window.at(window.until(now) - window.span, now),
            "last": lambda: Window(window.span),
            "window_shorter": lambda: window.usual(-1, now),
            "window_longer": lambda: window.usual(1, now),
            "trend_in": lambda: window.zoomed(1 / _ZOOM, now),
            "trend_out": lambda: window.zoomed(_ZOOM, now),
            "select_right": lambda: self._jump(1, now, moments),
            "select_left": lambda: self._jump(-1, now, moments),
        }

    def _jump(self, step: int, now: int, moments: Collection[int]) -> Window:
        """The cursor on the next of the moments, or the one before."""
        at = self.window.cursor if self.window.cursor is not None else self.window.until(now)
        after = (
            sorted({m for m in moments if m > at}) if step > 0 else sorted({m for m in moments if m < at}, reverse=True)
        )
        return self.window.at(after[0], now) if after else self.window

    def release(self) -> bool:
        """Lets go of the cursor; False when there was none."""
        there = self.window.cursor is not None
        self.window = Window(self.window.span, self.window.end)
        return there
