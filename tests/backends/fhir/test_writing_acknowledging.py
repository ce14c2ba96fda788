"""One alarm, many desks: exactly one has it, whatever is lost, late or done twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_fhir import Crash, MemoryFhir
from written_samples import AT, MINUTE, PATIENT, ack, delivered, desk, unack

from iomt_tui.alarms.model import Key
from iomt_tui.backends.fhir import errors
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.exchange import OP
from iomt_tui.backends.fhir.writing import ids, provenance, task
from iomt_tui.backends.fhir.writing.deliver import deliver
from iomt_tui.backends.fhir.writing.server import Later, Verdict
from iomt_tui.ward import writes
from iomt_tui.ward.writes import Write

TASK = f"Task/{ids.of_alarm(Key(PATIENT, 'hr', 'high'))}"


def owner(server: MemoryFhir) -> Any:
    """Who has the alarm on the server."""
    there = server.now(TASK)
    assert there is not None
    return there["owner"]["display"] if there["status"] == "accepted" else None


def acceptances(server: MemoryFhir) -> set[str]:
    """The acts that were ever accepted there."""
    return {op for one in server.past(TASK) if one["status"] == "accepted" for op in task.seen(one).ops}


async def test_an_acknowledgement_is_confirmed_once_it_was_read_back() -> None:
    server = MemoryFhir()
    verdict = await delivered(ack(ref="Practitioner/n1"), server)
    assert verdict == Verdict(writes.CONFIRMED)
    there = server.now(TASK)
    assert there is not None
    assert (there["status"], there["priority"], there["intent"]) == ("accepted", "stat", "order")
    assert there["owner"] == {"reference": "Practitioner/n1", "display": "A. Weber"}
    assert there["executionPeriod"] == {
        "start": "2026-01-02T03:04:05.000+00:00",
        "end": "2026-01-02T03:07:05.000+00:00",
    }
    record = server.now(provenance.path(ack()))
    assert record is not None
    assert record["target"] == [{"reference": f"{TASK}/_history/{there['meta']['versionId']}"}]
    assert server.calls[-3] == f"GET {TASK}"


@given(seed=st.integers(0, 2**32), desks=st.sampled_from([2, 3, 20]), makes=st.sampled_from([404, 412, 201]))
@settings(max_examples=200)
def test_of_many_desks_exactly_one_has_it(seed: int, desks: int, makes: int) -> None:
    server = MemoryFhir(seed, makes=makes)

    async def run() -> list[Verdict]:
        async def one(number: int) -> Verdict:
            mine = ack(f"op-{number}", f"Nurse {number}")
            for _ in range(20):
                try:
                    return await delivered(mine, server, f"desk-{number}")
                except Later:
                    continue
            raise AssertionError("a storm without an end")

        return list(await asyncio.gather(*(one(number) for number in range(desks))))

    verdicts = asyncio.run(run())
    states = [verdict.state for verdict in verdicts]
    assert sorted(states) == [writes.CONFIRMED, *[writes.TAKEN] * (desks - 1)]
    winner = f"Nurse {states.index(writes.CONFIRMED)}"
    assert {verdict.by for verdict in verdicts if verdict.state == writes.TAKEN} == {winner}
    assert {verdict.when for verdict in verdicts if verdict.state == writes.TAKEN} == {AT}
    assert len(acceptances(server)) == 1
    assert owner(server) == winner


async def test_a_desk_that_writes_over_an_acknowledgement_puts_it_back() -> None:
    """Both looked before there was a Task; the slow one's PUT comes when the other has long been confirmed."""
    server = MemoryFhir()
    assert (await delivered(ack("op-a", "Anna"), server)).state == writes.CONFIRMED
    slow = ack("op-b", "Ben")
    announced = task.Announcement.of(slow.about)
    server.store(TASK, task.requested(announced, PATIENT, "desk-2"))
    assert owner(server) is None
    third = await delivered(ack("op-c", "Cleo"), server)
    assert (third.state, third.by) == (writes.TAKEN, "Anna")
    assert owner(server) == "Anna"
    assert (await delivered(ack("op-a", "Anna"), server)).state == writes.CONFIRMED


