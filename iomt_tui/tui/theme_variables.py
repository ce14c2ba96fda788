"""The words of a theme: Textual's base colours and our own variables, with the default of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COLORS: Final = (
    "primary", "secondary", "accent", "warning", "error", "success", "foreground", "background", "surface", "panel",
    "boost",
)  # fmt: skip

VARIABLES: Final[Mapping[str, str]] = {
    "strong": "#ffffff",  # identity of a patient whose alarm waits
    "label": "#8694a1",  # units, ages, what is read second
    "mute": "#66727e",  # marks of what is not there
    "stale": "#a39a88",  # numbers that fade, are struck or gone
    "stale-style": "none",
    "heading": "#8694a1",
    "header": "#c9d4df",  # the status line
    "header-background": "#1a2129",
    "watermark": "#d0a8ff",  # DEMO, REPLAY, TEST
    "selection": "#1d2a38",
    "cursor": "#6fb7ff",
    "spark": "#4c677c",
    "spark-style": "none",
    "spark-breach": "#bd6a60",
    "spark-lit": "#3b211f",
    "spark-breach-style": "bold",
    "sev-high": "#ff6b6b",
    "sev-medium": "#ffe05a",
    "sev-low": "#7fe9dc",
    "sev-technical": "#a196f5",
    "chart": "#6fb7ff",  # curves of a trend within their limits
    "zone-high": "#2b181b",  # behind values beyond a limit of high priority
    "zone-medium": "#211e12",  # and of medium or low priority
    "zone-target": "#10231c",  # behind glucose in range
}
"""Our own variables, with what they are where a theme (one of Textual's own, say) does not define them."""

STYLES: Final = frozenset(key for key in VARIABLES if key.endswith("-style"))
"""Those that hold a text style; all others hold a colour."""
