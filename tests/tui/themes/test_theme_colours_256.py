"""A terminal with 256 colours shows the nearest ones: every theme stays readable there, and severities apart.

The thresholds are those of ``test_theme_colours``, but for 4:1 on the selected row: its ground has few neighbours
among the 256, and the bar at its left edge says the same.
"""

from __future__ import annotations

from itertools import combinations

import pytest
from colour_vision import contrast, distance
from rich.color import Color, ColorSystem
from textual.theme import Theme

from iomt_tui.tui.theming import load_themes

THEMES = load_themes().themes
COLOURED = ("dark", "light", "high-contrast", "deuteranopia", "tritanopia")
SEVERITIES = ("sev-high", "sev-medium", "sev-low", "sev-technical")
TEXT = ("foreground", "strong", "label", "stale", "heading", *SEVERITIES)
MARKS = ("mute", "cursor")


def nearest(theme: Theme, name: str) -> tuple[int, int, int]:
    """What such a terminal shows for the theme's colour ``name``."""
    value = theme.variables.get(name) or getattr(theme, name)
    return Color.parse(value).downgrade(ColorSystem.EIGHT_BIT).get_truecolor()


@pytest.mark.parametrize("name", [*COLOURED, "mono"])
def test_text_and_marks_can_be_read(name: str) -> None:
    theme = THEMES[name]
    for ground, least in (("background", 4.5), ("selection", 4.0)):
        for text in TEXT:
            assert contrast(nearest(theme, text), nearest(theme, ground)) >= least, (text, ground)
    for mark in MARKS:
        assert contrast(nearest(theme, mark), nearest(theme, "background")) >= 3, mark
    for text in ("header", "watermark", "label"):
        assert contrast(nearest(theme, text), nearest(theme, "header-background")) >= 4.5, text


@pytest.mark.parametrize("name", COLOURED)
def test_severities_stay_apart(name: str) -> None:
    for one, other in combinations(SEVERITIES, 2):
        assert distance(nearest(THEMES[name], one), nearest(THEMES[name], other)) >= 10, (one, other)


@pytest.mark.parametrize("name", [*COLOURED, "mono"])
def test_the_chosen_row_stays_visible(name: str) -> None:
    assert nearest(THEMES[name], "selection") != nearest(THEMES[name], "background")
