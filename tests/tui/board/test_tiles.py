from __future__ import annotations

import pytest
from board_wards import NOW, FixtureWard, hostile, states, ward
from rich.cells import cell_len

from iomt_tui.tui.board import looks
from iomt_tui.tui.board.digits import big
from iomt_tui.tui.board.drawing import drawing
from iomt_tui.tui.board.glyphs import ASCII, BLOCK, GLYPHS
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.source import sparks
from iomt_tui.tui.board.state import Manner, RowState
from iomt_tui.tui.board.tiles import SIZES, tile_size
from iomt_tui.ward.view import Severity


def tile(source: FixtureWard, name: str, width: int, lines: int, manner: Manner) -> tuple[list[str], set[str]]:
    made = drawing("tiles", width, lines, len(source.ids), manner)
    view = source.view(name, NOW)
    runs = made.draw(RowState(view, sparks(source, view, made.sparks, manner, NOW), NOW, manner))
    assert len(runs) == made.grid.height
    return ["".join(text for text, _ in line) for line in runs], {look for line in runs for _, look in line}


@pytest.mark.parametrize("glyphs", GLYPHS.values(), ids=lambda glyphs: str(glyphs.name))
@pytest.mark.parametrize("size", [(20, 5), (26, 8), (52, 16), (80, 24), (120, 40), (200, 60), (300, 100)])
@pytest.mark.parametrize("source", [ward(), states(), hostile()], ids=["ward", "states", "hostile"])
def test_a_tile_has_exactly_its_size(source: FixtureWard, size: tuple[int, int], glyphs: object) -> None:
    manner = Manner(Measures(), glyphs)  # type: ignore[arg-type]
    grid = drawing("tiles", *size, len(source.ids), manner).grid
    for name in source.ids:
        lines, _ = tile(source, name, *size, manner)
        assert {cell_len(line) for line in lines} == {grid.width}, lines


@pytest.mark.parametrize(("patients", "expected"), [(1, SIZES[0]), (4, SIZES[0]), (21, SIZES[3]), (500, SIZES[-1])])
def test_digits_are_as_big_as_the_number_of_patients_allows(patients: int, expected: object) -> None:
    assert tile_size(200, 60, patients, BLOCK) == expected


def test_ascii_tiles_need_no_half_blocks() -> None:
    assert not tile_size(80, 24, 30, ASCII).half


def test_every_digit_differs_from_every_other() -> None:
    for large in (True, False):
        drawn = {digit: big(digit, large, True, BLOCK) for digit in "0123456789-"}
        assert len(set(drawn.values())) == len(drawn)


def test_half_blocks_stack_two_rows_of_dots() -> None:
    assert big("17", False, True, BLOCK) == ("▄█  ▀▀█", " █   ▄▀", "▀▀▀  ▀ ")
    assert big("1", False, False, BLOCK)[0] == "  ██  "


def test_a_tile_tells_the_severity_the_breach_and_the_alarm() -> None:
    lines, kinds = tile(ward(), "p-07", 80, 24, Manner(Measures()))
    assert lines[0].split()[1:4] == ["!!!", "07", "OKAFOR"]
    assert "SpO2 ▼ 90" in lines[1]
    assert any("SpO2 84 < 90" in line for line in lines)
    assert looks.ALARM[Severity.HIGH] in kinds


def test_a_sensor_that_is_off_shows_words_and_no_digits() -> None:
    lines, _ = tile(ward(), "p-15", 80, 24, Manner(Measures()))
    assert any("sensor off" in line for line in lines[1:-2])
    assert not any("█" in line or "▀" in line for line in lines[2:5])
