"""Patients as tiles with big digits, for a display on the wall. Pure, like the rows."""

from __future__ import annotations

from typing import Final, NamedTuple

from iomt_tui.security.text import SafeText, text_width
from iomt_tui.tui.board import cells, looks, numbers, words
from iomt_tui.tui.board.digits import big
from iomt_tui.tui.board.fitting import fit
from iomt_tui.tui.board.geometry import Grid
from iomt_tui.tui.board.glyphs import Glyphs
from iomt_tui.tui.board.looks import Run, Runs
from iomt_tui.tui.board.state import RowState, heart
from iomt_tui.ward.view import Freshness, Severity, VitalView


class TileSize(NamedTuple):
    """How big the digits are, and what that needs."""

    width: int  # cells at least
    height: int  # lines, the blank one below included
    large: bool
    half: bool
    roomy: bool  # has a line for the other vitals


SIZES: Final = (
    TileSize(72, 14, large=True, half=False, roomy=True),
    TileSize(48, 12, large=False, half=False, roomy=True),
    TileSize(42, 11, large=True, half=True, roomy=True),
    TileSize(42, 9, large=True, half=True, roomy=False),
    TileSize(34, 9, large=False, half=True, roomy=True),
    TileSize(26, 8, large=False, half=True, roomy=False),
)
"""Largest first."""

_DIGITS: Final = 3

_LINELESS: Final = {
    looks.BREACH: looks.STRONG,
    **{looks.ALARM[severity]: looks.CALMED[severity] for severity in looks.ALARM if severity != Severity.HIGH},
}
"""A line under each row of dots would only blur a big digit."""


def tile_size(width: int, lines: int, patients: int, glyphs: Glyphs) -> TileSize:
    """The largest size in which all patients fit, else the smallest, in which the worst ones do."""
    # Half blocks have no look-alike in ASCII.
    sizes = [size for size in SIZES if not (size.half and glyphs.full == "#")]
    for size in sizes:
        grid = tile_grid(width, size)
        if width >= size.width and grid.lines(patients) <= lines + 1:
            return size
    return sizes[-1]


def tile_grid(width: int, size: TileSize) -> Grid:
    """As many tiles side by side as fit, sharing the whole width."""
    columns = max(1, width // size.width)
    return Grid(0, columns, max(1, width // columns), size.height)


def spark_cells(size: TileSize, width: int) -> tuple[tuple[str, int], ...]:
    """The sparklines of a tile and their cells."""
    room = _number_width(size)
    return (("hr_spark", room), ("spo2_spark", room)) if width >= size.width else ()


def tile_runs(row: RowState, size: TileSize, width: int) -> tuple[Runs, ...]:
    """One tile: ``size.height`` lines of exactly ``width`` cells."""
    spo2 = row.view.vitals.get("spo2")
    pair = ((heart(row.view), "HR /min", "hr_spark"), (spo2, "SpO2 %", "spo2_spark"))
    room = _number_width(size)
    body: list[list[Run]] = [_title(row, width - 3)]
    blocks = [_number(row, vital, label, spark, size) for vital, label, spark in pair]
    for left, right in zip(*blocks, strict=True):
        between = (" " * min(max(width - 3 - 2 * room, 0), 4), looks.BLANK)
        body.append([*left, between, *right] if between[0] else left)
    if size.roomy:
        body.append(list(_others(row, width - 3)))
    body.append(list((cells.CELLS["alarm" if row.view.alarms else "problem"])(row, width - 3)))
    edge = row.manner.glyphs.selected if row.selected else row.manner.glyphs.edge
    look = looks.CURSOR if row.selected else looks.CALMED.get(row.view.severity, looks.MUTE)
    lines = [_cut([(edge, look), (" ", looks.BLANK), *line], width) for line in body]
    blank: Runs = ((" " * width, looks.BLANK),)
    return (*lines, *(blank for _ in range(size.height - len(lines))))


def _number_width(size: TileSize) -> int:
    digit = 5 if size.large else 3
    return (digit * _DIGITS + _DIGITS - 1) * (1 if size.half else 2)


def _title(row: RowState, width: int) -> list[Run]:
    mark = row.manner.glyphs.severity[row.view.severity]
    home = row.manner.glyphs.home if row.view.home else ""
    look = cells.identity_look(row)
    bed = fit(row.view.bed, 5, row.manner.glyphs.more).rstrip()
    runs: list[Run] = [(mark, cells.severity_look(row)), (" ", looks.BLANK)] if mark else []
    runs += [(f"{bed}{home} ", look)]
    used = sum(len(text) for text, _ in runs)
    score = cells.CELLS["news2"](row, 7 if width >= 34 else 4)
    room = width - used - sum(len(text) for text, _ in score) - 1
    return [*runs, (cells.called(row, max(room, 0)), look), (" ", looks.BLANK), *score]


def _number(row: RowState, vital: VitalView | None, label: str, spark: str, size: TileSize) -> list[list[Run]]:
    """A label, the big digits and the sparkline, all of one width."""
    room = _number_width(size)
    lines = 7 if size.large else 5
    lines = -(-lines // 2) if size.half else lines
    if vital is not None and vital.live:
        text = f"{row.manner.measures.text(vital.key, vital.value or 0.0):>{_DIGITS}}"
        drawn: tuple[str, ...] = big(text[-_DIGITS:], size.large, size.half, row.manner.glyphs)
        look = _LINELESS.get(look := numbers.number_look(row, (vital,)), look)
    else:
        words_of = numbers.missing(row, vital, room + 1)[0]
        drawn = tuple(words_of[0].strip().ljust(room) if line == lines // 2 else " " * room for line in range(lines))
        look = words_of[1]
    below = cells.spark(row, spark, room)
    return [[(_label(row, vital, label).ljust(room)[:room], looks.LABEL)], *([(t, look)] for t in drawn), list(below)]


def _label(row: RowState, vital: VitalView | None, label: str) -> str:
    """The label, with the breach in words and the age of a number that is no longer fresh."""
    if vital is None or not vital.live:
        return label
    mark = numbers.breach_mark(row, (vital,))
    limit = vital.low if vital.breach == "low" else vital.high
    if mark and limit is not None:
        label = f"{label.split()[0]} {mark} {row.manner.measures.text(vital.key, limit)}"
    return f"{label} {words.age(vital.age)}" if vital.freshness > Freshness.FRESH else label


def _others(row: RowState, width: int) -> Runs:
    runs: list[Run] = []
    for key, label, size in (("rr", "RR", 5), ("bp", "BP", 9), ("bp_age", "", 3), ("temp", "", 7)):
        text = [(label, looks.LABEL)] if label else []
        cell = [*text, *cells.CELLS[key](row, size)]
        if sum(len(t) for t, _ in (*runs, *cell)) <= width:
            runs += cell
    return tuple(runs)


def _cut(line: list[Run], width: int) -> Runs:
    """Exactly ``width`` cells: cut (every glyph but a name's is one cell) or padded."""
    used, kept = 0, list[Run]()
    for text, look in line:
        size = text_width(SafeText(text))
        if used + size > width:
            kept.append((fit(text, width - used, ""), look))
            return tuple(run for run in kept if run[0])
        if text:
            kept.append((text, look))
        used += size
    return (*kept, (" " * (width - used), looks.BLANK)) if used < width else tuple(kept)
