"""The scanner's settings, their check, and a code explained without a ward."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from iomt_tui.cli.config_file import load
from iomt_tui.cli.diagnosis.scanner import scanner_check
from iomt_tui.cli.exits import Exit
from iomt_tui.cli.main import main
from iomt_tui.cli.wards import scanner
from iomt_tui.clinical.medication.barcode import Dialect
from iomt_tui.settings import ScannerSettings


def written(section: str) -> Path:
    path = Path(os.environ["IOMT_TUI_CONFIG"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[scanner]\n{section}\n", "utf-8")
    return path


def test_without_a_section_it_is_as_the_screens_have_it() -> None:
    assert scanner(load(written("")).config) == ScannerSettings()


def test_every_setting_reaches_the_screens() -> None:
    loaded = load(
        written(
            'use = "on"\nprefix = "\\u0002"\nsuffix = "#"\nmin_length = 6\nmax_gap_ms = 20\nseparator = "^"\n'
            'wristbands = ["W{digits:6}"]\ndrugs = []\n'
        )
    )
    assert loaded.problems == ()
    assert scanner(loaded.config) == ScannerSettings(
        "on", "\x02", "#", 6, 0.02, Dialect(wristbands=("W{digits:6}",), drugs=(), separator="^")
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('prefix = "a"', "must be one character that nobody types"),
        ('prefix = "~~"', "must be one character"),
        ('prefix = "\\u001b"', "must be one character"),
        ('suffix = "return"', "must be one character"),
        ("min_length = 2", "greater than or equal to 4"),
        ("max_gap_ms = 500", "less than or equal to 100"),
        ('use = "yes"', "'auto', 'on' or 'off'"),
        ('wristbands = ["P:"]', "must hold {id}"),
        ('drugs = ["{id}"]', "must have text around {id}"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line_and_the_rest_stays(line: str, words: str) -> None:
    loaded = load(written(f"{line}\nseparator = '|'"))
    (problem,) = loaded.problems
    assert problem.line == 2
    assert words in problem.text
    assert scanner(loaded.config) == ScannerSettings(codes=Dialect(separator="|"))


@pytest.mark.parametrize(
    ("section", "status", "words"),
    [
        ("", "ok", "where a page takes scans, keys wait 35 ms"),
        ('use = "on"\nmax_gap_ms = 20', "ok", "everywhere, keys wait 20 ms"),
        ('prefix = "~"', "ok", "begin with '~', everywhere; no key waits"),
        ('use = "off"', "warn", "taken for keys"),
        ("[", "warn", "cannot be read"),
    ],
)
def test_doctor(section: str, status: str, words: str) -> None:
    check = scanner_check(written(section))
    assert check.status == status and words in check.text


def test_doctor_without_a_file(tmp_path: Path) -> None:
    assert scanner_check(tmp_path / "none.toml").status == "ok"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("]d2010035123456789217310100", Exit.FOUND, "check digit"),
        ("]d201003512345678911731010010AB", Exit.OK, "NDC 5123456789, batch AB\nExpires 2031-01-31."),
        ("]d2010035123456789117200100", Exit.FOUND, "EXPIRED on 2020-01-31: do not give it."),
        ("0002-3227-30", Exit.OK, "Drug: NDC 00002-3227-30"),
        ("P:77", Exit.OK, "Wristband of patient 77"),
        ("\x1b[31mred", Exit.FOUND, "no code that this ward knows"),
    ],
)
def test_a_code_is_explained(text: str, code: Exit, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", text]) == code
    out = capsys.readouterr().out
    assert words in out
    assert "\x1b" not in out


def test_a_code_from_stdin_in_the_sites_own_dialect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written('wristbands = ["W{digits:6}"]')
    monkeypatch.setattr("sys.stdin", io.StringIO("W123456\n"))
    assert main(["scan"]) == Exit.OK
    assert "patient 123456" in capsys.readouterr().out
