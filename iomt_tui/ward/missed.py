"""What was announced while nobody looked: episodes of a stretch of the log, whose they are, which escalated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from iomt_tui.alarms.episodes import Episode, episodes
from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.model import Alarm, Key, Priority
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.events import Entry

_ERRORS: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)


@dataclass(frozen=True, slots=True)
class Missed:
    """What was announced between two log times (ms)."""

    start: int
    end: int
    episodes: tuple[Episode, ...] = ()  # the newest first, those already over too
    escalated: frozenset[tuple[Key, int]] = frozenset()  # condition and episode
    people: Mapping[str, tuple[SafeText, SafeText]] = field(default_factory=dict)  # id -> bed, name, where told

    @property
    def patients(self) -> int:
        """How many patients it concerns."""
        return len({one.key.patient for one in self.episodes})

    @property
    def high(self) -> int:
        """Physiological alarms of high priority, as the header counts them."""
        return sum(one.priority is Priority.HIGH and not one.first.technical for one in self.episodes)


class Absence:
    """Collects what is announced from log time ``start`` on. Give it the entries after that, in order."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.unreadable = 0
        self._alarms: list[Alarm] = []
        self._announced: set[tuple[Key, int]] = set()
        self._escalated: set[tuple[Key, int]] = set()
        self._people: dict[str, tuple[SafeText, SafeText]] = {}

    def read(self, entries: Iterable[Entry]) -> None:
        """The next entries."""
        for entry in entries:
            if entry.kind in ("alarm", "escalation", "patient"):
                try:
                    getattr(self, f"_on_{entry.kind}")(orjson.loads(entry.body))
                except _ERRORS:
                    self.unreadable += 1

    def missed(self, end: int) -> Missed:
        """What was announced up to log time ``end``."""
        every = episodes(self._alarms)
        own = [one for one in every if (one.key, one.first.ref.episode) in self._announced]
        found = frozenset(self._escalated & self._announced)
        return Missed(self.start, end, tuple(reversed(own)), found, dict(self._people))

    def _on_alarm(self, data: dict[str, Any]) -> None:
        alarm = Alarm.from_body(data)
        self._alarms.append(alarm)
        if alarm.state == "unack":
            self._announced.add((alarm.ref.key, alarm.ref.episode))

    def _on_escalation(self, data: dict[str, Any]) -> None:
        ref = Escalation.from_body(data).ref
        self._escalated.add((ref.key, ref.episode))

    def _on_patient(self, data: dict[str, Any]) -> None:
        bed, name = self._people.get(data["id"], (safe_text(""), safe_text(data["id"], 40)))
        if "family" in data:
            name = safe_text(f"{safe_text(data['family'] or '', 40)} {str(data.get('given') or '')[:1]}".strip())
        self._people[data["id"]] = (safe_text(data["bed"] or "", 40) if "bed" in data else bed, name)
