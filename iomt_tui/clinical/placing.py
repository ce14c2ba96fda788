"""The door for numbers: what a feed sent becomes a value in the catalogue's unit, or the reason why there is none.

A reason is one of the fixed words ``sensor-off``, ``not-measured``, ``invalid``, ``sentinel``,
``not-finite``,
``implausible``, ``unknown-unit``, ``missing-unit``, ``not-a-number``. A value may carry ``questionable`` or
``calibrating``. Nothing is repaired: 98,6 and 384.5 °C are refused, not read as 98.6 and 38.45.
"""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite
from typing import Final, NamedTuple

from iomt_tui.clinical.units import line
from iomt_tui.clinical.vitals import VITALS, Vital


class Placed(NamedTuple):
    """A value in the catalogue unit and what qualifies it, or None and the reason."""

    value: float | None
    flag: str


#: What a device or server says of its own reading -> the flag, "" for a sound one. Other words are not
#: trusted.
STATUS: Final = {
    "valid": "", "questionable": "questionable", "calibrating": "calibrating", "invalid": "invalid",
    "not-measured": "not-measured", "not measured": "not-measured", "sensor-off": "sensor-off",
}  # fmt: skip
_QUALIFIES: Final = frozenset({"", "questionable", "calibrating"})
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_NOT_FINITE: Final = frozenset({"nan", "inf", "infinity"})
_LETTERS: Final = {
    "a": 0.0, "alert": 0.0, "c": 1.0, "confusion": 1.0, "new confusion": 1.0, "v": 2.0, "voice": 2.0,
    "p": 3.0, "pain": 3.0, "u": 4.0, "unresponsive": 4.0,
}  # fmt: skip
_INF: Final = float("inf")


def place(key: str, raw: object, unit: str | None, status: str = "valid") -> Placed:
    """What ``raw`` (int, float, Decimal or decimal text, in ``unit``) is worth as vital ``key``.

    None and the empty text are ``not-measured``. Consciousness may also be a letter or word of the ACVPU
    scale, without a unit. Never raises for what a feed can send; raises KeyError for a key that the catalogue
    does not have.
    """
    vital = VITALS[key]
    flag = STATUS.get(status, "invalid")
    if flag not in _QUALIFIES:
        return Placed(None, flag)
    if key == "acvpu" and isinstance(raw, str) and (coded := _LETTERS.get(raw.strip().casefold())) is not None:
        return Placed(coded, flag)
    number = _number(raw)
    if isinstance(number, str):
        return Placed(None, number)
    if number in vital.sentinels:
        return Placed(None, "sentinel")
    if unit is None or not str(unit).strip():
        return Placed(None, "missing-unit")
    scale = line(key, str(unit))
    if scale is None:
        return Placed(None, "unknown-unit")
    value = number * scale[0] + scale[1]
    reason = _fault(vital, value)
    return Placed(None, reason) if reason else Placed(value, flag)


def _number(raw: object) -> float | str:
    """``raw`` as a finite float, or the reason why it is none."""
    if raw is None:
        return "not-measured"
    if isinstance(raw, bool):
        return "not-a-number"
    if isinstance(raw, str):
        text = raw.strip(" \t\r\n") if len(raw) <= 64 else "long"
        if not text:
            return "not-measured"
        if not _NUMBER.fullmatch(text):
            return "not-finite" if text.casefold().lstrip("+-") in _NOT_FINITE else "not-a-number"
        number = float(text)
    elif isinstance(raw, int | float | Decimal):
        try:
            number = float(raw)
        except (OverflowError, ValueError):  # an int beyond any float, a signalling NaN
            return "not-finite"
    else:
        return "not-a-number"
    return number if isfinite(number) else "not-finite"


def _fault(vital: Vital, value: float) -> str:
    """Why a finite ``value`` in the catalogue unit is none of this vital, or ""."""
    if value == 0 and vital.zero_is_off:
        return "sensor-off"
    low, high = vital.plausible
    if not low <= value <= high or (vital.key == "acvpu" and value != int(value)):
        return "implausible"
    return ""


#: Ranges in which a float is a value without further question. Consciousness has none: its values are whole.
_PLAIN: Final = {vital.key: vital.plausible if vital.key != "acvpu" else (_INF, -_INF) for vital in VITALS.values()}


def place_many(values: dict[str, float]) -> tuple[dict[str, float], dict[str, str] | None]:
    """The sound ones of ``values`` (catalogue units already), and the reasons of the others, None when there are none.

    For feeds that are canonical by contract: no units and no status. When all are sound the same dict comes
    back, not a copy. Raises KeyError for a key that the catalogue does not have.
    """
    plain = _PLAIN
    for key, value in values.items():
        kind = type(value)
        if kind is not float and kind is not int:
            break
        low, high = plain[key]
        if not low <= value <= high:
            break
    else:
        return values, None
    return _sorted_out(values)


def _sorted_out(values: dict[str, float]) -> tuple[dict[str, float], dict[str, str] | None]:
    sound: dict[str, float] = {}
    reasons: dict[str, str] = {}
    for key, raw in values.items():
        low, high = _PLAIN[key]
        if type(raw) is float and low <= raw <= high:
            sound[key] = raw
            continue
        placed = place(key, raw, VITALS[key].unit)
        if placed.value is None:
            reasons[key] = placed.flag
        else:
            sound[key] = placed.value
    return sound, reasons or None
