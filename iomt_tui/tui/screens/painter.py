"""From the ward's state to the parts of the board screen. It changes nothing but what is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from iomt_tui.alarms.model import Alarm
from iomt_tui.security.text import safe_text
from iomt_tui.tui.folding import Changes
from iomt_tui.tui.screens.parts import BoardParts
from iomt_tui.tui.widgets.banner import banner_words
from iomt_tui.ward.link import LOADING, Link
from iomt_tui.ward.view import PatientView, WardView

if TYPE_CHECKING:
    from iomt_tui.tui.app import WardApp
    from iomt_tui.tui.screens.board import BoardScreen

BETWEEN_COUNTS: Final = 0.25
"""Seconds between two numbers of a load."""


class BoardPainter:
    """Reads the screen's state and shows it. Parts repaint only where their content differs."""

    def __init__(self, screen: BoardScreen) -> None:
        self.screen = screen
        self.forced = False  # rows move at the next paint, whatever rests
        self.asked = False  # the user changed what rows are ordered or filtered by
        self.chosen: PatientView | None = None
        self.strip_view: PatientView | None = None
        self.strip_alarm: Alarm | None = None
        self.now = 0
        self.ward: WardView = screen.session.header(self.now)
        self.link: Link | None = None  # the line to the server, as it is shown
        self._link_at = float("-inf")
        self.banner: tuple[str, str, str] = ("", "", "")
        self.parts = BoardParts(screen, self)
        self._ranks = False  # scores changed that the order of rows does not know yet
        self._judged: set[str] = set()  # rows refreshed since the last tick

    def paint(self, *, tick: bool = False) -> None:
        """Shows the state of this moment. ``tick``: a second has passed, so every row is judged anew."""
        screen = self.screen
        if not self._ready():
            return
        news, screen.news = screen.news, Changes()
        session = screen.session
        self.now = session.now()
        self.ward = session.header(self.now) if tick or news else replace(self.ward, now=self.now)
        self.link = self._steady(self.ward.link)
        if self.asked or news.reset or news.ward_wide:
            screen.roster.read(session.ward)
            self.asked = self._ranks = False
        elif news.reordered or self._ranks:
            self._read_ranks()
        self.banner = banner_words(session.monitoring(), session.feed.silent_for(), screen.fault)
        with cast("WardApp", screen.app).one_frame():
            self._rows(news, tick=tick)
            self._targets()
            self.parts.paint()

    def _steady(self, link: Link | None) -> Link | None:
        """The line to the server; while a ward is being loaded its numbers change at most four times a second."""
        shown, at = self.link, self.screen.clock()
        if link is None or shown is None or link.state != LOADING or shown.state != LOADING:
            self._link_at = at
            return link
        if link.done == shown.done or at - self._link_at >= BETWEEN_COUNTS or link.done >= link.total > 0:
            self._link_at = at if link.done != shown.done else self._link_at
            return link
        return shown

    def paint_values(self) -> None:
        """Shows new values in their rows; everything else waits for the next second, key or alarm."""
        screen = self.screen
        news = screen.news
        if news.urgent or news.reset or news.ward_wide or screen.small:
            self.paint()
        elif self._ready():
            screen.news = Changes()
            self.now = screen.session.now()
            if news.reordered:
                self._read_ranks()
            self._rows(news)

    def _read_ranks(self) -> None:
        """Takes over scores that changed, once rows may move for them or are waiting to: it takes a while."""
        roster, now = self.screen.roster, self.screen.clock()
        self._ranks = not (roster.order.resting(now) or roster.order.may_move(now, urgent=False))
        if not self._ranks:
            roster.read(self.screen.session.ward)

    def _ready(self) -> bool:
        screen = self.screen
        return screen.is_running and screen.board.is_attached and screen.size.area > 0

    def _rows(self, news: Changes, *, tick: bool = False) -> None:
        screen, roster = self.screen, self.screen.roster
        moved = roster.settle(screen.clock(), force=self.forced or news.reset, urgent=news.ward_wide)
        self.forced = False
        board, app = screen.board, cast("WardApp", screen.app)
        stage = app.stage
        board.paint = stage.put if stage is not None and app.direct_ok(board) else None
        if news.reset:
            board.set_source(screen.session.ward)
        board.halted = safe_text("NOT LIVE: the last values known" if self.halted else "")
        if moved or news.reset or news.reordered:
            board.set_order(roster.shown, roster.high)
            board.pinned = frozenset(roster.pinned)
        changed = news.ids
        if tick:  # rows that had news within the last second are judged already
            changed |= {patient for patient in board.in_view if patient not in self._judged}
            self._judged.clear()
        else:
            self._judged |= changed
        board.refresh_patients(None if news.reset else changed, self.now)
        if board.paint is not None:
            app.flush_direct(urgent=news.urgent)

    @property
    def halted(self) -> bool:
        """Whether nobody monitors, so that no number may look live."""
        return bool(self.banner[0])

    def _targets(self) -> None:
        """Who is chosen and what the strip shows, and since when."""
        screen = self.screen
        ward = screen.session.ward
        chosen = screen.board.selected
        self.chosen = ward.view(chosen, self.now) if chosen in ward.patients else None
        worst = screen.roster.worst
        self.strip_view = ward.view(worst.ref.patient, self.now) if worst is not None else None
        shown = self.strip_view.alarms if self.strip_view is not None else ()
        self.strip_alarm = next((alarm for alarm in shown if alarm.ref == worst.ref), worst) if worst else None
        screen.desk.showing("strip", self.strip_alarm)
        screen.desk.showing("chosen", self.alarm_of(self.chosen) if self.chosen else None)

    @staticmethod
    def alarm_of(view: PatientView) -> Alarm | None:
        """The patient's most urgent alarm that waits for a hand, else the most urgent one."""
        return next((alarm for alarm in view.alarms if alarm.state != "acked"), view.top_alarm)
