"""Alarms that flood in: when that begins and ends, and how a list of them is drawn together without losing one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.alarms.burden import FLOOD_WITHIN, floods
from iomt_tui.alarms.flood import MOST, FloodNow, FloodWatch
from iomt_tui.alarms.grouping import grouped
from iomt_tui.alarms.model import Alarm, Priority, Ref

SECOND, MINUTE = 1_000, 60_000


def watched(*times: int) -> FloodWatch:
    watch = FloodWatch()
    for at in times:
        watch.announced(at)
    return watch


def test_ten_in_ten_minutes_are_none_and_eleven_are_one() -> None:
    ten = [i * MINUTE for i in range(10)]
    assert watched(*ten).at(9 * MINUTE) is None
    assert watched(*ten, 10 * MINUTE - 1).at(10 * MINUTE - 1) == FloodNow(10 * MINUTE - 1, 11)
    assert watched(*ten, 10 * MINUTE).at(10 * MINUTE) is None, "the first was ten minutes ago"


def test_more_than_twenty_in_ten_seconds_are_one() -> None:
    assert watched(*(i * SECOND // 3 for i in range(21))).at(7 * SECOND) == FloodNow(10 * SECOND // 3, 21)


def test_it_lasts_until_fewer_than_five_are_left() -> None:
    watch = watched(*(i * SECOND for i in range(12)))
    assert watch.at(FLOOD_WITHIN + 6 * SECOND) == FloodNow(10 * SECOND, 5)
    assert watch.at(FLOOD_WITHIN + 7 * SECOND) is None
    watch.announced(FLOOD_WITHIN + 8 * SECOND)
    assert watch.since is None, "four and a new one are no flood"


def test_what_is_kept_and_what_is_said_is_bounded() -> None:
    watch = watched(*range(MOST + 500))
    assert len(watch.times) == MOST
    found = watch.at(MOST + 500)
    assert found is not None and found.count == "1000 or more"
    assert FloodNow(0, 14).count == "14"


@given(st.lists(st.integers(0, 4 * MINUTE), max_size=80), st.integers(0, 12 * MINUTE))
def test_at_every_moment_it_says_what_a_look_back_finds(waits: list[int], later: int) -> None:
    watch, now, told = FloodWatch(), 0, []
    for wait in waits:
        now += wait
        told.append(now)
        watch.announced(now)
    now += later
    back = floods(told, now)
    lasting = back[-1] if back and back[-1].end is None else None
    found = watch.at(now)
    assert (found.since if found else None) == (lasting.start if lasting else None)
    if found is not None:
        assert found.alarms == sum(at > now - FLOOD_WITHIN for at in told)


ALARMS = st.lists(
    st.builds(
        lambda patient, priority, technical, raised: (patient, priority, technical, raised),
        st.sampled_from(["p1", "p2", "p3"]), st.sampled_from(list(Priority)), st.booleans(), st.integers(0, 99),
    ),
    max_size=40,
).map(
    lambda rows: [
        Alarm(Ref(patient, "hr", f"k{i}", 1, 1), "unack", priority, technical, None, None, raised, raised)
        for i, (patient, priority, technical, raised) in enumerate(rows)
    ]
)  # fmt: skip


@given(ALARMS)
def test_every_alarm_is_in_exactly_one_row_and_none_is_hidden(alarms: list[Alarm]) -> None:
    rows = grouped(alarms)
    flat = [alarm for row in rows for alarm in row.alarms]
    assert sorted(a.ref for a in flat) == sorted(a.ref for a in alarms)
    assert sum(count for row in rows for _, count in row.counts) == len(alarms)
    assert all(row.single for row in rows if any(a.priority is Priority.HIGH for a in row.alarms))
    assert all({a.ref.patient for a in row.alarms} == {row.patient} for row in rows)
    tops = [row.top.priority for row in rows]
    assert tops == sorted(tops, reverse=True), "the highest first"
    others = [row for row in rows if row.top.priority is not Priority.HIGH]
    assert len({row.patient for row in others}) == len(others), "at most one row a patient"
    assert grouped(flat) == rows, "grouping what was grouped changes nothing"


@pytest.mark.parametrize("turned", [False, True])
def test_a_group_says_how_many_of_what_and_the_newest(turned: bool) -> None:
    def one(kind: str, priority: Priority, raised: int, technical: bool = False) -> Alarm:
        return Alarm(Ref("p1", "rr", kind, 1, 1), "unack", priority, technical, None, None, raised, raised)

    alarms = [one("a", Priority.MEDIUM, 5), one("b", Priority.LOW, 9), one("c", Priority.MEDIUM, 7, technical=True)]
    (row,) = grouped(alarms[::-1] if turned else alarms)
    assert row.counts == (("medium", 1), ("low", 1), ("technical", 1))
    assert row.newest.ref.kind == "b" and row.top.priority is Priority.MEDIUM
