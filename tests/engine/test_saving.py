"""States of the ward in its log: whole once in an hour, and between as what has come since."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iomt_tui.engine.loop import Engine
from iomt_tui.engine.saving import HOUR, Saving
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.checkpoint import dump, load
from iomt_tui.ward.events import Reading

MINUTE = 60_000
START = 500_000 * HOUR
WARD = {"name": "W", "watermark": "TEST", "source": "test", "tz": "UTC", "schema": 1}


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(tmp_path / "ward.db")
    yield log
    log.close()


@pytest.fixture
def engine(log: SqliteLog) -> Engine:
    engine = Engine(log)
    engine.start(WARD, START)
    bodies = (("patient", {"id": "p", "bed": "1"}), ("device", {"id": "d", "kind": "monitor", "patient": "p"}))
    engine.take((START, kind, body) for kind, body in bodies)
    return engine


def monitored(engine: Engine, minutes: int) -> None:
    """A reading a minute."""
    begin = engine.ward.now
    for n in range(1, minutes + 1):
        at = begin + n * MINUTE
        engine.take([(at, "obs", Reading("p", "d", at, {"hr": 60.0 + at // MINUTE * 7 % 31}, None))])


def kept(log: SqliteLog) -> list[bool]:
    """Of each state in the log, oldest first, whether it stands for itself."""
    seqs = [seq for (seq,) in log.database.execute("SELECT seq FROM checkpoints ORDER BY seq")]
    places = [log.database.execute("SELECT at FROM checkpoints WHERE seq = ?", (seq,)).fetchone()[0] for seq in seqs]
    whole = [log.whole_checkpoint(at) for at in places]
    return [found is not None and found.seq == seq for found, seq in zip(whole, seqs, strict=True)]


def resumed(log: SqliteLog) -> bytes:
    """The state that whoever opens the log begins from."""
    found = log.checkpoint()
    assert found is not None
    return dump(load(found.blob))


def test_the_first_of_an_hour_is_whole_and_each_is_what_the_ward_is(engine: Engine, log: SqliteLog) -> None:
    saving = Saving(log)
    for _ in range(18):
        monitored(engine, 5)
        saving.save(engine.ward)
        assert resumed(log) == dump(engine.ward)
    assert kept(log) == [True, *[False] * 10, True, *[False] * 6]


def test_a_new_engine_and_whoever_asks_for_it_begin_with_a_whole_one(engine: Engine, log: SqliteLog) -> None:
    first, second = Saving(log), Saving(log)
    for saving, whole in ((first, False), (first, False), (second, False), (second, True), (second, False)):
        monitored(engine, 5)
        saving.save(engine.ward, whole=whole)
    assert kept(log) == [True, False, True, True, False]
    assert resumed(log) == dump(engine.ward)


def test_what_was_added_to_may_go(engine: Engine, log: SqliteLog) -> None:
    saving = Saving(log)
    for _ in range(2):
        monitored(engine, 5)
        saving.save(engine.ward)
        assert kept(log) == [True]
        assert resumed(log) == dump(engine.ward)
        log.database.execute("DELETE FROM checkpoints")


def test_where_nothing_has_come_nothing_is_kept_anew(engine: Engine, log: SqliteLog) -> None:
    saving = Saving(log)
    monitored(engine, 5)
    for _ in range(2):
        saving.save(engine.ward)
        assert kept(log) == [True]
