"""Waveforms end to end: a real engine process records them for a screen that asks, and a restart goes on."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from test_process import SPEC, entries, ticks, until

from iomt_tui.engine import process
from iomt_tui.engine.process import log_path
from iomt_tui.log.live import LiveFeed
from iomt_tui.log.verify import verify
from iomt_tui.tui.session import Session
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.story.waves import waves_of


@pytest.fixture
def running() -> Iterator[list[subprocess.Popen[bytes]]]:
    engines: list[subprocess.Popen[bytes]] = []
    yield engines
    for engine in engines:
        engine.kill()
        engine.wait()


def recorded(ward_dir: Path) -> list[Entry]:
    return [e for e in entries(ward_dir) if e.kind == "wave"]


def ask(session: Session, patient: str, op: str = "waves-1") -> None:
    session.acts([{"op": op, "user": "Kim", "do": "waves", "patient": patient, "ms": 20_000}])


def test_a_screen_that_asks_sees_what_the_monitor_sends(tmp_path: Path, running: list[subprocess.Popen[bytes]]) -> None:
    running.append(first := process.spawn(SPEC, tmp_path))
    until(lambda: ticks(tmp_path) >= 8)
    with closing(Session(LiveFeed(log_path(tmp_path)))) as session:
        session.pump()
        patient = next(p.id for p in session.ward.patients.values() if not p.home)
        home = next(p.id for p in session.ward.patients.values() if p.home)
        assert recorded(tmp_path) == []
        ask(session, patient)
        ask(session, home, "waves-2")
        until(lambda: len(recorded(tmp_path)) >= 5)
        while session.pump().more:
            pass
        view = waves_of(session.ward, patient, session.now())
        assert [c.key for c in view.channels] == ["ecg-ii", "pleth", "resp"]
        assert {c.signal.state for c in view.channels} <= {"live", "coming"}
        assert all(len(c.samples) >= 4 * c.hz for c in view.channels)
        assert all(-1_500 < session.now() - c.begins - len(c.samples) * 1000 // c.hz < 2_000 for c in view.channels)
        assert waves_of(session.ward, home, session.now()).why == "no device of this patient sends waveforms"
    assert {e.data()["patient"] for e in recorded(tmp_path)} == {patient}
    times = [e.data()["at"] for e in recorded(tmp_path)]
    assert [b - a for a, b in pairwise(times)] == [1_000] * (len(times) - 1)
    first.kill()
    first.wait()
    _asked_again(tmp_path, running, patient, len(times))
    assert verify(log_path(tmp_path)).ok


def _asked_again(ward_dir: Path, running: list[subprocess.Popen[bytes]], patient: str, before: int) -> None:
    """The next engine does as the log says: whoever asked within the last seconds is still being served, or asks."""
    running.append(process.spawn(replace(SPEC, fresh=False), ward_dir))
    until(lambda: [e.data()["state"] for e in entries(ward_dir) if e.kind == "engine"] == ["started"] * 2)
    with closing(Session(LiveFeed(log_path(ward_dir)))) as session:
        ask(session, patient, "waves-3")
    until(lambda: len(recorded(ward_dir)) >= before + 3)
    ward = Ward()
    ward.apply(entries(ward_dir))
    assert (ward.unreadable, ward.acts) == (0, {})
    assert not any(op.startswith("waves-") for op in ward.outcomes)
