"""What is on its way to the server: in order, again, at an end; whatever the server says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from memory_fhir import MemoryFhir
from written_samples import AT, HOUR, MINUTE, ORDER, ack, dose, note, unack, vitals

from iomt_tui.backends.fhir import errors
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.writing.outbox import AT_ONCE, Outbox
from iomt_tui.ward import writes
from iomt_tui.ward.writes import WHATS, Write, Written


class Ward:
    """A box with its server, its clock, which runs only while something waits, and what it told."""

    def __init__(self, server: MemoryFhir | None = None, *, allowed: tuple[str, ...] = WHATS) -> None:
        self.server = server or MemoryFhir()
        self.at = AT
        self.told: list[Written] = []
        self.person = ""
        self.pauses: list[float] = []
        self.known: dict[str, str] = {"p1": "Patient/p1"}
        self.box = Outbox(
            self.server, lambda: self.at, self.told.append, self.known.get, "desk-1", self._sleep,
            allowed=allowed, chance=lambda: 0.5, person=lambda: self.person,
        )  # fmt: skip

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)
        self.at += round(seconds * 1000)

    async def until_done(self) -> None:
        """Runs until everything has its end."""
        while self.box.waiting:
            await asyncio.sleep(0)

    async def bring(self, *acts: Write) -> list[Written]:
        """Submits and waits; what was told."""
        for act in acts:
            self.box.submit(act)
        await self.until_done()
        return self.told

    def states(self) -> list[tuple[str, str]]:
        return [(one.op, one.state) for one in self.told]


def failing(error: Exception, times: int = 10**9, call: str = "") -> Callable[[int, str], None]:
    """A fault that raises ``error`` at the first calls that begin with ``call``."""
    left = [times]

    def strike(step: int, told: str) -> None:
        if told.startswith(call) and left[0] > 0:
            left[0] -= 1
            raise error

    return strike


BUSY = errors.by_status(503, None)


async def test_nothing_is_sent_in_the_name_of_somebody_else() -> None:
    """Who did it has signed out, and the next person has signed in: it waits for the first, to its end."""
    ward = Ward()
    ward.person = "Practitioner/n2"
    told = await ward.bring(note())
    assert [one.state for one in told][-1] == writes.EXPIRED
    assert "waits for A. Weber" in told[0].why
    assert not ward.server.versions
    ward.person = "Practitioner/n1"
    ward.told.clear()
    assert [one.state for one in await ward.bring(replace(note(), at=ward.at))] == [writes.CONFIRMED]


async def test_every_kind_arrives() -> None:
    ward = Ward()
    told = await ward.bring(ack(), dose(), note(), vitals())
    assert {(one.what, one.state, one.attempt) for one in told} == {(what, writes.CONFIRMED, 1) for what in WHATS}
    assert {(one.begun, one.patient) for one in told} == {(AT, "p1")}
    for one in told:
        assert Written.from_body(one.body()) == one


@pytest.mark.parametrize("what", WHATS)
async def test_what_is_not_switched_on_is_never_sent(what: str) -> None:
    act = {"ack": ack(), "dose": dose(), "note": note(), "vitals": vitals()}[what]
    ward = Ward(allowed=tuple(one for one in WHATS if one != what))
    (told,) = await ward.bring(act)
    assert (told.state, told.attempt) == (writes.DENIED, 0)
    assert "not switched on" in told.why
    assert ward.server.calls == []


async def test_failures_are_told_tried_again_and_end_well() -> None:
    ward = Ward()
    ward.server.fault = failing(BUSY, times=6)
    told = await ward.bring(ack())
    assert [(one.state, one.attempt) for one in told] == [
        (writes.WAITING, 1), (writes.WAITING, 2), (writes.WAITING, 4), (writes.CONFIRMED, 7),
    ]  # fmt: skip
    assert {one.why for one in told[:3]} == {"the server is too busy (HTTP 503)"}
    assert ward.pauses == [1, 2, 4, 8, 16, 30]


async def test_a_new_reason_is_told_at_once() -> None:
    ward = Ward()
    reasons = iter([BUSY, BUSY, BUSY, FhirError(errors.SIGNED_OUT, "nobody is signed in")])

    def strike(step: int, told: str) -> None:
        for error in reasons:
            raise error

    ward.server.fault = strike
    told = await ward.bring(ack())
    assert [(one.attempt, one.why) for one in told[:-1]] == [
        (1, BUSY.words), (2, BUSY.words), (4, "nobody is signed in"),
    ]  # fmt: skip


async def test_a_server_that_asks_for_time_is_given_it() -> None:
    ward = Ward()
    ward.server.fault = failing(errors.by_status(429, None, 45.0), times=1)
    await ward.bring(ack())
    assert 45 <= ward.pauses[0] <= 46


@pytest.mark.parametrize(
    ("act", "longest"),
    [(ack(until=None), 10 * MINUTE), (ack(), 3 * MINUTE), (unack(), 10 * MINUTE), (dose(), 24 * HOUR),
     (note(), 24 * HOUR), (vitals(), 4 * HOUR)],
)  # fmt: skip
async def test_nothing_is_tried_for_ever(act: Write, longest: int) -> None:
    ward = Ward()
    ward.server.fault = failing(FhirError(errors.UNREACHABLE, "no answer"))
    told = await ward.bring(act)
    assert {one.state for one in told[:-1]} == {writes.WAITING}
    assert (told[-1].state, told[-1].why) == (writes.EXPIRED, "not confirmed in time: no answer")
    assert told[-1].at == AT + longest
    assert len(told) < 16  # a day of attempts does not fill the log


async def test_what_comes_too_late_is_not_sent() -> None:
    ward = Ward()
    ward.at = AT + 10 * MINUTE
    (told,) = await ward.bring(ack())
    assert (told.state, told.why) == (writes.EXPIRED, "it could not be sent in time")
    assert ward.server.calls == []


async def test_an_order_is_kept_where_it_matters() -> None:
    ward = Ward()
    ward.server.fault = failing(BUSY, times=3)
    await ward.bring(ack("op-1"), unack("op-2"))
    assert [one for one in ward.states() if one[1] != writes.WAITING] == [
        ("op-1", writes.CONFIRMED), ("op-2", writes.CONFIRMED),
    ]  # fmt: skip
    task = next(one for path, one in ward.server.everything().items() if path.startswith("Task/"))
    assert task["status"] == "requested"


async def test_one_that_fails_keeps_no_other_waiting() -> None:
    """A Task that the server cannot handle: another alarm of the same patient is delivered all the same."""
    ward = Ward()
    server = ward.server
    from iomt_tui.alarms.model import Key
    from iomt_tui.backends.fhir.writing import ids

    bad = f"GET Task/{ids.of_alarm(Key('Patient/p1', 'hr', 'high'))}"
    server.fault = failing(errors.by_status(500, None), call=bad)
    ward.box.submit(ack("bad"))
    ward.box.submit(ack("good", param="spo2"))
    ward.box.submit(dose("d1"))
    ward.box.submit(dose("d2", order=ORDER | {"id": "order-2"}))
    while not {"good", "d1", "d2"} <= {op for op, state in ward.states() if state == writes.CONFIRMED}:
        await asyncio.sleep(0)
    await ward.box.close()
    assert ("bad", writes.CONFIRMED) not in ward.states()


class Slow(MemoryFhir):
    """Answers only once it may; counts how many ask at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.inside = self.most = 0
        self.asked: list[str] = []

    async def _step(self, call: str, apply: Callable[[], Any]) -> Any:
        self.asked.append(call)
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self.gate.wait()
        self.inside -= 1
        return await super()._step(call, apply)


