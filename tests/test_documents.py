"""The documentation says what is so: keys, commands, exit codes, and the tests that the hazard log names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.main import COMMANDS
from iomt_tui.tui.keys import key_reference_markdown

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
HAZARDS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in (ROOT / "docs" / "intended-use.md").read_text("utf-8").splitlines()
    if line.startswith("| H")
]


def test_the_key_reference_is_current() -> None:
    """After a change of the table: ``iomt-tui keys > docs/keys.md``."""
    assert (ROOT / "docs" / "keys.md").read_text("utf-8") == key_reference_markdown()


def test_the_readme_names_every_command_and_exit_code() -> None:
    for command in filter(None, COMMANDS):
        assert re.search(rf"^\| `iomt-tui {command}[ `]", README, re.MULTILINE), command
    for code in Exit:
        assert f"| {code.value} | {code.meaning} |" in README


def test_every_link_of_the_documents_leads_to_a_file() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("demo_data/*.md")]
    links = [
        (page, link)
        for page in pages
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8"))
        if "://" not in link
    ]
    assert len(links) > 5
    assert not [(page.name, link) for page, link in links if not (page.parent / link).exists()]


def test_every_hazard_has_its_row() -> None:
    assert [row[0] for row in HAZARDS] == [f"H{number}" for number in range(1, 31)]


@pytest.mark.parametrize("row", HAZARDS, ids=lambda row: row[0])
def test_a_hazard_that_is_covered_names_tests_that_exist(row: list[str]) -> None:
    _, hazard, status, measure, tests = row
    assert status in ("covered", "partly", "not yet", "open")
    assert hazard and measure
    named = re.findall(r"`([^`]+)`", tests)
    assert bool(named) == (status in ("covered", "partly"))
    assert all((ROOT / path).is_file() and Path(path).name.startswith("test_") for path in named)
