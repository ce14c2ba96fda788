"""A screen follows its ward: everything once, in order, soon; and it knows when nobody writes any more."""

from __future__ import annotations

import asyncio
import functools
import itertools
import operator
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from log_samples import Clock, Digest, drafts, log_of, raw, read_all, save_states

from iomt_tui.log.api import LogError
from iomt_tui.log.feed import Delivery, Feed, LiveFeed
from iomt_tui.log.guard import EngineLock
from iomt_tui.log.recovery import recover
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.log.watch import GAP, LOOK_AGAIN, LogWatch
from iomt_tui.ward.events import Draft, Entry


def _drain(feed: Feed) -> list[Delivery]:
    found = [feed.poll()]
    while found[-1].more:
        found.append(feed.poll())
    return found


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[SqliteLog]:
    """A running engine's log with 30 entries and a checkpoint after each tenth."""
    lock = EngineLock(tmp_path / "w.iomtlog")
    assert lock.acquire()
    with log_of(tmp_path / "w.iomtlog", drafts(30)) as log:
        save_states(log, 10)
        yield log
    lock.release()


def test_the_first_delivery_is_the_checkpoint_and_the_tail(engine: SqliteLog) -> None:
    engine.append(drafts(5, 60_000), durable=False)
    with closing(LiveFeed(engine.path)) as feed:
        (first,) = _drain(feed)
        saved = engine.checkpoint()
        assert saved is not None
        assert first == Delivery(True, saved.blob, read_all(engine, 30))
        assert feed.poll() == Delivery()
        sent = engine.append(drafts(3, 90_000), durable=False)
        assert feed.poll() == Delivery(entries=sent)
        assert feed.poll() == Delivery()


def test_a_checkpoint_that_cannot_be_restored_is_gone_round(engine: SqliteLog) -> None:
    with closing(LiveFeed(engine.path)) as feed:
        feed.poll()
        feed.rewind()
        assert feed.poll() == Delivery(True, None, read_all(engine))


def test_a_long_tail_comes_in_pages(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(25_000, step=10)) as log, closing(LiveFeed(log.path)) as feed:
        found = _drain(feed)
        assert [one.more for one in found[-2:]] == [True, False]
        assert all(len(one.entries) <= 10_000 for one in found) and [one.reset for one in found][:2] == [True, False]
        assert functools.reduce(operator.iadd, (one.entries for one in found), []) == read_all(log)


