"""A replay shows at every position exactly what a direct read up to there gives, however it was steered."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_samples import Clock, Digest, drafts, in_memory, log_of, save_states

from iomt_tui.log.api import Checkpoint, LogError
from iomt_tui.log.feed import Delivery, ReplayFeed
from iomt_tui.log.memory import MemoryLog
from iomt_tui.log.player import Player
from iomt_tui.log.recording import record
from iomt_tui.log.sqlite import SqliteReader
from iomt_tui.ward.events import Draft, Entry

SPAN = 400_000

COMMANDS = st.one_of(
    st.tuples(st.just("play"), st.just(0)),
    st.tuples(st.just("pause"), st.just(0)),
    st.tuples(st.just("seek"), st.integers(-5_000, SPAN + 5_000)),
    st.tuples(st.just("step"), st.integers(-100, 100)),
    st.tuples(st.just("speed"), st.integers(0, 700)),
    st.tuples(st.just("wait"), st.integers(0, 20)),
    st.tuples(st.just("poll"), st.just(0)),
)


class Screen:
    """What a screen does with a feed, and what a plain list of the entries says it should have."""

    def __init__(self, feed: ReplayFeed) -> None:
        self.feed = feed
        self.fold = Digest()

    def drain(self) -> None:
        while True:
            found = self.feed.poll()
            if found.reset:
                self.fold = Digest(found.checkpoint)
            self.fold.apply(found.entries)
            if not found.more:
                return


def _recorded(gaps: list[int]) -> tuple[list[Entry], MemoryLog]:
    at, made = 1_000, []
    for number, gap in enumerate(gaps):
        at += gap
        made.append(Draft(at, "obs", b"%d" % number))
    plain = in_memory(made, "a recording")
    entries = plain.read(0)
    fold, states = Digest(), []
    for entry in entries:
        fold.apply([entry])
        if entry.seq % 9 == 0:
            states.append(Checkpoint(entry.seq, entry.at, fold.checkpoint()))
    return entries, in_memory(made, "a recording", states)


def _state(entries: list[Entry], position: int) -> bytes:
    fold = Digest()
    fold.apply(entry for entry in entries if entry.at <= position)
    return fold.state


def _steer(player: Player, clock: Clock, command: str, value: int) -> None:
    match command:
        case "play":
            player.play()
        case "pause":
            player.pause()
        case "seek":
            player.seek(value)
        case "step":
            player.step(value)
        case "speed":
            player.set_speed(value)
        case "wait":
            clock.seconds += value / 10


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([0, 0, 1, 50, 1_000, 20_000, 900_000]), min_size=1, max_size=120),
    st.lists(COMMANDS, max_size=25),
    st.one_of(st.none(), st.integers(0, SPAN)),
)
def test_any_steering_shows_what_a_direct_read_gives(
    gaps: list[int], commands: list[tuple[str, int]], at: int | None
) -> None:
    clock = Clock()
    entries, recording = _recorded(gaps)
    feed = ReplayFeed(recording, at, boot=clock)
    screen = Screen(feed)
    for command, value in commands:
        _steer(feed.player, clock, command, value)
        if command == "poll":
            screen.drain()
            assert screen.fold.state == _state(entries, feed.now())
    screen.drain()
    assert feed.player.start <= feed.now() <= feed.player.end
    assert screen.fold.state == _state(entries, feed.now())
    assert feed.silent_for() == 0.0


def test_a_seek_uses_the_checkpoint_before(tmp_path: Path, clock: Clock) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(6_000)) as log:
        save_states(log, 1_000)
        feed = ReplayFeed(log.path, 2_500_000, boot=clock, playing=False)
        first = feed.poll()
        saved = log.checkpoint(2_500_000)
        assert saved is not None and saved.seq == 2_000
        assert (first.reset, first.checkpoint, len(first.entries)) == (True, saved.blob, 500)
        feed.player.seek(2_600_000)  # near: goes on from here
        assert feed.poll() == Delivery(entries=log.read(2_500, 100))
        feed.player.seek(5_900_000)  # far: a checkpoint saves thousands
        far = feed.poll()
        assert far.reset and far.entries[0].seq == 5_001 and far.entries[-1].seq == 5_900
        feed.player.seek(10_000)  # back, before every checkpoint
        back = feed.poll()
        assert back == Delivery(True, None, log.read(0, 10))
        feed.rewind()
        feed.player.seek(2_500_000)
        assert feed.poll() == Delivery(True, None, log.read(0, 2_500))
        feed.close()


def test_a_long_stretch_comes_in_pages(clock: Clock) -> None:
    made = [Draft(n, "obs", b"[" + b"1" * 3_000 + b"]") for n in range(12_000)]
    feed = ReplayFeed(in_memory(made, "a recording"), 11_900, boot=clock, playing=False)
    found = [feed.poll()]
    while found[-1].more:
        found.append(feed.poll())
    assert [one.reset for one in found] == [True] + [False] * (len(found) - 1)
    assert len(found) > 2 and all(len(one.entries) <= 10_000 for one in found)
    assert [entry.seq for one in found for entry in one.entries] == list(range(1, 11_902))


def test_playing_passes_recorded_time(clock: Clock) -> None:
    changes: list[int] = []
    player = Player(1_000, 101_000, clock, changed=lambda: changes.append(1))
    assert (player.playing, player.position) == (False, 1_000)
    player.play()
    clock.seconds += 2
    assert (player.playing, player.position) == (True, 3_000)
    player.set_speed(10)
    clock.seconds += 1
    assert player.position == 13_000
    player.pause()
    clock.seconds += 100
    assert (player.playing, player.position) == (False, 13_000)
    player.step(-5)
    assert player.position == 8_000
    player.step(-50)
    assert player.position == 1_000
    player.play()
    player.seek(100_500)
    assert (player.playing, player.position) == (True, 100_500)
    clock.seconds += 60
    assert (player.playing, player.position) == (False, 101_000)
    player.seek(50_000)
    assert (player.playing, player.position) == (False, 50_000)
    player.seek(10**9)
    assert (player.playing, player.position) == (False, 101_000)
    player.play()
    assert (player.playing, player.position) == (True, 1_000)
    player.set_speed(10_000)
    assert player.speed == 600.0
    player.set_speed(0.01)
    assert player.speed == 1.0
    assert len(changes) == 12


def test_a_replay_cannot_be_acted_in(clock: Clock) -> None:
    feed = ReplayFeed(_recorded([0, 1])[1], boot=clock)
    with pytest.raises(LogError, match="This is a replay"):
        feed.act({"op": "op-1"})
    with pytest.raises(LogError, match="This is a replay"):
        feed.acts([{"op": "op-1"}, {"op": "op-2"}])


def test_an_empty_recording_says_so(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog") as log, pytest.raises(LogError, match=r"w\.iomtlog holds no entries"):
        ReplayFeed(log.path)
    with pytest.raises(LogError, match=r"bedside\.csv holds no entries"):
        ReplayFeed(in_memory([], "bedside.csv"))


async def test_a_replay_wakes_when_something_is_due_and_sleeps_when_paused() -> None:
    loop = asyncio.get_running_loop()
    entries, recording = _recorded([0, *[1_000] * 59])
    feed = ReplayFeed(recording, speed=100.0)
    screen = Screen(feed)
    wakes: list[float] = []

    def wake() -> None:
        wakes.append(loop.time())
        screen.drain()

    feed.watch(wake, loop)
    await asyncio.sleep(0.3)
    assert 2 <= len(wakes) <= 10
    feed.player.pause()
    await asyncio.sleep(0.05)
    count = len(wakes)
    assert screen.fold.state == _state(entries, feed.now())
    await asyncio.sleep(0.2)
    assert len(wakes) == count
    feed.player.seek(feed.player.end)
    await asyncio.sleep(0.05)
    assert len(wakes) == count + 1 and screen.fold.state == _state(entries, feed.player.end)
    feed.close()


def test_seeking_in_a_long_recording_is_quick(tmp_path: Path, clock: Clock) -> None:
    """Work, not time: a seek anywhere in a day decodes no more than one stretch between checkpoints."""
    path = tmp_path / "day.iomtlog"
    day = in_memory([Draft(n * 1_000, "tick", b"{}") for n in range(86_400)], "day")
    record(day, path, fold=Digest, every_ms=300_000)
    feed = ReplayFeed(path, boot=clock, playing=False)
    for hour in (20, 3, 23, 11):
        feed.player.seek(hour * 3_600_000 + 299_000)
        found = feed.poll()
        assert found.reset and found.checkpoint and len(found.entries) <= 300 and not found.more
    with closing(SqliteReader(path)) as reader:
        assert [reader.seq_at(at) for at in (-1, 0, 999, 1_000, 43_200_500, 10**9)] == [0, 1, 1, 2, 43_201, 86_400]
    feed.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()
