"""FHIR R4 resources that belong together, as in a file, to a ward: patients, devices and readings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from iomt_tui.backends.fhir.intake import Given
from iomt_tui.backends.fhir.mapper import TAKE, Mapper
from iomt_tui.backends.refusals import Refusals
from iomt_tui.ward.events import Reading

__all__ = ["Chart", "Given", "chart"]

READS: Final = frozenset({
    "Patient", "Encounter", "Location", "Device", "DeviceMetric", "Observation", "Condition", "AllergyIntolerance",
    "Flag", "CareTeam",
})  # fmt: skip
"""What is read of a file. Its orders are none that anybody here could still follow."""


@dataclass(slots=True)
class Chart:
    """What resources say of a ward; bodies as in :mod:`iomt_tui.ward.events`, readings in the given order."""

    patients: list[dict[str, Any]] = field(default_factory=list)
    devices: list[dict[str, Any]] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    dated_only: int = 0  # observations whose time is a date; they stand at its beginning


def chart(given: Iterable[Given], refusals: Refusals) -> Chart:
    """Maps resources that belong together, whatever their order. What is refused is added to ``refusals``."""
    mapper = Mapper(refusals, test_patients=TAKE, reads=READS, live=False)
    changes = mapper.take(given, 0)
    bodies = {kind: [body for own, body in changes.events if own == kind] for kind in ("patient", "device")}
    return Chart(bodies["patient"], bodies["device"], changes.readings, mapper.dated_only)
