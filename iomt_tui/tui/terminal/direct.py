"""Where widgets stand uncovered on the screen, and the styles that Textual's filters make of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget


class Place:
    """The uncovered content of one widget on the screen; an empty ``region`` when something lies over it."""

    def __init__(self, region: Region, background: Color, filters: Sequence[LineFilter]) -> None:
        self.region = region
        self._background = background
        self._filters = filters
        self._styles: dict[Style, Style] = {}

    def filtered(self, strip: Strip) -> Strip:
        """The strip as Textual's filters turn it, each style asked for once."""
        if not self._filters:
            return strip
        styles = self._styles
        out = []
        for text, style, control in strip._segments:
            if style is not None and not control:
                found = styles.get(style)
                out.append(Segment(text, found if found is not None else self._learn(style)))
            else:
                out.append(Segment(text, style, control))
        return Strip(out, strip._cell_length)

    def _learn(self, style: Style) -> Style:
        segments = [Segment("x", style)]
        for line_filter in self._filters:
            segments = line_filter.apply(segments, self._background)
        found = self._styles[style] = segments[0].style or style
        return found


class Places:
    """The places of all widgets that were asked for, until the layout changes or :meth:`forget`."""

    def __init__(self) -> None:
        self._visible: object = None
        self._known: dict[Widget, Place] = {}

    def of(self, screen: Screen[Any], widget: Widget, filters: Sequence[LineFilter]) -> Place:
        """The widget's place on ``screen``."""
        if self._visible is not screen._compositor._visible_widgets or self._visible is None:
            self._known.clear()
        place = self._known.get(widget)
        if place is None:
            enabled = [line_filter for line_filter in filters if line_filter.enabled]
            place = self._known[widget] = Place(_uncovered(screen, widget), widget.background_colors[1], enabled)
            self._visible = screen._compositor._visible_widgets
        return place

    def forget(self) -> None:
        """Colours may have changed."""
        self._known.clear()


def _uncovered(screen: Screen[Any], widget: Widget) -> Region:
    """The content of ``widget`` on screen, or an empty region when it is not there whole or something lies over it."""
    visible = screen._compositor.visible_widgets
    place = visible.get(widget)
    nothing = Region()
    if place is None:
        return nothing
    clip = place[1]
    content = widget.scrollable_content_region
    if content.intersection(clip) != content or content.intersection(screen.size.region) != content:
        return nothing
    for other, (other_region, other_clip) in visible.items():
        if other is widget:
            return content
        if other_region.intersection(other_clip).overlaps(content):
            return nothing
    return nothing
