"""What a line works with, so that tests can put their own in its place."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, Protocol

from iomt_tui.backends.fhir.client import Asks
from iomt_tui.backends.fhir.feed import Maps
from iomt_tui.backends.fhir.spec import FhirSpec
from iomt_tui.backends.fhir.wire import Wire
from iomt_tui.backends.refusals import Refusals
from iomt_tui.security.sign_in.model import Session
from iomt_tui.ward.writes import Write, Written


def _wall() -> int:
    return time.time_ns() // 1_000_000


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


@dataclass(frozen=True, slots=True)
class Opened:
    """A way to the server and a sign-in there."""

    web: Asks
    session: Session
    close: Callable[[], Awaitable[None]]


class Delivers(Protocol):
    """What brings writes to the server (:class:`iomt_tui.backends.fhir.writing.outbox.Outbox`)."""

    def submit(self, write: Write) -> None:
        """Takes a write. Never waits."""
        ...

    def hurry(self) -> None:
        """The server is back, or somebody has signed in."""
        ...

    async def close(self) -> None:
        """Breaks off."""
        ...


class Way(NamedTuple):
    """What an outbox works with: the ward's zone, log time (ms), where it tells what became of a write, the reference
    on the server to a patient of the log, and whom the server takes us for ("" for nobody in particular)."""

    wire: Wire
    tz: str
    now: Callable[[], int]
    emit: Callable[[Written], None]
    patients: Callable[[str], str | None]
    person: Callable[[], str] = lambda: ""


@dataclass(frozen=True, slots=True)
class Tools:
    """``wall``: ms UTC by the machine's clock. ``steady``: seconds that never step. ``wait``: until the event, or for
    so many seconds. ``mapper`` is given the ward's time zone and whether test data are taken."""

    open: Callable[[FhirSpec], Opened]
    mapper: Callable[[FhirSpec, Refusals, str, bool], Maps]
    outbox: Callable[[FhirSpec, Way], Delivers]
    wall: Callable[[], int] = _wall
    steady: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.Random().random  # a thread has chance of its own
    wait: Callable[[asyncio.Event, float], Awaitable[None]] = _wait


def real_tools(station: str) -> Tools:
    """HTTP, the configured sign-in and the real mapper. ``station`` is the name under which is written to the server,
    and by which what comes back from there is known as our own."""
    return Tools(_open, partial(_mapper, station), partial(_outbox, station))


def _open(spec: FhirSpec) -> Opened:
    from iomt_tui.security.secrets import Secrets
    from iomt_tui.security.sign_in.session import session_for
    from iomt_tui.security.web import Transport, Web

    web = Web(Transport(spec.ca_file, spec.client_cert, spec.client_key, spec.pin))
    elsewhere = Web(Transport(spec.ca_file))  # a sign-in server of another origin has another key, and no claim on ours
    session = session_for(
        auth=spec.auth, name=spec.name, base=spec.url.rstrip("/"), web=web, elsewhere=elsewhere,
        secrets=Secrets(command=spec.token_command, variable=spec.token_env), client_id=spec.client_id,
        scopes=spec.scopes, writes=spec.writes, issuer=spec.issuer, key_file=spec.key_file, key_id=spec.key_id,
        algorithm=spec.algorithm,
    )  # fmt: skip

    async def close() -> None:
        await web.close()
        await elsewhere.close()

    return Opened(web, session, close)


def _mapper(station: str, spec: FhirSpec, refusals: Refusals, tz: str, tests: bool) -> Maps:
    from iomt_tui.backends.fhir.mapper import REFUSE, TAKE, Mapper

    return Mapper(
        refusals, tz=tz, test_patients=TAKE if tests else REFUSE, station=station, base=spec.url, source=spec.name
    )  # fmt: skip


def _outbox(station: str, spec: FhirSpec, way: Way) -> Delivers:
    from iomt_tui.backends.fhir.writing.outbox import Outbox

    return Outbox(
        way.wire, way.now, way.emit, way.patients, station, allowed=spec.writes, zone=way.tz, person=way.person
    )  # fmt: skip
