"""Delivers a note as a Communication; a correction as one of its own that answers the note it corrects.

What was written first is never changed there: R4's Communication has nothing that says "replaces", so the extension
names the act, ``inResponseTo`` the resource, and an annotation tells people.
"""

from __future__ import annotations

from iomt_tui.backends.fhir.exchange import REPLACES
from iomt_tui.backends.fhir.writing import ids
from iomt_tui.backends.fhir.writing.desk import Desk
from iomt_tui.backends.fhir.writing.pieces import AGENTS, instant, marked, ops_of, person, reference, tagged
from iomt_tui.backends.fhir.writing.pieces import note as annotation
from iomt_tui.backends.fhir.writing.server import Later, Resource, Unfit, Verdict, found, shaped
from iomt_tui.ward import writes
from iomt_tui.ward.writes import Write


def communication(write: Write, patient: str, station: str, corrected: str = "") -> Resource:
    """The resource of a note; ``patient``: "Patient/1"; ``corrected``: the id there of the note that it corrects, ""
    where the server does not have it. Raises KeyError, and :class:`Unfit` without words."""
    text = str(write.about["text"])
    if not text.strip():
        raise Unfit("the note has no words")
    meta = tagged(station)
    return {
        "resourceType": "Communication",
        "id": ids.of_op(write.op),
        **({"meta": meta} if meta else {}),
        **_correction(write, corrected),
        "identifier": marked(write.op),
        "status": "completed",
        "subject": {"reference": patient},
        "sender": person(write.user, write.user_ref, AGENTS),
        "sent": instant(write.at),
        "payload": [{"contentString": text}],
    }


def _correction(write: Write, corrected: str) -> Resource:
    """What says that it corrects another note, and which; its words stay when the server drops the reference."""
    if (old := write.about.get("replaces")) is None:
        return {}
    by = f" by {old['by']}" if old["by"] else ""
    called = f"note of {instant(old['at'])}{by}"
    there = reference("Communication", corrected, called) if corrected else None
    return {
        "extension": [{"url": REPLACES, "valueString": str(old["id"])}],
        **({"inResponseTo": [there]} if there else {}),
        "note": [annotation(f"Correction: it replaces the {called}.", write.at, write.user)],
    }


async def _corrected(write: Write, desk: Desk) -> str:
    """The id there of the note that is corrected: by its act, or as the server calls it; "" where it has none."""
    if (old := write.about.get("replaces")) is None:
        return ""
    for name in (ids.of_op(str(old["id"])), str(old["id"])):
        if ids.legal(name) and await found(desk.server, f"Communication/{name}") is not None:
            return name
    return ""


async def note(write: Write, desk: Desk) -> Verdict:
    """What became of the note. Raises FhirError, Later, Unfit."""
    with shaped():
        resource = communication(write, desk.patient, desk.station, await _corrected(write, desk))
    where = f"Communication/{resource['id']}"
    there = await found(desk.server, where)
    if there is None:
        await desk.server.put(where, resource)
        there = await found(desk.server, where)
    if there is None or write.op not in ops_of(there[0]):
        raise Later("the server took the note, but does not have it")
    return Verdict(writes.CONFIRMED)
