"""An error of the program's own: no traceback, no patient, and a report that says where it happened (SAFETY S11)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from iomt_tui.cli.commands import keys
from iomt_tui.cli.crash import crash_report, write_crash
from iomt_tui.cli.exits import Exit
from iomt_tui.cli.main import main

CANARIES = ("OKAFOR Ngozi", "MRN-4711", "tok_canary_9")


class GrownError(Exception):
    """One with data in its message."""


def _fail(_: object) -> int:
    patient, mrn = CANARIES[0], CANARIES[1]
    try:
        raise KeyError(f"{patient} {mrn}")
    except KeyError as error:
        raise GrownError(f"no place for {patient}, {CANARIES[2]}") from error


def _crash(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(keys, "run", _fail)
    return main(["keys"])


def test_one_line_and_a_private_report_without_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _crash(monkeypatch) == Exit.INTERNAL
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    reports = list((Path(os.environ["IOMT_TUI_STATE"]) / "crash").iterdir())
    assert len(reports) == 1
    assert str(reports[0]) in captured.err
    assert stat.S_IMODE(reports[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(reports[0].parent.stat().st_mode) == 0o700
    text = reports[0].read_text("utf-8")
    assert "test_crash_reports.py" in text
    assert "in _fail" in text
    assert "KeyError" in text
    for canary in CANARIES:
        assert canary not in text + captured.err


def test_a_state_directory_that_cannot_be_written_still_gives_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("IOMT_TUI_STATE", str(blocked / "below"))
    assert _crash(monkeypatch) == Exit.INTERNAL
    assert "No report could be written" in capsys.readouterr().err


def test_places_do_not_tell_the_users_name() -> None:
    try:
        _fail(None)
    except GrownError as error:
        report = crash_report(error)
    assert str(Path(__file__).parents[2]) not in report


def test_a_cycle_of_causes_ends() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert crash_report(first).count("ValueError") == 2


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_planted_link_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iomt_tui.cli.crash.time.strftime", lambda *_: "X")
    target = tmp_path / "target"
    folder = Path(os.environ["IOMT_TUI_STATE"]) / "crash"
    folder.mkdir(parents=True)
    (folder / f"crash-X-{os.getpid()}.txt").symlink_to(target)
    assert write_crash(ValueError("x")) is None
    assert not target.exists()
