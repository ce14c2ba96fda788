"""Everything on its way to the server: in order where order matters, again where it failed, and not for ever."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

from iomt_tui.backends.fhir.retry import pause
from iomt_tui.backends.fhir.writing.deliver import deliver
from iomt_tui.backends.fhir.writing.desk import Desk
from iomt_tui.backends.fhir.writing.server import Later, Server, Verdict
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.security.text import safe_text
from iomt_tui.ward import writes
from iomt_tui.ward.writes import LONGEST, Write, Written

AT_ONCE: Final = 4
_FOR_OTHERS: Final = 3  # the last place is for acknowledgements: no chart keeps one waiting
_NOT_LOADED: Final = "the patient has not been loaded from the server yet"
_OFF: Final = "writing this to the server is not switched on in the configuration"

Lane = tuple[str, ...]
_CHANCE: Final = random.Random().random  # its own: the line runs in a thread beside the engine


def lane(write: Write) -> Lane:
    """Writes of one lane are delivered one after the other. A second alarm does not wait for the first one's Task,
    nor one drug for another's record: they share nothing on the server."""
    if write.what == writes.ACK:
        ref = write.about.get("ref")
        return (write.patient, write.what, *(str(part) for part in ref[1:3])) if isinstance(ref, list | tuple) else ()
    if write.what == writes.DOSE:
        order = write.about.get("order")
        return (write.patient, write.what, str(order.get("id")) if isinstance(order, dict) else "")
    return (write.patient, write.what)


def deadline(write: Write) -> int:
    """Log time (ms) until which a write is tried. An acknowledgement that is over says nothing any more: the alarm is
    announced anew here, and must not look seen to elsewhere."""
    latest, until = write.at + LONGEST[write.what], write.about.get("until")
    over = write.what == writes.ACK and write.about.get("do") != "unack" and isinstance(until, int)
    return min(latest, until) if over and isinstance(until, int) else latest


@dataclass(slots=True)
class _Way:
    """How far one write has come."""

    write: Write
    attempt: int = 0
    why: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)

    def fails(self, why: str) -> bool:
        """Counts a failure. Whether that is news: a new reason, and every now and then that it goes on."""
        news = why != self.why or self.attempt & (self.attempt - 1) == 0
        self.why = why
        return news


class Outbox:
    """Delivers writes in the event loop in which it is used. Nothing that a server says ends it."""

    def __init__(
        self,
        server: Server,
        clock: Callable[[], int],
        emit: Callable[[Written], None],
        patients: Callable[[str], str | None],
        station: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        allowed: Collection[str],
        zone: str = "UTC",
        chance: Callable[[], float] = _CHANCE,
        person: Callable[[], str] = lambda: "",
    ) -> None:
        """``clock``: log time, ms. ``emit``: told of every turn of events. ``patients``: log id -> "Patient/1".

        ``allowed``: kinds of the configuration (FhirSpec.writes); nothing else is ever sent. ``zone``: the ward's.
        ``sleep``: seconds. ``chance``: 0 to 1. ``person``: whom the server takes us for ("Practitioner/1"), "" where it
        is nobody in particular: nothing is sent in somebody else's name.
        """
        self._server, self._clock, self._emit, self._patients = server, clock, emit, patients
        self._station, self._sleep, self._allowed, self._chance = station, sleep, frozenset(allowed), chance
        self._person = person
        self._zone: tzinfo = zone_of(zone)
        self._lanes: dict[Lane, deque[Write]] = {}
        self._known: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns, self._others = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(_FOR_OTHERS)
        self._woken = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many writes have no end yet."""
        return len(self._known)

    def submit(self, write: Write) -> None:
        """Takes a write; one that is on its way already is not taken twice. Never waits."""
        key = (write.op, write.what)
        if key in self._known:
            return
        if write.what not in self._allowed or write.what not in LONGEST:
            self._tell(_Way(write), Verdict(writes.DENIED, _OFF))
            return
        self._known.add(key)
        name = lane(write)
        if name in self._lanes:
            self._lanes[name].append(write)
            return
        self._lanes[name] = deque([write])
        task = asyncio.get_running_loop().create_task(self._run(name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def hurry(self) -> None:
        """The server is back, or somebody has signed in: what waits for its next attempt is tried now."""
        self._woken.set()
        self._woken = asyncio.Event()

    async def close(self) -> None:
        """Breaks off. What has no end yet has none in the log either, and is submitted again after a restart."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, name: Lane) -> None:
        queue = self._lanes[name]
        while queue:
            way = _Way(queue[0])
            self._tell(way, await self._bring(way))
            self._known.discard((way.write.op, way.write.what))
            queue.popleft()
        del self._lanes[name]

    async def _bring(self, way: _Way) -> Verdict:
        write = way.write
        ends = deadline(write)
        while (left := ends - self._clock()) > 0:
            way.attempt += 1
            wait: float | None = None
            try:
                return await self._attempt(way)
            except Later as later:
                why, wait = later.why, later.wait
                way.parts, way.ended = later.parts or way.parts, later.ended or way.ended
            except Exception as error:  # a server may say anything; what it said must not end the others
                why = f"failed ({type(error).__name__})"
            if way.fails(why):
                self._tell(way, Verdict(writes.WAITING, why, parts=way.parts))
            await self._rest(min(pause(way.attempt, self._chance, wait), left / 1000))
        why = f"not confirmed in time: {way.why}" if way.why else "it could not be sent in time"
        return Verdict(writes.EXPIRED, why, parts=way.parts)

    async def _attempt(self, way: _Way) -> Verdict:
        async with AsyncExitStack() as turn:
            if way.write.what != writes.ACK:
                await turn.enter_async_context(self._others)
            await turn.enter_async_context(self._turns)
            patient = self._patients(way.write.patient)
            if patient is None:
                raise Later(_NOT_LOADED)
            if way.write.user_ref and self._person() not in ("", way.write.user_ref):
                raise Later(f"somebody else is signed in: it waits for {way.write.user} to sign in again")
            return await deliver(way.write, Desk(self._server, patient, self._station, self._zone), way.ended)

    async def _rest(self, seconds: float) -> None:
        """Until the time is over or somebody calls :meth:`hurry`."""
        both = [asyncio.ensure_future(self._sleep(seconds)), asyncio.ensure_future(self._woken.wait())]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    def _tell(self, way: _Way, verdict: Verdict) -> None:
        write = way.write
        self._emit(
            Written(
                op=write.op, what=write.what, patient=write.patient, state=verdict.state, at=self._clock(),
                begun=write.at, by=safe_text(verdict.by, 40), when=verdict.when, why=safe_text(verdict.why, 200),
                attempt=way.attempt, parts=tuple((vital, str(safe_text(how, 120))) for vital, how in
                                                 verdict.parts.items()),
            )
        )  # fmt: skip
