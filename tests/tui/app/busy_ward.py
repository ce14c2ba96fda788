"""A ward with a day behind it, and one in a flood of alarms."""

from __future__ import annotations

from dataclasses import replace

from shown_ward import MINUTE, PEOPLE, WrittenFeed, alarm, write_ward

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.suppression import Suppression

HOUR = 60 * MINUTE


def told(feed: WrittenFeed, one: Alarm, lasts: int, acked: int | None = None) -> list[tuple[int, Alarm]]:
    """An alarm from its announcement to its end, with the times at which the log tells of it."""
    out = [(one.raised, one)]
    if acked is not None:
        out.append((one.raised + acked, replace(one, state="acked", by="Kim", acked_at=one.raised + acked)))
    end = one.raised + lasts
    return [*out, (end, replace(out[-1][1], state="normal", ended=end))]


def busy_ward(hours: int = 9) -> WrittenFeed:
    """Nine hours: a third of the alarms from one probe, a flood at about eight, a pause, a shelf and a standby."""
    feed = WrittenFeed()
    start = feed.at - hours * HOUR
    body = {"name": "Ward 7", "watermark": "DEMO", "source": "written", "tz": "UTC", "schema": 1}
    feed.write("ward", body, start)
    for number, person in enumerate(PEOPLE):
        feed.write("patient", {"id": f"p{number}", "bed": person[0]}, start)
        feed.write("device", {"id": f"d{number}", "patient": f"p{number}", "kind": "monitor"}, start)
    entries = [(at, "alarm", one.body()) for at, one in _alarms(feed, hours)]
    entries += [(s.since, "suppression", s.body()) for s in _suppressions(feed.at)]
    for at, kind, data in sorted(entries, key=lambda entry: entry[0]):
        feed.write(kind, data, at)
    return write_ward(feed)


def _alarms(feed: WrittenFeed, hours: int) -> list[tuple[int, Alarm]]:
    out: list[tuple[int, Alarm]] = []
    for number in range(4 * hours):
        since = hours * HOUR - number * 14 * MINUTE
        if since < 40 * MINUTE:
            continue
        priority = (Priority.LOW, Priority.MEDIUM, Priority.LOW, Priority.HIGH)[number % 4]
        bed, vital = ("p1", "spo2") if number % 3 == 0 else (f"p{number % 15}", ("hr", "rr", "temp")[number % 3])
        one = alarm(bed, vital, "low", priority, value=80, limit=90, since=since, episode=100 + number)
        out += told(feed, one, (8_000, 90_000, 4 * MINUTE)[number % 3], 60_000 if number % 3 == 2 else None)
    for number in range(13):
        since = 165 * MINUTE - number * 20_000
        one = alarm(f"p{number}", "d" + str(number), "no-data", Priority.HIGH, technical=True, since=since, episode=50)
        out += told(feed, one, 5 * MINUTE)
    return out


def _suppressions(now: int) -> list[Suppression]:
    return [
        Suppression("pause", "p0", "", "", "Kim", "", now - 5 * HOUR, now - 5 * HOUR + 2 * MINUTE),
        Suppression("shelve", "p1", "spo2", "low", "Kim", "moving", now - 4 * HOUR, now - 3 * HOUR, 2),
        Suppression("standby", "p4", "", "", "Kim", "CT", now - 2 * HOUR, now - 90 * MINUTE),
    ]


def flooded_ward() -> WrittenFeed:
    """Fourteen alarms within ten minutes, nine of them of one patient."""
    feed = write_ward(WrittenFeed())
    kinds = ("hr", "rr", "temp", "nibp_sys", "nibp_dia", "nibp_mean", "pulse", "glucose")
    for number, vital in enumerate(kinds):
        priority = Priority.MEDIUM if number % 2 else Priority.LOW
        since = 3 * MINUTE - number * 10_000
        feed.write("alarm", alarm("p1", vital, "high", priority, value=150 + number, limit=140, since=since).body())
    for number in range(4):
        one = alarm(f"p{4 + number}", "rr", "high", Priority.LOW, value=31, limit=30, since=20_000)
        feed.write("alarm", one.body())
    return feed
