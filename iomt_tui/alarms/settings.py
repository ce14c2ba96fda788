"""Alarm limits that somebody set, for a patient or a whole ward: who, why, until when. Each vital's set is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, ClassVar, Final

from iomt_tui.clinical.limit_rules import in_force
from iomt_tui.clinical.limits import Limit
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text

WARD: Final = ""
"""The ``patient`` of a setting that holds for the whole ward."""
CONFIGURATION: Final = "configuration"
"""Who set what the configuration file says."""
_PRIORITIES: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Setting:
    """The limits of one vital as somebody set them. ``limits`` None: they are taken back, or their time is over."""

    ENTRY: ClassVar[str] = "limits"

    patient: str  # "" for the whole ward
    vital: str
    limits: tuple[Limit, ...] | None
    by: str
    reason: str
    since: int  # ms: values are judged by it from here on
    until: int | None  # ms; None: until the discharge, or until they are changed
    warning: str = ""  # what was said of them when they were set

    def active(self, at: int) -> bool:
        """Whether it is in force at ``at``."""
        return self.limits is not None and (self.until is None or self.until > at)

    def ended(self, at: int, by: str, reason: str) -> Setting:
        """The same, over from ``at`` on."""
        return replace(self, limits=None, by=by, reason=reason, since=at, until=None, warning="")

    def body(self) -> dict[str, Any]:
        """The JSON body of its log entry."""
        return {
            "patient": self.patient, "vital": self.vital, "limits": rows_body(self.limits), "by": self.by,
            "reason": self.reason, "since": self.since, "until": self.until, "warning": self.warning,
        }  # fmt: skip

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Setting:
        """The setting of a log entry. Raises KeyError, TypeError or ValueError on a body of another shape."""
        patient, vital, by = data["patient"], data["vital"], safe_text(data["by"], 40)
        if not isinstance(patient, str) or vital not in VITALS:
            raise ValueError("limits of no vital sign")
        return cls(
            patient=patient, vital=vital, limits=rows_from(vital, data["limits"], by), by=by,
            reason=safe_text(data["reason"], 120), since=int(data["since"]),
            until=None if data["until"] is None else int(data["until"]),
            warning=safe_text(data.get("warning") or "", 400),
        )  # fmt: skip


def rows_body(limits: Iterable[Limit] | None) -> list[dict[str, Any]] | None:
    """Limits as JSON, the shape of the ``limits`` in an ``act``."""
    if limits is None:
        return None
    return [
        {"priority": x.priority, "low": x.low, "high": x.high, "delay": x.delay_s, "off_delay": x.off_delay_s}
        for x in limits
    ]


def rows_from(vital: str, data: Any, by: str) -> tuple[Limit, ...] | None:
    """Limits from JSON, the most urgent first. Raises KeyError, TypeError or ValueError on another shape."""
    if data is None:
        return None
    if not isinstance(data, list) or len(data) > len(_PRIORITIES):
        raise ValueError("limits are a list, one for each priority")
    rows = [
        Limit(key=vital, low=_number(x["low"]), high=_number(x["high"]), priority=x["priority"],
              delay_s=float(x["delay"]), off_delay_s=float(x["off_delay"]), origin=f"set by {by}")
        for x in data
    ]  # fmt: skip
    if any(type(x.priority) is not int or x.priority not in _PRIORITIES for x in rows):
        raise ValueError("a priority is 1, 2 or 3")
    if len({x.priority for x in rows}) != len(rows) or not all(
        0 <= x.delay_s < inf and 0 <= x.off_delay_s < inf for x in rows
    ):
        raise ValueError("each priority once, with delays of 0 s or more")
    return tuple(sorted(rows, key=lambda x: -x.priority))


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < inf:
        raise ValueError("a limit is a finite number")
    return float(value)


def same(one: Iterable[Limit] | None, other: Iterable[Limit] | None) -> bool:
    """Whether two sets of limits say the same, whoever set them."""
    return _plain(one) == _plain(other)


def _plain(limits: Iterable[Limit] | None) -> list[Limit] | None:
    return None if limits is None else sorted((x._replace(origin="") for x in limits), key=lambda x: -x.priority)


class Settings:
    """The settings in force, by patient and vital; those of the whole ward under :data:`WARD`."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Setting]] = {}
        self.next_end: float = inf  # no end before this log time (ms)

    def put(self, setting: Setting) -> Setting:
        """Puts one in force, in place of an earlier one; one without limits takes that away."""
        own = self._of.setdefault(setting.patient, {})
        own.pop(setting.vital, None)
        if setting.limits is not None:
            own[setting.vital] = setting
        self.next_end = min((s.until for s in self if s.until is not None), default=inf)
        return setting

    def get(self, patient: str, vital: str) -> Setting | None:
        """The patient's own setting of a vital, or with :data:`WARD` the ward's."""
        return self._of.get(patient, {}).get(vital)

    def limits(self, patient: str, vital: str, usual: Sequence[Limit]) -> tuple[Limit, ...]:
        """The limits that hold for a patient whose default ones are ``usual``."""
        own, ward = self.get(patient, vital), self.get(WARD, vital)
        return in_force(usual, own.limits if own else None, ward.limits if ward else None)

    def due(self, now: int) -> list[Setting]:
        """Those whose time is over at ``now``."""
        return [s for s in self if not s.active(now)] if now >= self.next_end else []

    def drop(self, patient: str) -> None:
        """Forgets everything of a patient who left."""
        self._of.pop(patient, None)

    def __iter__(self) -> Iterator[Setting]:
        return iter([s for own in self._of.values() for s in own.values()])
