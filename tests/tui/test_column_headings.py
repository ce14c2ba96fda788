"""Headings of columns: every day is named once where it has room, and no two names run into each other."""

from __future__ import annotations

import re
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.tui.story.columns import headings
from iomt_tui.ward.story.columns import HOUR, INTERVALS, spans

NOW = 1_773_571_327_000  # 2026-03-15 10:42:07 UTC


@given(st.integers(0, 100), st.sampled_from(INTERVALS), st.integers(1, 22), st.booleans())
def test_days_do_not_run_into_each_other(hours: int, interval: int, count: int, live: bool) -> None:
    shown = spans(interval, NOW - hours * HOUR, count, UTC)
    days, times = headings(shown, 0, UTC, 14, 9, now=NOW if live else None, words="so far")
    assert len(days.plain) == len(times.plain) == 14 + 9 * count
    words = re.findall(r"(?:(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) )?\d\d Mar|so far|\S+", days.plain)
    assert all(re.fullmatch(r"(?:... )?\d\d Mar|so far", word) for word in words), words
    assert ("so far" in words) == (live and shown[-1].holds(NOW))


def test_the_day_and_the_moment_are_named() -> None:
    days, times = headings(spans(HOUR, NOW, 12, UTC), 11, UTC, 10, 9, now=NOW, words="now")
    assert days.plain.split()[:5] == ["14", "Mar", "Sun", "15", "Mar"] and days.plain.rstrip().endswith("now")
    assert times.plain.split()[:3] == ["23:00", "00:00", "01:00"] and times.plain.endswith("10:00")
