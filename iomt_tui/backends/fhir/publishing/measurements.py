"""What was measured and computed: Observation. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, Final

from iomt_tui.backends.fhir.publishing.naming import Names, pointer
from iomt_tui.backends.fhir.publishing.people import encounter_id
from iomt_tui.backends.fhir.vocabulary import LOINC, SNOMED
from iomt_tui.backends.fhir.writing.pieces import coding, concept, instant
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.backends.fhir.writing.vital_signs import PANELS, VITAL_SIGNS, code_of, panel_code, value_of
from iomt_tui.clinical.news2 import News2
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward.events import Reading

_ABSENT_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
#: The log's words -> dataAbsentReason (CLINICAL 8.2: INV is error, OFF not-performed, NAV temp-unknown).
ABSENT: Final = {
    "sensor-off": "not-performed", "not-measured": "temp-unknown", "not-finite": "not-a-number",
    "not-a-number": "as-text",
}  # fmt: skip
_ERROR: Final = "error"
_SCORE: Final = concept(coding(LOINC, "88330-6"), coding(SNOMED, "1104051000000101"), text="NEWS2")
#: Inputs of NEWS2 -> SNOMED CT codes of their points.
_POINTS: Final = {
    "rr": "1104301000000104", "spo2": "1104311000000102", "o2": "1104331000000105", "sbp": "1104341000000101",
    "pulse": "1104351000000103", "acvpu": "1104361000000100", "temp": "1104371000000107",
}  # fmt: skip


def observations(names: Names, reading: Reading, zone: tzinfo) -> Iterator[Resource]:
    """One Observation for each vital of a reading, one for each blood pressure."""
    families: dict[str, list[str]] = {}
    for key in dict.fromkeys([*reading.values, *(reading.flags or {})]):
        family = key.partition("_")[0]
        families.setdefault(family if family in PANELS else key, []).append(key)
    for family, keys in families.items():
        yield _observation(names, reading, family, keys, zone)


def _observation(names: Names, reading: Reading, family: str, keys: list[str], zone: tzinfo) -> Resource:
    doubts = sorted({word for key in keys if key in reading.values and (word := (reading.flags or {}).get(key))})
    if family in PANELS:
        components = [{"code": code_of(VITALS[key]), **_value(reading, key)} for key in keys]
        what: Resource = {"code": panel_code(family), "component": components}
    else:
        what = {"code": code_of(VITALS[keys[0]]), **_value(reading, keys[0])}
    return {
        "resourceType": "Observation",
        "id": names.digest(family, reading.patient, reading.device, str(reading.observed_at)),
        # R4 has no word for a value that the device itself doubts; "final" would vouch for it.
        "status": "unknown" if doubts else "final",
        "category": [VITAL_SIGNS],
        "subject": pointer("Patient", reading.patient),
        "encounter": pointer("Encounter", encounter_id(names, reading.patient)),
        "effectiveDateTime": instant(reading.observed_at, zone),
        **what,
        **({"note": [{"text": ", ".join(doubts)}]} if doubts else {}),
        "device": pointer("Device", reading.device),
    }


def _value(reading: Reading, key: str) -> dict[str, Any]:
    """The value, or the reason why there is none."""
    if key in reading.values:
        return value_of(VITALS[key], reading.values[key])
    reason = ABSENT.get((reading.flags or {})[key], _ERROR)
    return {"dataAbsentReason": concept(coding(_ABSENT_SYSTEM, reason))}


def news2(names: Names, patient_id: str, score: News2, scale: int, at: int, zone: tzinfo) -> Resource:
    """A NEWS2 as the server's own, with the points of each known input."""
    points = [{"code": _points_of(name, scale), "valueInteger": n} for name, n in score.points if n is not None]
    return {
        "resourceType": "Observation",
        "id": names.digest("news2", patient_id, str(at)),
        "status": "final",
        "category": [concept(coding("http://terminology.hl7.org/CodeSystem/observation-category", "survey", "Survey"))],
        "code": _SCORE,
        "subject": pointer("Patient", patient_id),
        "encounter": pointer("Encounter", encounter_id(names, patient_id)),
        "effectiveDateTime": instant(at, zone),
        "performer": [pointer("Organization", names.id("org"), "Demo hospital")],
        "valueInteger": score.total,
        "component": points,
    }


def _points_of(name: str, scale: int) -> Resource:
    if name == "spo2" and scale == 2:
        return concept(text="NEWS2 spo2, scale 2")
    return concept(coding(SNOMED, _POINTS[name]), text=f"NEWS2 {name}")
