"""Code systems to the catalogue's words: which vital sign, which answer, why there is no value."""

from __future__ import annotations

from typing import Final

from iomt_tui.backends.fhir.resources import Concept, Observation
from iomt_tui.clinical.codes import ACVPU_ANSWERS, BP_PANELS, by_loinc, by_mdc, by_snomed
from iomt_tui.clinical.vitals import Vital

LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
MDC: Final = "urn:iso:std:iso:11073:10101"
UCUM: Final = "http://unitsofmeasure.org"

COUNTED_OUT: Final = frozenset({"entered-in-error", "cancelled"})
"""Statuses of an Observation that never becomes a reading."""

ABSENT: Final = {
    "error": "invalid", "not-a-number": "not-finite", "negative-infinity": "not-finite",
    "positive-infinity": "not-finite", "as-text": "not-a-number",
}  # fmt: skip
"""dataAbsentReason to the log's words; every other code means that it was not measured."""

OTHERS: Final = frozenset({"laboratory", "imaging", "survey", "social-history", "exam", "therapy", "activity"})
"""Categories of observations that do not claim to be vital signs."""

NEWS2_PARTS: Final = frozenset({
    "1104301000000104", "1104351000000103", "1104311000000102", "1104331000000105", "1104371000000107",
    "1104341000000101", "1104361000000100",
})  # fmt: skip
"""SNOMED CT: the points of one parameter of NEWS2, which are no measurement."""

RESUSCITATION: Final = {
    "304252001": "For resuscitation", "304253006": "Not for resuscitation",
    "450475007": "For attempted CPR", "450476008": "Not for attempted CPR",
}  # fmt: skip
"""SNOMED CT findings about resuscitation, as they are shown."""

_AIR: Final = "722742002"  # SNOMED CT: breathing room air


def is_panel(concept: Concept) -> bool:
    """Whether it is a blood pressure panel, whose components carry the values."""
    return any(coding.system == LOINC and coding.code in BP_PANELS for coding in concept.coding)


def vital_of(concept: Concept) -> tuple[str, str]:
    """(key, "") of the vital sign that a code means, or ("", reason).

    An 11073 code is more exact than a LOINC one (8480-6 does not say cuff or artery) and wins, unless the two do
    not even share a unit: codes that contradict each other are refused, not chosen from.
    """
    found: dict[str, Vital] = {}
    for coding in concept.coding:
        vital = None
        if coding.system == MDC:
            vital = by_mdc(coding.code, coding.display or "")
        elif coding.system == LOINC:
            vital = by_loinc(coding.code or "")
        elif coding.system == SNOMED:
            vital = by_snomed(coding.code or "")
        if vital is not None and coding.system is not None:
            found.setdefault(coding.system, vital)
            if found[coding.system] is not vital:
                return "", "conflicting-codes"
    if len({vital.unit for vital in found.values()}) > 1:
        return "", "conflicting-codes"
    best = found.get(MDC) or found.get(LOINC) or found.get(SNOMED)
    return (best.key, "") if best else ("", "unknown-code")


def coded_value(key: str, concept: Concept) -> float | None:
    """The value in the log of a coded answer, None when the answer is not known."""
    for coding in concept.coding:
        code = coding.code or ""
        if key == "acvpu" and coding.system in (SNOMED, LOINC) and code in ACVPU_ANSWERS:
            return float(ACVPU_ANSWERS[code])
        if key in {"o2_flow", "fio2"} and coding.system == SNOMED and code == _AIR:
            return 0.0 if key == "o2_flow" else 21.0
    return None


def unused(observation: Observation) -> str:
    """What an observation without a vital sign's code is counted as, quietly: its category, when that is another one
    than vital signs. "" where its code should have been known."""
    if any(coding.system == SNOMED and coding.code in NEWS2_PARTS for coding in observation.code.coding):
        return "NEWS2 points"
    raw = observation.category
    codings = [
        coding
        for one in (raw if isinstance(raw, list) else [])
        if isinstance(one, dict) and isinstance(one.get("coding"), list)
        for coding in one["coding"]
        if isinstance(coding, dict)
    ]
    codes = [code for coding in codings if isinstance(code := coding.get("code"), str)]
    return "" if "vital-signs" in codes else next((code for code in codes if code in OTHERS), "")


def label(concept: Concept) -> str:
    """A concept for a list of problems: first code and words."""
    code = next((coding.code for coding in concept.coding if coding.code), "")
    words = concept.words()
    return f"{code} {words}".strip() if words != code else code or "no code"
