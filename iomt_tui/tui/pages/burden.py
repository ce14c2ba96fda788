"""The burden board: what the ward's alarms of the last hours ask of people. Read from the log, not from the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from iomt_tui.log.api import RecordedReader
from iomt_tui.log.lookback import Found, Lookback
from iomt_tui.tui.pages.page import Page
from iomt_tui.tui.reading import read_log
from iomt_tui.tui.text import plain
from iomt_tui.tui.widgets.burden_lines import WINDOWS, burden_lines, heading
from iomt_tui.tui.widgets.rows import wrapped

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

FRESH: Final = 60.0
"""Seconds after which it is read again."""


class BurdenPage(Page):
    """Reads in a thread of its own, with a reader of its own; what was found stays until there is something newer."""

    name = "burden"

    def __init__(self, screen: BoardScreen) -> None:
        super().__init__(screen)
        self.window = 0  # of WINDOWS
        self._lookback = Lookback()
        self._found: dict[int, Found] = {}
        self._reading = self._closed = False
        self._progress = (0, 0)  # entries read, of how many
        self._failure = ""
        self._read_at = float("-inf")  # seconds of the screen's clock

    def head(self, width: int) -> list[Content]:
        """Which time."""
        length, words = WINDOWS[self.window]
        key = next(iter(self.screen.keys.labels("sort")), "")
        return heading(words, self._found.get(length), self.screen.session.ward.tz, key, width)

    def lines(self, width: int) -> list[Content] | None:
        """The figures last read; reads again when they are old."""
        if self.screen.clock() - self._read_at >= FRESH:
            self._begin()
        out = []
        if self._failure:
            out += list(wrapped(f"Not read: {self._failure}", width, "bold $error"))
        found = self._found.get(WINDOWS[self.window][0])
        if found is None:
            return out + ([plain(self._reading_words(), "$label")] if self._reading else [])
        return out + burden_lines(found, self.screen.session.ward.tz, self._whatif_key(), width)

    def _reading_words(self) -> str:
        done, of = self._progress
        return f"reading… {done:,} of {of:,} entries" if of else "reading…"

    def _whatif_key(self) -> str:
        keys = self.screen.keys
        return keys.labels("limits")[0]

    def act(self, action: str) -> bool:
        """Turns to another time; enter reads again, unless it confirms something."""
        if action == "sort":
            self.window = (self.window + 1) % len(WINDOWS)
            self.screen.page.scroll_home(animate=False)
            return True
        if action == "enter" and not self.asked:
            self._begin()
            return True
        return False

    def closed(self) -> None:
        """Gives up what is being read."""
        self._closed = True

    def _begin(self) -> None:
        if self._reading:
            return
        self._reading, self._progress = True, (0, 0)
        self._read_at = self.screen.clock()
        end = self.screen.session.now()
        read_log(self.screen, "burden", lambda reader: self._read(reader, end), self._done)

    def _read(self, reader: RecordedReader, end: int) -> dict[int, Found]:
        """In a thread: up to log time ``end``."""
        if not self._lookback.read(reader, end, self._told, lambda: not self._closed):
            return {}
        return {length: self._lookback.found(length) for length, _ in WINDOWS}

    def _told(self, done: int, of: int) -> None:
        self._progress = (done, of)

    def _done(self, found: dict[int, Found] | None, failure: str) -> None:
        self._reading, self._failure = False, failure
        self._found = found or self._found
        if not self._closed:
            self.screen.painter.paint()
