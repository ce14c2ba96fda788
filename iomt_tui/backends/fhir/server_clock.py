"""How far a server's clock is from ours, by its Date headers. For words and for asking again, never for a cursor."""

from __future__ import annotations

from collections import deque
from statistics import median
from typing import Final

_LAST: Final = 9  # answers; one odd header is outvoted
JUMP: Final = 30_000  # ms; less is the header's second and the line
NOTICED: Final = 120_000  # ms from which it is told


class ServerClock:
    """The median of the last few differences."""

    def __init__(self) -> None:
        self._differences: deque[int] = deque(maxlen=_LAST)
        self._before: int | None = None

    def heard(self, server_time: int | None, now: int) -> None:
        """A Date header (ms UTC, None without one) that came at ``now`` (ms UTC by our clock)."""
        if server_time is not None:
            self._differences.append(server_time + 500 - now)  # the header has whole seconds

    @property
    def offset(self) -> int | None:
        """Server minus ours in ms; None before the first answer."""
        return int(median(self._differences)) if self._differences else None

    def set_back(self) -> int:
        """By how many ms it was set back since the last call; 0 for not."""
        now, before = self.offset, self._before
        if now is None:
            return 0
        self._before = now
        return before - now if before is not None and before - now > JUMP else 0

    def words(self) -> str:
        """What to tell people of a clock that is plainly off, "" for nothing."""
        offset = self.offset
        if offset is None or abs(offset) < NOTICED:
            return ""
        minutes = round(abs(offset) / 60_000)
        amount = f"{minutes / 60:.1f} h" if minutes >= 90 else f"{minutes} min"
        return f"the server's clock is {amount} {'ahead' if offset > 0 else 'behind'}"
