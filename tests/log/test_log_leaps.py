"""Playing leaps over a long silence, says so, and never changes what is shown at a position."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_samples import Clock, in_memory, log_of

from iomt_tui.log.api import RecordedReader
from iomt_tui.log.player import LEAD, PATIENCE, SILENCE, STAY, Player
from iomt_tui.log.replay import ReplayFeed
from iomt_tui.ward.events import Draft

MONTH = 30 * 86_400_000
FIRST, SECOND = 1_000, 1_000 + 11 * MONTH
TICKS = [Draft(FIRST + 60_000 * n, "tick", b"{}") for n in range(1, 50)]
YEARS = [Draft(0, "ward", b"{}"), Draft(FIRST, "obs", b"[]"), *TICKS, Draft(SECOND, "obs", b"[]")]


def played(clock: Clock, speed: float = 1.0) -> ReplayFeed:
    feed = ReplayFeed(in_memory(YEARS, "years"), boot=clock, speed=speed)
    feed.poll()
    return feed


@pytest.mark.parametrize("speed", [1.0, 60.0, 600.0])
def test_a_long_silence_is_leapt_over_after_a_look(speed: float) -> None:
    clock = Clock()
    feed = played(clock, speed)
    clock.seconds += 1 / speed + STAY - 0.1
    feed.poll()
    assert feed.player.skipped == 0 and feed.now() < FIRST + STAY * 1000 * speed
    clock.seconds += 0.2
    ticks = feed.poll()
    assert feed.now() == SECOND - int(LEAD * 1000 * speed)
    assert feed.player.playing and 10.5 * MONTH < feed.player.skipped < 11 * MONTH
    assert [entry.kind for entry in ticks.entries][-1] == "tick", "what lies in the silence is folded all the same"
    clock.seconds += LEAD
    assert [entry.kind for entry in feed.poll().entries] == ["obs"]
    assert feed.player.skipped > 0
    feed.player.pause()
    assert feed.player.skipped == 0


def test_a_leap_is_spoken_of_for_a_while_only() -> None:
    clock = Clock()
    feed = ReplayFeed(in_memory([*YEARS, Draft(SECOND + 60_000, "obs", b"[]")], "years"), boot=clock)
    feed.poll()
    clock.seconds += 5
    feed.poll()
    assert feed.player.skipped
    clock.seconds += 11
    assert not feed.player.skipped


def test_a_paused_recording_does_not_leap() -> None:
    clock = Clock()
    feed = played(clock)
    feed.player.seek(FIRST + MONTH)
    feed.player.pause()
    clock.seconds += 100
    feed.poll()
    assert feed.now() == FIRST + MONTH


def test_who_seeks_into_a_silence_has_a_moment_to_look() -> None:
    clock = Clock()
    feed = played(clock)
    feed.player.seek(FIRST + MONTH)
    clock.seconds += STAY - 0.1
    feed.poll()
    assert feed.now() < FIRST + 2 * MONTH
    clock.seconds += 0.2
    feed.poll()
    assert feed.now() == SECOND - 1_000


@pytest.mark.parametrize(
    ("gap", "speed", "leaps"),
    [
        (SILENCE, 1.0, False),
        (SILENCE + 60_000, 1.0, True),
        (int(PATIENCE * 600_000), 600.0, False),
        (int(PATIENCE * 600_000) * 3, 600.0, True),
    ],
)
def test_only_what_is_long_in_both_times_is_leapt_over(gap: int, speed: float, leaps: bool) -> None:
    clock = Clock()
    log = in_memory([Draft(0, "obs", b"[]"), Draft(gap, "obs", b"[]")], "gap")
    feed = ReplayFeed(log, boot=clock, speed=speed)
    feed.poll()
    clock.seconds += STAY + 0.01
    feed.poll()
    assert bool(feed.player.skipped) is leaps


def test_after_the_last_event_time_runs_to_the_end() -> None:
    clock = Clock()
    log = in_memory([Draft(0, "obs", b"[]"), Draft(MONTH, "tick", b"{}")], "tail")
    feed = ReplayFeed(log, boot=clock)
    for _ in range(5):
        clock.seconds += 2
        feed.poll()
    assert (feed.now(), feed.player.skipped) == (10_000, 0)


def test_steps_from_observation_to_observation() -> None:
    feed = played(Clock())
    player = feed.player
    player.step_event(later=True)
    assert (player.position, player.playing) == (FIRST, False)
    player.step_event(later=True)
    assert player.position == SECOND
    player.step_event(later=True)
    assert player.position == SECOND
    player.step_event(later=False)
    player.step_event(later=False)
    assert player.position == FIRST


def test_a_player_without_a_recording_stays() -> None:
    player = Player(0, MONTH, lambda: 0.0, at=5_000)
    player.play()
    player.leap()
    player.step_event(later=True)
    assert (player.position, player.playing) == (5_000, False)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from([0, 1, 1_000, MONTH]), st.sampled_from(["obs", "tick", "alarm"])), min_size=1,
        max_size=30,
    ),
    st.integers(0, 60), st.booleans(), st.sampled_from(["", "obs", "alarm", "tick"]),
)  # fmt: skip
def test_moments_are_those_of_a_plain_search(steps: list[tuple[int, str]], where: int, later: bool, kind: str) -> None:
    at, made = 1_000, []
    for gap, name in steps:
        at += gap
        made.append(Draft(at, name, b"{}"))
    asked = made[min(where // 2, len(made) - 1)].at + where % 2
    fits = [one.at for one in made if (one.kind == kind if kind else one.kind != "tick")]
    found = [at for at in fits if (at > asked if later else at < asked)]
    wanted = (min(found) if later else max(found)) if found else None
    with TemporaryDirectory() as folder, log_of(Path(folder) / "w.iomtlog", made) as log:
        readers: list[RecordedReader] = [log, in_memory(made, "made")]
        assert [reader.moment(asked, later=later, kind=kind) for reader in readers] == [wanted, wanted]
