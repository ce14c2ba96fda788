"""What the last day of a log says of its alarms, read once and then only as far as the log has grown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from iomt_tui.alarms.burden import Burden
from iomt_tui.log.api import RecordedReader
from iomt_tui.ward.burdens import burden_between
from iomt_tui.ward.checkpoint import CheckpointError
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.history import History

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
PAGE: Final = 2_000
"""Entries read at a time: between two pages the reading can be given up."""

OVERHANG: Final = 6 * HOUR
"""How much more than a day is kept before it is read anew."""


@dataclass(frozen=True, slots=True)
class Found:
    """The burden from ``start`` to ``end`` (ms). ``begins``: where the log begins, if that is later than ``start``."""

    start: int
    end: int
    begins: int
    patients: int
    burden: Burden
    unreadable: int


class Lookback:
    """Remembers what it has read. One thread at a time uses it."""

    def __init__(self) -> None:
        self._history: History | None = None
        self._seq = 0
        self._end = 0

    def read(
        self, reader: RecordedReader, end: int, told: Callable[[int, int], None] = lambda done, of: None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> bool:  # fmt: skip
        """Reads up to log time ``end`` (ms). ``told``: how many entries of how many; false when ``wanted`` says no
        before the end. Raises LogError."""
        last = reader.seq_at(end)
        history = self._history
        if history is None or last < self._seq or end - history.start > DAY + OVERHANG:
            self._history = None
            history = self._begin(reader, end)
        first = self._seq
        while self._seq < last:
            if not wanted():
                self._history = None
                return False
            told(self._seq - first, last - first)
            page = reader.read(self._seq, min(PAGE, last - self._seq))
            if not page:
                break
            history.read(page)
            self._seq = page[-1].seq
        self._history, self._end = history, end
        return True

    def _begin(self, reader: RecordedReader, end: int) -> History:
        """From the newest checkpoint a day before ``end``, which may be a while earlier: that is not counted."""
        first = reader.span()[0]
        saved = reader.checkpoint(max(first, end - DAY))
        try:
            ward = Ward.restore(saved.blob) if saved else Ward()
        except CheckpointError:
            saved, ward = None, Ward()
        self._seq = saved.seq if saved else 0
        return History(ward, saved.at if saved else first, {})

    def found(self, window: int) -> Found:
        """The burden of the last ``window`` ms of what was read."""
        history, end = self._history, self._end
        assert history is not None
        start = end - window
        begins = max(start, history.start)
        patients = sum(history.present_between(patient, begins, end) > 0 for patient in history.patients)
        return Found(start, end, begins, patients, burden_between(history, begins, end), history.unreadable)
