"""What comes from a backend: acknowledgements from other desks, the past, and whatever a broken or hostile one says."""

from __future__ import annotations

from typing import Any

import pytest
from far_ward import LINK, FarWard, Hand
from hypothesis import given, settings
from hypothesis import strategies as st
from ward_of_one import DEVICE, PATIENT, WARD, T

from iomt_tui.alarms.course import ALL
from iomt_tui.engine.decide import LOADS
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.remote import CHUNK
from iomt_tui.engine.source import Backend
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import Reading, draft
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.history import History

HOUR = 3_600_000


@pytest.fixture
def far() -> FarWard:
    far = FarWard()
    far.run(10)
    return far


def taken(far: FarWard, **more: Any) -> None:
    """Somebody elsewhere acknowledges the alarm of the patient's SpO2 now, as far as a test says nothing else."""
    body = {"patient": "p1", "param": "spo2", "kind": "low", "onset": T + 1_000, "prio": 3, "by": "LEE", "at": far.now,
            "id": "Task/1/1"}  # fmt: skip
    far.arrive("taken", body | more)


def test_an_acknowledgement_from_another_desk_is_told_as_what_it_is(far: FarWard) -> None:
    ref = far.alarm().ref
    taken(far)
    alarm = far.alarm()
    assert (alarm.state, alarm.ref, alarm.by, alarm.note) == ("acked", ref, "LEE", "acknowledged at another desk")
    (act,), (outcome,) = far.told("act"), far.told("outcome")
    assert act["op"] == outcome["op"] == "Task/1/1" and act["ref"] == list(ref)
    assert (outcome["outcome"], outcome["by"]) == ("applied", "LEE")
    assert not far.hand.submitted, "the server has it already"
    assert not far.told("write") and far.ward.view("p1", far.now).written == {}


def test_the_same_one_again_is_none(far: FarWard) -> None:
    taken(far)
    far.act("unack", ref=list(far.alarm().ref))
    size = len(far.told("act"))
    for _ in range(2):
        taken(far)
        far.restart()
    assert far.alarm().state == "unack" and len(far.told("act")) == size


def test_one_that_is_older_than_the_announcement_is_none(far: FarWard) -> None:
    raised = far.alarm().raised
    taken(far, at=raised - 1)
    assert far.alarm().state == "unack" and not far.told("act")
    taken(far, at=raised)
    assert far.alarm().state == "acked"


def test_an_old_one_does_not_meet_an_alarm_that_came_back(far: FarWard) -> None:
    seen = far.now
    far.ack()
    far.act("unack", ref=list(far.alarm().ref))
    far.run(3)
    assert far.alarm().raised > seen - 1
    taken(far, at=seen - 1)
    assert far.alarm().state == "unack"


def test_one_of_a_lower_priority_is_none(far: FarWard) -> None:
    taken(far, prio=2)
    assert far.alarm().state == "unack" and not far.told("act")


@pytest.mark.parametrize("more", [{"param": "hr"}, {"kind": "high"}])
def test_one_of_another_alarm_silences_nothing(far: FarWard, more: dict[str, str]) -> None:
    taken(far, **more)
    assert far.alarm().state == "unack" and not far.told("act")


def test_what_the_server_does_not_know_is_not_acknowledged_from_there(far: FarWard) -> None:
    far.act("note", patient="p1", text="x")
    far.say("op1", "failed")
    far.run(1)
    taken(far, param="server", kind="undelivered", prio=2, at=far.now + 1)
    assert far.standing("undelivered") == "unack"


def test_it_counts_no_longer_than_it_would_here(far: FarWard) -> None:
    """A HIGH alarm is acknowledged for three minutes, from when somebody did so."""
    at = far.now
    far.run(60)
    taken(far, at=at)
    assert far.alarm().until == at + 180_000 and far.alarm().acked_at == far.now
    far.run(120)
    assert far.alarm().state == "unack"


def test_one_whose_time_is_over_is_none(far: FarWard) -> None:
    at = far.now
    far.run(200)
    taken(far, at=at)
    assert far.alarm().state == "unack"


def test_one_from_the_future_is_none(far: FarWard) -> None:
    """It would count for announcements that nobody has seen."""
    taken(far, at=far.now + 61_000)
    assert far.alarm().state == "unack"
    taken(far, at=far.now + 59_000)
    assert (far.alarm().state, far.alarm().until) == ("acked", far.now + 180_000)


def test_a_latched_alarm_is_over_with_it(far: FarWard) -> None:
    far.run(10, 97.0)
    assert far.alarm().state == "latched"
    taken(far)
    assert far.alarm().state == "normal"


