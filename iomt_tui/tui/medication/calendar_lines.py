"""The calendar of doses at home as a heat map: weeks side by side, a glyph and a letter a day. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from textual.content import Content

from iomt_tui.clinical.medication.adherence import Day
from iomt_tui.clinical.medication.heat import LOOKS, HeatCell, Look, by_week
from iomt_tui.tui.medication.marks import legend
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.rows import MUTED

TONES: Final = {
    "good": "$success", "partial": "bold $sev-medium", "bad": "bold $sev-medium reverse", "unknown": "bold $warning",
    "quiet": MUTED,
}  # fmt: skip
"""Tone of a day -> style."""

_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_CELL: Final = 3  # glyph, letter, space
_MARGIN: Final = 4


def day_mark(cell: HeatCell, *, ascii_only: bool) -> Content:
    """Glyph and letter of a day; the letter is small where somebody only said that a dose was taken."""
    look = cell.look
    if look is None:
        return plain("  ")
    letter = look.letter.lower() if cell.told else look.letter
    return plain(f"{_glyph(look, ascii_only=ascii_only)}{letter}", TONES[look.tone])


def _glyph(look: Look, *, ascii_only: bool) -> str:
    return look.ascii if ascii_only else look.glyph


def calendar_lines(days: Sequence[Day], width: int, *, ascii_only: bool = False) -> list[Content]:
    """Seven lines, Monday first, one column a week, the newest on the right; as many weeks as have room."""
    weeks = by_week(days)[-max(1, (width - _MARGIN) // _CELL) :]
    if not weeks:
        return []
    starts = [date.fromisoformat(week.label) for week in weeks]
    out = [fitted(joined(plain(" " * _MARGIN), plain(_months(starts), MUTED)), width)]
    for number, name in enumerate(_DAYS):
        cells = (joined(day_mark(week.cells[number], ascii_only=ascii_only), plain(" ")) for week in weeks)
        out.append(fitted(joined(plain(f" {name} ", MUTED), *cells), width))
    return out


def _months(starts: Sequence[date]) -> str:
    """The day of each week's Monday; where a month begins, its name."""
    words, month = "", 0
    for number, start in enumerate(starts):
        if len(words) > number * _CELL:
            continue
        room = (len(starts) - number) * _CELL
        name = f"{start:%b} " if start.month != month and room >= 4 else f"{start.day:02d} "
        month = start.month
        words = words.ljust(number * _CELL) + name
    return words


def calendar_legend(width: int, *, ascii_only: bool = False) -> Iterator[Content]:
    """What the glyphs and letters of the calendar say."""
    signs = [(f"{_glyph(look, ascii_only=ascii_only)}{look.letter}", look.words, TONES[look.tone])
             for look in LOOKS.values()]  # fmt: skip
    yield from legend([*signs, ("a p", "some of it only reported", "bold")], width)
