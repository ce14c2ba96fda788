"""Notes: Communication, as this program writes one of its own to a server. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iomt_tui.backends.fhir.exchange import REPLACES
from iomt_tui.backends.fhir.writing import ids, noting
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.security.text import SafeText
from iomt_tui.ward.notes import Note
from iomt_tui.ward.writes import NOTE, Write


def note_id(note: Note) -> str:
    """The id of a note's resource: of one that was written here that of its act, as on a server; of one that came from
    a server the one that it has there."""
    return note.id if note.origin and ids.legal(note.id) else ids.of_op(note.id)


def communication(note: Note, known: Mapping[str, Note]) -> Resource:
    """A note. ``known``: the notes of the patient before it, by id: a correction refers to the one that it corrects
    and tells of it in words, where that is among them."""
    old = known.get(note.replaces)
    about: dict[str, Any] = {"text": note.text}
    if old is not None:
        about["replaces"] = {"id": old.id, "at": old.at, "by": old.by}
    write = Write(note.id, NOTE, note.patient, note.by, SafeText(""), note.at, about)
    made = noting.communication(write, f"Patient/{note.patient}", "", note_id(old) if old is not None else "")
    if note.replaces and old is None:
        made["extension"] = [{"url": REPLACES, "valueString": note.replaces}]
    if note.origin:  # no act of this ward made it
        del made["identifier"]
    return made | {"id": note_id(note)}
