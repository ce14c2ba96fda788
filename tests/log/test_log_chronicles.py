"""The events of a patient out of a log file: from a checkpoint and its extracts, and on from there."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from log_samples import raw

from iomt_tui.log.api import DamagedLogError
from iomt_tui.log.chronicles import begun, read_on, told
from iomt_tui.log.memory import MemoryLog
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Draft, draft
from iomt_tui.ward.fold import Ward

T = 1_700_000_000_000
MINUTE = 60_000


def shift(minutes: int) -> list[Draft]:
    """A note every ten minutes, a move to another bed every half hour, values and ticks between."""
    made = [draft(T, "ward", {"name": "W", "watermark": "TEST", "source": "t"}),
            draft(T, "patient", {"id": "p1", "bed": "0"})]  # fmt: skip
    for minute in range(minutes):
        at = T + minute * MINUTE
        made += [draft(at, "obs", [["p1", "d1", at, {"hr": 80.0}, None]]), draft(at, "tick", {})]
        if minute % 10 == 9:
            made.append(draft(at, "note", {"id": f"n{minute}", "patient": "p1", "text": "x", "at": at, "by": "Kim"}))
        if minute % 30 == 29:
            made.append(draft(at, "patient", {"id": "p1", "bed": str(minute)}))
    return made


def save(log: SqliteLog, *minutes: int) -> None:
    """A checkpoint after each of these minutes."""
    ward, entries = Ward(), log.read(0)
    for minute in minutes:
        ward.apply(one for one in entries if ward.seq < one.seq and one.at <= T + minute * MINUTE)
        log.save_checkpoint(ward.seq, ward.now, ward.checkpoint())


@pytest.fixture
def log(tmp_path: Path) -> SqliteLog:
    log = SqliteLog(tmp_path / "w.iomtlog")
    log.append(shift(120), durable=False)
    save(log, 40, 80, 110)
    return log


def test_a_file_says_what_memory_says(log: SqliteLog) -> None:
    memory = MemoryLog("test")
    memory.append(shift(120))
    end = T + 119 * MINUTE
    with closing(log):
        assert told(log, "p1", T, end) == told(memory, "p1", T, end)
        assert len(told(log, "p1", T, end).events) == 1 + 12 + 4


def test_a_later_stretch_begins_with_what_stood_before(log: SqliteLog) -> None:
    with closing(log):
        found = told(log, "p1", T + 50 * MINUTE, T + 119 * MINUTE)
        assert {one.before for one in found.events if one.about == "bed"} == {"29", "59", "89"}
        assert [one.what for one in found.events].count("admitted") == 0
        assert min(one.at for one in found.events) == T + 59 * MINUTE
        assert found.begins == T


def test_it_reads_on_as_the_log_grows_and_never_twice(log: SqliteLog) -> None:
    with closing(log):
        chronicle = begun(log, "p1", T)
        for minute in (35, 36, 79, 79, 119):
            read_on(log, chronicle, T + minute * MINUTE)
        assert chronicle.so_far() == told(log, "p1", T, T + 119 * MINUTE)
        later = T + 130 * MINUTE
        log.append([draft(later, "note", {"id": "late", "patient": "p1", "text": "x", "at": later})], durable=False)
        read_on(log, chronicle, later)
        assert chronicle.kept[-1].record == "late"


def test_it_can_be_given_up(log: SqliteLog) -> None:
    with closing(log):
        chronicle = begun(log, "p1", T)
        read_on(log, chronicle, T + 119 * MINUTE, lambda: False)
        assert not chronicle.kept
        read_on(log, chronicle, T + 119 * MINUTE)
        assert len(chronicle.kept) == 17


def test_what_was_changed_since_the_last_checkpoint_is_found_out(log: SqliteLog) -> None:
    with closing(log):
        with raw(log.path) as db:
            db.execute("UPDATE entries SET body = ? WHERE seq = 250", (b'{"gap": 7}',))
        with pytest.raises(DamagedLogError):
            told(log, "p1", T, T + 119 * MINUTE)


def test_a_checkpoint_of_no_use_costs_time_and_nothing_else(log: SqliteLog) -> None:
    with closing(log):
        log.save_checkpoint(log.read(0)[-1].seq, T + 119 * MINUTE, b"no ward")
        end = T + 150 * MINUTE
        log.append([draft(end, "note", {"id": "late", "patient": "p1", "text": "x", "at": end})], durable=False)
        assert [one.record for one in told(log, "p1", T + 140 * MINUTE, end).events] == ["late"]
