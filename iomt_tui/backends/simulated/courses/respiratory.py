"""Breathing: opioids, a COPD exacerbation, a mucus plug, sleep apnoea."""

from __future__ import annotations

from typing import Final

from iomt_tui.backends.simulated.course import Course, Phase

OPIOID: Final = Course(
    "opioid",
    "Patient-controlled morphine: breathing slows, then the saturation falls; naloxone wakes, wears off and is "
    "given again.",
    (
        Phase(0, "PCA bolus"),
        Phase(5, "drowsy", {"opioid": 0.4}),
        Phase(9, "hard to rouse", {"opioid": 0.75}),
        Phase(12, "breathing at 6", {"opioid": 0.95}),
        Phase(13.5, "naloxone 400 micrograms", {"opioid": 0.95}),
        Phase(15, "awake, in pain", {"opioid": 0.12, "stress": 0.6}),
        Phase(24, "settled", {"opioid": 0.25, "stress": 0.2}),
        Phase(34, "naloxone wears off", {"opioid": 0.6}),
        Phase(36, "naloxone 200 micrograms", {"opioid": 0.2, "stress": 0.3}),
        Phase(70, "PCA stopped", {"opioid": 0.1, "stress": 0.15}),
        Phase(110, "well"),
    ),
    oxygen=((13, 10.0), (26, 2.0), (80, 0.0)),
    level=((8, 2), (11.5, 3), (14.5, 0)),
    checks=(5, 12, 20, 34),
)

COPD: Final = Course(
    "copd",
    "COPD exacerbation on SpO2 scale 2: breathless, saturation in the low eighties; controlled oxygen and nebulisers "
    "bring it back to 88-92 %.",
    (
        Phase(0, "as usual"),
        Phase(30, "more wheeze", {"lung": 3.0, "stress": 0.2}),
        Phase(75, "breathless", {"lung": 8.5, "stress": 0.6, "fever": 0.5}),
        Phase(95, "nebulisers, prednisolone", {"lung": 8.5, "stress": 0.5, "fever": 0.5}),
        Phase(140, "easier", {"lung": 4.0, "stress": 0.25, "fever": 0.4}),
        Phase(300, "as usual"),
    ),
    oxygen=((80, 2.0), (200, 1.0)),
    checks=(30, 76, 96, 140),
)

PLUG: Final = Course(
    "mucus plug",
    "A plug of mucus closes a bronchus: saturation falls within a minute and returns with oxygen and suction.",
    (
        Phase(0, "well"),
        Phase(0.9, "saturation falls", {"lung": 13.0, "stress": 0.3}),
        Phase(3.5, "suction, physiotherapy", {"lung": 12.0, "stress": 0.4}),
        Phase(6, "plug cleared", {"lung": 3.0, "stress": 0.1}),
        Phase(25, "well"),
    ),
    oxygen=((2.5, 6.0), (14, 0.0)),
    checks=(1.5, 8),
)


def _dips(count: int, every: float) -> tuple[Phase, ...]:
    phases: list[Phase] = []
    for i in range(count):
        deep = 7.0 + (i * 5 % 7)
        begins = i * every
        phases += [
            Phase(begins, "breathes"),
            Phase(begins + 0.65, "no breath", {"lung": deep}),
            Phase(begins + 1.0, "arousal", {"lung": 1.5, "stress": 0.5}),
            Phase(begins + 1.4, "breathes"),
        ]
    return (*phases, Phase(count * every, "quiet sleep"))


APNOEA: Final = Course(
    "sleep apnoea",
    "Untreated obstructive sleep apnoea: the saturation dips and returns every few minutes for an hour.",
    _dips(16, 4.2),
)
