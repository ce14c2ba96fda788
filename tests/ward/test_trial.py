"""Limits tried on what one patient's vital did: against the limits as they held, read from any log."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomt_tui.clinical.limits import Limit, limits_for
from iomt_tui.engine.loop import Engine
from iomt_tui.log.memory import MemoryLog
from iomt_tui.log.sqlite import SqliteLog, SqliteReader
from iomt_tui.ward.events import Reading
from iomt_tui.ward.trial import DAY, Range, Trial, read_past, trial

T = 1_700_000_000_000
WARD = {"name": "W", "watermark": "TEST", "source": "test", "tz": "UTC", "schema": 1}
USUAL = limits_for(1, False)["spo2"]
LOWER = tuple(x._replace(low=86.0) if x.priority == 2 else x for x in USUAL)
TIGHTER = tuple(x._replace(low=95.0) if x.priority == 2 else x for x in USUAL)


def run(log: SqliteLog | MemoryLog) -> Engine:
    """Ten minutes of 94 %, with twenty seconds of 88 in the middle, and a second patient."""
    engine = Engine(log)
    engine.start(WARD, T)
    for second in range(600):
        at = T + second * 1000
        value = 88.0 if 300 <= second < 320 else 94.0
        engine.take([(at, "obs", Reading(p, f"{p}d", at, {"spo2": value - place * 10, "hr": 80.0}, None))
                     for place, p in enumerate(("p1", "p2"))])  # fmt: skip
    return engine


def tried(log: SqliteReader | MemoryLog, candidates: dict[str, tuple[Limit, ...]], length: int = DAY) -> Trial:
    history = read_past(log, "p1", "spo2", T + 600_000, length)
    return trial(history, "p1", "spo2", candidates)


def test_each_candidate_stands_beside_what_held(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "ward.db")
    run(log)
    log.close()
    reader = SqliteReader(tmp_path / "ward.db")
    found = tried(reader, {"lower": LOWER, "tighter": TIGHTER, "as it is": USUAL})
    reader.close()
    assert {name: (c.today.alarms, c.candidate.alarms, len(c.missed)) for name, c in found.compared.items()} == {
        "lower": (1, 0, 1), "tighter": (1, 1, 0), "as it is": (1, 1, 0),
    }  # fmt: skip
    assert found.compared["tighter"].candidate.minutes == pytest.approx(10, abs=0.2)
    assert found.compared["as it is"].candidate == found.compared["as it is"].today
    assert found.range == Range(88.0, 94.0, 94.0, 94.0, T + 599_000)
    assert (found.start, found.end) == (T, T + 600_000)


def test_read_from_extracts_it_is_the_same(tmp_path: Path) -> None:
    log, memory = SqliteLog(tmp_path / "ward.db"), MemoryLog("test")
    engine = run(log)
    run(memory)
    log.save_checkpoint(engine.ward.seq, engine.ward.now, engine.ward.checkpoint())
    (part,) = log.read_patient("p1", 0, engine.ward.seq)
    assert (len(part.rows), sum(entry.kind == "obs" for entry in part.entries)) == (600, 0)
    candidates = {"lower": LOWER, "tighter": TIGHTER, "as it is": USUAL}
    assert tried(log, candidates) == tried(memory, candidates)
    log.close()


def test_it_begins_at_the_checkpoint_before_what_is_looked_at(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "ward.db")
    engine = run(log)
    log.save_checkpoint(engine.ward.seq, engine.ward.now, engine.ward.checkpoint())
    for second in range(600, 660):
        at = T + second * 1000
        engine.take([(at, "obs", Reading("p1", "p1d", at, {"spo2": 97.0}, None))])
    history = read_past(log, "p1", "spo2", T + 660_000, 60_000)
    found = trial(history, "p1", "spo2", {"as it is": USUAL})
    log.close()
    assert found.range == Range(97.0, 97.0, 97.0, 97.0, T + 659_000)
    assert found.compared["as it is"].today.alarms == 0


def test_the_median_counts_time_and_not_readings() -> None:
    log = MemoryLog("test")
    engine = Engine(log)
    engine.start(WARD, T)
    for second in (0, 1, 2, 3, 4, 5, 6):
        at = T + second * 1000
        engine.take([(at, "obs", Reading("p1", "d", at, {"spo2": 90.0 + second % 2}, None))])
    engine.take([(T + 7_000 + s, "obs", Reading("p1", "d", T + 7_000 + s, {"spo2": 97.0}, None)) for s in (0, 9_000)])
    found = tried(log, {})
    assert found.range is not None
    assert (found.range.median, found.range.lowest) == (97.0, 90.0)


def test_what_was_never_measured_has_no_range_and_nothing_to_compare() -> None:
    log = MemoryLog("test")
    run(log)
    history = read_past(log, "p1", "rr", T + 600_000)
    assert trial(history, "p1", "rr", {"x": USUAL}) == Trial("rr", T, T + 600_000, None, {})
    assert trial(history, "nobody", "rr", {"x": USUAL}).range is None