def test_whoever_was_first_in_the_log_has_it(far: FarWard) -> None:
    act = {"op": "mine", "user": "KIM", "do": "ack", "ref": list(far.alarm().ref)}
    far.log.append([draft(far.now, "act", act)], durable=True)  # not followed yet
    taken(far)
    assert far.alarm().by == "KIM"
    assert [(o["op"], o["outcome"], o["by"]) for o in far.told("outcome")] == [
        ("mine", "applied", "KIM"), ("Task/1/1", "already", "KIM"),
    ]  # fmt: skip


def test_one_that_was_not_answered_yet_is_answered_by_the_next_engine_and_not_written(far: FarWard) -> None:
    act = {"op": "Task/1/1", "user": "LEE", "do": "ack", "ref": list(far.alarm().ref), "from": "server"}
    far.log.append([draft(far.now, "act", act)], durable=True)
    far.restart()
    assert far.alarm().state == "acked" and not far.hand.submitted and not far.told("write")


def test_a_long_id_is_as_good_as_another(far: FarWard) -> None:
    name = f"Task/{'x' * 64}/{'y' * 64}"
    taken(far, id=name)
    assert far.alarm().state == "acked"
    far.act("unack", ref=list(far.alarm().ref))
    taken(far, id=name, at=far.now + 1)
    assert far.alarm().state == "unack"


