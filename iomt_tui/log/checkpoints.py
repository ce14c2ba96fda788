"""Saved states of the fold: a cache, bound to the chain, that grows thinner with age.

A checkpoint's hash covers the hash of the entry it follows, so one that was changed, or that belongs to another
history, is passed over. Deleting any but the one at the base costs only time.

A state may be kept as what it adds to an earlier one, which is kept whole: it names that one by its place and its hash,
is of use only while that is there, and is given to whoever asks with the other behind it.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable
from typing import Final

from iomt_tui.log.api import Checkpoint
from iomt_tui.log.chain import Place, link
from iomt_tui.log.marks import link_at
from iomt_tui.log.stored import pack, unpack

_MINUTE: Final = 60_000
KEPT_WHOLE: Final = 15 * _MINUTE
"""Younger ones are all kept (ms before the newest)."""
FINE: Final = ((24 * 60 * _MINUTE, 5 * _MINUTE), (7 * 24 * 60 * _MINUTE, 15 * _MINUTE))
"""Up to each age (ms) one is kept per so many ms."""
COARSE: Final = 60 * _MINUTE
"""Older ones: one per so many ms."""

_ADDS: Final = struct.Struct(">cq32s")
"""How what is kept of a state that adds to another begins: a byte, and place and hash of the other."""
_SIGN: Final = b"\x02"


def save(db: sqlite3.Connection, seq: int, at: int, stored: bytes) -> Place:
    """Keeps a packed state after entry ``seq``, whose link it returns, inside the caller's transaction.

    Raises ``LookupError``.
    """
    place = link_at(db, seq)
    if place is None or place.seq != seq:
        raise LookupError(f"there is no entry {seq}")
    if at < place.at:
        raise LookupError(f"entry {seq} is of a later time than {at}")
    digest = link(place.hash, seq, at, "checkpoint", stored)
    db.execute(
        "INSERT OR REPLACE INTO checkpoints (seq, at, hash, blob) VALUES (?, ?, ?, ?)",
        (seq, at, digest, stored),
    )
    return place


def save_and_thin(db: sqlite3.Connection, seq: int, at: int, blob: bytes, upon: int | None = None) -> Place:
    """Keeps a state, or what it adds to the whole one at ``upon``, and removes those that the thinning rule no longer
    wants, in the caller's transaction. Raises ``LookupError``."""
    place = save(db, seq, at, pack(blob) if upon is None else _adding(db, upon, blob))
    base = db.execute("SELECT seq FROM marks WHERE name = 'base'").fetchone()[0]
    known = db.execute("SELECT seq, at FROM checkpoints ORDER BY seq").fetchall()
    gone = set(superfluous(known, base))
    gone -= {whole for one, whole in _bases(db) if one not in gone}
    db.executemany("DELETE FROM checkpoints WHERE seq = ?", ((old,) for old in gone))
    return place


def _adding(db: sqlite3.Connection, upon: int, blob: bytes) -> bytes:
    whole = db.execute("SELECT hash FROM checkpoints WHERE seq = ?", (upon,)).fetchone()
    if whole is None:
        raise LookupError(f"there is no checkpoint at entry {upon}")
    return _ADDS.pack(_SIGN, upon, whole[0]) + blob


def _bases(db: sqlite3.Connection) -> list[tuple[int, int]]:
    """The place of each state that adds to another, and of the other."""
    starts = [(seq, _start(db, seq)) for (seq,) in db.execute("SELECT seq FROM checkpoints").fetchall()]
    return [(seq, _ADDS.unpack(start)[1]) for seq, start in starts if _adds(start)]


def _start(db: sqlite3.Connection, seq: int) -> bytes:
    """How what is kept begins. A statement that asks for a part of it would read it all, which is megabytes."""
    try:
        with db.blobopen("checkpoints", "blob", seq, readonly=True) as blob:
            return blob.read(_ADDS.size)
    except sqlite3.OperationalError:  # it is a number
        return b""


def _adds(stored: object) -> bool:
    return isinstance(stored, bytes) and stored[:1] == _SIGN and len(stored) >= _ADDS.size


def superfluous(known: Iterable[tuple[int, int]], base: int) -> list[int]:
    """Which of ``known`` (seq, at; oldest first) may go: all but the first of each period, never that at ``base``.

    Periods are aligned to the clock, so what is kept once stays kept until its period grows longer.
    """
    pairs = list(known)
    newest = max((at for _, at in pairs), default=0)
    kept: set[tuple[int, int]] = set()
    gone: list[int] = []
    for seq, at in pairs:
        period = _period(newest - at)
        if not period:
            continue
        slot = (period, at // period)
        if slot in kept and seq != base:
            gone.append(seq)
        kept.add(slot)
    return gone


def _period(age: int) -> int:
    if age <= KEPT_WHOLE:
        return 0
    return next((period for most, period in FINE if age <= most), COARSE)


def newest(db: sqlite3.Connection, at: int | None, *, whole: bool = False) -> Checkpoint | None:
    """The newest sound checkpoint at or before log time ``at`` (any, when None); ``whole``: of those that stand for
    themselves."""
    seqs = db.execute(
        "SELECT seq FROM checkpoints WHERE at <= ? ORDER BY seq DESC", (2**63 - 1 if at is None else at,)
    ).fetchall()
    for (seq,) in seqs:
        found = None if whole and _adds(_start(db, seq)) else _sound(db, seq)
        if found is not None:
            return found
    return None


def _sound(db: sqlite3.Connection, seq: int, digest: bytes | None = None) -> Checkpoint | None:
    """The checkpoint at ``seq``, when it is there and sound, and has the hash ``digest`` (None: any)."""
    place = link_at(db, seq)
    row = db.execute("SELECT at, hash, blob FROM checkpoints WHERE seq = ?", (seq,)).fetchone()
    if place is None or place.seq != seq or row is None:
        return None
    at, own, stored = row
    try:
        if link(place.hash, seq, at, "checkpoint", stored) != own or digest not in (None, own):
            return None
        if not _adds(stored):
            return Checkpoint(seq, at, unpack(stored))
        _, upon, wanted = _ADDS.unpack_from(stored)
        whole = _sound(db, upon, wanted) if upon < seq else None
        return whole and Checkpoint(seq, at, stored[_ADDS.size :] + whole.blob)
    except (TypeError, ValueError):
        return None
