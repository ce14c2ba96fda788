"""The source as the engine drives it: a thread beside it, which it never waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from line_rig import SPEC, PlainMapper, PlainOutbox, PlainSession
from small_server import BEGIN, SmallServer, heart_rate, small_ward

from iomt_tui.backends.fhir.source import Arrival, FhirSource
from iomt_tui.backends.fhir.tools import Opened, Tools
from iomt_tui.security.text import safe_text
from iomt_tui.ward.link import Link
from iomt_tui.ward.writes import NOTE, Write, Written

PATIENCE = 30.0  # s


class Running:
    """A source on a small server."""

    def __init__(self, server: SmallServer, **more: Any) -> None:
        self.outboxes: list[PlainOutbox] = []
        self.sessions: list[PlainSession] = []
        self.closed = threading.Event()
        tools = Tools(
            lambda _spec: self._opened(server), lambda _spec, _refusals, _tz, tests: PlainMapper(tests),
            lambda _spec, way: self._kept(PlainOutbox(way)), wall=lambda: BEGIN,
        )  # fmt: skip
        spec = replace(SPEC, poll_least=0.2, poll_most=0.4)
        self.source = FhirSource(spec, "W", "UTC", 5_000, "", more.pop("tools", tools))
        self.now = 5_000
        self.arrived: list[Arrival] = list(self.source.begin())

    def _opened(self, server: SmallServer) -> Opened:
        self.sessions.append(PlainSession())

        async def close() -> None:
            self.closed.set()

        return Opened(server, self.sessions[-1], close)

    def _kept(self, outbox: PlainOutbox) -> PlainOutbox:
        self.outboxes.append(outbox)
        return outbox

    def until(self, there: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not there():
            assert time.monotonic() < end, self.arrived[-3:]
            self.now += 50
            self.arrived += self.source.poll(self.now)
            time.sleep(0.01)  # the engine's own rest between two looks

    @property
    def states(self) -> list[str]:
        return [body["state"] for _, kind, body in self.arrived if kind == "link"]


@pytest.fixture
def server() -> SmallServer:
    server = SmallServer()
    small_ward(server)
    server.put(heart_rate("o1", "p1", BEGIN - 1_000))
    return server


@pytest.fixture
def run(server: SmallServer) -> Iterator[Callable[..., Running]]:
    made: list[Running] = []

    def run(**more: Any) -> Running:
        made.append(Running(server, **more))
        return made[-1]

    yield run
    for one in made:
        one.source.close()


def test_it_says_at_once_that_it_connects_and_then_what_it_finds(run: Callable[..., Running]) -> None:
    running = run()
    at, kind, body = running.arrived[0]
    assert (at, kind, body["state"]) == (5_000, "link", "connecting")
    assert Link.from_body(body).body() == body
    running.until(lambda: "live" in running.states)
    assert running.states[:2] == ["connecting", "loading"]
    assert [one.values for _, kind, one in running.arrived if kind == "obs"] == [{"hr": 72}]
    times = [at for at, _, _ in running.arrived]
    assert times == sorted(times)


def test_an_engine_that_goes_on_need_not_begin(server: SmallServer, run: Callable[..., Running]) -> None:
    running = run()
    running.source.close()
    other = FhirSource(SPEC, "W", "UTC", 1, "", running.source._tools)
    try:
        end = time.monotonic() + PATIENCE
        found: list[Arrival] = []
        while not any(kind == "obs" for _, kind, _ in found):
            assert time.monotonic() < end
            found += other.poll(1)
            time.sleep(0.01)
    finally:
        other.close()


def test_writes_and_what_becomes_of_them(run: Callable[..., Running]) -> None:
    running = run()
    write = Write("op", NOTE, "p1", safe_text("Joy"), safe_text(""), 5_000, {"text": "hello"})
    running.source.submit(write)  # at once, before there is a line
    running.until(lambda: running.outboxes and running.outboxes[0].writes)
    way = running.outboxes[0].way
    running.until(lambda: "live" in running.states)
    assert (way.patients("p1"), way.patients("nobody")) == ("Patient/p1", None)
    told = Written("op", NOTE, "p1", "confirmed", 5_100, 5_000)
    way.emit(told)
    running.until(lambda: any(kind == "write" for _, kind, _ in running.arrived))
    assert next(body for _, kind, body in running.arrived if kind == "write") == told.body()


def test_closing_ends_the_thread_and_its_connections(run: Callable[..., Running]) -> None:
    before = set(threading.enumerate())
    running = run()
    running.until(lambda: "live" in running.states)
    assert [thread.name for thread in set(threading.enumerate()) - before] == ["fhir"]
    running.source.close()
    running.source.close()
    assert running.closed.is_set()
    assert not set(threading.enumerate()) - before


def test_a_line_that_cannot_be_made_is_told(run: Callable[..., Running]) -> None:
    def broken(_spec: object) -> Opened:
        raise ValueError("auth 'magic'")

    running = run(tools=Tools(broken, lambda *_: PlainMapper(False), lambda _spec, way: PlainOutbox(way)))
    running.until(lambda: "denied" in running.states)
    assert "auth 'magic'" in running.arrived[-1][2]["text"]
