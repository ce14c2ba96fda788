"""SAFETY H7: a source that loses, repeats and reorders readings. No alarm is missed and none is made up."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.source import Arrival
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import Entry, Reading

PATIENTS = 100
SECOND, START = 1_000, 1_772_438_400_000
WRONG = 0.01  # share of readings lost, and repeated, and late
LATE = 3_000  # ms
LONG = 8  # readings of an alarm; of the calm before the next one twice as many at least
CALM, ILL = {"hr": 80.0}, {"hr": 150.0}


def plan(chance: random.Random, seconds: int, alarms: int) -> dict[int, list[int]]:
    """Patient -> the seconds at which an alarm begins."""
    slots = [(patient, at) for patient in range(PATIENTS) for at in range(LONG, seconds - 2 * LONG, 3 * LONG)]
    begins: dict[int, list[int]] = {patient: [] for patient in range(PATIENTS)}
    for patient, at in sorted(chance.sample(slots, alarms)):
        begins[patient].append(at)
    return begins


def arrivals(chance: random.Random, seconds: int, begins: dict[int, list[int]]) -> Iterator[list[Arrival]]:
    """What comes of one reading a second of each patient, second by second."""
    late: dict[int, list[Arrival]] = {}
    ill = {(patient, at + i) for patient, own in begins.items() for at in own for i in range(LONG)}
    for second in range(seconds):
        now = START + second * SECOND
        out = [(now, kind, body) for _, kind, body in late.pop(second, [])]
        for patient in range(PATIENTS):
            reading = Reading(f"p{patient}", f"m{patient}", now, ILL if (patient, second) in ill else CALM, None)
            what = chance.random()
            if what < WRONG:
                continue
            if what < 3 * WRONG:  # late, or once more later
                late.setdefault(second + chance.randint(1, LATE // SECOND), []).append((now, "obs", reading))
            if not WRONG < what < 2 * WRONG:
                out.append((now, "obs", reading))
        yield out


@pytest.mark.parametrize(
    ("events", "alarms"), [(30_000, 100), pytest.param(1_000_000, 1_000, marks=pytest.mark.nightly)]
)
def test_no_alarm_is_missed_and_none_made_up(events: int, alarms: int) -> None:
    chance, seconds = random.Random(events), events // PATIENTS
    begins = plan(chance, seconds, alarms)
    log = MemoryLog("lossy")
    engine = Engine(log)
    engine.start({"name": "W", "watermark": "TEST", "source": "t", "tz": "UTC", "schema": 1}, START)
    for i in range(PATIENTS):
        engine.take([
            (START, "patient", {"id": f"p{i}", "bed": f"{i}", "family": "F", "given": "G", "sex": "F"}),
            (START, "device", {"id": f"m{i}", "patient": f"p{i}", "kind": "monitor", "periods": {"hr": 1.0}}),
        ])  # fmt: skip
    for arrived in arrivals(chance, seconds, begins):
        engine.take(arrived)
    announced = _announced(log.read(0, 10 * events))
    for patient, own in begins.items():
        raised = announced.get(f"p{patient}", [])
        assert len(raised) == len(own), f"patient {patient}"
        for at, began in zip(raised, own, strict=True):
            assert 0 <= at - (START + began * SECOND) <= LATE, f"patient {patient}, second {began}"


def _announced(entries: list[Entry]) -> dict[str, list[int]]:
    """Patient -> log times at which an episode of the high alarm was first announced."""
    first: dict[tuple[str, int], int] = {}
    for entry in entries:
        if entry.kind == "alarm":
            alarm = Alarm.from_body(entry.data())
            if alarm.ref.param == "hr" and alarm.priority is Priority.HIGH:
                first.setdefault((alarm.ref.patient, alarm.ref.episode), entry.at)
    found: dict[str, list[int]] = {}
    for (patient, _), at in sorted(first.items(), key=lambda item: item[1]):
        found.setdefault(patient, []).append(at)
    return found
