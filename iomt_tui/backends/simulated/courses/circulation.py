"""Heart and vessels: bleeding, fast atrial fibrillation, hypertensive crisis, heart failure; and pain."""

from __future__ import annotations

from typing import Final

from iomt_tui.backends.simulated.course import Course, Phase

BLEED: Final = Course(
    "bleeding",
    "Post-operative bleeding: the heart rate climbs first, then the pressure falls, then breathing quickens; "
    "transfusion and a stitch in theatre.",
    (
        Phase(0, "back from recovery"),
        Phase(18, "drain fills", {"loss": 0.06}),
        Phase(30, "heart rate climbs", {"loss": 0.14, "stress": 0.15}),
        Phase(42, "pressure falls", {"loss": 0.22, "stress": 0.3}),
        Phase(48, "cold and clammy", {"loss": 0.255, "stress": 0.3}),
        Phase(53, "major haemorrhage call", {"loss": 0.255, "stress": 0.25}),
        Phase(80, "two units given", {"loss": 0.13, "stress": 0.1}),
        Phase(115, "bleeding stopped", {"loss": 0.06}),
        Phase(190, "well"),
    ),
    oxygen=((45, 4.0), (95, 0.0)),
    level=((47, 1), (64, 0)),
    checks=(19, 31, 38, 43, 48, 58, 75, 100),
)

FIBRILLATION: Final = Course(
    "atrial fibrillation",
    "Sudden fast atrial fibrillation, slowed by a beta blocker; sinus rhythm returns after an hour and a half.",
    (
        Phase(0, "sinus rhythm"),
        Phase(0.6, "palpitations", {"fibrillation": 1.0, "stress": 0.2}),
        Phase(14, "bisoprolol", {"fibrillation": 1.0, "stress": 0.2}),
        Phase(35, "slower", {"fibrillation": 0.6}),
        Phase(90, "controlled", {"fibrillation": 0.45}),
        Phase(90.6, "sinus rhythm", {}),
        Phase(95, "well"),
    ),
    checks=(2, 15, 40),
)

CRISIS: Final = Course(
    "hypertensive crisis",
    "Hypertensive crisis at home: headache, cuff readings above 180/110 repeated on advice; tablets bring it down.",
    (
        Phase(0, "headache"),
        Phase(5, "pressure climbs", {"pressor": 40.0, "stress": 0.2}),
        Phase(12, "severe hypertension", {"pressor": 64.0, "stress": 0.4}),
        Phase(40, "amlodipine taken", {"pressor": 64.0, "stress": 0.4}),
        Phase(110, "better", {"pressor": 28.0, "stress": 0.1}),
        Phase(240, "as usual"),
    ),
    checks=(6, 12.7, 18, 26, 38, 55, 80, 115, 180),
    home=True,
)

FAILURE: Final = Course(
    "heart failure",
    "Heart failure at home: nearly a kilogram a day, faster heart and breathing, lower saturation; a doubled "
    "diuretic takes it off again.",
    (
        Phase(0, "dry weight"),
        Phase(1440, "ankles swell", {"water": 0.8}),
        Phase(2880, "sleeps on three pillows", {"water": 1.8}),
        Phase(4320, "breathless on the stairs", {"water": 2.8}),
        Phase(4700, "furosemide doubled", {"water": 2.9}),
        Phase(5760, "passing water", {"water": 2.1}),
        Phase(7200, "legs thinner", {"water": 1.0}),
        Phase(10080, "dry weight"),
    ),
    home=True,
)

PAIN: Final = Course(
    "pain",
    "Pain breaks through: heart rate, pressure and breathing rise together until the analgesic works.",
    (
        Phase(0, "comfortable"),
        Phase(6, "in pain", {"stress": 1.0}),
        Phase(22, "analgesic given", {"stress": 0.95}),
        Phase(40, "comfortable"),
    ),
    checks=(8, 30),
)