def day(step: int = 60_000, hours: int = 24, value: float = 70.0) -> list[Reading]:
    """A day of a SpO2 that would have been a HIGH alarm all the time, up to a minute ago."""
    return [
        Reading("p1", "d1", at, {"spo2": value, "hr": 100.0 + at // step % 10}, None)
        for at in range(T - hours * HOUR, T, step)
    ]


@pytest.fixture
def calm() -> FarWard:
    return FarWard()


def test_the_past_is_for_trends_and_decides_nothing(calm: FarWard) -> None:
    for part in range(4):
        calm.arrive("history", day()[part * 360 : (part + 1) * 360])
        calm.engine.tick(calm.now + part * 1_000)
    calm.second += 4
    patient = calm.ward.patients["p1"]
    assert patient.alarms == {} and patient.news is not None and patient.news.known == 0
    assert sum(b is not None for b in calm.ward.spark("p1", "spo2", 24, 24 * HOUR, T)) == 24
    assert calm.ward.devices["d1"].clock.offset == 0
    calm.run(1, 97.0)
    view = calm.ward.view("p1", calm.now).vitals["spo2"]
    assert (view.value, view.observed_at, view.clock_offset, view.live) == (97.0, calm.now, 0, True)
    assert not patient.alarms


def test_the_log_gets_it_in_pieces(calm: FarWard) -> None:
    calm.arrive("history", day(step=15_000))
    sizes = [len(body) for body in calm.told("past")]
    assert sum(sizes) == 5_760 and max(sizes) == CHUNK
    folded = Ward()
    folded.apply(calm.log.read(0, 10_000))
    assert folded.checkpoint() == calm.ward.checkpoint()


def test_a_restart_does_not_double_the_log(calm: FarWard) -> None:
    calm.arrive("history", day())
    before = len(calm.told("past"))
    calm.restart(1)
    calm.arrive("history", day())
    assert len(calm.told("past")) == before
    late = Reading("p1", "d1", T - 90_000, {"spo2": 99.0, "rr": 12.0}, None)
    calm.arrive("history", [late])
    assert calm.told("past")[-1] == [["p1", "d1", T - 90_000, {"spo2": 99.0, "rr": 12.0}, None]]


def test_nobody_asks_what_if_of_the_time_before_anybody_watched(calm: FarWard) -> None:
    calm.arrive("history", day())
    calm.run(60, 97.0)
    history = History(Ward(), T - 24 * HOUR, {"spo2": ALL}, "p1")
    history.read(calm.log.read(0, 10_000))
    history.close(calm.now)
    assert list(history.courses["p1"]["spo2"].values) == [97.0] and history.unreadable == 0


def test_of_a_device_that_was_silent_all_the_time_nobody_is_told_that_it_fell_silent(calm: FarWard) -> None:
    calm.arrive("history", day()[:60])
    for second in range(1, 30):
        calm.engine.tick(T + second * 1_000)
    assert not calm.ward.patients["p1"].alarms
    calm.second = 30
    calm.run(1, 97.0)
    for second in range(31, 60):
        calm.engine.tick(T + second * 1_000)
    assert [a.ref.kind for a in calm.ward.patients["p1"].alarms.values()] == ["no-data"]


def test_what_is_no_reading_of_the_past_is_counted(calm: FarWard) -> None:
    good = day()[0]
    bad = [
        None, 7, (), good[:4], good._replace(patient="nobody"), good._replace(patient=7), good._replace(device=None),  # type: ignore[arg-type]
        good._replace(observed_at=1.5), good._replace(observed_at=-1), good._replace(observed_at=10**30),  # type: ignore[arg-type]
        good._replace(values={"spo2": float("nan")}), good._replace(values={"spo2": "97"}),  # type: ignore[dict-item]
        good._replace(values={"shoe": 43.0}), good._replace(values={"spo2": True}), good._replace(flags={"spo2": 7}),  # type: ignore[dict-item]
        good._replace(values=None),  # type: ignore[arg-type]
    ]  # fmt: skip
    calm.arrive("history", [good, *bad])
    assert calm.told("past") == [[["p1", "d1", good.observed_at, {"spo2": 70.0, "hr": good.values["hr"]}, None]]]
    assert calm.ward.header(T).refused == len(bad)
    calm.arrive("history", {"not": "a list"})
    assert calm.ward.header(T).refused == len(bad) + 1


def test_one_bad_reading_does_not_cost_the_others_their_alarms(calm: FarWard) -> None:
    readings = [Reading("p1", "d1", T, {"spo2": x}, None) for x in (float("inf"), 84.0)]
    calm.engine.take([(T, "obs", readings[0]), (T, "obs", ("p1", None)), (T, "obs", readings[1])])
    assert calm.alarm().state == "unack" and calm.ward.header(T).refused == 2
    assert calm.ward.unreadable == 0


def test_what_has_not_changed_is_not_logged_again(calm: FarWard) -> None:
    note = {"id": "n", "patient": "p1", "text": "slept well", "at": T, "by": "LEE", "from": "EHR"}
    score = {"patient": "p1", "score": "news2", "total": 3, "at": T, "by": "EHR"}
    for _ in range(3):
        for kind, body in (("note", note), ("score", score), ("link", LINK)):
            calm.arrive(kind, body)
    assert [len(calm.told(kind)) for kind in ("note", "score", "link")] == [1, 1, 1]
    assert calm.ward.view("p1", T).notes[0].text == "slept well"
    calm.arrive("link", LINK | {"state": "lost", "since": T - 5})
    told = calm.ward.header(T).link
    assert told is not None and (told.state, told.since) == ("lost", T - 5)


def test_a_score_from_tomorrow_does_not_keep_out_those_of_today(calm: FarWard) -> None:
    for at in (T + 24 * HOUR, T):
        calm.arrive("score", {"patient": "p1", "score": "news2", "total": 3, "at": at, "by": "EHR"})
    assert calm.ward.patients["p1"].server_news2 == (3, T, "EHR")


KINDS = ("obs", "history", "patient", "device", "discharge", "condition", "order", "administration", "dispense",
         "intake", "refused", "link", "write", "score", "note", "taken", "alarm", "act", "outcome", "ward", "tick",
         "engine", "suppression", "past", "no such kind")  # fmt: skip
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(["p1", "d1", "o1", T]),
    st.just("\ud800"), st.just(float("nan")), st.just(10**400), st.just({1: 2}), st.just(object()),
)  # fmt: skip
NAMES = ("id", "patient", "device", "param", "kind", "text", "at", "by", "from", "score", "total", "op", "what",
         "state", "begun", "name", "sign_in", "writes", "periods", "battery", "born", "allergies", "drug", "order",
         "due", "doses", "fills", "source", "count", "reason", "prio", "priority", "technical", "onset", "schedule",
         "gaps", "days_supply", "since", "parts")  # fmt: skip
SHAPES = st.recursive(ODD, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner))
SOUND: dict[str, dict[str, Any]] = {
    "patient": PATIENT, "device": DEVICE, "link": LINK, "discharge": {"id": "p1"},
    "taken": {"patient": "p1", "param": "spo2", "kind": "low", "onset": T, "prio": 3, "by": "LEE", "at": T, "id": "t"},
    "note": {"id": "n", "patient": "p1", "text": "x", "at": T, "by": "LEE", "from": "EHR"},
    "score": {"patient": "p1", "score": "news2", "total": 3, "at": T, "by": "EHR"},
    "dispense": {"id": "f", "patient": "p1", "drug": {"name": "x"}, "at": T, "days_supply": 7, "quantity": 7},
    "intake": {"patient": "p1", "order": "o1", "due": None, "at": T, "source": "reported", "device": None},
}  # fmt: skip


@st.composite
def hostile(draw: st.DrawFn) -> tuple[str, Any]:
    """An arrival of another shape: of any, or a sound one with a field that is not."""
    kind = draw(st.sampled_from(KINDS))
    if kind in SOUND and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(SOUND[kind])))
        body = SOUND[kind] | {name: draw(SHAPES)}
        if draw(st.booleans()):
            del body[name]
        return kind, body
    return kind, draw(SHAPES)


