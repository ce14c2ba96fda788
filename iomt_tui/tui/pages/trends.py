"""The trends of one patient: vital signs stacked on one time axis, limits as bands, what happened below them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.content import Content

from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import label
from iomt_tui.tui.charts import readout
from iomt_tui.tui.charts.happening import unread, words_at
from iomt_tui.tui.charts.looks import LABEL
from iomt_tui.tui.charts.plot import ink_of
from iomt_tui.tui.charts.scale import scale_of
from iomt_tui.tui.charts.stack import LEAST, Layout, Stack, Stripe, heights
from iomt_tui.tui.charts.timeview import TimeView
from iomt_tui.tui.chronicling import Chronicling
from iomt_tui.tui.detailing import Detailing
from iomt_tui.tui.pages.story import StoryPage
from iomt_tui.tui.pages.trend_head import head_line
from iomt_tui.tui.text import EMPTY, fitted, plain
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.ward.story.happened import known_since, told_of
from iomt_tui.ward.story.trends import DAY, Panel, TrendView, trends_of
from iomt_tui.ward.view import PatientView

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

ROOMY: Final = 24
"""Rows from which the axis has a line of its own, and what happened two rows of words."""

START: Final = 30
"""Rows of a page before it has its size."""


class TrendsPage(StoryPage):
    """Curves of one patient. ``time`` is what is shown; the values are read anew at every paint."""

    name = "trends"
    tab = "story_trends"

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen, patient)
        self.time = TimeView()
        self._top = 0  # the first panel that is shown
        self._hidden = 0, 0  # panels that have no room above and below
        self._stack = Stack(ink_of(screen.settings.glyphs, os.environ.get("TERM", "")))
        self._shown: TrendView | None = None
        self._chronicling = Chronicling(screen, patient, screen.painter.paint)
        self._detailing = Detailing(screen, patient, screen.painter.paint)

    def exported(self) -> object | None:
        """The trends as they are shown."""
        return self._shown

    def moment(self) -> int | None:
        """Where the cursor stands."""
        return self.time.window.cursor

    # Lines.

    def own_head(self, width: int) -> list[Content]:
        """The stretch of time, and what the keys do."""
        zone = zone_of(self.screen.session.ward.tz)
        return [head_line(self.time, self.screen.painter.now, zone, self.screen.keys, width, self._hidden)]

    def lines(self, width: int) -> list[Content] | None:
        """The panels that have room, then what happened, then the time axis and what the cursor points at."""
        patient = self.view()
        if patient is None:
            return None
        room = self.screen.page.size.height or START
        layout = Layout.of(width)
        view = self._shown = self._view(layout)
        if not view.panels:
            return [plain(" Nothing was ever measured of this patient.", MUTED)]
        below = self._below(view, layout, room)
        panels = self._panels(view, patient, layout, max(room - len(below), LEAST))
        return [fitted(line, width) for line in (*panels, *below)]

    def _view(self, layout: Layout) -> TrendView:
        ward, now = self.screen.session.ward, self.screen.painter.now
        axis = self.time.axis(now, layout.plot, self._stack.ink.across)
        self._chronicling.follow(axis.start // DAY * DAY)
        told = self._chronicling.told
        happened = None if told is None else told_of(told, ward.patients[self.patient], now)
        shifts = self.time.shifts(axis, zone_of(ward.tz))
        detail = self._detailing.of(axis, layout.plot * self._stack.ink.across, now)
        return trends_of(ward, self.patient, now, axis, shifts, detail, happened, known_since(told, axis.start))

    def _below(self, view: TrendView, layout: Layout, room: int) -> list[Content]:
        zone, cursor = zone_of(self.screen.session.ward.tz), self.time.cursor(view.axis)
        span = self.time.span(view.axis, cursor) if cursor >= 0 else None
        measures, rows = self.screen.measures, 2 if room >= ROOMY else 1
        return [
            *self._stack.lanes(view, layout, cursor),
            *self._stack.axis(view.axis, layout, zone, line=room >= ROOMY),
            *(
                unread((self._chronicling.fault, self._detailing.fault), layout.width, rows)
                or words_at([view], span, measures, zone, layout.width, rows, plain_letters=self._stack.plain_letters)
            ),
        ]

    def _panels(self, view: TrendView, patient: PatientView, layout: Layout, room: int) -> Iterator[Content]:
        sizes, gap = heights(len(view.panels), room)
        self._top = max(min(self._top, len(view.panels) - len(sizes)), 0)
        self._hidden = self._top, len(view.panels) - len(sizes) - self._top
        shown = view.panels[self._top : self._top + len(sizes)]
        cursor = self.time.cursor(view.axis)
        for panel, size in zip(shown, sizes, strict=True):
            readings = self._readings(panel, patient, view, layout)
            stripe = stripe_of(panel, [panel], self.screen.measures, [plain(label(panel.vital), "bold")], readings)
            yield from self._stack.stripe(stripe, layout, view.axis, size, cursor, panel.key)
            yield from [EMPTY] * gap

    def _readings(self, panel: Panel, patient: PatientView, view: TrendView, layout: Layout) -> Iterator[Content]:
        screen, span = self.screen, self.time.read_at(view.axis, self.screen.painter.now)
        if span is None:
            return readout.present(panel, patient, screen.measures, layout.right, halted=screen.painter.halted)
        return readout.at_cursor(
            panel, span, screen.measures, layout.right, zone_of(screen.session.ward.tz),
            plain_letters=self._stack.plain_letters,
        )  # fmt: skip

    def forget(self) -> None:
        """Draws every panel anew the next time, also those in which nothing differs."""
        self._stack.forget()

    def closed(self) -> None:
        """What is still being read is of no use any more."""
        self._chronicling.close()
        self._detailing.close()

    # Keys.

    def move(self, lines: int) -> None:
        """Shows other panels, where not all have room."""
        self._top = max(self._top + lines, 0)

    def act(self, action: str) -> bool:
        """Moves the cursor or the window, zooms, and lays earlier days under the curves."""
        view = self._shown
        moments = [one.start for one in view.episodes] + [mark.at for mark in view.marks] if view is not None else []
        return self.time.act(action, self.screen.painter.now, moments)

    def back(self) -> bool:
        """Lets go of the cursor first."""
        return self.time.release()


def stripe_of(
    panel: Panel, alike: list[Panel], measures: Measures, names: list[Content], readings: Iterator[Content]
) -> Stripe:
    """A panel with what stands beside it, on the range of all that are ``alike``."""
    unit = measures.unit(panel.vital) if panel.vital in VITALS else "points"
    return Stripe(
        panel, scale_of(alike), [*names, plain(unit, LABEL)], list(readings), partial(measures.text, panel.vital)
    )
