"""A patient's alarms step by step, from what the log says and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.lifecycle import Condition, Level
from iomt_tui.alarms.model import Alarm, Key, Priority, Promise, Ref
from iomt_tui.alarms.suppression import SHELVE, Suppression
from iomt_tui.ward import transitions as steps
from iomt_tui.ward.events import Entry
from iomt_tui.ward.transitions import Transition, Transitions

START = 1_773_571_327_000
SECOND = 1_000
KEY = Key("p1", "hr", "high")


class Written:
    """A log of one patient that a test writes."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def write(self, kind: str, body: Any, at: int) -> None:
        self.entries.append(Entry(len(self.entries) + 1, at, kind, orjson.dumps(body)))

    def alarms(self, alarms: list[Alarm], at: int) -> None:
        for alarm in alarms:
            self.write("alarm", alarm.body(), at)

    def steps(self, patient: str = "p1", most: int = steps.MOST) -> list[Transition]:
        found = Transitions(patient, most)
        found.read(self.entries)
        assert found.unreadable == 0
        return list(found.kept)


def course() -> Written:
    """One condition through everything that can become of it, as the alarm system itself announces it."""
    log, one = Written(), Condition(KEY)
    high, medium = {Priority.HIGH: Level(140.0)}, {Priority.MEDIUM: Level(120.0, delay=5_000)}
    log.alarms(one.violate(START, 125.0, medium), START)
    at = START + 5 * SECOND
    log.alarms(one.advance(at), at)
    at += 60 * SECOND
    log.alarms(one.acknowledge(Ref(*KEY, 1, 1), "Kim", at, Promise("going", "", 120_000))[1], at)
    at += 10 * SECOND
    log.alarms(one.take_back(Ref(*KEY, 1, 1), "Sam", at)[1], at)
    at += 10 * SECOND
    log.alarms(one.violate(at, 150.0, high), at)
    log.alarms(one.acknowledge(Ref(*KEY, 1, 3), "Kim", at, Promise("note", "probe on ear", 60_000))[1], at)
    at += 60 * SECOND
    log.alarms(one.advance(at), at)
    at += 10 * SECOND
    log.alarms(one.clear(at), at)
    at += 10 * SECOND
    log.alarms(one.acknowledge(Ref(*KEY, 1, 4), "Alex", at)[1], at)
    return log


def test_every_step_is_told_once_and_in_order() -> None:
    found = course().steps()
    assert [one.what for one in found] == [
        steps.ANNOUNCED, steps.TAKEN, steps.UNDONE, steps.ROSE, steps.TAKEN, steps.AGAIN, steps.LATCHED, steps.SEEN,
    ]  # fmt: skip
    taken, undone, note, seen = found[1], found[2], found[4], found[7]
    assert (taken.by, taken.lasted, taken.until) == ("Kim", 60 * SECOND, taken.at + 120_000)
    assert taken.alarm is not None and taken.alarm.intent == "going"
    assert undone.by == "Sam" and note.words == "probe on ear"
    assert seen.by == "Alex" and seen.lasted == 20 * SECOND, "from when it was announced the last time"
    assert found[6].lasted == found[6].at - START


def test_an_alarm_that_ends_while_somebody_has_it_is_over() -> None:
    log, one = Written(), Condition(KEY)
    log.alarms(one.violate(START, 150.0, {Priority.HIGH: Level(140.0)}), START)
    log.alarms(one.acknowledge(Ref(*KEY, 1, 1), "Kim", START + SECOND)[1], START + SECOND)
    log.alarms(one.clear(START + 9 * SECOND), START + 9 * SECOND)
    log.alarms(one.violate(START + 60 * SECOND, 150.0, {Priority.HIGH: Level(140.0)}), START + 60 * SECOND)
    found = log.steps()
    assert [one.what for one in found] == [steps.ANNOUNCED, steps.TAKEN, steps.ENDED, steps.ANNOUNCED]
    assert found[2].lasted == 9 * SECOND


def test_quiet_loud_escalation_limits_and_leaving() -> None:
    log = Written()
    shelf = Suppression(SHELVE, *KEY, "Kim", "moving", START, START + 900_000, 3)
    log.write("suppression", shelf.body(), START)
    log.write("suppression", shelf.ended(START + 60 * SECOND).body(), START + 60 * SECOND)
    log.write("escalation", Escalation(Ref(*KEY, 1, 1), 2, START).body(), START)
    told = {"ref": [*KEY, 1, 1], "level": 2, "step": "charge nurse", "attempt": 1, "at": START, "why": "no route"}
    for state in ("waiting", "failed", "not-needed"):
        log.write("notification", {**told, "state": state}, START)
    limits = {
        "patient": "",
        "vital": "hr",
        "limits": [],
        "by": "Sam",
        "reason": "athlete",
        "since": START,
        "until": None,
    }
    log.write("limits", limits, START)
    log.write("limits", {**limits, "limits": None}, START)
    log.write("discharge", {"id": "p1"}, START)
    quiet, loud, escalated, failed, changed, back, left = log.steps()
    assert (quiet.what, quiet.by, quiet.words, quiet.until) == (steps.QUIET, "Kim", "moving", START + 900_000)
    assert (loud.what, loud.lasted) == (steps.LOUD, 60 * SECOND)
    assert (escalated.what, escalated.level) == (steps.ESCALATED, 2)
    assert (failed.detail, failed.words) == ("charge nurse: failed", "no route")
    assert (changed.detail, changed.level, back.level) == ("hr", 1, 0)
    assert left.what == steps.LEFT


def test_other_patients_and_what_cannot_be_read_are_passed_over() -> None:
    log = course()
    found = Transitions("p2")
    log.write("alarm", {"ref": ["p2"]}, START)
    log.write("alarm", [], START)
    log.write("suppression", {"what": "shelve"}, START)
    found.read(log.entries)
    assert not found.kept and found.unreadable == 3 and found.seq == len(log.entries)


def test_only_the_newest_are_kept_and_the_rest_is_counted() -> None:
    log = course()
    found = Transitions("p1", most=3)
    found.read(log.entries)
    assert [one.what for one in found.kept] == [steps.AGAIN, steps.LATCHED, steps.SEEN]
    assert found.dropped == 5


@given(st.integers(0, 20), st.integers(0, 20))
def test_it_does_not_matter_in_what_pieces_the_log_is_read(first: int, second: int) -> None:
    log = course()
    one, two = sorted((first, second))
    found = Transitions("p1")
    for piece in (log.entries[:one], log.entries[one:two], log.entries[two:]):
        found.read(piece)
    assert list(found.kept) == log.steps()


def test_hostile_words_are_safe() -> None:
    log, one = Written(), Condition(KEY)
    log.alarms(one.violate(START, 150.0, {Priority.HIGH: Level(140.0)}), START)
    (alarm,) = one.acknowledge(Ref(*KEY, 1, 1), "\x1b]52;c;x\x07", START, Promise("note", "\u202e[/foo]", None))[1]
    log.alarms([replace(alarm, until=None)], START)
    taken = log.steps()[1]
    assert taken.by.isprintable() and taken.words.isprintable()
