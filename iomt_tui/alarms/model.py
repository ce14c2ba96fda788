"""The words of the alarm system (IEC 60601-1-8) and the shape of one alarm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar, Final, NamedTuple

from iomt_tui.security.text import safe_text

#: What somebody who acknowledges an alarm may promise or say: is going there, expects it, sees to the sensor, has
#: called the doctor, or has written a note.
INTENTS: Final = ("going", "expected", "sensor", "doctor", "note")
#: The longest note (characters).
NOTE_LENGTH: Final = 120


class Priority(IntEnum):
    """Alarm priority; a larger number is more urgent."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Key(NamedTuple):
    """What an alarm is about: one condition of one parameter of one patient."""

    patient: str
    param: str  # a vital's key, "news2", or "device"
    kind: str  # "low", "high", "no-data", "sensor-off", "invalid", "battery", "clock", …


class Ref(NamedTuple):
    """Exactly what a clinician saw and acts on."""

    patient: str
    param: str
    kind: str
    episode: int
    rev: int

    @property
    def key(self) -> Key:
        """The condition without episode and revision."""
        return Key(self.patient, self.param, self.kind)


class Promise(NamedTuple):
    """What an acknowledgement says: one of INTENTS or "", words, and how long (ms) it counts; None: the longest."""

    intent: str = ""
    note: str = ""
    ms: int | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as announced in the log. Times are ms; ``value`` and ``limit`` in the catalogue unit."""

    ENTRY: ClassVar[str] = "alarm"

    ref: Ref
    state: str  # "unack", "acked", "latched" or "normal" (over)
    priority: Priority
    technical: bool
    value: float | None
    limit: float | None
    onset: int  # when the condition began (event time)
    raised: int  # onset + delay
    ended: int | None = None  # when the condition ended
    by: str = ""  # who acknowledged
    acked_at: int | None = None
    detail: str = ""  # words for conditions without a limit: "probe off", "battery 8 %"
    intent: str = ""  # of INTENTS, by who acknowledged
    note: str = ""
    until: int | None = None  # log time at which the acknowledgement ends if the condition holds
    undone_by: str = ""  # who took the acknowledgement of the revision before this one back
    past: bool = False  # in a view: what was announced no longer holds, though the alarm is in force

    @property
    def over(self) -> bool:
        """Whether its words tell of something that was."""
        return self.past or self.state in ("latched", "normal")

    def body(self) -> dict[str, Any]:
        """The JSON body of its log entry."""
        return {
            "ref": list(self.ref), "state": self.state, "prio": int(self.priority), "tech": self.technical,
            "value": self.value, "limit": self.limit, "onset": self.onset, "raised": self.raised,
            "ended": self.ended, "by": self.by, "acked_at": self.acked_at, "detail": self.detail,
            "intent": self.intent, "note": self.note, "until": self.until, "undone_by": self.undone_by,
        }  # fmt: skip

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Alarm:
        """The alarm of a log entry. Raises KeyError, TypeError or ValueError on a body of another shape."""
        until = data.get("until")  # an older log tells nothing of the last four
        return cls(
            ref=Ref(*data["ref"]), state=data["state"], priority=Priority(data["prio"]),
            technical=data["tech"], value=data["value"], limit=data["limit"], onset=data["onset"],
            raised=data["raised"], ended=data["ended"], by=data["by"], acked_at=data["acked_at"],
            detail=data["detail"], intent=intent if (intent := data.get("intent")) in INTENTS else "",
            note=safe_text(data.get("note") or "", NOTE_LENGTH), until=None if until is None else int(until),
            undone_by=safe_text(data.get("undone_by") or "", 40),
        )  # fmt: skip
