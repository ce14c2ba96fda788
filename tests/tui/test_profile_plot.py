"""The daily profile as cells: the median is always drawn, bands lie around it, and it reads without colour."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.glucose_profile import Slot
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.story.profile_plot import AXIS, CEILING, FLOOR, cells_per_slot, marks, plot

values = st.lists(st.floats(10, 500), min_size=5, max_size=5).map(lambda found: tuple(sorted(found)))
days = st.lists(values, min_size=48, max_size=48)


def drawn(found: list[tuple[float, ...]], width: int, rows: int, *, ascii_only: bool = False) -> list[str]:
    slots = [Slot(30 * n, 14, 84, own) for n, own in enumerate(found)]
    return [line.plain for line in plot(slots, width, rows, Measures(), 3, marks(ascii_only=ascii_only))]


@given(days, st.integers(60, 200), st.integers(8, 20))
def test_every_column_has_one_median_between_its_bands(found: list[tuple[float, ...]], width: int, rows: int) -> None:
    lines = drawn(found, width, rows)
    assert len(lines) == rows + 2 and all(len(line) == width for line in lines)
    for column in range(48 * cells_per_slot(width)):
        cells = "".join(line[AXIS + column] for line in lines[:rows])
        assert re.fullmatch(r"[ ┄]*░*▒*━▒*░*[ ┄]*", cells), cells


@given(st.floats(10, 500))
def test_a_median_stands_at_its_height(value: float) -> None:
    lines = drawn([(value,) * 5] * 48, 60, 13)
    row = next(n for n, line in enumerate(lines) if "━" in line)
    shown = min(max(value, FLOOR), CEILING - 1)
    assert abs(CEILING - (row + 0.5) * 20 - shown) <= 10.001


def test_a_slot_without_percentiles_is_empty() -> None:
    lines = drawn([()] * 24 + [(100, 110, 120, 130, 140)] * 24, 60, 10)
    assert all(set(line[AXIS : AXIS + 24]) <= {" ", "┄"} for line in lines[:10])
    assert sum("━" in line for line in lines) == 1


def test_ascii_has_no_other_letter() -> None:
    assert all(line.isascii() for line in drawn([(60, 80, 120, 160, 260)] * 48, 80, 10, ascii_only=True))


def test_the_cursor_stands_below_its_half_hour() -> None:
    assert drawn([(100,) * 5] * 48, 110, 10)[-1].index("▲") == AXIS + 3 * 2
