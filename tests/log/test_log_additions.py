"""Checkpoints that are kept as what they add to a whole one: given back with it, and of no use without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from log_samples import drafts, in_memory, log_of, raw

from iomt_tui.log.api import LogError
from iomt_tui.log.recovery import recover
from iomt_tui.log.retention import drop_before
from iomt_tui.log.sqlite import SqliteLog

MINUTE = 60_000


def additions(log: SqliteLog) -> None:
    """After 20 entries a second apart: whole states at 5 and 15, and what others add to them."""
    for seq, blob, upon in (
        (5, b"five", None),
        (8, b"+8 ", 5),
        (12, b"+12 ", 5),
        (15, b"fifteen", None),
        (18, b"+18 ", 15),
    ):
        log.save_checkpoint(seq, seq * 1_000, blob, upon)


def blobs(log: SqliteLog) -> list[bytes]:
    """What is found at each of the entries with a state."""
    found = (log.checkpoint(seq * 1_000) for seq in (5, 8, 12, 15, 18))
    return [b"" if one is None else one.blob for one in found]


def test_an_addition_is_given_back_with_what_it_adds_to(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(20)) as log:
        additions(log)
        assert blobs(log) == [b"five", b"+8 five", b"+12 five", b"fifteen", b"+18 fifteen"]
        with raw(log.path) as db:
            sizes = dict(db.execute("SELECT seq, length(blob) FROM checkpoints"))
        assert sizes[15] == len(b"fifteen") and sizes[18] < 50
    memory = in_memory(drafts(20), "memory")
    memory.save_checkpoint(5, 5_000, b"five")
    memory.save_checkpoint(8, 8_000, b"+8 ", 5)
    found = memory.checkpoint()
    assert found is not None and found.blob == b"+8 five"


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("DELETE FROM checkpoints WHERE seq = 15", [b"five", b"+8 five", b"+12 five", b"+12 five", b"+12 five"]),
        ("UPDATE checkpoints SET blob = 'text' WHERE seq = 5", [b"", b"", b"", b"fifteen", b"+18 fifteen"]),
        (
            "UPDATE checkpoints SET blob = (SELECT blob FROM checkpoints WHERE seq = 8) WHERE seq = 18",
            [b"five", b"+8 five", b"+12 five", b"fifteen", b"fifteen"],
        ),
        (
            "UPDATE checkpoints SET blob = substr(blob, 1, 40) WHERE seq = 18",
            [b"five", b"+8 five", b"+12 five", b"fifteen", b"fifteen"],
        ),
    ],
)
def test_what_lost_its_whole_or_was_changed_is_passed_over(tmp_path: Path, harm: str, found: list[bytes]) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(20)) as log:
        additions(log)
        with raw(log.path) as db:
            db.execute(harm)
        assert blobs(log) == found


def test_an_addition_is_bound_to_the_very_state_it_adds_to(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(20)) as log:
        additions(log)
        log.save_checkpoint(15, 15_000, b"another fifteen")
        assert blobs(log)[3:] == [b"another fifteen", b"another fifteen"]
        with pytest.raises(LogError, match="no checkpoint at entry 7"):
            log.save_checkpoint(19, 19_000, b"+19 ", 7)


def test_thinning_keeps_what_others_add_to(tmp_path: Path) -> None:
    """Of five minutes in which an engine began anew the first state is kept, and the whole one of the new engine."""
    with log_of(tmp_path / "w.iomtlog", drafts(40, step=MINUTE, start=5 * MINUTE)) as log:
        at = {entry.seq: entry.at for entry in log.read(0)}
        log.save_checkpoint(1, at[1], b"one")
        log.save_checkpoint(3, at[3], b"+3 ", 1)
        log.save_checkpoint(4, at[4], b"four")
        log.save_checkpoint(9, at[9], b"+9 ", 4)
        log.save_checkpoint(40, at[40], b"forty")
        with raw(log.path) as db:
            assert [seq for (seq,) in db.execute("SELECT seq FROM checkpoints ORDER BY seq")] == [1, 4, 9, 40]
        found = log.checkpoint(at[10])
        assert found is not None and found.blob == b"+9 four"


def test_what_is_dropped_is_cut_at_a_whole_one(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(20)) as log:
        additions(log)
        assert drop_before(log, 13_000) == 5
        assert blobs(log) == [b"five", b"+8 five", b"+12 five", b"fifteen", b"+18 fifteen"]
        assert drop_before(log, 19_000) == 10
        assert blobs(log) == [b"", b"", b"", b"fifteen", b"+18 fifteen"]


def test_a_repaired_log_keeps_them(tmp_path: Path) -> None:
    with log_of(tmp_path / "w.iomtlog", drafts(20)) as log:
        additions(log)
        path = log.path
    with raw(path) as db:
        db.execute("UPDATE entries SET body = 'x' WHERE seq = 20")
    assert recover(path) is not None
    with log_of(path) as log:
        assert blobs(log) == [b"five", b"+8 five", b"+12 five", b"fifteen", b"+18 fifteen"]
