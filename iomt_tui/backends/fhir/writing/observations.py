"""Observations from vital signs that a clinician validated. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any, Final, NamedTuple

from iomt_tui.backends.fhir.writing import ids
from iomt_tui.backends.fhir.writing.pieces import PERSONS, instant, marked, person, reference, tagged
from iomt_tui.backends.fhir.writing.server import Resource, Unfit
from iomt_tui.backends.fhir.writing.vital_signs import PANELS, VITAL_SIGNS, code_of, panel_code, value_of
from iomt_tui.clinical.vitals import VITALS, Vital
from iomt_tui.ward.writes import Write

_VALIDATED: Final = "validated by a clinician"


class Charted(NamedTuple):
    """One Observation to be, and the vitals in it."""

    vitals: tuple[str, ...]
    resource: Resource


class _Value(NamedTuple):
    vital: Vital
    value: float
    at: int
    device: str
    source: str  # "Observation/1" that it was read from, "" where nobody knows


def observations(write: Write, patient: str, station: str) -> list[Charted]:
    """One Observation for each vital, one for each blood pressure. Raises :class:`Unfit`, KeyError, TypeError or
    ValueError on what is no vital sign."""
    values = [_value(name, raw) for name, raw in write.about["values"].items()]
    if not values:
        raise Unfit("there is nothing to chart")
    groups: dict[tuple[str, int, str], list[_Value]] = {}
    for one in values:
        family = one.vital.key.partition("_")[0]
        groups.setdefault((family if family in PANELS else one.vital.key, one.at, one.device), []).append(one)
    return [_charted(name, group, write, patient, station) for (name, _, _), group in groups.items()]


def _value(name: str, raw: Any) -> _Value:
    if name not in VITALS:
        raise Unfit(f"{name} is no vital sign")
    value, at, device = raw[:3]
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise Unfit(f"{name} is no number")
    return _Value(VITALS[name], float(value), int(at), str(device or ""), str(raw[3]) if len(raw) > 3 else "")


def _charted(name: str, group: list[_Value], write: Write, patient: str, station: str) -> Charted:
    first = group[0]
    meta, device = tagged(station), reference("Device", first.device, first.device)
    sources = sorted({one.source for one in group if one.source.startswith("Observation/")})
    if name in PANELS:
        body: Resource = {
            "code": panel_code(name),
            "component": [{"code": code_of(one.vital), **value_of(one.vital, one.value)} for one in group],
        }
    else:
        body = {"code": code_of(first.vital), **value_of(first.vital, first.value)}
    resource = {
        "resourceType": "Observation",
        "id": ids.of_op(write.op, f"{name}@{first.at}@{first.device}"),
        **({"meta": meta} if meta else {}),
        "identifier": marked(write.op),
        "status": "final",
        "category": [VITAL_SIGNS],
        "subject": {"reference": patient},
        "effectiveDateTime": instant(first.at),
        "issued": instant(write.at),
        "performer": [person(write.user, write.user_ref, PERSONS)],
        **body,
        **({"device": device} if device else {}),
        **({"derivedFrom": [{"reference": one} for one in sources]} if sources else {}),
        "note": [{"text": _VALIDATED, "authorString": str(write.user) or "?", "time": instant(write.at)}],
    }
    return Charted(tuple(one.vital.key for one in group), resource)


def put_entries(resources: Iterable[Resource]) -> list[Resource]:
    """Entries of a batch that write ``resources`` under their own ids."""
    return [_entry("PUT", f"{one['resourceType']}/{one['id']}") | {"resource": one} for one in resources]


def get_entries(resources: Iterable[Resource]) -> list[Resource]:
    """Entries of a batch that read them."""
    return [_entry("GET", f"{one['resourceType']}/{one['id']}") for one in resources]


def _entry(method: str, url: str) -> Resource:
    return {"request": {"method": method, "url": url}}
