"""Bringing a damaged log back: the longest sound beginning stays, the damaged file is put aside whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from iomt_tui.log import checkpoints
from iomt_tui.log.api import LogError
from iomt_tui.log.chain import GENESIS, BrokenChain, Place
from iomt_tui.log.database import UNREADABLE, open_log, open_reader, telling
from iomt_tui.log.files import COMPANIONS, beside, give_name, sync_directory
from iomt_tui.log.guard import EngineLock
from iomt_tui.log.marks import mark, set_mark
from iomt_tui.log.stored import pack
from iomt_tui.log.verify import sound_pages, verify

_INSERT = "INSERT INTO entries (seq, at, kind, body, hash) VALUES (?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of a damaged log: the newest entry kept, the file that holds the rest, and why."""

    path: Path
    kept: Place
    quarantine: Path
    fault: str

    def notice(self) -> str:
        """What people must be told, at once and plainly."""
        until = datetime.fromtimestamp(self.kept.at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        kept = f"Entries up to {self.kept.seq} ({until}) are kept" if self.kept.seq else "No entry could be kept"
        return (
            f"THE LOG WAS DAMAGED: {self.path}, at entry {self.kept.seq + 1}: {self.fault}. {kept}; the damaged file "
            f"is {self.quarantine}. What was acknowledged or charted after that must be checked by hand."
        )


def recover(path: Path) -> Recovery | None:
    """Replaces a damaged log by its longest sound beginning; None when nothing is wrong with it.

    The damaged file stays beside it under another name, with every byte it had. Raises LogError while an engine runs.
    """
    lock = EngineLock(path)
    if not lock.acquire():
        raise LogError(f"An engine is using {path}. Stop it first; a log in use cannot be repaired.")
    try:
        fault = _fault(path)
        if not fault:
            return None
        fresh = beside(path, ".recovering")
        _remove(fresh)
        with telling(path, "repair"):
            kept = _rebuild(path, fresh)
            quarantine = _put_aside(path)
            fresh.replace(path)
            sync_directory(path.parent)
        return Recovery(path, kept, quarantine, fault)
    finally:
        lock.release()


def _fault(path: Path) -> str:
    if not path.is_file():
        raise LogError(f"There is no log at {path}.")
    try:
        return verify(path).fault
    except LogError as error:
        return str(error).rstrip(".")


def _rebuild(path: Path, fresh: Path) -> Place:
    """Copies what is sound into ``fresh``; the newest link of it."""
    kept = GENESIS
    with closing(open_log(fresh, create=True)) as target:
        try:
            source = open_reader(path)
        except LogError:
            return kept
        with closing(source):
            try:
                kept = mark(source, "base")
                set_mark(target, "base", kept)
                for rows in sound_pages(source, kept):
                    target.execute("BEGIN")
                    target.executemany(_INSERT, rows)
                    target.execute("COMMIT")
                    kept = Place(rows[-1][0], rows[-1][1], rows[-1][4])
            except (BrokenChain, *UNREADABLE):
                if target.in_transaction:
                    target.execute("ROLLBACK")
            set_mark(target, "head", kept)
            _copy_checkpoints(source, target)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return kept


def _copy_checkpoints(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """They are a cache: what cannot be read, or belongs to what is lost, is left behind."""
    with suppress(*UNREADABLE, BrokenChain, LookupError):
        at: int | None = None
        while (found := checkpoints.newest(source, at)) is not None:
            with suppress(LookupError):
                checkpoints.save(target, found.seq, found.at, pack(found.blob))
            at = found.at - 1


def _put_aside(path: Path) -> Path:
    """Gives the damaged files a second name, then takes the write-ahead files' first one away.

    At every moment the log's name leads to a file: a crash in between must not look like a ward without a log.
    """
    number = 1
    while (quarantine := beside(path, f".damaged-{number}")).exists():
        number += 1
    for ending in ("", "-wal"):
        if beside(path, ending).exists():
            give_name(beside(path, ending), beside(quarantine, ending))
    for ending in COMPANIONS:
        beside(path, ending).unlink(missing_ok=True)
    return quarantine


def _remove(fresh: Path) -> None:
    for place in (fresh, *(beside(fresh, ending) for ending in COMPANIONS)):
        place.unlink(missing_ok=True)
