"""What a device reads: true vital signs plus breathing, noise and the rounding of its display.

A sampler is asked for ``count`` readings in a row, evenly spread from the vital signs ``a`` towards ``b``; ``k`` is the
number of the first reading on the device's own grid. The noise is looked up by ``k``.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sin
from typing import Final

from iomt_tui.backends.simulated.body import Vitals
from iomt_tui.backends.simulated.faults import Raw
from iomt_tui.backends.simulated.noise import LENGTH, Noise, mix
from iomt_tui.backends.simulated.people import Person

Sampler = Callable[[Vitals, Vitals, int, int], list[Raw]]

_IRREGULAR: Final = 5.0  # /min, how much a displayed rate swings in atrial fibrillation


def monitor(person: Person, noise: Noise, period: float) -> Sampler:
    """A bedside monitor: heart rate, pulse, saturation, breathing, perfusion; arterial line and CO2 where there are.

    ``period`` in s fixes how breathing shows in the heart rate (respiratory sinus arrhythmia, less with age).
    """
    fast, slow = noise
    o_beat, o_drift, o_sat, o_breath = (mix(person.key, 60, i) % LENGTH for i in range(4))
    turn = 2 * pi * person.base.rr / 60 * period
    rsa = 2.4 * (1 - person.role.age / 105)
    lines = person.role.lines

    def sample(a: Vitals, b: Vitals, count: int, k: int) -> list[Raw]:
        i, m, n, p = (k + o_beat) % LENGTH, (k + o_drift) % LENGTH, (k + o_sat) % LENGTH, (k + o_breath) % LENGTH
        hr, rr, sat, perf, af = a.hr + 0.5, a.rr + 0.5, a.spo2 + 0.5, a.pi, a.irregular
        d_hr, d_rr, d_sat = (b.hr - a.hr) / count, (b.rr - a.rr) / count, (b.spo2 - a.spo2) / count
        jitter, breath = 0.7 + _IRREGULAR * af, rsa * (1 - af)
        deficit = 5.0 * af  # beats too weak for the finger
        raws: list[Raw] = []
        for j in range(count):
            drift = slow[m + j]
            rate = (hr + d_hr * j + jitter * fast[i + j] + 1.6 * drift + breath * sin(turn * (k + j))) // 1.0
            spo2 = (sat + d_sat * j + 0.42 * slow[n + j]) // 1.0
            raws.append({
                "hr": rate,
                "pulse": (rate + 0.5 + 0.7 * fast[n + j] - deficit * (0.6 + 0.2 * fast[n + j])) // 1.0,
                "spo2": spo2 if spo2 < 100.0 else 100.0,
                "rr": (rr + d_rr * j + 0.8 * slow[p + j]) // 1.0,
                "pi": round(perf * (1.0 + 0.11 * drift), 1),
            })  # fmt: skip
        if lines:
            _lines(lines, raws, a, b, slow, p)
        return raws

    return sample


def _lines(lines: tuple[str, ...], raws: list[Raw], a: Vitals, b: Vitals, slow: tuple[float, ...], p: int) -> None:
    count = len(raws)
    for j, raw in enumerate(raws):
        sway = slow[p + j]
        if "arterial" in lines:
            sys = a.sys + (b.sys - a.sys) * j / count + 2.5 * sway + 4.0
            dia = a.dia + (b.dia - a.dia) * j / count + 1.5 * sway
            raw["ibp_sys"], raw["ibp_dia"] = sys // 1.0, dia // 1.0
            raw["ibp_mean"] = (dia + (sys - dia) / 3 + 0.5) // 1.0
        if "capnography" in lines:
            raw["etco2"] = (a.etco2 + (b.etco2 - a.etco2) * j / count + 1.2 * sway + 0.5) // 1.0


def oximeter(person: Person, noise: Noise) -> Sampler:
    """A worn oximeter: pulse, saturation, perfusion."""
    fast, slow = noise
    o_beat, o_sat = (mix(person.key, 61, i) % LENGTH for i in range(2))

    def sample(a: Vitals, b: Vitals, count: int, k: int) -> list[Raw]:
        i, n = (k + o_beat) % LENGTH, (k + o_sat) % LENGTH
        raws: list[Raw] = []
        for j in range(count):
            x = j / count
            spo2 = (a.spo2 + (b.spo2 - a.spo2) * x + 0.5 * slow[n + j] + 0.5) // 1.0
            pulse = a.hr + (b.hr - a.hr) * x + (2.0 + _IRREGULAR * a.irregular) * fast[i + j]
            raws.append({
                "pulse": (pulse + 0.5) // 1.0,
                "spo2": min(spo2, 100.0),
                "pi": round(max(0.1, a.pi * (0.9 + 0.2 * slow[i + j])), 1),
            })  # fmt: skip
        return raws

    return sample


def patch(person: Person, noise: Noise) -> Sampler:
    """A skin patch: temperature."""
    slow = noise.slow
    offset = mix(person.key, 62) % LENGTH

    def sample(a: Vitals, b: Vitals, count: int, k: int) -> list[Raw]:
        i = (k + offset) % LENGTH
        return [{"temp": round(a.temp + (b.temp - a.temp) * j / count + 0.06 * slow[i + j], 1)} for j in range(count)]

    return sample


def glucose_sensor(person: Person, noise: Noise) -> Sampler:
    """A continuous glucose monitor, mg/dL."""
    slow = noise.slow
    offset = mix(person.key, 63) % LENGTH

    def sample(a: Vitals, b: Vitals, count: int, k: int) -> list[Raw]:
        i = (k + offset) % LENGTH
        return [
            {"glucose": (a.glucose + (b.glucose - a.glucose) * j / count + 2.5 * slow[i + j] + 0.5) // 1.0}
            for j in range(count)
        ]

    return sample
