"""Two screens on one ward: the same state within a second, and what one acknowledges is acknowledged on the other."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from pathlib import Path

from real_program import Window, home, pump, rows

WITHIN = 1.0  # s


class Followed:
    """Every row that a window has shown, by bed, with the times between which it was there."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.seen: defaultdict[str, list[tuple[str, float, float]]] = defaultdict(list)

    def look(self) -> None:
        now = time.monotonic()
        for bed, row in rows(self.window).items():
            before = self.seen[bed]
            if before and before[-1][0] == row:
                before[-1] = (row, before[-1][1], now)
            else:
                before.append((row, now, now))

    def had(self, bed: str, since: float, until: float) -> set[str]:
        """Every value that the bed's row had in that time."""
        shown = [row for row, first, last in self.seen[bed] if last >= since and first <= until]
        return {value for row in shown for value in row.split()}


def test_two_screens_show_one_ward(tmp_path: Path) -> None:
    with home(tmp_path) as place:
        one = place.open("demo", columns=200, rows=60, environment={"LOGNAME": "ada"})
        assert one.shows("nobody yet", 15) is not None, one.text()
        other = place.open("demo", columns=200, rows=60, environment={"LOGNAME": "ben"})
        assert other.shows("nobody yet", 10) is not None, other.text()
        same_values(one, other)
        acknowledged(one, other)


def same_values(one: Window, other: Window) -> None:
    """Each screen paints at its own moments, so rows are compared value by value."""
    both, begin = [Followed(one), Followed(other)], time.monotonic()
    while time.monotonic() < begin + 6 * WITHIN:
        pump([one, other], 0.01)
        for followed in both:
            followed.look()
    assert len(both[0].seen) == 24
    assert set(both[0].seen) == set(both[1].seen)
    compared = 0
    for there, here in (both, both[::-1]):
        for bed, shown in there.seen.items():
            for row, first, last in shown:
                # A row half painted has no counterpart, nor has one whose counterpart lies outside of the time seen.
                if begin + WITHIN < first < begin + 5 * WITHIN and last - first > 0.2:
                    compared += 1
                    missing = set(row.split()) - here.had(bed, first - WITHIN, last + WITHIN)
                    assert not missing, f"only on one screen: {missing} of {row}"
    assert compared > 60, "the ward hardly moved"


def acknowledged(one: Window, other: Window) -> None:
    for window in (one, other):
        window.type("g")
    pump([one, other], 0.5)
    chosen = [next(line for line in window.lines() if line.startswith("▌")) for window in (one, other)]
    assert chosen[0][5:20] == chosen[1][5:20]
    one.type("a")
    pump([one, other], 0.8)
    assert "taken by" not in one.text() + other.text(), "asked, not answered"
    one.type("\r")
    begin = time.monotonic()
    assert pump([one, other], 2.0, lambda: re.search(r"taken by ada \d\d:\d\d", other.text())), other.text()
    assert time.monotonic() - begin < WITHIN
    assert pump([one, other], WITHIN, lambda: "taken by ada" in one.text())
    for window in (one, other):
        window.type("q")
        assert window.ended(5) == 0
