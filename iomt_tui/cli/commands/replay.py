"""``iomt-tui replay``: a recording, a CSV file or a FHIR Bundle on the screens."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.source_spec import bundled_recordings, file_source
from iomt_tui.cli.terminal_check import require_screen
from iomt_tui.cli.wards import choose, settings
from iomt_tui.times import clock_time, resolve, ward_zone


def run(args: Namespace) -> int:
    """Opens ``args.file`` at ``args.at`` and plays it; without a file, lists the recordings that can be named."""
    if args.file is None:
        return _list()
    require_screen()
    spec = file_source(Path(args.file), tuple(args.map))
    assert spec.path is not None
    config = choose(args).config
    from iomt_tui.cli.looking import fold_to
    from iomt_tui.cli.recordings import open_file
    from iomt_tui.cli.screen import show
    from iomt_tui.log.feed import ReplayFeed

    reader = open_file(spec.path, spec.mapping, config.ward.tz if config else "UTC").reader
    at = None
    if args.at is not None:
        start, end = reader.span()
        zone = ward_zone(fold_to(reader, start).tz)
        at = resolve(args.at, start, end, zone)
        if not start <= at <= end:
            raise CliError(
                f"the recording runs from {clock_time(start, zone)} to {clock_time(end, zone)}; --at is outside of it",
                Exit.SOURCE,
            )
    feed = ReplayFeed(reader, at, args.speed)
    return show(feed, settings(args, config, spec.name))


def _list() -> int:
    for name, path in bundled_recordings().items():
        print(f"{name:<20}{path}")
    return Exit.OK
