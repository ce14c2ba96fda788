"""What a list of alarms looks like while they flood in (SAFETY T32, H26): one row a patient, HIGH ones apart. Pure.

Only the look of a list: no alarm is left out, and none is acted on together with another because of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from iomt_tui.alarms.model import Alarm, Priority


@dataclass(frozen=True, slots=True)
class AlarmGroup:
    """One row: an alarm by itself, or several of one patient that stand in one line. None of several is HIGH."""

    alarms: tuple[Alarm, ...]
    """In the order of the list; never empty."""

    @property
    def patient(self) -> str:
        """Whose."""
        return self.alarms[0].ref.patient

    @property
    def single(self) -> bool:
        """Whether it is one alarm by itself."""
        return len(self.alarms) == 1

    @property
    def top(self) -> Alarm:
        """The most urgent: the first of the highest priority."""
        return max(self.alarms, key=lambda alarm: alarm.priority)

    @property
    def newest(self) -> Alarm:
        """The one that was announced last."""
        return max(self.alarms, key=lambda alarm: alarm.raised)

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """("medium" | "low" | "technical" | "high", how many), the most urgent first."""
        found = Counter("technical" if a.technical else a.priority.name.lower() for a in self.alarms)
        return tuple((sort, found[sort]) for sort in ("high", "medium", "low", "technical") if found[sort])


def grouped(alarms: Sequence[Alarm]) -> tuple[AlarmGroup, ...]:
    """The rows of a list of ``alarms``: each HIGH one by itself and first, then each patient's others together.

    The highest priority first, else in the order given. Every alarm is in exactly one row; there are at most as many
    rows beside the HIGH ones as there are patients.
    """
    high = [AlarmGroup((alarm,)) for alarm in alarms if alarm.priority is Priority.HIGH]
    others: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        if alarm.priority is not Priority.HIGH:
            others.setdefault(alarm.ref.patient, []).append(alarm)
    rest = [AlarmGroup(tuple(own)) for own in others.values()]
    return (*high, *sorted(rest, key=lambda group: -group.top.priority))
