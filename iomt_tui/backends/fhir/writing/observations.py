"""Observations from vital signs that a clinician validated. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any, Final, NamedTuple

from iomt_tui.backends.fhir.vocabulary import LOINC, MDC, SNOMED, UCUM
from iomt_tui.backends.fhir.writing import ids
from iomt_tui.backends.fhir.writing.pieces import PERSONS, coding, concept, instant, marked, person, reference, tagged
from iomt_tui.backends.fhir.writing.server import Resource, Unfit
from iomt_tui.clinical.codes import ACVPU_ANSWERS
from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.units import display
from iomt_tui.clinical.vitals import ACVPU_WORDS, VITALS, Vital
from iomt_tui.ward.writes import Write

_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
_PANEL: Final = coding(LOINC, "85354-9", "Blood pressure panel with all children optional")
#: Vitals that make one panel: of the cuff, and of the arterial line.
_PANELS: Final = {"nibp": "Blood pressure, cuff", "ibp": "Blood pressure, arterial line"}
#: Codes a vital goes by all at once: profiles ask for the one or the other.
_ALL: Final = frozenset({"spo2"})
_ANSWERS: Final = {value: code for code, value in reversed(ACVPU_ANSWERS.items()) if not code.startswith("LA")}
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
        groups.setdefault((family if family in _PANELS else one.vital.key, one.at, one.device), []).append(one)
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
    meta, device = tagged(station), reference("Device", first.device)
    sources = sorted({one.source for one in group if one.source.startswith("Observation/")})
    if name in _PANELS:
        body: Resource = {
            "code": concept(_PANEL, text=_PANELS[name]),
            "component": [{"code": _code(one.vital), **_measured(one)} for one in group],
        }
    else:
        body = {"code": _code(first.vital), **_measured(first)}
    resource = {
        "resourceType": "Observation",
        "id": ids.of_op(write.op, f"{name}@{first.at}@{first.device}"),
        **({"meta": meta} if meta else {}),
        "identifier": marked(write.op),
        "status": "final",
        "category": [concept(coding(_CATEGORY, "vital-signs", "Vital Signs"))],
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


def _code(vital: Vital) -> Resource:
    codes = [coding(LOINC, code) for code in (vital.loinc if vital.key in _ALL else vital.loinc[:1])]
    device = [coding(MDC, str(code), refid) for code, refid in zip(vital.mdc[:1], vital.refids[:1], strict=False)]
    return concept(*codes, *device, text=vital.name)


def _measured(one: _Value) -> Resource:
    vital = one.vital
    if vital.key == "acvpu":
        answer = min(max(int(rounded(one.value)), 0), len(ACVPU_WORDS) - 1)
        return {"valueCodeableConcept": concept(coding(SNOMED, _ANSWERS[answer]), text=ACVPU_WORDS[answer])}
    value = rounded(one.value, vital.decimals)
    unit = display(vital.key, value)[1] or vital.unit
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": vital.unit}
    return {"valueQuantity": quantity}


def put_entries(resources: Iterable[Resource]) -> list[Resource]:
    """Entries of a batch that write ``resources`` under their own ids."""
    return [_entry("PUT", f"{one['resourceType']}/{one['id']}") | {"resource": one} for one in resources]


def get_entries(resources: Iterable[Resource]) -> list[Resource]:
    """Entries of a batch that read them."""
    return [_entry("GET", f"{one['resourceType']}/{one['id']}") for one in resources]


def _entry(method: str, url: str) -> Resource:
    return {"request": {"method": method, "url": url}}
