from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.tui.board.glyphs import ASCII, BLOCK, BRAILLE, GLYPHS, Glyphs
from iomt_tui.tui.board.looks import BLANK, SPARK, SPARK_HIGH, SPARK_LOW
from iomt_tui.tui.board.spark import Point, Points, Scale, sparkline, worst

SPO2 = Scale(80, 100, 90, None, low_is_worst=True)
HEART = Scale(40, 160, 50, 120)

values = st.floats(0, 400, allow_nan=False)
points = st.none() | st.tuples(values, values, values).map(lambda v: (min(v), max(v), v[2]))
scales = st.sampled_from([SPO2, HEART, Scale(40, 160), Scale(5, 40, 8, None), Scale(5, 40, None, 25)])


def text(drawn: tuple[tuple[str, str], ...]) -> str:
    return "".join(glyphs for glyphs, _ in drawn)


def flat(value: float) -> Point:
    return (value, value, value)


@pytest.mark.parametrize("place", range(12))
def test_a_dip_to_82_is_seen_in_twelve_cells(place: int) -> None:
    # The dip is one reading of many in its cell: highest and last are as calm as in the others.
    course: Points = tuple((82.0 if cell == place else 96.0, 97.0, 97.0) for cell in range(12))
    drawn = sparkline(course, SPO2, BLOCK)
    assert text(drawn)[place] == "▁"
    assert set(text(drawn)) - {"▁"} == {"▇"}
    cells = [look for glyphs, look in drawn for _ in glyphs]
    assert [cell for cell, look in enumerate(cells) if look == SPARK_LOW] == [place]


def test_a_dip_counts_for_oxygen_even_without_a_limit() -> None:
    unlimited = SPO2._replace(low=None)
    assert worst((82, 98, 97), unlimited) == (82, SPARK)


def test_one_beat_of_jitter_draws_no_drama() -> None:
    course: Points = tuple((72.0, 73.0, 72.0 + cell % 2) for cell in range(12))
    assert len(set(text(sparkline(course, HEART, BLOCK)))) == 1


def test_a_gap_is_blank_and_not_a_bar() -> None:
    assert sparkline((flat(97), None, None, flat(97)), SPO2, BLOCK) == (("▇", SPARK), ("  ", BLANK), ("▇", SPARK))


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ((44, 80, 75), (44, SPARK_LOW)),  # beyond the low limit, whatever came later
        ((70, 131, 80), (131, SPARK_HIGH)),
        ((45, 150, 80), (150, SPARK_HIGH)),  # beyond both: the one further out
        ((20, 125, 80), (20, SPARK_LOW)),
        ((50, 120, 80), (50, SPARK)),  # a limit itself is not a breach
        ((80, 112, 85), (112, SPARK)),  # near a limit
        ((58, 80, 70), (58, SPARK)),
        ((78, 92, 84), (84, SPARK)),  # well clear of both: the last one, so the line does not jump
    ],
)
def test_the_worst_value_stands_for_its_cell(point: Point, expected: tuple[float, str]) -> None:
    assert worst(point, HEART) == expected


@given(st.lists(points, min_size=2, max_size=40).filter(lambda p: len(p) % 2 == 0), scales)
def test_every_cell_is_drawn_whatever_the_values(course: list[Point | None], scale: Scale) -> None:
    for glyphs in GLYPHS.values():
        assert len(text(sparkline(tuple(course), scale, glyphs))) == len(course) // glyphs.points


@given(values, values, scales)
def test_a_higher_value_is_never_drawn_lower(one: float, other: float, scale: Scale) -> None:
    low, high = (text(sparkline((flat(value),), scale, BLOCK)) for value in sorted((one, other)))
    assert BLOCK.levels.index(low) <= BLOCK.levels.index(high)


@pytest.mark.parametrize("glyphs", [BLOCK, ASCII], ids=lambda glyphs: str(glyphs.name))
def test_levels_span_the_clinical_range(glyphs: Glyphs) -> None:
    ends = text(sparkline((flat(0), flat(80), flat(99.9), flat(100), flat(400)), SPO2, glyphs))
    low, high = glyphs.levels[0], glyphs.levels[-1]
    assert ends == low + low + high + high + high


def test_braille_holds_two_points_a_cell_and_marks_the_worse() -> None:
    drawn = sparkline((flat(100), flat(100), flat(97), flat(82), None, flat(97), None, None), SPO2, BRAILLE)
    assert drawn == (("⣿", SPARK), ("⣇", SPARK_LOW), ("⢸", SPARK), (" ", BLANK))
