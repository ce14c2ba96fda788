"""Where a recording stands, in time. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol

from textual.content import Content

from iomt_tui.tui.text import joined, plain, spread
from iomt_tui.tui.widgets.header import clock, zone

DAY: Final = 86_400_000
_MONTH: Final = 2_629_746_000  # ms, a twelfth of the Gregorian calendar's mean year
_UNITS: Final = (("year", 12 * _MONTH), ("month", _MONTH), ("day", DAY), ("hour", 3_600_000), ("minute", 60_000))


class Playing(Protocol):
    """What the bar reads of a player: log times in ms, speed as a factor of real time."""

    @property
    def playing(self) -> bool: ...
    @property
    def speed(self) -> float: ...
    @property
    def position(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def skipped(self) -> int: ...


def replay_line(player: Playing, tz: str, width: int) -> Content:
    """State, time, a bar from the recording's start to its end, and the speed. With dates when it lasts for days."""
    dated = player.end - player.start >= DAY
    ended = player.position >= player.end
    state = "■ end   " if ended else "▶ play  " if player.playing else "‖ paused"
    now = f"{_date(player.position, tz)} " if dated else ""
    left = joined(plain(f" {state}", "bold $accent"), plain(f" {now}{clock(player.position, tz)} ", "bold"))
    if player.skipped:
        left += plain(f" (skipped {stretch(player.skipped)}) ", "bold $warning")
    share = (player.position - player.start) / max(1, player.end - player.start)
    share = min(1.0, max(0.0, share))
    first, last = (_date(at, tz) if dated else clock(at, tz, seconds=False) for at in (player.start, player.end))
    right = plain(f" {last}  {share:4.0%}  {player.speed:g}× ")
    room = width - left.cell_length - right.cell_length
    if room < 6:
        return spread(left, plain(f"{share:.0%} {player.speed:g}× "), width)
    from_to = plain(f"{first} ") if room > 24 else plain("")
    room -= from_to.cell_length
    done = round(share * room)
    return joined(left, from_to, plain("━" * done, "bold $accent"), plain("─" * (room - done), "dim"), right)


def _date(at: int, tz: str) -> str:
    return f"{datetime.fromtimestamp(at / 1000, zone(tz)):%Y-%m-%d}"


def stretch(ms: int) -> str:
    """A long time in its largest unit, from 40 minutes to 3 years."""
    name, size = next((unit for unit in _UNITS if ms >= 1.5 * unit[1]), _UNITS[-1])
    count = round(ms / size)
    return f"{count} {name}" + ("" if count == 1 else "s")
