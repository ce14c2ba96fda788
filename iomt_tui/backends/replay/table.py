"""Finding the table in a text file: its delimiter, its line of headings, and a sample of what is under them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from iomt_tui.backends.replay.content import open_text
from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.backends.replay.headings import unit_code
from iomt_tui.backends.replay.layout import Layout, lay_out
from iomt_tui.backends.replay.lines import Line, Record, Refuse, lines, records, split

DELIMITERS: Final = (",", ";", "\t", "|")
TITLES: Final = 30  # lines in which the headings must appear
SAMPLE: Final = 200  # records looked at to settle times and decimal commas


@dataclass(frozen=True, slots=True)
class Table:
    """Where a file's table is and what it holds. ``first`` is the line of its first record."""

    path: Path
    start: bytes
    delimiter: str
    headings: list[str]
    first: int
    layout: Layout
    sample: list[list[str]]

    def records(self, refuse: Refuse) -> Iterator[Record]:
        """Every record under the headings."""
        with open_text(self.path, self.start) as stream:
            source = itertools.dropwhile(lambda line: line.number < self.first, lines(stream, refuse))
            yield from records(source, self.delimiter, len(self.headings))


def find_table(path: Path, start: bytes, mapping: Mapping[str, str]) -> Table:
    """The table in a file. Raises :class:`SourceError` when no line of headings has a time column."""
    with open_text(path, start) as stream:
        begun = list(itertools.islice(lines(stream, lambda *_: None), TITLES + SAMPLE))
    best: list[str] = []
    for place, line in enumerate(begun[:TITLES]):
        delimiter = _delimiter(line.text)
        headings = split(line.text, delimiter)
        named = {heading.strip() for heading in mapping}
        if named and not named & {heading.strip() for heading in headings}:
            layout = lay_out(headings, (), {})
        else:
            layout = lay_out(headings, (), mapping)
        if layout.time >= 0 and len(headings) > 1 and not line.text.startswith("#"):
            return _with_sample(path, start, delimiter, headings, begun[place + 1 :], mapping, line.number)
        best = max(best, headings, key=len)
    found = ", ".join(repr(cell.strip()[:30]) for cell in best[:12]) or "nothing"
    raise SourceError(
        f"{path}: no column of times found (columns: {found}). "
        "Expected: a CSV or TSV whose first lines name a time column and vital signs (or a recording of this "
        "program, or a FHIR R4 Bundle). If the time has another heading: --map HEADING=time"
    )


def _delimiter(text: str) -> str:
    return max(DELIMITERS, key=lambda delimiter: len(split(text, delimiter)))


def _with_sample(
    path: Path, start: bytes, delimiter: str, headings: list[str], below: list[Line],
    mapping: Mapping[str, str], line: int,
) -> Table:  # fmt: skip
    sample = [record.cells for record in records(iter(below), delimiter, len(headings))]
    first = line + 1
    units: list[str] = []
    if sample and _is_units(sample[0]):
        units = sample.pop(0)
        first = next(one.number for one in below if one.text.strip()) + 1
    layout = lay_out(headings, units, mapping)
    if not layout.columns:
        why = "; ".join(f"{heading!r}: {words}" for _, heading, words in layout.refused[:8])
        raise SourceError(f"{path}: no column of vital signs can be used: {why or 'there is only a time column'}")
    return Table(path, start, delimiter, headings, first, layout, sample)


def _is_units(cells: list[str]) -> bool:
    """Whether a row holds units rather than values: a known unit in it, and no digit."""
    known = [cell for cell in cells if cell.strip() and unit_code(cell) != cell.strip().strip("'\"")]
    return bool(known) and not any(character.isdigit() for cell in cells for character in cell)
