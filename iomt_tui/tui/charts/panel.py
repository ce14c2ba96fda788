"""One panel: curves over bands, with numbers on the left. Pure but for plotext, which draws the dots.

Where limits were changed, each part of the axis has the bands, lines and colours of its time (:mod:`.parts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from operator import or_
from typing import Final, NamedTuple

from textual.content import Content

from iomt_tui.clinical.limits import HIGH, LOW, MEDIUM
from iomt_tui.tui.charts import looks
from iomt_tui.tui.charts.parts import Part, parts_of
from iomt_tui.tui.charts.plot import Ink, draw
from iomt_tui.tui.charts.raster import Ground, dots
from iomt_tui.tui.charts.scale import Scale, numbers
from iomt_tui.tui.text import worded
from iomt_tui.ward.story.trends import Axis, Panel

TARGET: Final = (70.0, 180.0)
"""Glucose (mg/dL) that counts as in range (CGM consensus)."""

LABEL_WIDTH: Final = 5
"""Cells of the numbers beside a panel."""

_DASHES: Final = {4: "⡀⠄⠂⠁", 2: "──", 1: "-"}  # a limit's line in the dots of a cell, the lowest first; never a block
_EVERY: Final = {LOW: 6, MEDIUM: 3, HIGH: 1}  # cells from one dash of a line to the next, by priority
_UPRIGHT: Final = ("│", "|")
_TICK: Final = ("┤", "+")
_CODES: Final = tuple(tuple(chr(kind << 2 | breach) for breach in range(4)) for kind in range(4))
"""Kind of a cell and priority of the limit that is passed as one character: runs of them are found quickly."""


class Frame(NamedTuple):
    """Where a panel is drawn: its axis in ``width`` by ``height`` cells, made of ``ink``; ``cursor`` is the marked cell
    from the left, -1 for none."""

    axis: Axis
    width: int
    height: int
    ink: Ink
    cursor: int = -1

    @property
    def plain_letters(self) -> bool:
        """Whether only ASCII may be drawn."""
        return self.ink.up == 1


@dataclass(frozen=True)
class Picture:
    """A panel without its cursor: for each row the characters, what each is, what lies behind them, and the number."""

    rows: tuple[str, ...]
    codes: tuple[str, ...]  # a character a cell: its kind and how far beyond limits it is, see :data:`_CODES`
    zones: tuple[tuple[str, ...], ...]  # of each row what lies behind each part
    labels: tuple[str, ...]
    edges: tuple[int, ...]  # where the parts begin, and after the last of them where it ends (cells)


def picture(panel: Panel, scale: Scale, frame: Frame, text: Callable[[float], str]) -> Picture:
    """Draws a panel; ``text`` prints a value beside it."""
    ground = Ground(frame.axis, frame.width * frame.ink.across, *scale[:2], frame.height * frame.ink.up)
    curves = draw(dots(panel.curves, ground, frame.ink), frame.height, frame.ink)
    earlier = _earlier(panel, ground, frame)
    parts = parts_of(panel, frame.axis, frame.width)
    lines = _limit_rows(parts, ground, frame)
    drawn = [
        _row(curves[r], earlier[r], lines[r], _beyond(panel, parts, ground, frame, r)) for r in range(frame.height)
    ]
    return Picture(
        tuple(row for row, _ in drawn), tuple(codes for _, codes in drawn),
        tuple(tuple(_zone(panel, part, value) for part in parts) for value in _middles(ground, frame)),
        tuple(_labels(panel, scale, ground, frame, text)), (*(part.begin for part in parts), frame.width),
    )  # fmt: skip


def _earlier(panel: Panel, ground: Ground, frame: Frame) -> list[str]:
    """The same of the days before, all in one."""
    columns = [0] * ground.columns
    for curves in panel.before:
        columns = list(map(or_, columns, dots(curves, ground, frame.ink)))
    return draw(columns, frame.height, frame.ink)


# What is beyond limits.


def _beyond(panel: Panel, parts: Sequence[Part], ground: Ground, frame: Frame, row: int) -> Callable[[int], int]:
    """How far beyond limits what stands in a row is, by the cell across."""
    if len(panel.curves) == 2:
        each = [_bar_beyond(part) for part in parts]
    else:
        reach = _reach(ground, frame, row)
        each = [_value_beyond(part, *reach) for part in parts]
    return each[0] if len(each) == 1 else lambda x: max(one(x) for one in each)


def _bar_beyond(part: Part) -> Callable[[int], int]:
    columns = part.columns
    return lambda x: columns[x][2]


def _value_beyond(part: Part, floor: float, ceiling: float) -> Callable[[int], int]:
    columns = part.columns
    lows = [(limit.low, limit.priority) for limit in part.limits if limit.low is not None and floor < limit.low]
    highs = [(limit.high, limit.priority) for limit in part.limits if limit.high is not None and ceiling > limit.high]
    if not lows and not highs:
        return lambda x: 0
    return lambda x: max(
        [p for low, p in lows if columns[x][0] < low] + [p for high, p in highs if columns[x][1] > high], default=0
    )


def _reach(ground: Ground, frame: Frame, row: int) -> tuple[float, float]:
    """The values that the dots of a row of cells (0: the top) stand for."""
    step = (ground.ceiling - ground.floor) / (ground.rows - 1 or 1)
    lowest = (frame.height - 1 - row) * frame.ink.up
    return ground.floor + (lowest - 0.5) * step, ground.floor + (lowest + frame.ink.up - 0.5) * step


def _middles(ground: Ground, frame: Frame) -> Iterator[float]:
    """The value in the middle of each row."""
    for row in range(frame.height):
        low, high = _reach(ground, frame, row)
        yield (low + high) / 2


def _zone(panel: Panel, part: Part, value: float) -> str:
    """What lies behind a value in a part. A bar crosses the lower limit of its upper end whenever all is well: no zone
    there."""
    lows = len(panel.curves) == 1
    passed = [
        limit.priority for limit in part.limits
        if (lows and limit.low is not None and value < limit.low) or (limit.high is not None and value > limit.high)
    ]  # fmt: skip
    if not passed and panel.key == "glucose" and TARGET[0] <= value <= TARGET[1]:
        return looks.TARGET
    return looks.ZONE[max(passed, default=0)]


# Rows.


def _limit_rows(parts: Sequence[Part], ground: Ground, frame: Frame) -> list[str]:
    """For each row the lines of limits across it, part by part."""
    found = [_lines(part, ground, frame) for part in parts]
    blank = [" " * (part.stop - part.begin) for part in parts]
    return ["".join([own.get(row, blank[n]) for n, own in enumerate(found)]) for row in range(frame.height)]


def _lines(part: Part, ground: Ground, frame: Frame) -> dict[int, str]:
    """Row -> a limit's line across it, the denser the more urgent; of two in a row the more urgent one's."""
    found: dict[int, str] = {}
    dashes, width = _DASHES[frame.ink.up], part.stop - part.begin
    for limit in sorted(part.limits, key=lambda limit: limit.priority):
        for value in (limit.low, limit.high):
            if value is not None and ground.floor < value < ground.ceiling:
                dot = ground.row(value)
                dash = dashes[dot % frame.ink.up].ljust(_EVERY[limit.priority])
                found[frame.height - 1 - dot // frame.ink.up] = (dash * width)[:width]
    return found


def _row(curve: str, earlier: str, line: str, beyond: Callable[[int], int]) -> tuple[str, str]:
    """The characters of a row and their codes: the curve before earlier ones before a limit's line."""
    chars, codes = list(line), [_CODES[looks.LINE_CELL][0]] * len(line)
    if curve.isspace() and earlier.isspace():
        return line, "".join(codes)
    for x, char in enumerate(curve):
        if char != " ":
            chars[x], codes[x] = char, _CODES[looks.CURVE_CELL][beyond(x)]
        elif earlier[x] != " ":
            chars[x], codes[x] = earlier[x], _CODES[looks.EARLIER_CELL][0]
    return "".join(chars), "".join(codes)


