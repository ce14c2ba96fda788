"""The fixed first line: what each number is and in which unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from iomt_tui.tui.board import looks
from iomt_tui.tui.board.columns import Column, Layout
from iomt_tui.tui.board.looks import Runs
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.state import Manner


class _Head(NamedTuple):
    """A heading: its words, or with ``unit_of`` the unit of a vital behind or instead of them."""

    text: str
    unit_of: str = ""
    number: bool = False  # stands over right-aligned numbers whose last cell is the mark's


_HEADS: Final[Mapping[str, _Head]] = {
    "bed": _Head("bed"), "patient": _Head("patient"), "id": _Head(" id"), "news2": _Head("NEWS2"),
    "hr": _Head("HR", "hr", number=True), "spo2": _Head("SpO2", "spo2", number=True),
    "rr": _Head("RR", "rr", number=True), "bp": _Head("BP", number=True), "map": _Head("MAP", number=True),
    "temp": _Head("", "temp", number=True), "glucose": _Head("", "glucose", number=True),
    "weight": _Head("", "weight", number=True), "data": _Head("data"), "battery": _Head("batt"),
    "doses": _Head("doses"), "devices": _Head("devices"), "alarm": _Head("alarm"), "concern": _Head("alarm or problem"),
    "problem": _Head("problem"),
}  # fmt: skip

_RIGHT: Final = frozenset({"data", "battery"})


def heading_runs(layout: Layout, manner: Manner) -> Runs:
    """The headings of a board, exactly ``layout.width`` cells."""
    line = [" "] * layout.width
    for index, column in enumerate(layout.columns):
        head = _HEADS.get(column.key)
        if head is None:
            continue
        rest = layout.columns[index + 1 :]
        following = next((c for c in rest if c.key in _HEADS), None)
        end = min(following.start, _first(following, manner.measures)) if following else layout.width
        _write(line, column, head, end, manner)
    return (("".join(line), looks.HEADING),)


def _first(column: Column, measures: Measures) -> int:
    """The first cell that the heading of ``column`` needs."""
    head = _HEADS[column.key]
    return _start(column, head, _text(head, column, measures))


def _text(head: _Head, column: Column, measures: Measures) -> str:
    if head.text:
        return head.text
    unit = measures.unit(head.unit_of)
    # "mmol/L" is the only unit that a narrow column cannot hold; as glucose "mmol" is read the same.
    return unit if len(unit) < column.width else unit.removesuffix("/L")


def _start(column: Column, head: _Head, text: str) -> int:
    if head.number:
        return column.end - len(text) - (len(text) < column.width)
    return column.end - len(text) if column.key in _RIGHT else column.start


def _write(line: list[str], column: Column, head: _Head, end: int, manner: Manner) -> None:
    """Writes a heading; what follows it starts at ``end``, and its unit must leave a blank before that."""
    text = _text(head, column, manner.measures)
    at = _start(column, head, text)
    if head.text and head.unit_of:
        with_unit = f"{text} {manner.measures.unit(head.unit_of)}"
        text = with_unit if at + len(with_unit) < end else text
    line[at : at + len(text)] = text[: len(line) - at]
    window = f"{manner.window_ms // 60_000}m"
    # How long a sparkline is stands over its end, when nothing else needs the cells.
    if column.key in ("hr", "spo2") and end - 2 - len(window) > at + len(text):
        line[end - 1 - len(window) : end - 1] = window
