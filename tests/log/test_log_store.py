"""What is appended is what is read, by whoever reads it and however large it is."""

from __future__ import annotations

import itertools
import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_samples import Digest, drafts, log_of, raw, read_all, save_states

from iomt_tui.log.api import DamagedLogError, LogError
from iomt_tui.log.chain import GENESIS, link
from iomt_tui.log.checkpoints import superfluous
from iomt_tui.log.schema import STEPS, migrate, version
from iomt_tui.log.sqlite import SqliteLog, SqliteReader
from iomt_tui.log.stored import pack, unpack
from iomt_tui.log.verify import verify
from iomt_tui.ward.events import Draft, Entry


@given(st.binary(max_size=64).flatmap(lambda part: st.integers(0, 40).map(lambda times: part * times)))
def test_a_body_survives_storing(body: bytes) -> None:
    assert unpack(pack(body)) == body


def test_large_bodies_are_deflated() -> None:
    assert len(pack(b'{"hr": 80.0}' * 200)) < 200
    assert pack(b'{"hr": 80.0}') == b'{"hr": 80.0}'


@pytest.mark.parametrize("stored", [b"", b"\x01junk", pack(b"abc" * 500)[:-4], pack(b"abc" * 500) + b"x"])
def test_what_is_no_stored_form_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpack(stored)


@given(
    st.binary(min_size=32, max_size=32),
    st.tuples(st.integers(0, 2**40), st.integers(-(2**40), 2**40), st.text(max_size=4), st.binary(max_size=8)),
    st.tuples(st.integers(0, 2**40), st.integers(-(2**40), 2**40), st.text(max_size=4), st.binary(max_size=8)),
)
def test_a_link_is_unambiguous(
    previous: bytes, one: tuple[int, int, str, bytes], other: tuple[int, int, str, bytes]
) -> None:
    assert (link(previous, *one) == link(previous, *other)) == (one == other)


def test_a_kind_cannot_borrow_from_the_body() -> None:
    assert link(GENESIS.hash, 1, 1, "ob", b"sx") != link(GENESIS.hash, 1, 1, "obs", b"x")


def test_reads_what_was_appended(tmp_path: Path) -> None:
    sent = drafts(1_500)
    with log_of(tmp_path / "w.iomtlog") as log:
        for start in range(0, 1_500, 100):
            log.append(sent[start : start + 100], durable=start % 200 == 0)
        with closing(SqliteReader(log.path)) as reader:
            assert read_all(reader) == [Entry(seq, *draft) for seq, draft in enumerate(sent, 1)]
            assert reader.read(1_490, 4) == [Entry(seq, *sent[seq - 1]) for seq in range(1_491, 1_495)]
            assert reader.last() == Entry(1_500, *sent[-1])
            assert reader.read(1_500) == [] and reader.read(9_999) == []


def test_a_page_is_bounded_in_bytes(tmp_path: Path) -> None:
    large = [Draft(1, "obs", bytes(range(2, 255)) * 100 + str(number).encode()) for number in range(2_000)]
    with log_of(tmp_path / "w.iomtlog") as log:
        log.append([Draft(at, kind, _noise(body)) for at, kind, body in large], durable=False)
        first = log.read(0)
        assert 0 < len(first) < 2_000
        assert len(read_all(log)) == 2_000


def _noise(body: bytes) -> bytes:
    import random

    return random.Random(body).randbytes(8_000)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_log_time_never_falls(times: list[int]) -> None:
    from iomt_tui.log.chain import extend

    _, entries = extend(GENESIS, [Draft(at, "tick", b"{}") for at in times], [b"{}"] * len(times))
    assert [entry.at for entry in entries] == [max(times[: n + 1]) for n in range(len(times))]


