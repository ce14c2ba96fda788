"""Default alarm limits of an adult ward and of adults at home, as data, each with its origin.

A limit is passed by a value strictly below ``low`` or strictly above ``high``. HIGH limits have no delay,
MEDIUM at most 5 s and LOW at most 10 s (SAFETY, Defaults); longer delays, as the published 15 s for SpO2, are
a site's decision. What is measured now and then (cuff, temperature, glucose, consciousness) is not delayed:
its next reading is far away. An alarm ends when the value is back inside its limit by the vital's margin for the
off-delay. Weight, steps, oxygen and perfusion index have no limits here; weight needs a
rule over days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

LOW, MEDIUM, HIGH = 1, 2, 3


class Limit(NamedTuple):
    """Alarm limits of one vital at one priority, in catalogue units; None where there is none."""

    key: str
    low: float | None
    high: float | None
    priority: int  # 1 low, 2 medium, 3 high: the numbers of ``alarms.model.Priority``
    delay_s: float
    off_delay_s: float
    origin: str  # where the figures come from, for the screen


_DELAY: Final = {HIGH: (0.0, 0.0), MEDIUM: (5.0, 5.0), LOW: (10.0, 10.0)}


def _held(key: str, low: float | None, high: float | None, priority: int, origin: str) -> Limit:
    """A limit of a vital that is measured continuously."""
    return Limit(key, low, high, priority, *_DELAY[priority], origin)


def _spot(key: str, low: float | None, high: float | None, priority: int, origin: str) -> Limit:
    """A limit of a vital that is measured now and then."""
    return Limit(key, low, high, priority, 0.0, 0.0, origin)


_CONTEC, _OPENICE = "Contec/Edan adult default", "OpenICE adult critical"
_MINDRAY, _WARN = "Mindray central station adult default", "OpenICE adult warning"
_CGM = "CGM consensus targets (levels 1 and 2)"
_AHA = "AHA 2025: severe above 180 and/or 120"


def _rates(key: str) -> tuple[Limit, ...]:
    return _held(key, 40, 140, HIGH, _WARN), _held(key, 50, 120, MEDIUM, _CONTEC)


_SPO2: Final = (_held("spo2", 85, None, HIGH, _OPENICE), _held("spo2", 90, None, MEDIUM, _MINDRAY))
_TARGET: Final = "target 88-92 % (NEWS2 scale 2)"
_SPO2_2: Final = (
    _held("spo2", 85, None, HIGH, _OPENICE),
    _held("spo2", 88, None, MEDIUM, _TARGET),
)
_TOO_MUCH: Final = _held("spo2", None, 96, LOW, "NEWS2 scale 2: 97 % or more on oxygen scores 3")


def _pressure(kind: str, held: Callable[..., Limit]) -> dict[str, tuple[Limit, ...]]:
    sys, dia, mean = f"{kind}_sys", f"{kind}_dia", f"{kind}_mean"
    return {
        sys: (
            held(sys, 70, 220, HIGH, "3 points: MEWS up to 70, NEWS2 from 220"),
            held(sys, 90, 180, MEDIUM, f"{_MINDRAY}; {_AHA}"),
            held(sys, None, 160, LOW, _MINDRAY),
        ),
        dia: (held(dia, 40, 120, MEDIUM, _OPENICE), held(dia, None, 100, LOW, "Infirmary Integrated")),
        mean: (
            held(mean, 40, None, HIGH, _OPENICE),
            held(mean, 60, None, MEDIUM, _MINDRAY),  # a high mean is announced by its systolic
        ),
    }


_EVERYWHERE: Final[dict[str, tuple[Limit, ...]]] = {
    "hr": _rates("hr"),
    "pulse": _rates("pulse"),
    "rr": (
        _held("rr", 4, 35, HIGH, _OPENICE),
        _held("rr", 8, 30, MEDIUM, "Mindray adult default (unverified)"),
    ),
    "temp": (_spot("temp", 32, 42, HIGH, _OPENICE), _spot("temp", 35, 39, MEDIUM, _WARN)),
    "glucose": (
        _spot("glucose", 54, None, HIGH, _CGM),
        _spot("glucose", 70, 250, MEDIUM, _CGM),
        _spot("glucose", None, 180, LOW, _CGM),
    ),
    "acvpu": (
        _spot("acvpu", None, 2, HIGH, "responds to pain only, or unresponsive"),
        _spot("acvpu", None, 0, MEDIUM, "NEWS2: not alert scores 3"),
    ),
    "etco2": (_held("etco2", 15, 50, MEDIUM, "Mindray adult default (unverified)"),),
}
_HOME_PRESSURE: Final[dict[str, tuple[Limit, ...]]] = {
    "nibp_sys": (
        _spot("nibp_sys", 70, 180, HIGH, f"3 points: MEWS up to 70; {_AHA}"),
        _spot("nibp_sys", 90, 160, MEDIUM, _MINDRAY),
    ),
    "nibp_dia": (
        _spot("nibp_dia", None, 120, HIGH, _AHA),
        _spot("nibp_dia", 40, 100, MEDIUM, "OpenICE adult critical; Infirmary Integrated"),
    ),
}
_WARD: Final = _EVERYWHERE | _pressure("nibp", _spot) | _pressure("ibp", _held)
_HOME: Final = _WARD | _HOME_PRESSURE


class Margin(NamedTuple):
    """How far back inside a limit (catalogue unit) a value must be until its alarm may end, and why that far."""

    by: float
    why: str


def _margins(margin: Margin, *keys: str) -> dict[str, Margin]:
    return dict.fromkeys(keys, margin)


_CUFF: Final = Margin(3, "a cuff or line is within 5 mmHg at best (ISO 81060-2): just inside proves no recovery")
#: Hysteresis of limit alarms, our choice (unverified) from the resolution and accuracy of the sensors: a value about
#: its limit would end and raise its alarm time and again. Spot checks too: one reading that near the limit does not
#: tell whether it is passed, and an alarm that stands until the next one is the safe side.
MARGINS: Final[Mapping[str, Margin]] = MappingProxyType(
    _margins(Margin(3, "beats to beats, a heart rate wanders by some 3 /min"), "hr", "pulse")
    | _margins(Margin(1, "one step of an oximeter; its error is 2 %"), "spo2")
    | _margins(Margin(1, "one step of a breath counter"), "rr")
    | _margins(_CUFF, "nibp_sys", "nibp_dia", "nibp_mean", "ibp_sys", "ibp_dia", "ibp_mean")
    | _margins(Margin(0.2, "a thermometer is within 0.2 Cel"), "temp")
    | _margins(Margin(4, "the noise of a glucose sensor from one reading to the next"), "glucose")
    | _margins(Margin(2, "a capnograph is within 2 mmHg"), "etco2")
)


def margin(key: str) -> float:
    """The hysteresis of a vital's limits (catalogue unit); 0 where its values are words (consciousness)."""
    return MARGINS[key].by if key in MARGINS else 0.0


_SETS: Final[Mapping[tuple[bool, bool, bool], Mapping[str, tuple[Limit, ...]]]] = {
    (two, home, oxygen): MappingProxyType(
        (_HOME if home else _WARD) | {"spo2": (*_SPO2_2, *((_TOO_MUCH,) if oxygen else ())) if two else _SPO2}
    )
    for two in (False, True)
    for home in (False, True)
    for oxygen in (False, True)
}


def limits_for(spo2_scale: int, home: bool, on_o2: bool = False) -> Mapping[str, tuple[Limit, ...]]:
    """Vital key -> its default limits, the highest priority first. The same mapping for the same question.

    ``spo2_scale`` 2 is for a target of 88-92 %; only there, and only ``on_o2``, is a saturation too high.
    """
    return _SETS[spo2_scale == 2, bool(home), bool(on_o2)]
