"""Lanes: no alarm is hidden by what was done about it, and of several deeds the most telling one is seen."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.tui.charts.lanes import ALARMS, SIGNS, one_lane
from iomt_tui.ward.story.happened import DOSE, ESCALATED, LIMITS, NOTE, TAKEN, WHATS, Mark

CELLS = st.lists(st.tuples(st.integers(-1, 3), st.lists(st.sampled_from(WHATS), max_size=2)), max_size=20)


def lane(cells: list[tuple[int, list[str]]], *, ascii_only: bool = False, cursor: int = -1) -> str:
    marks = [tuple(Mark(0, what) for what in whats) for _, whats in cells]
    return one_lane([rank for rank, _ in cells], marks, cursor, ascii_only=ascii_only).plain


@pytest.mark.parametrize(("cells", "seen"), [
    ([(3, [TAKEN]), (3, []), (3, [])], "✓██"),
    ([(3, [TAKEN]), (1, []), (1, [])], "█▂▂"),  # all of the high alarm there is
    ([(2, [TAKEN]), (2, [DOSE])], "▅●"),
    ([(-1, [DOSE, LIMITS]), (-1, [ESCALATED, TAKEN]), (-1, [])], "△↑ "),
    ([(3, []), (3, [NOTE])], "█¶"),
])  # fmt: skip
def test_marks_stand_over_alarms(cells: list[tuple[int, list[str]]], seen: str) -> None:
    assert lane(cells) == seen


@given(CELLS, st.booleans())
def test_every_stretch_of_an_alarm_and_every_other_mark_is_seen(
    cells: list[tuple[int, list[str]]], ascii_only: bool
) -> None:
    drawn = lane(cells, ascii_only=ascii_only)
    assert len(drawn) == len(cells)
    begin = 0
    for rank, run in groupby(cells, key=lambda cell: cell[0]):
        own = [whats for _, whats in run]
        part, begin = drawn[begin : begin + len(own)], begin + len(own)
        bar = (ALARMS[rank].ascii if ascii_only else ALARMS[rank].glyph) if rank >= 0 else " "
        assert rank < 0 or bar in part
        for char, whats in zip(part, own, strict=True):
            signs = {SIGNS[what].ascii if ascii_only else SIGNS[what].glyph for what in whats}
            assert char in (signs or {bar}) or (char == bar and all(own))


def test_the_cursor_marks_its_cell_and_hides_nothing() -> None:
    assert lane([(-1, []), (2, []), (-1, [NOTE])], cursor=0) == "│▅¶"
    assert lane([(-1, []), (2, []), (-1, [NOTE])], cursor=2) == " ▅¶"
