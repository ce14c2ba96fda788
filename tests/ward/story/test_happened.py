"""Beside the curves: alarms as stretches, deeds as marks, as the fold knows them and as the log tells them."""

from __future__ import annotations

from dataclasses import replace

from trend_data import HOUR, MINUTE, NOW, Written

from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.log.chronicles import told
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import Draft
from iomt_tui.ward.story import happened
from iomt_tui.ward.story.happened import episodes_of, known_episodes, known_marks, told_of
from iomt_tui.ward.story.trends import axis_of, trends_of


def alarm(episode: int = 1, begin: int = NOW - HOUR) -> Alarm:
    return Alarm(Ref("p", "spo2", "low", episode, 1), "unack", Priority.MEDIUM, False, 88, 90, begin, begin)


def course(one: Alarm, until: int) -> list[Alarm]:
    worse = replace(one, ref=one.ref._replace(rev=2), priority=Priority.HIGH, value=83)
    taken = replace(worse, state="acked", by="Kim", acked_at=one.raised + MINUTE)
    return [one, worse, taken, replace(taken, state="normal", ended=until)]


def test_an_alarm_is_one_stretch_at_its_highest_priority() -> None:
    (found,) = episodes_of(course(alarm(), NOW - HOUR // 2))
    assert (found.start, found.end, found.priority) == (NOW - HOUR, NOW - HOUR // 2, 3)
    assert found.alarm.value == 83 and found.alarm.by == "Kim"


def test_each_time_a_condition_begins_is_a_stretch_of_its_own() -> None:
    found = episodes_of([*course(alarm(1, NOW - 2 * HOUR), NOW - HOUR), alarm(2, NOW - MINUTE)])
    assert [(one.start, one.end) for one in found] == [(NOW - 2 * HOUR, NOW - HOUR), (NOW - MINUTE, None)]


def written() -> Written:
    one = Written()
    one.observe(NOW - 3 * HOUR, spo2=95)
    for number, step in enumerate(course(alarm(), NOW - 30 * MINUTE)):
        one.write("alarm", step.body(), NOW - HOUR + number * MINUTE)
    order = {
        "id": "o", "patient": "p", "route": "iv", "dose": {"value": 2, "unit": "mg"}, "status": "active",
        "drug": {"code": "x", "system": "", "name": "Morphine", "form": "", "classes": []},
        "start": NOW - 5 * HOUR, "end": None, "schedule": {"kind": "times", "times": ["08:00"]},
    }  # fmt: skip
    one.write("order", order, NOW - 50 * MINUTE)
    for key, what, replaces in (("a", "given", None), ("b", "refused", None), ("c", "error", "a")):
        record = {"id": key, "patient": "p", "order": "o", "due": None, "what": what, "reason": "pain", "by": "Kim",
                  "at": NOW - 40 * MINUTE, "witness": "", "dose": None, "replaces": replaces, "effect": ""}  # fmt: skip
        one.write("administration", record, NOW - 40 * MINUTE)
    one.write("note", {"id": "n", "patient": "p", "text": "Clammy", "at": NOW - 20 * MINUTE, "by": "Kim", "from": ""},
              NOW - 20 * MINUTE)  # fmt: skip
    held = {
        "what": "inhibit", "patient": "p", "param": "rr", "kind": "low", "by": "high", "reason": "",
        "since": NOW - 10 * MINUTE, "until": None,
    }  # fmt: skip
    one.write("suppression", held, NOW - 10 * MINUTE)
    return one


def told_by_the_log(
    one: Written, since: int = NOW - 4 * HOUR
) -> tuple[tuple[happened.Episode, ...], tuple[happened.Mark, ...]]:
    log = MemoryLog("t")
    log.append([Draft(*entry[1:]) for entry in one.entries])
    return told_of(told(log, "p", since, NOW), one.ward.patients["p"], NOW)


def test_the_log_tells_alarms_deeds_and_notes_and_leaves_out_what_was_taken_back() -> None:
    episodes, marks = told_by_the_log(written())
    assert [(one.priority, one.end) for one in episodes] == [(3, NOW - 30 * MINUTE)]
    assert [mark.what for mark in marks] == [happened.TAKEN, happened.NOT_GIVEN, happened.NOTE]
    taken, refused, note = marks
    assert (taken.about, taken.by) == ("SpO2 low", "Kim")
    assert refused.about == "Morphine" and "refused" in refused.words and "pain" in refused.words
    assert note.words == "Clammy" and note.at == NOW - 20 * MINUTE


def test_the_fold_alone_tells_the_same_of_what_it_still_knows() -> None:
    one = written()
    state = one.ward.patients["p"]
    assert [(e.start, e.end) for e in known_episodes(state)] == [(NOW - HOUR, NOW - 30 * MINUTE)]
    assert [mark.what for mark in known_marks(state)] == [happened.TAKEN, happened.NOT_GIVEN, happened.NOTE]


def test_what_the_log_had_not_told_by_then_is_not_told() -> None:
    one = written()
    log = MemoryLog("t")
    log.append([Draft(*entry[1:]) for entry in one.entries])
    _, marks = told_of(told(log, "p", NOW - 4 * HOUR, NOW), one.ward.patients["p"], NOW - 45 * MINUTE)
    assert [mark.what for mark in marks] == [happened.TAKEN]


def test_a_view_has_only_what_lies_on_its_axis() -> None:
    one = written()
    axis = axis_of(NOW, 35 * MINUTE, 60, NOW)
    view = trends_of(one.ward, "p", NOW, axis, happened=told_by_the_log(one))
    assert [mark.what for mark in view.marks] == [happened.NOTE]
    assert len(view.episodes) == 1  # it reaches into the axis
    later = trends_of(one.ward, "p", NOW, axis_of(NOW, 15 * MINUTE, 60, NOW), happened=told_by_the_log(one))
    assert not later.episodes and not later.marks
