"""What keeps an alarm from sounding: audio pause, shelving, standby, inhibition. Each has owner, reason, end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from iomt_tui.alarms.model import Key, Priority
from iomt_tui.security.text import safe_text

PAUSE, SHELVE, STANDBY, INHIBIT = "pause", "shelve", "standby", "inhibit"
MINUTE: Final = 60_000
#: The longest suppressions (ms): SAFETY, Defaults.
PAUSE_CAP: Final = 2 * MINUTE
STANDBY_CAP: Final = 240 * MINUTE
SHELVE_CAP: Final = {Priority.HIGH: 15 * MINUTE, Priority.MEDIUM: 60 * MINUTE, Priority.LOW: 480 * MINUTE}
#: What keeps a condition from sounding and from escalating; an audio pause stops no escalation.
HOLDING: Final = frozenset({SHELVE, STANDBY, INHIBIT})
#: Kinds of condition that nobody may shelve, in the spellings of devices.
NEVER_SHELVED: Final = frozenset({"asystole", "vf", "vfib", "apnoea", "apnea"})


@dataclass(frozen=True, slots=True)
class Suppression:
    """One suppression as the log tells it. ``until`` at or before the entry's own time: it is over."""

    ENTRY: ClassVar[str] = "suppression"

    what: str  # "pause" and "standby" of a patient, "shelve" and "inhibit" of one condition
    patient: str
    param: str  # "" for what concerns the whole patient
    kind: str
    by: str  # who did it; of an inhibition the kind of the condition that inhibits
    reason: str
    since: int  # ms
    until: int | None  # ms; None: as long as the inhibiting condition holds
    priority: int = 0  # of the alarm when it was shelved

    @property
    def key(self) -> Key:
        """The condition concerned."""
        return Key(self.patient, self.param, self.kind)

    def active(self, at: int) -> bool:
        """Whether it is in force at ``at``."""
        return self.until is None or self.until > at

    def ended(self, at: int) -> Suppression:
        """The same, over by ``at`` at the latest."""
        return replace(self, until=at if self.until is None else min(at, self.until))

    def body(self) -> dict[str, Any]:
        """The JSON body of its log entry."""
        return {
            "what": self.what, "patient": self.patient, "param": self.param, "kind": self.kind, "by": self.by,
            "reason": self.reason, "since": self.since, "until": self.until, "prio": self.priority,
        }  # fmt: skip

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Suppression:
        """The suppression of a log entry. Raises KeyError, TypeError or ValueError on a body of another shape."""
        return cls(
            what=str(data["what"]), patient=data["patient"], param=data["param"], kind=data["kind"],
            by=safe_text(data["by"], 40), reason=safe_text(data["reason"], 120), since=int(data["since"]),
            until=None if data["until"] is None else int(data["until"]), priority=int(data.get("prio", 0)),
        )  # fmt: skip


class Suppressions:
    """The suppressions in force, by patient. At most one of a kind for each condition."""

    def __init__(self) -> None:
        self._of: dict[str, dict[tuple[str, Key], Suppression]] = {}

    def put(self, suppression: Suppression) -> Suppression:
        """Puts one in force, in place of an earlier one of its kind."""
        self._of.setdefault(suppression.patient, {})[suppression.what, suppression.key] = suppression
        return suppression

    def get(self, what: str, key: Key) -> Suppression | None:
        """The one of a condition, or with :func:`whole` of a patient."""
        return self._of.get(key.patient, {}).get((what, key))

    def end(self, suppression: Suppression, at: int) -> Suppression:
        """Takes one out of force; returns how it ended."""
        self._of[suppression.patient].pop((suppression.what, suppression.key), None)
        return suppression.ended(at)

    def drop(self, patient: str) -> None:
        """Forgets everything of a patient who left."""
        self._of.pop(patient, None)

    def __iter__(self) -> Iterator[Suppression]:
        return iter([s for own in self._of.values() for s in own.values()])


def whole(patient: str) -> Key:
    """The key under which suppressions of a whole patient are kept."""
    return Key(patient, "", "")


def lying_over(key: Key, suppressions: Iterable[Suppression]) -> tuple[Suppression, ...]:
    """Those of ``suppressions`` that concern a condition: its own, and those of its whole patient."""
    return tuple(s for s in suppressions if s.key in (key, whole(key.patient)))


def held_back(key: Key, suppressions: Iterable[Suppression]) -> bool:
    """Whether one of ``suppressions`` keeps a condition from asking for a hand: shelved, standby or inhibited."""
    return any(s.what in HOLDING for s in lying_over(key, suppressions))
