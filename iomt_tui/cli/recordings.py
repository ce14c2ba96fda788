"""Any file that can be replayed, as a recording: the program's own as they are, others through the whole engine."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from iomt_tui.times import ward_zone

if TYPE_CHECKING:
    from iomt_tui.backends.replay.source import Source
    from iomt_tui.log.api import RecordedReader


@dataclass(frozen=True, slots=True)
class Opened:
    """A recording and the moment (ms) of its newest reading: what comes after it only tells how values grow old."""

    reader: RecordedReader
    newest: int


def open_file(path: Path, mapping: tuple[tuple[str, str], ...] = (), tz: str = "UTC") -> Opened:
    """The recording, CSV file or FHIR Bundle at ``path``. Raises SourceError or LogError.

    ``tz`` is the zone of times in a CSV that name none. What was assumed or refused is told on stderr.
    """
    from iomt_tui.backends.replay.source import Recording, open_source

    found = open_source(path, dict(mapping), zone=ward_zone(tz))
    if isinstance(found, Recording):
        from iomt_tui.log.compressed import open_recording

        reader = open_recording(path)
        return Opened(reader, reader.span()[1])
    return Opened(_through_engine(found, tz), found.end)


def _through_engine(source: Source, tz: str) -> RecordedReader:
    from iomt_tui.engine.offline import import_readings
    from iomt_tui.log.memory import MemoryLog

    log = MemoryLog(source.name)
    readings = list(source.readings())  # what it had to refuse is known only at its end
    refused = [
        {"source": source.kind, "reason": reason, "what": what, "patient": None, "count": count}
        for (reason, what), count in source.refused.items()
    ]
    body = {"name": source.name, "watermark": "REPLAY", "source": source.kind, "tz": tz, "schema": 1}
    import_readings(log, body, source.patients, source.devices, readings, refused, source.start)
    for note in (*source.notes, *source.problems):
        print(f"iomt-tui: {note}", file=sys.stderr)
    return log
