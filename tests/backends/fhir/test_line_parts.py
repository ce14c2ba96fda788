"""The parts of a line that need no server: when to ask, where from, who is there, what is history."""

from __future__ import annotations

import asyncio
import random
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.backends.fhir.cursors import Cursors, instant, updated
from iomt_tui.backends.fhir.ids import local, named, portions
from iomt_tui.backends.fhir.outlet import Outlet, Said, history
from iomt_tui.backends.fhir.pace import Pace
from iomt_tui.backends.fhir.retry import LONGEST, pause
from iomt_tui.backends.fhir.roster import Roster
from iomt_tui.backends.fhir.server_clock import ServerClock
from iomt_tui.backends.fhir.split import Newest
from iomt_tui.backends.fhir.times import moment
from iomt_tui.ward.events import Reading

AT = 1_790_000_000_000


def readings(*times: int, patient: str = "p", vital: str = "hr") -> list[Reading]:
    return [Reading(patient, "d", at, {vital: 1.0}, None) for at in times]


@given(st.integers(1, 100), st.floats(0, 1), st.none() | st.floats(0, 600))
def test_pauses_grow_at_random_and_never_undercut_the_servers_wish(
    failures: int, chance: float, asked: float | None
) -> None:
    wait = pause(failures, lambda: chance, asked)
    assert 0.25 <= wait <= (LONGEST if asked is None else asked + 1.25)
    assert wait >= (asked or 0)


def test_a_hundred_desks_do_not_come_back_together() -> None:
    chance = random.Random(1).random
    assert len({round(pause(6, chance), 1) for _ in range(100)}) > 50


def polls(pace: Pace, news: list[bool], at: float = 0.0) -> list[float]:
    """The pauses between polls that bring news or not."""
    out = []
    for one in news:
        due = pace.polled(at, one)
        out.append(due - at)
        at = due
    return out


def test_often_while_news_come_and_seldom_while_none_do() -> None:
    pace = Pace(2.0, 30.0)
    assert polls(pace, [True] * 5) == [2.0] * 5
    quiet = polls(pace, [False] * 12, 10.0)
    assert quiet == sorted(quiet)
    assert quiet[-1] == 30.0
    assert pace.polled(500.0, True) == 502.0


def test_news_with_a_rhythm_are_met_when_they_are_due() -> None:
    pace, at, asked = Pace(2.0, 30.0), 0.0, 0
    written = [number * 15.0 for number in range(1, 60)]  # a value every 15 s
    late: list[float] = []
    for _ in range(400):
        fresh = [when for when in written if when <= at]
        written = [when for when in written if when > at]
        late += [at - when for when in fresh]
        asked += 1
        at = pace.polled(at, bool(fresh), fresh[-1] if fresh else None)
        if not written:
            break
    assert pace.rhythm() == pytest.approx(15.0, abs=2.0)
    assert max(late[10:]) <= 4.0
    assert asked < 60 * 3


@given(st.lists(st.booleans(), max_size=80), st.floats(0.2, 5), st.floats(5, 60))
def test_the_pace_stays_within_its_bounds(news: list[bool], least: float, most: float) -> None:
    for wait in polls(Pace(least, most), news):
        assert least - 1e-6 <= wait <= most + 1e-6


def test_a_cursor_is_the_servers_own_newest_time_and_a_little_less() -> None:
    cursors = Cursors()
    assert cursors.since("Observation") == ""
    cursors.saw("Observation", [AT, AT - 5_000], AT)
    assert cursors.since("Observation") == f"ge{instant(AT - 3_000)}"
    assert cursors.since("Observation", 60_000) == f"ge{instant(AT - 63_000)}"
    cursors.saw("Observation", [AT - 9_000], AT)
    assert cursors.since("Observation") == f"ge{instant(AT - 3_000)}"
    assert cursors.since("Flag") == ""


def test_what_was_written_while_a_search_ran_is_read_again() -> None:
    cursors = Cursors()
    cursors.saw("Observation", [AT], AT, took=20_000)
    assert cursors.since("Observation") == f"ge{instant(AT - 23_000)}"


def test_a_mistaken_time_years_ahead_does_not_move_a_cursor() -> None:
    cursors = Cursors()
    cursors.saw("Observation", [AT, AT + 400 * 86_400_000], AT)
    assert cursors.since("Observation") == f"ge{instant(AT - 3_000)}"


def test_a_server_whose_clock_was_set_back() -> None:
    cursors, hours = Cursors(), 3 * 3_600_000
    cursors.saw("Observation", [AT], AT)
    cursors.set_back(hours)
    assert cursors.since("Observation") == f"ge{instant(AT - hours - 3_000)}"
    cursors.saw("Observation", [AT - hours + 1_000, AT], AT - hours + 2_000)  # one new, one from before
    assert cursors.since("Observation") == f"ge{instant(AT - hours - 2_000)}"
    cursors.saw("Observation", [AT + 1], AT - hours + 3_000)  # its Date header alone was set back
    assert cursors.since("Observation") == f"ge{instant(AT + 1 - 3_000)}"


