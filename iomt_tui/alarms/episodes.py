"""Episodes: what a log's announcements of one alarm add up to, from its onset to its end. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from iomt_tui.alarms.model import Alarm, Key, Priority


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode of one condition. Times are ms; ``value`` and ``limit`` as first announced, in the catalogue unit."""

    first: Alarm
    """Its first announcement."""
    priority: Priority
    """The highest at which it was announced."""
    ended: int | None = None
    """When the condition ended; None while it lasts."""
    revisions: int = 1
    """How often it was announced."""
    by: str = ""
    """Who acknowledged it first."""
    acked_at: int | None = None

    @property
    def key(self) -> Key:
        """The condition."""
        return self.first.ref.key

    @property
    def onset(self) -> int:
        """When the condition began (ms)."""
        return self.first.onset

    @property
    def raised(self) -> int:
        """When it was first announced (ms)."""
        return self.first.raised

    def until(self, end: int) -> int:
        """When it ended, at most ``end`` (ms): the end of what is looked at."""
        return end if self.ended is None else min(self.ended, end)

    def joined(self, later: Alarm) -> Episode:
        """Together with a later announcement of the same episode. What was told first stays: its end, its owner."""
        acknowledged = self.acked_at is None and later.acked_at is not None
        return Episode(
            self.first,
            max(self.priority, later.priority),
            later.ended if self.ended is None else self.ended,
            max(self.revisions, later.ref.rev),
            later.by if acknowledged else self.by,
            later.acked_at if acknowledged else self.acked_at,
        )


def episodes(alarms: Iterable[Alarm]) -> list[Episode]:
    """The episodes of announcements in the log's order, by the time they were raised."""
    found: dict[tuple[Key, int], Episode] = {}
    for alarm in alarms:
        place = alarm.ref.key, alarm.ref.episode
        known = found.get(place)
        if known is None:
            known = Episode(alarm, alarm.priority, revisions=alarm.ref.rev)
        found[place] = known.joined(alarm)
    return sorted(found.values(), key=lambda episode: (episode.raised, episode.key))