def crashing(server: MemoryFhir, step: int, when: str, error: BaseException) -> None:
    """The next run ends at its ``step``, before or after the server has done it."""
    begun = len(server.calls)

    def strike(at: int, call: str) -> None:
        if at == begun + step:
            raise error

    setattr(server, when, strike)


def calm(server: MemoryFhir) -> None:
    server.fault = server.after = lambda step, call: None


@pytest.mark.parametrize("when", ["fault", "after"])
@pytest.mark.parametrize("then", [[], [unack()]])
async def test_a_crash_between_any_two_steps_changes_nothing(when: str, then: list[Write]) -> None:
    clean = MemoryFhir()
    acts = [ack(), *then]
    for act in acts:
        await delivered(act, clean)
    steps = len(clean.calls)
    assert steps >= 6
    for step in range(steps + 4):
        server = MemoryFhir()
        crashing(server, step, when, Crash())
        try:
            for act in acts:
                await delivered(act, server)
        except Crash:
            calm(server)
            verdicts = [await delivered(act, server) for act in acts]  # nothing had an end in the log
            assert {verdict.state for verdict in verdicts} == {writes.CONFIRMED}
        calm(server)
        assert server.everything() == clean.everything()
        assert len([one for one in server.past(TASK) if one["status"] == "accepted"]) == 1
        for path in server.versions:
            assert path == TASK or len(server.versions[path]) == 1


@pytest.mark.parametrize("kind", [errors.TIMEOUT, errors.UNREACHABLE])
async def test_an_answer_that_is_lost_is_found_by_reading(kind: str) -> None:
    steps = 8
    for step in range(steps):
        server = MemoryFhir()
        crashing(server, step, "after", FhirError(kind, "the answer did not come"))
        try:
            verdict = await delivered(ack(), server)
        except Later:
            calm(server)
            verdict = await delivered(ack(), server)
        assert verdict.state == writes.CONFIRMED
        assert acceptances(server) == {"op-1"}


async def test_what_was_announced_anew_is_stale() -> None:
    server = MemoryFhir()
    newer = task.Announcement.of(ack(raised=AT + MINUTE).about)
    server.store(TASK, task.requested(newer, PATIENT, "desk-2"))
    verdict = await delivered(ack(), server)
    assert verdict.state == writes.STALE
    assert "look again" in verdict.why
    assert owner(server) is None


async def test_who_has_a_later_announcement_has_this_one() -> None:
    server = MemoryFhir()
    await delivered(ack("op-b", "Ben", raised=AT), server)
    verdict = await delivered(ack("op-a", "Anna", raised=AT - MINUTE), server)
    assert (verdict.state, verdict.by, verdict.when) == (writes.TAKEN, "Ben", AT)


async def test_a_task_of_an_earlier_announcement_is_taken_over() -> None:
    server = MemoryFhir()
    await delivered(ack("op-a", "Anna", raised=AT - MINUTE), server)
    verdict = await delivered(ack("op-b", "Ben", raised=AT, rev=2), server)
    assert verdict.state == writes.CONFIRMED
    assert owner(server) == "Ben"
    # The first one's answer was lost; it did have the alarm.
    assert (await delivered(ack("op-a", "Anna", raised=AT - MINUTE), server)).state == writes.CONFIRMED
    assert owner(server) == "Ben"


async def test_a_lost_answer_is_not_put_back_over_what_was_announced_since() -> None:
    server = MemoryFhir()
    await delivered(ack(raised=AT - MINUTE), server)
    newer = task.requested(task.Announcement.of(ack(raised=AT, rev=2).about), PATIENT, "desk-2")
    server.store(TASK, newer)
    assert (await delivered(ack(raised=AT - MINUTE), server)).state == writes.CONFIRMED
    assert owner(server) is None


