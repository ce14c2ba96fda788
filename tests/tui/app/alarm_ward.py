"""A ward whose alarms are in every state there is: for the alarm page, its history, and what was missed."""

from __future__ import annotations

from dataclasses import replace

from shown_ward import MINUTE, NOW, WrittenFeed, alarm, write_ward

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.lifecycle import Condition, Level
from iomt_tui.alarms.model import Alarm, Key, Priority, Promise, Ref
from iomt_tui.alarms.suppression import INHIBIT, PAUSE, SHELVE, STANDBY, Suppression


def quiet(
    what: str, patient: str, param: str = "", kind: str = "", *, by: str = "Kim", reason: str = "",
    since: int = 2 * MINUTE, rest: int | None = MINUTE, now: int = NOW,
) -> Suppression:  # fmt: skip
    """A suppression that began ``since`` ms ago and has ``rest`` ms left (None: no end of its own)."""
    until = None if rest is None else now + rest
    return Suppression(what, patient, param, kind, by, reason, now - since, until, 2)


def over(one: Alarm, ended: int, *, by: str = "", acked_at: int | None = None) -> Alarm:
    """``one`` once it is over, ``ended`` ms of log time."""
    return replace(one, state="normal", ended=ended, by=by, acked_at=acked_at)


def write_alarms(feed: WrittenFeed) -> WrittenFeed:
    """:func:`write_ward`, and: a promise, a latched one, shelves, a pause, a standby, an inhibition, recent ones."""
    write_ward(feed)
    now = feed.at
    promised = alarm("p11", "temp", "high", Priority.MEDIUM, value=38.7, limit=38.5, since=6 * MINUTE, state="acked")
    for one in (
        replace(promised, intent="going", until=now + 2 * MINUTE - 5_000),
        alarm("p5", "spo2", "low", Priority.HIGH, value=86, limit=88, since=9 * MINUTE, state="latched"),
        alarm("p8", "hr", "high", Priority.MEDIUM, value=131, limit=120, since=7 * MINUTE),
        alarm("p8", "hr", "fast", Priority.LOW, value=131, limit=110, since=7 * MINUTE),
        alarm("p10", "rr", "high", Priority.LOW, value=24, limit=22, since=3 * MINUTE),
        alarm("p14", "hr", "low", Priority.MEDIUM, value=44, limit=50, since=3 * MINUTE),
        over(alarm("p6", "spo2", "low", Priority.MEDIUM, value=89, limit=90, since=30 * MINUTE), now - 24 * MINUTE),
        over(
            alarm("p4", "hr", "high", Priority.LOW, value=112, limit=110, since=90 * MINUTE),
            now - 70 * MINUTE, by="Sam", acked_at=now - 80 * MINUTE,
        ),
    ):  # fmt: skip
        feed.write("alarm", one.body())
    for two in (
        quiet(SHELVE, "p10", "rr", "high", reason="moving", rest=15 * MINUTE),
        quiet(SHELVE, "p6", "spo2", "low", by="Sam", reason="probe being changed", rest=40 * MINUTE),
        quiet(PAUSE, "p9", rest=70_000),
        quiet(STANDBY, "p14", by="Alex", reason="CT", rest=78 * MINUTE),
        quiet(INHIBIT, "p8", "hr", "fast", by="high", rest=None),
    ):
        feed.write("suppression", two.body())
    worst = alarm("p0", "spo2", "low", Priority.HIGH, value=84, limit=90)
    feed.write("escalation", Escalation(worst.ref, 2, now - MINUTE).body())
    feed.write("tick", {})
    return feed


def write_course(feed: WrittenFeed) -> WrittenFeed:
    """The night of the first patient: announced, taken, taken back, risen, escalated, shelved, over, seen, anew."""
    end, feed.at = feed.at, feed.at - 12 * 60 * MINUTE
    write_ward(feed)
    one = Condition(Key("p0", "hr", "high"))
    medium, high = {Priority.MEDIUM: Level(120.0)}, {Priority.HIGH: Level(140.0)}

    def told(alarms: list[Alarm], minutes: float) -> None:
        for each in alarms:
            feed.write("alarm", each.body())
        feed.at += int(minutes * MINUTE)

    told(one.violate(feed.at, 125.0, medium), 1.5)
    told(one.acknowledge(Ref(*one.key, 1, 1), "Kim", feed.at, Promise("going", "", 600_000))[1], 0.5)
    told(one.take_back(Ref(*one.key, 1, 1), "Sam", feed.at)[1], 1)
    told(one.violate(feed.at, 151.0, high), 2)
    feed.write("escalation", Escalation(Ref(*one.key, 1, 3), 1, feed.at).body())
    told(one.acknowledge(Ref(*one.key, 1, 3), "Kim", feed.at, Promise("note", "probe on ear", 60_000))[1], 1)
    told(one.advance(feed.at), 1)
    shelf = Suppression(SHELVE, *one.key, "Alex", "physiotherapy", feed.at, feed.at + 15 * MINUTE, 3)
    feed.write("suppression", shelf.body())
    feed.at = shelf.until or feed.at
    feed.write("suppression", shelf.body())
    told(one.return_from(feed.at, acked=True), 3)
    told(one.clear(feed.at), 7 * 60)
    told(one.acknowledge(Ref(*one.key, 1, one.rev), "Alex", feed.at)[1], 1)
    feed.at = end
    told(one.violate(feed.at - 20_000, 149.0, high), 0)
    feed.write("tick", {})
    return feed
