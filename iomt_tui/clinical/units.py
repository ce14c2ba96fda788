"""Units: what a number from outside is in the catalogue's unit, and what a catalogue value is in the reader's.

A unit is a UCUM code, an IEEE 11073 dimension (code or reference identifier), or a spelling that in its vital
can mean one thing only. Everything else is refused: a unit is never guessed (SAFETY H10).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.vitals import ACVPU, VITALS

#: mg/dL in one mmol/L of glucose (molar mass 180.1559 g/mol).
GLUCOSE: Final = 18.01559
#: mmHg in one kPa (conventional millimetre of mercury, 133.322387415 Pa).
MMHG_PER_KPA: Final = 1000 / 133.322387415
#: The international avoirdupois pound (kg).
POUND: Final = 0.45359237

Line = tuple[float, float]  # value in the catalogue unit = number x first + second
_SAME: Final[Line] = (1.0, 0.0)

_RATE: Final = {
    "/min": _SAME, "1/min": _SAME, "min-1": _SAME, "/minute": _SAME, "bpm": _SAME, "beats/min": _SAME,
    "beats/minute": _SAME, "breaths/min": _SAME, "breaths/minute": _SAME, "rpm": _SAME, "brpm": _SAME,
    "264864": _SAME, "MDC_DIM_BEAT_PER_MIN": _SAME, "264928": _SAME, "MDC_DIM_RESP_PER_MIN": _SAME,
}  # fmt: skip
_PERCENT: Final = {"%": _SAME, "percent": _SAME, "262688": _SAME, "MDC_DIM_PERCENT": _SAME}
_FRACTION: Final = {"1": (100.0, 0.0), "262656": (100.0, 0.0), "MDC_DIM_DIMLESS": (100.0, 0.0)}
_PRESSURE: Final = {
    "mm[Hg]": _SAME, "mmHg": _SAME, "mm Hg": _SAME, "mmhg": _SAME, "MM[HG]": _SAME, "266016": _SAME,
    "MDC_DIM_MMHG": _SAME, "kPa": (MMHG_PER_KPA, 0.0), "KPA": (MMHG_PER_KPA, 0.0),
    "265987": (MMHG_PER_KPA, 0.0), "MDC_DIM_KILO_PASCAL": (MMHG_PER_KPA, 0.0),
}  # fmt: skip
_FAHRENHEIT: Final[Line] = (5 / 9, -160 / 9)
_TEMPERATURE: Final = {
    "Cel": _SAME, "°C": _SAME, "℃": _SAME, "ºC": _SAME, "degC": _SAME, "deg C": _SAME, "C": _SAME, "CEL":
    _SAME, "268192": _SAME, "MDC_DIM_DEGC": _SAME, "K": (1.0, -273.15), "266528": (1.0, -273.15),
    "MDC_DIM_KELVIN": (1.0, -273.15), "[degF]": _FAHRENHEIT, "[DEGF]": _FAHRENHEIT, "°F": _FAHRENHEIT, "℉":
    _FAHRENHEIT, "ºF": _FAHRENHEIT, "degF": _FAHRENHEIT, "deg F": _FAHRENHEIT, "F": _FAHRENHEIT, "266560":
    _FAHRENHEIT, "MDC_DIM_FAHR": _FAHRENHEIT,
}  # fmt: skip
_GLUCOSE: Final = {
    "mg/dL": _SAME, "mg/dl": _SAME, "MG/DL": _SAME, "mg/100mL": _SAME, "264274": _SAME,
    "MDC_DIM_MILLI_G_PER_DL": _SAME, "g/L": (100.0, 0.0), "mmol/L": (GLUCOSE, 0.0), "mmol/l": (GLUCOSE, 0.0),
    "MMOL/L": (GLUCOSE, 0.0), "266866": (GLUCOSE, 0.0), "MDC_DIM_MILLI_MOLE_PER_L": (GLUCOSE, 0.0),
}  # fmt: skip
_WEIGHT: Final = {
    "kg": _SAME, "Kg": _SAME, "KG": _SAME, "263875": _SAME, "MDC_DIM_KILO_G": _SAME, "g": (0.001, 0.0),
    "263872": (0.001, 0.0), "MDC_DIM_X_G": (0.001, 0.0), "[lb_av]": (POUND, 0.0), "[LB_AV]": (POUND, 0.0),
    "lb": (POUND, 0.0), "lbs": (POUND, 0.0), "263904": (POUND, 0.0), "MDC_DIM_LB": (POUND, 0.0),
}  # fmt: skip
_FLOW: Final = {
    "L/min": _SAME, "l/min": _SAME, "L/MIN": _SAME, "lpm": _SAME, "LPM": _SAME, "265216": _SAME,
    "MDC_DIM_L_PER_MIN": _SAME, "MDC_DIM_X_L_PER_MIN": _SAME, "mL/min": (0.001, 0.0), "ml/min": (0.001, 0.0),
}  # fmt: skip
_COUNT: Final = {"{steps}": _SAME, "{step}": _SAME, "steps": _SAME, "{count}": _SAME, "1": _SAME}

_LINES: Final[Mapping[str, Mapping[str, Line]]] = {
    **dict.fromkeys(("hr", "pulse", "rr"), _RATE),
    **dict.fromkeys(("spo2", "fio2"), _PERCENT | _FRACTION),
    **dict.fromkeys((key for key in VITALS if key.startswith(("nibp_", "ibp_")) or key == "etco2"), _PRESSURE),
    "pi": _PERCENT, "temp": _TEMPERATURE, "glucose": _GLUCOSE, "weight": _WEIGHT, "o2_flow": _FLOW,
    "steps": _COUNT, "acvpu": {"{ACVPU}": _SAME},
}  # fmt: skip
_SPELLINGS: Final = frozenset(unit for lines in _LINES.values() for unit in lines)
_ANNOTATION: Final = re.compile(r"\{[^{}]*\}")


def line(key: str, unit: str) -> Line | None:
    """Factor and offset from ``unit`` to the catalogue unit of vital ``key``; None for a unit it does not have.

    A UCUM annotation beside a unit is read over (``{beats}/min``). Of an HL7 v2 coded unit
    ``code^name^system`` every known part must say the same. Raises KeyError for an unknown vital.
    """
    lines = _LINES[key]
    found = lines.get(unit)
    if found is not None or len(unit) > 64:
        return found
    parts = [part for part in unit.split("^")[:2] if part]
    known = {lines.get(part) for part in parts if part in _SPELLINGS}
    if known:
        return known.pop() if len(known) == 1 else None
    bare = _ANNOTATION.sub("", unit).strip()
    return lines.get(bare) if bare != "1" else None


def convert(key: str, number: float, unit: str) -> float | None:
    """``number`` (of ``unit``) in the catalogue unit of vital ``key``; None where the unit is refused."""
    found = line(key, unit)
    return None if found is None else number * found[0] + found[1]


#: Units a reader may choose -> (factor, offset, decimals, label): shown = value x factor + offset.
_SHOWN: Final[Mapping[str, Mapping[str, tuple[float, float, int, str]]]] = {
    "mm[Hg]": {"mm[Hg]": (1, 0, 0, "mmHg"), "kPa": (1 / MMHG_PER_KPA, 0, 1, "kPa")},
    "Cel": {"Cel": (1, 0, 1, "°C"), "[degF]": (1.8, 32, 1, "°F")},
    "mg/dL": {"mg/dL": (1, 0, 0, "mg/dL"), "mmol/L": (1 / GLUCOSE, 0, 1, "mmol/L")},
    "kg": {"kg": (1, 0, 1, "kg"), "[lb_av]": (1 / POUND, 0, 1, "lb")},
}
_LABELS: Final = {"{steps}": "steps", "{ACVPU}": ""}


def choices(key: str) -> tuple[str, ...]:
    """UCUM units in which vital ``key`` can be shown, the catalogue's first."""
    unit = VITALS[key].unit
    return tuple(_SHOWN.get(unit, (unit,)))


def display(key: str, value: float, units: Mapping[str, str] | None = None) -> tuple[str, str]:
    """``value`` (catalogue unit, finite) as text, and the label of its unit: ``("5.5", "mmol/L")``.

    ``units``: vital key -> one of :func:`choices`; another unit is passed over for the catalogue's. Rounds
    halves up, as the scores do. Consciousness is shown as its letter. Raises KeyError for an unknown vital.
    """
    vital = VITALS[key]
    if key == "acvpu":
        return ACVPU[min(max(int(rounded(value)), 0), 4)], ""
    shown = _SHOWN.get(vital.unit)
    if shown is None:
        return f"{rounded(value, vital.decimals):.{vital.decimals}f}", _LABELS.get(vital.unit, vital.unit)
    chosen = units.get(key, vital.unit) if units else vital.unit
    factor, offset, decimals, label = shown.get(chosen) or shown[vital.unit]
    return f"{rounded(value * factor + offset, decimals):.{decimals}f}", label
