"""Notes about a patient, of this ward and of its backend: the newest of each id, the newest few of all.

A correction is a note of its own that names the one it replaces; what was written first stays, and stays to be read.
Of several corrections of one note the order of the log settles: the first stands, as the first acknowledgement does.
The others are kept, and stand beside it as conflicts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final

from iomt_tui.clinical.medication.reading import identity, moment
from iomt_tui.security.text import SafeText, safe_text

#: The longest note (characters).
LONGEST: Final = 400
#: Notes of one patient that are kept.
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Note:
    """One note. ``origin`` names the backend that it came from, "" for this ward; ``replaces`` is the id of the note
    that it corrects, "" for none."""

    ENTRY: ClassVar[str] = "note"

    id: str
    patient: str
    text: SafeText
    at: int  # ms
    by: SafeText
    origin: SafeText
    replaces: str = ""
    seq: int = field(default=0, compare=False)  # where the log first told of it; 0 where that is not known

    def body(self) -> dict[str, Any]:
        """The JSON body of its log entry."""
        return {
            "id": self.id, "patient": self.patient, "text": self.text, "at": self.at, "by": self.by,
            "from": self.origin, **({"replaces": self.replaces} if self.replaces else {}),
        }  # fmt: skip

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Note:
        """From the JSON of a log entry. Raises KeyError, TypeError or ValueError on a body of another shape."""
        own, replaces = identity(data["id"], "id"), data.get("replaces")
        return cls(
            id=own, patient=identity(data["patient"], "patient id"),
            text=safe_text(data["text"], LONGEST), at=moment(data["at"], "time"),
            by=safe_text(data.get("by") or "", 40), origin=safe_text(data.get("from") or "", 40),
            replaces="" if replaces in (None, own) else identity(replaces, "id of the note that it corrects"),
        )  # fmt: skip


def noted(notes: tuple[Note, ...], new: Note) -> tuple[Note, ...]:
    """``notes`` with ``new`` in the place of one of the same id, the newest first. Told again it keeps its place in the
    log, unless it now corrects another note."""
    before = next((note for note in notes if note.id == new.id), None)
    if before is not None and before.replaces == new.replaces:
        new = replace(new, seq=before.seq)
    others = (note for note in notes if note.id != new.id)
    return tuple(sorted((new, *others), key=lambda note: (-note.at, note.id))[:MOST])


def corrections(notes: Iterable[Note]) -> dict[str, Note]:
    """Id of each note that was corrected -> the correction that stands: the first of the log."""
    return {old: found[0] for old, found in _by_original(notes).items()}


def crossed(notes: Iterable[Note]) -> dict[str, tuple[Note, ...]]:
    """Id of each note that was corrected by several who did not know of each other -> the corrections that came after
    the one that stands, in the log's order."""
    return {old: tuple(found[1:]) for old, found in _by_original(notes).items() if len(found) > 1}


def _by_original(notes: Iterable[Note]) -> dict[str, list[Note]]:
    found: dict[str, list[Note]] = {}
    for note in sorted(notes, key=lambda one: (one.seq, one.at, one.id)):
        if note.replaces:
            found.setdefault(note.replaces, []).append(note)
    return found


def holding(notes: Iterable[Note], record: str) -> Note | None:
    """What holds instead of the note ``record``, or it itself: the newest of the corrections that stand; of one that
    came second what holds instead of the note that it meant to correct. None: the note is not there."""
    notes = tuple(notes)
    by_id, fixed, seen = {note.id: note for note in notes}, corrections(notes), set[str]()
    note = by_id.get(record)
    while note is not None and note.id not in seen and (first := fixed.get(note.replaces)) not in (None, note):
        seen.add(note.id)
        note = first
    seen.clear()
    while note is not None and note.id not in seen and note.id in fixed:
        seen.add(note.id)
        note = fixed[note.id]
    return note
