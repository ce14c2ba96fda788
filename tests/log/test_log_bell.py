"""The bell: what must be seen at once wakes a follower at once, values at their own pace, floods not at every ring."""

from __future__ import annotations

import asyncio
import itertools
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from log_samples import drafts, log_of, read_all

from iomt_tui.log import watch as watching
from iomt_tui.log.bell import ENDING, hang, ring
from iomt_tui.log.watch import BETWEEN_RINGS, GAP, LOOK_AGAIN, LOOK_EVERY, SETTLE, LogWatch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs inotify")


class Timer:
    """A call that is due at a time of :class:`Loop`."""

    def __init__(self, due: float, call: Callable[[], None]) -> None:
        self.due, self.call = due, call

    def cancel(self) -> None:
        self.call = lambda: None
        self.due = float("inf")


class Loop:
    """An event loop whose time a test moves; the files are real."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []
        self.readers: dict[int, Callable[[], None]] = {}

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        self.timers.append(Timer(self.now + seconds, call))
        return self.timers[-1]

    def add_reader(self, descriptor: int, call: Callable[[], None]) -> None:
        self.readers[descriptor] = call

    def remove_reader(self, descriptor: int) -> None:
        self.readers.pop(descriptor, None)

    @property
    def resting(self) -> bool:
        """Whether nothing runs until a file is written to."""
        return all(timer.due == float("inf") for timer in self.timers)

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while True:
            for descriptor in select.select(list(self.readers), [], [], 0)[0]:
                self.readers.get(descriptor, lambda: None)()
            due = min(self.timers, key=lambda timer: timer.due, default=Timer(float("inf"), lambda: None))
            if due.due > end:
                break
            self.now = due.due
            self.timers.remove(due)
            due.call()
        self.now = end


class Followed:
    """A log of which only the files that are watched exist, and when its follower was woken."""

    def __init__(self, path: Path) -> None:
        self.path, self.loop, self.wakes, self.version = path, Loop(), list[float](), 1
        self.tail = path.with_name(f"{path.name}-wal")
        self.tail.write_bytes(b"")
        loop = cast("asyncio.AbstractEventLoop", self.loop)
        self.watch = LogWatch(path, loop, lambda: self.wakes.append(self.loop.now), lambda: self.version)

    def grow(self) -> None:
        with self.tail.open("ab") as tail:
            tail.write(b"frame")


@pytest.fixture
def followed(tmp_path: Path) -> Iterator[Followed]:
    made = Followed(tmp_path / "w.iomtlog")
    yield made
    made.watch.close()
    assert not made.loop.readers


def test_a_ring_does_not_wait_for_the_pace_of_values(followed: Followed) -> None:
    followed.grow()
    followed.loop.run(SETTLE)
    followed.grow()
    followed.loop.run(GAP / 4)
    assert followed.wakes == [SETTLE]
    rung = followed.loop.now
    followed.grow()
    ring(followed.path)
    followed.loop.run(SETTLE)
    assert followed.wakes[1:] == [rung + SETTLE]
    followed.loop.run(GAP / 2)
    followed.grow()
    followed.loop.run(2 * GAP)
    assert followed.wakes[2:3] == [rung + SETTLE + GAP]  # what was rung for brought the values along


def test_rings_wake_at_rest_and_then_nothing_runs(followed: Followed) -> None:
    ring(followed.path)
    followed.loop.run(SETTLE)
    assert followed.wakes == [SETTLE]
    followed.loop.run(GAP + LOOK_AGAIN + 1)
    assert followed.loop.resting
    ring(followed.path)
    followed.loop.run(SETTLE)
    assert followed.wakes[-1] == followed.loop.now


def test_a_flood_of_rings_costs_few_wakes_and_none_waits_long(followed: Followed) -> None:
    rings = []
    for _ in range(1_000):
        rings.append(followed.loop.now)
        followed.grow()
        ring(followed.path)
        followed.loop.run(0.001)
    followed.loop.run(1.0)
    during = [at for at in followed.wakes if at <= rings[-1]]
    assert len(during) <= 1 / BETWEEN_RINGS + 1
    assert all(late - early >= BETWEEN_RINGS for early, late in itertools.pairwise(during))
    waits = [next(at for at in followed.wakes if at > rung) - rung for rung in rings]
    assert max(waits) <= BETWEEN_RINGS + 2 * SETTLE


def test_without_its_bell_a_watch_looks_instead(followed: Followed) -> None:
    before = followed.watch.by_kernel
    (followed.path.with_name(followed.path.name + ENDING)).unlink()
    followed.loop.run(SETTLE)
    assert (before, followed.watch.by_kernel) == (True, False)
    followed.version = 2
    followed.loop.run(2 * LOOK_EVERY)
    assert len(followed.wakes) == 1


def test_a_bell_that_is_a_link_is_never_rung(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"precious")
    path = tmp_path / "w.iomtlog"
    path.with_name(path.name + ENDING).symlink_to(other)
    followed = Followed(path)
    ring(path)
    followed.grow()
    followed.loop.run(SETTLE)
    assert followed.wakes == [SETTLE]  # values come all the same, and what is urgent with them
    followed.watch.close()
    with log_of(tmp_path / "log" / "w.iomtlog") as log:
        log.path.with_name(log.path.name + ENDING).symlink_to(other)
        log.append(drafts(1), durable=False, urgent=True)
        assert len(read_all(log)) == 1
    assert other.read_bytes() == b"precious"


def test_only_what_is_urgent_rings_and_only_once_it_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with log_of(tmp_path / "w.iomtlog") as log, log_of(tmp_path / "w.iomtlog") as follower:
        there: list[int] = []
        monkeypatch.setattr("iomt_tui.log.sqlite.ring", lambda path: there.append(len(read_all(follower))))
        log.append(drafts(2), durable=False)
        log.append([], durable=False, urgent=True)
        assert there == []
        log.append(drafts(1, 10**6), durable=True, urgent=True)
        assert there == [3]


def test_the_bell_is_private_and_holds_nothing_that_grows(tmp_path: Path) -> None:
    bell = hang(tmp_path / "w.iomtlog")
    for _ in range(100):
        ring(tmp_path / "w.iomtlog")
    assert bell.stat().st_mode & 0o777 == 0o600
    assert bell.stat().st_size == 1


_WRITER = """
import sys
from pathlib import Path
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Draft
log = SqliteLog(Path(sys.argv[1]))
print("ready", flush=True)
for number, line in enumerate(sys.stdin):
    log.append([Draft(number, "obs", line.encode())], durable=False, urgent=line.startswith("!"))
    print("done", flush=True)
"""


async def test_an_urgent_entry_of_another_process_is_heard_while_values_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pause in ("GAP", "LOOK_AGAIN", "LOOK_EVERY"):
        monkeypatch.setattr(watching, pause, 3_600.0)
    path, woken = tmp_path / "w.iomtlog", asyncio.Event()
    with (
        log_of(path, drafts(1)) as log,
        subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdin=-1, stdout=-1, text=True) as writer,
    ):
        with closing(LogWatch(path, asyncio.get_running_loop(), woken.set, log.data_version)):
            _say(writer, "")
            for number, line in enumerate(("value", "!alarm", "value", "!alarm")):
                _say(writer, line)
                if number != 2:  # the first growth wakes; after it values wait
                    await asyncio.wait_for(woken.wait(), 30)
                    assert log.last() is not None and cast(Any, log.last()).body == f"{line}\n".encode()
                woken.clear()
        assert writer.stdin is not None
        writer.stdin.close()


def _say(writer: subprocess.Popen[str], line: str) -> None:
    """Has the other process append a line, and waits until it has; "" only waits for it to be ready."""
    assert writer.stdin is not None and writer.stdout is not None
    if line:
        writer.stdin.write(f"{line}\n")
        writer.stdin.flush()
    writer.stdout.readline()
