"""The engine as a real process: one per ward, alive without screens' help, gone when it should be."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from iomt_tui.engine import process
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.source import open_source, ward_body
from iomt_tui.engine.spec import WardSpec
from iomt_tui.log.growth import Growth
from iomt_tui.log.guard import EngineLock, ScreenPresence
from iomt_tui.log.memory import MemoryLog
from iomt_tui.log.sqlite import SqliteLog, SqliteReader
from iomt_tui.log.verify import verify
from iomt_tui.ward.events import Entry, draft
from iomt_tui.ward.fold import Ward

SPEC = WardSpec(beds=6, history_hours=0.1, ends_with_screens=False)


def until(what: Callable[[], object], seconds: float = 10.0) -> object:
    """Waits until ``what`` is true and returns it."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
    return found


@pytest.fixture
def running() -> Iterator[list[subprocess.Popen[bytes]]]:
    engines: list[subprocess.Popen[bytes]] = []
    yield engines
    for engine in engines:
        engine.kill()
        engine.wait()


def entries(ward_dir: Path) -> list[Entry]:
    path = process.log_path(ward_dir)
    if not path.exists():
        return []
    reader = SqliteReader(path)
    try:
        return reader.read(0)
    finally:
        reader.close()


def ticks(ward_dir: Path) -> int:
    return sum(e.kind == "tick" for e in entries(ward_dir))


def test_it_monitors_acts_and_says_when_it_stops(tmp_path: Path, running: list[subprocess.Popen[bytes]]) -> None:
    running.append(engine := process.spawn(SPEC, tmp_path))
    until(lambda: ticks(tmp_path) >= 8)
    ward = Ward()
    ward.apply(entries(tmp_path))
    assert (len(ward.ids()), ward.watermark, ward.engine) == (6, "DEMO", "started")
    screen = SqliteLog(process.log_path(tmp_path))
    screen.append(
        [draft(ward.now, "act", {"op": "x", "user": "A", "do": "ack", "ref": ["p", "hr", "low", 1, 1]})], durable=True
    )
    outcome = until(lambda: [e for e in entries(tmp_path) if e.kind == "outcome"])
    assert outcome[0].data()["outcome"] == "gone"  # type: ignore[index]
    screen.close()
    engine.send_signal(signal.SIGTERM)
    assert engine.wait(5) == 0
    assert entries(tmp_path)[-1].data() == {"state": "stopped", "version": entries(tmp_path)[-1].data()["version"]}


def test_a_second_engine_leaves_the_ward_to_the_first(tmp_path: Path, running: list[subprocess.Popen[bytes]]) -> None:
    running.append(process.spawn(SPEC, tmp_path))
    until(lambda: ticks(tmp_path) >= 1)
    second = process.spawn(SPEC, tmp_path)
    assert second.wait(10) == 1
    assert sum(e.kind == "engine" for e in entries(tmp_path)) == 1


def test_killed_it_leaves_a_sound_log_and_the_next_one_goes_on(
    tmp_path: Path, running: list[subprocess.Popen[bytes]]
) -> None:
    running.append(first := process.spawn(SPEC, tmp_path))
    until(lambda: ticks(tmp_path) >= 3)
    first.kill()
    first.wait()
    before = entries(tmp_path)
    running.append(process.spawn(replace(SPEC, fresh=False), tmp_path))
    until(lambda: len(entries(tmp_path)) > len(before) + 2)
    after = entries(tmp_path)
    assert after[: len(before)] == before
    assert [e.data()["state"] for e in after if e.kind == "engine"] == ["started", "started"]


def test_a_demo_engine_ends_when_no_screen_is_left(
    tmp_path: Path, running: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "ALONE", 1.0)
    presence = ScreenPresence(process.log_path(tmp_path))
    presence.attach()
    ended: list[int] = []

    def stopping() -> bool:  # the loop asks at every turn: let the screen go after a while
        ended.append(1)
        if len(ended) == 45:
            presence.detach()
        return len(ended) > 200

    assert process.serve(replace(SPEC, ends_with_screens=True), tmp_path, stopping)
    assert 45 < len(ended) < 200
    assert EngineLock(process.log_path(tmp_path)).running() is None


