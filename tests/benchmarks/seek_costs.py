"""What it takes to see the whole ward as it stood at any moment of two days."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from iomt_tui.engine.process import log_path
from iomt_tui.log.sqlite import SqliteReader

from .engine_costs import DAY, T, write_day
from .report import Figure

MOMENTS, EARLIER = 24, 16  # in the last 24 hours, and in those before
SPACING, WIDER = 305, 905  # s: a seek folds what came since the checkpoint before: one is kept in 5, later 15 minutes
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
    begin, spent = time.perf_counter(), time.process_time()
    feed.player.seek(at)
    while folding.pump().more: pass
    for patient in folding.ward.ids():  # what the rows of a board draw beside their numbers
        for vital in ("hr", "spo2"):
            folding.ward.spark(patient, vital, 120, 3_600_000, at)
    taken.append(((time.perf_counter() - begin) * 1000, (time.process_time() - spent) * 1000))
    assert len(folding.ward.ids()) == 32 and folding.ward.now <= at < folding.ward.now + 2_000
print(json.dumps(taken))
"""
TRAVEL = """
import json, sys
from pathlib import Path
import iomt_tui.tui.app
from iomt_tui.log.feed import LiveFeed
from iomt_tui.memory import settle
from iomt_tui.tui.session import Session
def resident():
    settle(collect=True)
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024
session = Session(LiveFeed(Path(sys.argv[1])))
while session.pump().more: pass
alone = resident()
for at in json.loads(sys.argv[2]):
    session.travel(at)
    while session.pump().more: pass
    assert session.travelling and len(session.ward.ids()) == len(session.live.ids()) == 32
print(json.dumps((alone, resident())))
"""


def seek() -> Iterator[Figure]:
    """Seeks to random moments in 48 h of 32 beds, until the ward and the sparklines of its board are there.

    Before each of them every reading came by itself, as devices send: 32 entries a second are read and folded.
    """
    chance = random.Random(5)
    late = [chance.randrange(SPACING, DAY) for _ in range(MOMENTS)]
    early = [chance.randrange(WIDER - DAY, -SPACING) for _ in range(EARLIER)]
    apart = {s for m in late for s in range(m - SPACING, m + 1)} | {s for m in early for s in range(m - WIDER, m + 1)}
    with tempfile.TemporaryDirectory() as directory:
        path = log_path(Path(directory))
        write_day(Path(directory), apart=apart, earlier=DAY)
        for when, moments, median, longest in (("24 h", late, None, 300), ("24 to 48 h back", early, 300, 600)):
            yield from _seeks(path, moments, f"{when} of 32 beds: a seek", median, longest)
        alone, beside = _child(TRAVEL, path, early[:3])
        yield Figure("32 beds: memory of a screen without its widgets", alone, "MB")
        yield Figure("32 beds: … with the past beside the present", beside, "MB")
        yield from _checkpoints(path)


def _seeks(path: Path, moments: list[int], name: str, median: float | None, longest: float) -> Iterator[Figure]:
    """Of the clock on the wall, and of the processor beside it, which other work on the machine disturbs less."""
    wall, cpu = (sorted(taken) for taken in zip(*_child(SEEK, path, moments), strict=True))
    yield Figure(f"{name}, median", wall[len(wall) // 2], "ms", median)
    yield Figure(f"{name}, median of the processor", cpu[len(cpu) // 2], "ms")
    yield Figure(f"{name}, the longest", wall[-1], "ms", longest)
    yield Figure(f"{name}, the longest of the processor", cpu[-1], "ms")


def _child(code: str, path: Path, moments: list[int]) -> Any:
    """What a fresh interpreter prints, given the log and moments of it."""
    at = orjson.dumps([T + moment * 1000 for moment in moments]).decode()
    command = [sys.executable, "-c", code, str(path), at]
    return orjson.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def _checkpoints(path: Path) -> Iterator[Figure]:
    reader = SqliteReader(path)
    kept = reader.database.execute(
        "SELECT count(*), sum(length(blob)), at >= ? AS late FROM checkpoints GROUP BY late", (T,)
    )
    for (count, size, _), when in zip(kept.fetchall(), ("24 to 48 h back", "24 h"), strict=True):
        yield Figure(f"{when} of 32 beds: {count} checkpoints on disk", size / 1e6, "MB")
    reader.close()
    yield Figure("48 h of 32 beds: the log on disk", path.stat().st_size / 1e6, "MB")
