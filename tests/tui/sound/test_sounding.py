"""The sound of a screen: what plays it, who heard it, and what the header says of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from iomt_tui.alarms.model import Priority, Ref
from iomt_tui.tui.sound.annunciator import Pulse
from iomt_tui.tui.sound.player import LONGEST, Bell, Command
from iomt_tui.tui.sound.sounding import CONFIRMED_FOR, Sounding

REF = Ref("p0", "spo2", "low", 1, 1)
FIRST = Pulse(Priority.HIGH, first=True)


class Clock:
    def __init__(self) -> None:
        self.at = 50.0

    def __call__(self) -> float:
        return self.at


class Made:
    """A player that notes what it was asked for, and may fail."""

    def __init__(self) -> None:
        self.pulses: list[Pulse] = []
        self.works = True

    def play(self, pulse: Pulse) -> bool:
        self.pulses.append(pulse)
        return self.works

    def close(self) -> None:
        return


def made(*, wanted: bool = True) -> tuple[Sounding, Made, Made, Clock]:
    clock, player, fallback = Clock(), Made(), Made()
    return Sounding(player, fallback, clock, lambda: wanted), player, fallback, clock


def test_nothing_plays_where_sound_is_not_wanted_and_the_badge_says_so() -> None:
    sound, player, _, _ = made(wanted=False)
    assert sound.listen({REF: Priority.HIGH}) is None
    assert player.pulses == [] and sound.badge == "AUDIO OFF"


def test_the_badge_goes_when_somebody_heard_it_and_comes_back_after_a_shift() -> None:
    sound, _, _, clock = made()
    assert sound.badge == "AUDIO NOT CONFIRMED"
    sound.heard()
    assert sound.badge == ""
    clock.at += CONFIRMED_FOR
    assert sound.badge == "AUDIO NOT CONFIRMED"


def test_a_player_that_fails_is_replaced_by_the_bell_at_the_same_pulse() -> None:
    sound, player, fallback, _ = made()
    player.works = False
    sound.listen({REF: Priority.HIGH})
    assert fallback.pulses == [FIRST] and sound.badge == "AUDIO FAILED"


def test_the_test_plays_one_burst_also_where_alarms_are_mute() -> None:
    sound, player, _, clock = made(wanted=False)
    wait = sound.test()
    while wait is not None:
        clock.at += max(wait, 0.001)
        wait = sound.turn()
        if clock.at > 60:
            break
    assert len(player.pulses) == 10 and player.pulses[0].first


def test_the_bell_is_one_ring_a_pulse() -> None:
    rung: list[int] = []

    def ring() -> bool:
        rung.append(1)
        return True

    bell = Bell(ring)
    assert bell.play(FIRST) and bell.play(Pulse(Priority.HIGH, first=False)) and len(rung) == 2


def script(tmp_path: Path, body: str) -> list[str]:
    path = tmp_path / "player.py"
    path.write_text(body)
    return [sys.executable, "-S", str(path)]


def test_a_program_plays_a_burst_and_is_told_the_priority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    out = tmp_path / "out"
    body = f"import os, sys; open({str(out)!r}, 'w').write(sys.argv[1] + ' ' + str('SECRET_TOKEN' in os.environ))"
    player = Command(script(tmp_path, body))
    assert player.play(FIRST)
    assert player.play(Pulse(Priority.HIGH, first=False)), "the rest of the burst is the program's"
    assert player._running is not None
    player._running.wait(20)
    assert out.read_text() == "high False"
    assert player.play(FIRST), "it ended well: it plays again"
    player.close()


def test_a_program_that_fails_or_is_missing_is_noticed(tmp_path: Path) -> None:
    assert not Command([str(tmp_path / "nothing")]).play(FIRST)
    player = Command(script(tmp_path, "raise SystemExit(3)"))
    assert player.play(FIRST)
    assert player._running is not None
    player._running.wait(20)
    assert not player.play(FIRST)


def test_one_that_never_ends_is_ended_and_never_doubled(tmp_path: Path) -> None:
    clock = Clock()
    player = Command(script(tmp_path, "import time; time.sleep(600)"), clock)
    assert player.play(FIRST)
    first = player._running
    clock.at += 1
    assert player.play(FIRST) and player._running is first
    clock.at += LONGEST
    assert not player.play(FIRST)
    assert first is not None and first.wait(20) != 0
