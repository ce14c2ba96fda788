"""What a dose looks like: one cell, its style, and the legend that names it. A glyph and a word first, colour last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Final

from textual.content import Content

from iomt_tui.clinical.medication.status import LOOKS, Status
from iomt_tui.tui.text import EMPTY, fitted, joined, plain
from iomt_tui.tui.widgets.rows import MUTED

INK: Final = {
    Status.FUTURE: MUTED, Status.DUE_SOON: "$accent", Status.DUE: "bold $accent", Status.LATE: "bold $sev-medium",
    Status.MISSED: "bold $sev-medium reverse", Status.GIVEN: "$success", Status.GIVEN_EARLY: "bold $success",
    Status.GIVEN_LATE: "bold $success", Status.RUNNING: "$success", Status.STOPPED: "bold",
    Status.REFUSED: "bold $warning", Status.HELD: "bold $warning", Status.NOT_AVAILABLE: "bold $warning",
    Status.DELAYED: "bold $accent", Status.CANCELLED: MUTED, Status.ENTERED_IN_ERROR: "bold",
    Status.CONFLICT: "bold $warning reverse",
}  # fmt: skip
"""Status -> style of its glyph and word."""

CORRECTED: Final = LOOKS[Status.ENTERED_IN_ERROR]
"""Stands behind a dose of which a record was taken back; the record itself is kept."""

Sign = tuple[str, str, str]
"""Glyph, words and style of one entry of a legend."""


def glyph(status: Status, *, ascii_only: bool) -> str:
    """The one cell of a status."""
    return LOOKS[status].ascii if ascii_only else LOOKS[status].glyph


def sign(status: Status, *, ascii_only: bool) -> Sign:
    """A status as an entry of a legend."""
    return glyph(status, ascii_only=ascii_only), LOOKS[status].word, INK[status]


def legend(signs: Iterable[Sign], width: int, most: int = 2) -> Iterator[Content]:
    """Glyphs with their words over at most ``most`` lines of ``width`` cells; none is cut in two."""
    line, count = EMPTY, 0
    for cell, words, style in signs:
        entry = joined(plain(cell, style), plain(f" {words}", MUTED))
        if line.cell_length and line.cell_length + 3 + entry.cell_length > width:
            yield fitted(line, width)
            line, count = EMPTY, count + 1
            if count == most:
                return
        line = joined(line, entry, between="   ") if line.cell_length else entry
    if line.cell_length:
        yield fitted(line, width)


def moment(at: int, now: int, zone: tzinfo) -> str:
    """``08:05`` on the day of ``now`` (ms), else ``Sat 14 Mar 08:05``, by the ward's clock."""
    local, today = (datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone) for ms in (at, now))
    return local.strftime("%H:%M" if local.date() == today.date() else "%a %d %b %H:%M")
