"""How a comparison shares out its rows: lanes and words cost no vital its place, and all of it has room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.tui.charts.comparison import shares, that_fit
from iomt_tui.tui.charts.stack import LEAST, even


@pytest.mark.parametrize(("people", "room", "vitals", "lanes", "words"), [
    (4, 18, 1, 1, 2),  # 80x24
    (3, 18, 1, 2, 2),
    (2, 18, 2, 2, 2),
    (4, 32, 2, 1, 2),  # 120x40
    (2, 32, 3, 2, 1),
    (4, 52, 2, 2, 2),  # 200x60
])  # fmt: skip
def test_lanes_and_words_take_what_vitals_leave(people: int, room: int, vitals: int, lanes: int, words: int) -> None:
    found = shares([people] * 6, people, room)
    assert (found.vitals, found.lanes, found.words) == (vitals, lanes, words)
    assert found.rows == room - lanes * people - words


@given(st.integers(2, 4).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.integers(1, n), min_size=1, max_size=9))),
       st.integers(0, 80))  # fmt: skip
def test_no_vital_gives_way_to_a_second_lane(ward: tuple[int, list[int]], room: int) -> None:
    people, stripes = ward
    found = shares(stripes, people, room)
    assert found.vitals == that_fit(stripes, max(room - people - 1, LEAST))
    shown = sum(stripes[: found.vitals])
    size, gap = even(shown, found.vitals, found.rows)
    if room >= LEAST * people + people + 1:
        assert size >= LEAST and shown * size + gap * found.vitals <= found.rows
