"""``iomt-tui seed``: the simulated ward put into a FHIR R4 server, fed from then on, or taken away again."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from iomt_tui.cli.exits import CliError, Exit

if TYPE_CHECKING:
    from iomt_tui.backends.fhir.publishing.seeding import Plan
    from iomt_tui.cli.publishing import Target


def run(args: Namespace) -> int:
    """Seeds; with ``--feed`` goes on until Ctrl+C; with ``--remove`` takes the ward away instead."""
    from iomt_tui.cli.publishing import plan_of, target_of

    if args.read_only:
        raise CliError("seed writes to a server, which --read-only forbids", Exit.USAGE)
    target, plan = target_of(args.url, args.auth), plan_of(args)
    return asyncio.run(_remove(plan, target) if args.remove else _seed(plan, target))


async def _remove(plan: Plan, target: Target) -> Exit:
    from iomt_tui.cli.publishing import Progress, publishing, report

    progress = Progress(sys.stderr)
    async with publishing(plan, target, progress) as (seeding, upload):
        await seeding.remove()
    return report(upload.tally, "removed")


async def _seed(plan: Plan, target: Target) -> Exit:
    from iomt_tui.cli.publishing import Progress, fed, publishing, report, wall

    progress = Progress(sys.stderr)
    async with publishing(plan, target, progress) as (seeding, upload):
        await seeding.begin(wall())
        progress.end()
        code = report(upload.tally, "written")
        print("\n".join(seeding.ways()), flush=True)
        print(f"iomt-tui: iomt-tui connect --url {target.url} --ward {seeding.ways()[0]}", file=sys.stderr)
        if plan.every:
            print("iomt-tui: feeds it from now on; Ctrl+C ends it", file=sys.stderr)
            await fed(seeding, upload)
            progress.end()
            code = report(upload.tally, "written in all")
    return code
