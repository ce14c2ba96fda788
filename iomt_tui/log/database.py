"""Opening the SQLite file behind a log, and saying in plain words what went wrong with it."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from iomt_tui.log.api import LogError
from iomt_tui.log.files import (
    beside,
    give_name,
    open_private,
    private_directory,
    refuse_links,
    refuse_network,
    sync_directory,
)
from iomt_tui.log.schema import READABLE, STEPS, ForeignDatabase, NewerVersion, migrate, version

MAGIC: Final = b"SQLite format 3\x00"
UNREADABLE: Final = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What a damaged file makes SQLite raise; the second, when even its message is damaged."""
_WAIT: Final = 5.0  # seconds for another process to finish its write


@contextmanager
def telling(path: Path, verb: str) -> Iterator[None]:
    """Turns what SQLite and the system say about ``path`` into a LogError. ``verb``: "read", "write" …"""
    try:
        yield
    except sqlite3.Error as error:
        raise LogError(f"Cannot {verb} the log {path}: {_words(error, path)}") from error
    except UnicodeDecodeError as error:
        raise LogError(f"Cannot {verb} the log {path}: it is damaged. Run `iomt-tui log verify {path}`.") from error
    except OSError as error:
        raise LogError(f"Cannot {verb} the log {path}: {error.strerror or error}.") from error


def _words(error: sqlite3.Error, path: Path) -> str:
    name = str(getattr(error, "sqlite_errorname", ""))
    for start, words in (
        ("SQLITE_FULL", "the disk is full. Nothing was written. Free some space and try again."),
        ("SQLITE_READONLY", "it may only be read. Nothing was written. Check its permissions and the disk."),
        ("SQLITE_CORRUPT", f"it is damaged. Run `iomt-tui log verify {path}`."),
        ("SQLITE_NOTADB", "it is not a log."),
        ("SQLITE_IOERR_FSTAT", "the disk failed. Check the disk."),
        ("SQLITE_IOERR_READ", "the disk failed while reading. Check the disk."),
        ("SQLITE_IOERR", "the disk refused the write. Nothing was written. Check its free space and health."),
        (
            "SQLITE_BUSY",
            "another program keeps it locked. Nothing was written. Close that program, then try again.",
        ),
        ("SQLITE_CANTOPEN", "the file cannot be opened. Check the path and its permissions."),
        ("SQLITE_PERM", "access was refused. Check its permissions."),
    ):
        if name.startswith(start):
            return words
    return f"{error}. Run `iomt-tui log verify {path}`."


def open_log(path: Path, *, create: bool, any_thread: bool = False) -> sqlite3.Connection:
    """A live log for reading and appending, made when ``create`` and missing. Raises LogError."""
    refuse_links(path)
    if create:
        private_directory(path.parent)
    elif not path.exists():
        raise LogError(f"There is no log at {path}. Start the ward first: `iomt-tui demo`, or `iomt-tui`.")
    refuse_network(path)
    if not path.exists():
        _make(path)
    os.close(open_private(path, os.O_RDWR))
    with telling(path, "open"):
        db = _connect(path, "mode=rw", any_thread)
        try:
            _set_up_writer(db, path)
        except BaseException:
            db.close()
            raise
    return db


def _make(path: Path) -> None:
    """An empty log that has its name only once it is whole: a follower never meets half of one."""
    fresh = beside(path, f".new-{os.getpid()}")
    with telling(path, "make"):
        try:
            fresh.unlink(missing_ok=True)
            with closing(new_recording(fresh)) as db:
                _switch_to_wal(db)
            with fresh.open("rb+") as file:
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was quicker: its log is as good
                give_name(fresh, path)
            sync_directory(path.parent)
        finally:
            fresh.unlink(missing_ok=True)


def _connect(path: Path, how: str, any_thread: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}",
        timeout=_WAIT,
        isolation_level=None,
        check_same_thread=not any_thread,
        uri=True,
    )


def _harden(db: sqlite3.Connection) -> None:
    """A file from elsewhere must not run anything, and nothing of it may go to a shared temporary directory."""
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    db.execute("PRAGMA temp_store = MEMORY")


def _set_up_writer(db: sqlite3.Connection, path: Path) -> None:
    _harden(db)
    with _ours(path):
        migrate(db)
    _switch_to_wal(db)
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA journal_size_limit = 16777216")
    if sys.platform == "darwin":
        db.execute("PRAGMA fullfsync = ON")


def _switch_to_wal(db: sqlite3.Connection) -> None:
    """SQLite refuses the switch at once, without waiting, while another process is switching too."""
    until = time.monotonic() + _WAIT
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def _ours(path: Path) -> Iterator[None]:
    try:
        yield
    except NewerVersion as error:
        raise LogError(f"{path} was written by a newer iomt-tui ({error}). Install the newer one.") from error
    except ForeignDatabase as error:
        raise LogError(f"{path} is not a log of iomt-tui: {error}.") from error
    except ValueError as error:
        raise LogError(f"The log {path} is damaged: its version cannot be read.") from error


def open_reader(path: Path, *, frozen: bool = False) -> sqlite3.Connection:
    """A log or a recording for reading only. Raises LogError, in one sentence, when it is neither."""
    with telling(path, "read"):
        db = _connect(path, _reading_mode(path, frozen))
        try:
            _harden(db)
            db.execute("PRAGMA query_only = ON")
            with _ours(path):
                _known_version(db, path)
        except BaseException:
            db.close()
            raise
    return db


def _known_version(db: sqlite3.Connection, path: Path) -> None:
    found = version(db)
    if not found:
        raise LogError(f"{path} is not a recording: it holds no entries.")
    if found > len(STEPS):
        raise NewerVersion(f"its version is {found}, this program knows up to {len(STEPS)}")
    if found < READABLE:
        raise LogError(f"{path} was written by an older iomt-tui. Start its ward once; that brings it up to date.")


def _reading_mode(path: Path, frozen: bool) -> str:
    """A finished recording never changes, so it needs no locks and may lie on read-only media."""
    if path.is_dir():
        raise LogError(f"{path} is a directory, not a recording.")
    if not path.is_file():
        raise LogError(f"There is no recording at {path}.")
    with path.open("rb") as file:
        head = file.read(20)
    if head[:16] != MAGIC:
        raise LogError(f"{path} is not a recording of iomt-tui.")
    write_ahead = head[18] == 2
    tail = beside(path, "-wal")
    finished = frozen or not write_ahead or (not tail.exists() and not os.access(path.parent, os.W_OK))
    return "mode=ro&immutable=1" if finished else "mode=ro"


def new_recording(path: Path) -> sqlite3.Connection:
    """An empty log in a single file, for :mod:`iomt_tui.log.recording` to fill. Raises LogError."""
    os.close(open_private(path, os.O_RDWR | os.O_CREAT | os.O_EXCL))
    with telling(path, "write"):
        db = _connect(path, "mode=rw")
        _harden(db)
        # Nobody reads it before it is whole, and half of one is thrown away.
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        migrate(db)
    return db
