"""The two marked links of a log: its base (the entry before the first that is kept) and its head (the newest)."""

from __future__ import annotations

import sqlite3

from iomt_tui.log.chain import BrokenChain, Place


def mark(db: sqlite3.Connection, name: str) -> Place:
    """The link marked ``base`` or ``head``. Raises :class:`BrokenChain` when the mark is gone or no link."""
    row = db.execute("SELECT seq, at, hash FROM marks WHERE name = ?", (name,)).fetchone()
    if row is None or not (isinstance(row[0], int) and isinstance(row[1], int) and isinstance(row[2], bytes)):
        raise BrokenChain(0, f"the mark of its {name} is missing or unreadable")
    return Place(*row)


def set_mark(db: sqlite3.Connection, name: str, place: Place) -> None:
    """Moves a mark, inside the caller's transaction."""
    db.execute("UPDATE marks SET seq = ?, at = ?, hash = ? WHERE name = ?", (*place, name))


def tail(db: sqlite3.Connection) -> Place:
    """The link that the next entry follows. Raises :class:`BrokenChain` when entries and head disagree."""
    head = mark(db, "head")
    row = db.execute("SELECT seq, at, hash FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
    newest = Place(*row) if row else mark(db, "base")
    if head.seq > newest.seq:
        raise BrokenChain(newest.seq + 1, f"entries {newest.seq + 1} to {head.seq} are missing at its end")
    if head != newest:
        raise BrokenChain(newest.seq, "it is not the newest entry that was written")
    return head


def link_at(db: sqlite3.Connection, seq: int) -> Place | None:
    """The link at place ``seq``; the base for every place before it; None behind the head."""
    base = mark(db, "base")
    if seq <= base.seq:
        return base
    row = db.execute("SELECT seq, at, hash FROM entries WHERE seq = ?", (seq,)).fetchone()
    return Place(*row) if row else None
