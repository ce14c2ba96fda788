"""``iomt-tui completion``: the completion script of a shell."""

from __future__ import annotations

import argparse

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.parser import build_parser


def run(args: argparse.Namespace) -> int:
    """Prints the script for ``args.shell``."""
    import shtab

    parser = build_parser()
    complete_files(parser, shtab.FILE)
    print(shtab.complete(parser, shell=args.shell))
    return Exit.OK


def complete_files(parser: argparse.ArgumentParser, how: object) -> None:
    """Has every FILE argument and ``--source`` of ``parser`` and its commands complete with file names."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                complete_files(command, how)
        elif action.metavar == "FILE" or action.dest == "source":
            action.complete = how  # type: ignore[attr-defined]
