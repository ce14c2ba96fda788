"""Whatever is done to a log behind its back is found: edits, losses, reordering, cuts, forks and rotten bits."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from log_samples import drafts, log_of, raw, read_all, save_states

from iomt_tui.log.anchors import AnchorBook
from iomt_tui.log.api import LogError
from iomt_tui.log.chain import GENESIS, Place, link
from iomt_tui.log.database import new_recording
from iomt_tui.log.recovery import recover
from iomt_tui.log.sqlite import SqliteLog, SqliteReader
from iomt_tui.log.verify import verify
from iomt_tui.ward.events import Entry

TAMPERINGS = 1_000
LENGTH = 24

Tamper = Callable[[sqlite3.Connection, random.Random], None]


def _edit(db: sqlite3.Connection, chance: random.Random) -> None:
    column, value = chance.choice(
        [
            ("body", b'{"hr": 72}'),
            ("kind", "refused"),
            ("at", chance.randrange(10**6) * 1_000 + 1),
            ("hash", chance.randbytes(32)),
            ("body", "text"),
            ("hash", b""),
        ]
    )
    db.execute(f"UPDATE entries SET {column} = ? WHERE seq = ?", (value, chance.randint(1, LENGTH)))


def _edit_and_rehash(db: sqlite3.Connection, chance: random.Random) -> None:
    """The entry's own hash is made right again, but not those after it, nor the head."""
    seq = chance.randint(1, LENGTH)
    (before,) = db.execute("SELECT hash FROM entries WHERE seq = ?", (seq - 1,)).fetchone() or (GENESIS.hash,)
    at, kind = db.execute("SELECT at, kind FROM entries WHERE seq = ?", (seq,)).fetchone()
    digest = link(before, seq, at, kind, b'{"hr": 72}')
    db.execute("UPDATE entries SET body = ?, hash = ? WHERE seq = ?", (b'{"hr": 72}', digest, seq))


def _delete(db: sqlite3.Connection, chance: random.Random) -> None:
    seq = chance.randint(1, LENGTH)
    db.execute("DELETE FROM entries WHERE seq BETWEEN ? AND ?", (seq, seq + chance.randint(0, 3)))


def _delete_and_close_up(db: sqlite3.Connection, chance: random.Random) -> None:
    seq = chance.randint(1, LENGTH)
    db.execute("DELETE FROM entries WHERE seq = ?", (seq,))
    for later in range(seq + 1, LENGTH + 1):
        db.execute("UPDATE entries SET seq = ? WHERE seq = ?", (later - 1, later))


def _reorder(db: sqlite3.Connection, chance: random.Random) -> None:
    one, other = chance.sample(range(1, LENGTH + 1), 2)
    for seq, new in ((one, -1), (other, one), (-1, other)):
        db.execute("UPDATE entries SET seq = ? WHERE seq = ?", (new, seq))


def _truncate(db: sqlite3.Connection, chance: random.Random) -> None:
    db.execute("DELETE FROM entries WHERE seq > ?", (chance.randrange(LENGTH),))


def _insert(db: sqlite3.Connection, chance: random.Random) -> None:
    row = (LENGTH + chance.randint(1, 2), 10**9, "act", chance.randbytes(32), b'{"do": "ack"}')
    db.execute("INSERT INTO entries (seq, at, kind, hash, body) VALUES (?, ?, ?, ?, ?)", row)


def _move_base(db: sqlite3.Connection, chance: random.Random) -> None:
    """The beginning is cut off and the base moved there, as retention would: only a note elsewhere tells."""
    seq = chance.randint(1, LENGTH - 1)
    db.execute(
        "UPDATE marks SET (seq, at, hash) = (SELECT seq, at, hash FROM entries WHERE entries.seq = ?)"
        " WHERE name = 'base'",
        (seq,),
    )
    db.execute("DELETE FROM entries WHERE seq <= ?", (seq,))


def _marks(db: sqlite3.Connection, chance: random.Random) -> None:
    name = chance.choice(["base", "head"])
    if chance.random() < 0.3:
        db.execute("DELETE FROM marks WHERE name = ?", (name,))
    else:
        db.execute("UPDATE marks SET hash = ? WHERE name = ?", (chance.randbytes(32), name))


def _rewrite(db: sqlite3.Connection, first: int, last: int, body: bytes) -> None:
    """A fork: everything from ``first`` on is another history, with a chain and a head that fit it."""
    (digest,) = db.execute("SELECT hash FROM entries WHERE seq = ?", (first - 1,)).fetchone() or (GENESIS.hash,)
    rows = db.execute("SELECT seq, at, kind FROM entries WHERE seq BETWEEN ? AND ?", (first, last)).fetchall()
    db.execute("DELETE FROM entries WHERE seq >= ?", (first,))
    for seq, at, kind in rows:
        digest = link(digest, seq, at, kind, body)
        db.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", (seq, at, kind, digest, body))
        db.execute("UPDATE marks SET seq = ?, at = ?, hash = ? WHERE name = 'head'", (seq, at, digest))


