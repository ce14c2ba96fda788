"""The ward that every backend serves here, as it is before any backend has touched it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from iomt_tui.backends.simulated.ward import SimulatedWard
from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.engine.source import Arrival
from iomt_tui.ward.events import Reading
from iomt_tui.ward.medication import MedicationState

BEDS: Final = 6
SEED: Final = 9_100  # of no other test: wards of other tests lie on the same servers
STEP: Final = 300.0  # s between two readings of the history
HOURS: Final = 1.0
MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
RATE: Final = 1.0  # readings a second of a monitor, which its noise depends on

#: In a name: reads what follows backwards, colours the terminal red, and is not seen.
HOSTILE: Final = "\u202eP\u009b31m\u200b"


@contextmanager
def same_figures() -> Iterator[None]:
    """Inside, a simulated ward and a published one are cut alike, and the first patient's name does harm if let."""
    tell = SimulatedWard.events

    def events(ward: SimulatedWard) -> list[tuple[str, dict[str, Any]]]:
        found = tell(ward)
        first = next(i for i, (kind, _) in enumerate(found) if kind == "patient")
        found[first] = ("patient", found[first][1] | {"given": found[first][1]["given"] + HOSTILE})
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SimulatedWard, "events", events)
        patch.setattr("iomt_tui.engine.source.HISTORY_STEP", STEP)
        patch.setattr("iomt_tui.backends.fhir.publishing.seeding._RATE", RATE)
        yield


class Truth:
    """The ward at ``at`` (ms, a full minute) with its last hour."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.since = at - round(HOURS * HOUR)
        with same_figures():
            ward = SimulatedWard(BEDS, SEED, at, rate=RATE)
            self.arrivals: list[Arrival] = [(self.since, kind, body) for kind, body in ward.events()]
            self.arrivals += ward.history(HOURS, STEP)
        self.patients: dict[str, dict[str, Any]] = {body["id"]: body for body in self.told("patient")}
        self.readings: list[Reading] = self.told("obs")
        self.medication = {one: MedicationState() for one in self.patients}
        for received, kind, body in self.arrivals:
            if kind == "order":
                self.medication[body["patient"]].order(body, received)
            elif kind == "administration":
                self.medication[body["patient"]].record(Administration.from_body(body, received))

    def told(self, kind: str) -> list[Any]:
        """The bodies of a kind, in order of arrival."""
        return [body for _, one, body in self.arrivals if one == kind]

    def values(self) -> Iterator[tuple[str, str, int, float]]:
        """Every value: patient, vital, when it was measured (ms), how much."""
        for one in self.readings:
            for vital, value in one.values.items():
                yield one.patient, vital, one.observed_at, value

    def newest(self) -> dict[tuple[str, str], tuple[int, set[float]]]:
        """The newest time of each vital of each patient, and what was measured then: two devices may do it at once."""
        found: dict[tuple[str, str], tuple[int, set[float]]] = {}
        for patient, vital, at, value in self.values():
            newest, values = found.get((patient, vital), (-1, set()))
            if at >= newest:
                found[patient, vital] = at, {value} | (values if at == newest else set())
        return found

    def ranges(self, width: int) -> dict[tuple[str, str], dict[int, tuple[float, float]]]:
        """Lowest and highest of each vital of each patient in about the last hour, by stretches of ``width`` ms."""
        found: dict[tuple[str, str], dict[int, tuple[float, float]]] = {}
        for patient, vital, at, value in self.values():
            if at // width >= self.since // width:
                own = found.setdefault((patient, vital), {})
                low, high = own.get(at // width, (value, value))
                own[at // width] = min(low, value), max(high, value)
        return found
