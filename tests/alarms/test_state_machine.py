"""The invariants of SAFETY over random inputs: the alarm system beside an oracle that knows only the inputs.

Where each is looked at: I1 ``heard``; I2, I2b ``seen``; I3 ``acknowledge``, ``undo`` and ``seen``; I4, I5 ``seen``;
I5b ``heard``; I6, I6b ``limited`` and ``promised``; I7 ``escalated``; I8, I9 ``measured``; I10 ``replayed``; I12b, I13
``source``; I14, I15 ``heard``; I16 ``acknowledge``, ``redelivered``; I17 ``invalid``. I11, I12, I18 and I19 belong to
other rooms, I20 to many desks: ``tests/test_invariants.py`` says where they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from alarm_oracle import Key, Oracle
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from iomt_tui.alarms.annunciation import Announcement
from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.lifecycle import Level
from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.alarms.suppression import Suppression
from iomt_tui.alarms.system import AlarmSystem

PATIENTS = ("p1", "p2")
REPORTED = (("hr", "asystole"), ("hr", "low"), ("rr", "low"), ("glucose", "falling"))
CONDITIONS = (*REPORTED, ("glucose", "low"), ("glucose", "high"), ("glucose", "invalid"), ("d1", "no-data"))
MONITORED = ("hr", "rr", "glucose")
patients = st.sampled_from(PATIENTS)
ops = st.one_of(st.uuids().map(str), st.sampled_from(["again1", "again2"]))
offsets = st.sampled_from([0, 0, 0, 0, 0, 1, -1])
users = st.sampled_from(["KIM", "LEE"])
picks = st.integers(0, 1_000)
#: What is said with an acknowledgement: every intent, what is none, and notes too long and missing.
said = st.sampled_from([
    ("", ""), ("going", ""), ("expected", "known"), ("sensor", ""), ("doctor", "Dr. Ay, 3 min"),
    ("note", " see chart "), ("note", ""), ("note", "  "), ("asleep", ""), ("going", "x" * 120), ("going", "x" * 121),
])  # fmt: skip
promises = st.sampled_from([
    None, None, 1, 500, 30_000, 60_000, 180_000, 180_001, 600_000, 600_001, 3_600_000, 3_600_001, 0, -1,
])  # fmt: skip


class AlarmMachine(RuleBasedStateMachine):
    """Inputs go to both; what both say is compared after each."""

    def __init__(self) -> None:
        super().__init__()
        self.system, self.oracle = AlarmSystem(), Oracle()
        self.alarms: dict[Key, Alarm] = {}  # the journal, folded
        self.suppressions: dict[tuple[str, Key], Suppression] = {}
        self.steps: list[tuple[Key, int, int, int]] = []
        self.newest: dict[str, int] = {}  # glucose: newest event time by patient
        self.acts: list[dict[str, Any]] = []  # every action so far

    def write(self, announced: list[Announcement]) -> None:
        """Folds announcements as the ward does, through their bodies."""
        for said in announced:
            if isinstance(said, Alarm):
                self.alarms[said.ref.key] = Alarm.from_body(said.body())
            elif isinstance(said, Suppression):
                self.suppressions.pop((said.what, said.key), None)
                if said.active(self.oracle.now):
                    self.suppressions[said.what, said.key] = Suppression.from_body(said.body())
                self.limited(said)
            elif isinstance(said, Escalation):
                self.steps.append((said.ref.key, said.ref.episode, said.ref.rev, said.level))

    def limited(self, said: Suppression) -> None:
        """I6, I6b: every suppression ends, and nobody shelves without a reason."""
        longest = {"pause": 120_000, "standby": 14_400_000, "shelve": 28_800_000}
        if said.what != "inhibit":
            assert said.until is not None and 0 <= said.until - said.since <= longest[said.what]
            assert said.by == "KIM" and (said.reason or said.what == "pause")

    def settle(self, alarms: list[Alarm]) -> None:
        self.write(self.system.annunciation.settle(alarms, self.oracle.now))

    @rule(patient=patients, what=st.sampled_from(REPORTED), prio=st.sampled_from([0, 1, 2, 3]))
    def reported(self, patient: str, what: tuple[str, str], prio: int) -> None:
        levels = {Priority(prio): Level(None)} if prio else {}
        self.settle(self.system.reported(patient, *what, levels, self.oracle.now))
        self.oracle.condition((patient, *what), prio, self.oracle.now)

    @rule(
        patient=patients,
        value=st.sampled_from([50, 57, 60, 73, 100, 177, 200, 300]),
        lag=st.sampled_from([0, 0, 0, 700, 90_000]),
    )
    def measured(self, patient: str, value: int, lag: int) -> None:
        """I8, I9: what is not newer than the newest changes nothing."""
        at = self.oracle.now - lag
        self.settle(self.system.watch(patient, "glucose").value(float(value), at))
        if at > self.newest.get(patient, -1):
            self.newest[patient] = at
            self.oracle.glucose(patient, value, at)

    @rule(patient=patients)
    def invalid(self, patient: str) -> None:
        """I17: what is no value clears nothing."""
        self.settle(self.system.watch(patient, "glucose").absent("implausible", self.oracle.now))
        if self.oracle.now > self.newest.get(patient, -1):
            self.newest[patient] = self.oracle.now
            self.oracle.absent.setdefault(patient, self.oracle.now)

    @rule(patient=patients, lost=st.booleans())
    def source(self, patient: str, lost: bool) -> None:
        """I12b: lost data is HIGH. I13: what was acknowledged comes back with the data."""
        levels = {Priority.HIGH: Level(None)} if lost else {}
        alarms = self.system.technical(patient, "d1", "no-data", levels, self.oracle.now)
        self.oracle.condition((patient, "d1", "no-data"), 3 if lost else 0, self.oracle.now, technical=True)
        if lost:
            self.system.source_lost(patient, MONITORED)
            self.oracle.lost.add(patient)
        else:
            alarms += self.system.source_returned(patient, MONITORED, self.oracle.now)
            self.oracle.lost.discard(patient)
            self.oracle.returned(patient, MONITORED)
        self.settle(alarms)

    @rule(
        ms=st.sampled_from([500, 1_000, 30_000, 60_000, 170_000, 600_000, 3_600_000]),
        attended=st.booleans(), skew=st.sampled_from([0, 1]),
    )  # fmt: skip
    def time(self, ms: int, attended: bool, skew: int) -> None:
        self.oracle.now += ms + skew
        self.write(self.system.tick(self.oracle.now, attended, self.system.advance(self.oracle.now)))
        self.oracle.tick(attended)

    def ref(self, patient: str, what: tuple[str, str], episode: int, rev: int) -> tuple[Key, int, int]:
        cell = self.oracle.cells.get((patient, *what))
        known = (cell.episode, cell.rev) if cell else (1, 1)
        return (patient, *what), known[0] + episode, known[1] + rev

    def aim(
        self, pick: int, states: tuple[str, ...], patient: str, what: tuple[str, str]
    ) -> tuple[str, tuple[str, str]]:
        """Mostly a condition that is in one of ``states``, else the one given."""
        there = sorted(key for key, (state, *_) in self.oracle.visible().items() if state in states)
        if not there or pick % 4 == 0:
            return patient, what
        key = there[pick % len(there)]
        return key[0], (key[1], key[2])

    def known(self, op: str) -> str:
        """The outcome of an operation that was answered before (T8), "" when it is new."""
        return self.oracle.outcomes.get(op, ("", ""))[0]

    def act(self, op: str, expected: str, data: dict[str, Any], by: str = "") -> None:
        data = {"op": op, "user": "KIM"} | data
        self.acts.append(data)
        outcome, announced = self.system.act(data, self.oracle.now)
        self.write(announced)
        assert outcome.outcome == expected
        assert bool(outcome.why) == (expected == "refused" or (data["do"] == "unack" and expected == "applied")) or (
            op in self.oracle.outcomes
        )
        assert outcome.by == self.oracle.outcomes.setdefault(op, (expected, by or data["user"]))[1]

    @rule(
        op=ops, patient=patients, what=st.sampled_from(CONDITIONS), episode=offsets, rev=offsets, user=users,
        words=said, ms=promises, pick=picks,
    )  # fmt: skip
    def acknowledge(
        self, op: str, patient: str, what: tuple[str, str], episode: int, rev: int, user: str, words: tuple[str, str],
        ms: int | None, pick: int,
    ) -> None:  # fmt: skip
        """I3, I16: only the alarm that was seen, only once, for as long as was promised."""
        key, episode, rev = self.ref(*self.aim(pick, ("unack", "acked", "latched"), patient, what), episode, rev)
        expected = self.known(op) or self.oracle.ack(key, episode, rev, user, *words, ms)
        data = {"do": "ack", "ref": [*key, episode, rev], "user": user, "intent": words[0], "note": words[1]}
        owner = self.oracle.owner(key) if expected == "already" else ""
        self.act(op, expected, data if ms is None else data | {"ms": ms}, owner)

    @rule(
        op=ops, patient=patients, what=st.sampled_from(CONDITIONS), episode=offsets, rev=offsets, user=users, pick=picks
    )
    def undo(self, op: str, patient: str, what: tuple[str, str], episode: int, rev: int, user: str, pick: int) -> None:
        """I3: an acknowledgement that was seen is taken back, by anybody, and its alarm announced anew."""
        key, episode, rev = self.ref(*self.aim(pick, ("acked",), patient, what), episode, rev)
        expected = self.known(op) or self.oracle.take_back(key, episode, rev, user)
        self.act(op, expected, {"do": "unack", "ref": [*key, episode, rev], "user": user})

    @precondition(lambda self: self.acts)
    @rule(data=st.data())
    def redelivered(self, data: st.DataObject) -> None:
        """I16: what comes again, however late, changes nothing and is answered as the first time."""
        again = data.draw(st.sampled_from(self.acts))
        outcome, announced = self.system.act(again | {"user": "MALLORY"}, self.oracle.now)
        assert (outcome.outcome, outcome.by) == self.oracle.outcomes[again["op"]]
        assert announced == []

    @rule(
        op=ops, patient=patients, what=st.sampled_from(CONDITIONS), rev=offsets, reason=st.sampled_from(["x", "y", ""]),
        ms=st.sampled_from([0, 60_000, 900_000, 900_001, 3_600_000, 3_600_001, 28_800_000, 28_800_001]),
    )  # fmt: skip
    def shelve(self, op: str, patient: str, what: tuple[str, str], rev: int, reason: str, ms: int) -> None:
        key, episode, rev = self.ref(patient, what, 0, rev)
        expected = self.known(op) or self.oracle.shelve(key, episode, rev, ms, reason)
        self.act(op, expected, {"do": "shelve", "ref": [*key, episode, rev], "ms": ms, "reason": reason})

    @rule(op=ops, patient=patients, what=st.sampled_from(CONDITIONS))
    def unshelve(self, op: str, patient: str, what: tuple[str, str]) -> None:
        key = (patient, *what)
        if (expected := self.known(op)) == "":
            expected = "applied" if key in self.oracle.shelves else "gone"
            if expected == "applied":
                self.oracle.unshelve(key)
        self.act(op, expected, {"do": "unshelve", "ref": [*key, 1, 1]})

    @rule(op=ops, patient=patients, ms=st.sampled_from([0, 60_000, 120_000, 120_001]))
    def pause(self, op: str, patient: str, ms: int) -> None:
        if (expected := self.known(op)) == "":
            expected = self._whole(self.oracle.pauses, patient, ms, 120_000)
            if expected == "applied" and not ms:
                del self.oracle.pauses[patient]
        self.act(op, expected, {"do": "pause", "patient": patient, "ms": ms})

    @rule(op=ops, patient=patients, ms=st.sampled_from([0, 60_000, 14_400_000, 14_400_001]))
    def standby(self, op: str, patient: str, ms: int) -> None:
        if (expected := self.known(op)) == "":
            expected = self._whole(self.oracle.standbys, patient, ms, 14_400_000)
            if expected == "applied" and not ms:
                self.oracle.end_standby(patient)
        self.act(op, expected, {"do": "standby", "patient": patient, "ms": ms, "reason": "bath"})

    def _whole(self, overlays: dict[str, int], patient: str, ms: int, cap: int) -> str:
        if not ms:
            return "applied" if patient in overlays else "gone"
        if ms > cap:
            return "refused"
        overlays[patient] = self.oracle.now + ms
        return "applied"

    @invariant()
    def seen(self) -> None:
        """I2, I2b, I3, I4, I5, I13, I17: what is in force is visible as the inputs left it, and nothing else is."""
        shown = self.system.annunciation.visible()
        assert {
            tuple(a.ref.key): (
                a.state, *a.ref[3:], a.priority, (a.by, a.intent, a.note, a.until), a.undone_by,
            )
            for a in shown
        } == self.oracle.visible()  # fmt: skip
        assert [a.priority for a in shown] == sorted((a.priority for a in shown), reverse=True)

    @invariant()
    def promised(self) -> None:
        """I6: every acknowledgement ends, at the latest after the re-arm time of the priority that was seen."""
        longest = {1: 3_600_000, 2: 600_000, 3: 180_000}
        for alarm in self.alarms.values():
            if alarm.state == "acked":
                assert alarm.until is not None and alarm.acked_at is not None
                assert self.oracle.now < alarm.until <= alarm.acked_at + longest[alarm.priority]
            elif alarm.state in ("unack", "latched"):
                assert (alarm.by, alarm.acked_at, alarm.intent, alarm.note, alarm.until) == ("", None, "", "", None)

    @invariant()
    def heard(self) -> None:
        """I1, I5b, I14, I15: everything sounds that nobody validly silenced."""
        assert {tuple(a.ref.key) for a in self.system.annunciation.audible()} == self.oracle.audible()

    @invariant()
    def escalated(self) -> None:
        """I7: each step of each announcement once, none lost."""
        assert sorted(self.steps) == sorted(self.oracle.steps)
        assert len(set(self.steps)) == len(self.steps)

    @invariant()
    def replayed(self) -> None:
        """I10: the journal tells everything; what cannot be known after a restart sounds."""
        again = AlarmSystem()
        taken = {Ref(*key, episode, rev): level for key, episode, rev, level in self.steps}
        again.resume(self.alarms.values(), self.suppressions.values(), taken)
        live = self.system.annunciation
        # After an acknowledgement the priority follows the value without an entry of its own (T13).
        assert set(map(_told, again.annunciation.visible())) == set(map(_told, live.visible()))
        assert {a.ref for a in again.annunciation.audible()} >= {a.ref for a in live.audible()}
        assert set(again.annunciation.suppressions) == set(live.suppressions)
        later = again.annunciation.tick([], self.oracle.now, attended=True)
        assert not {(*e.ref[:3], e.level, *e.ref[3:]) for e in later if isinstance(e, Escalation)} & {
            (*key, level, episode, rev) for key, episode, rev, level in self.steps
        }


def _told(alarm: Alarm) -> Alarm:
    return replace(alarm, priority=Priority.LOW)


@pytest.mark.parametrize("examples", [200, pytest.param(3_000, marks=pytest.mark.nightly)])
def test_the_invariants_hold(examples: int) -> None:
    profile = settings(max_examples=examples, stateful_step_count=40, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(AlarmMachine, settings=profile)