def _fork(db: sqlite3.Connection, chance: random.Random) -> None:
    first = chance.randint(1, LENGTH)
    _rewrite(db, first, chance.randint(first, LENGTH), b'{"other": true}')


WITHIN: tuple[Tamper, ...] = (
    _edit, _edit_and_rehash, _delete, _delete_and_close_up, _reorder, _truncate, _insert, _marks,
)  # fmt: skip
OUTSIDE: tuple[Tamper, ...] = (_fork, _move_base)


def test_every_one_of_a_thousand_tamperings_is_found() -> None:
    chance = random.Random(20)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as sound:
        anchors = _sound_log(sound)
        missed = []
        for number in range(TAMPERINGS):
            tamper = (*WITHIN, *OUTSIDE)[number % 10]
            with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
                sound.backup(db)
                tamper(db, chance)
                if db.execute("SELECT * FROM entries").fetchall() == sound.execute("SELECT * FROM entries").fetchall():
                    assert tamper is _marks
                if not _found(db, anchors if tamper in OUTSIDE else []):
                    missed.append((number, tamper.__name__))
        assert missed == []
        assert not _found(sound, anchors)


def _sound_log(db: sqlite3.Connection) -> list[Place]:
    from iomt_tui.log.chain import extend
    from iomt_tui.log.marks import set_mark
    from iomt_tui.log.schema import migrate
    from iomt_tui.log.stored import pack

    migrate(db)
    made = drafts(LENGTH)
    rows, _ = extend(GENESIS, made, [pack(draft.body) for draft in made])
    db.executemany("INSERT INTO entries (seq, at, kind, body, hash) VALUES (?, ?, ?, ?, ?)", rows)
    head = Place(rows[-1][0], rows[-1][1], rows[-1][4])
    set_mark(db, "head", head)
    return [head]


def _found(db: sqlite3.Connection, anchors: list[Place]) -> bool:
    from iomt_tui.log.verify import walk

    return not walk(Path("ward"), db, anchors).ok


def test_the_verdict_says_where_and_what(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(LENGTH)) as log:
        assert "24 entries, none edited" in verify(log.path).words()
        with raw(log.path) as db:
            db.execute("DELETE FROM entries WHERE seq IN (9, 10)")
        found = verify(log.path)
        assert (found.sound.seq, found.entries) == (8, 8)
        assert "damaged at entry 9: entries 9 to 10 are missing" in found.words()


def test_a_rewritten_log_is_found_by_a_note_elsewhere(tmp_path: Path) -> None:
    book = AnchorBook(tmp_path / "notes" / "w.anchors", b"key")
    with log_of(tmp_path / "w.iomtlog", drafts(10)) as log:
        book.note(log.head())
        log.append(drafts(5, 20_000), durable=False)
        with raw(log.path) as db:
            _rewrite(db, 12, 15, b"{}")
        assert verify(log.path, book.places()).anchored == 10
        assert verify(log.path, book.places()).ok
        with raw(log.path) as db:
            _rewrite(db, 9, 15, b"{}")
        assert verify(log.path).ok
        assert "noted outside" in verify(log.path, book.places()).fault
    assert (book.path.stat().st_mode & 0o777) == 0o600


@pytest.mark.parametrize("harm", ["edit", "drop", "swap", "key"])
def test_a_changed_anchor_book_is_refused(tmp_path: Path, harm: str) -> None:
    book = AnchorBook(tmp_path / "w.anchors", b"key")
    for seq in (1, 2, 3):
        book.note(Place(seq, seq, bytes(32)))
    assert [place.seq for place in book.places()] == [1, 2, 3]
    lines = book.path.read_bytes().splitlines(keepends=True)
    changed = {
        "edit": [lines[0].replace(b"00", b"01", 1), *lines[1:]],
        "drop": [lines[0], lines[2]],
        "swap": [lines[1], lines[0], lines[2]],
        "key": lines,
    }
    book.path.write_bytes(b"".join(changed[harm]))
    with pytest.raises(LogError, match="was changed"):
        AnchorBook(book.path, b"other" if harm == "key" else b"key").places()


def test_no_flipped_bit_is_ever_read_as_data(tmp_path: Path) -> None:
    """Each flip is either found, or lies where nothing of the log does; never is a wrong entry read."""
    path = tmp_path / "w.iomtlog"
    with closing(new_recording(path)) as db:
        _sound_log(db)
    with closing(SqliteReader(path)) as reader:
        sound = read_all(reader)
    image = path.read_bytes()
    used = [place for place, byte in enumerate(image) if byte]
    chance = random.Random(22)
    found = 0
    for _ in range(500):
        place, bit = chance.choice(used), chance.randrange(8)
        rotten = bytearray(image)
        rotten[place] ^= 1 << bit
        path.write_bytes(rotten)
        entries, fault = _read_rotten(path)
        found += fault
        assert entries == sound[: len(entries)]
        assert fault or len(entries) == len(sound)
    assert found > 400


