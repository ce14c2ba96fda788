"""An engine with a made-up source: N patients with 8 vitals, each once a second, at even distances in time.

``python -m tests.benchmarks.feeder DIRECTORY N [RATE [CRISIS]]`` writes a line of JSON on standard output for each
value of the probe patient: ``{"at": monotonic seconds when the log had it, "hr": value}``. With CRISIS, about so many
seconds apart, one patient after the other loses saturation for good; for each alarm of high priority that the engine
decides it writes ``{"at": monotonic seconds when the engine began to append it, "high": such alarms in force}``. Ends
with its standard input.
"""

from __future__ import annotations

import random
import select
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import orjson

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.process import log_path
from iomt_tui.log.guard import EngineLock
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Draft, Entry, Reading

BASE = {"hr": 80, "spo2": 97, "rr": 16, "nibp_sys": 122, "nibp_dia": 76, "temp": 36.9, "glucose": 110, "pi": 3.0}
RANGE = {"hr": (55, 110), "spo2": (94, 100), "rr": (12, 22), "nibp_sys": (100, 150), "nibp_dia": (60, 95),
         "temp": (36.2, 37.9), "glucose": (80, 170), "pi": (1.0, 6.0)}  # fmt: skip
CALM = 8.0  # s before the first crisis
STEP = 0.05  # s between two appends, as the real engine's
PROBE = "bed001"
NAMES = (
    "ABEL", "BERG", "COHEN", "DIAZ", "EVANS", "FOX", "GRAY", "HALL", "IVANOV", "JONES", "KIM", "LOPEZ", "MEYER", "NAGY",
    "OKORO", "PATEL",
)  # fmt: skip


class Walk:
    """Vitals that wander: three of a patient's eight change at each reading."""

    def __init__(self, patients: int, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.values = {f"bed{i:03}": dict(BASE) for i in range(1, patients + 1)}
        self.probes = 0
        self.critical: set[str] = set()

    def reading(self, patient: str, at: int) -> Reading:
        """The next reading of a patient; the probe's heart rate is another at every reading."""
        values = self.values[patient]
        for key in self.random.sample(list(BASE), 3):
            step = self.random.choice((-1, 1)) * (0.1 if key in ("temp", "pi") else 1)
            low, high = RANGE[key]
            values[key] = round(min(high, max(low, values[key] + step)), 1)
        if patient == PROBE:
            self.probes += 1
            values |= {"hr": 60 + self.probes % 45, "spo2": 88}  # an alarm keeps it on top
        if patient in self.critical:
            values["spo2"] = 80
        return Reading(patient, f"m-{patient}", at, dict(values), None)


class Crises:
    """Which patient loses saturation when: the last ones first, at uneven distances in time."""

    def __init__(self, walk: Walk, every: float, begin: float) -> None:
        self._walk, self._every = walk, every
        self._waiting = [patient for patient in walk.values if patient != PROBE]
        self._due = begin + CALM if every else float("inf")

    def readings(self, now: float, at: int) -> list[Reading]:
        """The first reading past its limit of the patient whose crisis begins now, if one does."""
        if now < self._due or not self._waiting:
            return []
        self._due += self._every * self._walk.random.uniform(0.7, 1.3)
        patient = self._waiting.pop()
        self._walk.critical.add(patient)
        return [self._walk.reading(patient, at)]


class NotedLog(SqliteLog):
    """A log that tells when the engine began to append an alarm of high priority."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._high: set[tuple[object, ...]] = set()

    def append(self, drafts: Sequence[Draft], *, durable: bool, urgent: bool = False) -> list[Entry]:
        """Appends, and tells how many such alarms are in force when there are more than ever."""
        begun, before = time.monotonic(), len(self._high)
        entries = super().append(drafts, durable=durable, urgent=urgent)
        for alarm in (Alarm.from_body(entry.data()) for entry in entries if entry.kind == "alarm"):
            if alarm.priority is Priority.HIGH and not alarm.technical and alarm.state != "normal":
                self._high.add(alarm.ref.key)
        if len(self._high) > before:
            sys.stdout.buffer.write(orjson.dumps({"at": begun, "high": len(self._high)}) + b"\n")
        return entries


def bodies(patients: int, at: int) -> list[tuple[int, str, dict[str, object]]]:
    """Patients and their monitors."""
    out: list[tuple[int, str, dict[str, object]]] = []
    for i in range(1, patients + 1):
        name = f"bed{i:03}"
        out.append((at, "patient", {"id": name, "bed": f"{i:03}", "family": NAMES[i % 16], "given": chr(65 + i % 26),
                                    "sex": "F", "born": "1960", "mrn": f"M{i}"}))  # fmt: skip
        out.append((at, "device", {"id": f"m-{name}", "patient": name, "kind": "monitor", "battery": 80, "state": "on",
                                   "periods": dict.fromkeys(BASE, 1.0)}))  # fmt: skip
    return out


def wall() -> int:
    """Log time of the benchmark: the wall clock in ms."""
    return int(time.time() * 1000)


def main() -> None:
    """Feeds until standard input ends."""
    ward_dir, patients = Path(sys.argv[1]), int(sys.argv[2])
    rate, every = (*map(float, sys.argv[3:5]), *(1.0, 0.0)[len(sys.argv[3:5]) :])
    lock = EngineLock(log_path(ward_dir))
    assert lock.acquire(started=wall())
    engine, walk = Engine(NotedLog(log_path(ward_dir))), Walk(patients)
    names = list(walk.values)
    engine.start({"name": "Bench", "watermark": "TEST", "source": "bench", "tz": "UTC", "schema": 1}, wall())
    engine.take_history(bodies(patients, wall()), 1000)
    begin, sent = time.monotonic(), 0
    crises = Crises(walk, every, begin)
    while not select.select([sys.stdin], [], [], 0)[0]:
        due = int((time.monotonic() - begin) * patients * rate)
        at = wall()
        batch = [walk.reading(names[i % patients], at) for i in range(sent, due)]
        batch += crises.readings(time.monotonic(), at)
        sent = due
        engine.take((at, "obs", reading) for reading in batch)
        _tell(batch)
        if at - engine.ticked >= 1000:
            engine.tick(at)
        engine.follow()
        time.sleep(STEP)


def _tell(batch: list[Reading]) -> None:
    now = time.monotonic()
    for reading in batch:
        if reading.patient == PROBE:
            sys.stdout.buffer.write(orjson.dumps({"at": now, "hr": reading.values["hr"]}) + b"\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
