"""How urgency looks and reads in the lines around the board: a glyph and a word first, colour last."""

from __future__ import annotations

from typing import Final

from iomt_tui.alarms.model import Alarm
from iomt_tui.tui.board.state import severity_of
from iomt_tui.ward.view import Severity

__all__ = ["FLASHES", "SIGN", "VARIABLE", "WORD", "flash_half_period", "ink", "severity_of"]

VARIABLE: Final = {
    Severity.HIGH: "$sev-high",
    Severity.MEDIUM: "$sev-medium",
    Severity.LOW: "$sev-low",
    Severity.TECHNICAL: "$sev-technical",
    Severity.NONE: "$foreground",
}
"""The theme's colour."""

WORD: Final = {
    Severity.HIGH: "high",
    Severity.MEDIUM: "medium",
    Severity.LOW: "low",
    Severity.TECHNICAL: "technical",
    Severity.NONE: "",
}

SIGN: Final = {
    Severity.HIGH: "!!!", Severity.MEDIUM: "!!", Severity.LOW: "!", Severity.TECHNICAL: "◌", Severity.NONE: "",
}  # fmt: skip

FLASHES: Final = {Severity.HIGH: 333, Severity.MEDIUM: 1_000}
"""Half a period of flashing in ms: 1.5 Hz and 0.5 Hz (IEC 60601-1-8: 1.4-2.8 and 0.4-0.8 Hz, half of it lit)."""


def flash_half_period(alarm: Alarm | None, *, held: bool = False) -> int:
    """ms between on and off of the alarm's sign; 0 when it stands still: taken, or ``held`` back for now."""
    if alarm is None or held or alarm.state == "acked":
        return 0
    return FLASHES.get(severity_of(alarm), 0)


def ink(severity: Severity, *, filled: bool = False) -> str:
    """The style of words of this severity; ``filled`` is reverse video."""
    return f"bold {VARIABLE[severity]}{' reverse' if filled else ''}"