async def test_a_server_that_makes_nothing_by_if_match_makes_it_without() -> None:
    for makes, puts in ((201, 2), (404, 3), (412, 3)):
        server = MemoryFhir(makes=makes)
        assert (await delivered(ack(), server)).state == writes.CONFIRMED
        assert len([call for call in server.calls if call == f"PUT {TASK}"]) == puts


async def test_two_that_make_the_task_at_once_may_be_told_of_a_conflict() -> None:
    server = MemoryFhir()
    faults = iter([errors.by_status(409, None), errors.by_status(409, None)])

    def collide(step: int, told: str) -> None:
        if told.startswith("PUT Task"):
            for error in faults:
                raise error

    server.fault = collide
    assert (await delivered(ack(), server)).state == writes.CONFIRMED


async def test_a_promise_that_is_over_keeps_nobody_from_the_alarm() -> None:
    server = MemoryFhir()
    await delivered(ack("op-a", "Anna", at=AT, until=AT + MINUTE), server)
    early = await delivered(ack("op-b", "Ben", at=AT + MINUTE - 1, until=AT + 4 * MINUTE), server)
    late = await delivered(ack("op-c", "Cleo", at=AT + MINUTE, until=AT + 4 * MINUTE), server)
    assert (early.state, early.by) == (writes.TAKEN, "Anna")
    assert late.state == writes.CONFIRMED
    assert owner(server) == "Cleo"


async def test_taking_back() -> None:
    server = MemoryFhir()
    await delivered(ack(), server)
    assert (await delivered(unack(user="Ben"), server))[:3] == (
        writes.TAKEN, "it is not this person's to take back there", "A. Weber",
    )  # fmt: skip
    assert owner(server) == "A. Weber"
    assert (await delivered(unack(), server)).state == writes.CONFIRMED
    assert owner(server) is None
    # What was taken back binds nobody, is not put back, and may be given again.
    assert (await delivered(ack("op-1"), server)).state == writes.CONFIRMED
    assert owner(server) is None
    assert (await delivered(ack("op-9", "Ben"), server)).state == writes.CONFIRMED
    assert owner(server) == "Ben"


async def test_taking_back_what_was_written_over_keeps_it_from_coming_back() -> None:
    server = MemoryFhir()
    await delivered(ack(), server)
    server.store(TASK, task.requested(task.Announcement.of(ack().about), PATIENT, "desk-2"))
    assert (await delivered(unack(), server)).state == writes.CONFIRMED
    assert (await delivered(ack("op-3", "Cleo"), server)).state == writes.CONFIRMED
    assert owner(server) == "Cleo"


async def test_taking_back_what_the_server_never_had() -> None:
    server = MemoryFhir()
    assert (await delivered(unack(), server)) == Verdict(writes.CONFIRMED, "the server had no acknowledgement")
    assert server.versions == {}


async def test_an_older_taking_back_leaves_a_newer_acknowledgement() -> None:
    server = MemoryFhir()
    await delivered(ack("op-5", raised=AT), server)
    assert (await delivered(unack(raised=AT - MINUTE), server)).state == writes.STALE
    assert owner(server) == "A. Weber"


@pytest.mark.parametrize("makes", [404, 412, 201])
async def test_a_task_that_was_deleted_is_made_again(makes: int) -> None:
    server = MemoryFhir(makes=makes)
    await delivered(ack(raised=AT - MINUTE), server)
    server.remove(TASK)
    assert (await delivered(ack("op-2", raised=AT, rev=2), server)).state == writes.CONFIRMED


@pytest.mark.parametrize(
    ("status", "state"), [(401, writes.DENIED), (403, writes.DENIED), (400, writes.FAILED), (422, writes.FAILED)]
)
@pytest.mark.parametrize("call", ["GET Task", "PUT Task"])
async def test_refusals_end_it(status: int, state: str, call: str) -> None:
    server = MemoryFhir()

    def refuse(step: int, told: str) -> None:
        if told.startswith(call):
            outcome = {"resourceType": "OperationOutcome", "issue": [{"code": "required", "diagnostics": "Jane Doe"}]}
            raise errors.by_status(status, outcome)

    server.fault = refuse
    verdict = await delivered(ack(), server)
    assert verdict.state == state
    assert f"HTTP {status}, required" in verdict.why
    assert "Jane" not in verdict.why


