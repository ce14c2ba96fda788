"""What was announced while nobody looked at this screen: a line that says so, and the list behind it (SAFETY H20)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from iomt_tui.log.api import LogError, RecordedReader
from iomt_tui.log.pages import pages
from iomt_tui.tui.reading import read_log
from iomt_tui.ward.missed import Absence, Missed

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

AWAY: Final = 120_000
"""Log time (ms) without a look, beyond which the user is told what was announced."""

FURTHEST: Final = 24 * 3_600_000
"""How far back (ms) that goes at most."""

KEEP: Final = 60_000
"""Log time (ms) between two notes of the last look."""


class Away:
    """Knows when the user last looked, also at another screen of the ward. It opens nothing and takes no key."""

    def __init__(self, screen: BoardScreen) -> None:
        self.screen = screen
        self.missed: Missed | None = None
        self.reading = False
        self.fault = ""
        self.told = False  # the line stands on the screen
        self._user = screen.settings.user or "unnamed"
        self._seen: int | None = None  # log time of the last look
        self._kept = 0
        self._back = True  # the next look is the first after a while

    def look(self, *, attended: bool) -> None:
        """A second has passed. ``attended``: the terminal proves that it reads, or cannot tell."""
        session = self.screen.session
        if session.looks is None or session.live.seq == 0:
            return
        if not attended:
            self._back = True
            return
        now = session.live_now()
        seen = session.looks.load(self._user) if self._seen is None else self._seen
        if self._back and seen is not None and now - seen > AWAY:
            self._absent(seen, now)
        self._seen, self._back = now, False
        if abs(now - self._kept) >= KEEP:
            self.keep()

    def keep(self) -> None:
        """Notes the last look for the next start."""
        looks = self.screen.session.looks
        if looks is not None and self._seen is not None:
            self._kept = self._seen
            with suppress(LogError):  # a convenience: without it the next start tells of nothing
                looks.save(self._user, self._seen)

    def dismiss(self) -> bool:
        """Takes the line back; whether it stood there."""
        there, self.told = self.told, False
        return there

    def _absent(self, start: int, end: int) -> None:
        """Reads what was announced between two log times (ms); what was not looked at yet stays in."""
        if self.told and self.missed is not None:
            start = min(start, self.missed.start)
        start = max(start, end - FURTHEST)
        self.missed, self.reading, self.fault = Missed(start, end), True, ""
        asked = self.missed
        read_log(
            self.screen, "missed", lambda reader: self._work(reader, asked),
            lambda found, fault: self._read(asked, found or asked, fault),
        )  # fmt: skip

    def _work(self, reader: RecordedReader, asked: Missed) -> Missed:
        """In a thread of its own."""
        absence = Absence(asked.start)
        for page in pages(reader, reader.seq_at(asked.start), asked.end, lambda: self.missed is asked):
            absence.read(page)
        return absence.missed(asked.end)

    def _read(self, asked: Missed, found: Missed, fault: str) -> None:
        if self.missed is asked:
            self.missed, self.reading, self.fault = found, False, fault
            self.told = bool(found.episodes or fault)
            self.screen.painter.paint()
