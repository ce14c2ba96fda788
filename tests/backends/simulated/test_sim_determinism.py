"""The same seed gives the same ward, however its time is cut into calls."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iomt_tui.backends.simulated.scenario import SCENARIOS
from iomt_tui.backends.simulated.ward import SimulatedWard
from iomt_tui.ward.events import Reading

MINUTE = 60_000
HOUR = 60 * MINUTE
SPAN = 50 * MINUTE  # a discharge, a move, an admission, gaps, uploads and a swap lie within


@pytest.fixture(scope="module")
def whole() -> list[tuple[int, str, object]]:
    ward = SimulatedWard(beds=12, rate=0.2)
    return ward.advance(ward.start + SPAN)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(min_value=-1000, max_value=SPAN), max_size=40))
def test_slices_add_up_to_the_whole(whole: list[tuple[int, str, object]], cuts: list[int]) -> None:
    ward = SimulatedWard(beds=12, rate=0.2)
    pieces = [arrival for cut in [*cuts, SPAN] for arrival in ward.advance(ward.start + cut)]
    assert pieces == whole


def test_one_second_slices_add_up_in_a_flood() -> None:
    one, other = (SimulatedWard(beds=9, scenario="flood") for _ in range(2))
    pieces = [arrival for second in range(1, 901) for arrival in one.advance(one.start + second * 1000)]
    assert pieces == other.advance(other.start + 900_000)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_arrivals_come_in_order(scenario: str) -> None:
    ward = SimulatedWard(beds=24, scenario=scenario, rate=0.1)
    past = [at for at, _, _ in ward.history(2, 120)]
    live = [at for at, _, _ in ward.advance(ward.start + 7 * HOUR)]
    assert past == sorted(past) and live == sorted(live)
    assert past[-1] < ward.start <= live[0] and live[-1] <= ward.start + 7 * HOUR


def test_history_changes_nothing_that_follows() -> None:
    one, other = SimulatedWard(beds=6), SimulatedWard(beds=6)
    first = list(one.history(1, 60))
    assert one.advance(one.start + MINUTE) == other.advance(other.start + MINUTE)
    assert list(other.history(1, 60)) == first
    assert one.events() == other.events()


def test_another_seed_is_another_ward() -> None:
    one, other = SimulatedWard(seed=7), SimulatedWard(seed=8)
    values = [
        [x.values for _, _, x in ward.advance(ward.start + 20_000) if isinstance(x, Reading)] for ward in (one, other)
    ]
    assert values[0] != values[1]
    assert one.events() != other.events()


def test_a_jump_of_three_hours_ends_where_small_steps_end() -> None:
    one, other = SimulatedWard(beds=12, rate=0.5), SimulatedWard(beds=12, rate=0.5)
    late = one.start + 3 * HOUR
    one.advance(late)
    for minute in range(0, 181, 7):
        other.advance(other.start + minute * MINUTE)
    other.advance(late)
    assert one.advance(late + 5000) == other.advance(late + 5000)


@pytest.mark.parametrize("wrong", [{"beds": 0}, {"scenario": "nope"}, {"rate": 0.0}, {"rate": 1000.0}])
def test_what_cannot_be_is_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"scenario|beds"):
        SimulatedWard(**wrong)  # type: ignore[arg-type]
