"""What a process that holds patient data does first (SAFETY S11, S16), seen from inside a fresh one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.paths import known_wards, make_private, slug, ward_dir
from iomt_tui.cli.terminal_check import obstacle

GOOD = {"TERM": "xterm-256color"}


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")
def test_no_core_dump_no_tracing_and_private_files(tmp_path: Path) -> None:
    code = (
        "import ctypes, os, resource\nfrom iomt_tui.cli.hardening import protect_process\n"
        "protect_process()\nopen('new', 'w').close()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), "
        "oct(os.stat('new').st_mode))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, umask=0, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "(0, 0) 0 0o100600"


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc", "A", "x" * 65, "a\x00", "-a", ".hidden"])
def test_a_wards_name_cannot_leave_the_state_directory(name: str) -> None:
    with pytest.raises(CliError) as refused:
        ward_dir(name)
    assert refused.value.code == Exit.USAGE


@pytest.mark.parametrize(
    ("name", "directory"), [("Ward 7", "ward-7"), ("ICU", "icu"), ("ward_7", "ward-7"), ("  A  B ", "a-b")]
)
def test_names_become_directories(name: str, directory: str) -> None:
    assert slug(name) == directory
    assert ward_dir(slug(name)).name == directory


@pytest.mark.parametrize("name", ["../../etc", "Station 3/4", "病棟", "…", "x" * 200, "\x1b]52;", "Überwachung"])
def test_any_name_has_a_directory_of_its_own(name: str) -> None:
    other = name + "!"
    assert ward_dir(slug(name)).parent == ward_dir("a").parent
    assert slug(name) != slug(other)


def test_directories_are_for_their_owner_only(tmp_path: Path) -> None:
    loose = tmp_path / "loose"
    loose.mkdir(mode=0o755)
    for path in (loose, tmp_path / "new" / "deep"):
        assert make_private(path).stat().st_mode & 0o777 == 0o700


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CliError, match="IOMT_TUI_STATE"):
        make_private(tmp_path / "file" / "x")


def test_known_wards_are_the_directories_there(own_directories: Path) -> None:
    assert known_wards() == []
    for name in ("b", "a"):
        ward_dir(name).mkdir(parents=True)
    assert known_wards() == ["a", "b"]


@pytest.mark.parametrize(
    ("env", "stdin", "screen", "encoding", "says"),
    [
        (GOOD, True, True, "utf-8", ""),
        (GOOD, True, True, "UTF8", ""),
        (GOOD, False, True, "utf-8", "keyboard"),
        (GOOD, True, False, "utf-8", "stderr"),
        ({"TERM": "dumb"}, True, True, "utf-8", "dumb"),
        ({}, True, True, "utf-8", "TERM"),
        (GOOD, True, True, "iso8859-1", "UTF-8"),
        (GOOD, True, True, "", "UTF-8"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="TERM")
def test_what_stands_between_the_screens_and_a_terminal(
    env: dict[str, str], stdin: bool, screen: bool, encoding: str, says: str
) -> None:
    found = obstacle(env, stdin_tty=stdin, screen_tty=screen, encoding=encoding)
    assert says in found
    assert bool(found) == bool(says)
