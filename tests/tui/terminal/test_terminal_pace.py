"""The line's rate from replies: slow lines, long ways, stalls; and few colours where bytes are dear."""

from __future__ import annotations

import pytest
from rich.color import ColorSystem
from rich.style import Style

from iomt_tui.tui.terminal.pace import SLOW, TARGET, Pace
from iomt_tui.tui.terminal.styles import StyleTable


def sends(pace: Pace, way: float, rate: float, total: int) -> float:
    """Seconds that ``total`` bytes take over a line of ``rate`` bytes a second and ``way`` seconds there and back."""
    passed = way + 130 / rate
    pace.first(130, passed)
    while total > 0:
        size = min(pace.budget, total)
        total -= size
        passed += way + size / rate
        pace.reply(size, way + size / rate)
    return passed


@pytest.mark.parametrize("way", [0.0, 0.05, 0.15, 0.2, 0.35, 0.7])
def test_a_long_way_is_no_slow_line(way: float) -> None:
    pace = Pace()
    assert sends(pace, way, 1e6, 30_000) < 0.2 + 11 * way
    assert pace.budget >= 8_000
    assert not pace.slow


@pytest.mark.parametrize("way", [0.0, 0.02, 0.1, 0.3])
@pytest.mark.parametrize("rate", [960.0, 1_200.0, 7_000.0])
def test_a_chunk_takes_its_share_of_time_wherever_the_line_is_slow(way: float, rate: float) -> None:
    pace = Pace()
    sends(pace, way, rate, 12_000)
    assert pace.budget == pytest.approx(rate * TARGET, rel=0.1)
    assert pace.slow is (rate < SLOW)


def test_a_stalled_reader_makes_no_slow_line_and_is_forgotten() -> None:
    pace = Pace()
    sends(pace, 0.01, 1e6, 30_000)
    before = pace.budget
    pace.reply(before, 9.0)
    assert pace.budget >= before // 4
    assert not pace.slow
    for _ in range(3):
        pace.reply(pace.budget, 0.012)
    assert pace.budget >= before


def test_sixteen_colours_keep_what_tells_signs_apart() -> None:
    table = StyleTable(ColorSystem.TRUECOLOR)
    plain = table.char(Style.parse("#cdd6df on #0f1419"))
    chosen = table.char(Style.parse("bold #cdd6df on #1d2a38"))
    alarm = table.char(Style.parse("bold #ffffff on #c01c28"))
    assert len({plain, chosen, alarm}) == 3
    numbers = table.coarsen({plain, chosen, alarm}, plain)
    looks = [table.look(numbers[ord(char)]) for char in (plain, chosen, alarm)]
    assert table.coarse
    assert all(len(look.fg) <= 3 and len(look.bg) <= 3 for look in looks)
    assert looks[0].bg == looks[1].bg != looks[2].bg
    assert [look.attributes for look in looks] == [0, 1, 1]
    assert table.look(table.char(Style.parse("#cdd6df on #1d2a38"))) == looks[0], "later styles, too"


def test_palette_colours_and_the_terminals_own_become_the_sixteen() -> None:
    table = StyleTable(ColorSystem.EIGHT_BIT)
    chars = {table.char(Style.parse(words)) for words in ("color(196) on color(17)", "red", "bright_red on blue")}
    numbers = table.coarsen(chars, table.char(None))
    found = {(table.look(numbers[ord(char)]).fg, table.look(numbers[ord(char)]).bg) for char in chars}
    assert {("31", ""), ("91", "44")} < found
    assert all(fg in ("31", "91") for fg, _ in found)
