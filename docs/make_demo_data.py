"""Records the shifts in ``demo_data/``: the simulated ward through the whole engine. ``python docs/make_demo_data.py``.

The result depends on the simulation and the alarm system alone, so a change of either may change the recordings.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from pathlib import Path
from zlib import crc32
from zoneinfo import ZoneInfo

from iomt_tui.backends.simulated.admission import places
from iomt_tui.backends.simulated.ward import SimulatedWard
from iomt_tui.engine.loop import Engine
from iomt_tui.log.recording import PACKED_ENDING, record
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import draft
from iomt_tui.ward.fold import Ward

TARGET = Path(__file__).resolve().parents[1] / "demo_data"
ZONE = ZoneInfo("Europe/London")
BEDS = 24
HOURS = 8
#: One reading of a bedside monitor in ten seconds: enough to see every course, small enough to ship.
RATE = 0.1
TICK = 5_000
EVERY = 3_600_000  # between two checkpoints: what a seek has to fold at most
NURSES = ("A. Mensah", "J. Kovacs", "S. Lindgren")
SHIFTS = (
    ("day-shift", "day", 7, datetime(2026, 3, 2, 7, 30, tzinfo=ZONE)),
    ("night-shift", "night", 11, datetime(2026, 3, 2, 21, 0, tzinfo=ZONE)),
)


def make(name: str, scenario: str, seed: int, begin: datetime) -> Path:
    """Records one shift and returns its file."""
    start = int(begin.timestamp() * 1000)
    target = TARGET / f"{name}{PACKED_ENDING}"
    with tempfile.TemporaryDirectory() as directory:
        log = SqliteLog(Path(directory) / "ward.db")
        engine = Engine(log)
        body = {
            "name": "Ward 7", "watermark": "DEMO", "source": f"simulated: {scenario}", "tz": str(ZONE), "schema": 1,
            "beds": places(BEDS)[0],
        }  # fmt: skip
        ward = SimulatedWard(beds=BEDS, seed=seed, start=start, scenario=scenario, rate=RATE)
        engine.start(body, start - 3_600_000)
        engine.take_history([(start - 3_600_000, kind, event) for kind, event in ward.events()], TICK)
        engine.take_history(ward.history(1.0, 60.0), 60_000)
        for minute in range(1, HOURS * 60 + 2):
            engine.take_history(ward.advance(start + minute * 60_000), TICK)
            if minute == 1:
                # The recording begins here, every device heard: the hour before is in its first state, as trends.
                log.save_checkpoint(engine.ward.seq, engine.ward.now, engine.ward.checkpoint())
            acknowledge(log, engine, start + minute * 60_000)
        engine.stop(start + (HOURS * 60 + 1) * 60_000)
        log.close()
        done = record(
            Path(directory) / "ward.db", target, since=start + 60_000, batch_ms=2 * TICK, fold=_fold, every_ms=EVERY,
            overwrite=True,
        )  # fmt: skip
    print(f"{target.name}: {done.entries} entries, {done.size / 1e6:.1f} MB", file=sys.stderr)
    return target


def acknowledge(log: SqliteLog, engine: Engine, now: int) -> None:
    """What the nurses of the shift do: every alarm is taken by the one whose bed it is, some minutes after it began."""
    for patient in engine.ward.patients.values():
        for alarm in list(patient.alarms.values()):
            waits = 45_000 * (1 + crc32("/".join(map(str, alarm.ref)).encode()) % 6) * (4 - alarm.priority)
            if alarm.state in ("unack", "latched") and now - alarm.raised >= waits:
                who = NURSES[crc32(patient.id.encode()) % len(NURSES)]
                act = {"op": f"{alarm.ref}", "user": who, "do": "ack", "ref": list(alarm.ref)}
                log.append([draft(now, "act", act)], durable=False)
    engine.follow()


def _fold(state: bytes | None) -> Ward:
    return Ward() if state is None else Ward.restore(state)


if __name__ == "__main__":
    for shift in SHIFTS:
        make(*shift)
