"""The event log's interface: what every store of the log offers, and nothing about what events mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from iomt_tui.ward.events import Draft, Entry


class LogReader(Protocol):
    """Reads entries in order. One reader belongs to one thread."""

    def read(self, after: int, limit: int = 10_000) -> list[Entry]:
        """Entries with ``seq > after``, oldest first, at most ``limit``."""
        ...

    def last(self) -> Entry | None:
        """The newest entry."""
        ...

    def close(self) -> None:
        """Gives files and watches back."""
        ...


class LogWriter(LogReader, Protocol):
    """Appends entries. Several processes may append; the store settles the order."""

    def append(self, drafts: Sequence[Draft], *, durable: bool) -> list[Entry]:
        """Appends all or none and returns them with their places.

        ``durable`` returns only when the entries would survive a power cut. ``at`` of an entry is never below that of
        the one before it: an earlier draft is stamped with the newest log time.
        Raises :class:`LogError` when nothing was written.
        """
        ...


class LogError(Exception):
    """The log could not be read or written. The message says which file, what happened and what to do next."""