def test_an_earlier_draft_is_stamped_with_the_newest_time(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", [Draft(500, "tick", b"{}")]) as log:
        assert log.append([Draft(20, "act", b"{}")], durable=True)[0].at == 500


def test_nothing_of_a_batch_is_written_when_one_draft_cannot_be(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(3)) as log:
        for bad in (Draft(2**70, "tick", b"{}"), Draft(9_000, "\ud800", b"{}")):
            with pytest.raises(LogError, match="cannot be stored"):
                log.append([*drafts(2), bad], durable=False)
        assert len(read_all(log)) == 3
        log.append(drafts(1), durable=False)
        assert verify(log.path).ok


def _append_alone(path: Path, name: str, count: int) -> None:
    with closing(SqliteLog(path)) as log:
        for number in range(count):
            log.append([Draft(number, name, str(number).encode())], durable=number % 10 == 0)


def test_two_processes_append_to_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "new" / "w.iomtlog"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append_alone, args=(path, name, 150)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    assert [writer.exitcode for writer in writers] == [0, 0]
    with closing(SqliteReader(path)) as reader:
        found = read_all(reader)
    for name in ("a", "b"):
        assert [entry.body for entry in found if entry.kind == name] == [str(n).encode() for n in range(150)]
    assert verify(path).ok


def test_a_reader_never_returns_a_changed_entry(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    with log_of(path, drafts(20)) as log, raw(path) as db:
        db.execute("UPDATE entries SET body = ? WHERE seq = 12", (b'{"hr": 61}',))
        with pytest.raises(DamagedLogError, match=r"entry 12.*log verify") as caught:
            log.read(0)
        assert caught.value.seq == 12
        assert len(log.read(0, 11)) == 11


def test_a_lost_end_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    with log_of(path, drafts(20)) as log:
        with raw(path) as db:
            db.execute("DELETE FROM entries WHERE seq > 15")
        with pytest.raises(DamagedLogError, match="16 to 20 are missing"):
            log.append(drafts(1), durable=True)


def test_a_checkpoint_and_the_tail_equal_the_whole(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(100)) as log:
        save_states(log, 10)
        whole = Digest()
        whole.apply(read_all(log))
        for at in (None, 55_500, 100_000, 10_000):
            found = log.checkpoint(at)
            assert found is not None
            assert at is None or found.at <= at < found.at + 10_000
            part = Digest(found.blob)
            part.apply(read_all(log, found.seq))
            assert part.state == whole.state
        assert log.checkpoint(9_999) is None


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE checkpoints SET blob = X'0203' WHERE seq = 20",
        "UPDATE checkpoints SET at = at - 1 WHERE seq = 20",
        "UPDATE checkpoints SET hash = X'00' WHERE seq = 20",
        "UPDATE checkpoints SET blob = 'text' WHERE seq = 20",
        "UPDATE checkpoints SET blob = (SELECT blob FROM checkpoints WHERE seq = 10) WHERE seq = 20",
        "DELETE FROM checkpoints WHERE seq = 20",
    ],
)
def test_a_checkpoint_that_was_changed_is_passed_over(tmp_path: Path, harm: str) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(20)) as log:
        save_states(log, 10)
        with raw(log.path) as db:
            db.execute(harm)
        found = log.checkpoint()
        assert found is not None and found.seq == 10


def test_a_checkpoint_needs_its_entry(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(5)) as log:
        for seq, at in ((6, 9_000), (5, 4_999)):
            with pytest.raises(LogError, match="No checkpoint was saved"):
                log.save_checkpoint(seq, at, b"state")


def test_checkpoints_grow_thinner_with_age() -> None:
    minute = 60_000
    known: list[tuple[int, int]] = []
    for number in range(9 * 24 * 60):
        known.append((number + 1, number * minute))
        gone = set(superfluous(known, base=1))
        known = [pair for pair in known if pair[0] not in gone]
    newest = known[-1][1]
    ages = [(newest - at) // minute for _, at in known]
    assert [age for age in ages if age <= 15] == list(range(15, -1, -1))
    fine = [at for _, at in known if 15 * minute < newest - at <= 24 * 60 * minute]
    assert {late - early for early, late in itertools.pairwise(fine)} == {5 * minute}
    days = [at for _, at in known if 24 * 60 * minute < newest - at <= 7 * 24 * 60 * minute]
    assert {late - early for early, late in itertools.pairwise(days)} == {15 * minute}
    coarse = [at for _, at in known if newest - at > 7 * 24 * 60 * minute]
    assert {late - early for early, late in itertools.pairwise(coarse)} == {60 * minute}
    assert known[0][0] == 1


def test_an_older_log_is_brought_up_to_date_or_left_alone(tmp_path: Path) -> None:
    def colour(db: sqlite3.Connection) -> None:
        db.execute("ALTER TABLE meta ADD COLUMN colour TEXT")

    def fails(db: sqlite3.Connection) -> None:
        db.execute("DROP TABLE entries")
        raise sqlite3.OperationalError("no power")

    path = tmp_path / "w.iomtlog"
    with raw(path) as db:
        assert version(db) == 0
        assert migrate(db) and version(db) == len(STEPS)
        assert not migrate(db)
        with pytest.raises(sqlite3.OperationalError):
            migrate(db, (*STEPS, colour, fails))
        assert version(db) == len(STEPS)
        assert db.execute("SELECT count(*) FROM entries").fetchone() == (0,)
        assert migrate(db, (*STEPS, colour)) and version(db) == len(STEPS) + 1
        assert db.execute("SELECT colour FROM meta").fetchall() == [(None,)]
    with pytest.raises(LogError, match="newer iomt-tui"):
        SqliteLog(path)
    with pytest.raises(LogError, match="newer iomt-tui"):
        SqliteReader(path)
