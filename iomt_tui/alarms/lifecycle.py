"""The life cycle of one alarm condition: the transition table of the alarm system, as a pure state machine.

States: ``normal``, ``pending`` (on-delay runs), ``unack``, ``acked``, ``latched`` (condition gone, never acknowledged).
Times are event times in ms. Every announcement is returned as an :class:`Alarm`, to be written to the log.
Transitions are named by their number in the table (T1 … T17). An acknowledgement is a promise: it ends when its time is
up (T15), and whoever gave it, or anybody else, may take it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from iomt_tui.alarms.model import Alarm, Key, Priority, Promise, Ref

#: An acknowledged alarm that persists is announced again after this long at the latest (ms, by priority).
REARM = {Priority.HIGH: 180_000, Priority.MEDIUM: 600_000, Priority.LOW: 3_600_000}
LATCHING = frozenset({Priority.HIGH, Priority.MEDIUM})
_NOTHING = Promise()


class Level(NamedTuple):
    """One priority at which a condition may hold: its limit and its delays (ms)."""

    limit: float | None
    delay: int = 0
    off_delay: int = 0


@dataclass(slots=True)
class Condition:
    """One condition (:class:`Key`) and where it is in its life cycle."""

    key: Key
    technical: bool = False
    state: str = "normal"
    episode: int = 0
    rev: int = 0
    priority: Priority = Priority.LOW
    value: float | None = None
    limit: float | None = None
    detail: str = ""
    onset: int = 0
    raised: int = 0
    ended: int | None = None
    by: str = ""
    acked_at: int | None = None
    intent: str = ""
    note: str = ""
    until: int | None = None  # when the acknowledgement ends
    undone_by: str = ""
    escalated: int = 0  # steps of escalation taken since the last announcement
    told_late: int = 0  # log time of the last announcement, where its source told of it late; else 0
    levels: Mapping[Priority, Level] = field(default_factory=dict)  # what holds now; empty: clear
    since: dict[Priority, int] = field(default_factory=dict)  # onset of every level that holds now
    measured: float | None = None  # the value that holds now
    words: str = ""
    clear_at: int | None = None  # when the running off-delay ends

    def violate(self, at: int, value: float | None, levels: Mapping[Priority, Level], words: str = "") -> list[Alarm]:
        """The condition holds at ``at`` at every one of ``levels``."""
        out = self.advance(at)
        for level in [p for p in self.since if p not in levels]:
            del self.since[level]
        for level in levels:
            self.since.setdefault(level, at)
        self.levels, self.measured, self.words, self.clear_at = levels, value, words, None
        return out + self._raise_due(at)

    def _raise_due(self, at: int) -> list[Alarm]:
        due = [p for p, level in self.levels.items() if at - self.since[p] >= level.delay]
        if not due:
            if self.state == "normal":
                self.state = "pending"
            return []
        priority = max(due)
        return self._announce(priority, self.since[priority])

    def _announce(self, priority: Priority, onset: int) -> list[Alarm]:
        if self.state in ("normal", "pending", "latched"):  # T1, T17
            self.episode, self.rev = self.episode + 1, 1
            self.onset, self.ended = onset, None
        elif priority > self.priority:  # T3, T12: a rise is announced anew
            self.rev += 1
        else:
            if self.state == "acked":  # T13: after an acknowledgement the priority follows the value
                self.priority = priority
            return []  # T4: an unacknowledged alarm never gets quieter
        level = self.levels[priority]
        self.state, self.priority, self.raised = "unack", priority, onset + level.delay
        self.value, self.limit, self.detail = self.measured, level.limit, self.words
        self._unanswered()
        return [self.alarm()]

    def clear(self, at: int) -> list[Alarm]:
        """The condition does not hold at ``at``; it is over when that lasted its off-delay."""
        out = self.advance(at)
        if self.levels or (self.clear_at is None and self.state in ("unack", "acked")):
            off_delay = max((level.off_delay for level in self.levels.values()), default=0)
            self.levels, self.clear_at = {}, at + off_delay
            self.since.clear()
            if self.state == "pending":
                self.state = "normal"
        return out + self.advance(at)

    def advance(self, at: int) -> list[Alarm]:
        """Lets the delays and the re-arm time that end by ``at`` take effect."""
        if self.levels:
            return self._raise_due(at) + self._rearm(at)
        if self.clear_at is not None and at >= self.clear_at:
            ended, self.clear_at = self.clear_at, None
            return self._end(ended)
        # Taken up from the log and not heard of since (T29): an acknowledgement ages all the same.
        return self._rearm(at) if self.clear_at is None else []

    def freeze(self) -> None:
        """No valid value any more (T19, T21): a recovery that had not lasted its off-delay does not count."""
        self.clear_at = None

    def _rearm(self, at: int) -> list[Alarm]:
        if self.state != "acked" or self.until is None or at < self.until:
            return []
        return self._again(self.until)  # T15

    def _again(self, raised: int) -> list[Alarm]:
        self.state, self.rev, self.raised = "unack", self.rev + 1, raised
        self._unanswered()
        return [self.alarm()]

    def _unanswered(self) -> None:
        """Announced anew: whatever was said of the announcement before no longer counts."""
        self.by, self.acked_at, self.intent, self.note, self.until = "", None, "", "", None
        self.undone_by, self.escalated, self.told_late = "", 0, 0

    def _end(self, ended: int) -> list[Alarm]:
        if self.state in ("normal", "pending", "latched"):
            self.state = "latched" if self.state == "latched" else "normal"
            return []
        self.ended = ended
        latches = self.state == "unack" and self.priority in LATCHING and not self.technical
        self.state = "latched" if latches else "normal"  # T5, T6, T14
        return [self.alarm()]

    def meets(self, ref: Ref) -> str:
        """What stands against acting on ``ref``: "gone" or "superseded", "" when it is what is announced (T9, T10)."""
        if ref.episode != self.episode or self.state in ("normal", "pending"):
            return "gone"
        return "" if ref.rev == self.rev else "superseded"

    def acknowledge(self, ref: Ref, user: str, at: int, promise: Promise = _NOTHING) -> tuple[str, list[Alarm]]:
        """What becomes of an acknowledgement of ``ref``: its outcome and the announcements (T7-T11, T16).

        It counts for ``promise.ms``, at most the re-arm time of the priority that was seen: one that falls later
        (T13) makes no promise longer.
        """
        if outcome := self.meets(ref):
            return outcome, []
        if self.state == "acked":
            return "already", []
        longest = REARM[self.priority]
        self.by, self.acked_at, self.intent, self.note = user, at, promise.intent, promise.note
        if self.state == "latched":
            self.state = "normal"
        else:
            self.state, self.until = "acked", at + min(longest if promise.ms is None else promise.ms, longest)
        return "applied", [self.alarm()]

    def take_back(self, ref: Ref, user: str, at: int) -> tuple[str, list[Alarm]]:
        """What becomes of ``user``'s taking the acknowledgement of ``ref`` back: only one that counts can be."""
        if outcome := self.meets(ref):
            return outcome, []
        if self.state != "acked":
            return "gone", []
        self._again(at)
        self.undone_by = user
        return "applied", [self.alarm()]

    def source_returned(self, at: int) -> list[Alarm]:
        """The source was lost and is back (T22): an acknowledgement from before the gap no longer counts."""
        return self._again(at) if self.state == "acked" and self.levels else []

    def return_from(self, at: int, *, acked: bool) -> list[Alarm]:
        """A suppression has ended: what is in force is announced anew, an acknowledged one too if ``acked`` (T25).

        What two suppressions covered that end at the same moment is announced once.
        """
        there = (self.state == "unack" and self.raised < at) or (acked and self.state == "acked")
        return self._again(at) if there and self.clear_at is None else []

    def close(self, at: int) -> list[Alarm]:
        """The patient is gone: the condition ends, whatever its state (T30)."""
        announced = self.state not in ("normal", "pending")
        self.state, self.levels, self.clear_at = "normal", {}, None
        self.since.clear()
        if not announced:
            return []
        self.ended = at
        return [self.alarm()]

    def alarm(self) -> Alarm:
        """The condition as it is announced in the log."""
        return Alarm(
            ref=Ref(*self.key, self.episode, self.rev), state=self.state, priority=self.priority,
            technical=self.technical, value=self.value, limit=self.limit, onset=self.onset,
            raised=self.raised, ended=self.ended, by=self.by, acked_at=self.acked_at, detail=self.detail,
            intent=self.intent, note=self.note, until=self.until, undone_by=self.undone_by,
        )  # fmt: skip

    @classmethod
    def resumed(cls, alarm: Alarm) -> Condition:
        """The condition as the log last announced it; what it does next waits for the next observation."""
        until = alarm.until
        if until is None and alarm.state == "acked" and alarm.acked_at is not None:  # a log without promises
            until = alarm.acked_at + REARM[alarm.priority]
        return cls(
            key=alarm.ref.key, technical=alarm.technical, state=alarm.state, episode=alarm.ref.episode,
            rev=alarm.ref.rev, priority=alarm.priority, value=alarm.value, limit=alarm.limit,
            detail=alarm.detail, onset=alarm.onset, raised=alarm.raised, ended=alarm.ended, by=alarm.by,
            acked_at=alarm.acked_at, intent=alarm.intent, note=alarm.note, until=until, undone_by=alarm.undone_by,
        )  # fmt: skip


def hold(
    conditions: dict[Key, Condition], key: Key, at: int, value: float | None,
    levels: Mapping[Priority, Level], words: str = "", *, technical: bool = False,
) -> list[Alarm]:  # fmt: skip
    """The condition ``key`` holds at ``levels``, or is clear when there are none; known conditions are kept."""
    condition = conditions.get(key)
    if levels:
        if condition is None:
            condition = conditions[key] = Condition(key, technical)
        return condition.violate(at, value, levels, words)
    return condition.clear(at) if condition is not None else []
