"""``iomt-tui connect``: the ward of a FHIR R4 server, configured or given by its address."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.paths import config_file, ward_dir
from iomt_tui.cli.terminal_check import require_screen
from iomt_tui.cli.wards import settings

if TYPE_CHECKING:
    from iomt_tui.cli.config_file import Loaded


def run(args: Namespace) -> int:
    """Starts the ward's engine, or joins the one that is running, and shows it."""
    require_screen()
    if args.url:
        return _by_address(args)
    if not args.server:
        raise CliError("name a server of the configuration, or give --url and --ward", Exit.USAGE)
    if args.ward or args.name or args.auth != "none":
        raise CliError("--ward, --name and --auth go with --url; a configured server has its own", Exit.USAGE)
    return _configured(args)


def _loaded() -> Loaded | None:
    """The configuration; what is wrong in it is told where it matters."""
    from iomt_tui.cli.config_file import load

    return load(config_file()) if config_file().exists() else None


def _configured(args: Namespace) -> int:
    from iomt_tui.cli.engines import attach_or_start
    from iomt_tui.cli.screen import show_live
    from iomt_tui.cli.server_wards import configured_server

    loaded = _loaded()
    if loaded is None:
        raise CliError(
            f"no server is configured: {config_file()} is not there. 'iomt-tui config init' writes one, and "
            "--url opens a lab server without it",
            Exit.CONFIG,
        )
    spec = configured_server(args.server, loaded.config, loaded.problems, read_only=args.read_only)
    attaching = attach_or_start(spec, ward_dir(args.server))
    return show_live(attaching, settings(args, loaded.config, args.server))


def _by_address(args: Namespace) -> int:
    from iomt_tui.cli.engines import attach_or_start, stop_engine
    from iomt_tui.cli.screen import show_live
    from iomt_tui.cli.server_wards import TOKEN, server_by_address
    from iomt_tui.log.guard import screens_attached

    if args.server:
        raise CliError("give a configured server or --url, not both", Exit.USAGE)
    loaded = _loaded()
    config = loaded.config if loaded is not None else None
    name, spec = server_by_address(args, config)
    if args.auth == "bearer":
        print(f"iomt-tui: the token comes from {TOKEN}: every program that you start here can read it", file=sys.stderr)
    attaching = attach_or_start(spec, ward_dir(name))
    try:
        return show_live(attaching, settings(args, config, name))
    finally:
        if not screens_attached(attaching.path):
            stop_engine(ward_dir(name))
