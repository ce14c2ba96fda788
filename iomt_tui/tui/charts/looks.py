"""How a chart's cells look: a sign first, colour last. Styles name the theme's variables."""

from __future__ import annotations

from functools import cache
from typing import Final

from iomt_tui.clinical.limits import HIGH, LOW, MEDIUM

#: Of a curve within its limits, and beyond a limit of each priority.
CURVE: Final = {0: "$chart", LOW: "bold $sev-low", MEDIUM: "bold $sev-medium", HIGH: "bold $sev-high"}
#: Behind values beyond a limit of each priority.
ZONE: Final = {0: "", LOW: "on $zone-medium", MEDIUM: "on $zone-medium", HIGH: "on $zone-high"}
TARGET: Final = "on $zone-target"
EARLIER: Final = "$spark"  # curves of the days before
LINE: Final = "$mute"  # limits, axes
LABEL: Final = "$label"
CURSOR: Final = "$cursor on $selection"
SELECTED: Final = "bold $cursor"
NOW: Final = "bold"

CURVE_CELL, EARLIER_CELL, LINE_CELL, CURSOR_CELL = range(4)


@cache
def style(kind: int, breach: int, zone: str, *, under_cursor: bool) -> str:
    """The style of a cell: what stands in it, how far beyond limits that is, and what lies behind."""
    front = (CURVE[breach], EARLIER, LINE, "$cursor")[kind]
    return f"{front} {'on $selection' if under_cursor else zone}".rstrip()
