"""Where the board stands on the screen, and what it last drew there."""

from __future__ import annotations

from typing import NamedTuple

from textual.geometry import Offset
from textual.widget import Widget

from iomt_tui.tui.board.looks import Runs


class Drawn(NamedTuple):
    """What a patient looks like now. ``runs`` hold everything visible."""

    runs: tuple[Runs, ...]
    selected: bool


class Frame(NamedTuple):
    """A widget's place; asked of Textual once for all lines painted together."""

    corner: Offset
    inset: Offset
    width: int
    height: int
    scroll: int

    @classmethod
    def of(cls, widget: Widget) -> Frame:
        """The widget's place at this moment."""
        width, height = widget.size
        return cls(widget.content_region.offset, widget.content_offset, width, height, widget.scroll_offset.y)
