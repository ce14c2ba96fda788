"""How a vital sign is written in FHIR: its codes and its value. Pure."""

from __future__ import annotations

from typing import Final

from iomt_tui.backends.fhir.vocabulary import LOINC, MDC, SNOMED, UCUM
from iomt_tui.backends.fhir.writing.pieces import coding, concept
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.clinical.codes import ACVPU_ANSWERS
from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.units import display
from iomt_tui.clinical.vitals import ACVPU_WORDS, Vital

_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
VITAL_SIGNS: Final = concept(coding(_CATEGORY, "vital-signs", "Vital Signs"))
_PANEL: Final = coding(LOINC, "85354-9", "Blood pressure panel with all children optional")
#: Vitals that make one panel: of the cuff, and of the arterial line.
PANELS: Final = {"nibp": "Blood pressure, cuff", "ibp": "Blood pressure, arterial line"}
#: Codes a vital goes by all at once: profiles ask for the one or the other.
_ALL: Final = frozenset({"spo2"})
_ANSWERS: Final = {value: code for code, value in reversed(ACVPU_ANSWERS.items()) if not code.startswith("LA")}


def panel_code(family: str) -> Resource:
    """The code of a blood pressure panel, one of :data:`PANELS`."""
    return concept(_PANEL, text=PANELS[family])


def code_of(vital: Vital) -> Resource:
    """What was measured: LOINC, and the 11073 code where there is one."""
    codes = [coding(LOINC, code) for code in (vital.loinc if vital.key in _ALL else vital.loinc[:1])]
    pairs = zip(vital.mdc[:1], vital.refids[:1], strict=False)  # some have a name alone
    device = [coding(MDC, str(code), refid) for code, refid in pairs]
    return concept(*codes, *device, text=vital.name)


def value_of(vital: Vital, number: float) -> Resource:
    """The value, as it is shown here: rounded to the vital's precision."""
    if vital.key == "acvpu":
        answer = min(max(int(rounded(number)), 0), len(ACVPU_WORDS) - 1)
        return {"valueCodeableConcept": concept(coding(SNOMED, _ANSWERS[answer]), text=ACVPU_WORDS[answer])}
    value = rounded(number, vital.decimals)
    unit = display(vital.key, value)[1] or vital.unit
    return {"valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": vital.unit}}
