"""Saved states of the fold: a cache, bound to the chain, that grows thinner with age.

A checkpoint's hash covers the hash of the entry it follows, so one that was changed, or that belongs to another
history, is passed over. Deleting any but the one at the base costs only time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final

from iomt_tui.log.api import Checkpoint
from iomt_tui.log.chain import Place, link
from iomt_tui.log.marks import link_at
from iomt_tui.log.stored import pack, unpack

_MINUTE: Final = 60_000
KEPT_WHOLE: Final = 15 * _MINUTE
"""Younger ones are all kept (ms before the newest)."""
FINE: Final = (24 * 60 * _MINUTE, 5 * _MINUTE)
"""Up to this age (ms) one is kept per so many ms."""
COARSE: Final = 60 * _MINUTE
"""Older ones: one per so many ms."""


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


def save_and_thin(db: sqlite3.Connection, seq: int, at: int, blob: bytes) -> Place:
    """Keeps a state and removes those that the thinning rule no longer wants, in the caller's transaction."""
    place = save(db, seq, at, pack(blob))
    base = db.execute("SELECT seq FROM marks WHERE name = 'base'").fetchone()[0]
    known = db.execute("SELECT seq, at FROM checkpoints ORDER BY seq").fetchall()
    db.executemany("DELETE FROM checkpoints WHERE seq = ?", ((old,) for old in superfluous(known, base)))
    return place


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
    return FINE[1] if age <= FINE[0] else COARSE


def newest(db: sqlite3.Connection, at: int | None) -> Checkpoint | None:
    """The newest sound checkpoint at or before log time ``at`` (any, when None)."""
    seqs = db.execute(
        "SELECT seq FROM checkpoints WHERE at <= ? ORDER BY seq DESC", (2**63 - 1 if at is None else at,)
    ).fetchall()
    for (seq,) in seqs:
        found = _sound(db, seq)
        if found is not None:
            return found
    return None


def _sound(db: sqlite3.Connection, seq: int) -> Checkpoint | None:
    place = link_at(db, seq)
    row = db.execute("SELECT at, hash, blob FROM checkpoints WHERE seq = ?", (seq,)).fetchone()
    if place is None or place.seq != seq or row is None:
        return None
    at, digest, stored = row
    try:
        if link(place.hash, seq, at, "checkpoint", stored) != digest:
            return None
        return Checkpoint(seq, at, unpack(stored))
    except (TypeError, ValueError):
        return None
