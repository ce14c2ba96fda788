"""``iomt-tui engine``: the ward's engine in the foreground, for a service manager or to see why it does not start."""

from __future__ import annotations

import signal
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.paths import config_file, make_private, state_dir, ward_dir
from iomt_tui.cli.wards import choose, configured_spec

if TYPE_CHECKING:
    from iomt_tui.cli.config import Config
    from iomt_tui.cli.config_file import Problem
    from iomt_tui.engine.spec import WardSpec


def run(args: Namespace) -> int:
    """Runs until SIGTERM or Ctrl+C; with ``--stop`` ends the one that is running instead."""
    chosen = choose(args)
    directory = ward_dir(chosen.name)
    if args.stop:
        return _stop(chosen.name)
    if chosen.config is None or (args.ward and args.ward not in chosen.config.servers):
        raise CliError(
            f"an engine runs the ward that {config_file()} describes, or with --ward NAME that of its [servers.NAME]; "
            "'iomt-tui config init' writes that file, and 'iomt-tui demo' runs the demo ward",
            Exit.CONFIG,
        )
    spec = _spec(args, chosen.config, chosen.problems)
    from iomt_tui.cli.engines import running_engine
    from iomt_tui.engine.process import serve

    make_private(state_dir())
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: stopped.append(received))
    print(f"iomt-tui: the engine runs ward {chosen.name}; Ctrl+C stops it", file=sys.stderr)
    if not serve(spec, directory, lambda: bool(stopped)):
        info = running_engine(directory)
        who = f" (process {info.pid})" if info else ""
        raise CliError(f"another engine has the ward {chosen.name}{who}; 'iomt-tui' shows it", Exit.ENGINE)
    return Exit.OK


def _spec(args: Namespace, config: Config, problems: tuple[Problem, ...]) -> WardSpec:
    if not args.ward:
        return configured_spec(config, problems, read_only=args.read_only)
    from iomt_tui.cli.server_wards import configured_server

    return configured_server(args.ward, config, problems, read_only=args.read_only)


def _stop(name: str) -> int:
    from iomt_tui.cli.engines import stop_engine

    pid = stop_engine(ward_dir(name))
    if not pid:
        raise CliError(f"no engine is running the ward {name}", Exit.ENGINE)
    print(f"stopped the engine of ward {name} (process {pid})")
    return Exit.OK
