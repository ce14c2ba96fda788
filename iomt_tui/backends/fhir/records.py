"""What is recorded of doses, fills, notes and other stations' acknowledgements, to events."""

from __future__ import annotations

from collections import OrderedDict
from datetime import tzinfo
from typing import Any, Final

from iomt_tui.backends.fhir.doses import administration_body, dispense_body, due_of, intake_body, stated_order
from iomt_tui.backends.fhir.exchange import STATION
from iomt_tui.backends.fhir.intake import Found
from iomt_tui.backends.fhir.medicines import MedicationAdministration, MedicationDispense, MedicationStatement
from iomt_tui.backends.fhir.messages import is_acknowledgement, note_body, taken_body
from iomt_tui.backends.fhir.prescribed import Prescribed
from iomt_tui.backends.fhir.references import Directory
from iomt_tui.backends.fhir.resources import Reference, Resource
from iomt_tui.backends.fhir.workflow import Communication, Task
from iomt_tui.backends.refusals import Refusals
from iomt_tui.clinical.medication.order import Order

WAITING: Final = 2_000
"""Records kept until the order comes that they are about."""

Taken = tuple[Found, MedicationAdministration, str]


class Records:
    """Events and acknowledgements, collected until :meth:`collected`."""

    def __init__(
        self, refusals: Refusals, prescribed: Prescribed, requests: Directory, zone: tzinfo, source: str, station: str
    ) -> None:
        self._refusals, self._prescribed, self._requests = refusals, prescribed, requests
        self._zone, self._source, self._station = zone, source, station
        self._waiting: OrderedDict[str, list[Taken]] = OrderedDict()
        self._waits = 0
        self._events: list[tuple[str, Any]] = []
        self._remote: list[dict[str, Any]] = []

    def take(self, one: Found, patient: str) -> None:
        """Takes up one resource about a patient. Raises ValueError in words that begin with the field."""
        resource = one.resource
        if self._station and one.tagged(STATION, self._station):
            return  # this very station wrote it: the log has it already
        body: tuple[str, dict[str, Any] | None]
        if isinstance(resource, MedicationAdministration):
            self._administration(one, resource, patient)
            return
        if isinstance(resource, Task):
            self._task(one, resource, patient)
            return
        if isinstance(resource, MedicationStatement):
            body = "intake", self._intake(resource, patient)
        elif isinstance(resource, MedicationDispense):
            body = "dispense", dispense_body(resource, patient, self._prescribed.medicine_of(resource))
        else:
            assert isinstance(resource, Communication)
            body = "note", note_body(resource, patient, self._source)
        if body[1] is None:
            self._refusals.add("not-used", one.kind)
        else:
            self._events.append((body[0], body[1]))

    def _task(self, one: Found, task: Task, patient: str) -> None:
        if not is_acknowledgement(task):
            self._refusals.add("not-used", "Task")
        elif (body := taken_body(one, task, patient)) is not None:
            self._remote.append(body)

    def _administration(self, one: Found, record: MedicationAdministration, patient: str) -> None:
        if record.request is None:
            raise ValueError("request: no order is named that it belongs to")
        name = self._requests.find(record.request)
        kept = self._prescribed.kept(name)
        if kept is None or not kept.orders:
            self._wait(name, (one, record, patient))
            return
        if kept.patient != patient:
            raise ValueError("request: the order is another patient's")
        order = self._fitting(kept.orders, record)
        self._events.append(("administration", administration_body(record, patient, order, self._zone)))

    def _fitting(self, orders: list[Order], record: MedicationAdministration) -> Order:
        """Of the orders of one request the one whose dose it is; the first where that cannot be told."""
        if len(orders) > 1 and record.status != "entered-in-error":
            for order in orders:
                at = administration_body(record, order.patient, order, self._zone)["at"]
                if due_of(record, order, at, self._zone) is not None:
                    return order
        return orders[0]

    def _wait(self, name: str, taken: Taken) -> None:
        """Keeps a record until its order is known; it is counted until then, and when there are too many."""
        self._refusals.add("no-order", "MedicationAdministration")
        self._refusals.tell("no-order", f"{taken[0].place}: its order is not known, or cannot be shown (yet)")
        waiting = [one for one in self._waiting.get(name, []) if one[0].key != taken[0].key]
        self._waits += 1 + len(waiting) - len(self._waiting.get(name, []))
        self._waiting[name] = [*waiting, taken]
        while self._waits > WAITING:
            self._waits -= len(self._waiting.popitem(last=False)[1])

    def ordered(self, name: str) -> None:
        """An order is known from now on: takes up what waits for it."""
        waiting = self._waiting.pop(name, [])
        self._waits -= len(waiting)
        for one, record, patient in waiting:
            try:
                self._administration(one, record, patient)
            except ValueError as error:
                self._refusals.add("not-understood", one.kind, one.place, str(error))

    def _intake(self, statement: MedicationStatement, patient: str) -> dict[str, Any] | None:
        """A dose that was taken, of the order that is named, else of the only one of its medicine."""
        for reference in stated_order(statement):
            if (order := self._order(reference, patient)) is not None:
                return intake_body(statement, patient, order.id)
        if statement.medicationCodeableConcept is None and statement.medicationReference is None:
            return None
        found = self._prescribed.of_drug(patient, statement)
        return intake_body(statement, patient, found[0].id) if len(found) == 1 else None

    def _order(self, reference: Reference, patient: str) -> Order | None:
        kept = self._prescribed.kept(self._requests.find(reference))
        return kept.orders[0] if kept is not None and kept.patient == patient and len(kept.orders) == 1 else None

    def collected(self) -> tuple[list[tuple[str, Any]], list[dict[str, Any]]]:
        """What was collected since the last time: events and acknowledgements."""
        events, remote = self._events, self._remote
        self._events, self._remote = [], []
        return events, remote

    def forget(self, patients: frozenset[str]) -> None:
        """Forgets everything of these patients."""
        for name, waiting in list(self._waiting.items()):
            self._waiting[name] = [one for one in waiting if one[2] not in patients]
            self._waits += len(self._waiting[name]) - len(waiting)
            if not self._waiting[name]:
                del self._waiting[name]


def subject(resource: Resource) -> Reference | None:
    """Whom a resource is about."""
    for name in ("subject", "patient", "for_"):
        if (found := getattr(resource, name, None)) is not None:
            return found if isinstance(found, Reference) else None
    return None
