"""``iomt-tui demo``: the simulated ward. Engine and screen start together and end together."""

from __future__ import annotations

from argparse import Namespace

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.paths import ward_dir
from iomt_tui.cli.terminal_check import require_screen
from iomt_tui.cli.wards import DEMO, choose, demo_spec, settings


def run(args: Namespace) -> int:
    """Starts the demo ward's engine, or joins the one that is running, and shows it."""
    if args.fhir:
        from iomt_tui.cli import demo_server

        return demo_server.run(args)
    require_screen()
    from iomt_tui.cli.engines import attach_or_start, running_engine, stop_engine
    from iomt_tui.cli.screen import show_live
    from iomt_tui.log.guard import screens_attached

    own = bool(args.scenario or args.beds is not None or args.seed is not None or args.speed != 1.0)
    if own and running_engine(ward_dir(DEMO)) is not None:
        raise CliError(
            "a demo ward is running already, with settings of its own: 'iomt-tui demo' joins it, "
            "and 'iomt-tui engine --stop --ward demo' ends it",
            Exit.ENGINE,
        )
    spec = demo_spec(args.scenario, args.beds, args.seed, args.speed)
    attaching = attach_or_start(spec, ward_dir(DEMO))
    try:
        return show_live(attaching, settings(args, choose(args).config, DEMO))
    finally:
        if not screens_attached(attaching.path):
            stop_engine(ward_dir(DEMO))
