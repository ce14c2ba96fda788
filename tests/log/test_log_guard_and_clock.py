"""One engine per ward, screens that show themselves, and a log time that never steps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_samples import Clock, drafts, log_of, raw, read_all, save_states

from iomt_tui.log.clock import LogClock, boottime
from iomt_tui.log.engine_time import EngineTime
from iomt_tui.log.guard import EngineInfo, EngineLock, ScreenPresence, screens_attached
from iomt_tui.log.retention import drop_before, sweep
from iomt_tui.log.sqlite import SqliteReader
from iomt_tui.log.verify import verify

_HOLD = """
import sys
from pathlib import Path
from iomt_tui.log.guard import EngineLock, ScreenPresence
path = Path(sys.argv[1])
lock = EngineLock(path)
screen = ScreenPresence(path)
if sys.argv[2] == "engine":
    print(lock.acquire(started=5, speed=60.0, version="1.2"), flush=True)
else:
    screen.attach()
    print(True, flush=True)
sys.stdin.read()
"""


def _hold(path: Path, what: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path), what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "True\n"
    return process


def test_one_engine_a_ward_until_it_dies(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    mine = EngineLock(path)
    assert mine.running() is None
    with _hold(path, "engine") as other:
        assert not mine.acquire()
        assert mine.running() == EngineInfo(other.pid, 5, 60.0, "1.2")
        os.kill(other.pid, signal.SIGKILL)
        other.wait(5)
    assert mine.running() is None
    assert mine.acquire(version="2") and mine.acquire()
    assert mine.running() == EngineInfo(os.getpid(), 0, 1.0, "2")
    assert EngineLock(path).running() == mine.running()
    mine.release()
    assert mine.running() is None


def test_looking_for_an_engine_does_not_keep_one_out(tmp_path: Path) -> None:
    lock = EngineLock(tmp_path / "w.iomtlog")
    for _ in range(50):
        assert EngineLock(tmp_path / "w.iomtlog").running() is None
        assert lock.acquire()
        lock.release()


def test_screens_show_whether_anybody_looks(tmp_path: Path) -> None:
    path = tmp_path / "w.iomtlog"
    assert not screens_attached(path)
    mine = ScreenPresence(path)
    mine.attach()
    mine.attach()
    with _hold(path, "screen") as other:
        mine.detach()
        assert screens_attached(path)
        mine.attach()
        os.kill(other.pid, signal.SIGKILL)
        other.wait(5)
    assert screens_attached(path)
    mine.detach()
    assert not screens_attached(path)


def test_an_unreadable_lock_file_still_counts(tmp_path: Path) -> None:
    lock = EngineLock(tmp_path / "w.iomtlog")
    assert lock.acquire()
    lock.path.write_bytes(b"not json")
    assert EngineLock(tmp_path / "w.iomtlog").running() == EngineInfo(0)
    lock.release()


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-1e9, 1e9)), max_size=20), st.sampled_from([1.0, 60.0]))
def test_log_time_ignores_the_wall_clock(steps: list[tuple[float, float]], speed: float) -> None:
    boot, wall = Clock(0.0), Clock(1_700_000_000.0)
    clock = LogClock(speed=speed, boot=boot, wall=wall)
    for seconds, jump in steps:
        boot.seconds += seconds
        wall.seconds += jump
        assert abs(clock.now() - (1_700_000_000_000 + boot.seconds * 1000 * speed)) <= 1


@given(st.lists(st.tuples(st.floats(0.1, 2), st.sampled_from([0, 0.4, -1.9, 2.5, -3_600, 3_600, 1e9])), max_size=20))
def test_a_wall_clock_that_is_set_is_told_from_one_that_is_slewed(steps: list[tuple[float, float]]) -> None:
    boot, wall = Clock(0.0), Clock(1_700_000_000.0)
    clock, total = LogClock(boot=boot, wall=wall), 0.0
    for seconds, jump in steps:
        boot.seconds += seconds
        wall.seconds += seconds + jump
        total += jump if abs(jump) >= 2 else 0
        assert abs(clock.set_by() - total) <= 1


def test_log_time_never_runs_back() -> None:
    boot = Clock(50.0)
    clock = LogClock(start=1_000, floor=9_000, boot=boot)
    assert clock.now() == 9_000
    boot.seconds = 52.0
    assert clock.now() == 11_000
    boot.seconds = 40.0
    assert clock.now() == 11_000


def test_the_boot_clock_runs() -> None:
    first = boottime()
    assert 0 <= boottime() - first < 60


def test_now_goes_on_between_entries_and_follows_a_new_clock() -> None:
    boot = Clock(100.0)
    time = EngineTime(boot)
    time.begin(50_000, 0.0, 1.0)
    boot.seconds = 100.9
    assert (time.now(), round(time.silent_for(), 3)) == (50_900, 0.9)
    boot.seconds = 101.1
    time.heard(51_000)  # delayed by 100 ms: the screen already knew better
    assert (time.now(), time.silent_for()) == (51_100, 0.0)
    boot.seconds = 102.0
    time.heard(52_010)
    assert time.now() == 52_010
    boot.seconds = 200.0
    assert time.silent_for() == 98.0
    time.heard(53_000)  # an engine with another clock: its word counts
    assert time.now() == 53_000


def test_old_entries_are_dropped_and_the_rest_can_be_verified_and_folded(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(200)) as log:
        save_states(log, 25)
        whole, notes = read_all(log), [log.head()]
        assert drop_before(log, 24_999) == 0
        assert drop_before(log, 130_000) == 125
        assert drop_before(log, 130_000) == 0
        assert log.base().seq == 125 and log.base().at == 125_000
        assert read_all(log) == whole[125:] == read_all(log, 60)
        oldest = log.checkpoint(125_000)
        assert oldest is not None and oldest.seq == 125
        assert log.checkpoint(124_999) is None
        assert log.span() == (125_000, 200_000)
        assert (log.seq_at(1), log.seq_at(130_500), log.seq_at(10**9)) == (125, 130, 200)
        found = verify(log.path)
        assert found.ok and found.entries == 75 and "it begins after entry 125" in found.words()
        assert "no note outside" in verify(log.path, notes).fault
        assert verify(log.path, [log.base(), *notes]).ok
        log.append(drafts(5, 300_000), durable=True)
        with raw(log.path) as db:
            assert db.execute("SELECT min(seq), count(*) FROM entries").fetchone() == (126, 80)
            db.execute("DELETE FROM entries WHERE seq = 126")
        assert not verify(log.path).ok


def test_dropped_entries_are_taken_out_in_pieces_and_overwritten(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(100)) as log:
        save_states(log, 50)
        with log.writing() as db:
            db.execute("UPDATE marks SET (seq, at, hash) = (SELECT seq, at, hash FROM entries WHERE seq = 50)")
            db.execute("UPDATE marks SET (seq, at, hash) = (SELECT seq, at, hash FROM entries WHERE seq = 100)"
                       " WHERE name = 'head'")  # fmt: skip
        with raw(log.path) as other:
            other.execute("PRAGMA wal_checkpoint")
        assert b"entry 20 " in log.path.read_bytes()
        assert len(read_all(log)) == 50  # dropped already, though still in the file
        assert [sweep(log, 20) for _ in range(4)] == [20, 20, 10, 0]
        with log.writing() as db:
            assert db.execute("PRAGMA secure_delete").fetchone() == (0,)
    image = (tmp_path / "w.iomtlog").read_bytes()
    assert [n for n in range(100) if b"entry %d " % n in image] == [n for n in range(50, 100) if n % 7 != 3]


def test_a_reader_left_behind_by_retention_is_told(tmp_path: Path) -> None:
    from iomt_tui.log.api import DamagedLogError, LogError

    with log_of(tmp_path / "w.iomtlog", drafts(100)) as log, closing(SqliteReader(log.path)) as reader:
        save_states(log, 50)
        reader.read(0, 10)
        drop_before(log, 60_000)
        with pytest.raises(LogError, match="no longer keeps") as caught:
            reader.read(10, 10)
        assert not isinstance(caught.value, DamagedLogError)
