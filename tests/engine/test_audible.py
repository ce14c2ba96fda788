"""One rule says what sounds: the engine's conditions and a screen's fold agree at every tick (SAFETY H17)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from ward_of_one import T

from iomt_tui.engine.loop import Engine
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import Reading, draft
from iomt_tui.ward.fold import Ward

VITALS = {"spo2": (80.0, 89.0, 97.0), "hr": (35.0, 47.0, 80.0, 125.0, 150.0), "rr": (3.0, 16.0, 33.0)}


def started(log: MemoryLog) -> Engine:
    engine = Engine(log)
    engine.start({"name": "W", "watermark": "TEST", "source": "t", "tz": "UTC", "schema": 1}, T)
    engine.attended(True, T)
    for number in range(3):
        patient, device = f"p{number}", f"d{number}"
        periods = dict.fromkeys(VITALS, 1.0)
        engine.take([
            (T, "patient", {"id": patient, "bed": str(number), "family": "A", "given": "B"}),
            (T, "device", {"id": device, "patient": patient, "kind": "monitor", "periods": periods, "state": "on"}),
        ])  # fmt: skip
    return engine


def action(chance: random.Random, ward: Ward, number: int) -> dict[str, Any] | None:
    """Something that a clinician may do to what is there."""
    patient = f"p{chance.randrange(3)}"
    alarms = [a for a in ward.patients[patient].alarms.values() if a.state in ("unack", "acked", "latched")]
    do = chance.choice(("ack", "shelve", "pause", "standby", "unshelve"))
    body: dict[str, Any] = {"op": str(number), "user": "KIM", "do": do}
    if do in ("pause", "standby"):
        return body | {"patient": patient, "ms": chance.choice((0, 30_000, 120_000)), "reason": "bath"}
    if not alarms:
        return None
    return body | {"ref": list(chance.choice(alarms).ref), "ms": 60_000, "reason": "suction"}


@pytest.mark.parametrize("seed", range(12))
def test_the_engine_and_a_screen_hear_the_same(seed: int) -> None:
    chance, log = random.Random(seed), MemoryLog("test")
    engine, screen = started(log), Ward()
    heard = 0
    for second in range(1, 400):
        at = T + second * 1000
        readings = [
            Reading(f"p{n}", f"d{n}", at, {key: chance.choice(values) for key, values in VITALS.items()}, None)
            for n in range(3)
            if chance.random() < 0.85 and second % 60 < 40
        ]
        engine.take((at, "obs", reading) for reading in readings)
        if chance.random() < 0.2 and (body := action(chance, engine.ward, second)) is not None:
            log.append([draft(at, "act", body)])
            engine.follow()
        engine.tick(at)
        screen.apply(log.read(screen.seq))
        own = {alarm.ref: alarm.priority for alarm in engine.decisions.system.annunciation.audible()}
        assert screen.audible(at) == own
        heard += bool(own)
    assert heard > 50, "the test must hear alarms to prove anything"
