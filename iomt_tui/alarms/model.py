"""The words of the alarm system (IEC 60601-1-8) and the shape of one alarm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar, NamedTuple


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
        }  # fmt: skip

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Alarm:
        """The alarm of a log entry. Raises KeyError, TypeError or ValueError on a body of another shape."""
        return cls(
            ref=Ref(*data["ref"]), state=data["state"], priority=Priority(data["prio"]),
            technical=data["tech"], value=data["value"], limit=data["limit"], onset=data["onset"],
            raised=data["raised"], ended=data["ended"], by=data["by"], acked_at=data["acked_at"],
            detail=data["detail"],
        )  # fmt: skip
