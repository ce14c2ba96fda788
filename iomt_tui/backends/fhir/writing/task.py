"""The Task that carries an alarm's acknowledgement: one for each alarm condition, shared by all desks. Pure.

``requested``: announced, and nobody has it. ``accepted``: its owner has it until the end of ``executionPeriod``.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from iomt_tui.alarms.model import Key, Ref
from iomt_tui.backends.fhir.exchange import ALARM, INTENT, OP, REPLACES, TASK_CODE, TASK_SYSTEM
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
    ops_of,
    person,
    tagged,
    text_of,
    time_of,
)
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.security.text import SafeText
from iomt_tui.ward.writes import Write

REQUESTED, ACCEPTED = "requested", "accepted"
#: Alarm priority -> Task priority.
PRIORITY: Final = {1: "routine", 2: "urgent", 3: "stat"}
INTENT_WORDS: Final = {
    "going": "going there now", "expected": "expected for this patient", "sensor": "sensor problem",
    "doctor": "doctor called", "note": "note",
}  # fmt: skip


class Announcement(NamedTuple):
    """What was announced and is acknowledged. Times are ms."""

    ref: Ref
    onset: int
    raised: int
    priority: int
    text: str

    @classmethod
    def of(cls, about: dict[str, Any]) -> Announcement:
        """From what an acknowledgement is about. Raises KeyError, TypeError or ValueError."""
        patient, param, kind, episode, rev = about["ref"]
        ref = Ref(str(patient), str(param), str(kind), int(episode), int(rev))
        return cls(ref, int(about["onset"]), int(about["raised"]), int(about["prio"]), str(about.get("text") or ""))


def path(announced: Announcement, patient: str) -> str:
    """Where its Task lies. ``patient``: "Patient/1"."""
    return f"Task/{ids.of_alarm(Key(patient, announced.ref.param, announced.ref.kind))}"


def requested(announced: Announcement, patient: str, station: str) -> Resource:
    """The Task of an announcement that nobody has."""
    ref = announced.ref
    words = announced.text.strip() or f"{ref.param} {ref.kind}".strip() or "alarm"
    meta = tagged(station)
    return {
        "resourceType": "Task",
        "id": path(announced, patient).removeprefix("Task/"),
        **({"meta": meta} if meta else {}),
        "identifier": [{"system": ALARM, "value": f"{ref.param}|{ref.kind}"}],
        "status": REQUESTED,
        "intent": "order",
        "priority": PRIORITY.get(announced.priority, "routine"),
        "code": concept(coding(TASK_SYSTEM, TASK_CODE, "Alarm acknowledgement"), text=words),
        "description": words,
        "focus": {"reference": patient},
        "for": {"reference": patient},
        "authoredOn": instant(announced.raised),
        **({"requester": {"display": station}} if station.strip() else {}),
        "input": _inputs(announced),
    }


def _inputs(announced: Announcement) -> list[Resource]:
    ref = announced.ref
    words = {"param": ref.param, "kind": ref.kind, "text": announced.text}
    times = {"onset": announced.onset, "raised": announced.raised}
    numbers = {"episode": ref.episode, "rev": ref.rev, "priority": announced.priority}
    return [
        *(_input(name, "valueString", value) for name, value in words.items() if value.strip()),
        *(_input(name, "valueDateTime", instant(value)) for name, value in times.items()),
        *(_input(name, "valueInteger", value) for name, value in numbers.items()),
    ]


def _input(name: str, field: str, value: object) -> Resource:
    return {"type": concept(coding(TASK_SYSTEM, name), text=name), field: value}


def accepted(announced: Announcement, write: Write, patient: str, station: str) -> Resource:
    """The Task of an announcement that the author of ``write`` has."""
    task = requested(announced, patient, station)
    until, intent, said = write.about.get("until"), str(write.about.get("intent") or ""), write.about.get("note") or ""
    period = {"start": instant(write.at)} | ({"end": instant(int(until))} if until is not None else {})
    task |= {
        "identifier": [*task["identifier"], *marked(write.op)],
        "status": ACCEPTED,
        "owner": person(write.user, write.user_ref, AGENTS),
        "executionPeriod": period,
        "lastModified": instant(write.at),
    }
    if until is not None:
        task["restriction"] = {"period": {"end": instant(int(until))}}
    promise = INTENT_WORDS.get(intent, "")
    if promise:
        task["businessStatus"] = concept(coding(INTENT, intent), text=promise)
    words = ": ".join(filter(None, (promise, str(said).strip())))
    if words:
        task["note"] = [note(words, write.at, write.user)]
    return task


def taken_back(held: Resource, write: Write, station: str) -> Resource:
    """The Task ``held`` without its acknowledgement, which ``write`` takes back."""
    kept = {name: held[name] for name in _ANNOUNCED if name in held}
    other = [one for one in dicts(held.get("identifier")) if one.get("system") != OP]
    was = [{"url": REPLACES, "valueString": op} for op in sorted(ops_of(held))]
    meta = tagged(station)
    return kept | {
        **({"meta": meta} if meta else {}),
        **({"extension": was} if was else {}),
        "identifier": [*other, *marked(write.op)],
        "status": REQUESTED,
        "lastModified": instant(write.at),
        "statusReason": concept(text=f"taken back by {write.user}"),
    }


_ANNOUNCED: Final = (
    "resourceType", "id", "intent", "priority", "code", "description", "focus", "for", "authoredOn", "requester",
    "input",
)  # fmt: skip


class Seen(NamedTuple):
    """One version of a Task as a server told it. Times are ms; what it does not say is None or ""."""

    resource: Resource
    accepted: bool
    ops: set[str]
    revoked: str  # the act whose acknowledgement this version takes back
    raised: int
    by: SafeText
    since: int | None
    until: int | None


def seen(resource: Resource) -> Seen:
    """Reads a Task, whatever the server made of it."""
    values = {text_of(inside(_first(one), "code")): one for one in dicts(resource.get("input"))}
    raised = time_of(inside(values.get("raised"), "valueDateTime"))
    modified = time_of(resource.get("lastModified")) or time_of(inside(resource, "meta", "lastUpdated"))
    since = time_of(inside(resource, "executionPeriod", "start"))
    return Seen(
        resource=resource,
        accepted=resource.get("status") in (ACCEPTED, "in-progress", "completed"),
        ops=ops_of(resource),
        revoked=text_of(extension_of(resource, REPLACES, "valueString")),
        raised=raised or 0,
        by=name_of(resource.get("owner")),
        since=since if since is not None else modified,
        until=time_of(inside(resource, "executionPeriod", "end")),
    )


def _first(one: Resource) -> object:
    """The coding of an input's type."""
    return next(dicts(inside(one, "type", "coding")), None)
