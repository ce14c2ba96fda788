"""Replay of FHIR R4 resources in a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from iomt_tui.backends.fhir.mapping import chart
from iomt_tui.backends.periods import Periods
from iomt_tui.backends.refusals import Refusals
from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.backends.replay.fhir_json import resources
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import Reading


class FhirSource:
    """A file of FHIR R4 resources, read as a whole.

    ``start`` and ``end`` are the first and last time in ms; ``notes`` say in words what was assumed.
    """

    kind: Literal["fhir"] = "fhir"

    def __init__(self, path: Path, begins: bytes, anchor: int) -> None:
        """Reads the file. Raises :class:`SourceError` when no patient is in it; ``anchor`` is its time when empty."""
        self.name: str = safe_text(path.name)
        self._refusals = Refusals(self.name)
        found = chart(resources(path, begins, self._refusals), self._refusals)
        self.patients, self.devices = found.patients, found.devices
        if not self.patients:
            kinds = ", ".join(f"{what} {count}" for (_, what), count in self.refused.most_common(4))
            told = f" ({kinds})" if kinds else ""
            raise SourceError(f"{path}: FHIR JSON without a patient or an observation of one{told}; export those too")
        self._readings = sorted(found.readings, key=lambda reading: reading.observed_at)
        self.start = self._readings[0].observed_at if self._readings else anchor
        self.end = self._readings[-1].observed_at if self._readings else anchor
        self.notes: list[str] = []
        if found.dated_only:
            self.notes.append(
                f"{found.dated_only} observations have a date without a time of day; they stand at its beginning"
            )
        if not self._readings:
            self.notes.append("no vital sign is in the file")
        self._give_periods()

    @property
    def refused(self) -> Counter[tuple[str, str]]:
        """How often input that has no place in a reading was refused, by (reason, what)."""
        return self._refusals.counts

    @property
    def problems(self) -> list[str]:
        """What was refused, in words with file and entry: the first few of each reason."""
        return self._refusals.problems

    def readings(self) -> Iterator[Reading]:
        """Every reading, by time."""
        return iter(self._readings)

    def _give_periods(self) -> None:
        periods = Periods()
        for reading in self._readings:
            for key in (*reading.values, *(reading.flags or ())):
                periods.seen(reading.device, key, reading.observed_at)
        for body in self.devices:
            body["periods"] = periods.of(body["id"])
