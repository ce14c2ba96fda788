"""A stretch of a log, page by page: for a thread that looks back while a screen goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from iomt_tui.log.api import RecordedReader
from iomt_tui.ward.events import Entry

PAGE: Final = 2_000
"""Entries of one page: between two pages others get their turn, and the reading can be given up."""


def pages(
    reader: RecordedReader, after: int, end: int, going: Callable[[], bool] = lambda: True
) -> Iterator[list[Entry]]:
    """The entries behind place ``after`` up to log time ``end`` (ms), while ``going`` says so. Raises LogError."""
    last = reader.seq_at(end)
    while going() and after < last and (page := reader.read(after, min(PAGE, last - after))):
        yield page
        after = page[-1].seq
