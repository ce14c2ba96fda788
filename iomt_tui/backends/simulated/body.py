"""From causes to vital signs: a small model of how an adult's vital signs answer together.

The slopes are chosen by rule of thumb and tuned until each course reaches its landmarks; none is taken from a
published model (unverified): a faster heart and breathing in fever, a heart rate that rises with the first tenth of
blood lost while the pressure falls only after it, breathing that slows before the saturation falls under opioids, a
pulse and a pressure that are lowest near four in the morning. They make a believable ward, nothing more.
"""

from __future__ import annotations

from math import cos, exp, pi
from typing import Final, NamedTuple

MEALS: Final = (7.75, 12.5, 18.5)  # local hour


class Baseline(NamedTuple):
    """What one patient's vital signs are when nothing is wrong."""

    hr: float  # /min
    rr: float  # /min
    spo2: float  # % on room air
    sys: float  # mmHg
    dia: float  # mmHg
    temp: float  # °C
    glucose: float  # mg/dL, fasting
    meal: float  # mg/dL at the peak after a meal
    weight: float  # kg
    perfusion: float  # perfusion index, %
    oxygen: float  # L/min prescribed for good


class Vitals(NamedTuple):
    """True vital signs at one instant, before any device has measured them."""

    hr: float
    rr: float
    spo2: float
    sys: float
    dia: float
    temp: float
    glucose: float
    weight: float
    pi: float
    etco2: float
    irregular: float  # 0-1: how irregular the pulse is


def respond(base: Baseline, levels: list[float], hour: float) -> Vitals:
    """The vital signs of ``base`` under causes ``levels`` (:data:`.course.CAUSES`) at local ``hour`` (0-24)."""
    fever, loss, dilation, lung, opioid, af, pressor, stress, hypo, hyper, water, oxygen = levels
    day = cos((hour - 16.5) * pi / 12)  # 1 in the late afternoon, -1 at half past four

    relief = 5.0 / (5.0 + oxygen)  # how much of a lung's failure oxygen leaves
    apnoea = opioid - 0.45 if opioid > 0.45 else 0.0
    spo2 = base.spo2 + min(0.5 * oxygen, 1.5) - (lung + 1.1 * water + 30.0 * apnoea) * relief
    if spo2 > 99.4:
        spo2 = 99.4
    need = min(91.0, base.spo2 - 2.0) - spo2
    hypoxia = need if need > 0 else 0.0

    glucose = base.glucose + base.meal * _fed(hour)
    glucose += (40.0 - glucose) * hypo + (380.0 - glucose) * hyper
    shaky = 65.0 - glucose if glucose < 65.0 else 0.0

    rr = base.rr + 0.5 * day + 2.2 * fever + 5.0 * dilation + 60.0 * max(0.0, loss - 0.1) + 4.5 * stress
    rr = (rr + 0.18 * lung + 0.35 * hypoxia + 1.8 * water + 6.0 * hyper) * (1.0 - 0.72 * opioid)
    hr = base.hr + 3.5 * day + 9.0 * fever + 190.0 * loss + 24.0 * dilation + 18.0 * stress + 64.0 * af
    hr += min(24.0, 1.1 * hypoxia) + 0.7 * shaky + 3.0 * water - 12.0 * opioid * (1.0 - apnoea)
    sys = (base.sys + 5.0 * day + pressor + 15.0 * stress + 4.0 * water) * (1.0 - 0.38 * dilation)
    sys -= 260.0 * max(0.0, loss - 0.08) + 12.0 * af + 14.0 * opioid - 0.4 * shaky
    dia = (base.dia + 3.0 * day + 0.5 * pressor + 7.0 * stress + 2.0 * water) * (1.0 - 0.42 * dilation)
    dia += 40.0 * min(loss, 0.1) - 150.0 * max(0.0, loss - 0.12) - 7.0 * opioid

    return Vitals(
        _within(28.0, hr, 195.0),
        _within(3.0, rr, 48.0),
        _within(58.0, spo2, 99.4),
        _within(55.0, sys, 240.0),
        _within(28.0, min(dia, sys - 14.0), 140.0),
        _within(33.5, base.temp + 0.3 * day + fever, 41.5),
        _within(32.0, glucose, 480.0),
        base.weight + water,
        _within(0.2, base.perfusion * (1.0 + 0.4 * dilation) * (1.0 - 2.2 * loss) * (1.0 - 0.3 * stress), 18.0),
        _within(18.0, 37.0 + 30.0 * apnoea + 12.0 * opioid - 0.5 * (rr - base.rr), 90.0),
        af,
    )


def _fed(hour: float) -> float:
    """0-1: how much of a meal is in the blood; it peaks an hour after and is gone after four."""
    fed = 0.0
    for meal in MEALS:
        since = (hour - meal) % 24.0
        if since < 5.0:
            fed += since * exp(1.0 - since) * (1.0 - since / 5.0)
    return fed


def _within(low: float, x: float, high: float) -> float:
    return low if x < low else high if x > high else x
