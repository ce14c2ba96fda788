"""What leaves the screens for a file, as the log tells of it: which page, of whom, of what time, and which bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from iomt_tui.clinical.medication.reading import identity, items, moment
from iomt_tui.security.text import safe_text

EXPORT: Final = "export"
"""The word of its ``act`` entry."""

CSV, JSON, TEXT, FHIR, SVG = "csv", "json", "text", "fhir", "svg"
FORMATS: Final = (CSV, JSON, TEXT, FHIR, SVG)

MOST_PATIENTS: Final = 5_000
LONGEST_NAME: Final = 120
_PAGE: Final = re.compile(r"[a-z][a-z -]{0,39}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Export:
    """One file: the bytes are named by their SHA-256, so that a file found anywhere can be told to be this one."""

    what: str  # the page
    form: str  # one of FORMATS
    patients: tuple[str, ...]  # ids of those who are in it
    start: int  # ms, the time that it is about
    end: int
    size: int  # bytes
    sha256: str  # lower-case hex
    name: str  # of the file, without its directory

    def body(self) -> dict[str, Any]:
        """The JSON of its ``act`` entry, but for op and user."""
        return {
            "do": EXPORT, "what": self.what, "format": self.form, "patients": list(self.patients), "from": self.start,
            "to": self.end, "bytes": self.size, "sha256": self.sha256, "name": self.name,
        }  # fmt: skip

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Export:
        """From the JSON of a log entry. Raises KeyError, TypeError or ValueError on a body of another shape."""
        start, end = moment(data["from"], "from"), moment(data["to"], "to")
        if data["format"] not in FORMATS or not _PAGE.fullmatch(data["what"]) or end < start:
            raise ValueError("what was exported")
        if type(data["bytes"]) is not int or data["bytes"] < 0 or not _DIGEST.fullmatch(data["sha256"]):
            raise ValueError("bytes of an export")
        name = data["name"]
        if not isinstance(name, str) or not name or safe_text(name, LONGEST_NAME) != name or "/" in name:
            raise ValueError("name of an export")
        patients = tuple(identity(one, "patient id") for one in items(data["patients"], "patients", MOST_PATIENTS))
        return cls(data["what"], data["format"], patients, start, end, data["bytes"], data["sha256"], name)
