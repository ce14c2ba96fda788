"""What the engine appends as urgent: everything a person must see at once, nothing that comes every second."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ward_of_one import WARD, T

from iomt_tui.engine.loop import Engine
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import Draft, Entry, Reading, draft


class Noted(MemoryLog):
    """A log in memory that notes which kinds were appended as urgent and which were not."""

    def __init__(self) -> None:
        super().__init__("noted")
        self.urgent: list[str] = []
        self.calm: set[str] = set()

    def append(self, drafts: Sequence[Draft], *, durable: bool = False, urgent: bool = False) -> list[Entry]:
        kinds = [item.kind for item in drafts]
        if urgent:
            self.urgent += kinds
        else:
            self.calm.update(kinds)
        return super().append(drafts, durable=durable)


@pytest.fixture
def log() -> Noted:
    return Noted()


@pytest.fixture
def engine(log: Noted) -> Engine:
    engine = Engine(log)
    engine.start(WARD, T)
    engine.take([(T, "patient", {"id": "p1", "bed": "01"}), (T, "device", {"id": "d1", "patient": "p1"})])
    log.urgent.clear()
    return engine


def spo2(engine: Engine, second: int, value: float) -> None:
    at = T + second * 1_000
    engine.take([(at, "obs", Reading("p1", "d1", at, {"spo2": value}, None))])


def test_an_alarm_is_urgent_and_values_and_ticks_are_not(engine: Engine, log: Noted) -> None:
    for second in range(5):
        spo2(engine, second, 97)
    engine.take([(T + 5_000, "refused", {"source": "d1", "reason": "unit", "patient": "p1", "count": 1})])
    assert log.urgent == []
    assert log.calm == {"device", "obs", "refused", "tick"}
    spo2(engine, 6, 80)
    assert "alarm" in log.urgent and not log.calm & {"alarm"}


def test_answers_suppressions_escalations_and_the_engines_own_word_are_urgent(engine: Engine, log: Noted) -> None:
    spo2(engine, 1, 80)
    acts = (
        {"op": "one", "user": "A", "do": "pause", "patient": "p1", "ms": 60_000},
        {"op": "two", "user": "A", "do": "ack", "ref": ["p1", "spo2", "low", 9, 1]},
        {"op": "three", "user": "A", "do": "pause"},
    )
    for act in acts:
        log.append([draft(T + 2_000, "act", act)], durable=True)
        engine.follow()
    assert log.urgent.count("outcome") == 3
    for second in range(3, 200):
        spo2(engine, second, 80)
    engine.take([(T + 300_000, "discharge", {"id": "p1"})])
    engine.attended(True, T + 301_000)
    engine.stop(T + 302_000)
    told = {"alarm", "suppression", "outcome", "escalation", "discharge", "screens", "engine"}
    assert told <= set(log.urgent)
    assert log.calm == {"act", "device", "obs", "tick"}
