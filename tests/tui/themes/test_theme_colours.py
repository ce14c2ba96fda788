"""Every bundled theme can be read, by every kind of eye, on the backgrounds it is read on.

Thresholds, and why these:

* Text 4.5:1 and marks 3:1 are WCAG 2.2 AA (1.4.3 and 1.4.11). Sparklines, cursor and "not measured" marks are marks.
  Everything else is text, and is read on the plain row and on the selected one. High contrast asks AAA, 7:1.
* Severities: CIEDE2000 of 2 is what an eye just tells apart side by side, in large patches. Severity marks are two
  or three cells large, lines apart, seen in passing: 10 is the usual least distance for colours of categories, and
  every theme keeps it for every kind of eye, though no theme needs it: glyph, word, weight and underline say the same.
  A theme made for one kind of eye keeps 20 for that kind, what the ordinary eye gets.
* The monochrome theme has no colours to tell apart, the 16-colour one takes those of the terminal.
"""

from __future__ import annotations

from itertools import combinations

import pytest
from colour_vision import MACHADO, RGB, ciede2000, contrast, distance
from textual.color import Color
from textual.theme import Theme

from iomt_tui.tui.theming import VARIABLES, load_themes

THEMES = load_themes().themes
COLOURED = ("dark", "light", "high-contrast", "deuteranopia", "tritanopia")
RGB_THEMES = (*COLOURED, "mono")
SEVERITIES = ("sev-high", "sev-medium", "sev-low", "sev-technical")
TEXT = ("foreground", "strong", "label", "stale", "heading", *SEVERITIES)
MARKS = ("mute", "spark", "cursor")

TERMINALS = {
    "xterm": """000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5
                7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff""",
    "vga": """000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa
              555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff""",
    "windows": """0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc
                  767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2""",
}
"""What the 16 colours are on three terminals."""


def rgb(theme: Theme, name: str, terminal: str = "xterm") -> RGB:
    value = theme.variables.get(name) or getattr(theme, name)
    colour = Color.parse(value)
    if colour.ansi is not None:
        code = TERMINALS[terminal].split()[colour.ansi]
        return int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)
    return colour.rgb


def test_the_promised_themes_are_there_and_sound() -> None:
    assert set(THEMES) == {*RGB_THEMES, "ansi-16"}
    assert load_themes().failed == ()
    for theme in THEMES.values():
        assert set(VARIABLES) <= set(theme.variables)


@pytest.mark.parametrize("name", RGB_THEMES)
def test_text_can_be_read(name: str) -> None:
    theme = THEMES[name]
    least = 7.0 if name == "high-contrast" else 4.5
    for ground in ("background", "selection"):
        for text in TEXT:
            assert contrast(rgb(theme, text), rgb(theme, ground)) >= least, (text, ground)
    for text in ("header", "watermark", "label"):
        assert contrast(rgb(theme, text), rgb(theme, "header-background")) >= 4.5, text


@pytest.mark.parametrize("name", RGB_THEMES)
def test_marks_can_be_seen(name: str) -> None:
    theme = THEMES[name]
    for mark in MARKS:
        assert contrast(rgb(theme, mark), rgb(theme, "background")) >= 3, mark
    assert contrast(rgb(theme, "spark-breach"), rgb(theme, "spark-lit")) >= 3
    assert contrast(rgb(theme, "spark-breach"), rgb(theme, "background")) >= 3
    assert contrast(rgb(theme, "cursor"), rgb(theme, "selection")) >= 3


@pytest.mark.parametrize("terminal", TERMINALS)
def test_sixteen_colours_can_be_read(terminal: str) -> None:
    theme = THEMES["ansi-16"]
    ground = rgb(theme, "background", terminal)
    for text in (*TEXT, "header", "watermark"):
        # The bright blue of xterm and VGA is 4.1 and 4.4; the other fifteen are taken or speak of something else.
        assert contrast(rgb(theme, text, terminal), ground) >= 4, text
    for mark in (*MARKS, "spark-breach"):
        # The "bright black" of a VGA console is 2.8:1; nothing darker than grey and lighter than black is left.
        assert contrast(rgb(theme, mark, terminal), ground) >= 2.5, mark


@pytest.mark.parametrize("vision", MACHADO)
@pytest.mark.parametrize("name", ["dark", "light", "high-contrast"])
def test_severities_differ_for_every_eye(name: str, vision: str) -> None:
    theme = THEMES[name]
    for one, other in combinations(SEVERITIES, 2):
        assert distance(rgb(theme, one), rgb(theme, other), vision) >= 10, (one, other)


@pytest.mark.parametrize(
    ("name", "vision"),
    [("deuteranopia", "deutan"), ("deuteranopia", "protan"), ("tritanopia", "tritan")]
    + [(name, "normal") for name in COLOURED],
)
def test_severities_differ_clearly_for_the_eye_a_theme_is_made_for(name: str, vision: str) -> None:
    theme = THEMES[name]
    for one, other in combinations(SEVERITIES, 2):
        assert distance(rgb(theme, one), rgb(theme, other), vision) >= 20, (one, other)


@pytest.mark.parametrize("vision", MACHADO)
@pytest.mark.parametrize("name", COLOURED)
def test_a_breach_differs_from_the_calm_line_for_every_eye(name: str, vision: str) -> None:
    theme = THEMES[name]
    assert distance(rgb(theme, "spark"), rgb(theme, "spark-breach"), vision) >= 10


@pytest.mark.parametrize("name", COLOURED)
def test_high_and_medium_differ_from_plain_text(name: str) -> None:
    theme = THEMES[name]
    for vision in MACHADO:
        for severity in SEVERITIES[:2]:
            assert distance(rgb(theme, severity), rgb(theme, "foreground"), vision) >= 10, (severity, vision)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (56, -27, -3), 31.9030),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_is_the_published_one(
    first: tuple[float, float, float], second: tuple[float, float, float], expected: float
) -> None:
    """Test data of Sharma, Wu and Dalal 2005."""
    assert ciede2000(first, second) == pytest.approx(expected, abs=1e-4)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.005)


def test_the_simulation_confuses_what_those_eyes_confuse() -> None:
    red, green = (200, 30, 30), (90, 120, 20)
    assert distance(red, green) > 40
    assert distance(red, green, "deutan") < 25 < distance(red, green, "tritan")
    assert distance((120, 120, 120), (120, 120, 120), "protan") == 0


@pytest.mark.parametrize("name", RGB_THEMES)
def test_curves_can_be_seen_on_the_zones_of_a_trend(name: str) -> None:
    theme = THEMES[name]
    for zone in ("background", "selection", "zone-high", "zone-medium", "zone-target"):
        for ink in ("chart", "sev-high", "sev-medium", "sev-low", "label"):
            assert contrast(rgb(theme, ink), rgb(theme, zone)) >= 3, (ink, zone)


@pytest.mark.parametrize("name", RGB_THEMES)
def test_zones_lie_quietly_behind(name: str) -> None:
    """A band is seen beside the background, and never as loud as what is drawn on it."""
    theme = THEMES[name]
    for zone in ("zone-high", "zone-medium", "zone-target"):
        assert 1.0 < contrast(rgb(theme, zone), rgb(theme, "background")) < 1.6, zone
