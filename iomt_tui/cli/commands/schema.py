"""``iomt-tui schema``: the JSON Schema of what the program prints."""

from __future__ import annotations

from argparse import Namespace

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.output import print_json


def run(args: Namespace) -> int:
    """Prints the schema called ``args.name``."""
    from iomt_tui.cli.headless.schemas import json_schema

    print_json(json_schema(args.name), indent=True)
    return Exit.OK
