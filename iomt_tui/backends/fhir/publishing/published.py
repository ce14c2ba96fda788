"""The ward as it is published so far: what arrives from its devices and people becomes the resources that change.

A small fold of its own: it keeps who is where, with which devices and orders, since a resource is always written whole.
Alarms that devices raise are left out: FHIR R4 has no resource for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from iomt_tui.backends.fhir.publishing import devices, doses, notes, people, places
from iomt_tui.backends.fhir.publishing.latest import Latest
from iomt_tui.backends.fhir.publishing.measurements import news2, observations
from iomt_tui.backends.fhir.publishing.naming import Names
from iomt_tui.backends.fhir.publishing.prescriptions import medication_request
from iomt_tui.backends.fhir.publishing.thinning import thinned
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.clinical.medication.administration import EFFECT, Administration
from iomt_tui.clinical.medication.kinds import Infusion
from iomt_tui.clinical.medication.order import Order
from iomt_tui.ward.events import Reading
from iomt_tui.ward.notes import Note

Arrival = tuple[int, str, Any]


class PublishedWard:
    """One ward. ``since`` (ms): nothing older is published of what was taken at home; ``least`` (s): how often at most
    a vital sign is published."""

    def __init__(self, names: Names, title: str, zone: tzinfo, since: int, least: float) -> None:
        self._names, self._title, self._zone, self._since, self._least = names, title, zone, since, least
        self._patients: dict[str, dict[str, Any]] = {}
        self._stays: dict[str, people.Stay] = {}
        self._devices: dict[str, dict[str, Any]] = {}
        self._orders: dict[str, Order] = {}
        self._records: dict[str, Resource] = {}
        self._infusions: dict[str, str] = {}  # order -> record of its beginning
        self._nurses: dict[str, dict[str, None]] = {}
        self._notes: dict[str, dict[str, Note]] = {}  # patient -> notes by id
        self._latest = Latest()
        self._changed: dict[tuple[str, str], Resource] = {}

    @property
    def present(self) -> list[str]:
        """The ids of the patients who are on the ward, in the order in which they came."""
        return [one for one, stay in self._stays.items() if stay.ended is None]

    def premises(self, rooms: list[str], homes: list[str]) -> list[Resource]:
        """The ward itself, before anybody is on it."""
        names = self._names
        found = [places.organization(names), places.ward(names, self._title), *places.beds(names, rooms, homes)]
        return [names.labelled(one) for one in found]

    def ward(self, made: str) -> Resource:
        """The ward when it is complete; ``made`` says how it was simulated."""
        return self._names.labelled(places.ward(self._names, self._title, made))

    def take(self, arrivals: Iterable[Arrival], now: int, step: int) -> list[Resource]:
        """What to write after ``arrivals`` (of the simulated ward, in order), up to ``now`` (ms): each resource once,
        of a vital sign one value every ``step`` ms."""
        readings: list[Reading] = []
        for at, kind, body in arrivals:
            if kind == "obs":
                readings.append(self._names.reading(body))
            elif (taker := getattr(self, f"_take_{kind}", None)) is not None:
                taker(self._names.renamed(body), at)
        for reading in thinned(readings, step):
            self._latest.take(reading)
            for made in observations(self._names, reading, self._zone):
                self._change(made)
        self._scores(now)
        found, self._changed = self._changed, {}
        return [self._names.labelled(one) for one in found.values()]

    def _change(self, resource: Resource) -> None:
        key = (resource["resourceType"], resource["id"])
        self._changed.pop(key, None)
        self._changed[key] = resource

    def _take_patient(self, body: dict[str, Any], at: int) -> None:
        who = body["id"]
        whole = self._patients[who] = self._patients.get(who, {}) | body
        stay = self._stays.get(who)
        if stay is None:
            stay = self._stays[who] = people.Stay(at)
            self._roster(at)
        if not stay.places or stay.places[-1][0] != whole["bed"]:
            stay.move(whole["bed"], at)
        self._change(people.patient(whole))
        self._change(people.encounter(self._names, whole, stay))
        for one in people.statements(self._names, whole, stay.since):
            self._change(one)
        if (status := people.code_status(self._names, whole)) is not None:
            self._change(status)
        self._team(who)

    def _take_discharge(self, body: dict[str, Any], at: int) -> None:
        who = body["id"]
        stay = self._stays[who]
        stay.leave(at)
        stay.ended = at
        self._latest.forget(who)
        self._change(people.encounter(self._names, self._patients[who], stay))
        self._team(who)
        self._roster(at)

    def _roster(self, at: int) -> None:
        self._change(places.group(self._names, self._title, self.present))
        self._change(places.roster(self._names, self._title, self.present, at))

    def _take_device(self, body: dict[str, Any], at: int) -> None:
        del at
        name = body["id"]
        before = self._devices.get(name)
        whole = self._devices[name] = (before or {}) | body
        self._change(devices.device(whole))
        if before is None or "periods" in body or before["state"] != whole["state"]:
            for metric in devices.metrics(self._names, whole, self._least):
                self._change(metric)

    def _take_order(self, body: dict[str, Any], at: int) -> None:
        del at
        order = self._orders[body["id"]] = Order.from_body(body)
        stay = self._stays[order.patient]
        if order.start < stay.since:
            stay.began(order.start)
            self._change(people.encounter(self._names, self._patients[order.patient], stay))
        self._change(medication_request(order, self._zone))

    def _take_administration(self, body: dict[str, Any], at: int) -> None:
        record = Administration.from_body(body, at)
        if record.what == EFFECT:
            there = self._records.get(record.replaces or "")
            if there is not None:
                self._record(record.replaces or "", doses.with_effect(there, record))
            return
        order = self._orders[record.order]
        made = doses.administration(self._names, record, order, self._zone)
        if isinstance(order.schedule, Infusion) and record.due is None and record.order in self._infusions:
            made |= doses.part_of(self._infusions[record.order])
        elif record.due is not None:
            self._infusions[record.order] = made["id"]
        self._record(record.id, made)
        nurses = self._nurses.setdefault(record.patient, {})
        if record.by and record.by not in nurses:
            nurses[record.by] = None
            self._team(record.patient)

    def _record(self, name: str, resource: Resource) -> None:
        self._records[name] = resource
        self._change(resource)

    def _team(self, who: str) -> None:
        team, nurses = self._patients[who].get("team", ()), self._nurses.get(who, {})
        if team or nurses:
            here = self._stays[who].ended is None
            self._change(people.care_team(self._names, who, team, nurses, active=here))

    def _take_note(self, body: dict[str, Any], at: int) -> None:
        del at
        note = Note.from_body(body)
        own = self._notes.setdefault(note.patient, {})
        self._change(notes.communication(note, own))
        own[note.id] = note

    def _take_dispense(self, body: dict[str, Any], at: int) -> None:
        del at
        for one in doses.dispenses(body):
            self._change(one)

    def _take_intake(self, body: dict[str, Any], at: int) -> None:
        del at
        for one in doses.statements(self._names, body, self._orders[body["order"]], self._since, self._zone):
            self._change(one)

    def _scores(self, now: int) -> None:
        """The server's own NEWS2 at the full hour, of those of whom something is known."""
        hour = self._latest.due(now)
        for who in self.present if hour is not None else ():
            scale = self._patients[who]["spo2_scale"]
            found = self._latest.score(who, scale, hour or 0)
            if found.complete:
                self._change(news2(self._names, who, found, scale, hour or 0, self._zone))
