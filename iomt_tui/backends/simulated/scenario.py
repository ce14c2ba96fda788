"""What happens in each scenario: who goes through which course from when, and what fails on which device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from iomt_tui.backends.simulated.episodes import ASLEEP, HABITS, Habit


class Part(NamedTuple):
    """The patient of a bed goes through a course that begins ``minute`` minutes after the ward's start."""

    bed: str
    course: str
    minute: float
    strength: float = 1.0


class Trouble(NamedTuple):
    """Something fails on a device of a bed, from and to so many seconds after the ward's start."""

    bed: str
    device: str
    kind: str  # see :mod:`.faults`, or "vtach", "gap", "run-down", "swap", "clock", "drift"
    begins: float
    ends: float = 0.0
    amount: float = 0.0  # clock: ms ahead; drift: ms ahead a second


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way for the ward to go."""

    name: str
    summary: str
    parts: tuple[Part, ...]
    troubles: tuple[Trouble, ...] = ()
    slot: float = 900.0  # s; every patient has an episode in a slot with the chance below
    chance: float = 0.3
    habits: tuple[Habit, ...] = HABITS
    share: float = 0.25  # of the patients beyond the cast, and of all in each later quarter of the day: in a course
    gaps: float = 0.12  # chance that a device's radio fails in a quarter of a day
    local_hour: float | None = None  # the body's clock at the start; None takes the log's UTC hour
    turnover: bool = True  # admissions, moves and discharges


_CALM: Final = (
    Part("01", "recovery", -300), Part("05", "recovery", -200), Part("16", "recovery", -330),
    Part("H8", "recovery", -260), Part("H1", "heart failure", -5200),
)  # fmt: skip
_CLOCKS: Final = (
    Trouble("02", "monitor", "drift", 0, amount=0.00035),
    Trouble("H7", "tracker", "clock", 0, amount=3_600_000),
    Trouble("H7", "cuff", "clock", 0, amount=3_600_000),
)
_FAILURES: Final = (
    Trouble("15", "monitor", "line-off", -90_000, 1e9),
    Trouble("15", "monitor", "probe-off", 20, 190),
    Trouble("14", "monitor", "motion", 46, 88),
    Trouble("H2", "oximeter", "gap", -3000, 175),
    Trouble("09", "monitor", "gap", 245, 430),
    Trouble("13", "patch", "run-down", 0, 1500, amount=9),
    Trouble("05", "patch", "swap", 900, 990),
    Trouble("14", "monitor", "zeros", 700, 850),
    Trouble("06", "monitor", "vtach", 1_700, 1_722),
    Trouble("H8", "oximeter", "run-down", 2400, 5400, amount=8),
    Trouble("H6", "cgm", "calibrating", 3000, 6600),
)

DAY: Final = Scenario(
    "day",
    "An ordinary day: a septic patient desaturates in the first minute, a probe falls off, another bleeds, one at "
    "home goes low on sugar; most get better.",
    (
        *_CALM, Part("07", "sepsis", -150), Part("03", "copd", -70), Part("12", "bleeding", -31),
        Part("10", "opioid", 6), Part("06", "atrial fibrillation", 17), Part("08", "hyperglycaemia", -75),
        Part("H3", "hypoglycaemia", -35), Part("H4", "hypertensive crisis", -12), Part("11", "mucus plug", 52),
        Part("14", "pain", 64), Part("04", "pain", 110), Part("13", "sepsis", 150, 0.9),
        Part("H5", "mucus plug", 180, 0.6), Part("02", "atrial fibrillation", 205),
    ),
    _CLOCKS + _FAILURES,
)  # fmt: skip
NIGHT: Final = Scenario(
    "night",
    "Ten past two in the morning: slow hearts, sleep apnoea, one opioid too many, a low sugar at home.",
    (
        *_CALM, Part("14", "sleep apnoea", -12), Part("09", "sleep apnoea", 0.1), Part("10", "opioid", 22),
        Part("H6", "hypoglycaemia", -14), Part("06", "atrial fibrillation", 70), Part("07", "sepsis", -30, 0.95),
    ),
    (*_CLOCKS, Trouble("15", "monitor", "probe-off", 35, 140), Trouble("H2", "oximeter", "gap", 600, 2400)),
    chance=0.12, habits=ASLEEP, share=0.12, local_hour=2.17,
)  # fmt: skip
DETERIORATION: Final = Scenario(
    "deterioration",
    "Five patients get worse in the same quarter of an hour: sepsis, bleeding, opioid, fast AF, COPD.",
    (
        *_CALM, Part("07", "sepsis", -150), Part("12", "bleeding", -36), Part("10", "opioid", -6),
        Part("06", "atrial fibrillation", 0.3), Part("03", "copd", -60), Part("13", "sepsis", -140, 0.95),
        Part("11", "mucus plug", 4), Part("H3", "hypoglycaemia", -40), Part("H4", "hypertensive crisis", -12),
        Part("02", "bleeding", 8, 0.9), Part("08", "hyperglycaemia", -75),
    ),
    _CLOCKS + _FAILURES,
    chance=0.4,
)  # fmt: skip
FLOOD: Final = Scenario(
    "flood",
    "As many alarms as a bad day brings: everybody coughs, moves and loses probes every two minutes.",
    DETERIORATION.parts,
    _CLOCKS + _FAILURES,
    slot=120.0, chance=0.9, share=0.6, gaps=0.5,
)  # fmt: skip
QUIET: Final = Scenario(
    "quiet",
    "Hardly anything happens: recoveries, an occasional cough.",
    _CALM[:4],
    chance=0.02, share=0.0, gaps=0.0, turnover=False,
)  # fmt: skip

SCENARIOS: Final = {s.name: s for s in (DAY, NIGHT, DETERIORATION, FLOOD, QUIET)}
