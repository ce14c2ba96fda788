"""Waveforms, and asking for them, are no event that a step through the log stops at, and they are in no extract."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomt_tui.log.api import ANNOUNCED, TOLD
from iomt_tui.log.memory import MemoryLog
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Draft, draft
from iomt_tui.ward.extract import extract

T = 1_700_000_000_000


def wave(at: int) -> Draft:
    channel = {"hz": 2, "unit": "%", "samples": [1, 2]}
    return draft(at, "wave", {"patient": "p1", "device": "d1", "at": at, "channels": {"pleth": channel}})


def written() -> list[Draft]:
    return [
        draft(T, "note", {"id": "n"}),
        draft(T + 1, "act", {"op": "waves-1", "do": "waves"}),
        draft(T + 2, "outcome", {"op": "waves-1", "outcome": "applied"}),
        wave(T + 3),
        draft(T + 6, "alarm", {"state": "acked"}),
        draft(T + 7, "alarm", {"state": "unack"}),
    ]


@pytest.mark.parametrize("kept", ["memory", "sqlite"])
def test_a_step_passes_them_by(kept: str, tmp_path: Path) -> None:
    log = MemoryLog("ward") if kept == "memory" else SqliteLog(tmp_path / "ward.db")
    log.append(written(), durable=False)
    assert log.moment(T, later=True, kind=TOLD) == T + 6
    assert log.moment(T + 6, later=False, kind=TOLD) == T
    assert log.moment(T, later=True, kind=ANNOUNCED) == T + 7
    assert log.moment(T, later=True, kind="wave") == T + 3
    log.close()


def test_an_extract_is_as_large_without_them() -> None:
    log = MemoryLog("ward")
    log.append([draft(T, "note", {"id": "n"})], durable=False)
    without = extract(log.read(0))
    log.append([wave(T + s * 1000) for s in range(100)], durable=False)
    assert extract(log.read(0)) == without
