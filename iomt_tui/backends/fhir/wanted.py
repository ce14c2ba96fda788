"""Resources that others refer to and that no search by patient brings: devices, drugs, places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from iomt_tui.backends.fhir.client import FhirClient, Resource
from iomt_tui.backends.fhir.errors import ABOUT_THE_QUESTION, FhirError
from iomt_tui.backends.fhir.ids import listed, local, portions
from iomt_tui.backends.fhir.intake import Given
from iomt_tui.backends.fhir.paging import search

_FIELDS: Final = {
    "Observation": ("device",), "MedicationRequest": ("medicationReference",), "DeviceMetric": ("source",),
    "MedicationAdministration": ("medicationReference", "request"), "MedicationStatement": ("medicationReference",),
    "MedicationDispense": ("medicationReference",),
}  # fmt: skip
_FETCHED: Final = frozenset({"Device", "Medication", "Location", "MedicationRequest"})
_ROUNDS: Final = 3  # an administration names its order, and that its drug


class Wanted:
    """What was seen so far, and what was asked for in vain and is not asked for again until :meth:`ask_again`."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()
        self._tried: set[tuple[str, str]] = set()

    def ask_again(self) -> None:
        """What was not there may be there by now."""
        self._tried.clear()

    async def complete(self, client: FhirClient, given: list[Given]) -> list[Given]:
        """``given`` with what it refers to before it. Raises FhirError where the server cannot be asked at all."""
        found: list[Given] = []
        fresh = given
        for _ in range(_ROUNDS):
            missing = self._missing(fresh, client.base)
            if not missing:
                break
            fresh = []
            for kind, ids in missing.items():
                fresh += await _read(client, kind, ids)
                if kind == "Device":
                    found += await _read_metrics(client, ids)
                self._tried.update((kind, one) for one in ids)
            found = fresh + found
        self._note(fresh)
        return found + given

    async def metrics(self, client: FhirClient) -> list[Given]:
        """What the devices that were seen measure, and how often. Raises FhirError."""
        return await _read_metrics(client, {one for kind, one in self._seen if kind == "Device"})

    def _note(self, given: Iterable[Given]) -> list[Resource]:
        resources = [one.resource for one in given if isinstance(one.resource, dict)]
        kinds = ((str(one.get("resourceType")), str(one.get("id"))) for one in resources)
        self._seen.update(key for key in kinds if key[0] in _FETCHED)
        return resources

    def _missing(self, given: Iterable[Given], base: str) -> dict[str, set[str]]:
        out: dict[str, set[str]] = defaultdict(set)
        for resource in self._note(given):
            for kind, one in references(resource, base):
                if kind in _FETCHED and (kind, one) not in self._seen and (kind, one) not in self._tried:
                    out[kind].add(one)
        return out


async def _read(client: FhirClient, kind: str, ids: set[str]) -> list[Given]:
    found: list[Given] = []
    try:
        for portion in portions(ids):
            async for page in search(client, kind, [("_id", ",".join(portion))]):
                found += page.given
    except FhirError as error:
        if error.kind not in ABOUT_THE_QUESTION:
            raise
    return found


async def _read_metrics(client: FhirClient, devices: set[str]) -> list[Given]:
    found: list[Given] = []
    try:
        for portion in portions(devices):
            async for page in search(client, "DeviceMetric", [("source", listed("Device", portion))]):
                found += page.given
    except FhirError as error:
        if error.kind not in ABOUT_THE_QUESTION:
            raise
    return found


def references(resource: Resource, base: str) -> Iterator[tuple[str, str]]:
    """(type, id) of what a resource needs to be understood."""
    for name in _FIELDS.get(str(resource.get("resourceType")), ()):
        if found := local(resource.get(name), base):
            yield found
    if resource.get("resourceType") == "Encounter":
        places: Any = resource.get("location")
        for place in places if isinstance(places, list) else []:
            if isinstance(place, dict) and (found := local(place.get("location"), base)):
                yield found
