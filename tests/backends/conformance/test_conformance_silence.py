"""A backend that says nothing more: nothing is shown as live, somebody is told, and the engine never waits for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from servers.faults import FaultProxy, HalfOpen

from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.link import CONNECTING, LIVE, LOADING
from iomt_tui.ward.view import Freshness

from .lines import ServerLine, Simulator
from .running import Running
from .truth import Truth

SECOND = 1_000


def limits(running: Running) -> dict[tuple[str, str], int]:
    """When (ms) each value that was ever measured expires."""
    return {
        (patient, key): series.at + series.limit
        for patient, state in running.ward.patients.items()
        for key, series in state.series.items()
        if series.at >= 0
    }


def lost(running: Running) -> dict[tuple[str, str], int]:
    """When (ms) each device's silence is one that somebody must hear of: of continuous ones, and of the others."""
    found: dict[tuple[str, str], int] = {}
    for patient, state in running.ward.patients.items():
        for device in state.devices:
            own = [one for one in state.series.values() if one.device == device and one.at >= 0]
            for continuous in (True, False):
                some = [one for one in own if (one.limit <= 180 * SECOND) is continuous]
                if some:
                    due = max(max(one.at, one.absent_at) for one in some) + min(one.limit for one in some)
                    found[patient, device] = min(due, found.get((patient, device), due))
    return found


def expires(running: Running) -> None:
    """Ticks on until everything is past its limit, and looks at each moment what is shown and who is told."""
    ward = running.ward
    assert limits(running)
    for (patient, key), end in sorted(limits(running).items(), key=lambda one: one[1]):
        if end >= ward.now:
            assert ward.view(patient, end).vitals[key].freshness < Freshness.EXPIRED, (patient, key)
        running.engine.tick(max(end + SECOND, ward.now))
        vital = ward.view(patient, ward.now).vitals[key]
        assert vital.freshness == Freshness.EXPIRED, (patient, key)
        assert not vital.live
        assert not vital.breach
        for (who, device), due in lost(running).items():
            if due < ward.now:
                technical = {a.ref.param for a in ward.view(who, ward.now).alarms if a.technical}
                assert device in technical, (who, device)
    for patient in ward.ids():
        view = ward.view(patient, ward.now)
        assert not any(vital.live for vital in view.vitals.values())
        assert not view.news2.known


def test_everything_goes_stale_on_time(running: Running) -> None:
    expires(running.copied())


def test_closed_it_leaves_no_thread_and_nothing_live(line: Simulator | ServerLine) -> None:
    before = set(threading.enumerate())
    running = line.open()
    running.turn(running.ward.now + SECOND)
    running.close()
    assert set(threading.enumerate()) <= before
    running.close()  # again is no harm
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
    told = {a.ref.param: a.priority for one in stopped.ward.ids() for a in stopped.ward.view(one, stopped.ward.now).alarms}
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
        assert running.ward.link is not None and running.ward.link.state in (CONNECTING, LOADING)
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
        end = max(limits(running).values())
        for now in sorted({one + SECOND for one in limits(running).values()} | {end + SECOND}):
            running.turn(max(now, running.ward.now))
        assert silent.used == used  # it still waits for the answer, and the engine did not
        assert running.ward.link is not None and running.ward.link.state == LIVE
        for patient in running.ward.ids():
            view = running.ward.view(patient, running.ward.now)
            assert not any(vital.live for vital in view.vitals.values())
            assert any(alarm.technical for alarm in view.alarms)
    finally:
        running.close()


def test_test_data_are_never_shown_as_a_ward_of_people(server_line: ServerLine) -> None:
    running = server_line.open(watermark="")
    try:
        assert running.ward.patients
        assert running.ward.header(running.ward.now).watermark == "TEST"
    finally:
        running.close()
