"""``iomt-tui demo --fhir URL``: the demo ward by way of a real FHIR server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.paths import ward_dir
from iomt_tui.cli.terminal_check import require_screen
from iomt_tui.cli.wards import choose, scenario_name, settings

if TYPE_CHECKING:
    from iomt_tui.backends.fhir.publishing.seeding import Plan
    from iomt_tui.cli.publishing import Target
    from iomt_tui.engine.spec import WardSpec

DEMO_FHIR: Final = "demo-fhir"
"""The directory of the ward."""
_HOURS: Final = 1.0  # a small server in memory looks through all that it has, at every search
_STEP: Final = 300.0  # s


def run(args: Namespace) -> int:
    """Seeds the server, has it fed as long as the screen is open, and opens the ward from there, marked DEMO."""
    require_screen()
    from iomt_tui.cli.engines import attach_or_start, running_engine, stop_engine
    from iomt_tui.cli.screen import show_live
    from iomt_tui.log.guard import screens_attached

    directory = ward_dir(DEMO_FHIR)
    if running_engine(directory) is not None:
        raise CliError(
            f"a demo ward from a server is open already: 'iomt-tui --ward {DEMO_FHIR}' joins it", Exit.ENGINE
        )
    target, plan = _asked(args)
    spec = _spec(target, asyncio.run(_seeded(plan, target)), writes=not args.read_only)
    feed = spawn(plan, target)
    try:
        attaching = attach_or_start(spec, directory)
        try:
            return show_live(attaching, settings(args, choose(args).config, DEMO_FHIR))
        finally:
            if not screens_attached(attaching.path):
                stop_engine(directory)
    finally:
        assert feed.stdin is not None
        feed.stdin.close()
        feed.wait()


def spawn(plan: Plan, target: Target) -> subprocess.Popen[bytes]:
    """The process that feeds the server."""
    from iomt_tui.cli import demo_feed

    return demo_feed.spawn(plan, target)


def _asked(args: Namespace) -> tuple[Target, Plan]:
    from iomt_tui.backends.fhir.publishing.seeding import Plan
    from iomt_tui.cli.publishing import target_of

    if args.speed != 1.0:
        raise CliError("--speed does not go with --fhir: a server's times are real ones", Exit.USAGE)
    usual = Plan(scenario=scenario_name(args.scenario), hours=_HOURS, step=_STEP)
    beds, seed = (usual.beds if args.beds is None else args.beds), (usual.seed if args.seed is None else args.seed)
    return target_of(args.fhir, "none"), replace(usual, beds=beds, seed=seed)


async def _seeded(plan: Plan, target: Target) -> str:
    """How the ward on the server is named."""
    from iomt_tui.cli.publishing import Progress, publishing, report, wall

    async with publishing(plan, target, Progress(sys.stderr)) as (seeding, upload):
        await seeding.begin(wall())
    report(upload.tally, "written")
    return seeding.ways()[0]


def _spec(target: Target, ward: str, *, writes: bool) -> WardSpec:
    from iomt_tui.backends.fhir.spec import FhirSpec
    from iomt_tui.engine.spec import WardSpec
    from iomt_tui.ward.writes import WHATS

    server = FhirSpec(name="demo server", url=target.url, ward=ward, writes=WHATS if writes else ())
    return WardSpec(name="Demo ward", source="fhir", watermark="DEMO", tz="UTC", fhir=server)
