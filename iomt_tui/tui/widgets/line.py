"""A place on the screen that shows lines of content and repaints only the lines that differ."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from iomt_tui.tui.terminal.stage import StageApp
from iomt_tui.tui.text import lines as together


class Words(Widget, can_focus=False):
    """Shows the lines it was given last. Takes :class:`Content` only, so nothing here can be read as markup.

    While nothing covers it, a changed line goes to the output stage past Textual's compositor.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Words { height: 1; width: 1fr; }"

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 Textual's own name
        super().__init__(id=id)
        self._lines: tuple[Content, ...] = ()
        self._strips: dict[int, Strip] = {}

    @property
    def content(self) -> Content:
        """What is shown, its lines joined."""
        return together(self._lines)

    def show(self, *lines: Content) -> None:
        """Shows one line each."""
        self.show_lines(lines)

    def show_lines(self, lines: Sequence[Content]) -> None:
        """Shows ``lines``, and repaints those that differ from what stood there."""
        before, self._lines = self._lines, tuple(lines)
        if len(before) != len(self._lines):
            self._strips.clear()
            self.refresh(layout=self.styles.auto_dimensions)
            return
        differ = [y for y, (old, new) in enumerate(zip(before, lines, strict=True)) if not new.is_same(old)]
        for y in differ:
            self._strips.pop(y, None)
        if differ:
            self._repaint(differ)

    def _repaint(self, rows: Sequence[int]) -> None:
        app = self.app
        if isinstance(app, StageApp) and self.is_attached and app.direct_ok(self):
            for y in rows:
                app.put_line(self, y, self.render_line(y))
            app.flush_direct()
        else:
            for y in rows:
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """Textual's hook: line ``y`` as styled cells."""
        strip = self._strips.get(y)
        if strip is None or strip.cell_length != self.size.width:
            strip = self._strips[y] = self._strip(y)
        return strip

    def _strip(self, y: int) -> Strip:
        if y >= len(self._lines):
            return Strip.blank(self.size.width, self.rich_style)
        width, line = self.size.width, self._lines[y]
        line = line.pad_right(max(0, width - line.cell_length))
        parts = line.render(self.visual_style, end="", parse_style=self.app.stylesheet.parse_style)
        strip = Strip([Segment(text, style.rich_style) for text, style in parts])
        return strip.crop(0, width)

    def notify_style_update(self) -> None:
        """Another theme: every style is looked up anew."""
        super().notify_style_update()
        self._strips.clear()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Textual's hook for a place that is as high as what it shows."""
        return len(self._lines)
