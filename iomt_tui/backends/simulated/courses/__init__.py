"""The clinical courses, by name, and which of them may befall whom in a long run."""

from __future__ import annotations

from typing import Final

from iomt_tui.backends.simulated.course import Course
from iomt_tui.backends.simulated.courses.circulation import BLEED, CRISIS, FAILURE, FIBRILLATION, PAIN
from iomt_tui.backends.simulated.courses.infection import RECOVERY, SEPSIS
from iomt_tui.backends.simulated.courses.metabolic import HYPER, HYPO
from iomt_tui.backends.simulated.courses.respiratory import APNOEA, COPD, OPIOID, PLUG

STABLE: Final = Course("stable", "Nothing but the day: meals, sleep, a walk, a cough.")

COURSES: Final = {
    course.name: course
    for course in (
        STABLE, RECOVERY, SEPSIS, OPIOID, BLEED, FIBRILLATION, COPD, PLUG, APNOEA, PAIN, HYPER, HYPO, FAILURE, CRISIS
    )
}  # fmt: skip

BEFALLS: Final = {
    ("bed", "anybody"): (PAIN, PLUG, FIBRILLATION, PAIN, RECOVERY, PLUG, SEPSIS),
    ("bed", "copd"): (COPD, PAIN),
    ("bed", "diabetes"): (HYPER, PAIN),
    ("home", "anybody"): (PAIN, CRISIS, FIBRILLATION),
    ("home", "copd"): (PAIN,),
    ("home", "diabetes"): (HYPO,),
}
"""What chance may bring, by place and kind of patient."""
