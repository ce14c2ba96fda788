"""Lanes above the time axis: alarms as bars whose height is their priority, and what was done as signs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from textual.content import Content

from iomt_tui.tui.text import joined, plain
from iomt_tui.ward.story import happened
from iomt_tui.ward.story.happened import WHATS, Episode, Mark
from iomt_tui.ward.story.trends import Axis


class Sign(NamedTuple):
    """One cell of a lane: its character, the one for plain ASCII, what it stands for, and its style."""

    glyph: str
    ascii: str
    words: str
    style: str


ALARMS: Final = (
    Sign("░", ":", "technical", "$sev-technical"),
    Sign("▂", "-", "low alarm", "$sev-low"),
    Sign("▅", "=", "medium alarm", "$sev-medium"),
    Sign("█", "#", "high alarm", "$sev-high"),
)
"""By priority; 0 is a technical alarm."""

SIGNS: Final = {
    happened.TAKEN: Sign("✓", "/", "acknowledged", "$accent"),
    happened.DOSE: Sign("●", "o", "given", "$success"),
    happened.NOT_GIVEN: Sign("○", "x", "not given", "bold $warning"),
    happened.NOTE: Sign("¶", "n", "note", "bold"),
    happened.LIMITS: Sign("△", "^", "limits changed", "$label"),
    happened.QUIET: Sign("‖", "z", "silenced", "$warning"),
    happened.ESCALATED: Sign("↑", "!", "escalated", "bold $warning"),
}
"""What a mark may tell of -> its sign."""

MANY: Final = Sign("+", "+", "more than one", "bold")


def rank(one: Episode) -> int:
    """The place of an alarm in :data:`ALARMS`."""
    return 0 if one.alarm.technical else one.priority


def cell_of(at: int, axis: Axis, width: int) -> int:
    """The cell of a time (ms)."""
    return (at - axis.start) * width // max(1, axis.end - axis.start)


def alarm_cells(episodes: Iterable[Episode], axis: Axis, width: int, now: int) -> list[int]:
    """For each cell the place in :data:`ALARMS` of the worst alarm in force within it, -1 for none."""
    worst = [-1] * width
    for one in episodes:
        first = max(cell_of(one.start, axis, width), 0)
        last = min(cell_of(now if one.end is None else one.end, axis, width), cell_of(now, axis, width), width - 1)
        for cell in range(first, last + 1):
            worst[cell] = max(worst[cell], rank(one))
    return worst


def mark_cells(marks: Iterable[Mark], axis: Axis, width: int) -> list[tuple[Mark, ...]]:
    """For each cell the marks within it."""
    cells: list[tuple[Mark, ...]] = [()] * width
    for mark in marks:
        cell = cell_of(mark.at, axis, width)
        if 0 <= cell < width:
            cells[cell] = (*cells[cell], mark)
    return cells


def alarm_lane(cells: list[int], cursor: int, *, ascii_only: bool) -> Content:
    """The lane of the alarms."""
    return _lane([None if rank < 0 else ALARMS[rank] for rank in cells], cursor, ascii_only=ascii_only)


def mark_lane(cells: list[tuple[Mark, ...]], cursor: int, *, ascii_only: bool) -> Content:
    """The lane of what was done; a cell with marks of several kinds says so."""
    return _lane([_sign(marks) for marks in cells], cursor, ascii_only=ascii_only)


def one_lane(
    alarms: Sequence[int], marks: Sequence[tuple[Mark, ...]], cursor: int, *, ascii_only: bool
) -> Content:  # fmt: skip
    """Both in one lane: what was done over the alarms, and of several things in a cell the most telling one.

    No alarm disappears below what was done about it: where marks stand on all cells of a stretch, its first one shows
    the alarm.
    """
    signs: list[Sign | None] = []
    for rank, run in groupby(zip(alarms, marks, strict=True), key=lambda cell: cell[0]):
        bar = None if rank < 0 else ALARMS[rank]
        own = [SIGNS[max((mark.what for mark in done), key=WHATS.index)] if done else bar for _, done in run]
        signs += own if bar is None or bar in own else [bar, *own[1:]]
    return _lane(signs, cursor, ascii_only=ascii_only)


def _sign(marks: tuple[Mark, ...]) -> Sign | None:
    if not marks:
        return None
    kinds = {mark.what for mark in marks}
    return SIGNS[marks[0].what] if len(kinds) == 1 else MANY


def _lane(signs: list[Sign | None], cursor: int, *, ascii_only: bool) -> Content:
    parts = []
    for (sign, marked), run in groupby(enumerate(signs), key=lambda pair: (pair[1], pair[0] == cursor)):
        count = len(list(run))
        char = " " if sign is None else sign.ascii if ascii_only else sign.glyph
        if sign is None and marked:
            char = "|" if ascii_only else "│"
        style = "$cursor" if sign is None else sign.style
        parts.append(plain(char * count, f"{style} on $selection" if marked else style if sign else ""))
    return joined(*parts)
