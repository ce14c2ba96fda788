"""When to sound: bursts by priority, as IEC 60601-1-8 shapes them, over whatever can make a pulse. Pure.

Times are seconds of a clock that only runs forward. Pulses that come late are dropped, never made up for: a queue of
beeps would tell of alarms that are over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from iomt_tui.alarms.model import Priority, Ref

_GROUP: Final = (0.0, 0.2, 0.4, 0.75, 0.95)
PULSES: Final[Mapping[Priority, tuple[float, ...]]] = {
    Priority.HIGH: (*_GROUP, *(1.7 + at for at in _GROUP)),  # two groups of 3 + 2
    Priority.MEDIUM: (0.0, 0.3, 0.6),
    Priority.LOW: (0.0,),
}
"""Seconds into a burst at which its pulses begin."""

EVERY: Final[Mapping[Priority, float]] = {Priority.HIGH: 10.0, Priority.MEDIUM: 25.0, Priority.LOW: 30.0}
"""Seconds from one burst to the next while an alarm of that priority is the loudest."""

APART: Final = 2.5
"""Seconds between the end of a burst and one that a new alarm brings forward."""

LATE: Final = 0.15
"""Seconds after which a pulse is not given any more."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """One pulse, to be made now. ``first`` of its burst: a player that knows whole bursts plays one."""

    priority: Priority
    first: bool


class Annunciator:
    """Follows what is audible and says when the next pulse is due."""

    def __init__(self) -> None:
        self._loudest: Priority | None = None
        self._known: frozenset[Ref] = frozenset()
        self._burst: tuple[Priority, float] | None = None  # which, since when: the newest, also when it is over
        self._given = 0  # pulses of it that were given or dropped
        self._next: float | None = None  # when the next burst begins

    def hear(self, audible: Mapping[Ref, Priority], now: float) -> None:
        """What is audible from now on."""
        new = [priority for ref, priority in audible.items() if ref not in self._known]
        self._known = frozenset(audible)
        before, self._loudest = self._loudest, max(audible.values(), default=None)
        if self._loudest is None:
            self._next = None
            self._given = len(PULSES[self._burst[0]]) if self._burst else 0
        elif before is None or self._loudest > before:
            louder = self._burst is None or self._loudest > self._burst[0]
            self._begin_by(now if louder else max(now, self._over() + APART))
            self._given = len(PULSES[self._burst[0]]) if self._burst else 0
        elif new and max(new) is self._loudest:
            self._begin_by(max(now, self._over() + APART))
        elif self._burst is not None:
            self._next = self._burst[1] + EVERY[self._loudest]

    def _begin_by(self, at: float) -> None:
        self._next = at if self._next is None else min(self._next, at)

    def _over(self) -> float:
        """When the newest burst ends, or ended."""
        return self._burst[1] + PULSES[self._burst[0]][-1] if self._burst else float("-inf")

    def due(self, now: float) -> Pulse | None:
        """The pulse to make at this moment, if one is due and not too late."""
        if self._loudest is not None and self._next is not None and now >= self._next:
            self._burst, self._given = (self._loudest, now), 0
            self._next = now + EVERY[self._loudest]
        if self._burst is None:
            return None
        priority, begun = self._burst
        pulses, found = PULSES[priority], None
        while self._given < len(pulses) and now >= begun + pulses[self._given] - 1e-6:
            if now - begun - pulses[self._given] <= LATE:
                found = Pulse(priority, self._given == 0)
            self._given += 1
        return found

    def wait(self, now: float) -> float | None:
        """Seconds until :meth:`due` is to be asked again; None: not before something else is heard."""
        moments = [] if self._next is None else [self._next]
        if self._burst is not None and self._given < len(PULSES[self._burst[0]]):
            moments.append(self._burst[1] + PULSES[self._burst[0]][self._given])
        return max(0.0, min(moments) - now) if moments else None
