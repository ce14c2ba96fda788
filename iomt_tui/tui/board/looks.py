"""Names of what a stretch of cells looks like. The theme decides how; ``palette`` turns a name into a style.

A look never carries meaning by colour alone: numbers out of their limits also differ by weight, reverse video,
underline or a mark beside them.
"""

from __future__ import annotations

from typing import Final

from iomt_tui.ward.view import Severity

Run = tuple[str, str]
"""A stretch of text and its look."""

Runs = tuple[Run, ...]

BLANK: Final = "blank"
HEADING: Final = "heading"
NAME: Final = "name"
STRONG: Final = "strong"  # identity of a patient with a high or medium alarm
LABEL: Final = "label"  # units, ages, what is read second
MUTE: Final = "mute"  # what is not there
VALUE: Final = "value"
FADING: Final = "fading"
STRUCK: Final = "struck"
GONE: Final = "gone"
BREACH: Final = "breach"  # out of limits, not (yet) an alarm
CURSOR: Final = "cursor"
MARK: Final = "mark"  # home, pinned
SPARK: Final = "spark"
SPARK_LOW: Final = "spark-low"
SPARK_HIGH: Final = "spark-high"
HALTED: Final = "halted"

ALARM: Final = {
    Severity.HIGH: "high",
    Severity.MEDIUM: "medium",
    Severity.LOW: "low",
    Severity.TECHNICAL: "technical",
}
"""The look of a number or mark whose alarm nobody has acknowledged."""

CALMED: Final = {severity: f"{look}-calm" for severity, look in ALARM.items()}
"""The same once acknowledged, and of the words that speak of the alarm: never filled."""

_FADES: Final = (BREACH, *CALMED.values())


def fading(look: str) -> str:
    """The look of an out-of-limits number that is fading."""
    return f"{look}-fading"


def struck(look: str) -> str:
    """The look of an out-of-limits number that is struck through."""
    return f"{look}-struck"


STYLED: Final = (
    BLANK, HEADING, NAME, STRONG, LABEL, MUTE, VALUE, FADING, STRUCK, GONE, BREACH, CURSOR, MARK, SPARK, SPARK_LOW,
    SPARK_HIGH, HALTED, *ALARM.values(), *CALMED.values(),
)  # fmt: skip
"""Looks that the style sheet defines."""

FADED: Final = tuple(faded(look) for look in _FADES for faded in (fading, struck))
"""Looks that follow from others."""
