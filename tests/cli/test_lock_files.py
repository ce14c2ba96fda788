"""The locked dependencies and the README's two commands (SAFETY S26)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = ("run.txt", "test.txt")


def pinned(name: str) -> dict[str, str]:
    """package -> version of a lock file."""
    text = (ROOT / "requirements" / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", text, re.MULTILINE))


def wanted(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lists = [project["project"]["dependencies"], project["build-system"]["requires"]]
    lists += [project["project"]["optional-dependencies"][extra] for extra in extras]
    return {re.split(r"[<>=!~ \[;]", line)[0].lower().replace("_", "-") for lines in lists for line in lines}


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_pinned_with_hashes_and_no_host_is_named(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9-]+==\S+", block), block
        assert block.count("--hash=sha256:") >= 1, block
    assert "://" not in text
    assert not re.search(r"--(?!hash)", text)


def test_the_files_hold_what_the_project_asks_for() -> None:
    assert wanted() <= pinned("run.txt").keys()
    assert wanted("test", "lint") <= pinned("test.txt").keys()


def test_tests_run_against_what_users_get() -> None:
    run, test = pinned("run.txt"), pinned("test.txt")
    assert run.items() <= test.items()


@pytest.mark.parametrize("name", FILES)
def test_every_platform_is_served(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    for platform in ("linux", "win32"):
        assert f"sys_platform == '{platform}'" in text
    assert "python_full_version < '3.12'" in text


def test_readme_has_one_line_to_run_and_one_to_test() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    run = [line for line in lines if "-r requirements/run.txt" in line]
    test = [line for line in lines if "-r requirements/test.txt" in line]
    assert len(run) == len(test) == 1
    for line, end in ((run[0], "iomt-tui demo"), (test[0], "pytest")):
        assert line.endswith(end)
        assert "--require-hashes" in line
        assert "--no-deps --no-build-isolation" in line


def test_readme_tells_every_exit_code_and_command() -> None:
    from iomt_tui.cli.exits import Exit
    from iomt_tui.cli.main import COMMANDS

    text = (ROOT / "README.md").read_text("utf-8")
    for code in Exit:
        assert f"| {code.value} | {code.meaning} |" in text
    for command in filter(None, COMMANDS):
        assert f"`iomt-tui {command}" in text
