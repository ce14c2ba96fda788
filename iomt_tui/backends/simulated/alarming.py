"""What a bedside monitor raises itself: apnoea, atrial fibrillation, a run of VT, leads that fell off.

It looks at the patient's truth every ten seconds and tells of changes only: a few alarms a day, no flood.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from iomt_tui.backends.simulated.body import Vitals
from iomt_tui.backends.simulated.stream import Arrival, Clock
from iomt_tui.backends.simulated.subject import NEVER, Subject

LOOK: Final = 10_000  # ms between two looks
#: A monitor calls apnoea after this long (ms) without a breath.
_NO_BREATH: Final = 20_000


class Rule(NamedTuple):
    """One condition of a monitor. ``measure``: what it looks at; it begins at ``begins`` and is over at ``ends``."""

    kind: str
    param: str
    priority: int
    measure: Callable[[Vitals], float]
    begins: float
    ends: float


_RULES: Final = (
    # The model breathes evenly; this slowly, pauses of more than 20 s are the rule (our choice, unverified).
    Rule("APNEA", "rr", 3, lambda true: -true.rr, -5.0, -7.0),
    Rule("AFIB", "hr", 2, lambda true: true.irregular, 0.6, 0.3),
)
#: Episodes that a monitor tells of: kind -> its own name, parameter, priority, technical, and after how long (ms).
_EPISODES: Final = {
    "apnoea": ("APNEA", "rr", 3, False, _NO_BREATH),
    "vtach": ("V-TACH", "hr", 3, False, 0),
    "leads-off": ("LEADS-OFF", "hr", 1, True, 5_000),
}
HAPPENS: Final = frozenset({"vtach"})
"""Kinds of trouble that only the monitor's own alarms tell of."""


class Alarming:
    """The monitor's own alarms of one patient, received ``lag`` ms later; silent while its radio is."""

    __slots__ = ("_clock", "_device", "_lag", "_standing", "_subject", "_told", "due")

    def __init__(self, subject: Subject, device: str, since: int, lag: int, clock: Clock | None) -> None:
        self._subject, self._device, self._lag, self._clock = subject, device, lag, clock
        self._standing: set[str] = set()  # kinds by rule that hold
        self._told: dict[str, dict[str, Any]] = {}
        self.due = since + lag

    def emit(self, due: int, out: list[Arrival]) -> int:
        """See :class:`.stream.Source`."""
        at = due - self._lag
        outage = self._subject.outage("monitor", at)
        if outage is None or outage.begins > at:
            self._tell(at, due, out)
        following = due + LOOK
        return following if following < self._subject.leaves else NEVER

    def _tell(self, at: int, due: int, out: list[Arrival]) -> None:
        found, tells = self._found(at), self._tells(at)
        over = [kind for kind in self._told if kind not in found]
        out += [(due, "condition", self._told.pop(kind) | {"state": "end", "at": tells}) for kind in over]
        for kind, (param, priority, technical) in found.items():
            if kind not in self._told:
                body = {
                    "patient": self._subject.person.id, "device": self._device, "param": param, "kind": kind,
                    "priority": priority, "technical": technical, "state": "start", "at": tells, "text": "",
                }  # fmt: skip
                self._told[kind] = body
                out.append((due, "condition", body))

    def _tells(self, at: int) -> int:
        return at if self._clock is None else self._clock.tells(at)

    def _found(self, at: int) -> dict[str, tuple[str, int, bool]]:
        true = self._subject.vitals(at)
        found: dict[str, tuple[str, int, bool]] = {}
        for rule in _RULES:
            if rule.measure(true) >= (rule.ends if rule.kind in self._standing else rule.begins):
                self._standing.add(rule.kind)
                found[rule.kind] = rule.param, rule.priority, False
            else:
                self._standing.discard(rule.kind)
        for episode in self._subject.diary.between(at, at):
            if episode.kind in _EPISODES:
                kind, param, priority, technical, after = _EPISODES[episode.kind]
                if episode.begins + after <= at < episode.ends:
                    found[kind] = param, priority, technical
        return found
