"""The newest events of a patient, in the lines that another page has left, told as the timeline tells them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from iomt_tui.tui.chronicling import Chronicling
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.timeline_list import HOUR
from iomt_tui.tui.widgets.header import zone
from iomt_tui.tui.widgets.link_lines import server_name
from iomt_tui.tui.widgets.rows import MUTED, heading
from iomt_tui.tui.widgets.timeline_rows import READING, day_line, event_lines, unread
from iomt_tui.tui.widgets.voice import ScreenVoice
from iomt_tui.ward.story.timeline import Timeline

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

SPAN: Final = 24 * HOUR
"""How far back (ms) they reach, as the timeline does when it is opened."""

FEWEST: Final = 3
"""Lines with which it begins: a heading and two events."""


class LatestEvents:
    """The log is read in a thread once there is room for what it says; the page does not wait for it."""

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        self._screen = screen
        self._chronicling = Chronicling(screen, patient, screen.painter.paint)
        self._drawn: tuple[object, list[Content]] = (None, [])

    def lines(self, width: int, rows: int) -> list[Content]:
        """A heading and the events, the newest first, in ``rows`` lines at most; nothing where that is too few."""
        if rows < FEWEST:
            return []
        # From a full hour on: a step back in time is within what was read already.
        self._chronicling.follow((self._screen.painter.now - SPAN) // HOUR * HOUR)
        return [self._heading(width), *self._remarks(width), *self._events(width, rows - 1)][:rows]

    def _heading(self, width: int) -> Content:
        key = self._screen.keys.labels("story_timeline")[0]
        return heading("Latest events", width, end=joined(plain(f" {key}", "bold $accent"), plain(" all", MUTED)))

    def _remarks(self, width: int) -> Iterator[Content]:
        if fault := self._chronicling.fault:
            yield fitted(plain(unread(fault), "bold $warning"), width)

    def _events(self, width: int, rows: int) -> list[Content]:
        """The lines; made anew only where they say something else."""
        screen, timeline = self._screen, self._chronicling.timeline(SPAN)
        if timeline is None:
            return [] if self._chronicling.fault else [plain(READING, MUTED)]
        voice = ScreenVoice(screen.measures, screen.session.ward.tz)
        server = server_name(screen.painter.link)
        written = tuple(self._chronicling.written(event) for event in timeline.events[-rows:] if event.record)
        key = (id(timeline), width, rows, voice, server, written)
        if self._drawn[0] != key:
            self._drawn = (key, self._told(timeline, voice, server, width, rows))
        return self._drawn[1]

    def _told(self, timeline: Timeline, voice: ScreenVoice, server: str, width: int, rows: int) -> list[Content]:
        told = self._chronicling.told
        begins, day, out = told.begins if told is not None else 0, _day(timeline.end, voice), list[Content]()
        for event in reversed(timeline.events):
            lines = event_lines(event, voice, begins, width, self._chronicling.written(event), server, whole=False)
            if (its := _day(event.at, voice)) != day:  # a time without a day is one of today
                lines.insert(0, day_line(event.at, voice.tz, width))
            if len(out) + len(lines) > rows:
                break
            out, day = [*out, *lines], its
        return out or [plain("Nothing in the last 24 h.", MUTED)]

    def close(self) -> None:
        """What is still being read is of no use any more."""
        self._chronicling.close()


def _day(at: int, voice: ScreenVoice) -> date:
    return datetime.fromtimestamp(at / 1000, zone(voice.tz)).date()
