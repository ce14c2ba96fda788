"""The part of FHIR R4 about medicines that a ward reads; see :mod:`.resources`."""

# ruff: noqa: N815 (the fields are named as FHIR names them)

from __future__ import annotations

from typing import Any

from pydantic import Field

from iomt_tui.backends.fhir.resources import (
    Concept,
    Element,
    Extension,
    Period,
    Quantity,
    Ratio,
    Reference,
    Resource,
    Timing,
)


class Ingredient(Element):
    """What is in a medicine, and how much of it."""

    strength: Ratio | None = None


class Medication(Resource):
    """A medicine."""

    code: Concept | None = None
    form: Concept | None = None
    ingredient: list[Ingredient] = Field(default_factory=list)


class DoseAndRate(Element):
    """How much at a time, and how fast."""

    doseQuantity: Quantity | None = None
    doseRange: Any = None
    rateQuantity: Quantity | None = None
    rateRatio: Ratio | None = None
    rateRange: Any = None


class Dosage(Element):
    """One instruction of an order."""

    sequence: Any = None
    text: str | None = None
    additionalInstruction: list[Concept] = Field(default_factory=list)
    patientInstruction: str | None = None
    timing: Timing | None = None
    asNeededBoolean: bool | None = None
    asNeededCodeableConcept: Concept | None = None
    route: Concept | None = None
    doseAndRate: list[DoseAndRate] = Field(default_factory=list)
    maxDosePerPeriod: Ratio | None = None


class Annotation(Element):
    """A remark."""

    text: str | None = None


class Medicinal(Resource):
    """What every resource about a medicine and a patient has."""

    status: str
    medicationCodeableConcept: Concept | None = None
    medicationReference: Reference | None = None
    contained: list[Any] = Field(default_factory=list)
    subject: Reference | None = None
    note: list[Annotation] = Field(default_factory=list)


class MedicationRequest(Medicinal):
    """An order."""

    statusReason: Concept | None = None
    intent: str | None = None
    category: list[Concept] = Field(default_factory=list)
    priority: str | None = None
    doNotPerform: bool | None = None
    authoredOn: str | None = None
    reasonCode: list[Concept] = Field(default_factory=list)
    dosageInstruction: list[Dosage] = Field(default_factory=list)


class Performer(Element):
    """Who did something, and as what."""

    function: Concept | None = None
    actor: Reference


class Given(Element):
    """How much was given, and how."""

    dose: Quantity | None = None
    rateQuantity: Quantity | None = None
    rateRatio: Ratio | None = None
    route: Concept | None = None


class MedicationAdministration(Medicinal):
    """What was recorded of a dose."""

    extension: list[Extension] = Field(default_factory=list)
    statusReason: list[Concept] = Field(default_factory=list)
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    performer: list[Performer] = Field(default_factory=list)
    request: Reference | None = None
    partOf: list[Reference] = Field(default_factory=list)
    dosage: Given | None = None


class MedicationStatement(Medicinal):
    """What somebody tells of a medicine that is taken."""

    basedOn: list[Reference] = Field(default_factory=list)
    derivedFrom: list[Reference] = Field(default_factory=list)
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None


class MedicationDispense(Medicinal):
    """A fill."""

    quantity: Quantity | None = None
    daysSupply: Quantity | None = None
    whenPrepared: str | None = None
    whenHandedOver: str | None = None
