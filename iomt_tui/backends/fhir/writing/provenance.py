"""Who did what to which version of a resource, as Provenance. Pure."""

from __future__ import annotations

from iomt_tui.backends.fhir.writing import ids
from iomt_tui.backends.fhir.writing.pieces import AGENTS, coding, concept, inside, instant, person, tagged, text_of
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.ward.writes import Write

_ACTIVITY = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def path(write: Write) -> str:
    """Where it lies: the same for the same act."""
    return f"Provenance/{ids.of_op(write.op, 'provenance')}"


def provenance(write: Write, target: Resource, words: str, station: str) -> Resource:
    """That the author of ``write`` did what ``words`` say to ``target`` as it was read back."""
    where = f"{target['resourceType']}/{target['id']}"
    version = text_of(inside(target, "meta", "versionId"))
    author = concept(coding(_PARTICIPANT, "author", "Author"))
    meta = tagged(station)
    return {
        "resourceType": "Provenance",
        "id": path(write).removeprefix("Provenance/"),
        **({"meta": meta} if meta else {}),
        "target": [{"reference": f"{where}/_history/{version}" if version else where}],
        "occurredDateTime": instant(write.at),
        "recorded": instant(write.at),
        "activity": concept(coding(_ACTIVITY, "UPDATE", "revise"), text=words),
        "agent": [{"type": author, "who": person(write.user, write.user_ref, AGENTS)}],
    }
