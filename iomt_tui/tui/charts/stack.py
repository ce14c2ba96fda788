"""Panels under one another on one time axis, with the lanes of what happened below. Pure but for plotext."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final, NamedTuple

from textual.content import Content

from iomt_tui.tui.charts.clock import axis_rows
from iomt_tui.tui.charts.lanes import alarm_cells, alarm_lane, mark_cells, mark_lane, one_lane
from iomt_tui.tui.charts.looks import LABEL, LINE
from iomt_tui.tui.charts.panel import LABEL_WIDTH, Frame, Picture, picture, rows
from iomt_tui.tui.charts.plot import LETTERS, Ink
from iomt_tui.tui.charts.scale import Scale
from iomt_tui.tui.text import EMPTY, fitted, joined, plain
from iomt_tui.ward.story.trends import Axis, Panel, TrendView

NAME: Final = 7
"""Cells of a panel's name and unit."""

LEAST, MOST = 3, 9
"""Rows of one panel."""

AIRY: Final = 20
"""Rows of all panels from which one stays free below each."""

_REMEMBERED: Final = 64


class Layout(NamedTuple):
    """How the cells of a line are shared out."""

    width: int
    right: int  # cells of what stands beside a panel

    @classmethod
    def of(cls, width: int) -> Layout:
        """For lines of ``width`` cells."""
        return cls(width, 9 if width < 100 else 14 if width < 150 else 18)

    @property
    def plot(self) -> int:
        """Cells of the time axis."""
        return max(self.width - NAME - LABEL_WIDTH - self.right - 1, 8)

    def line(self, name: Content, middle: Content, right: Content) -> Content:
        """One line; ``middle`` has the numbers in front of it."""
        return joined(fitted(name, NAME), middle, plain(" "), fitted(right, self.right))


class Stripe(NamedTuple):
    """One panel of the stack with what stands on its two sides, from the top down."""

    panel: Panel
    scale: Scale
    names: Sequence[Content]
    readout: Sequence[Content]
    text: Callable[[float], str]  # prints a value beside the panel


def heights(count: int, room: int) -> tuple[list[int], int]:
    """Rows of each of the panels that have room, at most ``count`` of them, and how many stay free below each; what is
    left over goes to the upper ones."""
    gap = 1 if room >= AIRY else 0
    shown = min(count, max(room // (LEAST + 2 * gap), 1))
    if not shown:
        return [], gap
    each, more = divmod(max(room, LEAST), shown)
    return [min(each - gap + (1 if n < more else 0), MOST) for n in range(shown)], gap


def even(count: int, groups: int, room: int) -> tuple[int, int]:
    """Rows of each of ``count`` panels that are all as high, and how many stay free below each group of them."""
    gap = 1 if room >= count * LEAST + groups else 0
    return min(max((room - groups * gap) // max(count, 1), 1), MOST), gap


@dataclass
class _Drawn:
    """A picture, what it was drawn from, and its lines with the cursor on one of their cells."""

    look: object
    picture: Picture
    cursor: int = -2  # not drawn yet
    rows: list[Content] = field(default_factory=list)


class Stack:
    """Draws stripes, and remembers each picture while what is in it stays the same."""

    def __init__(self, ink: Ink) -> None:
        self.ink = ink
        self._drawn: dict[object, _Drawn] = {}

    def stripe(self, one: Stripe, layout: Layout, axis: Axis, height: int, cursor: int, place: object) -> list[Content]:
        """The lines of a stripe. ``place``: which one it is, for what is remembered of it."""
        frame = Frame(axis, layout.plot, height, self.ink, cursor)
        sides = zip(
            _padded(one.names, height), self._rows(one, frame, place), _padded(one.readout, height), strict=True
        )
        return [layout.line(*parts) for parts in sides]

    def _rows(self, one: Stripe, frame: Frame, place: object) -> list[Content]:
        unit = one.text(100.0)  # numbers are printed in another unit when this differs
        look = one.panel, one.scale, frame._replace(cursor=-1), unit
        known = self._drawn.get(place)
        if known is None or known.look != look:
            if len(self._drawn) >= _REMEMBERED:
                self._drawn.clear()
            known = self._drawn[place] = _Drawn(look, picture(one.panel, one.scale, frame, one.text))
        if known.cursor != frame.cursor:
            known.cursor, known.rows = frame.cursor, rows(known.picture, frame)
        return known.rows

    def forget(self) -> None:
        """Draws every panel anew the next time."""
        self._drawn.clear()

    @property
    def plain_letters(self) -> bool:
        """Whether only ASCII may be drawn."""
        return self.ink is LETTERS

    def lanes(
        self, view: TrendView, layout: Layout, cursor: int, whose: Content = EMPTY, count: int = 2
    ) -> list[Content]:  # fmt: skip
        """The lanes of alarms and of what was done, or one of both. ``whose``: stands before their names."""
        alarms = alarm_cells(view.episodes, view.axis, layout.plot, view.now)
        marks = mark_cells(view.marks, view.axis, layout.plot)
        if count == 1:
            return [_lane(whose, one_lane(alarms, marks, cursor, ascii_only=self.plain_letters), layout)]
        found = {
            "alarms": alarm_lane(alarms, cursor, ascii_only=self.plain_letters),
            "done": mark_lane(marks, cursor, ascii_only=self.plain_letters),
        }
        return [_lane(joined(whose, plain(name, LABEL)), lane, layout) for name, lane in found.items()]

    def axis(self, axis: Axis, layout: Layout, zone: tzinfo, *, line: bool) -> list[Content]:
        """The time axis: its line when there is room for it, and its labels."""
        marks, labels = axis_rows(axis, layout.plot, zone, ascii_only=self.plain_letters)
        shown = [(marks, LINE), (labels, LABEL)] if line else [(labels, LABEL)]
        margin = plain(" " * LABEL_WIDTH)
        return [layout.line(EMPTY, joined(margin, plain(text, style)), EMPTY) for text, style in shown]


def _lane(name: Content, lane: Content, layout: Layout) -> Content:
    """A lane has no numbers in front of it: their cells are the name's."""
    width = NAME + LABEL_WIDTH - 1
    return joined(fitted(name, width), plain(" "), fitted(lane, layout.plot + 1 + layout.right))


def _padded(lines: Sequence[Content], height: int) -> list[Content]:
    return [*lines[:height], *[EMPTY] * (height - len(lines))]
