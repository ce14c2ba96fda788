"""What was given, handed over and taken: MedicationAdministration, -Dispense, -Statement. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any, Final

from iomt_tui.backends.fhir.publishing.naming import Names, pointer
from iomt_tui.backends.fhir.vocabulary import UCUM
from iomt_tui.backends.fhir.writing import administration as writing
from iomt_tui.backends.fhir.writing.pieces import concept, instant
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.order import Order
from iomt_tui.security.text import SafeText
from iomt_tui.ward.writes import DOSE, Write

_MINUTE: Final = 60_000


def administration(names: Names, record: Administration, order: Order, zone: tzinfo) -> Resource:
    """A record of a dose, exactly as this program writes one of its own."""
    made = writing.administration(
        writing.Dose(record, order), _write(record), f"Patient/{record.patient}", station="", zone=zone
    )
    return made | {"id": record_id(names, record.id)}


def part_of(record: str) -> Resource:
    """What a change of rate has beside it: the record of the infusion's beginning."""
    return {"partOf": [pointer(writing.KIND, record)]}


def record_id(names: Names, record: str) -> str:
    """The id of the resource of a record."""
    return names.digest("administration", record)


def with_effect(there: Resource, record: Administration) -> Resource:
    """The record of a dose with what the dose did."""
    return writing.with_effect(there, _write(record), record.effect)


def _write(record: Administration) -> Write:
    return Write(record.id, DOSE, record.patient, record.by, SafeText(""), record.recorded, {})


def dispenses(body: Mapping[str, Any]) -> Iterator[Resource]:
    """One for each fill."""
    fills = body.get("fills") or [[body["id"], body["at"], body["days_supply"], body["quantity"]]]
    drug = body["drug"]
    coded = {"code": drug["code"], "display": drug["name"]} | ({"system": drug["system"]} if drug.get("system") else {})
    for fill, at, days, count in fills:
        yield {
            "resourceType": "MedicationDispense",
            "id": fill,
            "status": "completed",
            "medicationCodeableConcept": concept(coded, text=drug["name"]),
            "subject": pointer("Patient", body["patient"]),
            "quantity": {"value": count},
            "daysSupply": {"value": days, "unit": "d", "system": UCUM, "code": "d"},
            "whenHandedOver": instant(at),
        }


def statements(names: Names, body: Mapping[str, Any], order: Order, since: int, zone: tzinfo) -> Iterator[Resource]:
    """One for each dose taken at home from ``since`` (ms) on."""
    stored = (body["from"] + minutes * _MINUTE for _, minutes in body.get("doses", ()))
    for at in [body["at"]] if "at" in body else stored:
        if at < since:
            continue
        yield {
            "resourceType": "MedicationStatement",
            "id": names.digest("intake", body["order"], str(at)),
            "basedOn": [pointer("MedicationRequest", body["order"])],
            "status": "completed",
            "medicationCodeableConcept": {"text": order.drug.name},
            "subject": pointer("Patient", body["patient"]),
            "effectiveDateTime": instant(at, zone),
            **({"derivedFrom": [pointer("Device", body["device"])]} if body["device"] else {}),
        }
