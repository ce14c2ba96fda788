"""``watch`` tells that alarms flood in, and that it is over, once each."""

from __future__ import annotations

from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.cli.following import Follower
from iomt_tui.cli.headless.changes import Changes
from iomt_tui.log.memory import MemoryLog
from iomt_tui.log.replay import ReplayFeed
from iomt_tui.tui.session import Session
from iomt_tui.ward.events import draft

T = 1_700_000_000_000
MINUTE = 60_000


def test_a_flood_is_told_at_its_beginning_and_its_end() -> None:
    log = MemoryLog("test")
    log.append([draft(T, "ward", {"name": "W", "source": "test"}), draft(T, "patient", {"id": "p1", "bed": "07"})])
    for number in range(14):
        at = T + number * 1_000
        one = Alarm(Ref("p1", "hr", f"k{number}", 1, 1), "unack", Priority.LOW, False, 140.0, 130.0, at, at)
        log.append([draft(at, "alarm", one.body())])
    log.append([draft(T + 20 * MINUTE, "tick", {})])
    feed = ReplayFeed(log, at=T + 9_000, playing=False)
    follower = Follower(Session(feed), Changes({}))
    told = []
    for at in (9_000, 10_500, 13_000, 5 * MINUTE, 10 * MINUTE + 9_000, 15 * MINUTE):
        feed.player.seek(T + at)
        told.append([change.text for change in follower.step() if change.what == "flood"])
    over = "the flood of alarms is over: fewer than 5 new ones within 10 minutes"
    assert told == [[], ["FLOOD of alarms: 11 new ones within 10 minutes"], [], [], [over], []]
