"""The tables of a log, their version, and the way from every older version to this one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Final

from iomt_tui.log.chain import GENESIS

APPLICATION_ID: Final = 0x494F4D54  # "IOMT": tells our files from any other SQLite database
TABLES: Final = frozenset(("meta", "marks", "entries", "checkpoints", "extracts"))

Step = Callable[[sqlite3.Connection], None]


def _create(db: sqlite3.Connection) -> None:
    """From nothing to version 1. Blobs come last in a row, so that the columns before them are read alone."""
    db.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
    db.execute(
        "CREATE TABLE marks (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL, hash BLOB NOT NULL)"
        " WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE entries (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL,"
        " hash BLOB NOT NULL, body BLOB NOT NULL)"
    )
    db.execute(
        "CREATE TABLE checkpoints (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, hash BLOB NOT NULL,"
        " blob BLOB NOT NULL)"
    )
    # base: the entry before the first that is kept; head: the newest entry
    db.executemany("INSERT INTO marks VALUES (?, ?, ?, ?)", [("base", *GENESIS), ("head", *GENESIS)])
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _add_extracts(db: sqlite3.Connection) -> None:
    """From version 1 to 2: what stretches of the log say of each patient."""
    db.execute(
        "CREATE TABLE extracts (seq INTEGER PRIMARY KEY, after INTEGER NOT NULL, hash BLOB NOT NULL,"
        " blob BLOB NOT NULL)"
    )


STEPS: Final[tuple[Step, ...]] = (_create, _add_extracts)
"""``STEPS[n]`` takes a log from version n to version n + 1; an empty database has version 0."""
READABLE: Final = 1
"""The oldest version that is read as it is: what was added since is computed, and can be done without."""
WITH_EXTRACTS: Final = 2
"""The version from which a log has a table of extracts."""


class ForeignDatabase(ValueError):  # noqa: N818 - it names what the file is
    """The file is an SQLite database, but no log of ours, or one with tables that we did not make."""


class NewerVersion(ValueError):  # noqa: N818 - it names what the file is
    """The log was written by a newer program."""


def version(db: sqlite3.Connection) -> int:
    """The schema version of an open database: 0 when empty. Raises :class:`ForeignDatabase`."""
    objects = db.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    if not objects and not db.execute("PRAGMA application_id").fetchone()[0]:
        return 0
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise ForeignDatabase("it is a database of another program")
    for kind, name, sql in objects:
        if kind != "table" or name not in TABLES or not str(sql).startswith(f"CREATE TABLE {name} ("):
            raise ForeignDatabase(f"it holds a {kind} {name!r} that does not belong into a log")
    found = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    return int(found[0]) if found else 0


def migrate(db: sqlite3.Connection, steps: Sequence[Step] = STEPS) -> bool:
    """Brings an open database to the newest version, all steps or none; whether anything was done.

    Raises :class:`ForeignDatabase`, :class:`NewerVersion`; ``sqlite3.Error`` leaves the log as it was.
    """
    if _current(db, steps):
        return False
    db.execute("BEGIN IMMEDIATE")
    try:
        for number in range(version(db), len(steps)):
            steps[number](db)
            db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('schema', ?)", (str(number + 1),))
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return True


def _current(db: sqlite3.Connection, steps: Sequence[Step]) -> bool:
    found = version(db)
    if found > len(steps):
        raise NewerVersion(f"its version is {found}, this program knows up to {len(steps)}")
    return found == len(steps)
