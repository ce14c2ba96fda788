"""What a clinical course is: causes over time, the oxygen given, and who looks at the patient when.

A course names causes (blood lost, fever, opioid), never vital signs: :mod:`.body` turns causes into vital signs, which
is why they move together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar

MINUTE: Final = 60_000
HOUR: Final = 3_600_000
DAY: Final = 86_400_000

CAUSES: Final = (
    "fever",  # °C above the patient's own temperature
    "loss",  # fraction of the blood volume lost and not replaced
    "dilation",  # 0-1, vessels that no longer hold the pressure (sepsis)
    "lung",  # points of saturation lost on room air
    "opioid",  # 0-1, depression of the drive to breathe
    "fibrillation",  # 0-1, atrial fibrillation with fast conduction
    "pressor",  # mmHg of systolic pressure added
    "stress",  # 0-1, pain, fear or exertion
    "hypo",  # 0-1, glucose on its way to 40 mg/dL
    "hyper",  # 0-1, glucose on its way to 380 mg/dL
    "water",  # kg retained
    "oxygen",  # L/min as far as it has taken effect; from ``Course.oxygen``, not from a phase
)
INDEX: Final = {name: i for i, name in enumerate(CAUSES)}
T = TypeVar("T", int, float)
ONSET_OF_OXYGEN: Final = 75_000  # ms from a new flow to its full effect on the saturation


@dataclass(frozen=True, slots=True)
class Phase:
    """What is so at ``minute`` of the course; between two phases every cause moves smoothly from one to the next."""

    minute: float
    note: str
    causes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """A table of phases. Before the first and after the last phase the patient is as usual."""

    name: str
    summary: str
    phases: tuple[Phase, ...] = ()
    oxygen: tuple[tuple[float, float], ...] = ()  # (minute, L/min set)
    level: tuple[tuple[float, int], ...] = ()  # (minute, ACVPU code found from then on)
    checks: tuple[float, ...] = ()  # minutes at which somebody takes a reading beyond the routine
    home: bool = False

    @cached_property
    def length(self) -> int:
        """From the first to the last phase, ms."""
        return int(self.phases[-1].minute * MINUTE) if self.phases else 0

    @cached_property
    def tracks(self) -> tuple[tuple[int, tuple[int, ...], tuple[float, ...]], ...]:
        """Of every cause in the course: its index, the times of the phases (ms) and its level at each."""
        times = tuple(int(phase.minute * MINUTE) for phase in self.phases)
        named = {name for phase in self.phases for name in phase.causes}
        return tuple(
            (INDEX[name], times, tuple(phase.causes.get(name, 0.0) for phase in self.phases))
            for name in CAUSES
            if name in named
        )


@dataclass(frozen=True)
class Run:
    """A course as one patient goes through it, from log time ``begins`` (ms)."""

    course: Course
    begins: int
    strength: float = 1.0

    @cached_property
    def ends(self) -> int:
        """When the patient is as usual again."""
        return self.begins + self.course.length

    def add(self, at: int, levels: list[float]) -> None:
        """Adds the causes in force at log time ``at`` to ``levels`` (by INDEX)."""
        into = at - self.begins
        for index, times, heights in self.course.tracks:
            i = bisect_right(times, into)
            if 0 < i < len(times):
                x = (into - times[i - 1]) / (times[i] - times[i - 1])
                low = heights[i - 1]
                levels[index] += self.strength * (low + (heights[i] - low) * x * x * (3 - 2 * x))

    def flow(self, at: int) -> float | None:
        """Oxygen set by the course at ``at`` in L/min, None while it has set none."""
        return _step(self.course.oxygen, (at - self.begins) / MINUTE)

    def effect(self, at: int, usual: float) -> float:
        """How much of the oxygen set has taken effect at ``at``, L/min; ``usual`` is what the patient has for good."""
        into = at - self.begins
        effect = usual
        for minute, flow in self.course.oxygen:
            since = into - minute * MINUTE
            if since <= 0:
                break
            effect += (flow - effect) * min(1.0, since / ONSET_OF_OXYGEN)
        return effect

    def level(self, at: int) -> int:
        """The consciousness found at ``at``, as an ACVPU code."""
        return _step(self.course.level, (at - self.begins) / MINUTE) or 0

    def moments(self) -> list[int]:
        """Log times at which somebody is at the bedside: treatment started, patient looked at."""
        minutes = {*self.course.checks, *(m for m, _ in self.course.oxygen), *(m for m, _ in self.course.level)}
        return sorted(self.begins + int(minute * MINUTE) for minute in minutes)


def _step(steps: tuple[tuple[float, T], ...], minute: float) -> T | None:
    found: T | None = None
    for begins, value in steps:
        if begins > minute:
            break
        found = value
    return found
