"""SMART scopes: what to ask for, and what of it was granted (SMART App Launch 2.2, "Scopes and Launch Context")."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from iomt_tui.security.sign_in.model import BACKEND, DEVICE

OPENID, OFFLINE, FHIR_USER, PROFILE = "openid", "offline_access", "fhirUser", "profile"

READ: Final = (
    "AllergyIntolerance", "CareTeam", "Condition", "Device", "DeviceMetric", "Encounter", "Flag", "Group", "List",
    "Location", "MedicationAdministration", "MedicationDispense", "MedicationRequest", "MedicationStatement",
    "Observation", "Patient", "Practitioner", "Provenance", "Task",
)  # fmt: skip
"""What a ward is read from; asked for as ``*``."""

WRITTEN: Final = {
    "ack": ("Task", "Provenance"),
    "dose": ("MedicationAdministration", "Provenance"),
    "note": ("Communication",),
    "vitals": ("Observation", "Device"),
}
"""What each configured write creates and updates. Nothing is ever deleted."""

_SCOPE: Final = re.compile(r"(patient|user|system)/(\*|[A-Za-z]+)\.(read|write|\*|c?r?u?d?s?)")
_V1: Final = {"read": "rs", "write": "cud", "*": "cruds"}


class _Right(NamedTuple):
    """Some letters of "cruds" on one type of resource, or on all ("*")."""

    level: str
    type: str
    letters: frozenset[str]


def wanted(auth: str, writes: Iterable[str] = (), *, v1: bool = False) -> tuple[str, ...]:
    """The scopes for reading a ward and for the configured ``writes``; () where none can be asked for.

    ``v1``: in the words of SMART 1, for a server that knows no others.
    """
    if auth not in (DEVICE, BACKEND):
        return ()
    level = "user" if auth == DEVICE else "system"
    types = dict.fromkeys(one for what in writes for one in WRITTEN[what])
    rights = [f"{level}/*.{'read' if v1 else 'rs'}", *(f"{level}/{one}.{'write' if v1 else 'cu'}" for one in types)]
    return (OPENID, FHIR_USER, PROFILE, OFFLINE, *rights) if auth == DEVICE else tuple(rights)


def lacking(asked: Iterable[str], granted: Iterable[str]) -> frozenset[str]:
    """What of ``asked`` is not covered by ``granted``, in either version's words.

    Of a ``*`` that was granted for some types alone, those that a ward needs and lacks are named. A right that is
    bound to a search ("?category=…") covers only itself. ``profile`` is a wish: names are shown where there are any.
    """
    given = frozenset(granted)
    rights = [right for right in map(_right, given) if right is not None]
    missing: set[str] = set()
    for scope in asked:
        if scope in given or scope == PROFILE:
            continue
        right = _right(scope)
        if right is None:
            missing.add(scope)
        elif right.type != "*" or _covered(right, rights):
            missing |= set() if _covered(right, rights) else {scope}
        else:
            missing |= _missing_types(scope, right, rights)
    return frozenset(missing)


def _missing_types(scope: str, right: _Right, rights: list[_Right]) -> set[str]:
    each = [right._replace(type=one) for one in READ]
    without = [one for one in each if not _covered(one, rights)]
    if len(without) == len(each):
        return {scope}
    return {scope.replace("*", one.type, 1) for one in without}


def _right(scope: str) -> _Right | None:
    matched = _SCOPE.fullmatch(scope)
    if matched is None or not matched[3]:
        return None
    return _Right(matched[1], matched[2], frozenset(_V1.get(matched[3], matched[3])))


def _covered(right: _Right, rights: list[_Right]) -> bool:
    fitting = [one.letters for one in rights if one.level == right.level and one.type in ("*", right.type)]
    return right.letters <= frozenset().union(*fitting)
