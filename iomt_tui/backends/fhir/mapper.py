"""What a live FHIR server tells, resource by resource, to what the log is told. Pure: no file, network or clock.

It keeps the newest version of what makes a patient, a device or an order, so that a change of one resource becomes a
change of the ward; of observations only which versions it saw. The order in which resources come does not matter, and
a version that comes again says nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from iomt_tui.backends.fhir.belonging import Belonging, NotHere
from iomt_tui.backends.fhir.intake import ORDER, READ, Found, Given, newest, sound
from iomt_tui.backends.fhir.machines import Machines
from iomt_tui.backends.fhir.measurements import Measurements
from iomt_tui.backends.fhir.medicines import Medication, MedicationRequest
from iomt_tui.backends.fhir.prescribed import Kept, Prescribed
from iomt_tui.backends.fhir.records import Records, subject
from iomt_tui.backends.fhir.references import Directory
from iomt_tui.backends.fhir.resources import Device, DeviceMetric, Location, Observation, Patient, Reference
from iomt_tui.backends.fhir.seen import KEPT, Seen
from iomt_tui.backends.periods import LivePeriods
from iomt_tui.backends.refusals import Refusals
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.medication.order import OVER
from iomt_tui.ward.events import Reading

TAKE, REFUSE = "take", "refuse"
"""What is done with what is labelled as test data."""
ALL: Final = frozenset(READ)
_BAD: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError)
_PLACES: Final = 20_000
_FAULTY: Final = 5_000
_TIMED: Final = frozenset({"Observation"})  # of these a bad field is nearly always the time
_LATER: Final = frozenset(
    {"MedicationAdministration", "MedicationStatement", "MedicationDispense", "Communication", "Task"}
)


class Changes(NamedTuple):
    """What is new: bodies as in :mod:`iomt_tui.ward.events` in the order in which they are to be logged, readings by
    their time, and acknowledgements of other stations."""

    events: list[tuple[str, Any]]
    readings: list[Reading]
    remote: list[dict[str, Any]]


class Mapper:
    """See above. ``tz``: the ward's zone, for dates and times of day. ``test_patients``: :data:`TAKE` or
    :data:`REFUSE`. ``station``: the tag of what this station wrote itself, which says nothing new. ``base``: the
    server's FHIR base, so that its absolute and relative references are one; "" for resources of several servers.
    ``source``: the server's name. ``reads``: resource types to use. ``live``: whether more will come; then devices are
    told how often they measure."""

    def __init__(
        self, refusals: Refusals, *, tz: str = "UTC", test_patients: str = REFUSE, station: str = "", base: str = "",
        source: str = "FHIR", reads: frozenset[str] = ALL, live: bool = True, most: int = KEPT,
    ) -> None:  # fmt: skip
        if test_patients not in (TAKE, REFUSE):
            raise ValueError(f"test_patients is {TAKE} or {REFUSE}")
        self._refusals, self._source, self._reads, self._live = refusals, source, reads, live
        self._refuse_tests = test_patients == REFUSE
        self._base = base.rstrip("/") + "/" if base else ""
        zone = zone_of(tz)
        self._periods = LivePeriods() if live else None
        self._belonging = Belonging(refusals, self._base)
        self._machines = Machines(refusals, self._base, self._periods)
        self._measurements = Measurements(refusals, self._machines, source, most)
        self._requests = Directory("MedicationRequest", self._base)
        self._prescribed = Prescribed(zone, self._base)
        self._records = Records(refusals, self._prescribed, self._requests, zone, source, station)
        self._seen: Seen[None] = Seen(most)
        self._faulty: OrderedDict[tuple[str, str, str], None] = OrderedDict()
        self._places: OrderedDict[str, Location] = OrderedDict()
        self._events: list[tuple[str, Any]] = []

    @property
    def patients(self) -> set[str]:
        """The log ids of the patients on the ward now."""
        return set(self._belonging.persons)

    @property
    def references(self) -> Mapping[str, str]:
        """Log id -> reference on the server, of every patient on the ward."""
        persons = self._belonging.persons.values()
        return {one.id: f"Patient/{(one.patient.id if one.patient else None) or one.id}" for one in persons}

    @property
    def dated_only(self) -> int:
        """Observations whose time is a date only; they stand at its beginning."""
        return self._measurements.dated_only

    def members(self, patients: Iterable[str]) -> Changes:
        """From now on these patients (ids, or references) are the ward's, and everybody else's resources are ignored.

        Who left is discharged and forgotten. Who came is told with the next :meth:`take`, which is to bring everything
        of theirs: what came of them before was ignored.
        """
        joined, left = self._belonging.become(patients)
        self._forget(left)
        if joined:
            self._machines.joined()
        return Changes([("discharge", {"id": name}) for name in sorted(left)], [], [])

    def take(self, given: Iterable[Given], received: int) -> Changes:
        """What these resources change. ``received``: log time, ms. A resource that cannot be used costs only itself;
        it is counted in the refusals, with the reason."""
        self._belonging.begin()
        batch = newest([one for raw in given if (one := self._sound(raw)) is not None], self._refusals)
        batch.sort(key=lambda one: ORDER[one.kind])
        later = [one for one in batch if one.kind in _LATER]
        for one in batch:
            if one.kind not in _LATER:
                self._one(one, received)
        persons = self._tell_persons(received)
        orders = self._tell_orders()
        for one in later:
            self._one(one, received)
        readings, told = self._measurements.collected()
        if self._live:
            readings.sort(key=lambda reading: reading.observed_at)
            self._pace(readings)
        devices = [("device", body) for body in self._machines.news(self._owner, everyone=not self._live)]
        records, remote = self._records.collected()
        refused, self._events = self._events, []
        return Changes([*persons, *devices, *orders, *records, *told, *refused], readings, remote)

    def _sound(self, raw: Given) -> Found | None:
        """The resource, unless it is none; one that was refused before is not refused again."""
        name = _version(raw.resource)
        if name is not None and name in self._faulty:
            return None
        found = sound(raw, self._refusals, self._base, self._reads)
        if found is None and name is not None:
            self._faulty[name] = None
            if len(self._faulty) > _FAULTY:
                self._faulty.popitem(last=False)
        if found is not None and self._refuse_tests and found.test_data and not isinstance(found.resource, Patient):
            self._refusals.add("test-data", found.kind)
            return None
        return found

    def _one(self, one: Found, received: int) -> None:
        resource = one.resource
        patient = ""
        try:
            if isinstance(resource, Observation):
                if not self._measurements.is_news(one):
                    return
                patient = self._of(one)
                self._measurements.take(one, resource, patient)
                return
            if not self._seen.news(one, self._refusals):
                return
            patient = self._other(one, received)
        except NotHere as reason:
            self._refusals.add(str(reason), one.kind)
            return
        except _Nobody as error:
            self._refusals.add("no-patient", one.kind, one.place, str(error))
        except _BAD as error:
            self._wrong(one, error, patient)
        if not isinstance(resource, Observation):
            self._seen.keep(one, patient, None)

    def _wrong(self, one: Found, error: Exception, patient: str) -> None:
        reason = "bad-time" if one.kind in _TIMED else "not-understood"
        words = str(error) if isinstance(error, ValueError) else "not understood"
        self._refusals.add(reason, one.kind, one.place, words)

    def _of(self, one: Found) -> str:
        try:
            return self._belonging.of(subject(one.resource))
        except NotHere:
            raise
        except ValueError as error:
            raise _Nobody(str(error)) from None

    def _other(self, one: Found, received: int) -> str:
        """Takes up what is no observation; returns whose it is, "" where it is nobody's."""
        resource = one.resource
        if isinstance(resource, Patient):
            return self._patient(one, resource)
        if isinstance(resource, Location):
            self._place(one, resource)
        elif isinstance(resource, Medication):
            self._prescribed.medicine(one, resource)
        elif isinstance(resource, Device):
            self._machines.add(one, resource)
        elif isinstance(resource, DeviceMetric):
            self._machines.add_metric(one, resource)
        else:
            patient = self._of(one)
            if one.kind in _LATER:
                self._records.take(one, patient)
            elif isinstance(resource, MedicationRequest):
                name = self._requests.add(resource, one.full_url)
                self._prescribed.request(name, one, resource, patient, one.updated or received)
            else:
                self._part(one, patient)
            return patient
        return ""

    def _patient(self, one: Found, patient: Patient) -> str:
        name = self._belonging.add(one, patient, test=self._refuse_tests and one.test_data)
        if self._live and (why := self._belonging.replaced(name, patient)):
            self._refusals.tell("replaced", f"{one.place}: {why}")
            self._tell(name, "replaced", why)
        return name

    def _part(self, one: Found, patient: str) -> None:
        """Something that the ``patient`` body is made of; another version may have been about somebody else."""
        before = self._seen.owner(one)
        if before is not None and before != patient and before in self._belonging.persons:
            self._belonging.persons[before].drop(one.key)
            self._belonging.changed[before] = None
        self._belonging.persons[patient].take(one)
        self._belonging.changed[patient] = None

    def _place(self, one: Found, place: Location) -> None:
        for key in (one.full_url, f"Location/{place.id}" if place.id else None):
            if key:
                self._places[key] = place
        while len(self._places) > _PLACES:
            self._places.popitem(last=False)
        self._belonging.changed.update(dict.fromkeys(self._belonging.persons))

    def _tell(self, patient: str, reason: str, what: str) -> None:
        body = {"source": self._source, "reason": reason, "what": what, "patient": patient, "count": 1}
        self._events.append(("refused", body))

    def _tell_persons(self, now: int) -> list[tuple[str, Any]]:
        gone = self._belonging.drop_tests()
        self._forget(frozenset(person.id for person in gone))
        events: list[tuple[str, Any]] = [("discharge", {"id": person.id}) for person in gone if person.said]
        for name in self._belonging.changed:
            person = self._belonging.persons.get(name)
            if person is None:
                continue
            home = bool(person.said.get("home"))
            body = person.news(self._places, now)
            if body is not None:
                events.append(("patient", body))
            if bool(person.said["home"]) != home:
                self._prescribed.at_home(name)
        self._belonging.changed = {}
        return events

    def _tell_orders(self) -> list[tuple[str, Any]]:
        events: list[tuple[str, Any]] = []
        for name, kept in self._prescribed.changed():
            home = bool(self._belonging.persons[kept.patient].said.get("home"))
            bodies, why = self._prescribed.news(kept, home=home)
            events += [("order", body) for body in bodies]
            if why:
                self._unsaid(kept, why)
            if kept.orders:
                self._records.ordered(name)
        return events

    def _unsaid(self, kept: Kept, why: str) -> None:
        """An order that cannot be shown: told, and beside the patient, unless there is nothing to give of it anyway."""
        request = kept.one.resource
        assert isinstance(request, MedicationRequest)
        if request.status in OVER or request.status == "entered-in-error":
            self._refusals.add("order-over", "MedicationRequest")
            return
        self._refusals.tell("order-not-shown", f"{kept.one.place}: an order that cannot be shown here: {why}")
        self._tell(kept.patient, "order-not-shown", why)

    def _pace(self, readings: list[Reading]) -> None:
        assert self._periods is not None
        seen = self._periods.seen
        for _, device, at, values, flags in readings:
            for key in values:
                seen(device, key, at)
            for key in flags or ():
                if key not in values:
                    seen(device, key, at)

    def _owner(self, reference: Reference) -> str:
        try:
            return self._belonging.of(reference)
        except NotHere:
            return ""

    def _forget(self, patients: frozenset[str]) -> None:
        if patients:
            self._machines.left(patients)
            for known in (self._measurements, self._prescribed, self._records, self._seen):
                known.forget(patients)


class _Nobody(ValueError):
    """A resource says of nobody whom it is about, in words."""


def _version(raw: object) -> tuple[str, str, str] | None:
    """Type, id and version of a resource as it came, None where it has not all of them."""
    meta = raw.get("meta") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(meta, dict):
        return None
    kind, name, number = raw.get("resourceType"), raw.get("id"), meta.get("versionId")
    return (kind, name, number) if isinstance(kind, str) and isinstance(name, str) and isinstance(number, str) else None
