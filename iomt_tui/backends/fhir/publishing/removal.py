"""Takes a published ward away again, and what was written about its patients since."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from iomt_tui.backends.fhir.client import FhirClient, Params
from iomt_tui.backends.fhir.exchange import DEMO
from iomt_tui.backends.fhir.ids import listed, portions
from iomt_tui.backends.fhir.paging import search
from iomt_tui.backends.fhir.publishing.naming import Names, ours
from iomt_tui.backends.fhir.publishing.upload import Upload, level
from iomt_tui.backends.fhir.writing.server import Resource

KINDS: Final = (
    "Observation", "MedicationAdministration", "MedicationDispense", "MedicationStatement", "DeviceMetric", "CareTeam",
    "MedicationRequest", "Condition", "AllergyIntolerance", "Group", "List", "Device", "Encounter", "Location",
    "Patient", "Organization",
)  # fmt: skip
#: What a ward that is connected to the server writes about patients.
_WRITTEN: Final = ("Task", "Communication", "MedicationAdministration", "Observation")


async def remove(client: FhirClient, upload: Upload, names: Names) -> None:
    """Deletes everything of one ward; what nothing refers to any more first. Raises FhirError."""
    tagged = [("_tag", f"{DEMO}|{names.ward}")]
    found = [one for kind in KINDS for one in await _all(client, kind, tagged) if ours(one, names.ward)]
    patients = {str(one["id"]) for one in found if one["resourceType"] == "Patient"}
    for layer in await _about(client, patients):
        await upload.send(_deletions(layer))
    for number in sorted({level(one) for one in found}, reverse=True):
        await upload.send(_deletions(one for one in found if level(one) == number))


async def _about(client: FhirClient, patients: set[str]) -> list[list[Resource]]:
    """What else is about these patients: records of who did it, then what was done."""
    done: list[Resource] = []
    for kind in _WRITTEN:
        for portion in portions(patients):
            everything = await _all(client, kind, [("patient", listed("Patient", portion))])
            done += [one for one in everything if not ours(one)]
    records: list[Resource] = []
    for kind in _WRITTEN:
        for portion in portions({str(one["id"]) for one in done if one["resourceType"] == kind}):
            records += await _all(client, "Provenance", [("target", listed(kind, portion))])
    return [records, done]


async def _all(client: FhirClient, kind: str, params: Params) -> list[Resource]:
    pages = [page.resources async for page in search(client, kind, params)]
    return [one for page in pages for one in page if one.get("resourceType") == kind]


def _deletions(resources: Iterable[Resource]) -> list[Resource]:
    paths = dict.fromkeys(f"{one['resourceType']}/{one['id']}" for one in resources)
    return [{"request": {"method": "DELETE", "url": path}} for path in paths]
