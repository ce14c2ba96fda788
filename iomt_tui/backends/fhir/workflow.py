"""The part of FHIR R4 about flags, teams, messages and tasks that a ward reads; see :mod:`.resources`."""

# ruff: noqa: N815 (the fields are named as FHIR names them)

from __future__ import annotations

from typing import Any

from pydantic import Field

from iomt_tui.backends.fhir.resources import Concept, Element, Extension, Period, Reference, Resource


class Flag(Resource):
    """A warning about a patient."""

    status: str
    code: Concept
    subject: Reference | None = None
    period: Period | None = None


class Participant(Element):
    """A member of a care team."""

    role: list[Concept] = Field(default_factory=list)
    member: Reference | None = None
    period: Period | None = None


class CareTeam(Resource):
    """Who cares for a patient."""

    status: str | None = None
    subject: Reference | None = None
    participant: list[Participant] = Field(default_factory=list)


class Payload(Element):
    """A part of a message."""

    contentString: str | None = None


class Communication(Resource):
    """A message about a patient."""

    status: str
    subject: Reference | None = None
    sent: str | None = None
    received: str | None = None
    sender: Reference | None = None
    payload: list[Payload] = Field(default_factory=list)
    extension: list[Extension] = Field(default_factory=list)


class Input(Element):
    """A named value of a task."""

    type: Concept
    valueString: Any = None
    valueDateTime: Any = None
    valueInstant: Any = None
    valueInteger: Any = None
    valuePositiveInt: Any = None
    valueCode: Any = None

    @property
    def value(self) -> Any:
        """Whichever of them is there."""
        given = (self.valueString, self.valueDateTime, self.valueInstant, self.valueInteger, self.valuePositiveInt,
                 self.valueCode)  # fmt: skip
        return next((one for one in given if one is not None), None)


class Task(Resource):
    """Something that somebody takes on."""

    status: str
    code: Concept | None = None
    for_: Reference | None = Field(default=None, alias="for")
    owner: Reference | None = None
    executionPeriod: Period | None = None
    lastModified: str | None = None
    input: list[Input] = Field(default_factory=list)
