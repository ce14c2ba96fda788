"""One patient as one line: pure, from a :class:`RowState` to runs of text and look."""

from __future__ import annotations

from iomt_tui.tui.board import looks, words
from iomt_tui.tui.board.cells import CELLS
from iomt_tui.tui.board.columns import Layout
from iomt_tui.tui.board.fitting import fit
from iomt_tui.tui.board.looks import Run, Runs
from iomt_tui.tui.board.state import RowState

_TAIL_VITALS = ("rr", "nibp_sys", "ibp_sys", "temp", "glucose", "weight")


def row_runs(row: RowState, layout: Layout) -> Runs:
    """The row in exactly ``layout.width`` cells. Two rows that look the same are equal."""
    remark = _remark(row, layout)
    row = row._replace(told=True) if remark else row
    first, end = layout.tail
    pieces: list[Run] = []
    at = 0
    for key, start, width in layout.columns:
        if remark and first <= start < end:
            if start > first:
                continue
            cell: Runs = ((fit(remark, end - first), looks.GONE),)
            width = end - first
        else:
            cell = CELLS[key](row, width)
        if start > at:
            pieces.append((" " * (start - at), looks.BLANK))
        pieces += cell
        at = start + width
    pieces.append((" " * (layout.width - at), looks.BLANK))
    return _joined(pieces)


def _joined(pieces: list[Run]) -> Runs:
    """Neighbours of one look as one run."""
    runs: list[Run] = []
    together, current = "", looks.BLANK
    for text, look in pieces:
        if look == current:
            together += text
        elif text:
            if together:
                runs.append((together, current))
            together, current = text, look
    if together:
        runs.append((together, current))
    return tuple(runs)


def _remark(row: RowState, layout: Layout) -> str:
    """What was last known of a patient whose monitor fell silent, where the numbers that follow are all absent."""
    first, end = layout.tail
    vitals = row.view.vitals
    if first >= end or any((vital := vitals.get(key)) is not None and vital.live for key in _TAIL_VITALS):
        return ""
    for key in ("spo2", "hr"):
        vital = vitals.get(key)
        if vital is not None and not vital.live and vital.value is not None:
            return words.longest(words.last(vital, row.manner.measures, named=True), end - first)
    return ""
