"""Small logs, and clocks that a test turns by hand."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from iomt_tui.log.api import Checkpoint
from iomt_tui.log.memory import MemoryLog
from iomt_tui.log.sqlite import SqliteLog, SqliteReader
from iomt_tui.ward.events import Draft, Entry


@dataclass
class Clock:
    """Seconds that pass only when told to."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds


class Digest:
    """A fold of the simplest kind: what it has seen decides every byte of its state."""

    def __init__(self, blob: bytes | None = None) -> None:
        self.state = blob or b"nothing"

    def apply(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.state = hashlib.sha256(self.state + repr(entry).encode()).digest()

    def checkpoint(self) -> bytes:
        return self.state


def drafts(count: int, start: int = 1_000, step: int = 1_000) -> list[Draft]:
    """Entries of several kinds, every seventh large enough to be deflated."""
    kinds = ("obs", "tick", "alarm", "act")
    made = []
    for number in range(count):
        size = 200 if number % 7 == 3 else 1
        body = b'["' + f"entry {number} ".encode() * size + b'"]'
        made.append(Draft(start + number * step, kinds[number % 4], body))
    return made


@contextmanager
def log_of(path: Path, entries: Sequence[Draft] = ()) -> Iterator[SqliteLog]:
    """A new log at ``path`` that holds ``entries``."""
    with closing(SqliteLog(path)) as log:
        log.append(entries, durable=False)
        yield log


def save_states(log: SqliteLog, every: int) -> None:
    """Checkpoints of :class:`Digest` after each ``every`` entries."""
    fold = Digest()
    for entry in read_all(log):
        fold.apply([entry])
        if entry.seq % every == 0:
            log.save_checkpoint(entry.seq, entry.at, fold.checkpoint())


def in_memory(entries: Iterable[Draft], name: str, checkpoints: Iterable[Checkpoint] = ()) -> MemoryLog:
    """A log in memory that holds ``entries`` and ``checkpoints``."""
    log = MemoryLog(name)
    log.append(list(entries))
    for checkpoint in checkpoints:
        log.save_checkpoint(*checkpoint)
    return log


def read_all(reader: SqliteReader, after: int = 0) -> list[Entry]:
    """Every entry behind ``after``, page by page."""
    found: list[Entry] = []
    while page := reader.read(found[-1].seq if found else after, 1_000):
        found += page
    return found


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """The database behind a log, as somebody who means harm would open it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        yield db
