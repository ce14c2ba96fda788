"""The embedded event log: one SQLite file in write-ahead mode, appended to by any number of processes."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from iomt_tui.log import checkpoints, extracts
from iomt_tui.log.api import ANNOUNCED, TOLD, Checkpoint, DamagedLogError, LogError
from iomt_tui.log.bell import ring
from iomt_tui.log.chain import BrokenChain, Place, Row, checked, extend
from iomt_tui.log.database import UNREADABLE, open_log, open_reader, telling
from iomt_tui.log.marks import link_at, mark, set_mark, tail
from iomt_tui.log.moments import EMPTY, kinds, stops
from iomt_tui.log.stored import pack, unpack
from iomt_tui.ward.events import Draft, Entry
from iomt_tui.ward.extract import Part, extract

_ROWS: Final = "SELECT seq, at, kind, body, hash FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"
_INSERT: Final = "INSERT INTO entries (seq, at, kind, body, hash) VALUES (?, ?, ?, ?, ?)"
_AT: Final = "SELECT at FROM entries WHERE seq = ?"
_NEAR: Final = (
    "SELECT at, kind, body FROM entries WHERE seq {} ?1 AND (instr(?2, ' ' || kind || ' ') > 0) = ?3 AND body <> ?4"
    " ORDER BY seq {}"
)
_LATER, _EARLIER = _NEAR.format(">", "ASC"), _NEAR.format("<=", "DESC")
_PAGE_BYTES: Final = 4 * 1024 * 1024  # stored bytes that one read may return, whatever the limit
_PAGE: Final = 10_000  # entries
_CHUNK: Final = 512


def _stops(kind: str, of: str, stored: bytes) -> bool:
    if kind not in (ANNOUNCED, TOLD):
        return True
    try:
        return stops(kind, of, unpack(stored))
    except ValueError:  # damaged: whoever reads it is told
        return False


class SqliteReader:
    """Reads a live log or a recording. What it returns has been checked against the hash chain.

    ``frozen`` promises that the file never changes. Raises LogError when ``path`` is neither; DamagedLogError at the
    first entry that was changed or lost.
    """

    def __init__(self, path: Path, *, frozen: bool = False) -> None:
        self._attach(path, open_reader(path, frozen=frozen))

    def _attach(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db
        self._known: Place | None = None

    @property
    def database(self) -> sqlite3.Connection:
        """The database itself, for this room's own checks."""
        return self._db

    def read(self, after: int, limit: int = 10_000) -> list[Entry]:
        """See :meth:`iomt_tui.log.api.LogReader.read`. Entries that retention dropped are passed over."""
        with self._sound(), self._snapshot(after):
            place = self._known if self._known and self._known.seq == after else link_at(self._db, after)
            if place is None:
                return []
            rows = self._page(place.seq, limit)
            entries = checked(place, rows)
        if rows:
            seq, at, _, _, digest = rows[-1]
            self._known = Place(seq, at, digest)
        return entries

    def read_patient(self, patient: str, after: int, last: int) -> Iterator[Part]:
        """See :meth:`iomt_tui.log.api.RecordedReader.read_patient`. Where extracts are there and sound, from them."""
        after = max(after, self.base().seq)
        with self._sound():
            kept = extracts.stretches(self._db)
        for stretch in kept:
            if after <= stretch.after and stretch.seq <= last:
                with self._sound():
                    part = extracts.read(self._db, stretch, patient)
                if part is not None:
                    yield from (Part(page, []) for page in self._between(after, stretch.after))
                    yield part
                    after = stretch.seq
        yield from (Part(page, []) for page in self._between(after, last))

    def entries(self, after: int, last: int) -> Iterator[Entry]:
        """The entries behind ``after``, up to and including ``last``. Raises LogError."""
        for page in self._between(after, last):
            yield from page

    def _between(self, after: int, last: int) -> Iterator[list[Entry]]:
        while after < last and (page := self.read(after, min(_PAGE, last - after))):
            after = page[-1].seq
            yield page

    @contextmanager
    def _snapshot(self, after: int) -> Iterator[None]:
        """One view of base and entries, unless the place is known and a single statement will do."""
        if (self._known and self._known.seq == after) or self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    def _page(self, after: int, limit: int) -> list[Row]:
        cursor = self._db.execute(_ROWS, (after, limit))
        rows: list[Row] = cursor.fetchmany(_CHUNK)
        if len(rows) < _CHUNK:
            return rows
        size = sum(len(row[3]) for row in rows)
        while size < _PAGE_BYTES and (more := cursor.fetchmany(_CHUNK)):
            rows += more
            size += sum(len(row[3]) for row in more)
        cursor.close()
        return rows

    def last(self) -> Entry | None:
        """The newest entry."""
        known = self._known
        found = self.read(self.head().seq - 1, 1)
        self._known = known
        return found[-1] if found else None

    def head(self) -> Place:
        """The newest link of the chain."""
        with self._sound():
            return mark(self._db, "head")

    def base(self) -> Place:
        """The link before the first entry that is kept."""
        with self._sound():
            return mark(self._db, "base")

    def span(self) -> tuple[int, int]:
        """See :meth:`iomt_tui.log.api.RecordedReader.span`."""
        base, head = self.base(), self.head()
        if base.seq:
            with self._sound():
                row = self._db.execute("SELECT at FROM checkpoints WHERE seq = ?", (base.seq,)).fetchone()
            return (row[0] if row else base.at), max(head.at, row[0] if row else 0)
        first = self.read(0, 1)
        if not first:
            raise LogError(f"{self.path} holds no entries.")
        return first[0].at, head.at

    def seq_at(self, at: int) -> int:
        """See :meth:`iomt_tui.log.api.RecordedReader.seq_at`. Log time never falls, so it bisects; no index."""
        low, high = self.base().seq, self.head().seq
        with self._sound():
            while low < high:
                middle = (low + high + 1) // 2
                row = self._db.execute(_AT, (middle,)).fetchone()
                if row is None:
                    raise BrokenChain(middle, "it is missing")
                low, high = (middle, high) if row[0] <= at else (low, middle - 1)
        return low

    def moment(self, at: int, *, later: bool, kind: str = "") -> int | None:
        """See :meth:`iomt_tui.log.api.RecordedReader.moment`."""
        after = self.seq_at(at if later else at - 1)
        names, among = kinds(kind)
        with self._sound():
            near = self._db.execute(
                _LATER if later else _EARLIER,
                (after, f" {' '.join(names)} ", among, EMPTY if kind == TOLD else b""),  # no body is of no bytes
            )
            found = next((at for at, of, body in near if _stops(kind, of, body)), None)
            near.close()
        return found

    def checkpoint(self, at: int | None = None) -> Checkpoint | None:
        """See :meth:`iomt_tui.log.api.LogReader.checkpoint`."""
        with self._sound():
            return checkpoints.newest(self._db, at)

    def whole_checkpoint(self, at: int) -> Checkpoint | None:
        """The newest checkpoint at or before log time ``at`` that needs no other."""
        with self._sound():
            return checkpoints.newest(self._db, at, whole=True)

    def another(self) -> SqliteReader:
        """See :meth:`iomt_tui.log.api.RecordedReader.another`."""
        return SqliteReader(self.path)

    def data_version(self) -> int:
        """A number that differs from the last one when another connection has written in between."""
        with self._sound():
            return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Gives the files back."""
        self._db.close()

    @contextmanager
    def _sound(self, verb: str = "read") -> Iterator[None]:
        try:
            with telling(self.path, verb):
                yield
        except BrokenChain as found:
            raise self._damaged(found) from None

    def _damaged(self, found: BrokenChain) -> LogError:
        try:
            dropped = self._known is not None and self._known.seq < mark(self._db, "base").seq
        except (BrokenChain, *UNREADABLE):
            dropped = False
        if dropped:
            return LogError(f"{self.path} no longer keeps entries this old. Open it again.")
        return DamagedLogError(
            f"The log {self.path} is damaged at entry {found.seq}: {found}. "
            f"Run `iomt-tui log verify {self.path}`; nothing before that entry is lost.",
            found.seq,
        )


class SqliteLog(SqliteReader):
    """A live log: reads, and appends.

    ``create`` makes the file (0600) and its directory (0700) when missing. ``any_thread`` lifts SQLite's check that
    only the opening thread uses it; the caller then sees to it that two never do at once. Raises LogError.
    """

    def __init__(self, path: Path, *, create: bool = True, any_thread: bool = False) -> None:
        self._attach(path, open_log(path, create=create, any_thread=any_thread))
        self._full = False

    def append(self, drafts: Sequence[Draft], *, durable: bool, urgent: bool = False) -> list[Entry]:
        """See :meth:`iomt_tui.log.api.LogWriter.append`. Raises DamagedLogError rather than hide a lost end."""
        if not drafts:
            return []
        bodies = [pack(draft.body) for draft in drafts]
        with self._sound("write to"):
            self._sync_fully(durable)
            with self._transaction():
                try:
                    rows, entries = extend(tail(self._db), drafts, bodies)
                except (struct.error, UnicodeEncodeError) as error:
                    raise LogError(f"An entry cannot be stored in {self.path}: {error}.") from error
                self._db.executemany(_INSERT, rows)
                seq, at, _, _, digest = rows[-1]
                set_mark(self._db, "head", Place(seq, at, digest))
        if urgent:
            ring(self.path)
        return entries

    def save_checkpoint(self, seq: int, at: int, blob: bytes, upon: int | None = None) -> None:
        """See :meth:`iomt_tui.log.api.LogWriter.save_checkpoint`. ``seq`` must be in the log.

        The entries since the one before it are kept patient by patient too.
        """
        with self._sound("write to"):
            self._sync_fully(False)
            after = extracts.begin_of(self._db, seq)
            made = self._extract(after, seq)  # before the transaction: nobody waits for it
            try:
                with self._transaction():
                    place = checkpoints.save_and_thin(self._db, seq, at, blob, upon)
                    if made:
                        extracts.save(self._db, after, place, made)
            except LookupError as error:
                raise LogError(f"No checkpoint was saved in {self.path}: {error}.") from error

    def _extract(self, after: int, seq: int) -> bytes:
        try:
            return extract(self.entries(after, seq))
        except LogError:  # what is damaged is told to whoever reads it
            return b""

    def _sync_fully(self, durable: bool) -> None:
        """FULL waits for the disk at each commit; NORMAL leaves the newest commits to the system's cache."""
        if durable != self._full:
            self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._full = durable

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction of this room's own upkeep: all of it or nothing. Raises LogError."""
        with self._sound("write to"), self._transaction():
            yield self._db

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
