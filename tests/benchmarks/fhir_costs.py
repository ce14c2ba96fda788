"""A ward on a real FHIR server: how long its first load takes and what of it is ours, and what watching it costs.

32 patients in HAPI with a day of measurements, fed with each patient's vital signs once a minute. The requests are
counted from outside, by a proxy. ``IOMT_BENCH_QUICK=1`` takes far fewer measurements, to try it.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from servers.faults import FaultProxy

from .fhir_engine import Cpu, FarEngine, Load, far_engine, load_of, readings, wall
from .fhir_machine import used
from .fhir_parsing import parse
from .fhir_polls import looks, most
from .fhir_recording import Answered, Recording, waits
from .fhir_server import Seeded, seeded
from .report import Figure
from .terminal import percentile

BEDS, HOURS = 32, 24.0
QUICK = bool(os.environ.get("IOMT_BENCH_QUICK"))
STEP = 7_200.0 if QUICK else 900.0  # s between two values of the past
LOADS = 3  # once Java has warmed up
SETTLE = 10.0  # s after the load
STEADY = 60.0 if QUICK else 120.0  # s


def fhir() -> Iterator[Figure]:
    """Loads, directly and then through the proxy, behind which the last engine goes on to watch."""
    with seeded(BEDS, HOURS, STEP) as server, tempfile.TemporaryDirectory() as directory:
        yield from _seeded(server)
        cold, *warm = (_loaded(server, Path(directory) / f"direct{number}") for number in range(1 + LOADS))
        yield from _cold(cold)
        yield from _warm(warm)
        with FaultProxy(server.reusing) as proxy:
            recording = Recording()
            proxy.set(recording)
            with far_engine(proxy.url, server.ward, Path(directory) / "counted") as engine:
                engine.until_live()
                yield from _parsing(load_of(engine), min(load.took for load, _ in warm), recording, proxy.url)
                yield from _steady(engine, recording, proxy)


def _loaded(server: Seeded, directory: Path) -> tuple[Load, float]:
    """A load by an engine of its own, and percent of the processors that others had meanwhile."""
    before = used()
    with far_engine(server.reusing, server.ward, directory) as engine:
        engine.until_live()
        others = used().others(before)
        return load_of(engine), others


def _seeded(server: Seeded) -> Iterator[Figure]:
    yield Figure("fhir: resources in HAPI", server.resources, "")
    yield Figure("fhir: Observations among them", server.observations, "")
    yield Figure("fhir: putting them there", server.took, "s")


def _cold(loaded: tuple[Load, float]) -> Iterator[Figure]:
    """The first search of any kind that this HAPI is asked: Java translates most of itself meanwhile."""
    load, others = loaded
    yield Figure("fhir: load from a HAPI just started", load.took, "s")
    yield Figure("fhir: the same, until everybody has a present value", load.present, "s")
    yield Figure("fhir: the same, others on the processors", others, "%")


def _warm(loaded: list[tuple[Load, float]]) -> Iterator[Figure]:
    loads = [load for load, _ in loaded]
    took = [load.took for load in loads]
    yield Figure("fhir: first load, patients", min(load.patients for load in loads), "", BEDS, least=True)
    yield Figure("fhir: first load, readings in the log", min(load.readings for load in loads), "")
    yield Figure(f"fhir: first load, median of {LOADS}", percentile(took, 0.5), "s", 10)
    yield Figure("fhir: first load, fastest", min(took), "s")
    yield Figure("fhir: first load, slowest", max(took), "s")
    for number, (load, others) in enumerate(loaded, 1):
        yield Figure(f"fhir: load {number}", load.took, "s")
        yield Figure(f"fhir: load {number}, others on the processors", others, "%")
        yield Figure(f"fhir: load {number}, from the start of the engine", load.from_start, "s")
        yield Figure(f"fhir: load {number}, until everybody has a present value", load.present, "s")
        yield Figure(f"fhir: load {number}, processor of the line's thread", load.line, "s")
        yield Figure(f"fhir: load {number}, processor of the engine's thread", load.engine, "s")
        yield Figure(f"fhir: load {number}, our processor time", 100 * (load.line + load.engine) / load.took, "% of it")


def _parsing(load: Load, fastest: float, recording: Recording, url: str) -> Iterator[Figure]:
    """The same once more, through the proxy, whose answers are then decoded and mapped again."""
    answered = list(recording.answered)
    bodies = [one.body for one in sorted(answered, key=lambda one: one.request.begun) if one.status == 200]
    parsed = parse(bodies, url, wall())
    yield Figure("fhir: load through the proxy", load.took, "s")
    yield Figure("fhir: load, requests", len(answered), "")
    yield Figure("fhir: load, answers", sum(map(len, bodies)) / 1e6, "MB")
    yield Figure("fhir: load, resources parsed", parsed.resources, "")
    yield Figure("fhir: load, readings parsed", parsed.readings, "", 1, least=True)
    yield Figure("fhir: load, decoding", parsed.decoding, "s")
    yield Figure("fhir: load, mapping", parsed.mapping, "s")
    share = 100 * (parsed.decoding + parsed.mapping) / fastest
    yield Figure("fhir: decoding and mapping, of the fastest load", share, "%", 20)


def _steady(engine: FarEngine, recording: Recording, proxy: FaultProxy) -> Iterator[Figure]:
    """Two minutes of watching."""
    time.sleep(SETTLE)
    proxy.reset_counts()
    before, begun = engine.cpu(), time.monotonic()
    time.sleep(STEADY)
    after, ended = engine.cpu(), time.monotonic()
    engine.read()
    came = [(at, one) for at, one in readings(engine.entries, "obs") if before.at <= at < after.at]
    yield Figure("fhir: watching, values a patient and minute",
                 sum(len(one.values) for _, one in came) / BEDS / (ended - begun) * 60, "")  # fmt: skip
    answered = recording.since(begun, ended)
    yield from _requests(answered, len(proxy.requests), urlsplit(proxy.url).path, ended - begun)
    yield from _processor(before, after)
    ages = [(at - one.observed_at) / 1000 for at, one in came]
    yield Figure("fhir: age of a value when the log has it, median", percentile(ages, 0.5), "s")
    yield Figure("fhir: age of a value when the log has it, p99", percentile(ages, 0.99), "s")
    waited = waits(recording.since(0, begun), answered)
    yield Figure("fhir: from the server's writing to its answer, median", percentile(waited, 0.5), "s")
    yield Figure("fhir: from the server's writing to its answer, p99", percentile(waited, 0.99), "s")


def _requests(answered: list[Answered], seen: int, base: str, seconds: float) -> Iterator[Figure]:
    found = looks([one.request for one in answered], base)
    polls = [look for look in found if look.polls]
    members = [look for look in found if not look.polls]
    minutes = seconds / 60
    yield Figure("fhir: watching, requests a minute", seen / minutes, "")
    yield Figure("fhir: watching, polls a minute", len(found) / minutes, "")
    yield Figure("fhir: requests a poll, most", most([look.beside_pages for look in polls]), "", 2)
    yield Figure("fhir: requests a poll, on average", seen / max(1, len(found)), "", 2)
    yield Figure("fhir: polls that look who is on the ward, too", len(members), "")
    yield Figure("fhir: requests of such a poll, most", max((look.beside_pages for look in members), default=0), "")
    yield Figure("fhir: further pages", sum(len(look.requests) - look.beside_pages for look in found), "")
    yield Figure("fhir: bytes from the server", sum(one.request.size for one in answered) / 1000 / minutes, "kB/min")


def _processor(before: Cpu, after: Cpu) -> Iterator[Figure]:
    seconds = (after.at - before.at) / 1000
    yield Figure("fhir: watching, processor of the line's thread", 100 * (after.line - before.line) / seconds, "%")
    yield Figure(
        "fhir: watching, processor of the engine's thread", 100 * (after.engine - before.engine) / seconds, "%"
    )
    yield Figure("fhir: watching, processor of both", 100 * (after.both - before.both) / seconds, "%", 3)
