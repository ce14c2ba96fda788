"""What the log says of one patient, read in threads beside the running screen and followed as it grows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from iomt_tui.log.api import RecordedReader
from iomt_tui.log.chronicles import begun, read_on
from iomt_tui.tui.reading import read_log
from iomt_tui.ward.story.chronicle import Chronicle
from iomt_tui.ward.story.timeline import Event, Timeline, Told, timeline_of
from iomt_tui.ward.writes import Written

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

PAUSE: Final = 5_000
"""Log time (ms) after which the log is read on, where the ward has said nothing new of the patient before."""

_STEP: Final = 10_000  # ms of log time within which the same events are shown, where nothing new was read


class Chronicling:
    """``told`` is what was read so far; ``changed`` is called, in the screen's own thread, whenever there is more."""

    def __init__(self, screen: BoardScreen, patient: str, changed: Callable[[], None]) -> None:
        self._screen, self._patient, self._changed = screen, patient, changed
        self.told: Told | None = None
        self.fault = ""
        self.reading = False
        self._chronicle: Chronicle | None = None
        self._seen: object = None  # what the ward said of the patient when the log was last read
        self._end = -1  # log time up to which it was read
        self._over = False
        self._found: tuple[object, Timeline | None] = (None, None)

    def follow(self, since: int) -> None:
        """Reads on where there is something new; anew where the events reach back no further than to later than
        ``since`` (ms). What lies behind the moment that is shown was read before, and is not read again."""
        if self.reading or self._over:
            return
        now, seen = self._screen.session.now(), self._of_patient()
        chronicle = self._chronicle
        if chronicle is not None and chronicle.since > since:
            chronicle = None
        fresh = now > self._end and (seen != self._seen or now - self._end >= PAUSE)
        if chronicle is None or fresh:
            self._seen, self._end, self.reading = seen, now, True
            self._chronicle = chronicle
            read_log(self._screen, "chronicle", lambda reader: self._work(reader, since, now), self._read)

    def timeline(self, span: int) -> Timeline | None:
        """What happened in the last ``span`` ms up to the moment that is shown, as it was known then; None as long as
        nothing was read. The same one for as long as it says the same."""
        session, now = self._screen.session, self._screen.painter.now
        told, ward = self.told, session.ward
        if told is None:
            return None
        key = (id(told), id(ward), now if session.player is not None else now // _STEP, span)
        if self._found[0] != key:
            self._found = (key, timeline_of(told, ward, now, span))
        return self._found[1]

    def written(self, event: Event) -> Written | None:
        """How a note or a record of this ward stands on its server."""
        state = self._screen.session.ward.patients.get(self._patient)
        return state.writes.by_op().get(event.record) if state is not None and event.record else None

    def _of_patient(self) -> object:
        state = self._screen.session.ward.patients.get(self._patient)
        if state is None:
            return ()
        records = sum(len(own) for own in state.medication.records.values())
        return (
            tuple(state.alarms.values()), tuple(state.suppressions.values()), tuple(state.escalated.values()),
            tuple(state.limits.values()), state.notes, records, tuple(state.medication.orders.values()),
        )  # fmt: skip

    def _work(self, reader: RecordedReader, since: int, end: int) -> None:
        """In a thread of its own, which alone has the chronicle meanwhile."""
        if self._chronicle is None:
            self._chronicle = begun(reader, self._patient, since)
        read_on(reader, self._chronicle, end, lambda: not self._over)

    def _read(self, _: None, fault: str) -> None:
        self.reading, self.fault = False, fault
        if self._over:
            return
        if self._chronicle is not None:
            self.told = self._chronicle.so_far()
        if fault:
            self._chronicle = None  # what could not be read is read anew
        self._changed()

    def close(self) -> None:
        """What is still being read is of no use any more."""
        self._over = True
