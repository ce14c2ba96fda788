"""What somebody says and promises with an acknowledgement, what is refused, and how it is taken back."""

from __future__ import annotations

from typing import Any

import pytest

from iomt_tui.alarms.actions import Outcome
from iomt_tui.alarms.annunciation import Announcement
from iomt_tui.alarms.lifecycle import REARM, Level
from iomt_tui.alarms.model import INTENTS, Alarm, Priority, Ref
from iomt_tui.alarms.suppression import PAUSE, SHELVE, Suppression
from iomt_tui.alarms.system import AlarmSystem

HR, RR = Ref("p1", "hr", "high", 1, 1), Ref("p1", "rr", "low", 1, 1)
OTHER = Ref("p2", "hr", "high", 1, 1)


@pytest.fixture
def system() -> AlarmSystem:
    """HIGH heart rates of two patients, and of one of them a MEDIUM respiratory rate."""
    system = AlarmSystem()
    for ref, priority in ((HR, Priority.HIGH), (RR, Priority.MEDIUM), (OTHER, Priority.HIGH)):
        system.reported(*ref.key, {priority: Level(None)}, 0)
    return system


def act(
    system: AlarmSystem, do: str, ref: Ref, at: int = 1_000, user: str = "KIM", **said: Any
) -> tuple[Outcome, list[Announcement]]:
    return system.act({"op": f"{do}{ref}{at}{user}", "do": do, "user": user, "ref": list(ref), **said}, at)


def states(system: AlarmSystem) -> dict[Ref, str]:
    return {alarm.ref: alarm.state for alarm in system.annunciation.visible()}


@pytest.mark.parametrize("intent", ["", *INTENTS])
def test_every_intent_is_kept_and_so_is_the_note(system: AlarmSystem, intent: str) -> None:
    outcome, (alarm,) = act(system, "ack", RR, intent=intent, note=" line\x1b[31m change ", ms=60_000)
    assert isinstance(alarm, Alarm)
    assert (outcome.outcome, outcome.why) == ("applied", "")
    assert (alarm.intent, alarm.note, alarm.until) == (intent, "line\ufffd[31m change", 61_000)
    assert Alarm.from_body(alarm.body()) == alarm


@pytest.mark.parametrize("ref", [HR, RR])
def test_the_longest_promise_is_the_rearm_time_of_the_priority(system: AlarmSystem, ref: Ref) -> None:
    longest = REARM[Priority.HIGH if ref is HR else Priority.MEDIUM]
    outcome, announced = act(system, "ack", ref, ms=longest + 1)
    assert (outcome.outcome, announced) == ("refused", [])
    assert outcome.why == f"this alarm is acknowledged for at most {longest // 60_000} min, in whole milliseconds"
    _, (alarm,) = act(system, "ack", ref, at=2_000, ms=longest)
    assert isinstance(alarm, Alarm) and alarm.until == 2_000 + longest


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"intent": "asleep"}, "an acknowledgement says going, expected, sensor, doctor, note or nothing"),
    ({"intent": "note"}, "a note needs words"),
    ({"intent": "note", "note": " "}, "a note needs words"),
    ({"note": "x" * 121}, "a note has at most 120 characters"),
    ({"note": "x" * 9_999}, "a note has at most 120 characters"),
    ({"ms": 0}, "this alarm is acknowledged for at most 3 min, in whole milliseconds"),
    ({"ms": -1}, "this alarm is acknowledged for at most 3 min, in whole milliseconds"),
    ({"ms": True}, "this alarm is acknowledged for at most 3 min, in whole milliseconds"),
]


@pytest.mark.parametrize(("said", "why"), REFUSED)
def test_what_cannot_be_promised_is_refused_in_words(system: AlarmSystem, said: dict[str, Any], why: str) -> None:
    outcome, announced = act(system, "ack", HR, **said)
    assert (outcome.outcome, outcome.why, announced) == ("refused", why, [])
    assert states(system)[HR] == "unack"


@pytest.mark.parametrize(
    ("ref", "word"), [(HR._replace(rev=2), "superseded"), (HR._replace(episode=2), "gone"), (RR, "already")]
)
def test_what_became_of_the_alarm_matters_more_than_what_was_said(system: AlarmSystem, ref: Ref, word: str) -> None:
    act(system, "ack", RR, user="LEE")
    assert act(system, "ack", ref, at=2_000, ms=-1)[0].outcome == word


def test_t11_the_second_learns_who_was_first(system: AlarmSystem) -> None:
    act(system, "ack", HR, user="LEE", intent="going")
    outcome, announced = act(system, "ack", HR, at=2_000, user="KIM", intent="doctor")
    assert (outcome.outcome, outcome.by, announced) == ("already", "LEE", [])


def test_taking_one_back_leaves_every_other_one(system: AlarmSystem) -> None:
    for ref in (HR, RR, OTHER):
        act(system, "ack", ref, user="LEE")
    outcome, (alarm,) = act(system, "unack", HR, at=2_000, user="KIM")
    assert outcome == (f"unack{HR}2000KIM", "applied", "KIM", 2_000, "taken back from LEE")
    assert isinstance(alarm, Alarm) and (alarm.state, alarm.undone_by) == ("unack", "KIM")
    assert states(system) == {HR._replace(rev=2): "unack", RR: "acked", OTHER: "acked"}
    assert [a.ref for a in system.annunciation.audible()] == [HR._replace(rev=2)]


def test_i15_a_high_alarm_that_was_taken_back_breaks_the_pause(system: AlarmSystem) -> None:
    act(system, "ack", HR)
    system.act({"op": "p", "do": "pause", "user": "KIM", "patient": "p1", "ms": 120_000}, 1_500)
    _, (alarm, ended) = act(system, "unack", HR, at=2_000)
    assert isinstance(alarm, Alarm) and isinstance(ended, Suppression)
    assert (ended.what, ended.until) == (PAUSE, 2_000)
    assert {a.ref.key for a in system.annunciation.audible()} == {HR.key, RR.key, OTHER.key}


def test_what_was_taken_back_stays_on_its_shelf(system: AlarmSystem) -> None:
    act(system, "ack", RR)
    act(system, "shelve", RR, at=1_500, ms=60_000, reason="suction")
    act(system, "unack", RR, at=2_000)
    again = RR._replace(rev=2)
    assert states(system)[again] == "unack" and again not in {a.ref for a in system.annunciation.audible()}
    assert system.annunciation.suppressions.get(SHELVE, RR.key) is not None


def test_what_was_taken_back_escalates_from_then_on(system: AlarmSystem) -> None:
    act(system, "ack", HR)
    act(system, "unack", HR, at=100_000)
    own = [e for e in system.tick(129_999, True) if e.ENTRY == "escalation"]
    assert HR._replace(rev=2) not in {e.ref for e in own if hasattr(e, "ref")}
    assert any(getattr(e, "ref", None) == HR._replace(rev=2) for e in system.tick(130_000, True))


def test_nothing_is_known_of_an_alarm_that_never_was(system: AlarmSystem) -> None:
    for do in ("ack", "unack", "shelve"):
        assert act(system, do, Ref("p9", "hr", "high", 1, 1), ms=1_000, reason="x")[0].outcome == "gone"
