"""The page of one patient's alarms over time, read from the log beside the running screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from textual.content import Content

from iomt_tui.alarms.model import Ref
from iomt_tui.log.api import RecordedReader
from iomt_tui.log.pages import pages
from iomt_tui.tui.pages.page import Aim, Page
from iomt_tui.tui.reading import read_log
from iomt_tui.tui.text import fitted, plain
from iomt_tui.tui.widgets.history_rows import history_head, history_lines
from iomt_tui.tui.widgets.link_lines import server_name
from iomt_tui.ward.transitions import Transition, Transitions
from iomt_tui.ward.writes import Written

if TYPE_CHECKING:
    from iomt_tui.tui.pages.alarms import AlarmPage
    from iomt_tui.tui.screens.board import BoardScreen

SPAN: Final = 24 * 3_600_000
"""How far back (ms) the log is read."""


class AlarmHistoryPage(Page):
    """Every step of a patient's alarms, the newest first. What the log gains is read when the ward tells of it."""

    name = "alarm history"

    def __init__(self, screen: BoardScreen, patient: str, called: str, parent: AlarmPage) -> None:
        super().__init__(screen)
        self.patient, self.called, self.parent = patient, called, parent
        self._steps = Transitions(patient)
        self._shown: tuple[Transition, ...] = ()
        self._drawn: tuple[object, list[Content]] = (None, [])
        self._seen: object = None  # what the ward said of the patient when the log was last read
        self._end = -1  # log time up to which it was read
        self._reading = self._over = False
        self._fault = ""

    # Reading.

    def _follow(self) -> None:
        """Reads on when the ward says something new of the patient; anew when a recording went back."""
        if self._reading or self._over:
            return
        now, seen = self.screen.session.now(), self._told()
        if now < self._end:
            self._steps, self._seen = Transitions(self.patient), None
        elif seen == self._seen and self._end >= 0:
            return
        begin = now - SPAN if self._steps.seq == 0 else -1
        self._seen, self._end, self._reading = seen, now, True
        steps = self._steps
        read_log(
            self.screen, "alarm history", lambda reader: self._work(reader, steps, begin, now),
            lambda _, fault: self._read(steps, fault),
        )  # fmt: skip

    def _told(self) -> object:
        state = self.screen.session.ward.patients.get(self.patient)
        if state is None:
            return ()
        return tuple(state.alarms.values()), tuple(state.suppressions.values()), tuple(state.escalated.values())

    def _work(self, reader: RecordedReader, steps: Transitions, begin: int, end: int) -> None:
        """In a thread of its own: folds what the log holds between two log times (ms)."""
        after = reader.seq_at(begin) if begin >= 0 else steps.seq
        for page in pages(reader, after, end, lambda: not self._over):
            steps.read(page)

    def _read(self, steps: Transitions, fault: str) -> None:
        self._reading, self._fault = False, fault
        if not self._over and steps is self._steps:
            self._shown = tuple(reversed(steps.kept))
            self.screen.painter.paint()

    # Showing.

    def head(self, width: int) -> list[Content]:
        """Whose alarms these are, and how much of the log was read."""
        hours = SPAN // 3_600_000
        state = "reading…" if self._reading and not self._shown else f"last {hours} h, newest first"
        return [history_head(self.called, state, len(self._shown), self._steps.dropped, width)]

    def lines(self, width: int) -> list[Content] | None:
        """The steps; a failure says so above what is known."""
        self._follow()
        return [*self._remarks(width), *self._rows(width)]

    def _remarks(self, width: int) -> Iterator[Content]:
        if self._fault:
            yield fitted(plain(f"The log could not be read: {self._fault}", "bold $warning"), width)
        elif self._reading and not self._shown:
            yield plain("Reading the log…", "$label")
        elif not self._shown:
            yield plain(f"No alarm in the last {SPAN // 3_600_000} h.", "$label")
        if self._steps.unreadable:
            yield plain(f"{self._steps.unreadable} entries of the log could not be understood.", "$warning")

    def _rows(self, width: int) -> list[Content]:
        screen = self.screen
        written, server = self._written(), server_name(screen.painter.link)
        look = (self._shown, width, screen.session.ward.tz, screen.measures, written, server)
        if self._drawn[0] != look:
            tz = screen.session.ward.tz
            self._drawn = (look, history_lines(self._shown, screen.measures, tz, width, written, server))
        return self._drawn[1]

    def _written(self) -> Mapping[Ref, Written]:
        """How the patient's acknowledgements stand on the ward's server."""
        ward = self.screen.session.ward
        return ward.view(self.patient, self.screen.painter.now).written if self.patient in ward.patients else {}

    # Keys.

    def hidden(self) -> tuple[int, bool] | None:
        """No row of this page is an alarm that waits: those are on the strip and in the counts."""
        return 0, False

    def aimed(self) -> Aim | None:
        """Still the alarm that was chosen."""
        return self.parent.aimed()

    def act(self, action: str) -> bool:
        """The key of the alarm page leads back to it."""
        return action == "alarms" and self.back()

    def back(self) -> bool:
        """Back to the alarm page, the choice where it was."""
        self.screen.open_cover(self.parent)
        self.screen.call_after_refresh(self.parent.reveal)
        return True

    def closed(self) -> None:
        """What is still being read is of no use any more."""
        self._over = True
