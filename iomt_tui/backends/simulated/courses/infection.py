"""Sepsis, and getting over it."""

from __future__ import annotations

from typing import Final

from iomt_tui.backends.simulated.course import Course, Phase

SEPSIS: Final = Course(
    "sepsis",
    "Pneumonia turns septic: fever, fast heart and breathing, falling pressure; sudden desaturation; oxygen, fluids "
    "and antibiotics turn it within hours.",
    (
        Phase(0, "well"),
        Phase(40, "shivers", {"fever": 0.6, "lung": 1.0}),
        Phase(110, "fever, breathing faster", {"fever": 1.6, "dilation": 0.35, "lung": 4.0, "stress": 0.1}),
        Phase(150, "pressure drifts down", {"fever": 2.0, "dilation": 0.7, "lung": 5.5, "stress": 0.1}),
        Phase(150.6, "sputum plug: saturation falls", {"fever": 2.0, "dilation": 0.7, "lung": 20.5, "stress": 0.1}),
        Phase(152.5, "high-flow oxygen, suction", {"fever": 2.1, "dilation": 0.7, "lung": 19.0, "stress": 0.1}),
        Phase(158, "saturation recovers", {"fever": 2.2, "dilation": 0.76, "lung": 11.0, "stress": 0.1}),
        Phase(170, "septic shock", {"fever": 2.5, "dilation": 0.88, "lung": 11.0, "stress": 0.1}),
        Phase(178, "fluids 30 mL/kg, antibiotics", {"fever": 2.5, "dilation": 0.85, "lung": 10.0, "stress": 0.1}),
        Phase(235, "answers to fluids", {"fever": 1.6, "dilation": 0.35, "lung": 7.0}),
        Phase(320, "fever falls", {"fever": 0.8, "dilation": 0.12, "lung": 4.0}),
        Phase(430, "on the mend", {"fever": 0.3, "lung": 1.5}),
        Phase(540, "well"),
    ),
    oxygen=((60, 2.0), (152, 8.0), (240, 4.0), (330, 2.0), (440, 0.0)),
    level=((151, 1), (200, 0)),
    checks=(110, 150.75, 156, 170, 185, 215),
)

RECOVERY: Final = Course(
    "recovery",
    "Over the worst: low fever, a little oxygen and pain, less of each every hour.",
    (
        Phase(0, "as before"),
        Phase(45, "low fever, shallow breaths", {"fever": 0.8, "lung": 3.0, "stress": 0.25}),
        Phase(240, "up in the chair", {"fever": 0.4, "lung": 1.6, "stress": 0.1}),
        Phase(480, "well"),
    ),
    oxygen=((30, 2.0), (200, 1.0), (320, 0.0)),
)
