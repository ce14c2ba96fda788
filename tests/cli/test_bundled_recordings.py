"""The recordings that come with the program are played by name, from anywhere, from the wheel too."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.main import main
from iomt_tui.cli.source_spec import bundled_recordings, parse_source

ROOT = Path(__file__).resolve().parents[2]


def test_each_is_found_by_its_name() -> None:
    there = bundled_recordings()
    assert list(there) == ["day-shift", "night-shift"]
    for name, path in there.items():
        assert parse_source(name).path == path


def test_a_file_of_that_name_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "day-shift").write_text("minute,HR (bpm)\n0,80\n")
    monkeypatch.chdir(tmp_path)
    assert parse_source("day-shift").path == Path("day-shift")
    (tmp_path / "night-shift").mkdir()
    with pytest.raises(CliError, match="is a directory"):
        parse_source("night-shift")


def test_a_wrong_name_lists_those_there_are() -> None:
    with pytest.raises(CliError, match="day-shift, night-shift"):
        parse_source("dayshift")


def test_replay_without_a_file_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay"]) == Exit.OK
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["day-shift", "night-shift"]


def test_they_are_verified_and_described_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "verify", "day-shift"]) == Exit.OK
    assert "none edited, lost or reordered" in capsys.readouterr().out
    assert main(["log", "info", "day-shift"]) == Exit.OK
    info = capsys.readouterr().out
    assert "Ward 7 (DEMO)" in info
    assert "not running" in info


def test_the_wheel_has_them_and_runs_from_elsewhere(tmp_path: Path) -> None:
    """The wheel's own files alone: nothing of the checkout is on the path or below the working directory."""
    wheels, site, elsewhere = (tmp_path / name for name in ("wheels", "site", "elsewhere"))
    elsewhere.mkdir()
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)

    def run(*arguments: str) -> str:
        code = f"import sys; sys.path.insert(0, {str(site)!r}); from iomt_tui.cli.main import main; sys.exit(main())"
        ran = subprocess.run(
            [sys.executable, "-I", "-c", code, *arguments], cwd=elsewhere, check=True, capture_output=True, text=True,
            env=dict(os.environ),
        )  # fmt: skip
        return ran.stdout

    listed = run("replay").splitlines()
    assert [line.split()[0] for line in listed] == ["day-shift", "night-shift"]
    assert all(Path(line.split(maxsplit=1)[1]).is_relative_to(site) for line in listed)
    text = run("snapshot", "--plain", "--source", "night-shift", "--at", "03:12")
    assert text.startswith("DEMO: simulated, not real patients.")
    assert list(elsewhere.iterdir()) == []
