"""``iomt-tui snapshot``: the ward at one moment, in words or as JSON."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.output import print_json
from iomt_tui.cli.wards import choose, source_of
from iomt_tui.times import ward_zone


def run(args: Namespace) -> int:
    """Prints the ward to stdout."""
    from iomt_tui.cli.looking import look

    config = None if args.source else choose(args).config
    seen = look(source_of(args), args.at, config.ward.tz if config else "UTC")
    header = seen.header()
    if args.form == "json":
        from iomt_tui.cli.headless.json_out import snapshot_document

        print_json(snapshot_document(header, seen.patients(), seen.silent_s))
        return Exit.OK
    from iomt_tui.cli.headless.plain import snapshot_lines, wrapped

    units = config.display.units if config else {}
    width = args.width or (shutil.get_terminal_size().columns if sys.stdout.isatty() else None)
    lines = snapshot_lines(header, seen.patients(), ward_zone(header.tz), units, seen.silent_s)
    for line in wrapped(lines, width):
        print(line)
    return Exit.OK
