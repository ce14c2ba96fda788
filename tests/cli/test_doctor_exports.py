"""``doctor`` on exports: what a ward of people may be exported as, and whether it can be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from iomt_tui.cli.diagnosis.exports import export_check


def configured(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_a_configuration_nothing_of_people_is_exported(tmp_path: Path) -> None:
    found = export_check(tmp_path / "none.toml")
    assert found.status == "ok" and "people: nothing; into " in found.text


def test_what_is_allowed_is_named(tmp_path: Path) -> None:
    found = export_check(configured(tmp_path, f'[export]\nformats = ["fhir", "csv"]\ndirectory = "{tmp_path}/out"\n'))
    assert found.status == "ok" and f"people: csv, fhir; into {tmp_path}/out" in found.text
    found = export_check(configured(tmp_path, '[export]\nformats = ["csv"]\npeople = ["kim", "lee"]\n'))
    assert "people: csv, by kim, lee; into " in found.text


def test_a_configuration_that_cannot_be_read_allows_nothing(tmp_path: Path) -> None:
    found = export_check(configured(tmp_path, "[export\n"))
    assert found.status == "ok" and "nothing of a ward of people" in found.text


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_directory_in_which_nothing_is_written_is_told(tmp_path: Path) -> None:
    place = tmp_path / "out"
    place.mkdir()
    place.chmod(0o777)
    path = configured(tmp_path, f'[export]\ndirectory = "{place}"\n')
    assert export_check(path).status == "warn"
    place.chmod(0o700)
    assert export_check(path).status == "ok"
    path = configured(tmp_path, f'[export]\ndirectory = "{path}/x"\n')
    assert export_check(path).status == "warn", "a file in its way"
