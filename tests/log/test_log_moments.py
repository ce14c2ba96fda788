"""A step by event stops at what a timeline tells of: it passes nothing that happened, and no bookkeeping stops it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from iomt_tui.log.api import TOLD, RecordedReader
from iomt_tui.log.chronicles import begun, read_on
from iomt_tui.log.compressed import open_recording
from iomt_tui.log.memory import MemoryLog
from iomt_tui.log.moments import HAPPENED, wanted
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.resources import bundled
from iomt_tui.ward.events import Draft, Entry, draft
from iomt_tui.ward.story.chronicle import Chronicle
from iomt_tui.ward.story.timeline import Category

T = 1_700_000_000_000
SECOND = 1_000
BOOKKEEPING = {"ward", "act", "outcome", "condition", "obs", "past", "refused", "score", "wave", "screens", "notice",
               "link", "write"}  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "stops"), [
    ("tick", {}, False), ("tick", {"gap": 60_000}, True),
    ("notification", {"state": "waiting"}, False), ("notification", {"state": "not-needed"}, False),
    ("notification", {"state": "given-up"}, True), ("notification", [], True),
    ("device", {"id": "d", "battery": 80, "signal": 60, "state": "on"}, False),
    ("device", {"id": "d", "battery": 81, "signal": 60, "state": "charging"}, False),
    ("device", {"id": "d", "battery": 0, "signal": 0, "state": "gone"}, True),
    ("device", {"id": "d", "signal": 60}, False), ("device", {"id": "d", "periods": {"hr": 1}}, False),
    ("device", {"id": "d", "state": "on"}, True), ("device", {"id": "d", "firmware": "2.1"}, True),
    ("device", {"id": "d", "battery": 80, "patient": None}, True),
    ("engine", {"state": "stopped"}, True), ("alarm", {"state": "normal"}, True), ("discharge", {"id": "p"}, True),
    *((kind, {"state": "live"}, False) for kind in sorted(BOOKKEEPING)),
])  # fmt: skip
def test_what_is_a_stop(kind: str, body: Any, stops: bool) -> None:
    made = draft(T, kind, body)
    assert wanted(Entry(1, *made), TOLD) is stops


def made() -> list[Draft]:
    """Six things that happened, among what runs beside them."""
    written: list[tuple[str, Any]] = [
        ("tick", {}), ("note", {"id": "n"}), ("link", {"state": "lost"}), ("act", {"op": "o", "do": "ack"}),
        ("outcome", {"op": "o"}), ("alarm", {"state": "acked"}), ("write", {"state": "confirmed"}), ("tick", {}),
        ("device", {"id": "d", "battery": 80, "state": "on"}), ("device", {"id": "d", "state": "off"}),
        ("screens", {"attended": False}), ("tick", {"gap": 90_000}), ("obs", []), ("patient", {"id": "p"}),
        ("notice", {"text": "x"}), ("suppression", {"what": "pause"}),
    ]  # fmt: skip
    return [draft(T + number * SECOND, kind, body) for number, (kind, body) in enumerate(written)]


@pytest.mark.parametrize("kept", ["memory", "sqlite"])
def test_steps_lead_there_and_back(kept: str, tmp_path: Path) -> None:
    log = MemoryLog("ward") if kept == "memory" else SqliteLog(tmp_path / "ward.iomtlog")
    log.append(made(), durable=False)
    with closing(log):
        there = steps(log, T - 1, later=True)
        assert there == [1, 5, 9, 11, 13, 15]
        assert steps(log, T + 60 * SECOND, later=False) == there[::-1]


def steps(log: RecordedReader, at: int, *, later: bool) -> list[int]:
    found = []
    while (stop := log.moment(at, later=later, kind=TOLD)) is not None:
        at = stop
        found.append((at - T) // SECOND)
    return found


def test_all_that_the_timelines_of_a_shift_tell_is_a_stop_and_hardly_anything_else() -> None:
    """Devices of patients who came or left belong to nobody, so no timeline has them."""
    with closing(open_recording(bundled("demo_data") / "night-shift.iomtlog.gz")) as log:
        start, end = log.span()
        entries = {entry.seq: entry for entry in log.entries(0, log.head().seq)}
        told = {seq for patient in patients(entries.values()) for seq in seen(log, patient, start, end)}
    stops = {seq for seq, entry in entries.items() if wanted(entry, TOLD)}
    assert told <= stops and len(told) > 1_000
    assert {entries[seq].kind for seq in stops - told} <= {"device", "patient"}
    assert len(stops - told) < 20
    assert {entry.kind for entry in entries.values()} - HAPPENED <= BOOKKEEPING


def patients(entries: Any) -> set[str]:
    return {reading[0] for entry in entries if entry.kind == "obs" for reading in entry.data()}


def seen(log: RecordedReader, patient: str, start: int, end: int) -> set[int]:
    """The places of the entries that the patient's timeline tells of."""
    chronicle: Chronicle = begun(log, patient, start)
    read_on(log, chronicle, end)
    untold = (Category.VITALS, Category.SERVER)
    return {int(one.id.split(".")[0]) for one in chronicle.kept if one.category not in untold}
