"""A MedicationAdministration from what was recorded of a dose. Pure."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, Final, NamedTuple

from iomt_tui.backends.fhir.exchange import ADMINISTRATION, BATCH, DUE, NOT_DUE, OP, REPLACES
from iomt_tui.backends.fhir.vocabulary import UCUM
from iomt_tui.backends.fhir.writing import ids
from iomt_tui.backends.fhir.writing.pieces import (
    AGENTS,
    coding,
    concept,
    dicts,
    extension_of,
    inside,
    instant,
    marked,
    name_of,
    note,
    person,
    reference,
    tagged,
    text_of,
    time_of,
    unversioned,
)
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.clinical.medication import administration as adm
from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.drug import Drug, Quantity, spoken
from iomt_tui.clinical.medication.expansion import expand
from iomt_tui.clinical.medication.kinds import Infusion
from iomt_tui.clinical.medication.order import Order
from iomt_tui.security.text import SafeText
from iomt_tui.ward.writes import Write

KIND: Final = "MedicationAdministration"
ERROR: Final = "entered-in-error"
_FUNCTION: Final = "http://terminology.hl7.org/CodeSystem/med-admin-perform-function"
_SETTLES: Final = frozenset({"completed", "in-progress", "stopped", "not-done", "on-hold"})
_DONE: Final = {
    "completed": "given", "in-progress": "running", "stopped": "stopped", "not-done": "not given", "on-hold": "held",
}  # fmt: skip


class Dose(NamedTuple):
    """What is written: the record and its order."""

    record: Administration
    order: Order

    @classmethod
    def of(cls, about: dict[str, Any], at: int) -> Dose:
        """From what a write is about. Raises KeyError, TypeError or ValueError."""
        order = Order.from_body(about["order"])
        return cls(Administration.from_body(about | {"order": order.id}, at), order)


def administration(dose: Dose, write: Write, patient: str, station: str, zone: tzinfo) -> Resource:
    """The resource of a record; ``patient``: "Patient/1"."""
    record, order = dose
    meta, asked = tagged(station), reference("MedicationRequest", order.id)
    amount = _dosage(record, order, zone)
    said = record.reason if record.what not in adm.NOT_GIVEN else ""
    return {
        "resourceType": KIND,
        "id": ids.of_op(write.op),
        **({"meta": meta} if meta else {}),
        **_extensions(record, order, zone),
        "identifier": marked(write.op),
        "status": record.status,
        **_not_given(record),
        "medicationCodeableConcept": _medication(order.drug),
        "subject": {"reference": patient},
        **_effective(record, zone),
        "performer": _performers(record, write),
        **({"request": asked} if asked else {}),
        **({"note": [note(said, write.at, write.user)]} if said.strip() else {}),
        **({"dosage": amount} if amount else {}),
    }


def _extensions(record: Administration, order: Order, zone: tzinfo) -> Resource:
    found: list[Resource] = []
    if record.due is not None:
        found.append({"url": DUE, "valueDateTime": instant(record.due, zone)})
    elif isinstance(order.schedule, Infusion):  # a change of rate, which its time alone would make the first dose
        found.append({"url": DUE, "valueCode": NOT_DUE})
    if record.replaces:
        found.append({"url": REPLACES, "valueString": record.replaces})
    if record.batch.strip():
        found.append({"url": BATCH, "valueString": record.batch})
    return {"extension": found} if found else {}


def _not_given(record: Administration) -> Resource:
    """Why it was not given; ``what`` tells held from delayed, and refused from not available."""
    if record.what not in adm.NOT_GIVEN:
        return {}
    words = record.reason if record.reason.strip() else record.what
    return {"statusReason": [concept(coding(ADMINISTRATION, record.what), text=words)]}


def _medication(drug: Drug) -> Resource:
    coded = drug.system.startswith(("http://", "https://", "urn:")) and bool(drug.code.strip())
    return concept(*([coding(drug.system, drug.code, drug.name)] if coded else []), text=drug.name)


def _effective(record: Administration, zone: tzinfo) -> Resource:
    at = instant(record.at, zone)
    if record.status == adm.RUNNING:
        return {"effectivePeriod": {"start": at}}
    return {"effectivePeriod": {"end": at}} if record.status == adm.STOPPED else {"effectiveDateTime": at}


def _performers(record: Administration, write: Write) -> list[Resource]:
    author = {"function": concept(coding(_FUNCTION, "performer", "Performer"))}
    performers = [author | {"actor": person(write.user, write.user_ref, AGENTS)}]
    if record.witness.strip():
        seen = concept(coding(_FUNCTION, "witness", "Witness"))
        performers.append({"function": seen, "actor": {"display": record.witness}})
    return performers


def _dosage(record: Administration, order: Order, zone: tzinfo) -> Resource:
    """How much went in, and how. Nothing where nothing did."""
    if record.what != adm.GIVEN:
        return {}
    amount = record.dose or _ordered(record, order, zone)
    field = "rateQuantity" if isinstance(order.schedule, Infusion) else "dose"
    route = {"route": {"text": order.route}} if order.route.strip() else {}
    words = " ".join(filter(None, (str(amount), order.route.strip())))
    return {"text": words, **route, field: _quantity(amount)}


def _ordered(record: Administration, order: Order, zone: tzinfo) -> Quantity:
    """The dose that the order has at that time: a taper has another one each time."""
    if record.due is None:
        return order.dose
    slots = expand(order, zone, record.due, record.due + 1)
    return slots[0].dose if slots else order.dose


def _quantity(amount: Quantity) -> Resource:
    unit: Resource = {"unit": spoken(amount.unit), "system": UCUM, "code": amount.unit} if amount.unit.strip() else {}
    return {"value": amount.value, **unit}


def void(there: Resource, write: Write, reason: str) -> Resource:
    """A record of the server that ``write`` takes back or corrects."""
    words = f"entered in error: {reason}" if reason.strip() else "entered in error"
    return unversioned(there) | {"status": ERROR, "note": [*dicts(there.get("note")), _by(write, words)]}


def with_effect(there: Resource, write: Write, words: str) -> Resource:
    """A record of the server with what the dose did: no second administration, which others would count."""
    return unversioned(there) | {"note": [*dicts(there.get("note")), _by(write, words)]}


def _by(write: Write, words: str) -> Resource:
    return {"extension": [{"url": OP, "valueString": write.op}], **note(words, write.at, write.user)}


def touched(there: Resource, op: str) -> bool:
    """Whether the act ``op`` has changed a record already."""
    return any(extension_of(one, OP, "valueString") == op for one in dicts(there.get("note")))


class Given(NamedTuple):
    """What a record of the server says. Times are ms."""

    id: str
    status: str
    order: str  # id of its MedicationRequest
    due: int | None
    at: int | None
    by: SafeText
    settles: bool  # a dose of the timetable; a delay does not, nor what was entered in error

    @property
    def words(self) -> str:
        """What was done."""
        return _DONE.get(self.status, self.status)


def not_due(there: Resource) -> bool:
    """Whether a record says that it is of no dose of the timetable."""
    return text_of(extension_of(there, DUE, "valueCode")) == NOT_DUE


def given(there: Resource) -> Given:
    """Reads a record, whatever the server made of it."""
    status = text_of(there.get("status"))
    reasons = {text_of(one.get("code")) for reason in dicts(there.get("statusReason"))
               for one in dicts(reason.get("coding")) if one.get("system") == ADMINISTRATION}  # fmt: skip
    period = there.get("effectivePeriod")
    times = (there.get("effectiveDateTime"), inside(period, "start"), inside(period, "end"))
    return Given(
        id=text_of(there.get("id")),
        status=status,
        order=text_of(inside(there, "request", "reference")).split("/_history/")[0].rpartition("MedicationRequest/")[2],
        due=time_of(extension_of(there, DUE, "valueDateTime")),
        at=next((at for text in times if (at := time_of(text)) is not None), None),
        by=next((name_of(one.get("actor")) for one in dicts(there.get("performer"))), SafeText("")),
        settles=status in _SETTLES and adm.DELAYED not in reasons and not not_due(there),
    )