def _labels(
    panel: Panel, scale: Scale, ground: Ground, frame: Frame, text: Callable[[float], str]
) -> Iterator[str]:  # fmt: skip
    found: dict[int, str] = {}
    for value in numbers(scale, panel.limits[-1].limits):
        found.setdefault(frame.height - 1 - ground.row(value) // frame.ink.up, text(value))
    for row in range(frame.height):
        tick = (_TICK if row in found else _UPRIGHT)[frame.plain_letters]
        yield f"{found.get(row, ''):>{LABEL_WIDTH - 1}}{tick}"


def rows(drawn: Picture, frame: Frame) -> list[Content]:
    """The picture as lines, numbers first, with the cursor on it."""
    lines = zip(drawn.rows, drawn.codes, drawn.zones, drawn.labels, strict=True)
    spans = list(pairwise(drawn.edges))
    return [
        worded((label, looks.LABEL), *chain.from_iterable(
            _runs(text, codes, zone, span, frame) for zone, span in zip(zones, spans, strict=True)
        ))
        for text, codes, zones, label in lines
    ]  # fmt: skip


def _runs(text: str, codes: str, zone: str, span: tuple[int, int], frame: Frame) -> Iterator[tuple[str, str]]:
    """The cells of a part in a row, in their styles."""
    first, last = span
    at = frame.cursor if first <= frame.cursor < last else last
    for begin, stop in ((first, at), (at, min(at + 1, last)), (at + 1, last)):
        for code, run in groupby(codes[begin:stop]):
            end = begin + len(list(run))
            kind, breach = ord(code) >> 2, ord(code) & 3
            chars, under = text[begin:end], begin == at
            if under and kind == looks.LINE_CELL:
                chars, kind = _UPRIGHT[frame.plain_letters], looks.CURSOR_CELL
            yield chars, looks.style(kind, breach, zone, under_cursor=under)
            begin = end
