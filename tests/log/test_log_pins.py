"""My patients outlive a restart: ids only, for the owner's eyes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from iomt_tui.log.api import LogError
from iomt_tui.log.pins import PINS, PinFile


def test_ids_come_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / PINS
    assert PinFile(path).load() == frozenset()
    PinFile(path).save({"p2", "p1", 'p"3\n'})
    assert PinFile(path).load() == {"p1", "p2", 'p"3\n'}
    PinFile(path).save(())
    assert PinFile(path).load() == frozenset()
    assert [file.name for file in path.parent.iterdir()] == [PINS]


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        PinFile(tmp_path / "ward" / PINS).save({"p1"})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "ward" / PINS).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "ward").stat().st_mode) == 0o700


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": 1}', b"3", b"\xff"])
def test_a_file_that_is_none_of_ours_pins_nobody(content: bytes, tmp_path: Path) -> None:
    (tmp_path / PINS).write_bytes(content)
    assert PinFile(tmp_path / PINS).load() == frozenset()


def test_what_is_no_id_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / PINS).write_bytes(b'["p1", 3, null, ["p2"]]')
    assert PinFile(tmp_path / PINS).load() == {"p1"}


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b'["p1"]')
    (tmp_path / PINS).symlink_to(tmp_path / "elsewhere")
    assert PinFile(tmp_path / PINS).load() == frozenset()


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LogError):
        PinFile(tmp_path / "file" / PINS).save({"p1"})
