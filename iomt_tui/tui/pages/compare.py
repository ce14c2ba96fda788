"""Two to four patients on one time axis: vital by vital, each patient a stripe of the same range."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.content import Content

from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.tui.board.words import label
from iomt_tui.tui.charts import readout
from iomt_tui.tui.charts.comparison import shares
from iomt_tui.tui.charts.happening import patient_name, unread, words_at
from iomt_tui.tui.charts.looks import LABEL
from iomt_tui.tui.charts.plot import ink_of
from iomt_tui.tui.charts.stack import LEAST, Layout, Stack, even
from iomt_tui.tui.charts.timeview import TimeView
from iomt_tui.tui.chronicling import Chronicling
from iomt_tui.tui.comparing import MOST, NAME
from iomt_tui.tui.pages.page import Aim, Page
from iomt_tui.tui.pages.trend_head import head_line
from iomt_tui.tui.pages.trends import ROOMY, START, stripe_of
from iomt_tui.tui.text import EMPTY, fitted, joined, plain
from iomt_tui.tui.widgets.phrases import who
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.ward.story.happened import known_since, told_of
from iomt_tui.ward.story.trends import DAY, NO_DETAIL, ORDER, Panel, TrendView, trends_of
from iomt_tui.ward.view import PatientView

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

_GONE: Final = "no longer on the ward"


class _Row(NamedTuple):
    """One stripe: whose, and which vital."""

    patient: PatientView
    view: TrendView
    panel: Panel


class ComparePage(Page):
    """Several patients side by side, by id and in the order in which they were marked."""

    name = NAME

    def __init__(self, screen: BoardScreen, patients: Sequence[str]) -> None:
        super().__init__(screen)
        self.patients = tuple(patients)
        self.time = TimeView()
        self._top = 0  # the first vital that is shown
        self._stack = Stack(ink_of(screen.settings.glyphs, os.environ.get("TERM", "")))
        self._shown: tuple[TrendView, ...] = ()
        self._chronicling = {patient: Chronicling(screen, patient, screen.painter.paint) for patient in patients}

    @property
    def places(self) -> tuple[str, ...]:
        """The keys of a time axis are those of trends."""
        return ("trends", self.name)

    def moment(self) -> int | None:
        """Where the cursor stands."""
        return self.time.window.cursor

    def exported(self) -> object | None:
        """The trends of all, as they are shown."""
        return self._shown

    def of_whom(self) -> tuple[str, ...] | None:
        """Those who are compared."""
        return self.patients

    # Lines.

    def head(self, width: int) -> list[Content]:
        """Who is compared, and the stretch of time."""
        zone = zone_of(self.screen.session.ward.tz)
        people = [plain(" Compare ", "bold")]
        for patient, view in self._people():
            said = who(view) if view is not None else f"{patient} {_GONE}"
            people.append(joined(plain(f" {said}", "bold $accent"), self._record(view, width), plain("  ")))
        return [
            fitted(joined(*people), width),
            head_line(self.time, self.screen.painter.now, zone, self.screen.keys, width),
        ]

    @staticmethod
    def _record(view: PatientView | None, width: int) -> Content:
        """The second identifier, where there is room for that of all."""
        return plain(f" {view.mrn}", LABEL) if view is not None and view.mrn and width >= 36 * MOST else EMPTY

    def _people(self) -> Iterator[tuple[str, PatientView | None]]:
        ward = self.screen.session.ward
        for patient in self.patients:
            yield patient, ward.view(patient, self.screen.painter.now) if patient in ward.patients else None

    def lines(self, width: int) -> list[Content] | None:
        """Every vital that any of them has, as many as have room; then what happened, and the time axis."""
        room = self.screen.page.size.height or START
        layout = Layout.of(width)
        groups = self._groups(layout)
        if not groups:
            return [plain(" Nothing was ever measured of these patients.", MUTED)]
        axis = self._stack.axis(
            self._shown[0].axis, layout, zone_of(self.screen.session.ward.tz), line=room >= ROOMY
        )  # fmt: skip
        self._top = max(min(self._top, len(groups) - 1), 0)
        own = shares([len(group) for group in groups[self._top :]], len(self._shown), room - len(axis))
        stripes = self._stripes(groups[self._top : self._top + own.vitals], layout, own.rows)
        lines = (*stripes, *self._lanes(layout, own.lanes), *axis, *self._words(width, own.words))
        return [fitted(line, width) for line in lines]

    def _groups(self, layout: Layout) -> list[list[_Row]]:
        """The stripes, vital by vital."""
        ward, now = self.screen.session.ward, self.screen.painter.now
        axis = self.time.axis(now, layout.plot, self._stack.ink.across)
        shifts = self.time.shifts(axis, zone_of(ward.tz))
        found = []
        for _, patient in self._people():
            if patient is not None:
                self._chronicling[patient.id].follow(axis.start // DAY * DAY)
                told = self._chronicling[patient.id].told
                happened = None if told is None else told_of(told, ward.patients[patient.id], now)
                begins = known_since(told, axis.start)
                found.append((patient, trends_of(ward, patient.id, now, axis, shifts, NO_DETAIL, happened, begins)))
        self._shown = tuple(view for _, view in found)
        groups = (
            [_Row(patient, view, panel) for patient, view in found for panel in view.panels if panel.key == key]
            for key in ORDER
        )
        return [group for group in groups if group]

    def _stripes(self, groups: list[list[_Row]], layout: Layout, room: int) -> Iterator[Content]:
        """Whole groups only: of a vital either everybody is seen or nobody."""
        shown = [row for group in groups for row in group]
        size, gap = even(len(shown), len(groups), room)
        between = 1 if size > LEAST + 1 else 0
        for number, row in enumerate(shown):
            alike = [other.panel for other in shown if other.panel.key == row.panel.key]
            names = [plain(row.patient.bed or row.patient.name, "bold $accent"), plain(label(row.panel.vital), "bold")]
            stripe = stripe_of(row.panel, alike, self.screen.measures, names, self._readings(row, layout))
            cursor, place = self.time.cursor(row.view.axis), (row.patient.id, row.panel.key)
            yield from self._stack.stripe(stripe, layout, row.view.axis, size - between, cursor, place)
            last = number + 1 == len(shown) or shown[number + 1].panel.key != row.panel.key
            yield from [EMPTY] * (between + gap * last)

    def _readings(self, row: _Row, layout: Layout) -> Iterator[Content]:
        screen, axis = self.screen, row.view.axis
        span = self.time.read_at(axis, screen.painter.now)
        if span is None:
            return readout.present(row.panel, row.patient, screen.measures, layout.right, halted=screen.painter.halted)
        return readout.at_cursor(
            row.panel, span, screen.measures, layout.right, zone_of(screen.session.ward.tz),
            plain_letters=self._stack.plain_letters,
        )  # fmt: skip

    def _lanes(self, layout: Layout, count: int) -> Iterator[Content]:
        for view in self._shown:
            cursor = self.time.cursor(view.axis)
            yield from self._stack.lanes(view, layout, cursor, patient_name(view), count)

    def _words(self, width: int, rows: int) -> Sequence[Content]:
        """What happened at the cursor, and to whom; without one the legend."""
        axis, screen = self._shown[0].axis, self.screen
        cursor = self.time.cursor(axis)
        span = self.time.span(axis, cursor) if cursor >= 0 else None
        return unread((one.fault for one in self._chronicling.values()), width, rows) or words_at(
            self._shown, span, screen.measures, zone_of(screen.session.ward.tz), width, rows,
            plain_letters=self._stack.plain_letters,
        )  # fmt: skip

    def closed(self) -> None:
        """What is still being read is of no use any more."""
        for one in self._chronicling.values():
            one.close()

    # Keys.

    def aimed(self) -> Aim | None:
        """Nobody's: with several patients before one's eyes no key may mean one of them (SAFETY H5)."""
        return None, None

    def hidden(self) -> tuple[int, bool] | None:
        """No row of this page is an alarm that waits: those are on the strip and in the counts."""
        return 0, False

    def move(self, lines: int) -> None:
        """Shows other vitals, where not all have room."""
        self._top = max(self._top + lines, 0)

    def act(self, action: str) -> bool:
        """Moves the cursor or the window, zooms, and lays earlier days under the curves."""
        moments = [one.start for view in self._shown for one in view.episodes]
        moments += [mark.at for view in self._shown for mark in view.marks]
        return self.time.act(action, self.screen.painter.now, moments)

    def back(self) -> bool:
        """Lets go of the cursor first."""
        return self.time.release()
