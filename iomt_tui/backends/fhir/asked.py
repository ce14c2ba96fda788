"""What is asked of a server about the patients of a ward, type by type."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from iomt_tui.backends.fhir.client import Params
from iomt_tui.backends.fhir.cursors import instant
from iomt_tui.backends.fhir.ids import listed

_HOUR: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One resource type, and the parameter that names the patients."""

    kind: str
    words: str
    first: Params = ()  # what the first load leaves out; changes are taken whatever they are
    since: str = ""  # the parameter that bounds how far back the first load goes
    hours: float = 0.0  # how far
    by: str = "patient"

    def params(self, patients: Collection[str], changed: str, now: int, *, plain: bool = False) -> Params:
        """The search for these patients (ids): ``changed`` is a value of ``_lastUpdated``, "" for the first load.

        ``now`` (ms UTC) is where the bound counts back from. ``plain`` leaves out what a server may not know.
        """
        ids = ",".join(sorted(patients)) if self.by == "_id" else listed("Patient", patients)
        out = [(self.by, ids)]
        if changed:
            return [*out, ("_lastUpdated", changed)]
        if plain:
            return out
        out += self.first
        if self.since:
            out.append((self.since, f"ge{instant(now - int(self.hours * _HOUR))}"))
        return out


#: By subject, which finds the same: one of the servers is sixty times as slow by patient.
OBSERVATIONS: Final = Asked("Observation", "observations", since="date", by="subject")

PATIENTS: Final = Asked("Patient", "patients", by="_id")
ENCOUNTERS: Final = Asked("Encounter", "encounters", (("status", "in-progress,arrived,onleave,triaged"),))

CHART: Final = (
    Asked("AllergyIntolerance", "allergies"),
    Asked("Condition", "conditions"),
    Asked("MedicationRequest", "orders", (("status", "active,on-hold"),)),
    Asked("MedicationAdministration", "administrations", since="effective-time", hours=48),
    Asked("MedicationStatement", "medication statements", (("status", "active,intended,on-hold"),)),
    Asked("MedicationDispense", "dispenses", since="whenhandedover", hours=24 * 400),
    Asked("Flag", "flags"),
    Asked("CareTeam", "care teams", (("status", "active"),)),
    Asked("Device", "devices"),
    Asked("Task", "tasks", since="modified", hours=24),
    Asked("Communication", "notes", since="sent", hours=72),
)
"""In the order of the first load."""

ORDERS: Final = frozenset({"MedicationRequest", "MedicationAdministration"})
CHANGES: Final = (PATIENTS, ENCOUNTERS, *CHART)
"""What a poll asks for beside observations."""
