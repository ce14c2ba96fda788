"""Notes about a patient, of this ward and of its backend: the newest of each id, the newest few of all."""

from __future__ import annotations

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
    """One note. ``origin`` names the backend that it came from, "" for this ward."""

    ENTRY: ClassVar[str] = "note"

    id: str
    patient: str
    text: SafeText
    at: int  # ms
    by: SafeText
    origin: SafeText

    def body(self) -> dict[str, Any]:
        """The JSON body of its log entry."""
        return {
            "id": self.id, "patient": self.patient, "text": self.text, "at": self.at, "by": self.by,
            "from": self.origin,
        }  # fmt: skip

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Note:
        """From the JSON of a log entry. Raises KeyError, TypeError or ValueError on a body of another shape."""
        return cls(
            id=identity(data["id"], "id"), patient=identity(data["patient"], "patient id"),
            text=safe_text(data["text"], LONGEST), at=moment(data["at"], "time"),
            by=safe_text(data.get("by") or "", 40), origin=safe_text(data.get("from") or "", 40),
        )  # fmt: skip


def noted(notes: tuple[Note, ...], new: Note) -> tuple[Note, ...]:
    """``notes`` with ``new`` in the place of one of the same id, the newest first."""
    others = (note for note in notes if note.id != new.id)
    return tuple(sorted((new, *others), key=lambda note: (-note.at, note.id))[:MOST])
