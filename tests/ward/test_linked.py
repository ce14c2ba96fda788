"""What a backend says beside values, folded: the line, the past, what became of writes, scores and notes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import START, logs, numbered, opening
from old_checkpoints import edited

from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.security.text import safe_text
from iomt_tui.ward.checkpoint import dump, load
from iomt_tui.ward.events import Draft, Entry, Reading, draft, observations
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.link import CLOSED, CONNECTING, LIVE, LOST
from iomt_tui.ward.view import Freshness
from iomt_tui.ward.writes import (
    ACK,
    CONFIRMED,
    CONFLICT,
    DENIED,
    DOSE,
    EXPIRED,
    FAILED,
    NOTE,
    STALE,
    STATES,
    TAKEN,
    WAITING,
    Write,
    Written,
)
from iomt_tui.ward.written import MOST, PATIENCE

REF = Ref("p1", "hr", "low", 1, 1)
HOUR = 3_600_000


def ward_of(*drafts: Draft) -> Ward:
    ward = Ward()
    ward.apply(numbered([*opening(), *drafts]))
    return ward


def add(ward: Ward, *drafts: Draft) -> None:
    ward.apply([Entry(ward.seq + i, max(ward.now, item.at), *item[1:]) for i, item in enumerate(drafts, 1)])


def begun(op: str, what: str = ACK, at: int = START, **about: Any) -> Draft:
    """The first entry of a write."""
    usual: dict[str, dict[str, Any]] = {ACK: {"ref": list(REF), "do": "ack"}, DOSE: {"order": {"id": "o"}, "due": 5}}
    write = Write(op, what, "p1", safe_text("KIM"), safe_text(""), at, usual.get(what, {"text": "x"}) | about)
    return draft(at, "write", Written(op, what, "p1", WAITING, at, at).body() | {"write": write.body()})


def word(op: str, state: str, what: str = ACK, at: int = START + 1_000, **more: Any) -> Draft:
    return draft(at, "write", Written(op, what, "p1", state, at, START, **more).body())


def link(state: str, at: int = START, **more: Any) -> Draft:
    return draft(at, "link", {"name": "fhir", "state": state, "user": "KIM", "user_ref": "Practitioner/1"} | more)


def test_the_line_says_since_when_it_is_lost() -> None:
    ward = ward_of(link(LIVE), link(LOST, START + 5_000, text="no answer"), link(LOST, START + 9_000, text="refused"))
    told = ward.header(START + 10_000).link
    assert told is not None and (told.state, told.since, told.text) == (LOST, START + 5_000, "refused")
    add(ward, link(LIVE, START + 20_000, since=START + 19_000))
    assert ward.link is not None and ward.link.since == START + 19_000


def test_a_new_engine_shows_who_was_signed_in_and_that_it_connects() -> None:
    asked = {"page": "https://x", "code": "A", "until": START}
    ward = ward_of(link(LIVE, sign_in=asked, done=3, total=9), draft(START + 1_000, "engine", {"state": "stopped"}))
    assert ward.link is not None and (ward.link.state, ward.link.since) == (CLOSED, START + 1_000)
    add(ward, draft(START + 60_000, "engine", {"state": "started"}))
    told = ward.link
    assert (told.state, told.since, told.user, told.user_ref) == (CONNECTING, START + 60_000, "KIM", "Practitioner/1")
    assert (told.sign_in, told.done, told.total) == (None, 0, 0)


def test_a_ward_without_a_server_has_no_line() -> None:
    ward = ward_of(draft(START, "engine", {"state": "started"}), link("asleep"))
    assert ward.header(START).link is None and ward.unreadable == 1


def past(*readings: tuple[int, dict[str, float]], device: str = "p1-monitor", at: int = START) -> Draft:
    return observations(at, [Reading("p1", device, at - ago, values, None) for ago, values in readings], "past")


def test_the_past_is_drawn_and_is_nobodys_present_value() -> None:
    ward = ward_of(past((20 * HOUR, {"hr": 80.0}), (10 * HOUR, {"hr": 90.0}), (0, {"hr": 99.0})))
    view = ward.view("p1", START)
    assert view.vitals["hr"].freshness is Freshness.NEVER and view.vitals["hr"].value is None
    assert view.news2.known == 0 and view.last_contact is None
    assert ward.devices["p1-monitor"].last_contact == -1
    drawn = [b[2] for b in ward.spark("p1", "hr", 24, 24 * HOUR, START) if b]
    assert drawn == [80.0, 90.0, 99.0]
    add(ward, observations(START + 1_000, [Reading("p1", "p1-monitor", START + 500, {"hr": 70.0}, None)]))
    now = ward.view("p1", START + 1_000).vitals["hr"]
    assert (now.value, now.observed_at, now.freshness) == (70.0, START + 500, Freshness.FRESH)


def test_a_day_of_the_past_teaches_no_clock_anything() -> None:
    """As ``obs`` ten readings with one lag would make the clock a day slow, and later values wrong by it."""
    lag = 24 * HOUR
    day = [
        observations(START + s * 60_000, [Reading("p1", "p1-monitor", START + s * 60_000 - lag, {"hr": 80.0}, None)], k)
        for k in ("past", "obs")
        for s in range(15)
    ]
    assert ward_of(*day[:15]).devices["p1-monitor"].clock.offset == 0
    assert ward_of(*day[15:]).devices["p1-monitor"].clock.offset == lag


def test_what_the_past_says_of_the_future_or_of_nobody_is_left_out() -> None:
    ward = ward_of(past((-60_000, {"hr": 80.0})))
    assert "hr" not in ward.patients["p1"].series and ward.patients["p1"].refused == {"future": 1}
    add(ward, observations(START, [Reading("nobody", "d", START, {"hr": 80.0}, None)], "past"))
    assert "nobody" not in ward.patients and ward.unreadable == 0


def test_how_the_acknowledgement_of_an_alarm_stands() -> None:
    alarm = Alarm(REF, "acked", Priority.HIGH, False, 40.0, 50.0, START, START, by="KIM", acked_at=START)
    ward = ward_of(draft(START, "alarm", alarm.body()), begun("a"))
    view = ward.view("p1", START)
    assert view.written[view.alarms[0].ref].state == WAITING == view.writes["a"].state
    add(ward, word("a", TAKEN, by=safe_text("LEE"), when=START - 5))
    told = ward.view("p1", START + 2_000).written[REF]
    assert (told.state, told.by, told.when, told.begun) == (TAKEN, "LEE", START - 5, START)
    assert not ward.patients["p1"].writes.open


def test_acknowledgements_that_wait_too_long_are_counted() -> None:
    ward = ward_of(begun("a"), begun("b", NOTE))
    assert ward.header(START + PATIENCE).unconfirmed == 0
    assert ward.header(START + PATIENCE + 1).unconfirmed == 1
    add(ward, word("a", CONFIRMED))
    assert ward.header(START + 10 * PATIENCE).unconfirmed == 0


@pytest.mark.parametrize("state", STATES)
def test_what_did_not_arrive_is_counted_until_somebody_has_seen_it(state: str) -> None:
    missed = state in (CONFLICT, DENIED, FAILED, EXPIRED)
    ward = ward_of(begun("a", DOSE), word("a", state, DOSE, attempt=1))
    assert ward.header(ward.now).unwritten == int(missed)
    seen = Alarm(Ref("p1", "server", "undelivered", 1, 1), "acked", Priority.MEDIUM, True, None, None, START, START)
    body = seen.body() | {"acked_at": START + 2_000, "by": "KIM"}
    add(ward, draft(START + 2_000, "alarm", body))
    assert ward.header(ward.now).unwritten == 0
    add(ward, begun("b", DOSE, START + 3_000, due=6), word("b", FAILED, DOSE, START + 4_000))
    assert ward.header(ward.now).unwritten == 1, "what failed since nobody has seen"


def test_a_newer_write_about_the_same_takes_the_place_of_one_that_did_not_arrive() -> None:
    ward = ward_of(begun("a", DOSE), word("a", FAILED, DOSE), begun("b", DOSE, START + 2_000, due=6))
    assert [w.op for w in ward.patients["p1"].writes.missed()] == ["a"], "another dose"
    add(ward, begun("c", DOSE, START + 3_000))
    assert ward.patients["p1"].writes.missed() == []
    add(ward, word("c", CONFLICT, DOSE, START + 4_000))
    assert [w.op for w in ward.patients["p1"].writes.missed()] == ["c"]


WORDS = (
    [word("a", s, at=START + 1_000 + i, attempt=i) for i, s in enumerate((WAITING, WAITING, EXPIRED, CONFIRMED))]
    + [word("b", STALE, at=START + 1_500), word("b", CONFIRMED, at=START + 1_700)]
)  # fmt: skip


def test_words_about_writes_in_any_order_end_alike() -> None:
    """I20: what stands does not depend on which of them was heard first."""
    ends = set()
    for order in permutations(WORDS):
        ward = ward_of(begun("a"), begun("b"))
        add(ward, *order)
        ends.add(orjson.dumps([w.body() for w in ward.view("p1", START).writes.values()]))
    assert len(ends) == 1
    assert [w["state"] for w in orjson.loads(ends.pop())] == [CONFIRMED, STALE]


@given(st.lists(st.sampled_from(STATES), min_size=1, max_size=6))
def test_a_word_once_final_is_never_waiting_again(states: Sequence[str]) -> None:
    ward = ward_of(begun("a"))
    said = [WAITING]
    for number, state in enumerate(states):
        add(ward, word("a", state, attempt=number))
        said.append(ward.view("p1", START).writes["a"].state)
    assert all(after != WAITING for before, after in pairwise(said) if before != WAITING)


def test_no_patient_keeps_more_writes_than_there_is_room_for() -> None:
    ward = ward_of(*(begun(f"n{i}", NOTE, START + i) for i in range(MOST)))
    add(ward, *(word(f"n{i}", CONFIRMED, NOTE, START + 1_000) for i in range(3)))
    add(ward, begun("x", NOTE, START + 2_000))
    kept = ward.patients["p1"].writes
    assert len(kept.kept) == MOST and "n0" not in kept.kept and {"n1", "n3", "x"} <= kept.kept.keys()
    later = START + 25 * HOUR
    add(ward, begun("y", ACK, later))
    assert "n1" not in kept.kept and {"n3", "y"} <= kept.kept.keys(), "what waits is kept, however old"


def test_what_is_on_its_way_survives_the_patients_discharge() -> None:
    ward = ward_of(begun("a", DOSE), draft(START + 1_000, "discharge", {"id": "p1"}))
    assert [own.open.keys() for own in ward.all_writes()] == [{"a"}]
    resumed = load(dump(ward))
    add(resumed, word("a", DENIED, DOSE, START + 2_000))
    assert resumed.all_writes() == [] and resumed.refused == {"not on the server": 1}
    add(ward, draft(START + 3_000, "patient", {"id": "p1"}), word("a", CONFIRMED, DOSE, START + 4_000))
    assert ward.view("p1", ward.now).writes["a"].state == CONFIRMED and not ward.behind


def score(total: int, at: int) -> Draft:
    return draft(at, "score", {"patient": "p1", "score": "news2", "total": total, "at": at, "by": "EHR"})


def measured(at: int, **values: float) -> list[Draft]:
    return [observations(at, [Reading("p1", "p1-monitor", at, values, None)]), draft(at, "tick", {})]


ALL = {"hr": 80.0, "spo2": 97.0, "rr": 16.0, "temp": 37.0, "nibp_sys": 120.0, "o2_flow": 0.0, "acvpu": 0.0}


@pytest.mark.parametrize(
    ("values", "theirs", "disagrees"),
    [
        (ALL, 0, False), (ALL, 2, True), (ALL | {"rr": 22.0}, 2, False), (ALL | {"rr": 22.0}, 0, True),
        ({"rr": 22.0}, 5, False), ({"rr": 22.0}, 1, True), ({}, 9, False),
    ],
)  # fmt: skip
def test_the_servers_score_beside_ours(values: dict[str, float], theirs: int, disagrees: bool) -> None:
    """Where some of our inputs are missing, a higher score of theirs is no contradiction."""
    ward = ward_of(*measured(START, **values), score(theirs, START + 2_000))
    told = ward.view("p1", START + 2_000).server_news2
    assert told is not None and (told.total, told.by, told.age) == (theirs, "EHR", 0)
    assert (told.ours is None) == (not values) and told.disagrees is disagrees
    later = ward.view("p1", START + 2_001 + HOUR).server_news2
    assert later is not None and not later.disagrees, "an old one says nothing about ours"


def test_the_servers_score_is_compared_with_ours_of_its_own_time() -> None:
    ward = ward_of(
        *measured(START, **ALL), *measured(START + 600_000, **(ALL | {"rr": 22.0})), score(0, START + 60_000)
    )
    told = ward.view("p1", ward.now).server_news2
    assert told is not None and (told.ours, told.disagrees) == (0, False)
    add(ward, score(3, START + 30_000))
    assert ward.patients["p1"].server_news2 == (0, START + 60_000, "EHR"), "an older one changes nothing"


def noted(number: int, at: int, text: str = "slept well", origin: str = "") -> Draft:
    body = {"id": f"n{number}", "patient": "p1", "text": text, "at": at, "by": "KIM", "from": origin}
    return draft(at, "note", body)


def test_the_newest_notes_are_kept_each_once() -> None:
    ward = ward_of(*(noted(i, START + i) for i in range(250)), noted(249, START + 900, "\x1b[31mred", "EHR"))
    notes = ward.view("p1", ward.now).notes
    assert len(notes) == 200 and [n.id for n in notes[:2]] == ["n249", "n248"]
    assert "\x1b" not in notes[0].text and "red" in notes[0].text and notes[0].origin == "EHR"


@given(logs(), st.integers(0, 40))
def test_a_checkpoint_that_tells_nothing_of_it_is_still_read(entries: list[Entry], cut: int) -> None:
    """As programs before this wrote it."""
    half = Ward()
    half.apply(entries[:cut])

    def older(head: dict[str, Any]) -> None:
        del head["link"], head["behind"]
        for patient in head["patients"]:
            del patient["writes"], patient["notes"], patient["server_news2"]

    resumed = load(edited(dump(half), older))
    assert resumed.ids() == half.ids() and resumed.link is None
    assert all(not p.notes and not p.writes and p.server_news2 is None for p in resumed.patients.values())
