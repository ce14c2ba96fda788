"""Doses at home: figures, runs, the calendar and patterns."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.medication.adherence import (
    Day,
    DayState,
    Dose,
    calendar,
    on_time,
    runs,
    taken,
    taken_or_told,
)
from iomt_tui.clinical.medication.patterns import CHANCE, fisher, patterns, weekend

MONDAY = date(2026, 3, 2).toordinal()
SAID = {
    "o": (True, True, False, True), "l": (True, False, False, True), "r": (False, False, True, True),
    "m": (False, False, False, True), "?": (False, False, False, False), "R": (False, False, True, False),
}  # fmt: skip


def doses(said: str, a_day: int = 1) -> list[Dose]:
    """o on time, l late, r reported alone, m missed, ? not watched, R reported and not watched."""
    return [
        Dose((MONDAY + i // a_day) * 86_400_000 + i % a_day, MONDAY + i // a_day, 8 + 12 * (i % a_day), *SAID[char])
        for i, char in enumerate(said)
    ]


def test_observed_and_reported_are_kept_apart() -> None:
    own = doses("oolrmm??R")
    assert (taken(own).part, taken(own).whole) == (3, 6)
    assert (taken_or_told(own).part, taken_or_told(own).whole) == (5, 7)
    assert (on_time(own).part, on_time(own).whole) == (2, 3)
    assert taken(own).formula == "doses taken = 3 observed / 6 due while watched = 50 %"


def test_runs_of_misses_end_with_a_dose_or_with_not_knowing() -> None:
    own = doses("ommmo?mmrmm?mm")
    found = runs(own)
    assert (found.longest.doses, found.longest.first, found.longest.last) == (3, own[1].due, own[3].due)
    assert (found.current.doses, found.current.first) == (2, own[-2].due)
    assert runs(doses("mmo")).current.doses == 0


@pytest.mark.parametrize(
    ("said", "state"),
    [("oo", "all"), ("ol", "all"), ("or", "all"), ("om", "part"), ("mm", "none"), ("??", "unknown"),
     ("o?", "unknown"), ("m?", "none"), ("RR", "all"), ("", "not-due")],
)  # fmt: skip
def test_a_day_of_the_calendar(said: str, state: str) -> None:
    assert calendar(doses(said, 2), MONDAY, MONDAY)[0].state == state


def test_the_calendar_has_every_day_once() -> None:
    days = calendar(doses("omr"), MONDAY - 1, MONDAY + 3)
    assert [d.state for d in days] == [DayState.NOT_DUE, DayState.ALL, DayState.NONE, DayState.ALL, DayState.NOT_DUE]
    assert days[3] == Day(MONDAY + 2, DayState.ALL, due=1, taken=1, reported=1)


@given(st.text("olrm?R", max_size=60), st.integers(1, 3))
def test_every_dose_is_taken_missed_or_unknown_in_every_figure(said: str, a_day: int) -> None:
    own = doses(said, a_day)
    told = Counter(said)
    assert taken(own).part == told["o"] + told["l"]
    assert taken_or_told(own).whole == len(own) - told["?"]
    days = calendar(own, MONDAY, MONDAY + 60)
    assert sum(d.due for d in days) == sum(d.taken + d.missed + d.unknown for d in days) == len(own)
    assert sum(d.missed for d in days) == told["m"]
    assert runs(own).longest.doses == max(len(run) for run in "".join(c if c == "m" else " " for c in said).split(" "))


def test_a_saturday_is_weekend_and_a_monday_is_not() -> None:
    by_day = {dose.day: weekend(dose) for dose in doses("o" * 7)}
    assert list(by_day.values()) == [False] * 5 + [True, True]


def test_misses_at_weekends_and_in_the_evening_are_found() -> None:
    weeks = ("oo" * 5 + "mo" + "mm") * 8
    found = {p.kind: p for p in patterns(doses(weeks, 2))}
    assert set(found) == {"weekends"}, "of the misses two thirds are in the morning"
    assert (found["weekends"].missed, found["weekends"].due, found["weekends"].missed_else) == (24, 32, 0)
    evenings = "omoooo" * 12
    assert [p.kind for p in patterns(doses(evenings, 2))] == ["evenings"]
    assert patterns(doses(evenings, 2))[0].words == (
        "misses more in the evening: 12 of 36 doses, 0 of 36 at other times"
    )


@pytest.mark.parametrize(
    "said",
    [
        ("ooooo" + "mm") * 2,  # two weeks are too few
        "ooooo" * 4 + "mm",  # so are four doses at weekends
        "mmmmmmm" * 6,  # as bad on every day
        ("oooooom" * 3 + "ooooooo" * 4),  # three misses
        "",
    ],
)
def test_no_verdict_on_few_days_or_without_a_difference(said: str) -> None:
    assert patterns(doses(said)) == []


def test_what_is_not_known_is_no_miss() -> None:
    assert patterns(doses("ooooo??" * 8)) == []


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_fisher_is_what_counting_every_way_gives(hits: int, misses: int, hits_else: int, misses_else: int) -> None:
    of, of_else = hits + misses, hits_else + misses_else
    ways = list(combinations(range(of + of_else), hits + hits_else))
    extreme = sum(sum(i < of for i in way) >= hits for way in ways)
    assert fisher(hits, of, hits_else, of_else) == pytest.approx(extreme / len(ways))


def test_the_rule_on_chance_is_one_in_a_hundred() -> None:
    assert CHANCE == 0.01
    assert fisher(4, 8, 0, 8) == pytest.approx(0.0385, abs=1e-4)  # a textbook 2x2 table: 1/26
