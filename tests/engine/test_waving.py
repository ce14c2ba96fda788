"""Waveforms are recorded for those whom a screen asked for, as long as it asks, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from ward_of_one import DEVICE, PATIENT, WARD, T

from iomt_tui.engine.loop import Engine
from iomt_tui.engine.source import SimulatedSource, WaveSource
from iomt_tui.engine.spec import WardSpec
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.checkpoint import dump, load
from iomt_tui.ward.events import MAY_WAIT, Entry, draft

OTHER = PATIENT | {"id": "p2", "bed": "02", "family": "BERG"}
SECOND = 1_000


class Waver:
    """A source with a piece for each whole second of everybody but p2."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int, int]] = []
        self.broken: dict[str, Any] = {}

    def no_waves(self, patient: str) -> str:
        return "no device of this patient sends waveforms" if patient == "p2" else ""

    def waves(self, patient: str, after: int, to: int) -> list[dict[str, Any]]:
        self.asked.append((patient, after, to))
        return [self._piece(patient, at) for at in range(after // SECOND * SECOND, to, SECOND) if after < at + 1 <= to]

    def _piece(self, patient: str, at: int) -> dict[str, Any]:
        channel = {"hz": 50, "unit": "%", "samples": [1] * 50}
        return {"patient": patient, "device": "d1", "at": at, "channels": {"pleth": channel}} | self.broken


def ward_with(source: WaveSource | None) -> tuple[Engine, MemoryLog]:
    log = MemoryLog("ward")
    engine = Engine(log, waves=source)
    engine.start(WARD, T)
    engine.take([(T, "patient", PATIENT), (T, "patient", OTHER), (T, "device", DEVICE)])
    return engine, log


def ask(engine: Engine, log: MemoryLog, at: int = T, *, op: str = "waves-1", **more: Any) -> dict[str, Any]:
    """What is answered to somebody who asks."""
    body = {"op": op, "user": "Kim", "do": "waves", "patient": "p1", "ms": 30_000} | more
    log.append([draft(at, "act", body)], durable=True)
    engine.follow()
    answers: list[dict[str, Any]] = [e.data() for e in log.read(0) if e.kind == "outcome"]
    assert len(answers) == sum(e.kind == "act" for e in log.read(0))
    return answers[-1]


def waves(log: MemoryLog) -> list[Entry]:
    return [e for e in log.read(0) if e.kind == "wave"]


def run(engine: Engine, start: int, seconds: int) -> None:
    """The engine's turns, twenty a second."""
    for at in range(start, start + seconds * SECOND, 50):
        engine.take_waves(at)
        if at % SECOND == 0:
            engine.tick(at)


def test_nobody_asked_and_nothing_is_recorded() -> None:
    source = Waver()
    engine, log = ward_with(source)
    run(engine, T, 5)
    assert (waves(log), source.asked) == ([], [])


def test_what_is_asked_for_is_recorded_once_a_second_until_the_time_is_over() -> None:
    engine, log = ward_with(Waver())
    assert ask(engine, log)["outcome"] == "applied"
    run(engine, T, 60)
    times = [e.data()["at"] for e in waves(log)]
    assert times == [T + s * SECOND for s in range(30)] or times == [T + s * SECOND for s in range(1, 31)]
    assert {e.data()["patient"] for e in waves(log)} == {"p1"}
    assert engine.ward.leases == {}


def test_asked_for_again_it_goes_on_without_a_gap_and_later_it_begins_anew() -> None:
    engine, log = ward_with(Waver())
    ask(engine, log)
    run(engine, T, 20)
    ask(engine, log, T + 20 * SECOND, op="waves-2")
    run(engine, T + 20 * SECOND, 100)
    times = [e.data()["at"] for e in waves(log)]
    assert times == list(range(times[0], times[0] + 50 * SECOND, SECOND))
    ask(engine, log, T + 120 * SECOND, op="waves-3")
    run(engine, T + 120 * SECOND, 3)
    assert waves(log)[50].data()["at"] >= T + 119 * SECOND  # nothing of the time in which nobody asked


@pytest.mark.parametrize(
    ("more", "outcome", "why"),
    [
        ({"patient": "p2"}, "refused", "no device of this patient sends waveforms"),
        ({"patient": "p9"}, "gone", ""),
        ({"ms": 60_001}, "refused", "waveforms are asked for again within 60 s"),
        ({"ms": 0}, "refused", "waveforms are asked for again within 60 s"),
        ({"ms": "long"}, "refused", "not understood"),
        ({"patient": None}, "refused", "not understood"),
    ],
)
def test_who_cannot_have_them_is_told_why(more: dict[str, Any], outcome: str, why: str) -> None:
    engine, log = ward_with(Waver())
    answer = ask(engine, log, **more)
    assert (answer["outcome"], answer["why"]) == (outcome, why)
    run(engine, T, 3)
    assert waves(log) == []


def test_a_source_without_waveforms_says_so() -> None:
    engine, log = ward_with(None)
    assert ask(engine, log)["why"] == "this source has no waveforms"
    assert engine.ward.leases["p1"].why == "this source has no waveforms"
    run(engine, T, 3)


@pytest.mark.parametrize(
    "broken", [{"patient": "p9"}, {"channels": {}}, {"at": None}, {"channels": {"pleth": {"hz": 50}}}]
)
def test_what_is_no_wave_is_counted_and_not_in_the_log(broken: dict[str, Any]) -> None:
    source = Waver()
    engine, log = ward_with(source)
    source.broken = broken
    ask(engine, log)
    run(engine, T, 3)
    assert waves(log) == []
    assert [e.data()["what"] for e in log.read(0) if e.kind == "refused"][:1] == ["wave"]


def test_an_act_that_an_earlier_engine_left_is_answered() -> None:
    engine, log = ward_with(Waver())
    body = {"op": "waves-1", "user": "Kim", "do": "waves", "patient": "p1", "ms": 30_000}
    log.append([draft(T, "act", body)], durable=True)
    engine.ward.apply(log.read(engine.ward.seq))
    again = Engine(log, load(dump(engine.ward)), waves=Waver())
    again.follow()
    assert [e.data()["outcome"] for e in log.read(0) if e.kind == "outcome"] == ["applied"]


def test_they_ring_no_bell() -> None:
    assert "wave" in MAY_WAIT


def test_the_simulated_ward_has_waveforms_in_real_time_only() -> None:
    slow, fast = (SimulatedSource(WardSpec(beds=3, speed=speed), T) for speed in (1.0, 60.0))
    assert isinstance(slow, WaveSource)
    assert slow.no_waves("sim-0001") == ""
    assert "60 times" in fast.no_waves("sim-0001")
    assert len(slow.waves("sim-0001", T, T + 10_000)) in (8, 9, 10)
