"""Where a recording stands, in time. Pure."""

from __future__ import annotations

from typing import Protocol

from textual.content import Content

from iomt_tui.tui.text import joined, plain, spread
from iomt_tui.tui.widgets.header import clock


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


def replay_line(player: Playing, tz: str, width: int) -> Content:
    """State, time, a bar from the recording's start to its end, and the speed."""
    ended = player.position >= player.end
    state = "■ end   " if ended else "▶ play  " if player.playing else "‖ paused"
    left = joined(plain(f" {state}", "bold $accent"), plain(f" {clock(player.position, tz)} ", "bold"))
    share = (player.position - player.start) / max(1, player.end - player.start)
    share = min(1.0, max(0.0, share))
    right = plain(f" {clock(player.end, tz, seconds=False)}  {share:4.0%}  {player.speed:g}× ")
    room = width - left.cell_length - right.cell_length
    if room < 6:
        return spread(left, plain(f"{share:.0%} {player.speed:g}× "), width)
    from_to = plain(f"{clock(player.start, tz, seconds=False)} ") if room > 24 else plain("")
    room -= from_to.cell_length
    done = round(share * room)
    return joined(left, from_to, plain("━" * done, "bold $accent"), plain("─" * (room - done), "dim"), right)
