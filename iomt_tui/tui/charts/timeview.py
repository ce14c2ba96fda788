"""What a page with a time axis shows of it and how its keys move that: window, cursor, earlier days. Pure state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta, tzinfo
from functools import partial
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

    @property
    def shown(self) -> Window:
        """The window as it is drawn: days that lie on one another share the axis of the last of them."""
        return replace(self.window, span=DAY) if self.days and self.window.span > DAY else self.window

    @property
    def earlier(self) -> int:
        """How many earlier days lie under the curves: as many as the window is long, one under a shorter one."""
        return max(1, min(_MOST_DAYS, self.window.span // DAY) - 1) if self.days else 0

    def axis(self, now: int, width: int, across: int) -> Axis:
        """The axis on ``width`` cells of ``across`` dots each."""
        self.width = width
        return axis_of(self.shown.until(now), self.shown.span, width * across, now)

    def cursor(self, axis: Axis) -> int:
        """The marked cell, -1 for none."""
        at = self.window.cursor
        return -1 if at is None else min(max(cell_of(at, axis, self.width), 0), self.width - 1)

    def span(self, axis: Axis, cell: int) -> tuple[int, int]:
        """The time (ms, from and to before) of a cell of the axis."""
        length = axis.end - axis.start
        return axis.start + cell * length // self.width, axis.start + (cell + 1) * length // self.width

    def read_at(self, axis: Axis, now: int) -> tuple[int, int] | None:
        """The time (ms, from and to before) whose values stand beside the panels: the cursor's, else the end of an
        axis that does not end now; None: the present ones."""
        cursor = self.cursor(axis)
        if cursor < 0 and self.shown.follows(now):
            return None
        return self.span(axis, cursor if cursor >= 0 else self.width - 1)

    def shifts(self, axis: Axis, zone: tzinfo) -> tuple[int, ...]:
        """How far back (ms) the earlier days lie that are laid under the axis: the same times by the ward's clock."""
        begin = local(axis.start, zone).replace(tzinfo=None)
        days = ((begin - timedelta(days=n)).replace(tzinfo=zone) for n in range(1, self.earlier + 1))
        return tuple(axis.start - round(day.timestamp() * 1000) for day in days)

    def act(self, action: str, now: int, moments: Collection[int]) -> bool:
        """Does a key action; False when it means nothing here. ``moments`` (ms): what the cursor may jump to."""
        if action == "trend_days":
            self.days = not self.days
            return True
        move = self._moves(now, moments).get(action) or self._lengths(now).get(action)
        if move is None:
            return False
        self.window = move()
        return True

    def _moves(self, now: int, moments: Collection[int]) -> Mapping[str, Callable[[], Window]]:
        """Along the axis as it is drawn; the length of the window stays."""
        shown, span = self.shown, self.window.span
        cell = max(shown.span // self.width, 1)
        moves: Mapping[str, Callable[[], Window]] = {
            "trend_left": lambda: shown.pointed(-cell, now),
            "trend_right": lambda: shown.pointed(cell, now),
            "trend_earlier": lambda: shown.panned(-shown.span // 4, now),
            "trend_later": lambda: shown.panned(shown.span // 4, now),
            "page_up": lambda: shown.panned(-shown.span // 2, now),
            "page_down": lambda: shown.panned(shown.span // 2, now),
            "first": lambda: shown.at(shown.until(now) - shown.span, now),
            "last": lambda: Window(span),
            "select_right": lambda: self._jump(1, now, moments),
            "select_left": lambda: self._jump(-1, now, moments),
        }
        return {action: partial(_lasting, move, span) for action, move in moves.items()}

    def _lengths(self, now: int) -> Mapping[str, Callable[[], Window]]:
        """To another length."""
        window = self.window
        return {
            "window_shorter": lambda: window.usual(-1, now),
            "window_longer": lambda: window.usual(1, now),
            "trend_in": lambda: window.zoomed(1 / _ZOOM, now),
            "trend_out": lambda: window.zoomed(_ZOOM, now),
        }

    def _jump(self, step: int, now: int, moments: Collection[int]) -> Window:
        """The cursor on the next of the moments, or the one before."""
        shown = self.shown
        at = shown.cursor if shown.cursor is not None else shown.until(now)
        after = (
            sorted({m for m in moments if m > at}) if step > 0 else sorted({m for m in moments if m < at}, reverse=True)
        )
        return self.window.at(after[0], now) if after else self.window

    def release(self) -> bool:
        """Lets go of the cursor; False when there was none."""
        there = self.window.cursor is not None
        self.window = Window(self.window.span, self.window.end)
        return there


def _lasting(move: Callable[[], Window], span: int) -> Window:
    return replace(move(), span=span)
