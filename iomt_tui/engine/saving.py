"""The ward's state, kept in its log from time to time: what a screen opens from, and what a seek begins at."""

from __future__ import annotations

from contextlib import suppress
from typing import Final, NamedTuple

from iomt_tui.log.api import LogError, LogWriter
from iomt_tui.ward.checkpoint import dump
from iomt_tui.ward.checkpoint_whole import Whole
from iomt_tui.ward.fold import Ward

HOUR: Final = 3_600_000
"""ms of log time in which one state is kept whole. Thinning keeps the first of each hour longest: it is a whole one."""


class _Saved(NamedTuple):
    seq: int
    at: int
    state: Whole


class Saving:
    """Keeps the state whole once in each hour, and in between as what has come since: of what a ward keeps of its past,
    nearly nothing differs after five minutes."""

    def __init__(self, log: LogWriter) -> None:
        self._log = log
        self._last: _Saved | None = None

    def save(self, ward: Ward, *, whole: bool = False) -> None:
        """Keeps the state as it is now, ``whole`` in any case. Raises LogError."""
        last = self._last
        if last is not None and not whole and last.at // HOUR == ward.now // HOUR:
            if last.seq == ward.seq:
                return
            with suppress(LogError):  # the other one was dropped meanwhile: then this is kept whole
                self._log.save_checkpoint(ward.seq, ward.now, dump(ward, last.state), last.seq)
                return
        blob = dump(ward)
        self._log.save_checkpoint(ward.seq, ward.now, blob)
        self._last = _Saved(ward.seq, ward.now, Whole(blob))
