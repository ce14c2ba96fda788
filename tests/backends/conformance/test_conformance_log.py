"""The log alone says what the ward is, and a backend that is asked again says nothing twice."""

from __future__ import annotations

import threading
from collections import Counter

import orjson
import pytest

from iomt_tui.ward.checkpoint import dump
from iomt_tui.ward.fold import Ward

from .conftest import Backend
from .files import BundleFile, CsvFile, RecordingFile
from .lines import ServerLine, Simulator
from .running import Running, folded
from .stillness import expires

CUTS = 7
ONCE = ("patient", "order", "administration", "dispense", "intake")
SECOND = 1_000


def test_the_log_from_the_beginning_is_the_ward(running: Running) -> None:
    assert dump(folded(running.entries())) == dump(running.ward)


def test_the_log_one_by_one_is_the_ward(running: Running) -> None:
    ward = Ward()
    for entry in running.entries():
        ward.apply([entry])
    assert dump(ward) == dump(running.ward)


@pytest.mark.parametrize("part", range(1, CUTS))
def test_a_state_in_the_middle_and_the_rest_is_the_ward(running: Running, part: int) -> None:
    entries = running.entries()
    cut = len(entries) * part // CUTS
    ward = Ward.restore(folded(entries[:cut]).checkpoint())
    ward.apply(entries[cut:])
    assert dump(ward) == dump(running.ward)


def things(running: Running) -> Counter[tuple[str, str]]:
    """What there is once only: by kind and id."""
    ward = running.ward
    found = Counter(("patient", one) for one in ward.ids())
    for state in ward.patients.values():
        found.update(("order", one) for one in state.medication.orders)
        found.update(
            ("administration", record.id) for order in state.medication.orders for record in state.medication.of(order)
        )
        found.update(("alarm", str(alarm.ref)) for alarm in state.alarms.values() if alarm.state != "normal")
    return found


def told(running: Running, after: int, *kinds: str) -> Counter[bytes]:
    """What the log says after an entry."""
    return Counter(orjson.dumps(one.data()) for one in running.entries(*kinds) if one.seq > after)


def test_asked_on_it_says_nothing_twice_and_closed_it_is_gone(line: Simulator | ServerLine) -> None:
    threads = set(threading.enumerate())
    running = line.open()
    try:
        before, seq, at = things(running), running.ward.seq, running.ward.now
        for turn in range(1, 6):
            running.turn(at + turn * SECOND)
        if isinstance(line, ServerLine):
            running.polled(1, at + 6 * SECOND)
    finally:
        running.close()
    assert set(threading.enumerate()) <= threads
    running.close()  # again is no harm
    after = things(running)
    assert before.keys() <= after.keys()
    assert max(after.values()) == 1
    assert told(running, seq, *ONCE, "discharge") == Counter()
    assert max(measured(running).values()) == 1
    expires(running)


def test_begun_again_over_its_log_it_doubles_nothing(backend: Backend, running: Running) -> None:
    if isinstance(backend, RecordingFile | BundleFile | CsvFile):
        assert backend.open().entries() == running.entries()
        return
    at = running.ward.now + SECOND
    again = backend.again(running, at)
    try:
        if isinstance(backend, ServerLine):
            again.polled(1, at)
        again.turn(at + SECOND)
    finally:
        again.close()
    before, after = things(running), things(again)
    assert max(after.values()) == 1
    for kind in ("patient", "order", "administration"):
        assert {key for key in after if key[0] == kind} == {key for key in before if key[0] == kind}
    assert refs(again).keys() >= refs(running).keys()
    assert max(refs(again).values(), default=1) == 1
    assert told(again, running.ward.seq, "order", "administration", "discharge", "refused") == Counter()
    assert not measured(again, "past", after=running.ward.seq).keys() & measured(running).keys()


def measured(running: Running, *kinds: str, after: int = 0) -> Counter[tuple[str, str, int, str]]:
    """How often each value was told."""
    return Counter(
        (one.patient, one.device, one.observed_at, vital)
        for entry, one in running.readings() if entry.seq > after and (not kinds or entry.kind in kinds)
        for vital in one.values
    )  # fmt: skip


def refs(running: Running) -> Counter[tuple[str, ...]]:
    """How often each alarm was announced as one that nobody has taken."""
    return Counter(tuple(map(str, one["ref"])) for one in running.bodies("alarm") if one["state"] == "unack")
