"""PDC and MPR against cases worked by hand and against a walk from day to day."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.medication.figures import Figure
from iomt_tui.clinical.medication.supply import (
    Fill,
    Period,
    mpr,
    pdc,
    pdc_class,
    pdc_regimen,
    refill_due,
    supplied,
    treated,
)

NINETY = Period(1, 90)

# Fills as (day, days of supply), covered days, days of the period: by the definition of the Pharmacy Quality Alliance.
WORKED: tuple[tuple[str, list[tuple[int, int]], int, int], ...] = (
    ("three fills without a gap", [(1, 30), (31, 30), (61, 30)], 90, 90),
    ("each fill four days late", [(1, 30), (35, 30), (69, 30)], 82, 90),
    ("an early refill is shifted", [(1, 30), (21, 30), (61, 30)], 90, 90),
    ("early refills do not count twice", [(1, 30), (11, 30)], 60, 90),
    ("an early refill, then eleven days without", [(1, 30), (26, 30), (71, 20)], 80, 90),
    ("two fills on one day follow each other", [(1, 30), (1, 30)], 60, 90),
    ("supply past the end does not count", [(1, 30), (80, 30)], 41, 90),
    ("the period begins at the first fill", [(11, 30), (41, 30), (71, 30)], 80, 80),
    ("never above all days", [(1, 90), (2, 90)], 90, 90),
    ("one fill and no more", [(1, 30)], 30, 90),
    ("no fill, no figure", [], 0, 0),
)


@pytest.mark.parametrize(("what", "fills", "covered", "days"), WORKED, ids=[row[0] for row in WORKED])
def test_pdc_of_cases_worked_by_hand(what: str, fills: list[tuple[int, int]], covered: int, days: int) -> None:
    found = pdc([Fill(*fill) for fill in fills], NINETY)
    assert (found.part, found.whole) == (covered, days)


def test_the_formula_shows_its_numbers() -> None:
    assert Figure("PDC", 78, 90, "covered days", "days").formula == "PDC = 78 covered days / 90 days = 87 %"
    assert Figure("PDC", 0, 0, "covered days", "days").formula == "PDC: no days"


@pytest.mark.parametrize(
    ("part", "whole", "percent", "adherent"),
    [(4, 5, 80, True), (796, 1000, 79, False), (999, 1000, 99, True), (1, 1000, 1, False), (0, 9, 0, False)],
)
def test_a_figure_is_never_rounded_over_what_it_decides(part: int, whole: int, percent: int, adherent: bool) -> None:
    found = Figure("PDC", part, whole, "", "")
    assert (found.percent, found.adherent) == (percent, adherent)


def test_mpr_counts_all_that_was_handed_out_and_may_exceed_one() -> None:
    found = mpr([Fill(1, 60), Fill(31, 60), Fill(95, 30)], NINETY)
    assert (found.part, found.whole, found.percent) == (120, 90, 133)


def test_what_was_left_of_earlier_fills_covers_the_first_days() -> None:
    fills = [Fill(-19, 30), Fill(31, 30)]
    found = pdc(fills, NINETY)
    assert (found.part, found.whole) == (10 + 30, 90)
    assert mpr(fills, NINETY).part == 30, "handed out before the period"


def test_a_switch_within_a_class_leaves_no_gap_and_an_overlap_counts_once() -> None:
    lisinopril, ramipril = [Fill(1, 30), Fill(31, 15)], [Fill(41, 30)]
    found = pdc_class([lisinopril, ramipril], NINETY)
    assert (found.part, found.whole) == (45 + 25, 90)


def test_a_regimen_needs_all_of_its_drugs() -> None:
    found = pdc_regimen([[Fill(1, 30), Fill(41, 30)], [Fill(6, 60)]], NINETY)
    assert (found.part, found.whole) == (25 + 25, 85)


def test_the_refill_is_due_when_all_shifted_supply_is_gone() -> None:
    assert refill_due([Fill(1, 30), Fill(21, 30)]) == 61
    assert refill_due([]) is None


fills = st.lists(st.builds(Fill, st.integers(-60, 130), st.integers(1, 70)), max_size=8)
periods = st.builds(lambda first, days: Period(first, first + days - 1), st.integers(-10, 40), st.integers(1, 120))


def walked(own: Sequence[Fill]) -> set[int]:
    """The days with a dose in the house: each day takes one, each fill brings its own."""
    stock, days = 0, set()
    for day in range(-61, 800):
        stock += sum(fill.days_supply for fill in own if fill.day == day)
        if stock:
            stock -= 1
            days.add(day)
    return days


def inside(period: Period) -> set[int]:
    return set(range(period.first, period.last + 1))


@given(fills, periods)
def test_pdc_is_what_a_walk_from_day_to_day_counts(own: list[Fill], period: Period) -> None:
    found, part = pdc(own, period), treated(own, period)
    assert found.part == len(walked(own) & inside(part))
    assert found.whole == len(inside(part))
    assert found.part <= found.whole


@given(st.lists(fills, max_size=4), periods)
def test_class_and_regimen_are_unions_and_intersections_of_days(drugs: list[list[Fill]], period: Period) -> None:
    days = [walked(own) for own in drugs]
    first = min((fill.day for own in drugs for fill in own), default=10_000)
    later = max((min((fill.day for fill in own), default=10_000) for own in drugs), default=10_000)
    any_of, all_of = pdc_class(drugs, period), pdc_regimen(drugs, period)
    begun = {day for day in inside(period) if day >= first}
    assert (any_of.part, any_of.whole) == (len(set().union(*days) & begun), len(begun))
    complete = {day for day in inside(period) if day >= later}
    assert all_of.whole == len(complete)
    assert all_of.part == (len(set.intersection(*days) & complete) if days else 0)


@given(fills)
def test_no_supply_is_lost_or_doubled(own: list[Fill]) -> None:
    spans = supplied(own)
    assert sum(last - first + 1 for first, last in spans) == sum(fill.days_supply for fill in own)
    assert all(a[1] + 1 < b[0] for a, b in pairwise(spans))
