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
    answer: Alarm | None = None
    """As it was first acknowledged, by somebody from whom that was not taken back."""

    @property
    def key(self) -> Key:
        """The condition."""
        return self.first.ref.key

    @property
    def by(self) -> str:
        """Who acknowledged it first."""
        return self.answer.by if self.answer else ""

    @property
    def acked_at(self) -> int | None:
        """When (ms)."""
        return self.answer.acked_at if self.answer else None

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
        """Together with a later announcement of the same episode. What was told first stays: its end, its owner.

        An acknowledgement that was taken back was none.
        """
        answer = self.answer
        if later.undone_by and answer is not None and answer.ref.rev == later.ref.rev - 1:
            answer = None
        if answer is None and later.acked_at is not None:
            answer = later
        return Episode(
            self.first,
            max(self.priority, later.priority),
            later.ended if self.ended is None else self.ended,
            max(self.revisions, later.ref.rev),
            answer,
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
