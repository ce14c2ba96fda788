"""The adapter: what plotext draws and what is set by hand are the same picture, and nothing leaves it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import iomt_tui
from iomt_tui.tui.charts import plot
from iomt_tui.tui.charts.plot import BLOCKS, DOTS, FEW, LETTERS, Ink, by_hand, by_plotext, draw, ink_of
from iomt_tui.tui.waves.dots import BLOCK


def columns(draw_: st.DrawFn, ink: Ink) -> tuple[list[int], int]:
    width, height = draw_(st.integers(1, 12)), draw_(st.integers(1, 6))
    most = (1 << height * ink.up) - 1
    dots = draw_(st.lists(st.integers(0, most), min_size=width * ink.across, max_size=width * ink.across))
    return dots, height


@st.composite
def fields(draw_: st.DrawFn) -> tuple[list[int], int, Ink]:
    ink = draw_(st.sampled_from([DOTS, BLOCKS, LETTERS]))
    return *columns(draw_, ink), ink


@settings(deadline=None, max_examples=60)
@given(fields())
def test_plotext_and_our_hand_draw_the_same(field: tuple[list[int], int, Ink]) -> None:
    dots, height, ink = field
    if any(dots):
        assert by_plotext(dots, height, ink) == by_hand(dots, height, ink)


@settings(deadline=None)
@given(fields())
def test_every_dot_is_there_and_no_other(field: tuple[list[int], int, Ink]) -> None:
    dots, height, ink = field
    rows = draw(dots, height, ink)
    assert [len(row) for row in rows] == [len(dots) // ink.across] * height
    assert seen(rows, ink) == {(x, y) for x, column in enumerate(dots) for y in range(64) if column >> y & 1}


def seen(rows: list[str], ink: Ink) -> set[tuple[int, int]]:
    """The dots of a picture, read back from its characters."""
    left = ((0, 3, 0x01), (0, 2, 0x02), (0, 1, 0x04), (0, 0, 0x40))
    places = (*left, (1, 3, 0x08), (1, 2, 0x10), (1, 1, 0x20), (1, 0, 0x80))
    found = set()
    for r, row in enumerate(reversed(rows)):
        for c, char in enumerate(row):
            if ink is LETTERS:
                found |= {(c, r)} if char != " " else set()
            elif ink is BLOCKS:
                mask = BLOCK.glyphs.index(char)
                found |= {(2 * c + bit // 2, 2 * r + 1 - bit % 2) for bit in range(4) if mask >> bit & 1}
            else:
                bits = ord(char) - 0x2800 if char != " " else 0
                found |= {(2 * c + x, 4 * r + y) for x, y, bit in places if bits & bit}
    return found


def test_dots_above_the_top_row_are_left_out() -> None:
    assert draw([1 << 4, 0], 1, DOTS) == [" "]
    assert draw([], 2, DOTS) == ["", ""]


def test_only_a_small_picture_is_given_to_plotext(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def told(columns: list[int], height: int, ink: Ink) -> list[str]:
        asked.append(len(columns))
        return []

    monkeypatch.setattr(plot, "by_plotext", told)
    draw([255] * (FEW // 8), 2, DOTS)
    draw([255] * (FEW // 8 + 2), 2, DOTS)
    assert asked == [FEW // 8]


@pytest.mark.parametrize(("glyphs", "terminal", "signs"), [
    ("ascii", "xterm", " *"), ("block", "xterm", " ▘▖▌▝▀▞▛▗▚▄▙▐▜▟█"), ("auto", "linux", " ▘▖▌▝▀▞▛▗▚▄▙▐▜▟█"),
])  # fmt: skip
def test_a_font_without_braille_gets_none(glyphs: str, terminal: str, signs: str) -> None:
    ink = ink_of(glyphs, terminal)
    assert {char for row in draw([1, 2, 1, 3, 6, 7], 2, ink) for char in row} <= set(signs)
    assert ink_of("auto", "xterm-256color") is ink_of("braille", "linux") is DOTS


def test_only_the_adapter_knows_plotext_and_only_when_it_draws() -> None:
    own = Path(iomt_tui.__file__).parent
    named = [path for path in own.rglob("*.py") if "import plotext" in path.read_text()]
    assert named == [own / "tui" / "charts" / "plot.py"]
    check = "import sys, iomt_tui.tui.app, iomt_tui.tui.pages.trends; sys.exit('plotext' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
