"""The line above trends: which stretch of time, whether it is now, and what the keys do. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

from textual.content import Content

from iomt_tui.tui.charts.clock import local
from iomt_tui.tui.charts.timeview import TimeView
from iomt_tui.tui.charts.window import Window, length
from iomt_tui.tui.keys import Keys
from iomt_tui.tui.text import joined, plain
from iomt_tui.tui.widgets.key_hints import with_keys
from iomt_tui.tui.widgets.rows import MUTED

ROOMY: Final = 100
"""Cells from which days have their names."""

_HINTS: Final = (
    ("trend_left", "trend_right", "cursor"), ("window_shorter", "window_longer", "window"),
    ("trend_in", "trend_out", "zoom"), ("page_up", "page_down", "pan"), ("trend_days", "", "days"),
    ("select_left", "select_right", "events"), ("last", "", "now"),
)  # fmt: skip


def head_line(
    time: TimeView, now: int, zone: tzinfo, keys: Keys, width: int, hidden: tuple[int, int] = (0, 0)
) -> Content:
    """The head; what is not the present stands out. ``hidden``: panels that have no room above and below."""
    window = time.shown
    end = window.until(now)
    short = width < ROOMY
    stretch = _stretch(local(end - window.span, zone), local(end, zone), short=short)
    when = _when(window, now, zone, short=short)
    left = joined(plain(f" {length(window.span)} ", "bold"), plain(f" {stretch} ", MUTED), when)
    if time.days:
        days = "day" if time.earlier == 1 else f"{time.earlier} days"
        left = joined(left, plain(f" {days} before grey ", MUTED))
    more = " ".join(f"{sign}{count} more" for sign, count in zip("↑↓", hidden, strict=True) if count)
    if more:
        left = joined(left, plain(f" {more} ", "bold $accent"))
    return with_keys(left, _HINTS, keys, width)


def _stretch(begin: datetime, until: datetime, *, short: bool) -> str:
    """From when to when; the date stands there once where both are of one day."""
    day = "%d %b %H:%M" if short else "%a %d %b %H:%M"
    return f"{begin:{day}} – {until:{'%H:%M' if begin.date() == until.date() else day}}"


def _when(window: Window, now: int, zone: tzinfo, *, short: bool) -> Content:
    if window.cursor is not None:
        return plain(f" at {local(window.cursor, zone):%a %H:%M:%S} ", "bold $cursor on $selection")
    if window.follows(now):
        return plain(" now " if short else " up to now ", MUTED)
    end = local(window.until(now), zone)
    return plain(f" EARLIER, at {end:%H:%M} " if short else f" EARLIER, values at {end:%a %H:%M} ", "bold $warning")