async def settle() -> None:
    """Lets everything run that can."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_few_at_once_and_a_place_for_acknowledgements() -> None:
    server = Slow()
    ward = Ward(server)
    for number in range(10):
        ward.box.submit(dose(f"d{number}", order=ORDER | {"id": f"order-{number}"}))
    await settle()
    assert server.inside == AT_ONCE - 1
    ward.box.submit(ack())
    await settle()
    assert server.inside == AT_ONCE
    assert server.asked[-1].startswith("GET Task/")
    for number in range(10):
        ward.box.submit(ack(f"a{number}", param=f"vital-{number}"))
    server.gate.set()
    await ward.until_done()
    assert server.most == AT_ONCE
    assert {state for _, state in ward.states()} == {writes.CONFIRMED}


async def test_the_same_act_is_taken_once() -> None:
    ward = Ward()
    told = await ward.bring(ack(), ack(), ack())
    assert len(told) == 1
    assert len(ward.server.past(next(path for path in ward.server.versions if path.startswith("Task/")))) == 2


async def test_after_a_restart_the_same_acts_end_the_same() -> None:
    first = Ward()
    first.server.after = failing(FhirError(errors.TIMEOUT, "no answer"), times=3, call="PUT")
    for act in (ack(), dose(), note(), vitals()):
        first.box.submit(act)
    while not any(call.startswith("PUT") for call in first.server.calls):
        await asyncio.sleep(0)
    await first.box.close()
    first.server.after = lambda step, call: None
    second = Ward(first.server)
    told = await second.bring(ack(), dose(), note(), vitals())
    assert {one.state for one in told} == {writes.CONFIRMED}
    clean = Ward()
    await clean.bring(ack(), dose(), note(), vitals())
    assert second.server.everything() == clean.server.everything()


async def test_a_patient_who_is_not_loaded_yet_is_waited_for() -> None:
    ward = Ward()
    ward.known.clear()
    ward.box.submit(ack())
    while not ward.told:
        await asyncio.sleep(0)
    assert (ward.told[0].state, ward.told[0].why) == (
        writes.WAITING, "the patient has not been loaded from the server yet",
    )  # fmt: skip
    ward.known["p1"] = "Patient/p1"
    await ward.until_done()
    assert ward.told[-1].state == writes.CONFIRMED


async def test_nothing_that_a_server_says_ends_the_box() -> None:
    class Mad(MemoryFhir):
        async def get(self, path: str) -> tuple[Any, str]:
            raise RecursionError("a document of a million brackets")

    ward = Ward(Mad())
    told = await ward.bring(ack(), unack())
    assert {one.state for one in told} == {writes.WAITING, writes.EXPIRED}
    assert told[0].why == "failed (RecursionError)"


async def test_hurry_ends_a_pause() -> None:
    ward = Ward()
    forever = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await forever.wait()

    box = Outbox(ward.server, lambda: ward.at, ward.told.append, ward.known.get, "d", sleep, allowed=WHATS)
    ward.server.fault = failing(BUSY, times=1)
    box.submit(ack())
    while not ward.told:
        await asyncio.sleep(0)
    await settle()
    assert box.waiting == 1
    box.hurry()
    while box.waiting:
        await asyncio.sleep(0)
    assert ward.told[-1].state == writes.CONFIRMED


async def test_closing_ends_what_runs_and_tells_nothing() -> None:
    server = Slow()
    ward = Ward(server)
    for act in (ack(), dose(), note()):
        ward.box.submit(act)
    await settle()
    await ward.box.close()
    assert ward.told == []
    assert ward.box.waiting == 3


async def test_parts_are_told_while_some_wait_and_kept_at_the_end() -> None:
    ward = Ward()
    temp = [0]

    def busy(method: str, url: str) -> int | None:
        if method == "PUT" and len(ward.server.versions) >= 3:
            temp[0] += 1
            return 503
        return None

    ward.server.entry_status = busy
    told = await ward.bring(vitals())
    assert told[0].state == writes.WAITING
    assert dict(told[0].parts)["hr"] == ""
    assert told[-1].state == writes.EXPIRED
    assert {vital for vital, why in told[-1].parts if why} == {"temp"}
    assert temp[0] > 1


@pytest.mark.parametrize("about", [{}, {"ref": 7}, {"ref": ["p1"]}, {"ref": ["p1", "hr", "high", "x", 1]}])
async def test_an_act_without_shape_fails_and_lets_the_others_through(about: dict[str, Any]) -> None:
    ward = Ward()
    broken = replace(ack("broken"), about=about)
    await ward.bring(broken, ack("whole"))
    assert sorted(ward.states()) == [("broken", writes.FAILED), ("whole", writes.CONFIRMED)]
