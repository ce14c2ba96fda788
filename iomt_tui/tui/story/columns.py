"""Headings of time columns, and the widths that a table of them has. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from textual.content import Content

from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.ward.story.columns import DAY, HOUR, MINUTE, Span

CHOSEN: Final = "bold reverse"


def interval_words(interval: int) -> str:
    """The width of a column in words: "15 min", "4 h"."""
    return f"{interval // MINUTE} min" if interval < HOUR else f"{interval // HOUR} h"


def local(at: int, zone: tzinfo) -> datetime:
    """``at`` (ms UTC) by the ward's clock."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)


def span_words(span: Span, now: int, zone: tzinfo) -> str:
    """``08:00-09:00`` with the day; of the column that is not over, up to now."""
    begins, ends = local(span.begins, zone), local(min(span.ends, now) if span.holds(now) else span.ends, zone)
    if span.ends - span.begins > DAY - 2 * HOUR:
        return f"{begins:%a %d %b}, " + (f"up to {ends:%H:%M}" if span.holds(now) else "the whole day")
    return f"{begins:%a %d %b %H:%M}-{ends:%H:%M}"


def headings(
    spans: Sequence[Span], chosen: int, zone: tzinfo, name: int, cell: int, *, now: int | None, words: str
) -> list[Content]:
    """The days, then the times, ``name`` cells further in, ``cell`` cells a column; the ``chosen`` one in reverse.

    ``words`` stands above the column that holds ``now``, where there is one.
    """
    times = list[Content]()
    for number, span in enumerate(spans):
        begins = local(span.begins, zone)
        label = f"{begins:%a %d}" if _whole(span) else f"{begins:%H:%M}"
        times.append(joined(plain(" "), plain(label.rjust(cell - 1), CHOSEN if number == chosen else "bold")))
    holds = next((number for number, span in enumerate(spans) if now is not None and span.holds(now)), None)
    margin = plain(" " * name)
    return [joined(margin, plain(_days(spans, zone, cell, holds, words), MUTED)), joined(margin, *times)]


def _whole(span: Span) -> bool:
    return span.ends - span.begins > DAY - 2 * HOUR


def _days(spans: Sequence[Span], zone: tzinfo, cell: int, holds: int | None, words: str) -> str:
    """Each day's name above its first column, in the longest form that runs into nothing; ``words`` come first."""
    cells = [" "] * (cell * len(spans))
    end = len(cells)
    if holds is not None:
        _put(cells, (holds + 1) * cell - len(words), words)
        end = (holds + 1) * cell - len(words)
    dates = [local(span.begins, zone) for span in spans]
    firsts = [n for n, at in enumerate(dates) if n == 0 or dates[n - 1].date() != at.date()]
    for first, after in zip(firsts, [*firsts[1:], len(spans)], strict=True):
        room = min(after * cell, end) - first * cell - 1
        names = () if _whole(spans[first]) else (f"{dates[first]:%a %d %b}", f"{dates[first]:%d %b}")
        _put(cells, first * cell + 1, next((name for name in names if len(name) < room), ""))
    return "".join(cells)


def _put(cells: list[str], at: int, text: str) -> None:
    cells[at : at + len(text)] = text


def cell_content(text: str, style: str, width: int, *, chosen: bool = False) -> Content:
    """One cell, a blank before it; the ``chosen`` column stands on the colour of a selection, and its heading says
    so without colour."""
    number = plain(text.rjust(width - 1), style)
    return fitted(joined(plain(" "), fitted(number, width - 1)), width, "on $selection" if chosen else "")
