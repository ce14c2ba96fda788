"""The events of one patient, from what the log says and nothing else."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import START, logs
from told_log import HOUR, MINUTE, OLD, Log, Terse, words

from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.notes import Note
from iomt_tui.ward.story.chronicle import Chronicle
from iomt_tui.ward.story.event_words import Said, said
from iomt_tui.ward.story.timeline import Category, timeline_of


def test_who_came_what_was_attached_and_what_changed() -> None:
    log = Log()
    log.write("patient", {"id": "p1", "bed": "12", "allergies": ["latex"]}, 1)
    log.write("patient", {"id": "p1", "bed": "12"}, 2)
    log.write("patient", {"id": "p2", "bed": "07"}, 3)
    log.write("device", {"id": "d1", "battery": 40}, 4)
    log.write("device", {"id": "d1", "firmware": "2", "state": "charging"}, 5)
    log.write("device", {"id": "d1", "patient": "p2"}, 6)
    log.write("device", {"id": "d1", "state": "off"}, 7)
    log.write("discharge", {"id": "p1"}, 8)
    assert words(*log.told().kept) == [
        "Admitted: bed 07, sepsis", "BX-40: attached", "Bed: 12, was 07", "Allergies: latex",
        "BX-40: charging", "BX-40: firmware 2, was 1", "BX-40: removed from the patient", "Left the ward",
    ]  # fmt: skip


def test_without_what_stood_before_nobody_is_said_to_have_just_come() -> None:
    log = Log()
    found = Chronicle("p1", OLD)
    found.read(log.entries)
    assert words(*found.kept) == ["BX-40: attached"]


def order(**more: Any) -> dict[str, Any]:
    return {"id": "o1", "patient": "p1", "drug": {"name": "Morphine"}, "route": "IV", "start": START - HOUR,
            "dose": {"value": 2, "unit": "mg"}, "schedule": {"kind": "prn", "min_hours": 1, "max_per_day": 4,
            "indication": "pain", "recheck_min": 15}, **more}  # fmt: skip


def record(name: str, minutes: float, **more: Any) -> dict[str, Any]:
    return {"id": name, "patient": "p1", "order": "o1", "due": None, "what": "given", "by": "Kim",
            "at": START + round(minutes * MINUTE), **more}  # fmt: skip


def test_orders_and_what_became_of_them() -> None:
    log = Log()
    log.write("order", order(), 1)
    log.write("order", order(dose={"value": 4, "unit": "mg"}), 2)
    log.write("order", order(dose={"value": 4, "unit": "mg"}, status="on-hold"), 3)
    log.write("order", {"id": "o1", "patient": "p1", "status": "active"}, 4)
    log.write("order", {"id": "o1", "patient": "p1", "status": "stopped"}, 5)
    events = log.news()
    assert words(*events) == [
        "Morphine: ordered, 2 mg IV, as needed (told at +1)",
        "Morphine: order changed, 4 mg IV, as needed, was 2 mg IV, as needed",
        "Morphine: on hold, on hold", "Morphine: goes on", "Morphine: stopped",
    ]  # fmt: skip
    assert events[0].at == START - HOUR and events[-1].at == START + 5 * MINUTE


def test_doses_given_corrected_taken_back_and_told_late() -> None:
    log = Log()
    log.write("order", order(), 1)
    log.write("administration", record("a", 2, dose={"value": 2, "unit": "mg"}, witness="Sam"), 30)
    log.write("administration", record("a", 2), 31)
    log.write("administration", record("b", 3, replaces="a", dose={"value": 1, "unit": "mg"}), 40)
    log.write("administration", record("c", 3, replaces="b", what="effect", effect="pain 8 to 3"), 41)
    log.write("administration", record("d", 3, replaces="b", what="error", reason="wrong bed", by="Lee"), 42)
    log.write("administration", record("e", 50, due=START + 20 * MINUTE), 50)
    chart = timeline_of(log.told().so_far(), Ward(), START + HOUR, 24 * HOUR)
    events = {one.record: one for one in chart.events if one.category is Category.DOSE and one.record != "o1"}
    assert list(events) == ["a", "b", "c", "d", "e"]
    assert words(*events.values()) == [
        "Morphine, CORRECTED at +3 by Kim: given, 2 mg, checked by Sam, by Kim (told at +30)",
        "Morphine, CORRECTED at +42 by Lee: corrected record: given, 1 mg, by Kim (told at +40)",
        "Morphine: effect: pain 8 to 3, by Kim (told at +41)", "Morphine: record taken back: wrong bed, by Lee",
        "Morphine: given, by Kim, 1800s late",
    ]  # fmt: skip


def test_doses_at_home() -> None:
    log = Log()
    log.write("order", order(home=True), 1)
    body = {"patient": "p1", "order": "o1", "due": None, "at": START + MINUTE, "source": "smart-cap", "device": "d1"}
    log.write("intake", body, 1)
    log.write("intake", {**body, "from": START - HOUR, "doses": [[0, 5], [30, 31]], "gaps": []}, 2)
    log.write("dispense", {"patient": "p1", "drug": {"name": "Morphine"}, "fills": [["f", START, 30, 60]]}, 3)
    log.write("dispense", {"id": "g", "patient": "p1", "drug": {"name": "X"}, "at": START, "days_supply": 7,
                           "quantity": 7}, 4)  # fmt: skip
    found = [(one.at - START) // MINUTE for one in log.news()[1:]]
    assert found == [1, -55, -29, 0, 0]
    assert words(log.news()[1], *log.news()[-2:]) == [
        "Morphine: taken at home, smart-cap", "Morphine: dispensed, for 30 days", "X: dispensed, for 7 days",
    ]  # fmt: skip


def note(name: str, minutes: float, text: str, **more: Any) -> dict[str, Any]:
    at = START + round(minutes * MINUTE)
    return {"id": name, "patient": "p1", "text": text, "at": at, "by": "Kim", "from": "", **more}


def test_a_note_its_correction_and_one_that_the_server_changed() -> None:
    log = Log()
    log.write("note", note("a", 1, "pain 8"), 1)
    log.write("note", note("a", 1, "pain 8"), 2)
    log.write("note", note("b", 5, "pain 3", replaces="a", by="Lee"), 5)
    log.write("note", note("c", 6, "slept", **{"from": "EHR"}), 6)
    log.write("note", note("c", 6, "(withdrawn)", **{"from": "EHR"}), 60)
    chart = timeline_of(log.told().so_far(), Ward(), START + 2 * HOUR, 24 * HOUR)
    events = [one for one in chart.events if one.category is Category.NOTE]
    assert words(*events) == [
        "Note by Kim, CORRECTED at +5 by Lee: pain 8", "Correction by Lee: pain 3", "Note by Kim from EHR: slept",
        "Note amended by Kim from EHR: (withdrawn)",
    ]  # fmt: skip
    assert (events[3].at, events[3].before) == (START + HOUR, "slept")
    earlier = timeline_of(log.told().so_far(), Ward(), START + 4 * MINUTE, 24 * HOUR)
    assert earlier.events[-1].record == "a" and earlier.events[-1].fixed is None


def test_alarms_limits_and_what_keeps_them_quiet() -> None:
    log = Log()
    alarm = Alarm(Ref("p1", "spo2", "low", 1, 1), "unack", Priority.HIGH, False, 84, 90, START, START)
    log.write("alarm", alarm.body(), 1)
    log.write("alarm", {**alarm.body(), "ref": ["p2", "spo2", "low", 1, 1]}, 1)
    log.write("escalation", {"ref": list(alarm.ref), "level": 1, "at": START + 2 * MINUTE}, 2)
    log.write("alarm", {**alarm.body(), "state": "acked", "by": "Kim", "acked_at": START + 3 * MINUTE}, 3)
    log.write("suppression", {"what": "pause", "patient": "p1", "param": "", "kind": "", "by": "Kim", "reason": "",
                              "since": START, "until": START + 6 * MINUTE}, 4)  # fmt: skip
    row = {"priority": 3, "low": 85, "high": None, "delay": 5, "off_delay": 5}
    limits = {"patient": "p1", "vital": "spo2", "limits": [row], "by": "Lee", "reason": "COPD", "since": START,
              "until": None}  # fmt: skip
    log.write("limits", limits, 5)
    log.write("limits", {**limits, "patient": "", "limits": None}, 6)
    log.write("limits", {**limits, "patient": "p2"}, 6)
    assert words(*log.news()) == [
        "spo2 84: announced, high", "spo2 84: escalated, step 1: nobody had answered",
        "spo2 84: taken by Kim after 180s",
        "Patient: sound paused by Kim until +6", "spo2 limits: high below 85, set by Lee: COPD",
        "spo2 limits of the whole ward: back to what holds without, by Lee: COPD",
    ]  # fmt: skip
    assert [one.category for one in log.news()] == [
        Category.ALARM, Category.ESCALATION, Category.ACK, Category.QUIET, Category.LIMITS, Category.LIMITS,
    ]  # fmt: skip


def test_the_server_and_who_watched() -> None:
    log = Log()
    written = {"op": "n1", "what": "note", "patient": "p1", "at": START, "begun": START}
    for state, why in (("waiting", ""), ("confirmed", ""), ("denied", "no scope")):
        log.write("write", {**written, "state": state, "why": why}, 1)
    own = {"op": "v", "what": "vitals", "patient": "p1", "user": "Kim", "user_ref": "", "at": START, "about": {}}
    log.write("write", {**written, "what": "vitals", "state": "waiting", "write": own}, 2)
    for state in ("live", "live", "lost", "connecting", "live"):
        log.write("link", {"name": "note", "state": state, "text": "no answer" if state == "lost" else ""}, 3)
    log.write("tick", {"gap": 90_000}, 4)
    log.write("tick", {}, 5)
    log.write("engine", {"state": "stopped"}, 6)
    log.write("score", {"patient": "p1", "score": "news2", "total": 7, "at": START + 7 * MINUTE, "by": "EHR"}, 7)
    log.write("score", {"patient": "p1", "score": "news2", "total": 7, "at": START + 8 * MINUTE, "by": "EHR"}, 8)
    assert words(*log.news()) == [
        "Note: not allowed by the server: no scope", "Vital signs: charted on the server by Kim", "note: live",
        "note: does not answer: no answer", "note: live", "Monitoring: nobody watched for 90s",
        "Monitoring: ended: nobody watches", "NEWS2 of the server: 7 by EHR",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["alarm", "note", "order", "administration", "patient", "limits", "write", "intake"])
def test_a_body_of_another_shape_is_counted_and_nothing_else(kind: str) -> None:
    found = Chronicle("p1", OLD)
    found.read([Entry(1, START, kind, b'{"patient": "p1"}'), Entry(2, START, "note", orjson.dumps(note("a", 0, "x")))])
    assert found.unreadable == 1 and words(*found.kept) == ["Note by Kim: x"]


def test_text_of_a_feed_is_made_safe() -> None:
    log = Log()
    log.write("note", note("a", 1, "\x1b]52;c;x\x07[/foo]\u202e", by="\x1b[31mKim"), 1)
    log.write("patient", {"id": "p1", "problem": "a\x1b[2Jb"}, 2)
    assert all("\x1b" not in line and "\u202e" not in line for line in words(*log.news()))


def test_what_is_older_than_wanted_is_not_kept_and_what_has_no_room_is_counted() -> None:
    log = Log()
    for number in range(10):
        log.write("note", note(f"n{number}", number, "x"), number)
    assert [one.record for one in log.told(since=START + 7 * MINUTE).kept] == ["n7", "n8", "n9"]
    full = log.told(most=4)
    assert [one.record for one in full.kept] == ["n6", "n7", "n8", "n9"] and full.dropped == 8


def staying(entries: list[Entry]) -> list[Entry]:
    """A log in which nobody leaves: of those who left the fold forgets what was."""
    return [one for one in entries if one.kind != "discharge"]


@given(logs(), st.data())
def test_from_any_point_of_the_log_the_rest_is_told_the_same(entries: list[Entry], data: st.DataObject) -> None:
    entries = staying(entries)
    whole = Chronicle("p1", OLD, Ward())
    whole.read(entries)
    cut = data.draw(st.integers(7, len(entries)))
    ward = Ward()
    ward.apply(entries[:cut])
    rest = Chronicle("p1", OLD, Ward.restore(ward.checkpoint()))
    rest.read(entries[cut:])
    place = entries[cut - 1].seq
    assert list(rest.kept) == [one for one in whole.kept if int(one.id.partition(".")[0]) > place]


@given(logs(), st.data())
def test_any_pieces_make_the_same_and_ids_are_different(entries: list[Entry], data: st.DataObject) -> None:
    whole, pieces = Chronicle("p1", OLD, Ward()), Chronicle("p1", OLD, Ward())
    whole.read(entries)
    cut = data.draw(st.integers(0, len(entries)))
    pieces.read(entries[:cut])
    pieces.read(entries[cut:])
    assert list(pieces.kept) == list(whole.kept) and pieces.unreadable == whole.unreadable
    assert len({one.id for one in whole.kept}) == len(whole.kept)
    for one in whole.kept:
        assert one.at <= one.logged and said(one, Terse()).about


@given(logs(), st.data())
def test_a_timeline_is_in_order_and_knows_nothing_of_later(entries: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(START, max(entries[-1].at, START) + HOUR))
    told = Chronicle("p1", OLD, Ward())
    told.read(entries)
    earlier = Chronicle("p1", OLD, Ward())
    earlier.read([one for one in entries if one.at <= at])
    ward = Ward()
    ward.apply(one for one in entries if one.at <= at)
    found = timeline_of(told.so_far(), ward, at, 24 * HOUR)
    assert found.events == timeline_of(earlier.so_far(), ward, at, 24 * HOUR).events
    assert [one.at for one in found.events] == sorted(one.at for one in found.events)
    assert all(at - 24 * HOUR <= one.at <= at or one.hour is not None for one in found.events)


def test_observations_are_summed_up_hour_by_hour() -> None:
    ward = Ward()
    log = Log()
    noon = START // HOUR * HOUR
    for minute in range(0, 90, 10):
        at = noon + minute * MINUTE
        values = {"hr": 80 + minute, "spo2": 97 - minute // 10, "nibp_sys": 120, "nibp_dia": 70}
        body = [["p1", "d1", at, values, None]]
        log.entries.append(Entry(len(log.entries) + 1, max(at, START), "obs", orjson.dumps(body)))
        log.entries.append(Entry(len(log.entries) + 1, max(at, START), "tick", b"{}"))
    ward.apply(log.entries)
    now = noon + 85 * MINUTE
    hours = [one for one in timeline_of(log.told().so_far(), ward, now, 2 * HOUR).events if one.hour is not None]
    assert [(one.at - noon) // MINUTE for one in hours] == [0, 60]
    spans = {span.vital: span for span in hours[1].hour.spans if hours[1].hour}  # type: ignore[union-attr]
    assert (spans["hr"].low, spans["hr"].high, spans["hr"].last) == (140, 160, 160)
    assert "nibp_sys 120-120/70-70u" in said(hours[0], Terse()).words
    assert isinstance(said(hours[0], Terse()), Said)


def test_a_note_of_another_patient_is_nobodys_here() -> None:
    log = Log()
    log.write("note", {**note("a", 1, 'about "p1"'), "patient": "p2"}, 1)
    assert log.news() == []
    assert Note.from_body(note("a", 1, "x")).replaces == ""
