"""An order as MedicationRequest. Pure.

Each kind of schedule is written in the one way that says it exactly: times of day, a distance in hours, steps with
bounds, as needed with a largest amount, one event, or a rate.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, Final

from iomt_tui.backends.fhir.instructions import written
from iomt_tui.backends.fhir.publishing.naming import pointer
from iomt_tui.backends.fhir.vocabulary import UCUM
from iomt_tui.backends.fhir.writing.pieces import coding, concept, instant
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.clinical.medication.drug import Drug, Quantity, spoken
from iomt_tui.clinical.medication.expansion import instant as local_instant
from iomt_tui.clinical.medication.expansion import local_day
from iomt_tui.clinical.medication.kinds import DAYS, Every, Infusion, Once, Prn, Taper, Times
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.reading import HOUR

NDC: Final = "http://hl7.org/fhir/sid/ndc"
GTIN: Final = "https://www.gs1.org/gtin"
_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/medicationrequest-category"
_DRUG: Final = "drug"


def medication_request(order: Order, zone: tzinfo) -> Resource:
    """The order; its drug lies within, with form and strength."""
    place = "community" if order.home else "inpatient"
    stat = isinstance(order.schedule, Once) and order.schedule.stat
    return {
        "resourceType": "MedicationRequest",
        "id": order.id,
        "contained": [_medication(order.drug)],
        "status": order.status,
        "intent": "order",
        "category": [concept(coding(_CATEGORY, place, place.capitalize()))],
        **({"priority": "stat"} if stat else {}),
        "medicationReference": {"reference": f"#{_DRUG}", "display": order.drug.name},
        "subject": pointer("Patient", order.patient),
        "authoredOn": instant(order.start, zone),
        **({"note": [{"text": order.note}]} if order.note else {}),
        "dosageInstruction": [_instruction(order, one) for one in _dosages(order, zone)],
    }


def _medication(drug: Drug) -> Resource:
    codes = [coding(drug.system, drug.code, drug.name)] if drug.system and drug.code else []
    codes += [coding(NDC, drug.ndc)] if drug.ndc else []
    codes += [coding(GTIN, one) for one in drug.gtin]
    strength = drug.strength
    holds = {"numerator": quantity(strength), "denominator": {"value": 1}} if strength else None
    return {
        "resourceType": "Medication", "id": _DRUG, "code": concept(*codes, text=drug.name),
        **({"form": {"text": drug.form}} if drug.form else {}),
        **({"ingredient": [{"itemCodeableConcept": {"text": drug.name}, "strength": holds}]} if holds else {}),
    }  # fmt: skip


def quantity(amount: Quantity) -> Resource:
    """An amount in its UCUM unit."""
    return {"value": amount.value, "unit": spoken(amount.unit), "system": UCUM, "code": amount.unit}


def _instruction(order: Order, own: Resource) -> Resource:
    """One dosage with what holds for all of the order."""
    more = [{"text": text} for text in written(order.timing, order.hold_if)]
    route = {"route": {"text": order.route}} if order.route else {}
    return {**({"additionalInstruction": more} if more else {}), **route, **own}


def _dosages(order: Order, zone: tzinfo) -> list[Resource]:
    plan = order.schedule
    if isinstance(plan, Taper):
        return _steps(order, plan, zone)
    if isinstance(plan, Infusion):
        length = {} if plan.lasts is None else {"duration": plan.lasts / HOUR, "durationUnit": "h"}
        return [
            {
                "timing": _timing(order.start, order.end, zone, length),
                "doseAndRate": [{"rateQuantity": quantity(plan.rate)}],
            }
        ]
    dose: Resource = {"doseAndRate": [{"doseQuantity": quantity(order.dose)}]}
    if isinstance(plan, Prn):
        return [_needed(order, plan, zone) | dose]
    if isinstance(plan, Once):
        return [{"timing": {"event": [instant(plan.at, zone)]}} | dose]
    if isinstance(plan, Every):
        # Its bounds begin with the first dose: nothing else in R4 says when the first of a row is due.
        rule = {"frequency": 1, "period": plan.every / HOUR, "periodUnit": "h"}
        return [{"timing": _timing(plan.first, order.end, zone, rule)} | dose]
    return [{"timing": _timing(order.start, order.end, zone, _daily(plan))} | dose]


def _timing(start: int, end: int | None, zone: tzinfo, rule: Resource) -> Resource:
    bounds = {"start": instant(start, zone)} | ({"end": instant(end, zone)} if end is not None else {})
    return {"repeat": {"boundsPeriod": bounds, **rule}}


def _daily(plan: Times) -> Resource:
    days = {"dayOfWeek": [DAYS[day] for day in plan.days]} if len(plan.days) < 7 else {}
    return {"frequency": len(plan.times), "period": 1, "periodUnit": "d", **days, "timeOfDay": _clock(plan.times)}


def _clock(times: tuple[int, ...]) -> list[str]:
    return [f"{time // 60:02d}:{time % 60:02d}:00" for time in times]


def _steps(order: Order, plan: Taper, zone: tzinfo) -> list[Resource]:
    """Each step from where the one before ends, at midnight."""
    found: list[Resource] = []
    start, first = order.start, local_day(order.start, zone)
    day = first.toordinal()
    for number, step in enumerate(plan.steps, 1):
        day += step.days
        end = local_instant(first.fromordinal(day), 0, zone)
        rule: dict[str, Any] = _daily(Times(step.times, tuple(range(7))))
        found.append({
            "sequence": number, "timing": _timing(start, end, zone, rule),
            "doseAndRate": [{"doseQuantity": quantity(step.dose)}],
        })  # fmt: skip
        start = end
    return found


def _needed(order: Order, plan: Prn, zone: tzinfo) -> Resource:
    rule = {"frequency": 1, "period": plan.gap / HOUR, "periodUnit": "h"} if plan.gap else {}
    most = quantity(Quantity(order.dose.value * plan.most, order.dose.unit))
    day = {"value": 24, "unit": "h", "system": UCUM, "code": "h"}
    return {
        "timing": _timing(order.start, order.end, zone, rule),
        "asNeededCodeableConcept": {"text": plan.indication or "as needed"},
        "maxDosePerPeriod": {"numerator": most, "denominator": day},
    }
