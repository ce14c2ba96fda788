"""A log of one patient that a test writes, and a voice that tells of it in numbers."""

from __future__ import annotations

from typing import Any

import orjson
from logs import START

from iomt_tui.alarms.model import Alarm
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.story.chronicle import Chronicle
from iomt_tui.ward.story.event_words import said
from iomt_tui.ward.story.timeline import Event

MINUTE, HOUR = 60_000, 3_600_000
OLD = START - 400 * 24 * HOUR


class Log:
    """A log that a test writes, of a patient p1 in bed 07 with a monitor."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.write("ward", {"name": "W", "watermark": "TEST", "source": "t", "tz": "UTC", "schema": 1})
        self.write("patient", {"id": "p1", "bed": "07", "family": "Okafor", "problem": "sepsis"})
        self.write("device", {"id": "d1", "patient": "p1", "model": "BX-40", "state": "on", "firmware": "1"})

    def write(self, kind: str, body: Any, minutes: float = 0) -> None:
        at = START + round(minutes * MINUTE)
        self.entries.append(Entry(len(self.entries) + 1, at, kind, orjson.dumps(body)))

    def told(self, *, since: int = OLD, most: int = 4_000) -> Chronicle:
        found = Chronicle("p1", since, Ward(), most)
        found.read(self.entries)
        assert found.unreadable == 0
        return found

    def news(self) -> list[Event]:
        """What came after the first three entries."""
        return [one for one in self.told().kept if int(one.id.partition(".")[0]) > 3]


class Terse:
    """A voice of a test: numbers and nothing else."""

    over = "/"

    def condition(self, alarm: Alarm) -> str:
        return f"{alarm.ref.param} {alarm.value}"

    def vital(self, key: str) -> str:
        return key

    def quantity(self, key: str, value: float) -> str:
        return f"{value:g}"

    def between(self, key: str, low: float, high: float, *, unit: bool = True) -> str:
        return f"{low:g}-{high:g}{'u' if unit else ''}"

    def pressure(self, key: str) -> str:
        return key

    def stretch(self, start: int, end: int) -> str:
        return f"{self.time(start)} {self.time(end)}"

    def time(self, at: int) -> str:
        return f"+{(at - START) / MINUTE:g}"

    def length(self, ms: int) -> str:
        return f"{ms / 1000:g}s"

    def promise(self, intent: str) -> str:
        return intent


def words(*events: Event) -> list[str]:
    return [said(one, Terse()).whole for one in events]