def test_the_engine_takes_nothing_from_the_environment(
    tmp_path: Path, running: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil" / "orjson.py").write_text("raise SystemExit(9)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "evil"))
    monkeypatch.chdir(tmp_path / "evil")
    running.append(engine := process.spawn(SPEC, tmp_path))
    until(lambda: ticks(tmp_path) >= 1)
    assert engine.poll() is None
    assert os.getsid(engine.pid) != os.getsid(0)  # it outlives this terminal


def test_a_damaged_log_is_brought_back_and_everybody_is_told(tmp_path: Path) -> None:
    path, turns = process.log_path(tmp_path), iter(range(10_000))
    assert process.serve(SPEC, tmp_path, lambda: next(turns) > 3)
    sound = len(entries(tmp_path))
    db = sqlite3.connect(path)
    db.execute("UPDATE entries SET body = x'00' WHERE seq = ?", (sound - 2,))
    db.commit()
    db.close()
    turns = iter(range(10_000))
    assert process.serve(replace(SPEC, fresh=False), tmp_path, lambda: next(turns) > 3)
    ward = Ward()
    ward.apply(entries(tmp_path))
    told = [e.data()["notice"] for e in entries(tmp_path) if e.kind == "engine" and e.data().get("notice")]
    assert "THE LOG WAS DAMAGED" in told[0]
    assert verify(path).ok
    assert list(tmp_path.glob("*damaged*"))


def test_the_log_keeps_no_more_than_it_is_told_to(tmp_path: Path) -> None:
    turns = iter(range(10_000))
    assert process.serve(replace(SPEC, history_hours=0.5), tmp_path, lambda: next(turns) > 3)
    turns = iter(range(10_000))
    brief = replace(SPEC, fresh=False, retention_days=0.0)
    assert process.serve(brief, tmp_path, lambda: next(turns) > 3)
    log = SqliteLog(process.log_path(tmp_path))
    base, ward = log.base(), process.reopen(log)
    log.close()
    assert base.seq > 100
    assert len(ward.ids()) == 6  # known from the checkpoint, though their entries are gone
    assert verify(process.log_path(tmp_path)).ok


def test_the_demos_first_moment_has_no_false_alarm_of_a_lost_source() -> None:
    spec, now = WardSpec(), 1_772_438_400_000
    engine, source = Engine(MemoryLog("demo")), open_source(spec, now)
    engine.start(ward_body(spec), now - 7_200_000)
    engine.take_history(source.begin(), tick_every=60_000)
    engine.tick(now)
    lost = [a for p in engine.ward.patients.values() for a in p.alarms.values() if a.ref.kind == "no-data"]
    standing = [alarm for alarm in lost if alarm.state != "normal"]
    assert len(standing) <= 2  # the radio gap that the scenario has
    assert len(lost) <= 4
    engine.take(source.poll(now + 2_000))
    engine.tick(now + 2_000)
    periods = {d: s.periods["hr"] for d, s in engine.ward.devices.items() if "hr" in s.periods}
    assert min(periods.values()) == 1.0  # now they measure as they say


def test_an_action_is_answered_without_waiting_for_the_next_look_at_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([0.0, 0.01, 0.02, 0.06])
    monkeypatch.setattr(process, "boottime", lambda: next(times))
    log = MemoryLog("ward")
    engine = Engine(log)
    engine.start(ward_body(SPEC), 1000)
    answered: list[int] = []

    class Rests(Growth):
        def rest(self, seconds: float) -> None:
            assert seconds == pytest.approx(0.05 - 0.01 * len(answered))
            answered.append(len(engine.ward.outcomes))
            act = {"op": f"o{len(answered)}", "user": "A", "do": "ack", "ref": ["p", "hr", "low", 1, 1]}
            log.append([draft(1000, "act", act)], durable=True)

    with closing(Rests(tmp_path / "none")) as growth:
        process.follow(engine, growth, 0.05)
    assert answered == [0, 1, 2]
    assert set(engine.ward.outcomes) == {"o1", "o2", "o3"}
