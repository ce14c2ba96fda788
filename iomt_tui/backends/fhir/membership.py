"""Who is on the ward: by a place and all that is within it, a group, a list, or a search for encounters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from iomt_tui.backends.fhir.client import FhirClient, Params, Resource
from iomt_tui.backends.fhir.errors import INVALID, FhirError
from iomt_tui.backends.fhir.ids import listed, local, named, portions
from iomt_tui.backends.fhir.intake import Given
from iomt_tui.backends.fhir.paging import search

PRESENT: Final = ("in-progress", "arrived", "onleave", "triaged")  # encounters of people who are there now
_STATUS: Final = ("status", ",".join(PRESENT))
_INCLUDES: Final = (("_include", "Encounter:patient"), ("_include", "Encounter:location"))
_DEEPEST: Final = 6  # ward, bay, room, bed, and two to spare
_PLACES: Final = 500
_PEOPLE: Final = 500


@dataclass(slots=True)
class Members:
    """Who is there, and the resources that say so: encounters, patients, places."""

    patients: set[str] = field(default_factory=set)  # ids of resources, like all below
    encounters: set[str] = field(default_factory=set)
    locations: set[str] = field(default_factory=set)
    given: list[Given] = field(default_factory=list)
    changes: Params = ()  # the search for encounters that tells of newcomers; () where only asking anew does
    where: set[str] | None = None  # the places that make the ward, one of which such an encounter is at; None for any
    tests: set[str] = field(default_factory=set)  # patients whose data are marked as test data


async def members(client: FhirClient, ward: str) -> Members:
    """The ward's members as of now. Raises FhirError, and ValueError for a ward that is none of the four."""
    if ward.startswith("Encounter?"):
        found = await _by_search(client, parse_qsl(ward.removeprefix("Encounter?"), keep_blank_values=True), None)
    else:
        kind, one = named(ward) or ("", "")
        if kind == "Location":
            places = await _within(client, one)
            where = {name for name, _ in places}
            found = await _by_search(client, [("location", listed("Location", where)), _STATUS], where)
            found.given[:0] = [given for _, given in places]
        elif kind in ("Group", "List"):
            found = await _by_list(client, kind, one)
        else:
            raise ValueError("the ward must be Location/ID, Group/ID, List/ID or Encounter?…")
    if len(found.patients) > _PEOPLE:
        raise FhirError(INVALID, f"more than {_PEOPLE} patients are on this ward; name a smaller one")
    await _complete(client, found)
    return found


async def _within(client: FhirClient, top: str) -> list[tuple[str, Given]]:
    """A place and every place within it, with its resource."""
    got = await client.get(f"Location/{top}")
    found: dict[str, Given] = {top: Given(f"Location/{top}", f"{client.base}/Location/{top}", got.resource)}
    layer = {top}
    for _ in range(_DEEPEST):
        below: set[str] = set()
        for portion in portions(layer):
            async for page in search(client, "Location", [("partof", listed("Location", portion))]):
                for given, resource in _of(page.given, "Location"):
                    name = str(resource.get("id"))
                    if name not in found:
                        below.add(name)
                        found[name] = given
        if not below or len(found) > _PLACES:
            break
        layer = below
    return list(found.items())


async def _by_search(client: FhirClient, params: Params, where: set[str] | None) -> Members:
    """Members by their encounters. ``where``: the places one of which they must be at now; None for any."""
    found = Members(changes=params, where=where)
    for given in await _included(client, params):
        resource = given.resource
        if not isinstance(resource, dict):
            found.given.append(given)
        elif resource.get("resourceType") == "Encounter":
            if _is_here(resource, where, client.base):
                found.given.append(given)
                found.encounters.add(str(resource.get("id")))
        else:
            found.given.append(given)
    found.patients = patients_in(found.given, where, client.base)
    return found


def patients_in(given: Iterable[Given], where: set[str] | None, base: str) -> set[str]:
    """Patients (ids) whose encounters, among these, say that they are there now; ``where`` as in Members."""
    here = (resource for _, resource in _of(given, "Encounter") if _is_here(resource, where, base))
    subjects = (local(encounter.get("subject"), base) for encounter in here)
    return {subject[1] for subject in subjects if subject and subject[0] == "Patient"}


