"""What a note may be asked for part by part, so that nothing is forgotten at 4 a.m. Pure.

SBAR: Situation, Background, Assessment, Recommendation (Institute for Healthcare Improvement; NHS Improvement 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from iomt_tui.ward.notes import LONGEST

KEPT_FREE: Final = 60
"""Characters that are kept free for each part that is still to come."""


class Part(NamedTuple):
    """One thing that is asked for. ``sign`` stands before the answer in the note."""

    sign: str
    label: str


@dataclass(frozen=True, slots=True)
class Template:
    """What is asked for, in order; a note of :data:`FREE` is what was typed."""

    name: str
    heading: str
    parts: tuple[Part, ...]


FREE: Final = Template("free text", "", (Part("", ""),))

TEMPLATES: Final = (
    FREE,
    Template("SBAR", "SBAR", (
        Part("S", "Situation"), Part("B", "Background"), Part("A", "Assessment"), Part("R", "Recommendation"),
    )),
    Template("doctor", "Doctor called", (Part("who", "Who"), Part("about", "About what"), Part("agreed", "Agreed"))),
    Template("family", "Family", (Part("who", "Who"), Part("told", "What was said"))),
    Template("pain", "Pain", (Part("score", "Score, 0 to 10"), Part("where", "Where"), Part("done", "What was done"))),
)  # fmt: skip


def composed(template: Template, answers: Sequence[str]) -> str:
    """The note that the ``answers`` make so far: parts without one are left out; "" when there is none at all."""
    given = [(part, text.strip()) for part, text in zip(template.parts, answers, strict=False) if text.strip()]
    said = "; ".join(f"{part.sign}: {text}" if part.sign else text for part, text in given)
    return " · ".join(part for part in (template.heading, said) if part) if said else ""


def room(template: Template, answers: Sequence[str]) -> int:
    """Characters for the next answer, so that the note stays within :data:`iomt_tui.ward.notes.LONGEST`."""
    to_come = len(template.parts) - len(answers) - 1
    used = len(composed(template, [*answers, "x", *"x" * to_come])) - 1 - to_come
    return max(0, LONGEST - used - to_come * KEPT_FREE)
