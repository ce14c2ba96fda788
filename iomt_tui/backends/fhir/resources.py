"""The part of FHIR R4 that a ward reads, validated resource by resource; everything else in them is ignored.

Field names are FHIR's own. A measured number is ``Any``: a wrong one is refused where numbers are placed, with its
reason, and does not cost the rest of its resource.
"""

# ruff: noqa: N815 (the fields are named as FHIR names them)

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Element(BaseModel):
    """Any part of a resource: unknown fields are ignored, known ones must have FHIR's type."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class Coding(Element):
    """A code, its system and its display text."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class Concept(Element):
    """A CodeableConcept."""

    coding: list[Coding] = Field(default_factory=list)
    text: str | None = None

    def words(self) -> str:
        """What to call it: its text, else a display, else a code."""
        shown = [coding.display for coding in self.coding] + [coding.code for coding in self.coding]
        return next((text for text in [self.text, *shown] if text), "")

    def codes(self) -> frozenset[str]:
        """Every code in it."""
        return frozenset(coding.code for coding in self.coding if coding.code)


class Identifier(Element):
    """A business identifier such as a record number."""

    system: str | None = None
    value: str | None = None
    type: Concept | None = None


class Reference(Element):
    """A pointer to another resource."""

    reference: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class Period(Element):
    """A start and an end, either open."""

    start: str | None = None
    end: str | None = None


class Quantity(Element):
    """A number with its unit; ``code`` is the unit's code in ``system``."""

    value: Any = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Ratio(Element):
    """One amount in another."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Repeat(Element):
    """How often something happens, and from when to when."""

    boundsDuration: Quantity | None = None
    boundsRange: Any = None
    boundsPeriod: Period | None = None
    count: Any = None
    countMax: Any = None
    duration: Any = None
    durationMax: Any = None
    durationUnit: str | None = None
    frequency: Any = None
    frequencyMax: Any = None
    period: Any = None
    periodMax: Any = None
    periodUnit: str | None = None
    dayOfWeek: list[str] = Field(default_factory=list)
    timeOfDay: list[str] = Field(default_factory=list)
    when: list[str] = Field(default_factory=list)
    offset: Any = None


class Timing(Element):
    """When something happens: at times, by a rule, or by a code such as BID."""

    event: list[str] = Field(default_factory=list)
    repeat: Repeat | None = None
    code: Concept | None = None


class Calibration(Element):
    """Whether a metric is calibrated."""

    state: str | None = None
    time: str | None = None


class SampledData(Element):
    """A row of numbers at a fixed distance: ``origin + factor x number``, ``period`` ms apart."""

    origin: Quantity
    period: Any = None
    factor: Any = 1
    dimensions: int = 1
    data: str | None = None


class Measured(Element):
    """What an Observation and its components share: a code, and a value or the reason why there is none."""

    code: Concept
    valueQuantity: Quantity | None = None
    valueCodeableConcept: Concept | None = None
    valueSampledData: SampledData | None = None
    valueInteger: Any = None
    valueString: Any = None
    dataAbsentReason: Concept | None = None


class Meta(Element):
    """The version of a resource, and the labels on it."""

    versionId: str | None = None
    lastUpdated: str | None = None
    security: list[Coding] = Field(default_factory=list)
    tag: list[Coding] = Field(default_factory=list)


class Extension(Element):
    """A field that FHIR does not have."""

    url: str | None = None
    valueDateTime: str | None = None
    valueString: str | None = None
    valueReference: Reference | None = None


class Resource(Element):
    """What every resource has."""

    resourceType: str
    id: str | None = None
    meta: Meta | None = None
    identifier: list[Identifier] = Field(default_factory=list)


class Observation(Resource, Measured):
    """A measurement, or a panel of them. What is ``Any`` is looked at only where it is needed."""

    status: str
    category: Any = None
    subject: Reference | None = None
    performer: Any = None
    hasMember: Any = None
    device: Reference | None = None
    effectiveDateTime: str | None = None
    effectiveInstant: str | None = None
    effectivePeriod: Period | None = None
    component: list[Measured] = Field(default_factory=list)


class HumanName(Element):
    """One of a person's names."""

    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: list[str] = Field(default_factory=list)


class PatientLink(Element):
    """Another record of the same person."""

    other: Reference
    type: str | None = None


class Patient(Resource):
    """A person in care."""

    active: bool | None = None
    link: list[PatientLink] = Field(default_factory=list)
    name: list[HumanName] = Field(default_factory=list)
    gender: str | None = None
    birthDate: str | None = None


class EncounterLocation(Element):
    """Where an encounter takes place, and whether it still does."""

    location: Reference
    status: str | None = None


class Encounter(Resource):
    """A stay or a visit; ``class`` is a word of Python's."""

    status: str
    class_: Coding | None = Field(default=None, alias="class")
    subject: Reference | None = None
    period: Period | None = None
    reasonCode: list[Concept] = Field(default_factory=list)
    location: list[EncounterLocation] = Field(default_factory=list)


class Location(Resource):
    """A place, down to a bed."""

    name: str | None = None
    physicalType: Concept | None = None


class DeviceName(Element):
    """A device's name."""

    name: str | None = None


class DeviceVersion(Element):
    """The version of a device's software or hardware."""

    value: str | None = None


class Device(Resource):
    """What measured."""

    status: str | None = None
    type: Concept | None = None
    manufacturer: str | None = None
    modelNumber: str | None = None
    deviceName: list[DeviceName] = Field(default_factory=list)
    version: list[DeviceVersion] = Field(default_factory=list)
    patient: Reference | None = None


class DeviceMetric(Resource):
    """One measurement of a device: what, in which unit, how often, and whether it is on and calibrated."""

    type: Concept
    unit: Concept | None = None
    source: Reference | None = None
    parent: Reference | None = None
    operationalStatus: str | None = None
    measurementPeriod: Timing | None = None
    calibration: list[Calibration] = Field(default_factory=list)


class Condition(Resource):
    """A problem or diagnosis."""

    recordedDate: str | None = None
    onsetDateTime: str | None = None

    clinicalStatus: Concept | None = None
    verificationStatus: Concept | None = None
    code: Concept | None = None
    subject: Reference | None = None


class AllergyIntolerance(Resource):
    """An allergy or intolerance."""

    recordedDate: str | None = None
    onsetDateTime: str | None = None

    clinicalStatus: Concept | None = None
    verificationStatus: Concept | None = None
    code: Concept | None = None
    patient: Reference | None = None
