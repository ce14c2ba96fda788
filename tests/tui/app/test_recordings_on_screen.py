"""A recording on the screen: never unmarked, dated when it is long, and its leaps and events."""

from __future__ import annotations

import pytest
from board_desk import desk
from shown_ward import MINUTE, WrittenFeed, write_ward

from iomt_tui.log.player import Player
from iomt_tui.tui.widgets.replay_bar import replay_line, stretch

YEAR = 31_556_952_000
DAY = 86_400_000


class Steady:
    """A player that stands where a test puts it."""

    def __init__(self, start: int, position: int, end: int, *, skipped: int = 0) -> None:
        self.start, self.position, self.end, self.skipped = start, position, end, skipped
        self.playing, self.speed = True, 60.0


@pytest.mark.parametrize(
    ("own", "recorded", "shown"),
    [
        (None, True, "REPLAY"),
        ("", True, "REPLAY"),
        ("DEMO", True, "DEMO"),
        ("SOMETHING", True, "TEST"),
        ("SOMETHING", False, "TEST"),
        (None, False, ""),
    ],
)
@pytest.mark.parametrize("size", [(120, 40), (80, 24), (30, 8)])
async def test_what_is_recorded_says_so_in_every_size(
    own: str | None, recorded: bool, shown: str, size: tuple[int, int]
) -> None:
    """SAFETY H27."""
    feed = write_ward(WrittenFeed(), watermark=own)
    if recorded:
        feed.player = Player(feed.at - 10 * MINUTE, feed.at, lambda: 0.0, at=feed.at)
    async with desk(size, feed) as d:
        line = d.line("tiny" if size[0] == 30 else "header")
        for mark in ("REPLAY", "DEMO", "TEST", "SOMETHING"):
            assert (mark in line) == (mark == shown), line


async def test_keys_step_from_event_to_event() -> None:
    feed = write_ward(WrittenFeed())
    start = feed.at - 60 * MINUTE
    events = [start + 5 * MINUTE, start + 50 * MINUTE]

    def nearest(at: int, later: bool, kind: str) -> int | None:
        found = [one for one in events if (one > at if later else one < at)]
        return (found[0] if later else found[-1]) if found else None

    feed.player = player = Player(start, feed.at, lambda: 0.0, at=start, nearest=nearest)
    async with desk(feed=feed) as d:
        for key, at in (("n", events[0]), ("n", events[1]), ("n", events[1]), ("p", events[0]), ("p", events[0])):
            await d.press(key)
            assert player.position == at


def test_a_leap_is_told_on_the_bar() -> None:
    bar = replay_line(Steady(0, 11 * YEAR, 20 * YEAR, skipped=YEAR * 11 // 12), "UTC", 120).plain
    assert "(skipped 11 months)" in bar
    assert "skipped" not in replay_line(Steady(0, 11 * YEAR, 20 * YEAR), "UTC", 120).plain


def test_what_lasts_for_days_has_dates() -> None:
    bar = replay_line(Steady(0, 3 * DAY, 9 * DAY), "UTC", 120).plain
    assert "1970-01-04 00:00:00" in bar and "1970-01-10" in bar
    assert "1970" not in replay_line(Steady(0, 3_600_000, 7_200_000), "UTC", 120).plain


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 200])
@pytest.mark.parametrize("skipped", [0, 3 * YEAR])
def test_the_bar_fills_its_line(width: int, skipped: int) -> None:
    assert replay_line(Steady(0, 5 * YEAR, 20 * YEAR, skipped=skipped), "UTC", width).cell_length == width


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (20 * MINUTE, "20 minutes"),
        (89 * MINUTE, "89 minutes"),
        (3 * 3_600_000, "3 hours"),
        (3 * DAY, "3 days"),
        (YEAR * 11 // 12, "11 months"),
        (10 * YEAR, "10 years"),
        (MINUTE, "1 minute"),
    ],
)
def test_long_times_in_words(ms: int, words: str) -> None:
    assert stretch(ms) == words
