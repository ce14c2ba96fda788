"""A flood of alarms as it happens (SAFETY T32, H26): from what was announced, by log time alone. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from iomt_tui.alarms.burden import FLOOD_ABOVE, FLOOD_BELOW, FLOOD_WITHIN

MOST: Final = 1_000
"""Announcements of which the times are kept; a flood of more says "1000 or more"."""


@dataclass(frozen=True, slots=True)
class FloodNow:
    """A flood that lasts: since when (ms), and how many alarms were announced within the last ten minutes."""

    since: int
    alarms: int

    @property
    def count(self) -> str:
        """The number in words: what is beyond :data:`MOST` is not counted."""
        return f"{MOST} or more" if self.alarms >= MOST else str(self.alarms)


class FloodWatch:
    """Begins above 10 announcements in ten minutes, which more than 20 in ten seconds are too; ends below 5.

    An announcement is the first of an episode: what gets worse, or comes back unanswered, is no new alarm.
    """

    def __init__(self, since: int | None = None, times: Iterable[int] = ()) -> None:
        self.since = since
        self.times: deque[int] = deque(times, maxlen=MOST)

    @classmethod
    def recalled(cls, raised: Iterable[int]) -> FloodWatch:
        """From the times (ms) at which the alarms that are still known were raised: what else there was is not told."""
        watch = cls()
        for at in sorted(raised):
            watch.announced(at)
        return watch

    def announced(self, at: int) -> None:
        """One more, at log time ``at`` (ms), which never goes back."""
        while self.times and self.times[0] <= at - FLOOD_WITHIN:
            self.times.popleft()
        if len(self.times) < FLOOD_BELOW:
            self.since = None
        self.times.append(at)
        if self.since is None and len(self.times) > FLOOD_ABOVE:
            self.since = at

    def at(self, now: int) -> FloodNow | None:
        """The flood at log time ``now`` (ms), not before the newest announcement; None when there is none."""
        if self.since is None:
            return None
        within = sum(at > now - FLOOD_WITHIN for at in self.times)
        return FloodNow(self.since, within) if within >= FLOOD_BELOW else None
