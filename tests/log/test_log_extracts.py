"""Extracts beside the entries: they say the same, are passed over when they do not belong, and go with the entries."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from log_samples import Digest, log_of, raw, read_all

from iomt_tui.log import extracts
from iomt_tui.log.chain import Place
from iomt_tui.log.recording import record
from iomt_tui.log.recovery import recover
from iomt_tui.log.retention import drop_before
from iomt_tui.log.schema import READABLE, STEPS, migrate, version
from iomt_tui.log.sqlite import SqliteLog, SqliteReader
from iomt_tui.log.verify import verify
from iomt_tui.ward.events import Draft, Entry, Reading, draft, observations
from iomt_tui.ward.extract import Row, extract

NAME = "PATIENTX"
ENDS = (21, 42, 60, 73)


def shift(count: int) -> list[Draft]:
    """A second each: two patients, a tick, now and then an alarm."""
    made: list[Draft] = []
    for number in range(count):
        at = 1_000 + number * 1_000
        own = [Reading(p, f"m-{p}", at, {"hr": 80.0 + number % 7}, None) for p in (NAME, "other")]
        made += [draft(at, "tick", {}), observations(at, own)]
        if number % 10 == 9:
            made.append(draft(at, "alarm", {"number": number}))
    return made


def save(log: SqliteLog, *seqs: int) -> None:
    ats = {entry.seq: entry.at for entry in read_all(log)}
    for seq in seqs:
        log.save_checkpoint(seq, ats[seq], b"state")


def told(entries: list[Entry]) -> list[object]:
    """What entries say of the patient: its readings, and all that is neither a reading nor a tick."""
    said: list[object] = []
    for entry in entries:
        if entry.kind == "obs":
            said += [(entry.seq, entry.at, group) for group in entry.data() if group[0] == NAME]
        elif entry.kind != "tick":
            said.append(entry)
    return said


def asked(reader: SqliteReader, after: int = 0, last: int | None = None) -> tuple[list[object], int]:
    """What is read of the patient, and how many of its readings came from extracts."""
    said: list[object] = []
    quick = 0
    for part in reader.read_patient(NAME, after, reader.head().seq if last is None else last):
        quick += len(part.rows)
        for found in part.merged():
            said += [tuple(found)] if isinstance(found, Row) else told([found])
    return said, quick


@pytest.mark.parametrize(
    ("after", "last", "whole"),
    [(0, 999, (0, 73)), (0, 60, (0, 60)), (10, 72, (21, 60)), (21, 42, (21, 42)), (22, 41, (0, 0)), (73, 99, (0, 0))],
)
def test_a_patient_is_read_from_extracts_where_they_fit(
    tmp_path: Path, after: int, last: int, whole: tuple[int, int]
) -> None:
    with log_of(tmp_path / "w.iomtlog", shift(40)) as log:
        save(log, *ENDS)
        entries = read_all(log)
        said, quick = asked(log, after, last)
        assert said == told([e for e in entries if after < e.seq <= last])
        assert quick == sum(e.kind == "obs" for e in entries if whole[0] < e.seq <= whole[1])


def test_a_log_opened_again_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    with log_of(path, shift(10)) as log:
        save(log, 21)
    with closing(SqliteLog(path)) as log:
        log.append(shift(10), durable=False)
        save(log, 42, 42)
        assert extracts.stretches(log.database) == [(0, 21), (21, 42)]
        assert asked(log) == (told(read_all(log)), 20)


def test_a_stretch_is_never_longer_than_an_engine_can_afford(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extracts, "LARGEST", 12)
    with log_of(tmp_path / "w.iomtlog", shift(20)) as log:
        save(log, 20, 42)
        assert extracts.stretches(log.database) == [(8, 20), (30, 42)]
        assert asked(log)[0] == told(read_all(log))


def _of_another_place(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM extracts WHERE seq = 42")
    db.execute("UPDATE extracts SET seq = 42, after = 21 WHERE seq = 21")


HARM: list[Callable[[sqlite3.Connection], object]] = [
    lambda db: db.execute("UPDATE extracts SET blob = substr(blob, 1, length(blob) - 1) WHERE seq = 42"),
    lambda db: db.execute("UPDATE extracts SET blob = blob || x'00' WHERE seq = 42"),
    lambda db: db.execute("UPDATE extracts SET blob = (SELECT blob FROM extracts WHERE seq = 21) WHERE seq = 42"),
    lambda db: db.execute("UPDATE extracts SET blob = 'text' WHERE seq = 42"),
    lambda db: db.execute("UPDATE extracts SET hash = zeroblob(32) WHERE seq = 42"),
    lambda db: db.execute("UPDATE extracts SET after = 20 WHERE seq = 42"),
    lambda db: db.execute("UPDATE extracts SET after = 'x' WHERE seq = 42"),
    lambda db: db.execute("UPDATE extracts SET seq = 41 WHERE seq = 42"),
    lambda db: db.execute("UPDATE extracts SET seq = 4200 WHERE seq = 42"),
    _of_another_place,
]


@pytest.mark.parametrize("harm", HARM)
def test_a_changed_extract_is_passed_over_and_told(
    tmp_path: Path, harm: Callable[[sqlite3.Connection], object]
) -> None:
    with log_of(tmp_path / "w.iomtlog", shift(30)) as log:
        save(log, 21, 42, 63)
        assert verify(log.path, computed=True).ok
        with raw(log.path) as db:
            harm(db)
        assert asked(log)[0] == told(read_all(log))
        assert verify(log.path).ok
        assert not verify(log.path, computed=True).ok


def test_a_forged_extract_is_found_by_verify(tmp_path: Path) -> None:
    """Whoever can write to the file can make the hash too; what the entries say cannot be made."""
    with log_of(tmp_path / "w.iomtlog", shift(30)) as log:
        save(log, 21, 42)
        entries = read_all(log)[:21]
        forged = [e._replace(body=e.body.replace(b"86.0", b"96.0")) for e in entries]
        place = Place(*log.database.execute("SELECT seq, at, hash FROM entries WHERE seq = 21").fetchone())
        with log.writing() as db:
            extracts.save(db, 0, place, extract(forged))
        assert asked(log)[0] != told(read_all(log))
        found = verify(log.path, computed=True)
        assert (found.ok, found.wrong, found.fault) == (False, 1, "")
        assert "1 of the extracts" in found.words() and "none edited" in found.words()


def test_retention_takes_extracts_with_their_entries(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", shift(40)) as log:
        save(log, *ENDS)
        kept = extracts.stretches(log.database)
        at = read_all(log)[42].at
        assert drop_before(log, at) == 42
        assert extracts.stretches(log.database) == kept[2:]
        assert asked(log, 42)[0] == asked(log)[0] == told(read_all(log, 42))
        assert verify(log.path, computed=True).ok


def test_nothing_of_a_dropped_extract_stays_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    with log_of(path, [observations(1_000, [Reading(NAME, "m", 1_000, {"hr": 80.0}, None)]), *shift(1)[:1]]) as log:
        log.save_checkpoint(1, 1_000, b"state")
        log.append([draft(9_000, "tick", {})], durable=False)
        log.save_checkpoint(3, 9_000, b"state")
        log.database.execute("PRAGMA secure_delete = OFF")  # some systems have it on
        assert drop_before(log, 9_000) == 3
    assert NAME.encode() not in path.read_bytes()


@pytest.mark.parametrize("ending", [".iomtlog", ".iomtlog.gz"])
def test_a_recording_has_extracts_of_its_own(tmp_path: Path, ending: str) -> None:
    from iomt_tui.log.compressed import open_recording

    target = tmp_path / f"shift{ending}"
    with log_of(tmp_path / "w.iomtlog", shift(60)) as log:
        save(log, 21, 42)
        record(log.path, target, since=20_000, fold=Digest, every_ms=10_000)
    assert verify(target, computed=True).ok
    with closing(open_recording(target, cache=tmp_path)) as reader:
        base = reader.base().seq
        entries = read_all(reader, base)
        assert asked(reader, base) == (told(entries), sum(e.kind == "obs" for e in entries))
    with log_of(tmp_path / "v.iomtlog", shift(60)) as log:
        record(log.path, target, overwrite=True)
    with closing(open_recording(target, cache=tmp_path)) as reader:
        assert asked(reader) == (told(read_all(reader)), 0)


def _of_version_1(path: Path) -> list[Entry]:
    with log_of(path, shift(30)) as log:
        entries = read_all(log)
    with raw(path) as db:
        db.execute("DROP TABLE extracts")
        db.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")
    return entries


def test_a_log_from_before_extracts_is_read_without_and_gets_them_from_then_on(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    entries = _of_version_1(path)
    with closing(SqliteReader(path)) as reader:
        assert version(reader.database) == READABLE
        assert asked(reader) == (told(entries), 0)
    assert verify(path, computed=True).ok
    with closing(SqliteLog(path)) as log:
        assert version(log.database) == len(STEPS)
        save(log, 63)
        assert asked(log) == (told(entries), 30)


def test_an_older_log_comes_up_to_date_whole_or_not_at_all(tmp_path: Path) -> None:
    def fails(db: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("no power")

    path = tmp_path / "w.iomtlog"
    _of_version_1(path)
    with raw(path) as db:
        with pytest.raises(sqlite3.OperationalError):
            migrate(db, (*STEPS, fails))
        assert version(db) == 1
        assert not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'extracts'").fetchall()


def test_extracts_that_cannot_be_read_are_done_without_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    with log_of(path, shift(30)) as log:
        save(log, 21, 42)
        entries = read_all(log)
        root = log.database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'extracts'").fetchone()[0]
    with path.open("rb+") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\x07" * 4096)
    with closing(SqliteReader(path)) as reader:
        assert asked(reader) == (told(entries), 0)
    found = recover(path)
    assert found is not None and found.kept.seq == len(entries)
    with closing(SqliteLog(path)) as log:
        assert read_all(log) == entries
        save(log, 63)
        assert asked(log)[0] == told(entries)
