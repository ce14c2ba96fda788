"""Orders as a server has told of them so far, and the records that are about them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Final

from iomt_tui.backends.fhir.drugs import drug_body, medication_key
from iomt_tui.backends.fhir.intake import Found
from iomt_tui.backends.fhir.medicines import Medication, MedicationRequest, Medicinal
from iomt_tui.backends.fhir.orders import INTENTS, STATUSES, History, order_bodies
from iomt_tui.clinical.medication.order import OVER, Order
from iomt_tui.ward.adherence import drug_key

MOST: Final = 20_000
"""Requests, and medicines, kept; those told longest ago are the first to go."""


@dataclass(slots=True)
class Kept:
    """A request: its newest version, what that became, and what the log was told."""

    one: Found
    patient: str
    history: History = field(default_factory=History)
    orders: list[Order] = field(default_factory=list)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)


class Prescribed:
    """Requests by their log id, and the medicines that they refer to."""

    def __init__(self, zone: tzinfo, base: str) -> None:
        self._zone, self._base = zone, base
        self._requests: OrderedDict[str, Kept] = OrderedDict()
        self._medicines: OrderedDict[str, Medication] = OrderedDict()
        self._users: dict[str, set[str]] = {}  # medicine -> names of the requests that refer to it
        self._changed: dict[str, None] = {}

    def medicine(self, one: Found, medication: Medication) -> None:
        """Takes up the newest version of a medicine."""
        for key in {one.key, one.full_url or "", f"Medication/{medication.id or ''}"}:
            if key:
                self._medicines[key] = medication
                self._changed.update(dict.fromkeys(self._users.get(key, ())))
        while len(self._medicines) > MOST:
            self._medicines.popitem(last=False)

    def medicine_of(self, resource: Medicinal) -> Medication | None:
        """The medicine that a resource refers to, where it is known."""
        return self._medicines.get(medication_key(resource, self._base))

    def request(self, name: str, one: Found, request: MedicationRequest, patient: str, at: int) -> None:
        """Takes up the newest version of a request, which was taken in at ``at`` (ms)."""
        kept = self._requests.get(name)
        if kept is None or kept.patient != patient:
            kept = self._requests[name] = Kept(one, patient)
        kept.one = one
        if status := STATUSES.get(request.status):
            kept.history = kept.history.after(request, status, at)
        self._requests.move_to_end(name)
        if key := medication_key(request, self._base):
            self._users.setdefault(key, set()).add(name)
        self._changed[name] = None
        if len(self._requests) > MOST:
            self._drop(next(iter(self._requests)))

    def _drop(self, name: str) -> None:
        kept = self._requests.pop(name)
        self._changed.pop(name, None)
        if isinstance(kept.one.resource, Medicinal) and (key := medication_key(kept.one.resource, self._base)):
            self._users.get(key, set()).discard(name)

    def at_home(self, patient: str) -> None:
        """Whether the patient is at home has changed, and with it what their orders mean."""
        self._changed.update(dict.fromkeys(name for name, kept in self._requests.items() if kept.patient == patient))

    def changed(self) -> list[tuple[str, Kept]]:
        """The requests to look at again, each once."""
        found = [(name, self._requests[name]) for name in self._changed if name in self._requests]
        self._changed = {}
        return found

    def news(self, kept: Kept, *, home: bool) -> tuple[list[dict[str, Any]], str]:
        """``order`` bodies to log of what has changed in a request, and why it cannot be shown ("" when it can): words
        that begin with the field that cannot be said here. What the log was told of it before is cancelled then."""
        request = kept.one.resource
        assert isinstance(request, MedicationRequest)
        bodies: list[dict[str, Any]] = []
        why = ""
        if request.status in STATUSES and request.intent in INTENTS:
            try:
                bodies = order_bodies(request, kept.patient, self.medicine_of(request), kept.history, self._zone, home)
            except ValueError as error:
                why = str(error)
        kept.orders = [Order.from_body(body) for body in bodies]
        news = [body for body in bodies if kept.said.get(body["id"]) != body]
        own = {body["id"] for body in bodies}
        for said in [said for name, said in kept.said.items() if name not in own and said["status"] not in OVER]:
            end = {"status": "cancelled", "stopped": kept.one.updated}
            kept.said[said["id"]] = said | end
            news.append(
                {"id": said["id"], "patient": said["patient"]} | {k: v for k, v in end.items() if v is not None}
            )
        kept.said |= {body["id"]: body for body in bodies}
        return news, why

    def kept(self, name: str) -> Kept | None:
        """A request by its log id."""
        return self._requests.get(name)

    def of_drug(self, patient: str, resource: Medicinal) -> list[Order]:
        """The patient's orders for home of the medicine that a resource is about. Raises ValueError."""
        key = drug_key(drug_body(resource, self.medicine_of(resource)))
        return [
            order for kept in self._requests.values() if kept.patient == patient
            for order in kept.orders if order.home and drug_key(order.drug.body()) == key
        ]  # fmt: skip

    def forget(self, patients: frozenset[str]) -> None:
        """Forgets everything of these patients."""
        for name in [name for name, kept in self._requests.items() if kept.patient in patients]:
            self._drop(name)
