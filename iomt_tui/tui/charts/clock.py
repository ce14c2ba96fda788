"""The time axis: round local times under their columns. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from iomt_tui.ward.story.trends import Axis

_MINUTES: Final = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1_440, 2_880, 10_080, 20_160)
_LABEL: Final = 9  # cells that one label takes with the room around it


def local(at: int, zone: tzinfo) -> datetime:
    """A time (ms UTC) by the ward's clock."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)


def ticks(axis: Axis, width: int, zone: tzinfo) -> Iterator[tuple[int, datetime]]:
    """Cell and local time of each round time that has room for its label on ``width`` cells."""
    per_cell = (axis.end - axis.start) / width / 60_000
    step = next((m for m in _MINUTES if m >= per_cell * _LABEL), _MINUTES[-1])
    begin = local(axis.start, zone)
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    # Wall-clock steps from midnight: labels stay round over a change to summer time and back.
    days = (midnight.toordinal() % (step // 1_440)) if step > 1_440 else 0
    naive = midnight.replace(tzinfo=None) - timedelta(days=days)
    seen = -1
    while True:
        at = naive.replace(tzinfo=zone)
        cell = int((at.timestamp() * 1000 - axis.start) * width // (axis.end - axis.start))
        if cell >= width:
            return
        if cell > seen and at.timestamp() * 1000 >= axis.start:
            seen = cell
            yield cell, local(round(at.timestamp() * 1000), zone)
        naive += timedelta(minutes=step)


def words(at: datetime, *, days: bool) -> str:
    """A label: the time of day; at midnight, and where only ``days`` are labelled, the date."""
    return at.strftime("%a %d" if days or (at.hour == at.minute == 0) else "%H:%M")


def axis_rows(axis: Axis, width: int, zone: tzinfo, *, ascii_only: bool) -> tuple[str, str]:
    """The line of the axis with its ticks, and the labels under it."""
    line, labels = ["-" if ascii_only else "─"] * width, [" "] * width
    for cell, at in ticks(axis, width, zone):
        line[cell] = "+" if ascii_only else "┬"
        text = words(at, days=False)
        begin = min(max(cell - len(text) // 2, 0), max(width - len(text), 0))
        if all(char == " " for char in labels[max(begin - 1, 0) : begin + len(text)]):
            labels[begin : begin + len(text)] = text[: width - begin]
    return "".join(line), "".join(labels)
