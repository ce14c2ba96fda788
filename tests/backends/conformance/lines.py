"""The ward from where it goes on: the simulator itself, and servers that it was published to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from iomt_tui.backends.fhir.client import FhirClient
from iomt_tui.backends.fhir.publishing.naming import Names
from iomt_tui.backends.fhir.publishing.seeding import Plan, Seeding
from iomt_tui.backends.fhir.publishing.upload import Upload
from iomt_tui.backends.fhir.source import FhirSource
from iomt_tui.backends.fhir.spec import FhirSpec
from iomt_tui.backends.fhir.tools import Opened, Tools, real_tools
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.source import SimulatedSource, backend_of, ward_body
from iomt_tui.engine.spec import WardSpec
from iomt_tui.log.memory import MemoryLog
from iomt_tui.security.sign_in.bearer import OpenSession
from iomt_tui.security.web import Transport, Web
from iomt_tui.ward.link import LIVE

from .running import ALL_READ, DEVICES, NAMES, ORDERS, SCALE, Running, copy_of, folded
from .truth import BEDS, HOURS, SEED, STEP, Truth, same_figures

_SERVED: Final = frozenset({NAMES, DEVICES, ORDERS, ALL_READ})
_EVERYTHING: Final = _SERVED | {SCALE}
_SIMULATED: Final = WardSpec(name="Conformance", beds=BEDS, seed=SEED, history_hours=HOURS)
_HOURS: Final = 24.0  # of history; scales and cuffs at home were last used within it
_LONG: Final = 120.0  # s a request may take: what hangs must hang for all of a test


class Simulator:
    """The simulated ward as the engine's own source."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    def open(self) -> Running:
        """A new ward with its history, as the engine's process begins it."""
        log, at = MemoryLog("simulated"), self._truth.at
        with same_figures():
            source = SimulatedSource(_SIMULATED, at)
            engine = Engine(log)
            with engine.in_one_piece():
                engine.start(ward_body(_SIMULATED), self._truth.since)
                engine.take(source.begin(), tick_every=60_000)
                engine.tick(at)
        return Running(_EVERYTHING, engine, log, source)

    def again(self, before: Running, now: int) -> Running:
        """Another engine over a copy of the log: the simulator begins nothing that is there already."""
        log = copy_of(before.entries())
        engine = Engine(log, folded(before.entries()))
        source = SimulatedSource(_SIMULATED, now)
        engine.start(ward_body(_SIMULATED), now)
        engine.tick(now)
        return Running(_EVERYTHING, engine, log, source)


class ServerLine:
    """A FHIR server that holds the ward."""

    def __init__(self, truth: Truth, url: str) -> None:
        self._truth = truth
        self._names = Names(SEED)
        self.spec = FhirSpec(
            name="conformance", url=url, ward=f"Location/{self._names.id('ward')}", history_hours=_HOURS,
            poll_least=0.2, poll_most=0.5,
        )  # fmt: skip

    def publish(self) -> None:
        """Puts the ward there as it is at the truth's time."""
        with same_figures():
            asyncio.run(self._publish())

    async def _publish(self) -> None:
        web = Web(Transport(deadline=_LONG))
        client = FhirClient(web, self.spec.url, OpenSession())
        upload = Upload(client, random=lambda: 0.5, sleep=asyncio.sleep, tell=lambda _words: None)
        plan = Plan(beds=BEDS, seed=SEED, hours=HOURS, step=STEP, every=0)
        try:
            await Seeding(plan, client, upload, lambda _words: None).begin(self._truth.at)
        finally:
            await web.close()
        assert (upload.tally.failed, upload.tally.told) == (0, [])

    def open(self, url: str = "", watermark: str = "TEST") -> Running:
        """A new ward, up to where the line says that it is live; through ``url`` where that is given."""
        return self._line(MemoryLog("fhir"), None, self._truth.at, url, watermark)

    def again(self, before: Running, now: int) -> Running:
        """Another engine, with a line of its own, over a copy of the log."""
        return self._line(copy_of(before.entries()), before, now)

    def begun(self, log: MemoryLog, before: Running | None, at: int, url: str = "", watermark: str = "TEST") -> Running:
        """An engine with a line that has only been begun."""
        server = replace(self.spec, url=url or self.spec.url)
        spec = WardSpec(name="Conformance", source="fhir", watermark=watermark, fhir=server)
        # Log time stands still between two polls, so that the tests say how old everything is.
        rests: list[float] = []
        source = FhirSource(server, spec.name, spec.tz, at, watermark, patient_tools(rests), boot=lambda: 0.0)
        ward = folded(before.entries()) if before is not None else None
        engine = Engine(log, ward, backend=backend_of(spec, source))
        engine.start(ward_body(spec), at)
        engine.take(source.begin())
        engine.tick(at)
        return Running(_SERVED, engine, log, source, self._names.prefix, lambda: len(rests))

    def _line(self, log: MemoryLog, before: Running | None, at: int, url: str = "", watermark: str = "TEST") -> Running:
        running = self.begun(log, before, at, url, watermark)
        try:
            running.until(lambda: (link := running.ward.link) is not None and link.state == LIVE, at)
        except BaseException:
            running.close()
            raise
        running.turn(at)
        return running


def patient_tools(rests: list[float]) -> Tools:
    """The real ones, but a request may take very long. ``rests``: the pauses between two polls, as they begin."""
    real = real_tools("test")

    def open_patiently(_spec: FhirSpec) -> Opened:
        web = Web(Transport(deadline=_LONG))
        return Opened(web, OpenSession(), web.close)

    async def wait(event: asyncio.Event, seconds: float) -> None:
        rests.append(seconds)
        await real.wait(event, seconds)

    return replace(real, open=open_patiently, wait=wait)
