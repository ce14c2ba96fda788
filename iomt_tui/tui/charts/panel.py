"""One panel: curves over bands, with numbers on the left. Pure but for plotext, which draws the dots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import or_
from typing import Final, NamedTuple

from textual.content import Content

from iomt_tui.clinical.limits import HIGH, LOW, MEDIUM, Limit
from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.charts import looks
from iomt_tui.tui.charts.plot import Ink, draw
from iomt_tui.tui.charts.raster import Ground, dots, place
from iomt_tui.tui.charts.scale import Scale, numbers
from iomt_tui.tui.text import joined, plain
from iomt_tui.ward.story.trends import Axis, Curve, Panel

TARGET: Final = (70.0, 180.0)
"""Glucose (mg/dL) that counts as in range (CGM consensus)."""

LABEL_WIDTH: Final = 5
"""Cells of the numbers beside a panel."""

_DASHES: Final = {4: "⡀⠄⠂⠁", 2: "──", 1: "-"}  # a limit's line in the dots of a cell, the lowest first; never a block
_EVERY: Final = {LOW: 6, MEDIUM: 3, HIGH: 1}  # cells from one dash of a line to the next, by priority
_UPRIGHT: Final = ("│", "|")
_TICK: Final = ("┤", "+")


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
    codes: tuple[str, ...]  # a character a cell: its kind and how far beyond limits it is, see :func:`_code`
    zones: tuple[str, ...]
    labels: tuple[str, ...]


def picture(panel: Panel, scale: Scale, frame: Frame, text: Callable[[float], str]) -> Picture:
    """Draws a panel; ``text`` prints a value beside it."""
    ground = Ground(frame.axis, frame.width * frame.ink.across, *scale[:2], frame.height * frame.ink.up)
    curves = draw(dots(panel.curves, ground, frame.ink), frame.height, frame.ink)
    earlier = _earlier(panel, ground, frame)
    lines = _limit_rows(panel, ground, frame)
    columns = _columns(panel, frame)
    drawn = [
        _row(curves[r], earlier[r], lines.get(r, " " * frame.width), columns, _beyond(panel, ground, frame, r))
        for r in range(frame.height)
    ]
    return Picture(
        tuple(row for row, _ in drawn), tuple(codes for _, codes in drawn),
        tuple(_zone(panel, _middle(ground, frame, r)) for r in range(frame.height)),
        tuple(_labels(panel, scale, ground, frame, text)),
    )  # fmt: skip


def _earlier(panel: Panel, ground: Ground, frame: Frame) -> list[str]:
    """The same of the days before, all in one."""
    columns = [0] * ground.columns
    for curves in panel.before:
        columns = list(map(or_, columns, dots(curves, ground, frame.ink)))
    return draw(columns, frame.height, frame.ink)


# What is beyond limits.


def _columns(panel: Panel, frame: Frame) -> list[tuple[float, float, int]]:
    """For each cell across: the lowest and the highest value in it as shown, and for a bar how far beyond limits one of
    its ends is."""
    upper = _extremes(panel.curves[0], frame)
    if len(panel.curves) == 1:
        return [(low, high, 0) for low, high in upper]
    bars = [_beyond_limits(low, high, panel.limits) for low, high in upper]
    lower = [_beyond_limits(low, high, panel.lower_limits) for low, high in _extremes(panel.curves[1], frame)]
    return [(low, high, max(ends)) for (low, high), *ends in zip(upper, bars, lower, strict=True)]


def _extremes(curve: Curve, frame: Frame) -> list[tuple[float, float]]:
    """For each cell across the lowest and the highest value as shown; the lowest above the highest where none is."""
    lows, highs = [float("inf")] * frame.width, [float("-inf")] * frame.width
    decimals = VITALS[curve.key].decimals if curve.key in VITALS else 0
    span = max(1, frame.axis.end - frame.axis.start)
    for start, cell in curve.known():
        x = (place(start, cell, curve) - frame.axis.start) * frame.width // span
        if 0 <= x < frame.width:
            lows[x] = min(lows[x], rounded(cell.low, decimals))
            highs[x] = max(highs[x], rounded(cell.high, decimals))
    return list(zip(lows, highs, strict=True))


def _beyond_limits(low: float, high: float, limits: Sequence[Limit]) -> int:
    """The highest priority of a limit that values from ``low`` to ``high`` pass; 0 for none."""
    passed = [
        limit.priority for limit in limits
        if (limit.low is not None and low < limit.low) or (limit.high is not None and high > limit.high)
    ]  # fmt: skip
    return max(passed, default=0)


def _beyond(panel: Panel, ground: Ground, frame: Frame, row: int) -> Callable[[tuple[float, float, int]], int]:
    """How far beyond limits what stands in a row is, by the values of its cell across."""
    if len(panel.curves) == 2:
        return lambda column: column[2]
    floor, ceiling = _reach(ground, frame, row)
    lows = [(x.low, x.priority) for x in panel.limits if x.low is not None and floor < x.low]
    highs = [(x.high, x.priority) for x in panel.limits if x.high is not None and ceiling > x.high]
    if not lows and not highs:
        return lambda column: 0
    return lambda column: max(
        [p for low, p in lows if column[0] < low] + [p for high, p in highs if column[1] > high], default=0
    )


def _reach(ground: Ground, frame: Frame, row: int) -> tuple[float, float]:
    """The values that the dots of a row of cells (0: the top) stand for."""
    step = (ground.ceiling - ground.floor) / (ground.rows - 1 or 1)
    lowest = (frame.height - 1 - row) * frame.ink.up
    return ground.floor + (lowest - 0.5) * step, ground.floor + (lowest + frame.ink.up - 0.5) * step


def _middle(ground: Ground, frame: Frame, row: int) -> float:
    low, high = _reach(ground, frame, row)
    return (low + high) / 2


def _zone(panel: Panel, value: float) -> str:
    """What lies behind a value. A bar crosses the lower limit of its upper end whenever all is well: no zone there."""
    lows = len(panel.curves) == 1
    passed = [
        limit.priority for limit in panel.limits
        if (lows and limit.low is not None and value < limit.low) or (limit.high is not None and value > limit.high)
    ]  # fmt: skip
    if not passed and panel.key == "glucose" and TARGET[0] <= value <= TARGET[1]:
        return looks.TARGET
    return looks.ZONE[max(passed, default=0)]


# Rows.


def _limit_rows(panel: Panel, ground: Ground, frame: Frame) -> dict[int, str]:
    """Row -> a limit's line across it, the denser the more urgent; of two in a row the more urgent one's."""
    found: dict[int, str] = {}
    dashes = _DASHES[frame.ink.up]
    for limit in sorted(panel.limits, key=lambda limit: limit.priority):
        for value in (limit.low, limit.high):
            if value is not None and ground.floor < value < ground.ceiling:
                dot = ground.row(value)
                dash = dashes[dot % frame.ink.up].ljust(_EVERY[limit.priority])
                found[frame.height - 1 - dot // frame.ink.up] = (dash * frame.width)[: frame.width]
    return found


def _row(
    curve: str, earlier: str, line: str, columns: Sequence[tuple[float, float, int]],
    beyond: Callable[[tuple[float, float, int]], int],
) -> tuple[str, str]:  # fmt: skip
    """The characters of a row and their codes: the curve before earlier ones before a limit's line."""
    chars, codes = list(line), [_code(looks.LINE_CELL)] * len(line)
    for x, char in enumerate(curve):
        if char != " ":
            chars[x], codes[x] = char, _code(looks.CURVE_CELL, beyond(columns[x]))
        elif earlier[x] != " ":
            chars[x], codes[x] = earlier[x], _code(looks.EARLIER_CELL)
    return "".join(chars), "".join(codes)


