"""A packed recording is checked like any other, and the copy it is unpacked into does not stay."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from log_samples import drafts, in_memory

from iomt_tui.log.api import LogError
from iomt_tui.log.recording import record
from iomt_tui.log.verify import verify


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    return record(in_memory(drafts(50), "shift"), tmp_path / "shift.iomtlog.gz").path


def _left(home: Path) -> list[Path]:
    return [path for path in home.rglob("*.iomtlog*") if path.is_file()]


def test_a_packed_recording_is_verified(packed: Path, own_directories: Path) -> None:
    verdict = verify(packed)
    assert verdict.ok and verdict.words().startswith(f"{packed}: ")
    assert verdict.entries > 0
    assert _left(own_directories) == []


def test_an_edit_inside_of_it_is_found(packed: Path, tmp_path: Path, own_directories: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(gzip.decompress(packed.read_bytes()))
    with closing(sqlite3.connect(plain, isolation_level=None)) as db:
        db.execute("UPDATE entries SET at = at + 1 WHERE seq = 7")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    verdict = verify(packed)
    assert not verdict.ok and "damaged at entry 7" in verdict.words()
    assert _left(own_directories) == []


def test_one_that_was_cut_is_no_verdict(packed: Path, own_directories: Path) -> None:
    packed.write_bytes(packed.read_bytes()[:-200])
    with pytest.raises(LogError, match=r"shift\.iomtlog\.gz"):
        verify(packed)
    assert _left(own_directories) == []
