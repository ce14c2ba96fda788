"""``iomt-tui`` alone: the configured ward, or the demo with a hint how to configure one."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from iomt_tui.cli.paths import config_file
from iomt_tui.cli.terminal_check import require_screen
from iomt_tui.cli.wards import DEMO, Chosen, choose, configured_spec, log_of, settings

if TYPE_CHECKING:
    from iomt_tui.cli.engines import Attaching


def run(args: Namespace) -> int:
    """Opens the ward: attaches to its engine when one is running, else starts it."""
    require_screen()
    chosen = choose(args)
    if chosen.config is None and chosen.name == DEMO:
        return _demo(args)
    from iomt_tui.cli.screen import show_live
    from iomt_tui.cli.server_wards import server_of

    source = chosen.config.ward.source if chosen.config is not None and not args.ward else "simulated"
    if source != "simulated" and not server_of(source):
        return _configured_file(args, chosen)
    return show_live(_attach(chosen, args), settings(args, chosen.config, chosen.name))


def _attach(chosen: Chosen, args: Namespace) -> Attaching:
    """The ward's engine; only the configured ward's can be started, another ward can only be looked at."""
    from iomt_tui.cli.engines import Attaching, attach_or_start

    if chosen.config is None or args.ward:
        return Attaching(log_of(chosen.name))
    return attach_or_start(configured_spec(chosen.config, chosen.problems, read_only=args.read_only), chosen.directory)


def _demo(args: Namespace) -> int:
    from iomt_tui.cli.commands import demo

    print(
        f"iomt-tui: no ward is configured, so this is the demo. 'iomt-tui config init' writes {config_file()}",
        file=sys.stderr,
    )
    args.scenario, args.beds, args.seed, args.speed, args.fhir = "", None, None, 1.0, ""
    return demo.run(args)


def _configured_file(args: Namespace, chosen: Chosen) -> int:
    from iomt_tui.cli.commands import replay

    assert chosen.config is not None
    args.file = str(config_file().parent / Path(chosen.config.ward.source).expanduser())
    args.speed, args.at, args.map = 1.0, None, []
    return replay.run(args)
