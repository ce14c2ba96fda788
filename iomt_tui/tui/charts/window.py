"""Which stretch of time a chart shows: of a usual length or any other, up to now or up to a moment before. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

MINUTE, HOUR = 60_000, 3_600_000
DAY: Final = 24 * HOUR
WINDOWS: Final = (HOUR, 4 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY)
"""The usual lengths, ms."""

SHORTEST, LONGEST = 2 * MINUTE, 60 * DAY


@dataclass(frozen=True, slots=True)
class Window:
    """``span`` ms up to ``end`` (ms UTC); None: up to now, and it goes along. ``cursor``: the marked time, or None."""

    span: int = DAY
    end: int | None = None
    cursor: int | None = None

    def until(self, now: int) -> int:
        """Where it ends at ``now``; a window never reaches beyond that."""
        return now if self.end is None or self.end >= now else self.end

    def follows(self, now: int) -> bool:
        """Whether it ends at the present moment."""
        return self.until(now) == now

    def usual(self, step: int, now: int) -> Window:
        """The next usual length, ``step`` longer or shorter; one that is no usual one goes to the next of them."""
        if step > 0:
            span = next((w for w in WINDOWS if w > self.span), WINDOWS[-1])
        else:
            span = next((w for w in reversed(WINDOWS) if w < self.span), WINDOWS[0])
        return self._lasting(span, now)

    def zoomed(self, factor: float, now: int) -> Window:
        """``factor`` times as long, the cursor (else the end) where it stands."""
        return self._lasting(min(max(_round(self.span * factor), SHORTEST), LONGEST), now)

    def _lasting(self, span: int, now: int) -> Window:
        if self.cursor is None:
            return replace(self, span=span)
        behind = min((self.until(now) - self.cursor) * span // self.span, span)
        return self._ending(self.cursor + behind, now, span)

    def panned(self, by: int, now: int) -> Window:
        """Moved by ``by`` ms, not beyond now. A cursor that would be left behind stays on the edge."""
        moved = self._ending(self.until(now) + by, now, self.span)
        if moved.cursor is None:
            return moved
        end = moved.until(now)
        return replace(moved, cursor=min(max(moved.cursor, end - moved.span), end))

    def pointed(self, by: int, now: int) -> Window:
        """The cursor moved by ``by`` ms (from the end, when there was none); the window goes along where it must."""
        end = self.until(now)
        cursor = min((self.cursor if self.cursor is not None else end) + by, now)
        moved = replace(self, cursor=cursor)
        if cursor < end - self.span:
            return replace(moved, end=cursor + self.span)
        return moved._ending(cursor, now, self.span) if cursor > end else moved

    def at(self, moment: int, now: int) -> Window:
        """The cursor on a moment; the window moves only when it does not show it."""
        return self.pointed(moment - (self.cursor if self.cursor is not None else self.until(now)), now)

    def _ending(self, end: int, now: int, span: int) -> Window:
        return replace(self, span=span, end=None if end >= now else end)


def _round(span: float) -> int:
    """A length in whole minutes, or whole quarters of an hour of a long one."""
    step = MINUTE if span < 3 * HOUR else 15 * MINUTE if span < 2 * DAY else HOUR
    return max(round(span / step), 1) * step


def length(span: int) -> str:
    """A length in words: ``4 h``, ``72 h``, ``7 d``, ``2 h 45 min``."""
    if span % DAY == 0 and span > 3 * DAY:
        return f"{span // DAY} d"
    hours, minutes = divmod(span // MINUTE, 60)
    if hours > 96:
        return f"{hours // 24} d {hours % 24} h"
    return f"{hours} h {minutes} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"