@pytest.mark.parametrize("meta", [None, {}, {"lastUpdated": 7}, {"lastUpdated": "yesterday"}, "x"])
def test_a_resource_without_a_usable_time_moves_nothing(meta: object) -> None:
    assert updated({"meta": meta}) is None


@given(st.integers(0, 4_000_000_000_000))
def test_times_come_back_as_they_went(at: int) -> None:
    assert moment(instant(at)).at == at


def test_the_servers_clock_by_the_median_and_when_it_is_set_back() -> None:
    assert ServerClock().offset is None
    clock = ServerClock()
    for number in range(9):
        clock.heard(AT + number * 1000, AT + number * 1000)
    clock.heard(AT + 9_999_999_999, AT)  # one odd header
    clock.heard(None, AT)
    assert clock.offset == 500
    assert clock.words() == ""
    assert clock.set_back() == 0
    for _ in range(9):
        clock.heard(AT - 7_200_000, AT)
    assert clock.words() == "the server's clock is 2.0 h behind"
    assert clock.set_back() == 7_200_000
    assert clock.set_back() == 0


def test_a_patient_is_gone_when_missing_twice() -> None:
    roster = Roster()
    assert roster.look({"a", "b"}).joined == {"a", "b"}
    assert not roster.look({"a"}).left
    assert roster.doubtful == {"b"}
    assert not roster.look({"a", "b"}).joined
    roster.look({"a"})
    assert roster.look({"a"}).left == {"b"}
    assert roster.patients == {"a"}


def test_the_newest_of_each_vital_is_shown_and_the_rest_is_history() -> None:
    newest = Newest()
    first = newest.split(readings(30, 10, 20))
    assert [one.observed_at for one in first.shown] == [30]
    assert [one.observed_at for one in first.history] == [10, 20]
    older = newest.split(readings(5) + readings(7, vital="spo2"))
    assert [one.observed_at for one in older.shown] == [7]
    assert [one.observed_at for one in older.history] == [5]
    live = newest.split(readings(40, 35, 2), live_from=33)
    assert [one.observed_at for one in live.shown] == [35, 40]
    assert [one.observed_at for one in live.history] == [2]


@given(st.lists(st.tuples(st.sampled_from("pq"), st.sampled_from(["hr", "spo2"]), st.integers(0, 50)), max_size=60))
def test_no_reading_is_lost_or_doubled_by_the_split(given_ones: list[tuple[str, str, int]]) -> None:
    newest, out = Newest(), []
    for at in range(0, len(given_ones), 7):
        parts = newest.split([Reading(p, "d", t, {v: 1.0}, None) for p, v, t in given_ones[at : at + 7]])
        out += [*parts.history, *parts.shown]
    key = [(one.patient, next(iter(one.values)), one.observed_at) for one in out]
    assert sorted(key) == sorted(given_ones)


def test_references_of_this_server_only() -> None:
    base = "https://ward.test/fhir"
    assert local({"reference": "Patient/1"}, base) == ("Patient", "1")
    assert local({"reference": f"{base}/Patient/1/_history/3"}, base) == ("Patient", "1")
    for text in ("https://other.test/fhir/Patient/1", "#p", "urn:uuid:1", "Patient/1?x=y", "../Patient/1", "", None):
        assert local({"reference": text}, base) is None
    assert local("Patient/1", base) is None
    assert named("Location/a-1") == ("Location", "a-1")


def test_ids_in_portions_that_fit_an_address() -> None:
    ids = {f"{number:036}" for number in range(200)}
    found = list(portions(ids))
    assert {one for portion in found for one in portion} == ids
    assert max(len(",".join(portion)) for portion in found) <= 1_500


async def test_an_outlet_that_is_full_lets_everybody_wait_and_then_everybody_go_on() -> None:
    outlet = Outlet(most=10)
    outlet.tell(*history(readings(*range(12))))
    waiting = [asyncio.create_task(outlet.room()) for _ in range(4)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    taken: list[Said] = []
    thread = threading.Thread(target=lambda: taken.extend(outlet.take()))
    thread.start()
    await asyncio.gather(*waiting)
    thread.join()
    assert len(taken[0].body) == 12


def test_the_engine_is_given_a_bounded_part_at_a_time() -> None:
    outlet = Outlet()
    outlet.tell(*history(readings(*range(5_000))))
    sizes = []
    while part := outlet.take():
        sizes.append(sum(len(one.body) for one in part))
    assert sum(sizes) == 5_000
    assert max(sizes) <= 2_500
