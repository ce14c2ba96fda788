"""The sweep draws what a table of dots says, however its time is cut, and wipes only what the bar has passed."""

from __future__ import annotations

from math import sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iomt_tui.tui.waves.dots import ASCII, BLOCK, BRAILLE, DOTS, Dots, after, first
from iomt_tui.tui.waves.sweep import Sweep

SPAN = 6_000


class Curve:
    """A line that is known everywhere but where it has no signal."""

    def __init__(self, gap: tuple[int, int] = (0, 0)) -> None:
        self.gap = gap

    def between(self, start: float, stop: float) -> tuple[float, float] | None:
        if self.gap[0] <= start and stop <= self.gap[1]:
            return None
        values = [100 * sin((start + (stop - start) * i / 8) / 300) for i in range(9)]
        return min(values), max(values)


class Level:
    """A line that stands at one height."""

    def __init__(self, value: float) -> None:
        self.value = value

    def between(self, start: float, stop: float) -> tuple[float, float] | None:
        return self.value, self.value


def sweep(cells: int = 40, rows: int = 6, dots: Dots = BRAILLE) -> Sweep:
    return Sweep(cells, rows, dots, SPAN, -100, 100)


def rows(drawn: Sweep) -> list[str]:
    return [drawn.row(number) for number in range(drawn.rows)]


dots_of = st.sampled_from(list(DOTS.values()))


@settings(max_examples=60)
@given(dots_of, st.integers(0, 10**12), st.lists(st.integers(0, 900), max_size=30), st.integers(10, 70))
def test_turn_by_turn_or_at_once_it_is_the_same_picture(dots: Dots, at: int, steps: list[int], cells: int) -> None:
    """All but the bar: at once it is drawn as far back as the newest sweep reaches."""
    slow, line = sweep(cells, 5, dots), Curve()
    slow.turn(line, at)
    for step in steps:
        at += step
        slow.turn(line, at)
    quick = sweep(cells, 5, dots)
    quick.turn(line, at)
    assert rows(slow) == rows(quick)


@settings(max_examples=60)
@given(dots_of, st.integers(0, 10**9), st.integers(12, 60))
def test_one_cell_in_every_column_but_the_bar_has_a_dot(dots: Dots, at: int, cells: int) -> None:
    drawn = sweep(cells, 4, dots)
    drawn.turn(Curve(), at)
    columns = ["".join(row[x] for row in rows(drawn)).strip() for x in range(cells)]
    newest = (at * cells * dots.across // SPAN - 1) // dots.across % cells
    empty = [x for x, column in enumerate(columns) if not column]
    bar = max(2 * dots.across, cells * dots.across // 24) // dots.across
    assert len(empty) in (bar, bar - 1) or dots.across == 1
    assert all((x - newest) % cells <= bar + 1 for x in empty)
    assert all(len(row) == cells for row in rows(drawn))


@pytest.mark.parametrize("dots", [BRAILLE, BLOCK, ASCII], ids=lambda dots: dots.name)
@pytest.mark.parametrize(("value", "row"), [(100, 0), (1e9, 0), (-100, 5), (-1e9, 5)])
def test_what_is_beyond_the_picture_runs_along_its_edge(dots: Dots, value: float, row: int) -> None:
    drawn = sweep(20, 6, dots)
    drawn.turn(Level(value), 50_000)
    filled = [number for number, text in enumerate(rows(drawn)) if text.strip()]
    assert filled == [row]


def test_without_a_signal_there_is_nothing() -> None:
    drawn = sweep(40, 6)
    drawn.turn(Curve(gap=(52_000, 54_000)), 55_000)
    place = [x for x in range(40) if 28 <= x < 39]
    for number in range(6):
        assert not "".join(drawn.row(number)[x] for x in place).strip()
    assert any(row[:20].strip() for row in rows(drawn))


def test_a_jump_back_or_another_line_draws_anew() -> None:
    drawn, line = sweep(), Curve()
    drawn.turn(line, 60_000)
    ahead = rows(drawn)
    drawn.turn(line, 57_400)
    fresh = sweep()
    fresh.turn(line, 57_400)
    assert rows(drawn) == rows(fresh) != ahead
    drawn.turn(Level(0), 57_500)
    assert len([row for row in rows(drawn) if row.strip()]) == 1


def test_a_turn_touches_the_cells_about_the_bar_only() -> None:
    """What the terminal is sent: the same rows but for a few cells."""
    drawn, line = sweep(cells=80), Curve()
    drawn.turn(line, 60_000)
    before = rows(drawn)
    drawn.turn(line, 60_083)
    differ = {x for old, new in zip(before, rows(drawn), strict=True) for x in range(80) if old[x] != new[x]}
    assert 0 < len(differ) <= 4


def test_a_turn_without_a_new_column_leaves_the_rows_as_they_are() -> None:
    drawn, line = sweep(), Curve()
    drawn.turn(line, 60_000)
    before = rows(drawn)
    drawn.turn(line, 60_010)
    assert all(new is old for old, new in zip(before, rows(drawn), strict=True))


@given(dots_of)
def test_a_faded_curve_has_half_of_its_columns(dots: Dots) -> None:
    drawn = sweep(40, 3, dots)
    drawn.turn(Level(0), 60_000)
    whole, faded = rows(drawn)[1], drawn.faded(1)
    assert faded != whole and len(faded) == len(whole)
    kept = sum(sign != " " for sign in faded)
    assert kept == (sum(sign != " " for sign in whole) if dots.across > 1 else pytest.approx(20, abs=3))


def test_every_set_of_dots_has_its_sign() -> None:
    assert BRAILLE.glyphs[0b1] == "⠁" and BRAILLE.glyphs[0b1000] == "⡀"
    assert BRAILLE.glyphs[0b1_0000] == "⠈" and BRAILLE.glyphs[0b1000_0000] == "⢀" and BRAILLE.glyphs[255] == "⣿"
    assert [BLOCK.glyphs[mask] for mask in (1, 2, 4, 8, 15)] == ["▘", "▖", "▝", "▗", "█"]
    for dots in DOTS.values():
        assert len(dots.glyphs) == 1 << dots.across * dots.down
        assert len(set(dots.glyphs)) == len(dots.glyphs) or dots is ASCII
        assert all(len(sign) == 1 for sign in dots.glyphs)
    assert all(sign.isascii() for sign in ASCII.glyphs)


@pytest.mark.parametrize(
    ("glyphs", "terminal", "dots"),
    [("auto", "xterm-256color", BRAILLE), ("braille", "linux", BRAILLE), ("ascii", "xterm", ASCII),
     ("auto", "linux", BLOCK), ("block", "xterm-256color", BLOCK), ("auto", "", BRAILLE)],
)  # fmt: skip
def test_what_it_is_drawn_in_at_first(glyphs: str, terminal: str, dots: Dots) -> None:
    assert first(glyphs, terminal) is dots


def test_the_ways_of_drawing_go_round() -> None:
    assert [after(BRAILLE), after(BLOCK), after(ASCII)] == [BLOCK, ASCII, BRAILLE]
