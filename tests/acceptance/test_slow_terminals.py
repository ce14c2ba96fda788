"""Terminals that stop reading, and terminals at the far end of 9,600 baud (their limits: tests/benchmarks)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from benchmarks.line_costs import Seen, ages_of, heart_rates, measure
from benchmarks.terminal import Terminal, percentile
from benchmarks.ward import FedWard, fed_ward
from real_program import FarWindow, home, rows


def test_a_terminal_that_did_not_read_gets_the_newest_at_once() -> None:
    with fed_ward(32) as ward:
        screen = ward.screen(120, 40)
        try:
            screen.pump(6.0, lambda _: len(heart_rates(screen.lines())) == 32)
            screen.pump(2.0)
            cpu = screen.cpu()
            time.sleep(5.0)
            used = screen.cpu() - cpu
            fresh_within(screen, ward, 0.2)
            assert used < 1.0, "it does not spin while nobody reads"
            fed = [at for at, _ in ward.probes() if at > time.monotonic() - 5.2]
            assert len(fed) >= 4, "the engine went on"
            screen.type("q")
            screen.pump(0.5)
            screen.type("\r")
            assert screen.ended(5) == 0
        finally:
            screen.close()


def fresh_within(screen: Terminal, ward: FedWard, seconds: float) -> None:
    """The newest heart rate that was in the log a moment before, and the present time, are on the screen."""
    begin = time.monotonic()
    newest = [rate for at, rate in ward.probes() if at < begin - 0.3][-1]
    while time.monotonic() < begin + seconds:
        screen.pump(0.02)
    shown = heart_rates(screen.lines())["001"]
    assert shown in {rate for _, rate in ward.probes()[-3:]}
    assert shown >= newest or newest - shown > 30, f"{shown} is older than {newest}"  # it climbs, and starts anew at 60
    moment = datetime.strptime(screen.lines()[0].split()[0], "%H:%M:%S").replace(tzinfo=UTC)
    now = datetime.now(UTC)
    behind = (now.hour * 3600 + now.minute * 60 + now.second) - (
        moment.hour * 3600 + moment.minute * 60 + moment.second
    )
    assert behind % 86_400 <= 1


def test_a_slow_line_shows_a_live_board_and_answers_keys() -> None:
    with fed_ward(32) as ward:
        seen: Seen = measure(ward, 80, 24, keys=8)
        ages = ages_of(ward, seen)
    assert len(ages) > 500
    assert percentile(ages, 0.99) < 5.0
    assert percentile(seen.keys, 0.9) < 1.0


@pytest.mark.parametrize("key", ["q", "j"])
def test_a_long_way_is_no_slow_line_and_leaves_no_answer_at_the_prompt(tmp_path: Path, key: str) -> None:
    with home(tmp_path) as place:
        window = place.open("demo", kind=FarWindow)
        assert window.shows("DEMO", 15) is not None, window.text()
        begin = time.monotonic()
        while len(rows(window)) < 24 or not window.lines()[-1].strip():
            window.pump(0.05)
            assert window.trips < 24, window.text()  # a line taken for a slow one gets a few cells a trip
            assert time.monotonic() - begin < 60, window.text()
        window.type(key)  # with "j" a repaint is under way when it leaves
        window.pump(0.02)
        window.type("q")
        assert window.ended(5) == 0
        window.pump(2 * FarWindow.WAY)
        assert window.restored() == []
        assert window.left() == ""
