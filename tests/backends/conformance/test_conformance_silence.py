"""A backend that says nothing more: nothing is shown as live, somebody is told, and the engine never waits for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from servers.faults import FaultProxy, HalfOpen

from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.link import CONNECTING, LIVE, LOADING

from .lines import ServerLine, Simulator
from .running import Running
from .stillness import SECOND, expires, limits
from .truth import Truth


def test_everything_goes_stale_on_time(running: Running) -> None:
    expires(running.copied())


def test_a_monitor_that_stops_is_told_of_within_seconds(simulator: Simulator) -> None:
    running = simulator.open()
    begun = running.ward.now
    for turn in range(1, 31):
        running.turn(begun + turn * SECOND)
    stopped = running.copied()
    monitors = [one.id for one in stopped.ward.devices.values() if one.kind == "monitor"]
    assert monitors
    for age in range(1, 13):
        stopped.engine.tick(running.ward.now + age * SECOND)
    shown = [stopped.ward.view(one, stopped.ward.now) for one in stopped.ward.ids()]
    told = {alarm.ref.param: alarm.priority for view in shown for alarm in view.alarms}
    assert {told.get(one) for one in monitors} == {3}


@pytest.fixture
def proxy(server_line: ServerLine) -> Iterator[FaultProxy]:
    with FaultProxy(server_line.spec.url) as proxy:
        yield proxy


def test_a_server_that_never_answers_holds_nobody_up(
    server_line: ServerLine, proxy: FaultProxy, truth: Truth
) -> None:  # fmt: skip
    silent = proxy.set(HalfOpen(), times=1_000)
    running = server_line.begun(MemoryLog("fhir"), None, truth.at, proxy.url)
    try:
        running.until(lambda: silent.used, truth.at)
        for turn in range(1, 601):
            running.turn(truth.at + turn * SECOND)
        assert silent.used == 1  # all that while it waited for the same answer
        assert running.ward.now == truth.at + 600 * SECOND
        assert running.ward.link is not None
        assert running.ward.link.state in (CONNECTING, LOADING)
        assert not running.ward.patients
    finally:
        running.close()


def test_a_server_that_falls_silent_leaves_nothing_live(
    server_line: ServerLine, proxy: FaultProxy, truth: Truth
) -> None:  # fmt: skip
    running = server_line.open(proxy.url)
    try:
        silent = proxy.set(HalfOpen(), times=1_000)
        running.until(lambda: silent.used, truth.at)
        used = silent.used
        while ends := [end for end in limits(running).values() if end >= running.ward.now]:
            running.turn(min(ends) + SECOND)
        assert silent.used == used  # it still waits for the answer, and the engine did not
        assert running.ward.link is not None
        assert running.ward.link.state == LIVE
        for patient in running.ward.ids():
            view = running.ward.view(patient, running.ward.now)
            assert not any(vital.live for vital in view.vitals.values())
            assert any(alarm.technical for alarm in view.alarms)
    finally:
        running.close()


def test_test_data_are_never_shown_as_a_ward_of_people(server_line: ServerLine, truth: Truth) -> None:
    running = server_line.begun(MemoryLog("fhir"), None, truth.at, watermark="")
    try:
        running.until(lambda: running.ward.patients, truth.at)
    finally:
        running.close()
    marks = [(one.kind, one.data().get("watermark")) for one in running.entries("ward", "patient")]
    assert marks.index(("ward", "TEST")) < marks.index(("patient", None))
    assert running.ward.header(running.ward.now).watermark == "TEST"
