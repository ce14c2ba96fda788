"""Copying a log, or a part of it, into a recording: one compact file that stands alone and never changes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from iomt_tui.log import checkpoints, extracts
from iomt_tui.log.api import LogError, RecordedReader
from iomt_tui.log.batching import batched
from iomt_tui.log.chain import GENESIS, Place, extend
from iomt_tui.log.compressed import open_recording, pack_file
from iomt_tui.log.database import new_recording, telling
from iomt_tui.log.files import beside, private_directory, sync_directory
from iomt_tui.log.marks import set_mark
from iomt_tui.log.stored import pack
from iomt_tui.ward.events import Draft, Entry
from iomt_tui.ward.extract import extract

ENDING: Final = ".iomtlog"
PACKED_ENDING: Final = ".iomtlog.gz"
_PAGE: Final = 2_000
_LEVEL: Final = 6  # of zlib: a recording is written once


class Fold(Protocol):
    """What makes checkpoints on the way: :class:`iomt_tui.ward.fold.Ward` fits."""

    def apply(self, entries: Iterable[Entry]) -> Any:
        """Takes entries in."""
        ...

    def checkpoint(self) -> bytes:
        """The state so far."""
        ...


@dataclass(frozen=True, slots=True)
class Recording:
    """A finished recording: its file, how many entries, their first and last log time (ms), its bytes on disk."""

    path: Path
    entries: int
    start: int
    end: int
    size: int


def record(
    source: Path | RecordedReader,
    target: Path,
    *,
    since: int | None = None,
    until: int | None = None,
    batch_ms: int = 1_000,
    fold: Callable[[bytes | None], Fold] | None = None,
    every_ms: int = 300_000,
    overwrite: bool = False,
) -> Recording:
    """Writes ``source`` to ``target`` (``.iomtlog``, or ``.iomtlog.gz`` to pack it), with a chain of its own.

    ``since`` begins at the checkpoint at or before that log time; ``until`` ends there. ``batch_ms`` joins
    observations. ``fold`` makes a state from a checkpoint's blob, or an empty one from None; with it the recording
    gets a checkpoint every ``every_ms``, so that seeking in it is quick; without it, entries that are not joined keep
    the checkpoints they had. Raises LogError and leaves nothing behind.
    """
    _check_target(target, overwrite)
    reader = open_recording(source) if isinstance(source, Path) else source
    plain = beside(target, ".partial")
    packed = beside(target, ".partial.gz")
    try:
        with telling(target, "write"):
            plain.unlink(missing_ok=True)
            packed.unlink(missing_ok=True)
            with closing(new_recording(plain)) as db:
                copy = _Copy(db, reader, since, fold, every_ms)
                copy.run(batched(copy.entries(until), batch_ms))
                if not batch_ms and not fold:
                    copy.keep_states()
            done = _finish(plain, packed, target)
        return Recording(target, copy.count, copy.start, copy.place.at, done)
    finally:
        for leftover in (plain, packed):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)
        if isinstance(source, Path):
            reader.close()


def _check_target(target: Path, overwrite: bool) -> None:
    if not target.name.endswith((ENDING, PACKED_ENDING)):
        raise LogError(f"A recording's name ends in {ENDING} or {PACKED_ENDING}; {target} does not.")
    if target.exists() and not overwrite:
        raise LogError(f"{target} exists already. Choose another name, or remove it first.")
    private_directory(target.parent)


def _finish(plain: Path, packed: Path, target: Path) -> int:
    made = plain
    if target.name.endswith(PACKED_ENDING):
        pack_file(plain, packed)
        made = packed
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    made.replace(target)
    sync_directory(target.parent)
    return target.stat().st_size


class _Copy:
    """One run of entries from a reader into an empty log."""

    def __init__(
        self,
        db: sqlite3.Connection,
        reader: RecordedReader,
        since: int | None,
        fold: Callable[[bytes | None], Fold] | None,
        every: int,
    ) -> None:
        self._db = db
        self._reader = reader
        begin = reader.span()[0] if since is None else since
        found = reader.checkpoint(begin)
        self._after = found.seq if found else 0
        # The first state keeps its number, and the entries go on from it, as the state itself counts them.
        self.place = Place(found.seq, found.at, GENESIS.hash) if found else GENESIS
        self.start = found.at if found else reader.span()[0]
        self.count = 0
        self._fold = fold(found.blob if found else None) if fold else None
        self._every = every
        self._due = self.start + every
        self._parts: list[Entry] = []  # since the checkpoint before, no more than fit into an extract
        set_mark(db, "base", self.place)
        if found:
            checkpoints.save(db, found.seq, found.at, pack(found.blob, _LEVEL))

    def entries(self, until: int | None) -> Iterator[Entry]:
        """What to copy, up to log time ``until``."""
        after = self._after
        while page := self._reader.read(after, _PAGE):
            for entry in page:
                if until is not None and entry.at > until:
                    return
                yield entry
            after = page[-1].seq

    def run(self, drafts: Iterable[Draft]) -> None:
        """Writes everything, with a checkpoint after each stretch and at the end, then marks the head."""
        self._db.execute("BEGIN")
        held: list[Draft] = []
        for draft in drafts:
            if held and draft.at >= self._due:
                self._write(held)
                self._keep_state()
                self._due = draft.at + self._every
                held = []
            elif len(held) >= _PAGE:
                self._write(held)
                held = []
            held.append(draft)
        self._write(held)
        if not self.count:
            raise LogError("There is nothing to record in that time.")
        self._keep_state()
        set_mark(self._db, "head", self.place)
        self._db.execute("COMMIT")

    def keep_states(self) -> None:
        """Takes over the source's checkpoints: each entry has the number it had there."""
        found = self._reader.checkpoint(self.place.at)
        while found and found.seq > self._after:
            if found.seq <= self.place.seq:
                checkpoints.save(self._db, found.seq, found.at, pack(found.blob, _LEVEL))
            found = self._reader.checkpoint(found.at - 1)

    def _write(self, drafts: list[Draft]) -> None:
        rows, entries = extend(self.place, drafts, [pack(draft.body, _LEVEL) for draft in drafts])
        self._db.executemany("INSERT INTO entries (seq, at, kind, body, hash) VALUES (?, ?, ?, ?, ?)", rows)
        if rows:
            self.place = Place(rows[-1][0], rows[-1][1], rows[-1][4])
            self.count += len(rows)
        if self._fold:
            self._fold.apply(entries)
            self._parts = [*self._parts, *entries][-extracts.LARGEST :]

    def _keep_state(self) -> None:
        if self._parts:
            extracts.save(self._db, self._parts[0].seq - 1, self.place, extract(self._parts))
            self._parts = []
        if self._fold:
            checkpoints.save(self._db, self.place.seq, self.place.at, pack(self._fold.checkpoint(), _LEVEL))
