"""Dropping what is older than the log is meant to keep, without breaking the chain or the fold.

The cut is made at a checkpoint: the link of the last dropped entry becomes the base that the rest follows from, and
the checkpoint there, a whole one, gives the state to go on from.
"""

from __future__ import annotations

from typing import Final

from iomt_tui.log import extracts
from iomt_tui.log.marks import link_at, mark, set_mark
from iomt_tui.log.sqlite import SqliteLog

_CHUNK: Final = 5_000  # rows a transaction: a screen's acknowledgement waits for one chunk at most


def drop_before(log: SqliteLog, at: int) -> int:
    """Drops entries older than log time ``at`` (ms), as far as a checkpoint allows; returns how many.

    Safe while engine and screens are running. Note the new :meth:`SqliteReader.base` in the anchor book.
    Raises LogError.
    """
    place = log.whole_checkpoint(at)
    if place is None:
        return 0
    with log.writing() as db:
        base, cut = mark(db, "base"), link_at(db, place.seq)
        if cut is None or cut.seq <= base.seq:
            return 0
        set_mark(db, "base", cut)
        db.execute("PRAGMA secure_delete = ON")
        db.execute("DELETE FROM checkpoints WHERE seq < ?", (cut.seq,))
        extracts.drop_before(db, cut.seq)
        db.execute("PRAGMA secure_delete = OFF")
    while sweep(log):
        pass
    return cut.seq - base.seq


def sweep(log: SqliteLog, limit: int = _CHUNK) -> int:
    """Takes up to ``limit`` dropped entries out of the file, overwriting their bytes; how many it took."""
    with log.writing() as db:
        base = mark(db, "base").seq
        oldest = db.execute("SELECT min(seq) FROM entries").fetchone()[0]
        if oldest is None or oldest > base:
            return 0
        db.execute("PRAGMA secure_delete = ON")
        upto = min(base, oldest + limit - 1)
        taken = db.execute("DELETE FROM entries WHERE seq <= ?", (upto,)).rowcount
        db.execute("PRAGMA secure_delete = OFF")
    return int(taken)