@pytest.mark.parametrize(
    "error", [errors.by_status(500, None), errors.by_status(503, None, 7.0), errors.by_status(429, None, 7.0),
              FhirError(errors.SIGNED_OUT, "nobody is signed in"), FhirError(errors.UNREACHABLE, "no answer")],
)  # fmt: skip
async def test_what_may_pass_is_tried_again(error: FhirError) -> None:
    server = MemoryFhir()

    def fail(step: int, told: str) -> None:
        raise error

    server.fault = fail
    with pytest.raises(Later) as told:
        await delivered(ack(), server)
    assert (told.value.why, told.value.wait) == (error.words, error.wait)


async def test_a_storm_of_changes_is_left_for_later() -> None:
    server = MemoryFhir()

    def change(step: int, told: str) -> None:
        if told.startswith("PUT Task") and server.now(TASK) is not None:
            server.store(TASK, server.now(TASK) or {})

    server.fault = change
    with pytest.raises(Later, match="others change the same alarm"):
        await delivered(ack(), server)
    assert acceptances(server) == set()
    calm(server)
    assert (await delivered(ack(), server)).state == writes.CONFIRMED


async def test_without_a_record_of_who_did_it_the_acknowledgement_counts() -> None:
    server = MemoryFhir()

    def refuse(step: int, told: str) -> None:
        if told.startswith("PUT Provenance"):
            raise errors.by_status(403, None)

    server.fault = refuse
    verdict = await delivered(ack(), server)
    assert verdict.state == writes.CONFIRMED
    assert verdict.why.startswith("the record of who did it is not there: the server refuses it")


async def test_a_server_without_history_or_versions() -> None:
    assert (await delivered(ack(), MemoryFhir(histories=False))).state == writes.CONFIRMED

    class Unversioned(MemoryFhir):
        async def get(self, path: str) -> tuple[dict[str, Any], str]:
            resource, _ = await super().get(path)
            resource.pop("meta", None)
            return resource, ""

    verdict = await deliver(ack(), desk(Unversioned()))
    assert verdict.state == writes.FAILED
    assert "ETag" in verdict.why


async def test_somebody_else_with_our_act_in_the_same_task_has_it() -> None:
    """A program of the hospital has given the Task to another person and kept the rest."""
    server = MemoryFhir()
    await delivered(ack(), server)
    there = server.now(TASK) or {}
    server.versions[TASK].clear()
    server.store(TASK, there | {"owner": {"display": "Dr. Ito"}})
    verdict = await delivered(ack(), server)
    assert (verdict.state, verdict.by) == (writes.TAKEN, "Dr. Ito")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "status", "owner", "input", "identifier", "executionPeriod", "extension", "lastModified", "meta", "code",
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_no_task_of_a_server_breaks_the_reading(changed: dict[str, Any]) -> None:
    announced = task.Announcement.of(ack().about)
    own = task.accepted(announced, ack(), PATIENT, "desk-1")
    seen = task.seen(own | changed)
    assert len(seen.by) <= 40
    task.taken_back(own | changed, unack(), "desk-1")


def test_a_task_reads_back_what_was_written() -> None:
    announced = task.Announcement.of(ack().about)
    seen = task.seen(task.accepted(announced, ack(), PATIENT, "desk-1"))
    assert (seen.accepted, seen.ops, seen.raised, seen.by) == (True, {"op-1"}, AT - MINUTE, "A. Weber")
    assert (seen.since, seen.until, seen.revoked) == (AT, AT + 3 * MINUTE, "")
    back = task.seen(task.taken_back(seen.resource, unack(), "desk-1"))
    assert (back.accepted, back.ops, back.revoked, back.raised) == (False, {"op-2"}, "op-1", AT - MINUTE)
    assert {"system": OP, "value": "op-1"} not in back.resource["identifier"]
