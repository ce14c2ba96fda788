"""The ward and its places, and the lists of who is on it: Organization, Location, Group, List. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from iomt_tui.backends.fhir.exchange import DEMO
from iomt_tui.backends.fhir.publishing.naming import Names, pointer
from iomt_tui.backends.fhir.writing.pieces import coding, concept, instant
from iomt_tui.backends.fhir.writing.server import Resource

_PHYSICAL: Final = "http://terminology.hl7.org/CodeSystem/location-physical-type"
_KINDS: Final = {"wa": "Ward", "bd": "Bed", "ho": "House"}


def organization(names: Names) -> Resource:
    """Who runs the ward."""
    return {"resourceType": "Organization", "id": names.id("org"), "active": True, "name": "Demo hospital"}


def ward(names: Names, title: str, made: str = "") -> Resource:
    """The ward; ``made`` says how it was simulated, so that it can go on."""
    mark = {"identifier": [{"system": DEMO, "value": made}]} if made else {}
    return _place(names, names.id("ward"), title, "wa") | mark


def beds(names: Names, rooms: Sequence[str], homes: Sequence[str]) -> list[Resource]:
    """The places of the ward, each a part of it: beds, and the homes that are watched from there."""
    places = [*((name, "bd") for name in rooms), *((name, "ho") for name in homes)]
    part_of = {"partOf": pointer("Location", names.id("ward"))}
    return [_place(names, place_id(names, name), name, kind) | part_of for name, kind in places]


def place_id(names: Names, bed: str) -> str:
    """The id of a place by its name."""
    return names.id("place", bed)


def _place(names: Names, id_: str, name: str, kind: str) -> Resource:
    return {
        "resourceType": "Location", "id": id_, "status": "active", "name": name, "mode": "instance",
        "physicalType": concept(coding(_PHYSICAL, kind, _KINDS[kind])),
        "managingOrganization": pointer("Organization", names.id("org")),
    }  # fmt: skip


def group(names: Names, title: str, present: Iterable[str]) -> Resource:
    """The patients of the ward as a Group; ids."""
    members = [{"entity": pointer("Patient", one)} for one in present]
    return {
        "resourceType": "Group", "id": names.id("group"), "active": True, "type": "person", "actual": True,
        "name": title, "quantity": len(members), **_unless_empty("member", members),
    }  # fmt: skip


def roster(names: Names, title: str, present: Iterable[str], at: int) -> Resource:
    """The same as a List, as of ``at`` (ms)."""
    entries = [{"item": pointer("Patient", one)} for one in present]
    return {
        "resourceType": "List", "id": names.id("list"), "status": "current", "mode": "working", "title": title,
        "date": instant(at), **_unless_empty("entry", entries),
    }  # fmt: skip


def _unless_empty(name: str, found: list[Any]) -> dict[str, Any]:
    return {name: found} if found else {}
