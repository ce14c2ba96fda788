"""A ward of one patient for the tests of trends."""

from __future__ import annotations

from typing import Any

import orjson

from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = 1_773_571_327_000


class Written:
    """Entries one after the other, and the ward they make."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.ward = Ward()
        self.write("ward", {"name": "W", "watermark": "TEST", "source": "t", "tz": "UTC", "schema": 1}, NOW - 10 * DAY)
        self.write("patient", {"id": "p", "bed": "1", "family": "A", "given": "B", "mrn": "9"}, NOW - 10 * DAY)
        self.write("device", {"id": "d", "patient": "p", "kind": "monitor", "periods": {"hr": 1}}, NOW - 10 * DAY)

    def write(self, kind: str, data: Any, at: int) -> None:
        entry = Entry(len(self.entries) + 1, at, kind, orjson.dumps(data))
        self.entries.append(entry)
        self.ward.apply([entry])

    def observe(self, at: int, device: str = "d", **values: float) -> None:
        self.write("obs", [["p", device, at, values, None]], at)
