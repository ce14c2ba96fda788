"""What it takes to see the whole ward as it stood at any moment of a day."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import orjson

from iomt_tui.engine.process import log_path
from iomt_tui.log.sqlite import SqliteReader

from .engine_costs import DAY, T, write_day
from .report import Figure

MOMENTS = 24
SPACING = 305  # s: a seek folds no more than what came since the checkpoint before, of which one is kept in 5 minutes
SEEK = """
import json, sys, time
from pathlib import Path
from iomt_tui.log.replay import ReplayFeed
from iomt_tui.memory import settle
from iomt_tui.tui.folding import Folding
feed, taken = ReplayFeed(Path(sys.argv[1]), playing=False), []
for at in json.loads(sys.argv[2]):
    folding = Folding(feed)
    folding.pump()  # another moment, so that nothing is at hand
    settle(collect=True)  # as the program does
    begin = time.perf_counter()
    feed.player.seek(at)
    while folding.pump().more: pass
    for patient in folding.ward.ids():  # what the rows of a board draw beside their numbers
        for vital in ("hr", "spo2"):
            folding.ward.spark(patient, vital, 120, 3_600_000, at)
    taken.append((time.perf_counter() - begin) * 1000)
    assert len(folding.ward.ids()) == 32 and folding.ward.now <= at < folding.ward.now + 2_000
print(json.dumps(taken))
"""


def seek() -> Iterator[Figure]:
    """Seeks to random moments in 24 h of 32 beds at 1 Hz, until the ward and the sparklines of its board are there.

    Before each of them every reading came by itself, as devices send: 32 entries a second are read and folded.
    """
    chance = random.Random(5)
    moments = [chance.randrange(SPACING, DAY) for _ in range(MOMENTS)]
    apart = {second for moment in moments for second in range(moment - SPACING, moment + 1)}
    with tempfile.TemporaryDirectory() as directory:
        path = log_path(Path(directory))
        write_day(Path(directory), apart=apart)
        taken = sorted(_seeks(path, [T + moment * 1000 for moment in moments]))
        kept, size = _checkpoints(path)
        whole = path.stat().st_size
    yield Figure("24 h of 32 beds: a seek, median", taken[len(taken) // 2], "ms")
    yield Figure("24 h of 32 beds: a seek, the longest", taken[-1], "ms", 300)
    yield Figure(f"24 h of 32 beds: {kept} checkpoints on disk", size / 1e6, "MB")
    yield Figure("24 h of 32 beds: … of the log", 100 * size / whole, "%")


def _seeks(path: Path, moments: list[int]) -> list[float]:
    """Milliseconds of the clock on the wall for each, in a fresh interpreter."""
    command = [sys.executable, "-c", SEEK, str(path), orjson.dumps(moments).decode()]
    taken: list[float] = orjson.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return taken


def _checkpoints(path: Path) -> tuple[int, int]:
    reader = SqliteReader(path)
    count, size = reader.database.execute("SELECT count(*), sum(length(blob)) FROM checkpoints").fetchone()
    reader.close()
    return count, size
