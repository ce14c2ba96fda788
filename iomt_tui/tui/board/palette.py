"""From the name of a look to a Rich style, as the theme and its style sheet say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip
from textual.widget import Widget

from iomt_tui.tui.board import looks
from iomt_tui.tui.board.looks import Runs

SELECTED: Final = "selected"

COMPONENTS: Final = frozenset(f"board--{look}" for look in (*looks.STYLED, SELECTED))
"""The component classes of the widgets that draw with a palette."""

STYLE_SHEET: Final = """
    & > .board--heading { color: $heading; }
    & > .board--strong { color: $strong; text-style: bold; }
    & > .board--label { color: $label; }
    & > .board--mute { color: $mute; }
    & > .board--fading { color: $stale; text-style: $stale-style; }
    & > .board--struck, & > .board--halted { color: $stale; text-style: strike; }
    & > .board--gone { color: $stale; }
    & > .board--breach { color: $strong; text-style: bold underline; }
    & > .board--cursor { color: $cursor; text-style: bold; }
    & > .board--mark { color: $label; }
    & > .board--spark { color: $spark; text-style: $spark-style; }
    & > .board--spark-low, & > .board--spark-high {
        color: $spark-breach; background: $spark-lit; text-style: $spark-breach-style;
    }
    & > .board--high { color: $sev-high; text-style: bold reverse; }
    & > .board--high-calm { color: $sev-high; text-style: bold; }
    & > .board--medium { color: $sev-medium; text-style: bold underline; }
    & > .board--medium-calm { color: $sev-medium; text-style: bold; }
    & > .board--low { color: $sev-low; text-style: underline; }
    & > .board--low-calm { color: $sev-low; }
    & > .board--technical { color: $sev-technical; text-style: underline; }
    & > .board--technical-calm { color: $sev-technical; }
    & > .board--selected { background: $selection; }
    &:nocolor {
        /* In grey a red is darker than plain text: what is worst would stand back. */
        & > .board--high, & > .board--high-calm, & > .board--medium, & > .board--medium-calm, & > .board--low,
        & > .board--low-calm, & > .board--technical, & > .board--technical-calm { color: $strong; }
    }
"""
"""The rules of the looks, to be nested in a widget's style sheet."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles of all looks, on the widget's background and on that of the selected row."""

    plain: Mapping[str, Style]
    selected: Mapping[str, Style]

    @classmethod
    def of(cls, widget: Widget) -> Palette:
        """The palette that ``widget``'s style sheet defines. The widget has all :data:`COMPONENTS`."""
        plain = {look: widget.get_component_rich_style(f"board--{look}") for look in looks.STYLED}
        for look in (looks.BREACH, *looks.CALMED.values()):
            weak = plain[looks.FADING] if look == looks.BREACH else plain[look] + Style(bold=False, underline=False)
            plain[looks.fading(look)] = weak
            plain[looks.struck(look)] = plain[looks.STRUCK]
        ground = plain[looks.BLANK].bgcolor
        behind = Style(bgcolor=widget.get_component_rich_style(f"board--{SELECTED}").bgcolor)
        selected = {
            look: style + behind if style.bgcolor == ground and not style.reverse else style
            for look, style in plain.items()
        }
        return cls(plain, selected)

    def through(self, filters: Sequence[LineFilter], background: Color) -> Palette:
        """The styles as Textual's filters turn them on ``background``: for lines that go past its compositor."""

        def filtered(style: Style) -> Style:
            segments = [Segment("x", style)]
            for line_filter in filters:
                segments = line_filter.apply(segments, background)
            return segments[0].style or style

        return Palette(*({look: filtered(style) for look, style in s.items()} for s in (self.plain, self.selected)))

    def strip(self, runs: Runs, *, selected: bool = False) -> Strip:
        """The runs in their styles."""
        styles = self.selected if selected else self.plain
        return Strip([Segment(text, styles[look]) for text, look in runs])
