"""The event log's interface: what every store of the log offers, and nothing about what events mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from iomt_tui.ward.events import Draft, Entry
from iomt_tui.ward.extract import Part

TOLD: Final = "told"
"""Every entry that tells what happened to a patient or on the ward: alarms and what was done about them, doses, notes,
limits, people, devices, and that nobody watched. No values, and nothing of how the program runs."""

ANNOUNCED: Final = "announced"
"""Every alarm that is announced, and waits for somebody."""


class Checkpoint(NamedTuple):
    """A saved state: what folding every entry up to and including ``seq`` (log time ``at``, ms) gives."""

    seq: int
    at: int
    blob: bytes


class LogReader(Protocol):
    """Reads entries in order. One reader belongs to one thread."""

    def read(self, after: int, limit: int = 10_000) -> list[Entry]:
        """Entries with ``seq > after``, oldest first, at most ``limit`` and at most a few megabytes of them.

        Fewer than ``limit`` is not the end of the log; empty is. Raises :class:`LogError`.
        """
        ...

    def last(self) -> Entry | None:
        """The newest entry."""
        ...

    def checkpoint(self, at: int | None = None) -> Checkpoint | None:
        """The newest checkpoint at or before log time ``at`` (any, when None) that still belongs to this log."""
        ...

    def close(self) -> None:
        """Gives files and watches back."""
        ...


class RecordedReader(LogReader, Protocol):
    """A log that can be entered at any time: what a replay reads."""

    def span(self) -> tuple[int, int]:
        """Log time (ms) of the first and of the newest state that can be shown. Raises LogError when empty."""
        ...

    def seq_at(self, at: int) -> int:
        """The place of the newest entry at or before log time ``at``; the place before the first when none is."""
        ...

    def read_patient(self, patient: str, after: int, last: int) -> Iterator[Part]:
        """What the entries behind ``after``, up to and including ``last``, say of one patient, piece by piece.

        Readings of others, ``past`` ones, waveforms and empty ticks may be in it or not. Raises :class:`LogError`.
        """
        ...

    def moment(self, at: int, *, later: bool, kind: str = "") -> int | None:
        """Log time of the nearest entry after ``at``, or before it when not ``later``; None when there is none.

        Of entries of ``kind``; when that is empty, of all but ticks. :data:`TOLD` and :data:`ANNOUNCED` are kinds,
        too.
        """
        ...

    def another(self) -> RecordedReader:
        """A second reader of the same log, for another thread; the caller closes it. Raises LogError."""
        ...


class LogWriter(LogReader, Protocol):
    """Appends entries. Several processes may append; the store settles the order."""

    def append(self, drafts: Sequence[Draft], *, durable: bool, urgent: bool = False) -> list[Entry]:
        """Appends all or none and returns them with their places.

        ``durable`` returns only when the entries would survive a power cut. ``urgent`` has whoever follows the log
        read them at once, where others come a few times a second (:mod:`iomt_tui.log.bell`).
        ``at`` of an entry is never below that of the one before it: an earlier draft is stamped with the newest log
        time.
        Raises :class:`LogError` when nothing was written.
        """
        ...

    def save_checkpoint(self, seq: int, at: int, blob: bytes, upon: int | None = None) -> None:
        """Keeps the state after entry ``seq``, and thins out older ones. Raises :class:`LogError`.

        ``upon``: ``blob`` only adds to the state that was kept whole after that entry, and is given back with the other
        one behind it.
        """
        ...


class LogError(Exception):
    """The log could not be read or written. The message says which file, what happened and what to do next."""


class DamagedLogError(LogError):
    """An entry is not what was written: ``seq`` is the first place that cannot be trusted."""

    def __init__(self, message: str, seq: int) -> None:
        super().__init__(message)
        self.seq = seq
