"""One patient as a server has told of them so far: the newest version of every resource that is about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iomt_tui.backends.fhir.intake import Found
from iomt_tui.backends.fhir.people import (
    in_force,
    list_flag,
    list_statement,
    list_team,
    patient_body,
    place_in_bed,
    place_words,
)
from iomt_tui.backends.fhir.resources import AllergyIntolerance, Condition, Encounter, Location, Patient
from iomt_tui.backends.fhir.workflow import CareTeam, Flag

MOST: Final = 2_000
"""Resources kept of one patient, those told longest ago first to go."""


class Person:
    """What is known of a patient, and the body that the log was last told."""

    __slots__ = ("_parts", "_unnamed", "id", "patient", "said")

    def __init__(self, patient_id: str) -> None:
        self.id = patient_id
        self.patient: Patient | None = None
        self.said: dict[str, Any] = {}
        self._parts: dict[str, Found] = {}
        self._unnamed = 0

    def take(self, one: Found) -> None:
        """Takes up the newest version of one of this patient's resources."""
        key = one.key
        if not key:
            self._unnamed += 1
            key = f"~{self._unnamed}"
        self._parts[key] = one
        if len(self._parts) > MOST:
            del self._parts[next(iter(self._parts))]

    def drop(self, key: str) -> None:
        """A resource turned out to be about somebody else."""
        self._parts.pop(key, None)

    def body(self, places: Mapping[str, Location], now: int) -> dict[str, Any]:
        """The whole ``patient`` body at ``now`` (ms)."""
        body = patient_body(self.id, self.patient)
        stays: list[tuple[Encounter, str]] = []
        for resource in (one.resource for one in sorted(self._parts.values(), key=_age)):
            if isinstance(resource, Encounter):
                stays.append((resource, place_words(resource, places)))
            elif isinstance(resource, Condition | AllergyIntolerance):
                if in_force(resource):
                    list_statement(body, resource)
            elif isinstance(resource, Flag):
                list_flag(body, resource, now)
            elif isinstance(resource, CareTeam):
                list_team(body, resource, now)
        place_in_bed(body, stays)
        return body

    def news(self, places: Mapping[str, Location], now: int) -> dict[str, Any] | None:
        """The ``patient`` body to log: all of it the first time, later what has changed; None when nothing has."""
        body = self.body(places, now)
        changed = {name: value for name, value in body.items() if name not in self.said or self.said[name] != value}
        if not self.said:
            changed = {
                name: value for name, value in changed.items() if value or name not in ("flags", "team", "code_status")
            }
        self.said = body
        return {"id": self.id} | changed if changed else None


def _age(one: Found) -> tuple[str, str]:
    """By the date that it tells, then by name: the order in which resources come must not matter."""
    resource = one.resource
    told = ""
    if isinstance(resource, Condition | AllergyIntolerance):
        told = resource.recordedDate or resource.onsetDateTime or ""
    elif isinstance(resource, Encounter):
        told = (resource.period.start if resource.period else None) or ""
    return told, one.key
