"""What the engine does on one core, and what a day of a ward costs to open."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Container, Iterator
from pathlib import Path

from iomt_tui.clinical.placing import place_many
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.process import log_path
from iomt_tui.engine.saving import Saving
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Reading

from .feeder import Walk, bodies
from .report import Figure

T = 1_700_000_000_000
WARD = {"name": "Bench", "watermark": "TEST", "source": "bench", "tz": "UTC", "schema": 1}
DAY = 86_400
OPEN = """
import sys, time
from pathlib import Path
t = time.process_time()
{body}
seconds = time.process_time() - t
status = Path("/proc/self/status").read_text()  # getrusage would tell of the process that started this one, too
print(seconds, status.partition("VmHWM:")[2].split()[0])
"""
ENGINE = """
from iomt_tui.engine.process import log_path, reopen
from iomt_tui.log.sqlite import SqliteLog
ward = reopen(SqliteLog(log_path(Path(sys.argv[1]))))
assert len(ward.ids()) == 32
"""
SCREEN = """
import iomt_tui.tui.app
from iomt_tui.engine.process import log_path
from iomt_tui.log.feed import LiveFeed
from iomt_tui.tui.session import Session
session = Session(LiveFeed(log_path(Path(sys.argv[1]))))
while session.pump().more: pass
assert len(session.ward.ids()) == 32
"""


def throughput() -> Iterator[Figure]:
    """Observations a second through one core: placed, logged, folded, judged by the alarm system."""
    walk, second = Walk(32), 1000
    groups = [[walk.reading(p, T + s * second) for p in walk.values] for s in range(300)]
    with tempfile.TemporaryDirectory() as directory:
        engine = Engine(SqliteLog(log_path(Path(directory))))
        engine.start(WARD, T)
        engine.take(bodies(32, T))
        begin = time.process_time()
        for group in groups:
            engine.take((r.observed_at, "obs", _placed(r)) for r in group)
        passed = time.process_time() - begin
    yield Figure(
        "engine: observations accepted, logged, folded, judged", 300 * 32 * 8 / passed, "per s", 50_000, least=True
    )


def _placed(reading: Reading) -> Reading:
    values, flags = place_many(reading.values)
    return reading._replace(values=values, flags=flags)


def a_day() -> Iterator[Figure]:
    """24 hours of 32 beds at 1 Hz: opening them, and the memory they take."""
    with tempfile.TemporaryDirectory() as directory:
        ward_dir = Path(directory)
        write_day(ward_dir)
        size = log_path(ward_dir).stat().st_size
        engine, engine_memory = _open(ENGINE, ward_dir)
        screen, screen_memory = _open(SCREEN, ward_dir)
    yield Figure("24 h of 32 beds: log on disk", size / 1e6, "MB")
    yield Figure("24 h of 32 beds: the engine opens it", engine, "s", 2)
    yield Figure("24 h of 32 beds: memory of the engine", engine_memory, "MB", 150)
    yield Figure("24 h of 32 beds: a screen opens it", screen, "s", 2)
    yield Figure("24 h of 32 beds: memory of the screen", screen_memory, "MB", 120)


def write_day(ward_dir: Path, beds: int = 32, apart: Container[int] = (), earlier: int = 0) -> None:
    """A log of 24 hours at 1 Hz: an entry a second, and in the seconds ``apart`` one for each reading.

    Of ``earlier`` seconds before, one in ten has readings, and those ``apart``: what the ward keeps of them is as much.
    """
    walk = Walk(beds)
    log = SqliteLog(log_path(ward_dir))
    engine, saving = Engine(log), Saving(log)
    begin = T - earlier * 1000
    engine.start(WARD, begin)
    engine.take(bodies(beds, begin))
    for second in range(-earlier, DAY):
        if second < 0 and second % 10 and second not in apart:
            continue
        at = T + second * 1000
        step = 1000 // beds if second in apart else 0
        engine.take([(at + i * step, "obs", walk.reading(p, at + i * step)) for i, p in enumerate(walk.values)])
        if second % 300 == 0:  # as the engine does; the last one leaves five minutes to fold
            saving.save(engine.ward)
    log.close()


def _open(body: str, ward_dir: Path) -> tuple[float, float]:
    """Processor seconds and peak megabytes of a fresh interpreter that opens the log."""
    code = OPEN.format(body=body)
    out = subprocess.run([sys.executable, "-c", code, str(ward_dir)], capture_output=True, text=True, check=True).stdout
    seconds, kilobytes = out.split()
    return float(seconds), int(kilobytes) / 1024
