"""One resource as it came: validated by itself, so that a bad one never costs the others."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from iomt_tui.backends.fhir.medicines import (
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
)
from iomt_tui.backends.fhir.resources import (
    AllergyIntolerance,
    Condition,
    Device,
    DeviceMetric,
    Encounter,
    Location,
    Observation,
    Patient,
    Resource,
)
from iomt_tui.backends.fhir.times import moment
from iomt_tui.backends.fhir.workflow import CareTeam, Communication, Flag, Task
from iomt_tui.backends.refusals import Refusals

READ: Final[dict[str, type[Resource]]] = {
    model.__name__: model
    for model in (
        Patient, Location, Medication, Device, DeviceMetric, Encounter, Condition, AllergyIntolerance, Flag, CareTeam,
        MedicationRequest, Observation, MedicationAdministration, MedicationStatement, MedicationDispense,
        Communication, Task,
    )
}  # fmt: skip
"""The resource types that are mapped, in the order in which they are: what others point to comes first."""

ORDER: Final = {kind: place for place, kind in enumerate(READ)}


class Given(NamedTuple):
    """A resource as it came: where it stood ("entry 12"), its full URL when it has one, its JSON."""

    where: str
    full_url: str | None
    resource: object


class Stamp(NamedTuple):
    """What tells one version of a resource from another, in the server's words; None where it does not say."""

    updated: str | None
    number: str | None

    @property
    def rank(self) -> tuple[int, int]:
        """Larger is newer."""
        try:
            updated = moment(self.updated).at if self.updated else 0
        except ValueError:
            updated = 0
        number = self.number or ""
        return updated, int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0

    def same(self, other: Stamp) -> bool:
        """Whether both are for certain one version."""
        return self == other and (self.number is not None or self.updated is not None)


class Found(NamedTuple):
    """A sound resource. ``key`` is what all versions of it share, "" when it has neither URL nor id."""

    where: str
    full_url: str | None
    resource: Resource
    key: str

    @property
    def kind(self) -> str:
        """Its type."""
        return self.resource.resourceType

    @property
    def stamp(self) -> Stamp:
        """Its version."""
        meta = self.resource.meta
        return Stamp(meta.lastUpdated, meta.versionId) if meta else Stamp(None, None)

    @property
    def updated(self) -> int | None:
        """When the server took it in (ms by the server's clock), None where it does not say."""
        return self.stamp.rank[0] or None

    @property
    def place(self) -> str:
        """Where it stood and what it is, in words."""
        return f"{self.where} ({self.resource.resourceType}/{self.resource.id or 'no id'})"

    def tagged(self, system: str, code: str) -> bool:
        """Whether it carries that tag."""
        meta = self.resource.meta
        return meta is not None and any(tag.system == system and tag.code == code for tag in meta.tag)

    @property
    def test_data(self) -> bool:
        """Whether it is labelled as test data, which is about nobody (v3-ActReason HTEST)."""
        meta = self.resource.meta
        return meta is not None and any(label.code == "HTEST" for label in meta.security)


def sound(given: Given, refusals: Refusals, base: str, reads: frozenset[str]) -> Found | None:
    """The resource when it is one of ``reads`` and has FHIR's form; else None, and it is counted or told why.

    ``base``: the server's, "" where several may be mixed; of one server a type and an id name one resource.
    """
    raw = given.resource
    kind = raw.get("resourceType") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(kind, str):
        refusals.add("not-a-resource", "entry", given.where, "not a FHIR resource")
        return None
    model = READ.get(kind)
    if model is None or kind not in reads:
        refusals.add("not-used", kind)
        return None
    try:
        resource = model.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        where = f"{given.where} ({kind}/{raw.get('id', 'no id')})"
        refusals.add("not-valid", kind, where, f"{path}: {first['msg']}")
        return None
    return Found(given.where, given.full_url, resource, _key(resource, given.full_url, base))


def _key(resource: Resource, full_url: str | None, base: str) -> str:
    if full_url and not (base and resource.id):
        return full_url.split("/_history/")[0]
    return f"{resource.resourceType}/{resource.id}" if resource.id else ""


def newest(found: list[Found], refusals: Refusals) -> list[Found]:
    """Without older versions of the same resource: a corrected value must not stand beside the wrong one."""
    kept: dict[Any, Found] = {}
    for place, one in enumerate(found):
        key = one.key or place
        older = kept.get(key)
        if older is not None:
            refusals.add("superseded", one.kind)
            if one.stamp.rank < older.stamp.rank:
                continue
            del kept[key]
        kept[key] = one
    return list(kept.values())
