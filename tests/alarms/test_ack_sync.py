"""Several desks and one engine: what becomes of acknowledgements that come late, twice, and in another order.

Each desk folds the log as far as it has read, and acts on what it shows; its operations lie in a box until they are
delivered, any number of times. A1 an operation is applied at most once; A2 only to what its desk saw; A3 a revision
has one owner; A4 what is shown is in the log; A5 nothing is shown as acknowledged without the engine's word; A6 desks
that have read everything show the same; A7 every operation is answered. I20: deliveries in another order end alike.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from iomt_tui.alarms.model import Alarm, Key, Ref
from iomt_tui.engine.loop import Engine
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import Entry, Reading, draft
from iomt_tui.ward.fold import Ward

T = 1_700_000_000_000
DESKS = ("ADA", "BEA", "CLEO")
PATIENTS = ("p1", "p2")
WORDS = {"applied", "already", "superseded", "gone"}
desks = st.sampled_from(DESKS)


class Desk:
    """A screen: the ward as far as it has read the log, and what it wants done."""

    def __init__(self) -> None:
        self.ward = Ward()
        self.box: list[dict[str, Any]] = []

    def shown(self) -> list[Alarm]:
        """The alarms in force, in the order of the log."""
        return [a for p in self.ward.patients.values() for a in p.alarms.values() if a.state != "normal"]


class Book:
    """What the log told so far, entry by entry, and whether it may."""

    def __init__(self) -> None:
        self.seq = 0
        self.told: dict[Alarm, int] = {}  # announcement -> its first place in the log
        self.granted: dict[Ref, str] = {}  # acknowledged -> by whom
        self._standing: dict[Key, Alarm] = {}
        self._changed: list[tuple[Alarm | None, Alarm]] = []  # announced since the last entry of another kind
        self._acts: dict[str, dict[str, Any]] = {}
        self._answers: dict[str, tuple[str, str]] = {}

    def read(self, entries: list[Entry]) -> None:
        for entry in entries:
            self.seq, data = entry.seq, entry.data()
            if entry.kind == "alarm":
                alarm = Alarm.from_body(data)
                self._changed.append((self._standing.get(alarm.ref.key), alarm))
                self._standing[alarm.ref.key] = alarm
                self.told.setdefault(alarm, entry.seq)
                continue
            if entry.kind == "act":
                self._acts.setdefault(data["op"], data)
            elif entry.kind == "outcome":
                self._answered(data["op"], (data["outcome"], data["by"]))
            self._changed = []

    def _answered(self, op: str, answer: tuple[str, str]) -> None:
        assert answer[0] in WORDS
        new = op not in self._answers
        assert self._answers.setdefault(op, answer) == answer
        if not new or answer[0] != "applied":
            return  # A1: what that would have changed is refused by :meth:`settled`
        act, ref = self._acts[op], Ref(*self._acts[op]["ref"])
        was, became = next((was, became) for was, became in reversed(self._changed) if became.ref.key == ref.key)
        assert was is not None and was.ref == ref  # A2: nothing but what the desk saw
        if act["do"] == "unack":
            assert (was.state, became.state, became.undone_by) == ("acked", "unack", answer[1])
            assert became.ref == ref._replace(rev=ref.rev + 1)
        else:
            assert was.state in ("unack", "latched") and became.ref == ref and became.by == answer[1]
            assert became.state == ("acked" if was.state == "unack" else "normal")
            assert ref not in self.granted  # A3
            self.granted[ref] = answer[1]

    def settled(self) -> None:
        """A1: as many acknowledgements and takings back as operations that were applied, and no more."""
        applied = [self._acts[op]["do"] for op, (word, _) in self._answers.items() if word == "applied"]
        assert applied.count("ack") == len({a.ref for a in self.told if a.acked_at is not None})
        assert applied.count("unack") == len({a.ref for a in self.told if a.undone_by})


class Desks(RuleBasedStateMachine):
    """The real engine and fold over one log; A1 … A7 are read from the log and from what the desks show."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.ops = T, 0
        self.log, self.book = MemoryLog("test"), Book()
        self.engine = Engine(self.log)
        self.desks = {name: Desk() for name in DESKS}
        self.engine.start({"name": "W", "watermark": "TEST", "source": "t", "tz": "UTC", "schema": 1}, T)
        self.engine.attended(True, T)
        self.engine.take([(T, "patient", {"id": p, "bed": p, "family": p}) for p in PATIENTS])
        self.engine.take([(T, "device", {"id": f"d{p}", "patient": p, "periods": {"glucose": 60}}) for p in PATIENTS])
        self.measured("p1", 50)
        self.measured("p2", 60)

    @rule(patient=st.sampled_from(PATIENTS), value=st.sampled_from([50, 60, 100, 200, 300]))
    def measured(self, patient: str, value: int) -> None:
        self.now += 1
        reading = Reading(patient, f"d{patient}", self.now, {"glucose": float(value)}, None)
        self.engine.take([(self.now, "obs", reading)])

    @rule(ms=st.sampled_from([1_000, 30_000, 200_000]))
    def time(self, ms: int) -> None:
        self.now += ms
        self.engine.tick(self.now)

    @rule(desk=desks, count=st.sampled_from([1, 2, 5, 1_000]))
    def read(self, desk: str, count: int) -> None:
        ward = self.desks[desk].ward
        ward.apply(self.log.read(ward.seq, count))

    @rule(desk=desks, data=st.data(), ms=st.sampled_from([None, 1_000, 30_000, 180_000]), how=st.integers(0, 2))
    def press(self, desk: str, data: st.DataObject, ms: int | None, how: int) -> None:
        """Somebody acknowledges, or takes back, one of the alarms that the desk shows; it may be delivered at once,
        and even answered."""
        if not (shown := self.desks[desk].shown()):
            return
        alarm = data.draw(st.sampled_from(shown))
        self.ops += 1
        do = (
            {"do": "unack"} if alarm.state == "acked" else {"do": "ack", "intent": "going"} | ({"ms": ms} if ms else {})
        )
        self.desks[desk].box.append({"op": f"op{self.ops}", "user": desk, "ref": list(alarm.ref)} | do)
        if how:
            self.log.append([draft(0, "act", self.desks[desk].box[-1])], durable=True)
        if how == 2:
            self.engine.follow()

    @precondition(lambda self: any(desk.box for desk in self.desks.values()))
    @rule(data=st.data(), together=st.integers(1, 3), answered=st.booleans())
    def deliver(self, data: st.DataObject, together: int, answered: bool) -> None:
        """Operations reach the log: in any order, several at once, any number of times."""
        waiting = [body for desk in self.desks.values() for body in desk.box]
        bodies = data.draw(st.lists(st.sampled_from(waiting), min_size=1, max_size=together))
        self.log.append([draft(0, "act", body) for body in bodies], durable=True)
        if answered:
            self.engine.follow()

    @rule(checkpointed=st.booleans())
    def restart(self, checkpointed: bool) -> None:
        """The engine dies and another takes its place, from the log or from a checkpoint and the tail."""
        ward = Ward.restore(self.engine.ward.checkpoint()) if checkpointed else Ward()
        ward.apply(self.log.read(ward.seq, 1_000_000))
        self.engine = Engine(self.log, ward)
        self.engine.follow()

    @invariant()
    def the_log_keeps_its_word(self) -> None:
        """A1, A2, A3: see :class:`Book`."""
        self.book.read(self.log.read(self.book.seq, 1_000_000))

    @invariant()
    def nothing_is_shown_without_the_engines_word(self) -> None:
        """A4, A5: each alarm shown is one that the log tells, and an acknowledged one was answered "applied"."""
        for desk in self.desks.values():
            for alarm in desk.shown():
                assert self.book.told[alarm] <= desk.ward.seq
                assert alarm.state != "acked" or self.book.granted[alarm.ref] == alarm.by

    @invariant()
    def the_engine_is_its_log(self) -> None:
        """A4: the alarm system knows nothing that the log does not tell."""
        told = {a.ref: a.state for p in self.engine.ward.patients.values() for a in p.alarms.values()}
        for alarm in self.engine.decisions.system.annunciation.visible():
            assert told[alarm.ref] == alarm.state

    def teardown(self) -> None:
        """A6, A7, I20: when all is delivered and read, everything is answered and every desk shows the same; what is
        then delivered once more, the other way round, changes nothing."""
        bodies = [body for desk in self.desks.values() for body in desk.box]
        self.log.append([draft(0, "act", body) for body in bodies], durable=True)
        self.engine.follow()
        assert {body["op"] for body in bodies} == self.engine.ward.outcomes.keys()
        assert not self.engine.ward.acts
        states = self._converged()
        self.the_log_keeps_its_word()
        self.book.settled()
        answers = {op: (o["outcome"], o["by"]) for op, o in self.engine.ward.outcomes.items()}
        self.log.append([draft(0, "act", body) for body in reversed(bodies)], durable=True)
        self.engine.follow()
        assert self._converged() == states
        self.the_log_keeps_its_word()
        assert {op: (o["outcome"], o["by"]) for op, o in self.engine.ward.outcomes.items()} == answers

    def _converged(self) -> list[Alarm]:
        for name, desk in self.desks.items():
            self.read(desk=name, count=1_000_000)
            assert desk.ward.checkpoint() == self.engine.ward.checkpoint()
        return self.desks["ADA"].shown()


@pytest.mark.parametrize("examples", [100, pytest.param(3_000, marks=pytest.mark.nightly)])
def test_desks_and_engine_keep_their_word(examples: int) -> None:
    profile = settings(max_examples=examples, stateful_step_count=30, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Desks, settings=profile)
