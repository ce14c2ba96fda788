"""The events of a timeline in lines: time, a word or a sign for what it is, what happened. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from textual.content import Content

from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.header import clock, zone
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.tui.widgets.server_lines import STRUCK
from iomt_tui.tui.widgets.severity import SIGN, ink, severity_of
from iomt_tui.tui.widgets.voice import ScreenVoice
from iomt_tui.tui.widgets.written_words import line_of
from iomt_tui.ward.story.event_words import TAG, said
from iomt_tui.ward.story.timeline import Category, Event
from iomt_tui.ward.writes import Written

ROOMY: Final = 100
"""Cells from which times have seconds."""

READING: Final = "Reading the log…"
"""In place of events that are not known yet."""

_TAG: Final = 6  # cells
_LINES: Final = {Category.NOTE: 3}  # of an event that is not chosen, where it is not two
_WHOLE: Final = 12  # of the chosen one
_STYLES: Final = {Category.NOTE: "bold $accent", Category.DOSE: "bold", Category.MONITORING: "bold $warning"}


def unread(fault: str) -> str:
    """That the log could not be read, and why."""
    return f"The log could not be read: {fault}"


def day_line(at: int, tz: str, width: int) -> Content:
    """The heading of a day of the ward's clock."""
    day = f"{datetime.fromtimestamp(at / 1000, zone(tz)):%A %Y-%m-%d} "
    return joined(plain(day, "bold $accent"), plain("─" * max(0, width - len(day)), "dim"))


def event_lines(
    event: Event, voice: ScreenVoice, begins: int, width: int, written: Written | None, server: str, *, whole: bool
) -> list[Content]:
    """One event, ``width`` cells a line; ``whole``: all of its words, else the first lines. ``begins``: where the log
    does (ms); ``written``: how it stands on the ward's ``server``."""
    words = said(event, voice, begins)
    time = plain(f"{clock(event.at, voice.tz, seconds=width >= ROOMY)} ", MUTED)
    body = joined(
        plain(words.about, "bold"),
        plain("".join(f"  {one}" for one in (words.mark, words.conflict) if one), "bold $warning"),
        plain("  " if words.words else ""),
        plain(words.words, STRUCK if words.mark else ""),
        plain(f"  {words.after}" if words.after else "", MUTED),
    )
    start = joined(time, _sign(event))
    indent = start.cell_length
    most = _WHOLE if whole else _LINES.get(event.category, 2)
    rows = body.wrap(max(8, width - indent))
    shown = rows[:most]
    if len(rows) > most:
        shown[-1] = fitted(joined(shown[-1].rstrip(), plain(" …", MUTED)), max(8, width - indent))
    out = [joined(start if number == 0 else plain(" " * indent), row) for number, row in enumerate(shown)]
    stands = line_of(written, server, voice.tz, width, indent) if written is not None else []
    return [*(fitted(row, width) for row in out), *stands]


def _sign(event: Event) -> Content:
    """An alarm's own sign, the word of any other category."""
    alarm = event.step.alarm if event.step is not None else None
    if alarm is not None and event.category is Category.ALARM:
        severity = severity_of(alarm)
        return plain(f"{SIGN[severity]:<{_TAG}}", ink(severity))
    return plain(f"{TAG[event.category]:<{_TAG}}", _STYLES.get(event.category, MUTED))
