"""Escalation: when an alarm that nobody answers goes to the next people. Each step of each revision once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from iomt_tui.alarms.lifecycle import Condition
from iomt_tui.alarms.model import Priority, Ref

#: Ages of the announcement (ms) at which its steps are due: SAFETY, Defaults.
STEPS: Final = {Priority.HIGH: (30_000, 60_000, 120_000), Priority.MEDIUM: (120_000, 300_000), Priority.LOW: (600_000,)}

#: A reading that comes later than this (ms) was told late: by a server that is polled, at a first load.
LATE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Escalation:
    """One step, to be in the log before anybody is told."""

    ENTRY: ClassVar[str] = "escalation"

    ref: Ref
    level: int  # 1, 2, 3
    at: int  # log time, ms

    def body(self) -> dict[str, Any]:
        """The JSON body of its log entry."""
        return {"ref": list(self.ref), "level": self.level, "at": self.at}

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Escalation:
        """The step of a log entry. Raises KeyError or TypeError on a body of another shape."""
        return cls(Ref(*data["ref"]), int(data["level"]), int(data["at"]))


def escalate(condition: Condition, now: int, attended: bool) -> list[Escalation]:
    """The steps of an unacknowledged condition that are due and not taken yet; they count as taken (T18).

    Unless somebody attends a screen, they are due after half the time (T31). Where a source told of it late, the time
    counts from when it was announced here: before, nobody could answer it.
    """
    if condition.state not in ("unack", "latched"):
        return []
    age = (now - max(condition.raised, condition.told_late)) * (1 if attended else 2)
    due = sum(age >= step for step in STEPS[condition.priority])
    taken, condition.escalated = condition.escalated, max(due, condition.escalated)
    ref = Ref(*condition.key, condition.episode, condition.rev)
    return [Escalation(ref, level, now) for level in range(taken + 1, due + 1)]