@settings(max_examples=150, deadline=None)
@given(st.lists(hostile(), min_size=1, max_size=4))
def test_nothing_that_a_backend_says_ends_the_engine_or_hides_an_alarm(arrivals: list[tuple[str, Any]]) -> None:
    far = FarWard()
    for kind, body in arrivals:
        far.arrive(kind, body)
        far.engine.tick(far.now)
    assert far.ward.engine == "started", "no backend speaks for the engine"
    if "p1" not in far.ward.patients:  # it may discharge whom it admits
        far.arrive("patient", PATIENT)
    far.arrive("device", DEVICE)
    far.run(3)
    assert far.alarm().state in ("unack", "acked")
    folded = Ward()
    folded.apply(far.log.read(0, 100_000))
    assert folded.checkpoint() == far.ward.checkpoint()


@pytest.mark.parametrize("kind", ["alarm", "act", "outcome", "tick", "engine", "suppression", "past", "?"])
def test_a_backend_says_nothing_that_is_the_engines_to_say(calm: FarWard, kind: str) -> None:
    size = len(calm.told(kind))
    calm.arrive(kind, {"state": "stopped", "op": "x"})
    assert len(calm.told(kind)) == size and calm.ward.header(T).refused == 1
    assert calm.ward.engine == "started"


@pytest.mark.parametrize("is_over", [True, False])
def test_silence_is_no_alarm_before_all_is_loaded_or_it_takes_too_long(calm: FarWard, is_over: bool) -> None:
    def lost() -> bool:
        return any(alarm.ref.kind == "no-data" for alarm in calm.ward.view("p1", calm.now).alarms)

    calm.run(5)
    calm.arrive("link", LINK | {"state": "loading"})
    calm.second += 60  # nothing was measured meanwhile
    calm.engine.tick(calm.now)
    assert not lost()
    if is_over:
        calm.arrive("link", LINK)
    else:
        calm.second += LOADS // 1_000
    calm.engine.tick(calm.now)
    assert lost()


def test_what_is_told_late_escalates_from_when_it_was_announced(calm: FarWard) -> None:
    """Nobody could have answered an alarm that no screen had shown (first load, polled server)."""
    calm.second += 60
    calm.engine.take([(calm.now, "obs", Reading("p1", "d1", calm.now - 9_000, {"spo2": 80.0}, None))])
    announced = calm.second
    due = []
    for _ in range(45):
        calm.second += 1
        calm.engine.take([(calm.now, "obs", Reading("p1", "d1", calm.now - 9_000, {"spo2": 80.0}, None))])
        calm.engine.tick(calm.now)
        due.append(len(calm.told("escalation")))
    assert calm.alarm().raised < T + (announced - 8) * 1_000
    assert due[28] == 0
    assert due[29] == 1


def test_a_value_that_is_past_its_freshness_when_it_comes_is_shown_and_raises_nothing(calm: FarWard) -> None:
    """The newest of a patient's may be years old: it has its age, and is nobody's present value."""
    last_year = calm.now - 365 * 24 * HOUR
    calm.engine.take([(calm.now, "obs", Reading("p1", "d2", last_year, {"temp": 41.5}, None))])
    calm.engine.tick(calm.now)
    shown = calm.ward.view("p1", calm.now).vitals["temp"]
    assert (shown.value, shown.live) == (41.5, False)
    assert not any(alarm.ref.param == "temp" for alarm in calm.ward.view("p1", calm.now).alarms)
    calm.engine.take([(calm.now, "obs", Reading("p1", "d2", calm.now, {"temp": 41.5}, None))])
    calm.run(15)
    assert any(alarm.ref.param == "temp" for alarm in calm.ward.view("p1", calm.now).alarms)


def test_a_backend_may_mark_its_ward_and_never_take_the_mark_away() -> None:
    """That all its patients are test patients is known only once they have been asked for (H27)."""
    engine = Engine(MemoryLog("test"))
    engine.start(WARD | {"watermark": None}, T)
    marks = []
    for change in ({}, {"watermark": "TEST", "beds": ["1", "2"]}, {"watermark": None}, {"watermark": "LIVE"},
                   {"watermark": "TEST", "name": "Another"}, {"watermark": "TEST", "beds": [{}]}):  # fmt: skip
        engine.take([(T, "ward", WARD | {"watermark": None} | change)])
        marks.append((engine.ward.watermark, engine.ward.beds))
    assert marks == [("", ()), *[("TEST", ("1", "2"))] * 5]
    assert engine.ward.header(T).refused == 4


def test_a_ward_without_a_backend_takes_it_all_the_same() -> None:
    """A recording of such a ward, or a source that is only listened to."""
    engine = Engine(MemoryLog("test"))
    engine.start(WARD, T)
    engine.take([(T, "patient", PATIENT), (T, "history", day(hours=1)), (T, "note", SOUND["note"])])
    assert len(engine.ward.view("p1", T).notes) == 1
    assert isinstance(Backend(Hand()), tuple)
