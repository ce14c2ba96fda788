"""Lines that the patient's page is made of: headings; a name, what there is, and since when. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread

MUTED: Final = "$label"
NUMBER: Final = 16
"""Cells of most numbers with their units."""


def heading(words: str, width: int, column: str = "", place: int = 0, end: Content = EMPTY) -> Content:
    """The heading of a section over ``width`` cells; ``column``: what the cells from ``place`` on are, below it;
    ``end``: words at its end."""
    start, rest = f"{words} ", width - end.cell_length
    parts = [plain(start, "bold $accent")]
    if column and place - 1 > len(start) and place + len(column) < rest:
        parts += [_rule(place - 1 - len(start)), plain(f" {column} ", MUTED), _rule(rest - place - len(column) - 1)]
    else:
        parts.append(_rule(rest - len(start)))
    return joined(*parts, end)


def _rule(cells: int) -> Content:
    return plain("─" * max(0, cells), "dim")


def pair(
    name: str, number: str, when: str, width: int, style: str = "bold", aside: str = "", numbers: int = NUMBER
) -> Content:
    """``name`` and ``number`` on the left, ``when`` on the right, in ``width`` cells; ``aside`` between them where it
    has room behind ``numbers`` cells."""
    first = min(max(17, width // 3 + 2), 24)
    left = joined(fitted(plain(name, MUTED), first), plain(number, style))
    right = plain(f" {when}", MUTED)
    place = max(left.cell_length + 2, first + numbers)
    if aside and place + len(aside) + right.cell_length <= width:
        left = joined(fitted(left, place), plain(aside, MUTED))
    return spread(left, right, width)


def wrapped(text: str, width: int, style: str = "") -> Iterator[Content]:
    """``text`` over up to four lines of ``width`` cells."""
    whole = plain(text, style)
    yield from (fitted(line, width) for line in whole.wrap(max(width, 1))[:4])
