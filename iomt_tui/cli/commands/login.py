"""``iomt-tui login NAME``: signs a person in at a FHIR server, so that ``connect`` need not ask."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.servers import chosen_server, secrets_of, session_on

if TYPE_CHECKING:
    from iomt_tui.backends.fhir.spec import FhirSpec
    from iomt_tui.security.secrets import Secrets
    from iomt_tui.security.sign_in.session import Session, SignInStep

_LONGEST: Final = 65_536  # characters of a token on stdin
_ON_LIGHT: Final = "\x1b[30;107m{}\x1b[0m"


def run(args: Namespace) -> int:
    """Signs in; FOUND when it was done and cannot be kept."""
    _, spec = chosen_server(args.name)
    secrets = secrets_of(spec)
    if spec.auth == "none":
        raise CliError(f'{spec.name} has auth = "none": it asks for no sign-in', Exit.USAGE)
    if spec.auth == "bearer":
        return _bearer(spec, secrets)
    return asyncio.run(_signed_in(spec, secrets))


async def _signed_in(spec: FhirSpec, secrets: Secrets) -> int:
    async with session_on(spec, secrets) as session:
        if spec.auth == "device" and not await asyncio.to_thread(secrets.place):
            _say(f"Nothing here can keep the sign-in ({secrets.no_keyring}), so it will only be tried out.")
        step = await session.begin()
        if step is not None:
            await _with_person(session, step)
        print(who(spec, session), flush=True)
        for line in shortcomings(session):
            _say(line)
        if spec.auth == "backend":
            return Exit.OK
        if session.kept:
            print(f"kept in {session.kept}; 'iomt-tui logout {spec.name}' ends it")
            return Exit.OK
        await session.end()
        _say(f"It is kept nowhere and was ended again: 'iomt-tui connect {spec.name}' will ask itself.")
        return Exit.FOUND


def who(spec: FhirSpec, session: Session) -> str:
    """Who is signed in, in a line."""
    if session.user is None:
        return f"{spec.name}: signed in as this program, {spec.client_id}" if spec.auth == "backend" else (
            f"{spec.name}: signed in; the server does not say who it is"
        )  # fmt: skip
    ref = f" ({session.user.ref})" if session.user.ref and session.user.ref != session.user.name else ""
    return f"{spec.name}: signed in as {session.user.name}{ref}"


def shortcomings(session: Session) -> Iterator[str]:
    """What was not granted, and what is to be told of where a secret comes from."""
    if session.lacking:
        yield f"not granted: {', '.join(sorted(session.lacking))}. What needs it will not work"
    if session.warning:
        yield session.warning


async def _with_person(session: Session, step: SignInStep) -> None:
    for line in invitation(step):
        _say(line)
    counting = asyncio.create_task(_count_down(step.lasts)) if sys.stderr.isatty() else None
    try:
        await session.finish(step)
    finally:
        if counting is not None:
            counting.cancel()
            sys.stderr.write("\r\x1b[K")


def invitation(step: SignInStep) -> Iterator[str]:
    """What the person has to do, with a QR code where the terminal can show one."""
    yield f"Open   {step.page}"
    yield f"type   {step.code}"
    yield from _qr(step.direct or step.page)
    if step.direct:
        yield f"or open {step.direct}"
    yield f"The code holds for {max(1, round(step.lasts / 60))} min. Ctrl+C gives up."


def _qr(address: str) -> Iterator[str]:
    from iomt_tui.security.sign_in.qr import qr_blocks, qr_lines

    if not sys.stderr.isatty() or "utf" not in (sys.stderr.encoding or "").lower():
        return
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") in ("dumb", None)
    lines = qr_blocks(address) if plain else qr_lines(address)
    try:
        wide = os.get_terminal_size(sys.stderr.fileno()).columns
    except OSError:
        wide = 80
    if lines and len(lines[0]) <= wide:
        yield ""
        yield from lines if plain else map(_ON_LIGHT.format, lines)
        yield ""


async def _count_down(lasts: float) -> None:
    end = time.monotonic() + lasts
    while (left := round(end - time.monotonic())) > 0:
        sys.stderr.write(f"\r\x1b[Kwaiting, {left // 60}:{left % 60:02} left")
        sys.stderr.flush()
        await asyncio.sleep(1)


def _bearer(spec: FhirSpec, secrets: Secrets) -> int:
    """Keeps a token that is typed unseen, or comes on standard input."""
    from iomt_tui.security.sign_in.tokens import printable

    if spec.token_command or spec.token_env:
        source = "token_command" if spec.token_command else f"the variable {spec.token_env}"
        raise CliError(f"the token of {spec.name} comes from {source}; nothing is kept here", Exit.USAGE)
    if not secrets.place():
        raise CliError(
            f"nothing here can keep the token ({secrets.no_keyring}); unlock a keyring, or configure token_command",
            Exit.SOURCE,
        )
    if sys.stdin.isatty():
        from getpass import getpass

        typed = getpass(f"Token for {spec.name} (it is not shown): ")
    else:
        typed = sys.stdin.readline(_LONGEST)
    token = printable(typed.strip())
    if not token:
        raise CliError("that is not a token: one line of printable characters without spaces is needed", Exit.USAGE)
    where = secrets.put(f"{spec.name}.token", token.reveal())
    if not where:
        raise CliError(f"the token could not be kept ({secrets.no_keyring})", Exit.SOURCE)
    print(f"{spec.name}: the token is kept in {where}; 'iomt-tui logout {spec.name}' deletes it")
    return Exit.OK


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