def _is_here(encounter: Resource, where: set[str] | None, base: str) -> bool:
    return encounter.get("status") in PRESENT and (where is None or bool(where & set(_now_at(encounter, base))))


async def _included(client: FhirClient, params: Params) -> list[Given]:
    """Encounters with their patients and places, where the server brings those along."""
    try:
        return [one async for page in search(client, "Encounter", [*params, *_INCLUDES]) for one in page.given]
    except FhirError as error:
        if error.kind != INVALID:
            raise
    return [one async for page in search(client, "Encounter", params) for one in page.given]


async def _by_list(client: FhirClient, kind: str, one: str) -> Members:
    got = await client.get(f"{kind}/{one}")
    people: set[str] = set()
    stays: set[str] = set()
    for reference in _entries(got.resource or {}):
        found = local(reference, client.base)
        if found:
            {"Patient": people, "Encounter": stays}.get(found[0], set()).add(found[1])
    out = Members(patients=people)
    for params in [[("_id", ",".join(portion))] for portion in portions(stays)]:
        _join(out, await _by_search(client, params, None))
    for portion in portions(people):
        found_stays = await _by_search(client, [("patient", listed("Patient", portion)), _STATUS], None)
        found_stays.patients &= people
        _join(out, found_stays)
    out.changes = ()
    return out


def _entries(resource: Resource) -> Iterator[object]:
    """What a Group or a List refers to and has not struck out."""
    members: Any = resource.get("member") or resource.get("entry") or []
    for member in members if isinstance(members, list) else []:
        if not isinstance(member, dict) or member.get("inactive") is True or member.get("deleted") is True:
            continue
        period = member.get("period")
        if not (isinstance(period, dict) and period.get("end")):
            yield member.get("entity") or member.get("item")


def _join(all_of: Members, more: Members) -> None:
    all_of.patients |= more.patients
    all_of.encounters |= more.encounters
    all_of.given += more.given


async def _complete(client: FhirClient, found: Members) -> None:
    """Reads the patients and places that did not come along, and keeps of the others only what belongs here."""
    have: dict[str, set[str]] = {"Patient": set(), "Location": set()}
    places: set[str] = set()
    for _, resource in _of(found.given, None):
        kind = str(resource.get("resourceType"))
        have.setdefault(kind, set()).add(str(resource.get("id")))
        if kind == "Encounter":
            places |= set(_now_at(resource, client.base))
    for kind, wanted in (("Patient", found.patients), ("Location", places)):
        for portion in portions(wanted - have[kind]):
            async for page in search(client, kind, [("_id", ",".join(portion))]):
                found.given += page.given
    found.locations = places | have["Location"]
    found.given = [given for given in found.given if not _stranger(given, found.patients)]
    found.tests = {str(r.get("id")) for _, r in _of(found.given, "Patient") if is_test(r)}


def _stranger(given: Given, patients: set[str]) -> bool:
    resource = given.resource
    return (
        isinstance(resource, dict) and resource.get("resourceType") == "Patient" and resource.get("id") not in patients
    )


def _of(given: Iterable[Given], kind: str | None) -> Iterator[tuple[Given, Resource]]:
    for one in given:
        if isinstance(one.resource, dict) and (kind is None or one.resource.get("resourceType") == kind):
            yield one, one.resource


def _now_at(encounter: Resource, base: str) -> Iterator[str]:
    """The places where an encounter takes place now."""
    places: Any = encounter.get("location")
    for place in places if isinstance(places, list) else []:
        if not isinstance(place, dict) or place.get("status") not in (None, "active"):
            continue
        period = place.get("period")
        at = local(place.get("location"), base)
        if at and at[0] == "Location" and not (isinstance(period, dict) and period.get("end")):
            yield at[1]


def is_test(resource: Resource) -> bool:
    """Whether a resource is marked as test data (v3-ActReason HTEST in ``meta.security``)."""
    meta = resource.get("meta")
    labels: Any = meta.get("security") if isinstance(meta, dict) else None
    return any(isinstance(one, dict) and one.get("code") == "HTEST" for one in labels or [])