def test_an_action_is_in_the_log_when_it_returns(engine: SqliteLog, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(LiveFeed(engine.path)) as feed:
        feed.poll()
        done = feed.act({"op": "op-1", "user": "n1", "do": "ack"})
        assert (done.seq, done.at, done.kind) == (31, 30_000, "act")
        assert engine.last() == done
        assert feed.poll().entries == [done]
        with pytest.raises(LogError, match="without an operation id"):
            feed.act({"user": "n1"})
        waits: list[bool] = []
        append = SqliteLog.append

        def noted(log: SqliteLog, entries: Sequence[Draft], *, durable: bool) -> list[Entry]:
            waits.append(durable)
            return append(log, entries, durable=durable)

        monkeypatch.setattr(SqliteLog, "append", noted)
        elsewhere: list[int] = []
        thread = threading.Thread(target=lambda: elsewhere.append(feed.act({"op": "op-2"}).seq))
        thread.start()
        thread.join(5)
        assert elsewhere == [32] and waits == [True]


def test_actions_that_belong_together_are_all_in_the_log_or_none(
    engine: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits: list[tuple[int, bool]] = []
    append = SqliteLog.append

    def noted(log: SqliteLog, entries: Sequence[Draft], *, durable: bool) -> list[Entry]:
        commits.append((len(entries), durable))
        return append(log, entries, durable=durable)

    with closing(LiveFeed(engine.path)) as feed:
        feed.poll()
        monkeypatch.setattr(SqliteLog, "append", noted)
        done = feed.acts([{"op": f"op-{n}", "do": "ack"} for n in range(3)])
        assert [(e.seq, e.at, e.kind) for e in done] == [(31 + n, 30_000, "act") for n in range(3)]
        assert commits == [(3, True)]
        assert feed.poll().entries == done
        with pytest.raises(LogError, match="without an operation id"):
            feed.acts([{"op": "op-3"}, {"do": "ack"}])
        assert feed.acts([]) == [] and engine.last() == done[-1]


def test_silence_is_the_engines_not_the_screens(engine: SqliteLog, clock: Clock) -> None:
    with closing(LiveFeed(engine.path, boot=clock)) as feed:
        _drain(feed)
        assert (feed.silent_for(), feed.now()) == (0.0, 30_000)
        clock.seconds += 2.5
        feed.act({"op": "op-1"})
        feed.poll()
        assert (feed.silent_for(), feed.now()) == (2.5, 32_500)
        engine.append([Draft(33_000, "tick", b"{}")], durable=False)
        clock.seconds += 0.5
        assert feed.silent_for() == 3.0
        feed.poll()
        assert (feed.silent_for(), feed.now()) == (0.0, 33_000)


def test_a_ward_without_an_engine_is_silent_from_the_first_moment(tmp_path: Path, clock: Clock) -> None:
    wall = Clock(3_630.0)
    with (
        log_of(tmp_path / "w.iomtlog", drafts(30)) as log,
        closing(LiveFeed(log.path, boot=clock, wall=wall)) as feed,
    ):
        _drain(feed)
        assert (feed.silent_for(), feed.now()) == (3_600.0, 3_630_000)
        log.append([Draft(31_000, "tick", b"{}")], durable=False)
        feed.poll()
        assert (feed.silent_for(), feed.now()) == (0.0, 31_000)
    with log_of(tmp_path / "empty.iomtlog") as log, closing(LiveFeed(log.path, boot=clock, wall=wall)) as feed:
        _drain(feed)
        assert feed.silent_for() >= 3.0


def test_the_speed_of_simulated_time_is_the_engines(tmp_path: Path, clock: Clock) -> None:
    lock = EngineLock(tmp_path / "w.iomtlog")
    lock.acquire(speed=60.0)
    with log_of(tmp_path / "w.iomtlog", drafts(30)) as log, closing(LiveFeed(log.path, boot=clock)) as feed:
        _drain(feed)
        clock.seconds += 0.5
        assert feed.now() == 60_000
    lock.release()


def test_a_repaired_log_is_opened_anew(tmp_path: Path, clock: Clock) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(30)) as log, closing(LiveFeed(log.path, boot=clock)) as feed:
        _drain(feed)
        log.close()
        with raw(log.path) as db:
            db.execute("UPDATE entries SET kind = 'tick' WHERE seq = 29")
        assert recover(log.path) is not None
        assert feed.poll() == Delivery()
        clock.seconds += 1.5
        (again,) = _drain(feed)
        assert again.reset and [entry.seq for entry in again.entries] == list(range(1, 29))


_WRITER = """
import sys, time
from pathlib import Path
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Draft, Entry
log = SqliteLog(Path(sys.argv[1]))
print("ready", flush=True)
for line in sys.stdin:
    log.append([Draft(time.time_ns() // 1_000_000, "obs", line.strip().encode())], durable=line.startswith("!"))
"""


@pytest.mark.parametrize("by_kernel", [True, False])
async def test_a_follower_sees_another_process_within_a_second(tmp_path: Path, by_kernel: bool) -> None:
    path = tmp_path / "w.iomtlog"
    loop = asyncio.get_running_loop()
    woken = asyncio.Event()
    with (
        log_of(path, drafts(3)) as log,
        subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdin=-1, stdout=-1, text=True) as writer,
    ):
        assert writer.stdin is not None and writer.stdout is not None
        writer.stdout.readline()
        seq = 3
        watch = LogWatch(path, loop, woken.set, log.data_version, by_kernel=by_kernel)
        assert watch.by_kernel == (by_kernel and sys.platform == "linux")
        for number in range(6):
            began = time.monotonic()
            writer.stdin.write(f"{'!' if number % 2 else '['} {number}\n")
            writer.stdin.flush()
            while not (found := log.read(seq)):
                woken.clear()
                await asyncio.wait_for(woken.wait(), 1.0)
            assert time.monotonic() - began < 1.0
            assert [entry.body for entry in found] == [f"{'!' if number % 2 else '['} {number}".encode()]
            seq = found[-1].seq
        watch.close()
        writer.stdin.close()


