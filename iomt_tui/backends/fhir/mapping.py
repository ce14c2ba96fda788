"""FHIR R4 resources to a ward: patients, devices and readings. Pure: no file, no network, no clock.

One bad resource never costs the others: it is refused with where it stood, its id and the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError

from iomt_tui.backends.fhir.observations import map_observation
from iomt_tui.backends.fhir.people import (
    device_body,
    in_force,
    list_statement,
    patient_body,
    place_in_bed,
    place_words,
)
from iomt_tui.backends.fhir.references import Directory
from iomt_tui.backends.fhir.resources import (
    READ,
    AllergyIntolerance,
    Condition,
    Device,
    Encounter,
    Location,
    Observation,
    Patient,
    Reference,
    Resource,
)
from iomt_tui.backends.fhir.times import moment
from iomt_tui.backends.refusals import Refusals
from iomt_tui.ward.events import Reading


class Given(NamedTuple):
    """A resource as it came: where it stood ("entry 12"), its full URL when it has one, its JSON."""

    where: str
    full_url: str | None
    resource: object


@dataclass(slots=True)
class Chart:
    """What resources say of a ward; bodies as in :mod:`iomt_tui.ward.events`, readings in the given order."""

    patients: list[dict[str, Any]] = field(default_factory=list)
    devices: list[dict[str, Any]] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    dated_only: int = 0  # observations whose time is a date; they stand at its beginning


class _Found(NamedTuple):
    where: str
    full_url: str | None
    resource: Resource

    @property
    def key(self) -> str:
        """What two versions of one resource share; "" when it has neither URL nor id."""
        if self.full_url:
            return self.full_url.split("/_history/")[0]
        return f"{self.resource.resourceType}/{self.resource.id}" if self.resource.id else ""

    @property
    def version(self) -> tuple[int, int]:
        """Larger is newer."""
        meta = self.resource.meta
        try:
            updated = moment(meta.lastUpdated).at if meta and meta.lastUpdated else 0
        except ValueError:
            updated = 0
        number = meta.versionId if meta and meta.versionId else ""
        return updated, int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0

    @property
    def place(self) -> str:
        return f"{self.where} ({self.resource.resourceType}/{self.resource.id or 'no id'})"


def chart(given: Iterable[Given], refusals: Refusals) -> Chart:
    """Maps resources that belong together, whatever their order. What is refused is added to ``refusals``."""
    return _Mapping(refusals).run(given)


class _Mapping:
    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals
        self._people, self._machines = Directory("Patient"), Directory("Device")
        self._patients: dict[str, Patient | None] = {}
        self._devices: dict[str, Device] = {}
        self._users: dict[str, set[str]] = {}  # device -> patients it measured
        self._chart = Chart()

    def run(self, given: Iterable[Given]) -> Chart:
        """What the resources say, the newest version of each; what cannot be read is left out and told."""
        found = self._newest([one for raw in given if (one := self._validated(raw))])
        for one in found:
            if isinstance(one.resource, Patient):
                self._patients[self._people.add(one.resource, one.full_url)] = one.resource
            elif isinstance(one.resource, Device) and one.resource.status != "entered-in-error":
                self._devices[self._machines.add(one.resource, one.full_url)] = one.resource
        for one in found:
            if isinstance(one.resource, Observation):
                self._observe(one, one.resource)
        self._give_devices(found)
        statements = [one for one in found if isinstance(one.resource, Condition | AllergyIntolerance)]
        stays = [one for one in found if isinstance(one.resource, Encounter)]
        self._give_patients(statements, stays, _places(found))
        return self._chart

    def _validated(self, given: Given) -> _Found | None:
        kind = given.resource.get("resourceType") if isinstance(given.resource, dict) else None
        if not isinstance(given.resource, dict) or not isinstance(kind, str):
            self._refusals.add("not-a-resource", "entry", given.where, "not a FHIR resource")
            return None
        model = READ.get(kind)
        if model is None:
            self._refusals.add("not-used", kind)
            return None
        try:
            return _Found(given.where, given.full_url, model.model_validate(given.resource))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            path = ".".join(str(part) for part in first["loc"])
            where = f"{given.where} ({kind}/{given.resource.get('id', 'no id')})"
            self._refusals.add("not-valid", kind, where, f"{path}: {first['msg']}")
            return None

    def _newest(self, found: list[_Found]) -> list[_Found]:
        """Without older versions of the same resource: a corrected value must not stand beside the wrong one."""
        newest: dict[object, _Found] = {}
        for place, one in enumerate(found):
            key = one.key or place
            older = newest.get(key)
            if older is not None:
                self._refusals.add("superseded", one.resource.resourceType)
            if older is None or one.version >= older.version:
                newest.pop(key, None)
                newest[key] = one
        return list(newest.values())

    def _observe(self, one: _Found, observation: Observation) -> None:
        try:
            patient = self._patient(observation.subject)
        except ValueError as error:
            self._refusals.add("no-patient", "Observation", one.place, str(error))
            return
        device = self._device(observation.device, patient, one)
        try:
            mapped = map_observation(observation, patient, device)
        except ValueError as error:
            self._refusals.add("bad-time", "Observation", one.place, str(error))
            return
        for reason, what in mapped.refused:
            self._refusals.add(reason, what, one.place, f"{reason}: {what}")
        for reading in mapped.readings:
            for key, flag in (reading.flags or {}).items():
                if key not in reading.values and flag not in {"sensor-off", "not-measured"}:
                    self._refusals.tell(flag, f"{one.place}: {key}: {flag}")
        if mapped.readings:
            self._users.setdefault(device, set()).add(patient)
        self._chart.dated_only += not mapped.exact
        self._chart.readings.extend(mapped.readings)

    def _patient(self, reference: Reference | None) -> str:
        patient = self._people.find(reference)
        self._patients.setdefault(patient, None)
        return patient

    def _device(self, reference: Reference | None, patient: str, one: _Found) -> str:
        unnamed = f"fhir:{patient}"
        if reference is None or not (reference.reference or reference.identifier):
            return unnamed
        try:
            return self._machines.find(reference)
        except ValueError as error:
            self._refusals.tell("no-device", f"{one.place}: {error}; kept without its device")
            return unnamed

    def _give_devices(self, found: list[_Found]) -> None:
        owners: dict[str, str] = {}
        for device_id, device in self._devices.items():
            if device.patient is not None:
                try:
                    owners[device_id] = self._patient(device.patient)
                except ValueError as error:
                    self._refusals.add("no-patient", "Device", f"Device/{device.id}", str(error))
        for device_id in dict.fromkeys([*self._devices, *self._users]):
            users = self._users.get(device_id, set())
            alone = next(iter(users)) if len(users) == 1 else None
            body = device_body(device_id, self._devices.get(device_id), owners.get(device_id, alone))
            self._chart.devices.append(body)

    def _give_patients(self, statements: list[_Found], stays: list[_Found], places: dict[str, Location]) -> None:
        by_patient: dict[str, list[tuple[Encounter, str]]] = {}
        held: list[tuple[str, Condition | AllergyIntolerance]] = []
        for one in [*stays, *statements]:
            resource = one.resource
            try:
                if isinstance(resource, Encounter):
                    words = place_words(resource, places)
                    by_patient.setdefault(self._patient(resource.subject), []).append((resource, words))
                elif isinstance(resource, AllergyIntolerance):
                    held.append((self._patient(resource.patient), resource))
                elif isinstance(resource, Condition):
                    held.append((self._patient(resource.subject), resource))
            except ValueError as error:
                self._refusals.add("no-patient", resource.resourceType, one.place, str(error))
        bodies = {name: patient_body(name, patient) for name, patient in self._patients.items()}
        for name, resource in held:
            if in_force(resource):
                list_statement(bodies[name], resource)
        for name, encounters in by_patient.items():
            place_in_bed(bodies[name], encounters)
        self._chart.patients.extend(bodies.values())


def _places(found: list[_Found]) -> dict[str, Location]:
    places: dict[str, Location] = {}
    for one in found:
        if isinstance(one.resource, Location):
            for key in (one.full_url, f"Location/{one.resource.id}" if one.resource.id else None):
                if key:
                    places[key] = one.resource
    return places
