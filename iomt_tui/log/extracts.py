"""What stretches of a log say of each patient, kept beside the entries: a cache like checkpoints, bound to the chain.

The hash of an extract covers that of the last entry of its stretch and where the stretch begins: one that was changed,
or that belongs to another history, is passed over, and the entries are read. Deleting any costs only time.
``iomt-tui log verify`` makes each of them again from the entries.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, NamedTuple

from iomt_tui.log.chain import Place, link
from iomt_tui.log.database import UNREADABLE
from iomt_tui.log.marks import link_at, mark
from iomt_tui.log.schema import WITH_EXTRACTS, version
from iomt_tui.ward.events import Entry
from iomt_tui.ward.extract import ExtractError, Part, alike, extract, part_of

LARGEST: Final = 10_000
"""Entries of one stretch at most: making it must not keep an engine from its ward."""


class Stretch(NamedTuple):
    """The entries behind ``after``, up to and including ``seq``."""

    after: int
    seq: int


def begin_of(db: sqlite3.Connection, seq: int) -> int:
    """Where a stretch that ends with entry ``seq`` begins: at the checkpoint before, when that is not long ago."""
    before = db.execute("SELECT max(seq) FROM checkpoints WHERE seq < ?", (seq,)).fetchone()[0]
    return max(before or 0, mark(db, "base").seq, seq - LARGEST)


def save(db: sqlite3.Connection, after: int, place: Place, blob: bytes) -> None:
    """Keeps the extract of the entries behind ``after`` up to ``place``, inside the caller's transaction."""
    db.execute(
        "INSERT OR REPLACE INTO extracts (seq, after, hash, blob) VALUES (?, ?, ?, ?)",
        (place.seq, after, _digest(place, after, blob), blob),
    )


def drop_before(db: sqlite3.Connection, seq: int) -> None:
    """Takes every extract with entries up to ``seq`` out, inside the caller's transaction."""
    db.execute("DELETE FROM extracts WHERE after < ?", (seq,))


def stretches(db: sqlite3.Connection) -> list[Stretch]:
    """Those that have an extract, oldest first; none where their table cannot be read."""
    if version(db) < WITH_EXTRACTS:
        return []
    with suppress(*UNREADABLE):
        rows = db.execute("SELECT after, seq FROM extracts ORDER BY seq").fetchall()
        return [Stretch(after if isinstance(after, int) else -1, seq) for after, seq in rows]
    return []


def read(db: sqlite3.Connection, stretch: Stretch, patient: str) -> Part | None:
    """What a stretch says of a patient, when its extract is there and sound."""
    with suppress(ExtractError, *UNREADABLE):
        blob = _sound(db, stretch)
        return part_of(blob, patient) if blob is not None else None
    return None


def says(db: sqlite3.Connection, stretch: Stretch, entries: Iterable[Entry]) -> bool:
    """Whether the extract of a stretch is sound, and says what its ``entries`` do."""
    blob = None
    with suppress(*UNREADABLE):
        blob = _sound(db, stretch)
    return blob is not None and alike(blob, extract(entries))


def _sound(db: sqlite3.Connection, stretch: Stretch) -> bytes | None:
    place = link_at(db, stretch.seq)
    row = db.execute("SELECT after, hash, blob FROM extracts WHERE seq = ?", (stretch.seq,)).fetchone()
    if place is None or place.seq != stretch.seq or row is None:
        return None
    after, digest, blob = row
    if after != stretch.after or not isinstance(blob, bytes) or _digest(place, after, blob) != digest:
        return None
    return blob


def _digest(place: Place, after: int, blob: bytes) -> bytes:
    return link(place.hash, place.seq, after, "extract", blob)