@pytest.mark.skipif(sys.platform != "linux", reason="needs inotify")
async def test_a_burst_costs_few_wakes_and_silence_none(tmp_path: Path) -> None:
    wakes: list[float] = []
    loop = asyncio.get_running_loop()
    with log_of(tmp_path / "w.iomtlog", drafts(1)) as log, log_of(tmp_path / "w.iomtlog") as follower:
        watch = LogWatch(log.path, loop, lambda: wakes.append(loop.time()), follower.data_version)
        until = loop.time() + 0.3
        while loop.time() < until:
            log.append(drafts(1, 10**6), durable=False)
            await asyncio.sleep(0.001)
        await asyncio.sleep(2 * GAP + LOOK_AGAIN)
        assert 2 <= len(wakes) <= 6
        assert all(late - early > GAP / 2 for early, late in itertools.pairwise(wakes))
        count = len(wakes)
        await asyncio.sleep(0.4)
        assert len(wakes) == count
        watch.close()


async def test_a_feed_wakes_its_screen(engine: SqliteLog) -> None:
    woken = asyncio.Event()
    with closing(LiveFeed(engine.path)) as feed:
        _drain(feed)
        feed.watch(woken.set, asyncio.get_running_loop())
        engine.append(drafts(1, 90_000), durable=False)
        await asyncio.wait_for(woken.wait(), 1.0)
        assert len(feed.poll().entries) == 1


def test_live_and_whole_agree_at_any_pace(engine: SqliteLog) -> None:
    fold: Digest | None = None
    with closing(LiveFeed(engine.path)) as feed:
        for size in (1, 700, 3, 0, 12_000, 5):
            engine.append(drafts(size, 10**6), durable=False)
            for found in _drain(feed):
                if found.reset:
                    fold = Digest(found.checkpoint)
                assert fold is not None
                fold.apply(found.entries)
    whole = Digest()
    whole.apply(read_all(engine))
    assert fold is not None and fold.state == whole.state


@pytest.mark.skipif(sys.platform != "linux", reason="needs inotify")
async def test_a_commit_that_becomes_visible_late_is_not_missed(tmp_path: Path) -> None:
    """The last write to the file is the kernel's last word, but readers see the commit only after the disk's."""
    tail = tmp_path / "w.iomtlog-wal"
    tail.write_bytes(b"")
    wakes: list[int] = []
    watch = LogWatch(tmp_path / "w.iomtlog", asyncio.get_running_loop(), lambda: wakes.append(1), lambda: 1)
    tail.write_bytes(b"frame")
    await asyncio.sleep(0.45)
    assert len(wakes) == 2
    watch.close()


@pytest.mark.skipif(sys.platform != "linux", reason="needs inotify")
async def test_a_watched_file_that_vanishes_is_looked_for_instead(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    tail = tmp_path / "w.iomtlog-wal"
    tail.write_bytes(b"")
    woken = asyncio.Event()
    version = 1
    watch = LogWatch(tmp_path / "w.iomtlog", loop, woken.set, lambda: version)
    tail.unlink()
    await asyncio.sleep(0.1)
    assert not watch.by_kernel and not woken.is_set()
    version = 2
    await asyncio.wait_for(woken.wait(), 1.0)
    watch.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()
