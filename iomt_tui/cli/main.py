"""The program's entry point: reads the command line, runs one command, and never shows a traceback."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Final

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.parser import build_parser

COMMANDS: Final = {
    "": "open_ward",
    "demo": "demo",
    "seed": "seed",
    "replay": "replay",
    "record": "record",
    "snapshot": "snapshot",
    "watch": "watch",
    "alarms": "alarms",
    "limits": "limits",
    "adherence": "adherence",
    "meds": "meds",
    "connect": "connect",
    "login": "login",
    "logout": "logout",
    "whoami": "whoami",
    "engine": "engine",
    "log": "log",
    "doctor": "doctor",
    "config": "config",
    "schema": "schema",
    "scan": "scan",
    "keys": "keys",
    "completion": "completion",
}
"""Command -> module of :mod:`iomt_tui.cli.commands`; each has ``run(args) -> int``."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program and returns its exit code (:class:`Exit`)."""
    try:
        return _flushed(argv)
    except BrokenPipeError:
        _abandon_stdout()
        return Exit.PIPE
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Exception as error:
        return _failed(error)


def _flushed(argv: Sequence[str] | None) -> int:
    """Runs the command; what it printed has left the process when this returns or raises."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name must not end the program in a Latin-1 terminal
    try:
        return _run(build_parser().parse_args(argv))
    finally:
        sys.stdout.flush()


def _run(args: Namespace) -> int:
    from iomt_tui.cli.hardening import clean_environment, protect_process, refuse_attacks

    refuse_attacks()
    taken = [name for name in clean_environment() if name.upper().startswith("TEXTUAL")]
    if taken:
        print(f"iomt-tui: ignored {', '.join(taken)}: such variables may not steer the program", file=sys.stderr)
    protect_process()
    run = import_module(f"iomt_tui.cli.commands.{COMMANDS[args.command or '']}").run
    return int(run(args))


def _failed(error: Exception) -> int:
    """One line on stderr for an error that is known; a crash report for one that is not."""
    from iomt_tui.cli.known_errors import known_error

    known = known_error(error)
    if known is None:
        from iomt_tui.cli.crash import report_crash

        report_crash(error)
        return Exit.INTERNAL
    print(f"iomt-tui: {known}", file=sys.stderr)
    return known.code


def _abandon_stdout() -> None:
    """Lets Python close stdout at its end without a second BrokenPipeError."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
