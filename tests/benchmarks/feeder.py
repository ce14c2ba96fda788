"""An engine with a made-up source: N patients with 8 vitals, each once a second, at even distances in time.

``python -m tests.benchmarks.feeder DIRECTORY N [RATE]`` writes a line of JSON on standard output for each value of the
probe patient: ``{"at": monotonic seconds when the log had it, "hr": value}``. Ends with its standard input.
"""

from __future__ import annotations

import random
import select
import sys
import time
from pathlib import Path

import orjson

from iomt_tui.engine.loop import Engine
from iomt_tui.engine.process import log_path
from iomt_tui.log.guard import EngineLock
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Reading

BASE = {"hr": 80, "spo2": 97, "rr": 16, "nibp_sys": 122, "nibp_dia": 76, "temp": 36.9, "glucose": 110, "pi": 3.0}
RANGE = {"hr": (55, 110), "spo2": (94, 100), "rr": (12, 22), "nibp_sys": (100, 150), "nibp_dia": (60, 95),
         "temp": (36.2, 37.9), "glucose": (80, 170), "pi": (1.0, 6.0)}  # fmt: skip
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
        return Reading(patient, f"m-{patient}", at, dict(values), None)


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
    rate = float(sys.argv[3]) if len(sys.argv) > 3 else 1.0
    lock = EngineLock(log_path(ward_dir))
    assert lock.acquire(started=wall())
    engine, walk = Engine(SqliteLog(log_path(ward_dir))), Walk(patients)
    names = list(walk.values)
    engine.start({"name": "Bench", "watermark": "TEST", "source": "bench", "tz": "UTC", "schema": 1}, wall())
    engine.take_history(bodies(patients, wall()), 1000)
    begin, sent = time.monotonic(), 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        due = int((time.monotonic() - begin) * patients * rate)
        at = wall()
        batch = [walk.reading(names[i % patients], at) for i in range(sent, due)]
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
