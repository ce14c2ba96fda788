"""The seconds before a moment of the past: a ward that was restored there does not know them, the log does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from iomt_tui.log.api import RecordedReader
from iomt_tui.log.pages import pages
from iomt_tui.tui.reading import read_log
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.waves import KEPT, Trace, Waves, joined

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

_BEFORE = (KEPT + 2) * 1000  # ms of the log that are read


class Past:
    """One patient's traces, with what the log holds from before the shown ward was restored."""

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        self._screen, self._patient = screen, patient
        self._ward: Ward | None = None  # the one that was read for
        self._before = Waves()
        self._reading = self._over = False
        self._joined: dict[str, tuple[Trace, int, Trace]] = {}  # key -> the fold's trace, its end then, and both

    def traces(self, own: Mapping[str, Trace]) -> dict[str, Trace]:
        """``own`` of the shown ward, reaching further back. Begins to read for a ward that is new."""
        ward = self._screen.session.ward
        if ward is not self._ward:
            self._before, self._joined = Waves(), {}
            if not self._reading:
                self._read(ward)
        before = self._before.traces
        return {key: self._both(key, own.get(key), before.get(key)) for key in {**before, **own}}

    def _both(self, key: str, own: Trace | None, before: Trace | None) -> Trace:
        if own is None or before is None:
            found = own or before
            assert found is not None
            return found
        known = self._joined.get(key)
        if known is None or known[0] is not own or known[1] != own.end:
            known = self._joined[key] = own, own.end, joined(before, own)
        return known[2]

    def _read(self, ward: Ward) -> None:
        self._ward, self._reading = ward, True
        now = self._screen.session.now()
        read_log(
            self._screen, "waves of the past", lambda reader: self._work(reader, now),
            lambda found, _: self._found(ward, found or Waves()),  # a log that cannot be read is told elsewhere
        )  # fmt: skip

    def _work(self, reader: RecordedReader, now: int) -> Waves:
        """In a thread of its own."""
        read = pages(reader, reader.seq_at(now - _BEFORE), now, lambda: not self._over)
        return Waves.told(self._patient, (entry for page in read for entry in page))

    def _found(self, ward: Ward, found: Waves) -> None:
        self._reading = False
        if ward is self._ward and ward is self._screen.session.ward and not self._over:
            self._before = found
            self._screen.painter.paint()
        elif ward is not self._screen.session.ward:
            self._ward = None  # it was moved on meanwhile: the next look reads again

    def close(self) -> None:
        """What is still being read is of no use any more."""
        self._over = True
