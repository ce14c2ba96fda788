"""The command line as a whole: what it imports, how it ends, what it says."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_program import run_program

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.main import COMMANDS, main
from iomt_tui.cli.parser import build_parser
from iomt_tui.cli.version import package_version

HEAVY = ("textual", "pydantic", "httpx", "rich", "sqlite3", "keyring", "plotext", "orjson", "asyncio", "email")


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(argument: str) -> None:
    code = (
        "import sys\nfrom iomt_tui.cli.main import main\n"
        f"try:\n    main([{argument!r}])\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *(name.partition('.')[0] for name in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.rpartition("LOADED")[2].split())
    assert "iomt_tui" in loaded
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize("name", ["textual", "pydantic-core", "markdown-it-py", "no-such-package"])
def test_versions_are_those_of_the_metadata(name: str) -> None:
    try:
        known = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        known = "not installed"
    assert package_version(name) == known


def test_version_names_program_python_and_textual() -> None:
    ran = run_program(["--version"])
    assert ran.returncode == 0
    assert ran.stdout.startswith("iomt-tui 0.")
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}." in ran.stdout
    assert "Textual 8." in ran.stdout


def test_help_lists_every_command_and_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for command in filter(None, COMMANDS):
        assert f"    {command} " in text
    for code in Exit:
        assert f" {code.value}  {code.meaning}" in text


def test_every_command_has_a_module_with_run() -> None:
    from importlib import import_module

    assert all(callable(import_module(f"iomt_tui.cli.commands.{module}").run) for module in COMMANDS.values())


def test_no_option_takes_a_secret() -> None:
    """SAFETY S24: argv is in the shell's history and in every process list."""

    def options(parser: object) -> set[str]:
        found: set[str] = set()
        for action in parser._actions:  # type: ignore[attr-defined]
            found.update(action.option_strings)
            if isinstance(action.choices, dict):
                for inner in action.choices.values():
                    found |= options(inner)
        return found

    assert len(options(build_parser())) > 20
    assert not [
        name for name in options(build_parser()) if any(word in name for word in ("token", "passw", "secret", "key"))
    ]


@pytest.mark.parametrize("before", [True, False])
def test_global_options_count_on_both_sides_of_the_command(before: bool) -> None:
    glob = ["--read-only", "--ward", "icu", "--theme", "mono", "--no-mouse", "--no-flash"]
    args = build_parser().parse_args([*glob, "demo"] if before else ["demo", *glob])
    assert (args.read_only, args.ward, args.theme, args.no_mouse, args.no_flash) == (True, "icu", "mono", True, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["demo", "--beds", "0"], "1 to 2000"),
        (["demo", "--beds", "x"], "1 to 2000"),
        (["demo", "--speed", "601"], "1 to 600"),
        (["demo", "--speed", "nan"], "1 to 600"),
        (["demo", "--seed", "-1"], "0 to"),
        (["replay", "x.csv", "--at", "noon"], "+15m"),
        (["replay", "x.csv", "--map", "Sat"], "--map 'Sat (%)=spo2'"),
        (["watch", "--plain", "--for", "soon"], "90s"),
        (["snapshot"], "--plain --json"),
        (["completion", "tcsh"], "bash"),
    ],
)
def test_a_wrong_argument_is_told_with_what_is_right(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == Exit.USAGE
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], ["demo"], ["replay", "x.csv"]])
def test_without_a_terminal_one_line_points_to_plain_text(command: list[str]) -> None:
    ran = run_program(command)
    assert ran.returncode == Exit.TERMINAL
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert "snapshot --plain" in ran.stderr


def test_a_reader_that_goes_away_ends_the_program_quietly() -> None:
    command = f"{sys.executable} -m iomt_tui schema | head -c 10; echo :${{PIPESTATUS[0]}}"
    # The schema fits a pipe's buffer, so the pipe is closed before it is written.
    held = f"{{ {sys.executable} -m iomt_tui schema; echo :$? >&2; }} | true; sleep 0"
    for line in (command, held):
        ran = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        assert "Traceback" not in ran.stderr
        assert "BrokenPipe" not in ran.stderr


def test_broken_pipe_has_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    from iomt_tui.cli.commands import keys

    def gone(_: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(keys, "run", gone)
    monkeypatch.setattr("iomt_tui.cli.main._abandon_stdout", lambda: None)
    assert main(["keys"]) == Exit.PIPE


def test_interrupt_has_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    from iomt_tui.cli.commands import keys

    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(keys, "run", interrupted)
    assert main(["keys"]) == Exit.INTERRUPTED


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_commands_and_files(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == Exit.OK
    script = capsys.readouterr().out
    assert "snapshot" in script
    assert "no-flash" in script
    if shell == "bash":
        assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
        assert "_shtab_compgen_files" in script


def test_textual_variables_are_taken_away_and_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SAFETY S12."""
    taken = ("TEXTUAL_THEME", "TEXTUAL_SCREENSHOT", "TEXTUAL_LOG", "BROWSER", "EDITOR", "VISUAL")
    for name in taken:
        monkeypatch.setenv(name, "os:system")
    assert main(["config", "path"]) == Exit.OK
    assert not [name for name in taken if name in os.environ]
    assert "TEXTUAL_LOG, TEXTUAL_SCREENSHOT, TEXTUAL_THEME" in capsys.readouterr().err


@pytest.mark.parametrize("names", [["TEXTUAL_DRIVER"], ["TEXTUAL_PRESS"], ["TEXTUAL_DRIVER", "TEXTUAL_PRESS"]])
def test_variables_that_run_code_or_type_keys_stop_the_program(names: list[str]) -> None:
    """SAFETY S12: one would have any object imported, the other keys typed into an alarm's question."""
    ran = run_program(["config", "path"], env=dict.fromkeys(names, "os:system"))
    assert (ran.returncode, ran.stdout) == (Exit.CONFIG, "")
    assert ran.stderr.count("\n") == 1
    assert f"unset {' '.join(names)}" in ran.stderr


def test_the_module_runs_the_same_program() -> None:
    assert run_program(["config", "path"]).stdout.strip() == os.environ["IOMT_TUI_CONFIG"]


def test_a_missing_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snapshot", "--plain", "--source", str(tmp_path / "no.csv")]) == Exit.SOURCE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "does not exist" in captured.err
