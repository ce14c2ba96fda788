"""What leaves the screens for a file, as the log tells of it: which page, of whom, of what time, and which bytes.

A desk asks with an ``export`` act and makes no file before the engine has allowed it; a file that did not come to be
after all is told of by a ``not-exported`` act.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from iomt_tui.clinical.medication.reading import identity, items, moment
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.view import NOTHING

EXPORT, NOT_EXPORTED = "export", "not-exported"
"""The words of their ``act`` entries."""
ACTS: Final = frozenset({EXPORT, NOT_EXPORTED})

CSV, JSON, TEXT, FHIR, SVG = "csv", "json", "text", "fhir", "svg"
FORMATS: Final = (CSV, JSON, TEXT, FHIR, SVG)

MOST_PATIENTS: Final = 5_000
LONGEST_NAME: Final = 120
LONGEST_STATION: Final = 80
LONGEST_WHY: Final = 160
TEST_WARDS: Final = frozenset({"DEMO", "TEST"})
"""Marks of wards without real patients: they may be exported in every format, by everybody."""
_PAGE: Final = re.compile(r"[a-z][a-z -]{0,39}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Permission:
    """What the configuration lets a ward of people be exported as, and by whom; ``people`` () is everybody."""

    formats: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    def of(self, watermark: str) -> frozenset[str]:
        """The formats in which a ward with this mark may be exported."""
        return frozenset(FORMATS if watermark in TEST_WARDS else self.formats)

    def refusal(self, watermark: str, user: str, form: str = "") -> str:
        """Why ``user`` may not export a ward with this mark, in this format or, where "", in any; "" when they may."""
        if watermark in TEST_WARDS:
            return ""
        if not self.formats:
            return "[export] formats of the configuration allows none here"
        if self.people and user not in self.people:
            return f"[export] people of the configuration does not name {user}"
        return f"[export] formats of the configuration does not name {form}" if form not in ("", *self.formats) else ""

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Permission:
        """From its fields as JSON. Raises KeyError or TypeError."""
        return cls(tuple(data["formats"]), tuple(data["people"]))


NONE_ALLOWED: Final = Permission()
"""Of a ward of people nothing."""


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
    station: SafeText = NOTHING  # from where it was asked for: machine, terminal, address; "" where that is not known

    def body(self) -> dict[str, Any]:
        """The JSON of its ``act`` entry, but for op and user."""
        return {
            "do": EXPORT, "what": self.what, "format": self.form, "patients": list(self.patients), "from": self.start,
            "to": self.end, "bytes": self.size, "sha256": self.sha256, "name": self.name, "station": self.station,
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
        station = safe_text(data.get("station") or "", LONGEST_STATION)
        return cls(data["what"], data["format"], patients, start, end, data["bytes"], data["sha256"], name, station)


def not_exported(op: str, export: dict[str, Any], why: str) -> dict[str, Any]:
    """The JSON of the act ``op`` by which a desk says that the file of its act ``export`` did not come to be."""
    return export | {"op": op, "do": NOT_EXPORTED, "undoes": export["op"], "why": safe_text(why, LONGEST_WHY)}
