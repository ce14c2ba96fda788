"""What beats and breaths look like: an ECG, a pleth and a respiration curve as sums of bells.

The shapes are chosen by eye (unverified): a P wave, QRS and T of lead II, a pulse with its dicrotic notch, a chest that
rises faster than it falls. They make a believable picture, nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, pi, sin
from typing import Final

from iomt_tui.backends.simulated.waves.beats import Beat, Breath

Bell = tuple[float, float, float]  # centre (ms after the R wave), width (ms, standard deviation), height

_REACH: Final = 3.5  # widths beyond which a bell is nothing
_SINUS: Final = ((-26.0, 9.0, -110.0), (0.0, 11.0, 1150.0), (28.0, 11.0, -240.0))  # Q, R, S in uV
_ECTOPIC: Final = ((-40.0, 30.0, -250.0), (10.0, 42.0, 1300.0), (95.0, 38.0, -420.0), (290.0, 70.0, -330.0))
_TACHYCARDIA: Final = 3.2  # beats a second of a run of ventricular tachycardia


def ecg(beats: Iterable[Beat], start: int, step: float, count: int) -> list[float]:
    """Lead II in uV: ``count`` samples every ``step`` ms from ``start`` on, without noise."""
    out = [0.0] * count
    for beat in beats:
        add(out, _complex(beat), beat.at - start, step)
    return out


def _complex(beat: Beat) -> list[Bell]:
    if beat.ectopic:
        return list(_ECTOPIC)
    pace = min(1.2, max(0.6, (beat.interval / 833) ** 0.5))  # PR and QT shorten with the rate
    p, t = 120.0 * (1 - beat.irregular), 280.0
    return [(-165.0 * pace, 22.0, p), *_SINUS, (285.0 * pace, 46.0 * pace, t)]


def flutter(at: float, level: float) -> float:
    """The trembling baseline of atrial fibrillation, uV; ``level`` is 0-1."""
    seconds = at / 1000
    return level * (45 * sin(2 * pi * 6.1 * seconds) + 30 * sin(2 * pi * 7.7 * seconds + 1.3))


def tachycardia(at: float, since: float) -> float:
    """A run of ventricular tachycardia that began at ``since``, uV: wide and fast."""
    phase = (at - since) / 1000 * _TACHYCARDIA
    return 900 * sin(2 * pi * phase) + 280 * sin(4 * pi * phase + 0.7)


def pleth(beats: Iterable[Beat], start: int, step: float, count: int, height: float) -> list[float]:
    """A pulse of ``height`` (%) after each beat, above nothing."""
    out = [0.0] * count
    for beat in beats:
        size = height * (0.3 if beat.ectopic else beat.filling)
        pace = min(1.15, max(0.5, beat.interval / 850))
        bells = [(330.0, 62.0, 0.9 * size), (430.0, 95.0, 0.35 * size), (330.0 + 330 * pace, 95 * pace, 0.4 * size)]
        add(out, bells, beat.at - start, step)
    return out


def respiration(breaths: Iterable[Breath], start: int, step: float, count: int) -> list[float]:
    """The impedance of a chest, -100 to 100 about its middle; it is full after two fifths of a breath."""
    out = [-55.0] * count
    for breath in breaths:
        first = max(0, int((breath.at - start) / step) + 1)
        for i in range(first, count):
            into = (start + i * step - breath.at) / breath.length
            if into >= 1:
                break
            rise = into / 0.4 if into < 0.4 else (1 - into) / 0.6
            out[i] += 120.0 * breath.depth * sin(pi / 2 * max(0.0, rise)) ** 2
    return out


def add(out: list[float], bells: Iterable[Bell], centre: float, step: float) -> None:
    """Adds ``bells`` about ``centre`` (ms after the first sample) to samples every ``step`` ms."""
    for offset, width, height in bells:
        middle = centre + offset
        first = max(0, int((middle - _REACH * width) / step))
        last = min(len(out), int((middle + _REACH * width) / step) + 1)
        for i in range(first, last):
            away = (i * step - middle) / width
            out[i] += height * exp(-0.5 * away * away)
