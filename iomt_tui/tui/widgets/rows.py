"""Lines that the patient's page is made of: a name, what there is, and since when. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from iomt_tui.tui.text import fitted, joined, plain, spread

MUTED: Final = "$label"
_NUMBER: Final = 16  # cells of most numbers with their units


def pair(name: str, number: str, when: str, width: int, style: str = "bold", aside: str = "") -> Content:
    """``name`` and ``number`` on the left, ``when`` on the right, in ``width`` cells; ``aside`` between them where it
    has room."""
    first = min(max(17, width // 3 + 2), 24)
    left = joined(fitted(plain(name, MUTED), first), plain(number, style))
    right = plain(f" {when}", MUTED)
    place = max(left.cell_length + 2, first + _NUMBER)
    if aside and place + len(aside) + right.cell_length <= width:
        left = joined(fitted(left, place), plain(aside, MUTED))
    return spread(left, right, width)


def wrapped(text: str, width: int, style: str = "") -> Iterator[Content]:
    """``text`` over up to four lines of ``width`` cells."""
    whole = plain(text, style)
    yield from (fitted(line, width) for line in whole.wrap(max(width, 1))[:4])
