"""The trends of one patient: vital signs stacked on one time axis, limits as bands, what happened below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.content import Content

from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.board.words import label
from iomt_tui.tui.charts import readout
from iomt_tui.tui.charts.clock import local
from iomt_tui.tui.charts.happening import words_at
from iomt_tui.tui.charts.lanes import cell_of
from iomt_tui.tui.charts.looks import LABEL
from iomt_tui.tui.charts.scale import scale_of
from iomt_tui.tui.charts.stack import LEAST, Layout, Stack, Stripe, heights
from iomt_tui.tui.charts.window import DAY, Window
from iomt_tui.tui.pages.story import StoryPage
from iomt_tui.tui.pages.trend_head import head_line
from iomt_tui.tui.text import EMPTY, fitted, plain
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.ward.story.trends import Axis, Panel, TrendView, axis_of, trends_of
from iomt_tui.ward.view import PatientView

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

ROOMY: Final = 24
"""Rows from which the axis has a line of its own, and what happened two rows of words."""

_ZOOM: Final = 1.5
_START: Final = 30
"""Rows of a page before it has its size."""


class TrendsPage(StoryPage):
    """Curves of one patient. ``window`` is what is shown; the data are read anew at every paint."""

    name = "trends"
    tab = "story_trends"

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen, patient)
        self.window = Window(4 * 3_600_000)
        self.days = False  # whether earlier days lie under the curves
        self._top = 0  # the first panel that is shown
        self._stack = Stack(screen.settings.glyphs)
        self._shown: TrendView | None = None

    # What is shown.

    @property
    def zone(self) -> tzinfo:
        """The ward's."""
        return zone_of(self.screen.session.ward.tz)

    def axis(self, width: int) -> Axis:
        """The time that is shown in lines of ``width`` cells."""
        now, layout = self.screen.painter.now, Layout.of(width)
        return axis_of(self.window.until(now), self.window.span, layout.plot * self._stack.ink.across, now)

    def shifts(self, axis: Axis) -> tuple[int, ...]:
        """How far back the earlier days lie that are laid under the axis, by the ward's clock."""
        if not self.days:
            return ()
        count = max(1, min(7, self.window.span // DAY))
        begin = local(axis.start, self.zone)
        naive = begin.replace(tzinfo=None)
        return tuple(
            axis.start - round((naive - timedelta(days=n)).replace(tzinfo=self.zone).timestamp() * 1000)
            for n in range(1, count + 1)
        )

    def trends(self, axis: Axis) -> TrendView:
        """The patient's trends on ``axis``."""
        self._shown = trends_of(
            self.screen.session.ward, self.patient, self.screen.painter.now, axis, self.shifts(axis)
        )
        return self._shown

    def exported(self) -> object | None:
        """What is shown now."""
        return self._shown

    def moment(self) -> int | None:
        """Where the cursor stands."""
        return self.window.cursor

    # Lines.

    def own_head(self, width: int) -> list[Content]:
        """The stretch of time, and what the keys do."""
        now = self.screen.painter.now
        return [head_line(self.window, now, self.zone, self.screen.keys, width, days=self.days)]

    def lines(self, width: int) -> list[Content] | None:
        """The panels that have room, then what happened, then the time axis and what the cursor points at."""
        patient = self.view()
        if patient is None:
            return None
        room = self.screen.page.size.height or _START
        layout, axis = Layout.of(width), self.axis(width)
        view = self.trends(axis)
        if not view.panels:
            return [plain(" Nothing was ever measured of this patient.", MUTED)]
        cursor = self._cursor(axis, layout.plot)
        below = [
            *self._stack.lanes(view, layout, cursor),
            *self._stack.axis(axis, layout, self.zone, line=room >= ROOMY),
            *self._words(view, layout, cursor, rows=2 if room >= ROOMY else 1),
        ]
        panels = self._panels(view, patient, layout, cursor, max(room - len(below), LEAST))
        return [fitted(line, width) for line in (*panels, *below)]

    def _cursor(self, axis: Axis, width: int) -> int:
        at = self.window.cursor
        return -1 if at is None else min(max(cell_of(at, axis, width), 0), width - 1)

    def _panels(
        self, view: TrendView, patient: PatientView, layout: Layout, cursor: int, room: int
    ) -> Iterator[Content]:  # fmt: skip
        sizes, gap = heights(len(view.panels), room)
        self._top = max(min(self._top, len(view.panels) - len(sizes)), 0)
        shown = view.panels[self._top : self._top + len(sizes)]
        for panel, size in zip(shown, sizes, strict=True):
            names = [plain(label(panel.vital), "bold"), plain(self._unit(panel), LABEL)]
            readings = list(self._readings(panel, patient, view.axis, layout, cursor))
            text = partial(self.screen.measures.text, panel.vital)
            stripe = Stripe(panel, scale_of([panel]), names, readings, text)
            yield from self._stack.stripe(stripe, layout, view.axis, size, cursor, panel.key)
            yield from [EMPTY] * gap

    def _unit(self, panel: Panel) -> str:
        return self.screen.measures.unit(panel.vital) if panel.vital in VITALS else "points"

    def _readings(
        self, panel: Panel, patient: PatientView, axis: Axis, layout: Layout, cursor: int
    ) -> Iterator[Content]:
        measures, plain_letters = self.screen.measures, self._stack.ink.up == 1
        if cursor < 0:
            halted = self.screen.painter.halted
            yield from readout.present(panel, patient, measures, layout.right, halted=halted)
            return
        begin, end = span_of(cursor, axis, layout.plot)
        yield from readout.at_cursor(panel, begin, end, measures, layout.right, self.zone, ascii_only=plain_letters)

    def _words(self, view: TrendView, layout: Layout, cursor: int, rows: int) -> Sequence[Content]:
        span = span_of(cursor, view.axis, layout.plot) if cursor >= 0 else None
        return words_at(
            view, span, self.screen.measures, self.zone, layout.width, rows, plain_letters=self._stack.ink.up == 1
        )

    # Keys.

    def move(self, lines: int) -> None:
        """Shows other panels, where not all have room."""
        self._top = max(self._top + lines, 0)

    def act(self, action: str) -> bool:
        """Moves the cursor or the window, zooms, and lays earlier days under the curves."""
        now, window = self.screen.painter.now, self.window
        cell = (
            max(self._shown.axis.end - self._shown.axis.start, 1) // self._plot() if self._shown else window.span // 60
        )
        steps = {
            "trend_left": lambda: window.pointed(-cell, now),
            "trend_right": lambda: window.pointed(cell, now),
            "trend_earlier": lambda: window.panned(-window.span // 4, now),
            "trend_later": lambda: window.panned(window.span // 4, now),
            "page_up": lambda: window.panned(-window.span // 2, now),
            "page_down": lambda: window.panned(window.span // 2, now),
            "first": lambda: window.pointed(-window.span, now),
            "last": lambda: Window(window.span),
            "window_shorter": lambda: window.usual(-1),
            "window_longer": lambda: window.usual(1),
            "trend_in": lambda: window.zoomed(1 / _ZOOM, now),
            "trend_out": lambda: window.zoomed(_ZOOM, now),
            "select_right": lambda: self._mark(1, now),
            "select_left": lambda: self._mark(-1, now),
        }
        if action == "trend_days":
            self.days = not self.days
            return True
        if action not in steps:
            return False
        self.window = steps[action]()
        return True

    def _plot(self) -> int:
        return Layout.of(max(1, self.screen.size.width - 3)).plot

    def _mark(self, step: int, now: int) -> Window:
        """The cursor on the next thing that happened, or the one before."""
        view = self._shown
        if view is None:
            return self.window
        at = self.window.cursor if self.window.cursor is not None else view.axis.end
        times = sorted({one.start for one in view.episodes} | {one.at for one in view.marks})
        after, before = [t for t in times if t > at], [t for t in times if t < at]
        found = after[:1] if step > 0 else before[-1:]
        return self.window.at(found[0], now) if found else self.window

    def back(self) -> bool:
        """Lets go of the cursor first."""
        there = self.window.cursor is not None
        self.window = Window(self.window.span, self.window.end)
        return there


def span_of(cell: int, axis: Axis, width: int) -> tuple[int, int]:
    """The time (ms, from and to before) of one of ``width`` cells of the axis."""
    length_ms = axis.end - axis.start
    return axis.start + cell * length_ms // width, axis.start + (cell + 1) * length_ms // width