def _read_rotten(path: Path) -> tuple[list[Entry], bool]:
    entries: list[Entry] = []
    fault = False
    try:
        with closing(SqliteReader(path)) as reader:
            while page := reader.read(len(entries), 4):
                entries += page
        fault = not verify(path).ok
    except LogError:
        fault = True
    return entries, fault


@pytest.mark.parametrize(
    ("harm", "kept"),
    [
        ("UPDATE entries SET body = X'2020' WHERE seq = 31", 30),
        ("DELETE FROM entries WHERE seq = 31", 30),
        ("DELETE FROM entries WHERE seq > 44", 44),
        ("UPDATE marks SET hash = X'00' WHERE name = 'head'", 50),
        ("DELETE FROM marks", 0),
    ],
)
def test_recovery_keeps_the_longest_sound_beginning(tmp_path: Path, harm: str, kept: int) -> None:
    path = tmp_path / "w.iomtlog"
    with log_of(path, drafts(50)) as log:
        save_states(log, 10)
        sound = read_all(log)
    with raw(path) as db:
        db.execute(harm)
        harmed = db.execute("SELECT * FROM entries").fetchall()
    found = recover(path)
    assert found is not None and found.kept.seq == kept
    assert "LOG WAS DAMAGED" in found.notice() and str(found.quarantine) in found.notice()
    assert verify(path).ok
    with closing(SqliteLog(path)) as log:
        assert read_all(log) == sound[:kept]
        saved = log.checkpoint()
        assert (saved.seq if saved else 0) == kept - kept % 10
        log.append(drafts(3, 10**6), durable=True)
    assert verify(path).ok
    with raw(found.quarantine) as db:
        assert db.execute("SELECT * FROM entries").fetchall() == harmed
    assert recover(path) is None


def test_recovery_puts_the_write_ahead_file_aside_too(tmp_path: Path) -> None:
    live, path = tmp_path / "live.iomtlog", tmp_path / "w.iomtlog"
    with log_of(live, drafts(30)) as log, raw(live) as db:
        db.execute("DELETE FROM entries WHERE seq = 12")
        harmed = db.execute("SELECT * FROM entries").fetchall()
        sound = log.read(0, 11)
        for ending in ("", "-wal"):
            shutil.copy(f"{live}{ending}", f"{path}{ending}")
    found = recover(path)
    assert found is not None and found.kept.seq == 11
    with raw(found.quarantine) as db:
        assert db.execute("SELECT * FROM entries").fetchall() == harmed
    with closing(SqliteReader(path)) as reader:
        assert read_all(reader) == sound


def test_recovery_of_torn_files(tmp_path: Path) -> None:
    """A file cut off anywhere, or with pages overwritten: what remains is a true beginning, and can be gone on with."""
    whole = tmp_path / "whole.iomtlog"
    with log_of(whole, drafts(400)) as log:
        sound = read_all(log)
    image = whole.read_bytes()
    assert len(image) > 8 * 4096
    path = tmp_path / "torn.iomtlog"
    kept = set()
    for number in range(12):
        torn = image[: len(image) * number // 12] if number % 2 else bytearray(image)
        if isinstance(torn, bytearray):
            torn[4096 * (number + 1) : 4096 * (number + 2)] = bytes([number]) * 4096
        path.write_bytes(torn)
        found = recover(path)
        with closing(SqliteLog(path)) as log:
            entries = read_all(log)
            assert entries == sound[: len(entries)]
            assert found is not None and len(entries) == found.kept.seq
            log.append(drafts(1, 10**7), durable=False)
        assert verify(path).ok
        kept.add(len(entries))
        path.unlink()
    assert max(kept) > 50


def test_a_log_in_use_is_not_repaired(tmp_path: Path) -> None:
    from iomt_tui.log.guard import EngineLock

    path = tmp_path / "w.iomtlog"
    with log_of(path, drafts(5)):
        lock = EngineLock(path)
        assert lock.acquire()
        with pytest.raises(LogError, match="Stop it first"):
            recover(path)
        lock.release()


def test_a_torn_write_ahead_file_costs_only_its_end(tmp_path: Path) -> None:
    live, path = tmp_path / "live.iomtlog", tmp_path / "torn.iomtlog"
    with log_of(live) as log:
        for draft in drafts(60):
            log.append([draft], durable=False)
        sound = read_all(log)
        main, tail = live.read_bytes(), Path(f"{live}-wal").read_bytes()
    wal = Path(f"{path}-wal")
    for cut in range(0, len(tail), len(tail) // 60):
        path.write_bytes(main)
        wal.write_bytes(tail[:cut])
        with suppress(FileNotFoundError):
            Path(f"{path}-shm").unlink()
        with closing(SqliteLog(path)) as log:
            entries = read_all(log)
            assert entries == sound[: len(entries)]
        assert verify(path).ok
    shutil.rmtree(tmp_path, ignore_errors=True)
