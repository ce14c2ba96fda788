"""Takes a published ward away again, and what was written about its patients since."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from iomt_tui.backends.fhir.client import FhirClient, Params
from iomt_tui.backends.fhir.exchange import DEMO
from iomt_tui.backends.fhir.ids import portions
from iomt_tui.backends.fhir.paging import search
from iomt_tui.backends.fhir.publishing.naming import Names, ours
from iomt_tui.backends.fhir.publishing.upload import Upload, level
from iomt_tui.backends.fhir.writing.server import Resource

KINDS: Final = (
    "Observation", "MedicationAdministration", "MedicationDispense", "MedicationStatement", "DeviceMetric", "CareTeam",
    "MedicationRequest", "Condition", "AllergyIntolerance", "Group", "List", "Device", "Encounter", "Location",
    "Patient", "Organization",
)  # fmt: skip
_PAGE: Final = 4_000  # there may be a hundred thousand, and some servers count off all pages before each
#: What a ward that is connected to the server writes about patients.
_WRITTEN: Final = ("Task", "Communication", "MedicationAdministration", "Observation")


class _Path(NamedTuple):
    """Where a resource lies, and the level that it must leave at."""

    level: int
    path: str


async def remove(client: FhirClient, upload: Upload, names: Names) -> None:
    """Deletes everything of one ward; what nothing refers to any more first. Raises FhirError."""
    client.count = max(client.count, _PAGE)
    tagged = [("_tag", f"{DEMO}|{names.ward}")]
    found = [one for kind in KINDS for one in await _all(client, kind, tagged, lambda one: ours(one, names.ward))]
    patients = {one.path for one in found if one.path.startswith("Patient/")}
    for layer in await _about(client, patients):
        await upload.send(_deletions(layer))
    for number in sorted({one.level for one in found}, reverse=True):
        await upload.send(_deletions(one for one in found if one.level == number))


async def _about(client: FhirClient, patients: set[str]) -> list[list[_Path]]:
    """What else is about these patients: records of who did it, then what was done."""
    done: list[_Path] = []
    for kind in _WRITTEN:
        for portion in portions(patients):
            done += await _all(client, kind, [("subject", ",".join(portion))], lambda one: not ours(one))
    records: list[_Path] = []
    for portion in portions({one.path for one in done}):
        records += await _all(client, "Provenance", [("target", ",".join(portion))], lambda _: True)
    return [records, done]


async def _all(client: FhirClient, kind: str, params: Params, wanted: Callable[[Resource], bool]) -> list[_Path]:
    return [
        _Path(level(one), f"{kind}/{one['id']}")
        async for page in search(client, kind, params)
        for one in page.resources
        if one.get("resourceType") == kind and wanted(one)
    ]


def _deletions(resources: Iterable[_Path]) -> list[Resource]:
    paths = dict.fromkeys(one.path for one in resources)
    return [{"request": {"method": "DELETE", "url": path}} for path in paths]
