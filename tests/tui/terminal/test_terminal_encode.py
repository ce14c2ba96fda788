"""Whatever the grid wants, and however small the byte budget, a terminal ends up showing exactly that."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

sys.path.insert(0, str(Path(__file__).parent))
from judge import Cell, Judge

from iomt_tui.tui.terminal.allow import foreign
from iomt_tui.tui.terminal.cells import CONT, cells
from iomt_tui.tui.terminal.encode import Encoder
from iomt_tui.tui.terminal.grid import Grid
from iomt_tui.tui.terminal.styles import StyleTable

STYLES = [None] + [
    Style.parse(s)
    for s in (
        "red", "bold red", "bold", "italic underline", "on blue", "white on blue", "reverse", "strike",
        "#123456 on #abcdef", "bold #123456 on #abcdef", "color(200) on color(17)", "bright_red on bright_blue",
        "not bold red", "bold dim", "dim", "default on default",
    )
]  # fmt: skip
PIECES = ["a", "7", " ", "          ", "▁▂▃", "▲ ●", "王", "王王", "한국", "é", "e\u0301", "🔔", "°C", "9" * 12, "ｆ"]

piece = st.tuples(st.sampled_from(PIECES), st.sampled_from(STYLES))
row = st.lists(piece, min_size=1, max_size=8)
words = st.text("王国a7", min_size=1, max_size=8)
put = st.tuples(st.integers(0, 11), st.integers(0, 3), row)


def place(grid: Grid, table: StyleTable, x: int, y: int, pieces: list[tuple[str, Style | None]]) -> None:
    parts = [(cells(text), style) for text, style in pieces]
    text = "".join(part for part, _ in parts)
    styles = "".join(table.char(style) * len(part) for part, style in parts)
    grid.put(x, y, text, styles, simple=False)


def expected(grid: Grid, table: StyleTable, bce: bool) -> list[list[Cell]]:
    """What a terminal shows that is painted cell by cell, each style from a reset."""
    judge = Judge(grid.width, grid.height)
    for y in range(grid.height):
        for x, (cell, style) in enumerate(zip(grid.want_text[y], grid.want_style[y], strict=True)):
            if cell != CONT:
                sgr = table.change("\U0010ffff", style)
                judge.feed(b"\x1b[m\x1b[%d;%dH" % (y + 1, x + 1) + sgr + shown_bytes(cell))
    return judge.cells()


def shown_bytes(cell: str) -> bytes:
    from iomt_tui.tui.terminal.cells import shown

    return shown(cell).encode()


@settings(max_examples=250, deadline=None)
@given(
    st.lists(st.tuples(st.lists(put, max_size=6), st.integers(1, 60), st.booleans()), min_size=1, max_size=6),
    st.sampled_from([ColorSystem.STANDARD, ColorSystem.EIGHT_BIT, ColorSystem.TRUECOLOR]),
    st.booleans(),
)
def test_a_terminal_shows_what_is_wanted(
    frames: list[tuple[list[tuple[int, int, list[tuple[str, Style | None]]]], int, bool]],
    system: ColorSystem,
    bce: bool,
) -> None:
    grid, table = Grid(12, 4), StyleTable(system)
    encoder = Encoder(grid, table, bce=bce)
    judge = Judge(12, 4)
    for puts, budget, settle in frames:
        for x, y, pieces in puts:
            place(grid, table, x, y, pieces)
        urgent = {y: None for _, y, _ in puts[:1]}
        rounds = 0
        while data := encoder.chunk(budget, urgent):
            assert not foreign(data)
            judge.feed(data)
            rounds += 1
            assert rounds < 200
            if not settle:
                break
    while data := encoder.chunk(32):
        judge.feed(data)
    assert not grid.dirty
    assert judge.cells() == expected(grid, table, bce)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(st.text("王国a7", min_size=1, max_size=8), st.integers(0, 3), st.integers(1, 40)), max_size=8)
)
def test_wide_characters_that_come_and_go_leave_no_halves(frames: list[tuple[str, int, int]]) -> None:
    grid, table = Grid(9, 1), StyleTable(ColorSystem.STANDARD)
    encoder = Encoder(grid, table)
    judge = Judge(9, 1)
    for text, x, budget in frames:
        place(grid, table, x, 0, [(text, None)])
        judge.feed(encoder.chunk(budget))
    while data := encoder.chunk(100):
        judge.feed(data)
    assert judge.cells() == expected(grid, table, False)


def test_a_wide_character_whose_right_half_was_overwritten_is_written_again() -> None:
    grid, table = Grid(6, 1), StyleTable(ColorSystem.STANDARD)
    encoder = Encoder(grid, table)
    place(grid, table, 0, 0, [("a王bcd", None)])
    encoder.chunk(100)
    grid.shown_text[0] = "a王xbcd"  # after a chunk that ended between the halves
    grid.dirty.add(0)
    assert "王" in encoder.chunk(100).decode()


def test_a_wide_character_in_place_of_another_moves_the_cursor_by_two() -> None:
    grid, table = Grid(12, 1), StyleTable(ColorSystem.STANDARD)
    encoder = Encoder(grid, table)
    judge = Judge(12, 1)
    for text in ("王 aaaa b", "国 aaaa c"):
        place(grid, table, 0, 0, [(text, None)])
        judge.feed(encoder.chunk(100))
    assert judge.text().rstrip() == "国 aaaa c"


def test_nothing_changed_costs_nothing() -> None:
    grid, table = Grid(20, 2), StyleTable(ColorSystem.TRUECOLOR)
    encoder = Encoder(grid, table)
    place(grid, table, 0, 0, [("HR 118", None)])
    assert encoder.chunk(10_000)
    assert encoder.chunk(10_000) == b""
    place(grid, table, 0, 0, [("HR 118", None)])
    assert encoder.chunk(10_000) == b""


def test_one_changed_digit_costs_about_nine_bytes() -> None:
    grid, table = Grid(200, 60), StyleTable(ColorSystem.STANDARD)
    encoder = Encoder(grid, table)
    place(grid, table, 100, 30, [("118", None)])
    encoder.chunk(100_000)
    place(grid, table, 0, 0, [("x", None)])
    encoder.chunk(100_000)
    place(grid, table, 102, 30, [("9", None)])
    assert len(encoder.chunk(100_000)) <= 10


def test_no_row_starves_while_another_changes_all_the_time() -> None:
    grid, table = Grid(40, 6), StyleTable(ColorSystem.TRUECOLOR)
    encoder = Encoder(grid, table)
    encoder.chunk(10_000)
    place(grid, table, 0, 5, [("the last row", None)])
    for turn in range(40):
        place(grid, table, 0, 0, [(f"{turn:02d}" * 20, None)])
        encoder.chunk(30)
        if 5 not in grid.dirty:
            break
    assert 5 not in grid.dirty


def test_urgent_rows_go_first_and_leave_room_for_the_others() -> None:
    grid, table = Grid(40, 6), StyleTable(ColorSystem.TRUECOLOR)
    encoder = Encoder(grid, table)
    encoder.chunk(10_000)
    place(grid, table, 0, 0, [("calm", None)])
    place(grid, table, 0, 4, [("ALARM", None)])
    assert b"ALARM" in encoder.chunk(16, {4: None})
    for turn in range(10):
        place(grid, table, 0, 4, [(f"{turn}" * 40, None)])
        encoder.chunk(40, {4: None})
    assert 0 not in grid.dirty


def test_after_an_erase_the_top_row_comes_before_even_an_urgent_one() -> None:
    grid, table = Grid(40, 6), StyleTable(ColorSystem.TRUECOLOR)
    encoder = Encoder(grid, table)
    place(grid, table, 0, 0, [("DEMO" * 10, None)])
    place(grid, table, 0, 4, [("ALARM", None)])
    sent = b""
    while data := encoder.chunk(16, {4: None}):
        sent += data
    assert sent.count(b"DEMO") == 10
    assert sent.rindex(b"DEMO") < sent.index(b"ALARM")


def test_a_row_of_a_widget_is_cut_at_the_edges_of_the_screen() -> None:
    grid, table = Grid(4, 1), StyleTable(ColorSystem.TRUECOLOR)
    place(grid, table, -1, 0, [("王abc王", None)])
    assert grid.want_text[0] == " abc"
    place(grid, table, 3, 0, [("王", None)])
    assert grid.want_text[0] == " ab "
    place(grid, table, 9, 0, [("x", None)])
    assert grid.want_text[0] == " ab "


def test_strips_cover_the_styles_of_rich() -> None:
    strip = Strip([Segment("a", Style.parse("bold")), Segment("b")])
    table = StyleTable(ColorSystem.TRUECOLOR)
    assert [table.look(table.char(style)).attributes for _, style, _ in strip] == [1, 0]
