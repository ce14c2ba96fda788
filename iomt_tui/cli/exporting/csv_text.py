"""Rows as CSV (RFC 4180, UTF-8) that a spreadsheet reads as what they are, and never runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Final

Cell = str | float | None

_RUNS: Final = re.compile(r"[\s\"';]*[=+\-@＝＋－＠\t\r]")
"""How text begins that some spreadsheet takes for a formula or a command, whatever stands before it."""


def csv_bytes(rows: Iterable[Sequence[Cell]], leading: Sequence[tuple[str, Cell]] = ()) -> bytes:
    """``rows``, the header first, each with the ``leading`` columns (heading, value) before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for number, row in enumerate(rows):
        before = [heading if number == 0 else value for heading, value in leading]
        writer.writerow([cell_text(cell) for cell in (*before, *row)])
    return out.getvalue().encode()


def cell_text(cell: Cell) -> str:
    """A cell: numbers as they are, whole ones without a point; text that would be run has an apostrophe before it."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if _RUNS.match(cell) else cell
    number = float(cell)
    if not isfinite(number):
        return ""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
