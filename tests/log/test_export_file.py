"""A file that leaves the program is private, whole, and in nobody's place."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from iomt_tui.log.api import LogError
from iomt_tui.log.export_file import export_file, free_name

posix = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")


@pytest.fixture(autouse=True, params=[True, False], ids=["nameless", "part"])
def nameless(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Where the system has files without a name, and where it has none."""
    if not request.param:
        monkeypatch.setattr(os, "O_TMPFILE", 0, raising=False)
    elif not getattr(os, "O_TMPFILE", 0):
        pytest.skip("no files without a name here")
    return bool(request.param)


@posix
def test_it_has_its_name_only_when_it_is_kept_and_is_private_under_any_umask(tmp_path: Path, nameless: bool) -> None:
    place, before = tmp_path / "a" / "b", os.umask(0)
    try:
        with export_file(place, "x.csv", b"1,2\r\n") as file:
            assert not file.path.exists()
            there = list(place.iterdir())
            assert [stat.S_IMODE(path.stat().st_mode) for path in there] == ([] if nameless else [0o600])
            file.keep()
    finally:
        os.umask(before)
    assert [path.name for path in place.iterdir()] == ["x.csv"]
    assert file.path.read_bytes() == b"1,2\r\n"
    assert (file.size, file.sha256) == (5, hashlib.sha256(b"1,2\r\n").hexdigest())
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600 and stat.S_IMODE(place.stat().st_mode) == 0o700


def test_what_is_not_kept_is_gone(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), export_file(tmp_path, "x.csv", b"1"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("link", [False, True])
def test_another_file_of_that_name_stays(tmp_path: Path, link: bool) -> None:
    other = tmp_path / "x.csv"
    if link:
        other.symlink_to(tmp_path / "elsewhere")
    else:
        other.write_text("mine")
    with pytest.raises(LogError, match="already"), export_file(tmp_path, "x.csv", b"1") as file:
        file.keep()
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]
    assert other.is_symlink() if link else other.read_text() == "mine"


@posix
def test_a_directory_in_which_everybody_writes_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "shared"
    place.mkdir()
    place.chmod(0o777)
    with pytest.raises(LogError, match="Everybody"), export_file(place, "x", b"1"):
        pass
    assert list(place.iterdir()) == []


def test_a_file_in_place_of_the_directory(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    with pytest.raises(LogError), export_file(tmp_path / "f", "x", b"1"):
        pass


@posix
def test_who_is_killed_leaves_nothing_that_no_log_knows_of(tmp_path: Path, nameless: bool) -> None:
    if not nameless:
        pytest.skip("what has a name stays")
    code = (
        "import os, sys, pathlib\n"
        "from iomt_tui.log.export_file import export_file\n"
        "with export_file(pathlib.Path(sys.argv[1]), 'x', b'secret'): os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []


def test_the_first_name_that_nothing_has(tmp_path: Path) -> None:
    assert free_name(tmp_path / "none", "a", "csv") == "a.csv"
    (tmp_path / "a.csv").write_text("")
    (tmp_path / "a-2.csv").symlink_to(tmp_path / "nowhere")
    assert free_name(tmp_path, "a", "csv") == "a-3.csv"
    assert free_name(tmp_path, "a", "svg") == "a.svg"