def _code(kind: int, breach: int = 0) -> str:
    """Kind and priority of the limit that is passed as one character: runs of them are found quickly."""
    return chr(kind << 2 | breach)


def _labels(
    panel: Panel, scale: Scale, ground: Ground, frame: Frame, text: Callable[[float], str]
) -> Iterator[str]:  # fmt: skip
    found: dict[int, str] = {}
    for value in numbers(scale, panel.limits):
        found.setdefault(frame.height - 1 - ground.row(value) // frame.ink.up, text(value))
    for row in range(frame.height):
        tick = (_TICK if row in found else _UPRIGHT)[frame.plain_letters]
        yield f"{found.get(row, ''):>{LABEL_WIDTH - 1}}{tick}"


def rows(drawn: Picture, frame: Frame) -> list[Content]:
    """The picture as lines, numbers first, with the cursor on it."""
    parts = zip(drawn.rows, drawn.codes, drawn.zones, drawn.labels, strict=True)
    return [joined(plain(label, looks.LABEL), *_runs(text, codes, zone, frame)) for text, codes, zone, label in parts]


def _runs(text: str, codes: str, zone: str, frame: Frame) -> Iterator[Content]:
    """A row in its styles."""
    at = frame.cursor if frame.cursor >= 0 else len(text)
    for begin, stop in ((0, at), (at, at + 1), (at + 1, len(text))):
        for code, run in groupby(codes[begin:stop]):
            end = begin + sum(1 for _ in run)
            kind, breach = ord(code) >> 2, ord(code) & 3
            chars, under = text[begin:end], begin == at
            if under and kind == looks.LINE_CELL:
                chars, kind = _UPRIGHT[frame.plain_letters], looks.CURSOR_CELL
            yield plain(chars, looks.style(kind, breach, zone, under_cursor=under))
            begin = end
