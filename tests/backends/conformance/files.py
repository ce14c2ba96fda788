"""The ward in files: a recording, a FHIR Bundle, a CSV. Each is opened as ``replay`` opens it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from iomt_tui.backends.fhir.publishing.naming import Names
from iomt_tui.backends.fhir.publishing.published import PublishedWard
from iomt_tui.backends.simulated.admission import places
from iomt_tui.cli.recordings import open_file
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.engine.loop import Engine
from iomt_tui.log.recording import record

from .running import ALL_READ, DEVICES, NAMES, ORDERS, SCALE, Running, copy_of, folded
from .truth import BEDS, MINUTE, SEED, STEP, Truth

Row = dict[str, object]


def opened(path: Path, carries: frozenset[str], prefix: str = "") -> Running:
    """The file through the program, folded, in a log that can go on."""
    reader = open_file(path).reader
    try:
        entries = [*reader.read(0, 1 << 40)]
    finally:
        reader.close()
    log = copy_of(entries)
    return Running(carries, Engine(log, folded(log.read(0, 1 << 40))), log, None, prefix)


class RecordingFile:
    """What the engine of the simulated ward wrote, as a recording."""

    def __init__(self, folder: Path, simulated: Running) -> None:
        self._path = record(simulated.log, folder / "ward.iomtlog").path

    def open(self) -> Running:
        """A recording carries all that was in the log."""
        return opened(self._path, frozenset({NAMES, SCALE, DEVICES, ORDERS, ALL_READ}))


class BundleFile:
    """The resources that are published, in a file instead of on a server: who was there and what was measured.

    Orders and their records are in the file, too; replay is about vital signs, and counts them as not used.
    """

    def __init__(self, folder: Path, truth: Truth) -> None:
        names = Names(SEED)
        published = PublishedWard(names, "Conformance", UTC, truth.since, STEP)
        made = [*published.premises(*places(BEDS)), *published.take(truth.arrivals, truth.at, MINUTE)]
        entries = [{"resource": one} for one in made]
        self._prefix, self._path = names.prefix, folder / "ward.json"
        self._path.write_bytes(orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))

    def open(self) -> Running:
        """What replay takes of it."""
        return opened(self._path, frozenset({NAMES, DEVICES}), self._prefix)


class CsvFile:
    """A table of one row a reading: it has a name for a patient and a column for a vital, and no more."""

    def __init__(self, folder: Path, truth: Truth) -> None:
        self._path = folder / "ward.csv"
        headings = [f"{key} ({vital.unit})" for key, vital in VITALS.items()]
        with self._path.open("w", newline="", encoding="utf-8") as out:
            table = csv.DictWriter(out, ["Time", "Patient", "Bed", "Name", *headings])
            table.writeheader()
            table.writerows(_rows(truth))

    def open(self) -> Running:
        """What a table can carry."""
        return opened(self._path, frozenset({ALL_READ}))


def _rows(truth: Truth) -> Iterator[Row]:
    for one in sorted(truth.readings, key=lambda reading: reading.observed_at):
        if one.values:
            who: dict[str, Any] = truth.patients[one.patient]
            at = datetime.fromtimestamp(one.observed_at / 1000, UTC).isoformat(timespec="milliseconds")
            cells = {f"{key} ({VITALS[key].unit})": repr(value) for key, value in one.values.items()}
            name = f"{who['family']} {who['given']}"
            yield {"Time": at, "Patient": one.patient, "Bed": who["bed"], "Name": name, **cells}
