"""Glucose, too low and too high."""

from __future__ import annotations

from typing import Final

from iomt_tui.backends.simulated.course import Course, Phase

HYPO: Final = Course(
    "hypoglycaemia",
    "Insulin without lunch in a CGM wearer: below 70, then below 54 mg/dL, shaky and confused; fast sugar brings it "
    "back.",
    (
        Phase(0, "insulin taken"),
        Phase(20, "falling", {"hypo": 0.5}),
        Phase(36, "shaky", {"hypo": 0.84}),
        Phase(48, "confused", {"hypo": 0.94}),
        Phase(58, "20 g of glucose", {"hypo": 0.94}),
        Phase(72, "rising", {"hypo": 0.3}),
        Phase(110, "as usual"),
    ),
    home=True,
)

HYPER: Final = Course(
    "hyperglycaemia",
    "A missed insulin dose: glucose above 250 mg/dL for hours, thirst and deep breathing; corrected with insulin.",
    (
        Phase(0, "dose missed"),
        Phase(70, "above 250", {"hyper": 0.6, "loss": 0.02}),
        Phase(130, "thirst, deep breathing", {"hyper": 0.78, "loss": 0.04}),
        Phase(150, "correction dose", {"hyper": 0.78, "loss": 0.04}),
        Phase(240, "falling", {"hyper": 0.3, "loss": 0.01}),
        Phase(320, "as usual"),
    ),
    checks=(70, 150),
)
