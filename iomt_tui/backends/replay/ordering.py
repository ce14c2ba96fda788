"""Rows of a file that is out of time order, put in order without making objects of all of them at once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from heapq import merge
from typing import Final, NamedTuple

CHUNK: Final = 65_536  # rows sorted together
_SEPARATOR: Final = "\x1f"


class Row(NamedTuple):
    """One row of a table: when (ms), which patient (a place in the source's list), the vital signs' cells."""

    at: int
    patient: int
    line: int
    cells: list[str]


class SortedRows:
    """Rows by time, rows of the same time in the file's order. Holds 28 bytes a row beside the cells' text."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._at, self._patient = array("q"), array("i")
        self._line, self._end = array("q"), array("q", [0])
        self._text = bytearray()
        for row in rows:
            self._at.append(row.at)
            self._patient.append(row.patient)
            self._line.append(row.line)
            clean = (cell.replace(_SEPARATOR, "?") for cell in row.cells)
            self._text += _SEPARATOR.join(clean).encode("utf-8", "surrogatepass")
            self._end.append(len(self._text))
        self._order = [self._sorted(start) for start in range(0, len(self._at), CHUNK)]

    def _sorted(self, start: int) -> array[int]:
        places = range(start, min(start + CHUNK, len(self._at)))
        return array("q", sorted(places, key=self._at.__getitem__))

    def __iter__(self) -> Iterator[Row]:
        for place in merge(*self._order, key=self._at.__getitem__):
            text = self._text[self._end[place] : self._end[place + 1]].decode("utf-8", "surrogatepass")
            yield Row(self._at[place], self._patient[place], self._line[place], text.split(_SEPARATOR))
