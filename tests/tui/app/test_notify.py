"""A screen rings its terminal once for each escalation that it was there for, in words that name nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shown_ward import NOW, WrittenFeed, alarms, ward_app, write_ward

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.model import Priority
from iomt_tui.tui.notify import BELL, Ringer, notice
from iomt_tui.tui.session import Session

ALL = frozenset((2, priority) for priority in (1, 2, 3))


class Screen:
    """A session with a ringer, as the app has them."""

    def __init__(self, steps: frozenset[tuple[int, int]] = ALL) -> None:
        self.feed = write_ward(WrittenFeed())
        self.session = Session(self.feed)
        self.heard: list[str] = []
        self.ringer = Ringer(steps, self.heard.append)
        self.session.pump()
        self.alarm = next(a for a in alarms(NOW) if a.state == "unack" and a.priority is Priority.HIGH)

    def escalate(self, level: int, at: int, rev: int = 0) -> None:
        ref = self.alarm.ref._replace(rev=rev or self.alarm.ref.rev)
        self.feed.write("escalation", Escalation(ref, level, at).body(), at)

    def read(self) -> list[str]:
        self.ringer.news(self.session.pump().escalations, self.session.ward)
        heard, self.heard[:] = list(self.heard), []
        return heard


def test_it_rings_once_for_each_level_and_announcement() -> None:
    screen = Screen()
    screen.ringer.attach(NOW)
    screen.escalate(1, NOW + 1_000)
    assert screen.read() == [], "level 1 is the screen itself"
    screen.escalate(2, NOW + 2_000)
    (rung,) = screen.read()
    assert rung.startswith("\x1b]9;iomt-tui: ") and rung.endswith(" not acknowledged\x07\x07")
    screen.escalate(2, NOW + 2_000)
    assert screen.read() == []
    screen.escalate(2, NOW + 9_000, rev=screen.alarm.ref.rev + 1)
    assert len(screen.read()) == 1


def test_what_was_escalated_before_it_came_does_not_ring() -> None:
    screen = Screen()
    screen.escalate(2, NOW - 1)
    assert screen.read() == []
    screen.ringer.attach(NOW)
    screen.escalate(2, NOW - 1)
    assert screen.read() == []


def test_what_came_together_rings_once_and_counts_the_most_urgent() -> None:
    screen = Screen()
    screen.ringer.attach(NOW)
    own = [
        a for p in screen.session.ward.patients.values() for a in p.alarms.values() if a.state in ("unack", "latched")
    ]
    for alarm in own:
        screen.feed.write("escalation", Escalation(alarm.ref, 2, NOW).body())
    high = sum(a.priority is Priority.HIGH for a in own)
    assert len(own) > 1
    assert screen.read() == [notice(high, Priority.HIGH)]


@pytest.mark.parametrize("steps", [frozenset(), frozenset({(2, 1)}), frozenset({(3, 3)})])
def test_only_configured_steps_ring(steps: frozenset[tuple[int, int]]) -> None:
    screen = Screen(steps)
    screen.ringer.attach(NOW)
    screen.escalate(2, NOW + 1)
    assert screen.read() == []


def test_an_alarm_that_was_acknowledged_meanwhile_does_not_ring() -> None:
    screen = Screen()
    screen.ringer.attach(NOW)
    screen.escalate(2, NOW + 1)
    taken = replace(screen.alarm, state="acked", by="KIM", acked_at=NOW + 2)
    screen.feed.write("alarm", taken.body())
    assert screen.read() == []


@pytest.mark.parametrize(
    ("watermark", "sound", "rings"),
    [(None, "auto", 2), (None, "off", 1), ("DEMO", "auto", 0), ("DEMO", "bell", 2)],
)
async def test_the_app_rings_its_terminal(watermark: str | None, sound: str, rings: int) -> None:
    """A demo rings where it was asked to; a muted desk gets the words without the bell."""
    feed = write_ward(WrittenFeed(), watermark=watermark)
    app = ward_app(feed, sound=sound)
    async with app.run_test(size=(120, 40)) as pilot:
        heard: list[str] = []
        app._driver.write = heard.append  # type: ignore[union-attr,method-assign]
        alarm = next(a for a in alarms(NOW) if a.state == "unack")
        feed.write("escalation", Escalation(alarm.ref, 2, NOW).body())
        feed.wake()
        await pilot.pause()
        told = [text for text in heard if "iomt-tui" in text]
        waiting = sum(a.priority is Priority.HIGH and a.state in ("unack", "latched") for a in alarms(NOW))
        whole = notice(waiting, Priority.HIGH)
        assert told == ([] if not rings else [whole if rings == 2 else whole.removesuffix(BELL)])
