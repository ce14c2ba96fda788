"""An event log that lies in memory: where a converted file, or a moment of the demo, is folded or replayed from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from iomt_tui.log.api import Checkpoint, LogError
from iomt_tui.log.moments import wanted
from iomt_tui.ward.events import Draft, Entry
from iomt_tui.ward.extract import Part


class MemoryLog:
    """Appends and reads like :class:`iomt_tui.log.sqlite.SqliteLog`, for one process, and forgets at its end.

    ``name`` is what messages call it.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._entries: list[Entry] = []
        self._checkpoints: list[Checkpoint] = []

    def append(self, drafts: Sequence[Draft], *, durable: bool = False, urgent: bool = False) -> list[Entry]:
        """See :meth:`iomt_tui.log.api.LogWriter.append`; nothing here survives a power cut, and nobody follows."""
        newest = self._entries[-1].at if self._entries else 0
        added = []
        for seq, (at, kind, body) in enumerate(drafts, len(self._entries) + 1):
            newest = max(newest, at)
            added.append(Entry(seq, newest, kind, body))
        self._entries += added
        return added

    def read(self, after: int, limit: int = 10_000) -> list[Entry]:
        """See :meth:`iomt_tui.log.api.LogReader.read`."""
        return self._entries[max(0, after) : max(0, after) + limit]

    def read_patient(self, patient: str, after: int, last: int) -> Iterator[Part]:
        """See :meth:`iomt_tui.log.api.RecordedReader.read_patient`: all that is there, in one piece."""
        yield Part(self._entries[max(0, after) : max(0, last)], [])

    def last(self) -> Entry | None:
        """The newest entry."""
        return self._entries[-1] if self._entries else None

    def save_checkpoint(self, seq: int, at: int, blob: bytes, upon: int | None = None) -> None:
        """Keeps the state after entry ``seq``."""
        whole = next((one.blob for one in self._checkpoints if one.seq == upon), b"")
        self._checkpoints.append(Checkpoint(seq, at, blob + whole))

    def checkpoint(self, at: int | None = None) -> Checkpoint | None:
        """The newest checkpoint at or before log time ``at``."""
        return max((one for one in self._checkpoints if at is None or one.at <= at), default=None)

    def span(self) -> tuple[int, int]:
        """Log time (ms) of the first and the newest entry. Raises LogError when there is none."""
        if not self._entries:
            raise LogError(f"{self._name} holds no entries.")
        return self._entries[0].at, self._entries[-1].at

    def seq_at(self, at: int) -> int:
        """The place of the newest entry at or before log time ``at``; 0 when none is."""
        return bisect_right(self._entries, at, key=lambda entry: entry.at)

    def moment(self, at: int, *, later: bool, kind: str = "") -> int | None:
        """See :meth:`iomt_tui.log.api.RecordedReader.moment`."""
        entries = self._entries
        places = range(self.seq_at(at), len(entries)) if later else range(self.seq_at(at - 1) - 1, -1, -1)
        return next((entries[place].at for place in places if wanted(entries[place], kind)), None)

    def another(self) -> MemoryLog:
        """See :meth:`iomt_tui.log.api.RecordedReader.another`: it shows what is there now, and what is added."""
        other = MemoryLog(self._name)
        other._entries, other._checkpoints = self._entries, self._checkpoints
        return other

    def close(self) -> None:
        """Forgets everything."""
        self._entries, self._checkpoints = [], []
