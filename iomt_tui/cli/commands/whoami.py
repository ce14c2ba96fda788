"""``iomt-tui whoami NAME``: who is signed in at a FHIR server, and what they may not do there."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from iomt_tui.cli.commands.login import shortcomings, who
from iomt_tui.cli.exits import Exit
from iomt_tui.cli.servers import chosen_server, secrets_of, session_on

if TYPE_CHECKING:
    from iomt_tui.backends.fhir.spec import FhirSpec


def run(args: Namespace) -> int:
    """Prints it; FOUND when nobody is signed in."""
    _, spec = chosen_server(args.name)
    return asyncio.run(_told(spec))


async def _told(spec: FhirSpec) -> int:
    """A person's sign-in is only read: what is refreshed here would be worth nothing to a running engine."""
    secrets = secrets_of(spec)
    async with session_on(spec, secrets) as session:
        if spec.auth == "none":
            print(f"{spec.name}: the server asks for no sign-in")
            return Exit.OK
        if not await session.known():
            why = f" ({secrets.no_keyring})" if secrets.no_keyring else ""
            print(f"{spec.name}: nobody is signed in, as far as is kept here{why}")
            return Exit.FOUND
        if spec.auth == "backend":
            await session.begin()
        print(f"{spec.name}: a bearer token" if spec.auth == "bearer" else who(spec, session))
        print(f"from {session.kept}")
        for line in shortcomings(session):
            print(line, file=sys.stderr)
        return Exit.OK
