"""Delivers a note as a Communication."""

from __future__ import annotations

from iomt_tui.backends.fhir.writing import ids
from iomt_tui.backends.fhir.writing.desk import Desk
from iomt_tui.backends.fhir.writing.pieces import AGENTS, instant, marked, ops_of, person, tagged
from iomt_tui.backends.fhir.writing.server import Later, Resource, Unfit, Verdict, found, shaped
from iomt_tui.ward import writes
from iomt_tui.ward.writes import Write


def communication(write: Write, patient: str, station: str) -> Resource:
    """The resource of a note; ``patient``: "Patient/1". Raises KeyError, and :class:`Unfit` without words."""
    text = str(write.about["text"])
    if not text.strip():
        raise Unfit("the note has no words")
    meta = tagged(station)
    return {
        "resourceType": "Communication",
        "id": ids.of_op(write.op),
        **({"meta": meta} if meta else {}),
        "identifier": marked(write.op),
        "status": "completed",
        "subject": {"reference": patient},
        "sender": person(write.user, write.user_ref, AGENTS),
        "sent": instant(write.at),
        "payload": [{"contentString": text}],
    }


async def note(write: Write, desk: Desk) -> Verdict:
    """What became of the note. Raises FhirError, Later, Unfit."""
    with shaped():
        resource = communication(write, desk.patient, desk.station)
    where = f"Communication/{resource['id']}"
    there = await found(desk.server, where)
    if there is None:
        await desk.server.put(where, resource)
        there = await found(desk.server, where)
    if there is None or write.op not in ops_of(there[0]):
        raise Later("the server took the note, but does not have it")
    return Verdict(writes.CONFIRMED)
