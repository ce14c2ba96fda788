"""Notes about a patient, of this ward and of its backend: the newest of each id, the newest few of all.

A correction is a note of its own that names the one it replaces; what was written first stays, and stays to be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
    """``notes`` with ``new`` in the place of one of the same id, the newest first."""
    others = (note for note in notes if note.id != new.id)
    return tuple(sorted((new, *others), key=lambda note: (-note.at, note.id))[:MOST])


def corrections(notes: Iterable[Note]) -> dict[str, Note]:
    """Id of each note that was corrected -> its correction; of several that crossed, the newest."""
    found: dict[str, Note] = {}
    for note in notes:
        known = found.get(note.replaces)
        if note.replaces and (known is None or (note.at, note.id) > (known.at, known.id)):
            found[note.replaces] = note
    return found
