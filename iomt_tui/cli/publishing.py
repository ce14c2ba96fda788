"""The simulated ward onto a FHIR server from the command line: which server, with which token, and how it goes."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from argparse import Namespace
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final, NamedTuple, TextIO

from iomt_tui.backends.fhir.client import FhirClient
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.publishing.seeding import Plan, Seeding
from iomt_tui.backends.fhir.publishing.strangers import Strangers
from iomt_tui.backends.fhir.publishing.upload import Tally, Upload
from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.server_wards import TOKEN
from iomt_tui.security.secret import NOTHING, Secret
from iomt_tui.security.sign_in.bearer import OpenSession
from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.sign_in.tokens import printable
from iomt_tui.security.web import Transport, Web, WebError, origin

_DEADLINE: Final = 180.0  # s; a server may take its time over a batch of hundreds
_LEAST: Final = 1_000  # ms
_OFTEN: Final = 10.0  # s between two lines of progress that is not on a terminal


class Target(NamedTuple):
    """A server, and the token for it; the empty one for a server that asks for none."""

    url: str
    token: Secret = NOTHING


class _Given(OpenSession):
    """A token that was given; one that is refused is not sent again."""

    def __init__(self, token: Secret) -> None:
        super().__init__()
        self._token, self._bad = token, False

    async def authorization(self) -> str:
        """The token. Raises SignedOut once it was refused."""
        if self._bad:
            raise SignedOut(f"the server does not accept the token in {TOKEN}; give another one")
        return f"Bearer {self._token.reveal()}"

    def refused(self, authorization: str) -> None:
        """It is not good."""
        self._bad = True


def target_of(url: str, auth: str) -> Target:
    """The server at ``url``. Raises CliError for an address that must not be written to, and without a token."""
    try:
        origin(url)
    except WebError as error:
        raise CliError(f"--url: {error}", Exit.USAGE) from None
    if auth == "none":
        return Target(url)
    token = printable(os.environ.get(TOKEN))
    if not token:
        raise CliError(f"--auth bearer takes the token from {TOKEN}, which is not set, or is no token", Exit.USAGE)
    return Target(url, token)


def plan_of(args: Namespace) -> Plan:
    """What ``seed`` was asked for. Raises CliError for a scenario that there is not."""
    from iomt_tui.cli.wards import scenario_name

    if min(args.step, args.every) < _LEAST:
        raise CliError("--step and --every are at least one second", Exit.USAGE)
    usual = Plan()
    return Plan(
        beds=usual.beds if args.beds is None else args.beds, seed=usual.seed if args.seed is None else args.seed,
        scenario=scenario_name(args.scenario), hours=args.hours, step=args.step / 1000,
        every=args.every / 1000 if args.feed else 0.0, speed=args.speed,
    )  # fmt: skip


class Progress:
    """Words on stderr: one line that changes on a terminal, else a line now and then."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock, self._same = stream, clock, stream.isatty()
        self._told: float | None = None
        self._open = False

    def tell(self, words: str) -> None:
        """How it stands."""
        now = self._clock()
        if self._same:
            self._stream.write(f"\r\x1b[Kiomt-tui: {words}")
            self._open = True
        elif self._told is None or now - self._told >= _OFTEN:
            self._stream.write(f"iomt-tui: {words}\n")
            self._told = now
        self._stream.flush()

    def end(self) -> None:
        """Whatever is printed next begins a line of its own."""
        if self._open:
            self._stream.write("\n")
            self._open = False


@asynccontextmanager
async def publishing(plan: Plan, target: Target, progress: Progress) -> AsyncIterator[tuple[Seeding, Upload]]:
    """The ward and its way to the server, with errors in words. Raises CliError."""
    web = Web(Transport(deadline=_DEADLINE))
    session = _Given(target.token) if target.token else OpenSession()
    client = FhirClient(web, target.url, session)
    upload = Upload(client, random=random.random, sleep=asyncio.sleep, tell=progress.tell)
    try:
        yield Seeding(plan, client, upload, progress.tell), upload
    except (FhirError, Strangers) as error:
        progress.end()
        raise CliError(f"{target.url}: {error}", Exit.SOURCE) from None
    finally:
        progress.end()
        await web.close()


async def fed(seeding: Seeding, upload: Upload) -> None:
    """Goes on until Ctrl+C or SIGTERM, through every outage of the server. Raises FhirError for what does not pass."""
    from iomt_tui.log.clock import boottime

    upload.tries = None
    await seeding.catch_up(wall())
    this = asyncio.current_task()
    if this is not None:
        with suppress(NotImplementedError):  # Windows has no such signals for a loop
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    with suppress(asyncio.CancelledError):
        await seeding.feed(boottime, asyncio.sleep, lambda: False)


def report(tally: Tally, what: str) -> Exit:
    """Says what came of it, the first few failures among it."""
    print(f"iomt-tui: {tally.done:,} resources {what}", file=sys.stderr)
    if not tally.failed:
        return Exit.OK
    print(f"iomt-tui: {tally.failed:,} were not taken by the server, among them", file=sys.stderr)
    for words in tally.told:
        print(f"  {words}", file=sys.stderr)
    return Exit.SOURCE


def wall() -> int:
    """ms since 1970."""
    return time.time_ns() // 1_000_000
