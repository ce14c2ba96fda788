"""FHIR R4 resources in the shapes that servers and devices write."""

from __future__ import annotations

from typing import Any

from iomt_tui.backends.fhir.mapping import Chart, Given, chart
from iomt_tui.backends.refusals import Refusals

LOINC = "http://loinc.org"
MDC = "urn:iso:std:iso:11073:10101"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
AT = 1_767_323_045_000  # 2026-01-02T03:04:05Z

Json = dict[str, Any]


def concept(code: str, system: str = LOINC, display: str | None = None) -> Json:
    """A CodeableConcept of one coding."""
    coding = {"system": system, "code": code}
    return {"coding": [coding | ({"display": display} if display else {})]}


def quantity(value: object, code: str | None = "/min", **more: object) -> Json:
    """A Quantity in UCUM."""
    return {"value": value, "system": UCUM, **({"code": code} if code else {}), **more}


def observation(code: str | Json = "8867-4", **fields: Any) -> Json:
    """A heart rate of 80 at :data:`AT` of Patient/p1, with ``fields`` set or (None) taken out."""
    made: Json = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept(code) if isinstance(code, str) else code,
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-01-02T03:04:05Z",
    }
    if not any(name.startswith(("value", "component", "dataAbsent")) for name in fields):
        made["valueQuantity"] = quantity(80)
    return {name: field for name, field in (made | fields).items() if field is not None}


def patient(**fields: Any) -> Json:
    """Patient/p1."""
    return {"resourceType": "Patient", "id": "p1", "name": [{"family": "Okafor", "given": ["Ngozi"]}]} | fields


def mapped(*resources: object) -> tuple[Chart, Refusals]:
    """The chart of resources, each either JSON or (full URL, JSON)."""
    refusals = Refusals("test")
    given = [
        Given(f"entry {place}", *(one if isinstance(one, tuple) else (None, one)))
        for place, one in enumerate(resources)
    ]
    return chart(given, refusals), refusals
