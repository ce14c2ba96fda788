"""``iomt-tui logout NAME``: ends a sign-in at its server, and deletes what was kept of it."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.servers import chosen_server, secrets_of, session_on

if TYPE_CHECKING:
    from iomt_tui.backends.fhir.spec import FhirSpec


def run(args: Namespace) -> int:
    """Ends it; FOUND when the server has not confirmed that."""
    _, spec = chosen_server(args.name)
    return asyncio.run(_ended(spec))


async def _ended(spec: FhirSpec) -> int:
    secrets = secrets_of(spec)
    async with session_on(spec, secrets) as session:
        if spec.auth not in ("device", "bearer"):
            print(f'{spec.name}: nothing is kept with auth = "{spec.auth}"')
            return Exit.OK
        kept = f"{spec.name}.token" if spec.auth == "bearer" else f"{spec.name}.sign-in"
        there = await asyncio.to_thread(secrets.kept, kept) is not None
        told = await session.end()
    if not there:
        why = f" ({secrets.no_keyring})" if secrets.no_keyring else ""
        print(f"{spec.name}: nothing was kept here{why}; a running engine ends its own sign-in with the ward")
        return Exit.OK
    print(f"{spec.name}: signed out, and deleted here")
    if told:
        return Exit.OK
    if spec.auth == "bearer":
        print("The token itself stays valid: whoever made it can revoke it.", file=sys.stderr)
        return Exit.OK
    print("The server did not confirm it: the sign-in may hold there until it expires.", file=sys.stderr)
    return Exit.FOUND
