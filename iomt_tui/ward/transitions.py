"""What a stretch of the log tells of one patient's alarms, step by step: announced, taken, quiet, over. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import orjson

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.model import Alarm, Key, Ref
from iomt_tui.alarms.suppression import Suppression, whole
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.events import Entry
from iomt_tui.ward.view import NOTHING

MOST: Final = 2_000
"""Transitions that are kept, the newest."""

ANNOUNCED, AGAIN, ROSE, TAKEN, UNDONE = "announced", "again", "rose", "taken", "undone"
LATCHED, SEEN, ENDED, LEFT = "latched", "seen", "ended", "left"
ESCALATED, NOTIFIED, LIMITS, QUIET, LOUD = "escalated", "notified", "limits", "quiet", "loud"

_KINDS: Final = frozenset({"alarm", "suppression", "escalation", "notification", "limits", "discharge"})
_ERRORS: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)


class Transition(NamedTuple):
    """One step. Times are ms of log time; which fields mean something depends on ``what``."""

    at: int
    what: str  # one of the words above
    key: Key  # the condition, or the whole patient
    alarm: Alarm | None = None  # as it was announced
    by: SafeText = NOTHING  # who did it
    words: SafeText = NOTHING  # their note or reason; why people could not be told
    until: int | None = None
    lasted: int | None = None  # until somebody took it, or the condition was over
    level: int = 0  # of escalation
    detail: SafeText = NOTHING  # the kind of suppression; the vital whose limits changed; who is told


class Transitions:
    """The steps of ``patient``, oldest first in ``kept``. Give it the log's entries in order; it reads no clock.

    ``known``: the alarms as they stood before the first of these entries.
    """

    def __init__(self, patient: str, most: int = MOST, known: Iterable[Alarm] = ()) -> None:
        self.patient = patient
        self.kept: deque[Transition] = deque(maxlen=most)
        self.seq = 0  # the newest entry read
        self.dropped = 0  # older ones that had no room
        self.unreadable = 0
        self._last: dict[Key, Alarm] = {alarm.ref.key: alarm for alarm in known}

    def read(self, entries: Iterable[Entry]) -> None:
        """The next entries, in the log's order."""
        for entry in entries:
            self.seq = entry.seq
            try:
                found = self.steps(entry)
            except _ERRORS:
                self.unreadable += 1
                continue
            self.dropped += max(0, len(self.kept) + len(found) - (self.kept.maxlen or 0))
            self.kept += found

    def steps(self, entry: Entry) -> list[Transition]:
        """What the next entry says. Raises ValueError, TypeError, KeyError, AttributeError or IndexError on a body of
        another shape."""
        if entry.kind not in _KINDS:
            return []
        return list(getattr(self, f"_on_{entry.kind}")(orjson.loads(entry.body), entry.at))

    def _on_alarm(self, data: dict[str, Any], at: int) -> Iterator[Transition]:
        if data["ref"][0] != self.patient:
            return
        alarm = Alarm.from_body(data)
        before, self._last[alarm.ref.key] = self._last.get(alarm.ref.key), alarm
        if before is not None and before.ref.episode != alarm.ref.episode:
            before = None
        step = _unanswered(alarm, before) if alarm.state == "unack" else _answered(alarm, before)
        if step is not None:
            yield step._replace(at=at)

    def _on_suppression(self, data: dict[str, Any], at: int) -> Iterator[Transition]:
        one = Suppression.from_body(data)
        if one.patient == self.patient:
            by, reason = safe_text(one.by, 40), safe_text(one.reason, 120)
            what, lasted = (QUIET, None) if one.active(at) else (LOUD, at - one.since)
            yield Transition(at, what, one.key, None, by, reason, one.until, lasted, detail=safe_text(one.what, 20))

    def _on_escalation(self, data: dict[str, Any], at: int) -> Iterator[Transition]:
        step = Escalation.from_body(data)
        if step.ref.patient == self.patient:
            yield Transition(at, ESCALATED, step.ref.key, self._last.get(step.ref.key), level=step.level)

    def _on_notification(self, data: dict[str, Any], at: int) -> Iterator[Transition]:
        ref = Ref(*data["ref"])
        if ref.patient == self.patient and data["state"] not in ("waiting", "not-needed"):
            told = safe_text(f"{data['step']}: {data['state']}", 60)
            why = safe_text(data.get("why") or "", 120)
            yield Transition(
                at, NOTIFIED, ref.key, self._last.get(ref.key), words=why, level=int(data["level"]), detail=told
            )

    def _on_limits(self, data: dict[str, Any], at: int) -> Iterator[Transition]:
        if data["patient"] in ("", self.patient):
            by, reason = safe_text(data.get("by") or "", 40), safe_text(data.get("reason") or "", 120)
            until = data.get("until")
            vital = safe_text(data["vital"], 40)
            back = data.get("limits") is None or (until is not None and until <= at)
            level = 0 if back else 1
            yield Transition(at, LIMITS, whole(self.patient), None, by, reason, until, level=level, detail=vital)

    def _on_discharge(self, data: dict[str, Any], at: int) -> Iterator[Transition]:
        if data["id"] == self.patient:
            yield Transition(at, LEFT, whole(self.patient))


def _unanswered(alarm: Alarm, before: Alarm | None) -> Transition | None:
    """What an announcement that waits for a hand says beside the one before it in the same episode."""
    key = alarm.ref.key
    if before is None:
        return Transition(0, ANNOUNCED if alarm.ref.rev == 1 else AGAIN, key, alarm)
    if alarm.ref.rev == before.ref.rev and before.state == "unack":
        return None
    if alarm.undone_by:
        return Transition(0, UNDONE, key, alarm, safe_text(alarm.undone_by, 40))
    return Transition(0, ROSE if alarm.priority > before.priority else AGAIN, key, alarm)


def _answered(alarm: Alarm, before: Alarm | None) -> Transition | None:
    """What is told of an alarm that somebody has taken, or that is over."""
    key, by, note = alarm.ref.key, safe_text(alarm.by, 40), safe_text(alarm.note, 120)
    waited = None if alarm.acked_at is None else max(0, alarm.acked_at - alarm.raised)
    lasted = None if alarm.ended is None else max(0, alarm.ended - alarm.onset)
    if alarm.state == "acked":
        if before is not None and before.state == "acked" and before.ref == alarm.ref:
            return None
        return Transition(0, TAKEN, key, alarm, by, note, alarm.until, waited)
    if alarm.state == "latched":
        return Transition(0, LATCHED, key, alarm, lasted=lasted)
    if before is not None and before.state == "latched" and alarm.acked_at is not None:
        return Transition(0, SEEN, key, alarm, by, note, lasted=waited)
    return Transition(0, ENDED, key, alarm, lasted=lasted)
