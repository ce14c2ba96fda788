"""The terminal rings, and asks for a desktop notification, when an alarm that nobody acknowledges goes further.

A notification leaves the screen for a desktop, a lock screen or a phone: it says how many and how urgent, and nothing
about a patient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.model import Key, Priority
from iomt_tui.ward.fold import Ward

BELL: Final = "\x07"
_MOST: Final = 9_999
_WAITS: Final = frozenset({"unack", "latched"})


def notice(count: int, priority: Priority) -> str:
    """A bell and OSC 9, the only such sequence that :mod:`iomt_tui.tui.terminal.allow` lets through."""
    some = max(1, min(count, _MOST))
    words = f"{some} {priority.name.lower()} alarm{'' if some == 1 else 's'} not acknowledged"
    return f"\x1b]9;iomt-tui: {words}\x07{BELL}"


class Ringer:
    """Rings once for each level of each announcement that this screen was there for.

    ``steps``: level and priority of the escalations that ring. ``ring`` takes what is for the terminal.
    """

    def __init__(self, steps: frozenset[tuple[int, int]], ring: Callable[[str], None]) -> None:
        self._steps, self._ring = steps, ring
        self._rung: dict[Key, tuple[int, int, int]] = {}  # episode, revision and level of the newest
        self._since: int | None = None

    def attach(self, now: int) -> None:
        """The screen is there from log time ``now``: what was escalated before rings no more."""
        if self._since is None:
            self._since = now

    def news(self, escalations: Iterable[Escalation], ward: Ward) -> None:
        """Rings for new escalations, once for all that came together."""
        new = [step for step in escalations if self._rings(step, ward)]
        if new:
            waiting = [a.priority for p in ward.patients.values() for a in p.alarms.values() if a.state in _WAITS]
            worst = max(waiting)
            self._ring(notice(waiting.count(worst), worst))

    def _rings(self, step: Escalation, ward: Ward) -> bool:
        ref, patient = step.ref, ward.patients.get(step.ref.patient)
        alarm = patient.alarms.get(ref.key) if patient is not None else None
        if alarm is None or self._since is None or step.at < self._since:
            return False
        place = (ref.episode, ref.rev, step.level)
        if place <= self._rung.get(ref.key, (0, 0, 0)):
            return False
        self._rung[ref.key] = place
        return (step.level, int(alarm.priority)) in self._steps and alarm.state in _WAITS
