"""Pieces that several resources share: codes, people, times, tags; and reading them where a server may say anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from iomt_tui.backends.fhir.exchange import OP, STATION
from iomt_tui.backends.fhir.times import moment
from iomt_tui.backends.fhir.writing.ids import legal
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.security.text import SafeText, safe_text

#: Who may stand where a person is named.
PERSONS: Final = frozenset({"Practitioner", "PractitionerRole", "Patient", "RelatedPerson"})
#: The same where a program may stand, too.
AGENTS: Final = PERSONS | {"Device"}
_NAME: Final = 40
_VERSION: Final = frozenset({"versionId", "lastUpdated"})


def instant(at: int, zone: tzinfo = UTC) -> str:
    """A FHIR ``instant`` with milliseconds, on the clock of ``zone``."""
    seconds, rest = divmod(at, 1000)
    return datetime.fromtimestamp(seconds, zone).replace(microsecond=rest * 1000).isoformat(timespec="milliseconds")


def coding(system: str, code: str, display: str = "") -> Resource:
    """One Coding."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(*codings: Resource, text: str = "") -> Resource:
    """A CodeableConcept; ``text`` only where it says something."""
    whole: Resource = {"coding": list(codings)} if codings else {}
    return whole | ({"text": text} if text.strip() else {})


def person(name: str, ref: str, among: frozenset[str] = PERSONS) -> Resource:
    """A reference to who did it; by name only where the server does not know them as one of ``among``."""
    tail = ref.rsplit("/", 2)
    known = len(tail) >= 2 and tail[-2] in among and legal(tail[-1])
    absolute = ref.startswith(("https://", "http://"))
    named = {"display": name} if name.strip() else {}
    return ({"reference": ref} if known and (absolute or len(tail) == 2) else {}) | named or {"display": "not named"}


def reference(kind: str, id_: str, words: str = "") -> Resource | None:
    """A reference to a resource of the server; None where the log's id cannot be one of it."""
    named = {"display": words} if words else {}
    return {"reference": f"{kind}/{id_}", **named} if legal(id_) else None


def marked(op: str) -> list[Resource]:
    """The identifier that names the act."""
    return [{"system": OP, "value": op}]


def tagged(station: str) -> Resource:
    """``meta`` that names the station."""
    return {"tag": [coding(STATION, station)]} if station.strip() else {}


def note(text: str, at: int, name: str) -> Resource:
    """An Annotation."""
    return {"text": text, "time": instant(at)} | ({"authorString": name} if name.strip() else {})


def dicts(value: object) -> Iterator[Resource]:
    """The objects of a JSON array; nothing where it is none."""
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def inside(value: object, *path: str) -> Any:
    """What lies at ``path`` in objects within objects, or None."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text_of(value: object) -> str:
    """A string, "" for anything else."""
    return value if isinstance(value, str) else ""


def name_of(reference: object) -> SafeText:
    """Whom a reference names, in words to show."""
    return safe_text(text_of(inside(reference, "display")) or text_of(inside(reference, "reference")), _NAME)


def time_of(value: object) -> int | None:
    """A FHIR time in ms, None where it is none."""
    try:
        return moment(value).at if isinstance(value, str) else None
    except ValueError:
        return None


def ops_of(resource: Resource) -> set[str]:
    """The acts that a resource names."""
    return {text_of(one.get("value")) for one in dicts(resource.get("identifier")) if one.get("system") == OP}


def unversioned(resource: Resource) -> Resource:
    """A resource as it was read, to be written again: which version it is, the server says."""
    meta = resource.get("meta")
    kept = {name: one for name, one in meta.items() if name not in _VERSION} if isinstance(meta, dict) else {}
    own = {name: value for name, value in resource.items() if name != "meta"}
    return own | ({"meta": kept} if kept else {})


def extension_of(resource: Resource, url: str, field: str) -> Any:
    """The value of the first extension with ``url``, or None."""
    return next((one.get(field) for one in dicts(resource.get("extension")) if one.get("url") == url), None)


def same_person(ref: object, name: str, known_as: str) -> bool:
    """Whether a reference means who is called ``name`` here and ``known_as`` ("Practitioner/1", "") there."""
    there = text_of(inside(ref, "reference"))
    if there and known_as:
        return there.rsplit("/", 2)[-2:] == known_as.rsplit("/", 2)[-2:]
    return bool(name) and text_of(inside(ref, "display")) == name
