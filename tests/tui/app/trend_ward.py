"""The written ward with two weeks behind it: a patient who gets worse, one with a glucose sensor, gaps and all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import pi, sin
from random import Random
from typing import Any

from medication_ward import drug, given, order
from shown_ward import MINUTE, NOW, WrittenFeed, alarm, alarms, write_ward

from iomt_tui.alarms.model import Priority
from iomt_tui.ward.events import Entry

HOUR = 60 * MINUTE
DAY = 24 * HOUR
SICK, SUGAR = "p0", "p2"
"""Okafor in bed 07, and Morales at home."""

GAP = (NOW - 9 * HOUR, NOW - 7 * HOUR - 40 * MINUTE)
"""The sick patient was away: nothing was measured."""

DIP = NOW - 5 * HOUR
"""When the sick patient's saturation was 79 % for half a minute."""


def write_trends(feed: WrittenFeed) -> WrittenFeed:
    """Seven days for the sick patient, the last 25 hours of them by the minute; 14 days of glucose."""
    write_ward(feed)
    chance = Random(7)
    feed.write("past", list(_days(chance)), feed.at)
    feed.write("past", list(_glucose(chance)), feed.at)
    feed.write("past", [["p1", "d1", at, {"hr": 95 + 8 * sin(at / HOUR / 3), "spo2": 95, "rr": 18}, None]
                        for at in range(NOW - DAY, NOW - 40 * MINUTE, MINUTE)], feed.at)  # fmt: skip
    _events(feed)
    feed.write("tick", {}, feed.at)
    _ordered(feed)
    return feed


def write_limits(feed: WrittenFeed) -> WrittenFeed:
    """:func:`write_trends`, and the sick patient's limits were changed: of the heart rate six hours ago, of the
    saturation four hours ago until ninety minutes ago, of the lower pressure an hour ago."""
    write_trends(feed)
    _changed(feed, "hr", 6 * HOUR, [(3, 40, 130), (2, 50, 105)])
    _changed(feed, "spo2", 4 * HOUR, [(3, 80, None), (2, 85, None)], NOW - 90 * MINUTE)
    _changed(feed, "spo2", 90 * MINUTE, None)
    _changed(feed, "nibp_dia", HOUR, [(2, 65, 120)])
    _in_order(feed, feed.entries)
    return feed


def _changed(
    feed: WrittenFeed, vital: str, ago: int, rows: list[tuple[int, int | None, int | None]] | None,
    until: int | None = None,
) -> None:  # fmt: skip
    """Limits of the sick patient (priority, low, high) that somebody set ``ago`` ms ago; None: back to the usual."""
    limits = [{"priority": p, "low": low, "high": high, "delay": 0, "off_delay": 0} for p, low, high in rows or ()]
    body = {"patient": SICK, "vital": vital, "by": "Kim", "reason": "its time is over" if rows is None else "known"}
    feed.write("limits", body | {"limits": rows and limits, "since": NOW - ago, "until": until}, NOW - ago)


def _ordered(feed: WrittenFeed) -> None:
    """Everybody was there two weeks ago, and the log is in the order of its times."""
    first = {"ward", "engine", "patient", "device"}
    _in_order(feed, [entry._replace(at=NOW - 15 * DAY) if entry.kind in first else entry for entry in feed.entries])


def _in_order(feed: WrittenFeed, entries: list[Entry]) -> None:
    moved = sorted(entries, key=lambda entry: entry.at)
    feed.entries = [entry._replace(seq=number + 1) for number, entry in enumerate(moved)]


def _days(chance: Random) -> Iterator[list[Any]]:
    at = NOW - 7 * DAY
    while at < NOW - 31 * MINUTE:
        if not GAP[0] <= at < GAP[1]:
            yield [SICK, "d0", at, _vitals(at, chance), None]
        at += 5 * MINUTE if at < NOW - 25 * HOUR else MINUTE
    for second in range(0, 30, 10):
        yield [SICK, "d0", DIP + second * 1_000, {"spo2": 79}, None]
    for number, at in enumerate(range(NOW - 7 * DAY, NOW - 20 * MINUTE, 30 * MINUTE)):
        if not GAP[0] <= at < GAP[1]:
            ill = _ill(at)
            upper = 126 - 26 * ill + 5 * sin(number)
            yield [SICK, "d0", at, {"nibp_sys": round(upper), "nibp_dia": round(upper * 0.62)}, None]


def _ill(at: int) -> float:
    """0 well, 1 very ill: worse over seven hours, better after treatment, then as the written ward goes on."""
    worse = (at - (NOW - 10 * HOUR)) / (7 * HOUR)
    better = 1 - (at - (NOW - 3 * HOUR)) / (2 * HOUR)
    return max(min(worse, better, 1), 0.25 if at > NOW - 3 * HOUR else 0)


def _vitals(at: int, chance: Random) -> dict[str, float]:
    ill, day = _ill(at), sin(2 * pi * (at % DAY) / DAY - 2)
    return {
        "hr": round(76 + 48 * ill + 7 * day + chance.gauss(0, 2.5)),
        "spo2": round(min(96.5 - 9 * ill + chance.gauss(0, 0.8), 100)),
        "rr": round(16 + 13 * ill + 1.5 * day + chance.gauss(0, 1)),
        "temp": round(36.9 + 2.3 * ill + 0.2 * day + chance.gauss(0, 0.05), 1),
    }


def _glucose(chance: Random) -> Iterator[list[Any]]:
    for at in range(NOW - 14 * DAY, NOW - 32 * MINUTE, 5 * MINUTE):
        hour = at % DAY / HOUR
        meals = sum(95 * max(0.0, 1 - abs(hour - meal - 1.2) / 2.2) for meal in (7.5, 12.5, 19))
        night = -38 * max(0.0, 1 - abs(hour - 3.5) / 2)
        yield [SUGAR, "d2", at, {"glucose": round(max(108 + meals + night + chance.gauss(0, 9), 45))}, None]


_ALARMS = (
    ("spo2", 89, 90, Priority.MEDIUM, 5 * HOUR + 6 * MINUTE, 150), ("temp", 39.1, 39, Priority.LOW, 3 * HOUR, 40),
    ("hr", 121, 120, Priority.MEDIUM, 3 * HOUR + 30 * MINUTE, 55), ("spo2", 79, 85, Priority.HIGH, 5 * HOUR, 1),
)  # fmt: skip
"""Vital, value, limit, priority, how long ago it was announced, and after how many minutes it was over."""


def _events(feed: WrittenFeed) -> None:
    """Alarms, what was done about them, doses and a note."""
    for number, (param, value, limit, priority, begin, minutes) in enumerate(_ALARMS):
        side = "low" if value < limit else "high"
        one = alarm(SICK, param, side, priority, value=value, limit=limit, since=begin, episode=2 + number)
        feed.write("alarm", one.body(), NOW - begin)
        one = replace(one, state="acked", by="Kim", acked_at=NOW - begin + 4 * MINUTE, note="seen")
        feed.write("alarm", one.body(), NOW - begin + 4 * MINUTE)
        ended = NOW - begin + max(minutes, 5) * MINUTE
        feed.write("alarm", replace(one, state="normal", ended=ended).body(), ended)
    for one in alarms(feed.at):  # what is in force now came after those
        if one.ref[:2] == (SICK, "spo2"):
            feed.write("alarm", replace(one, ref=one.ref._replace(episode=9)).body(), feed.at - 300)
    feed.write("order", order("pip", drug("Piperacillin/tazobactam", "antibiotic"), {
        "kind": "every", "hours": 4, "first": NOW - 12 * HOUR}, patient=SICK, dose={"value": 4.5, "unit": "g"},
        route="intravenous"), NOW - 13 * HOUR)  # fmt: skip
    for hours in (11.4, 7.2, 3.3):
        at = NOW - round(hours * HOUR)
        feed.write("administration", given("pip", at, at, patient=SICK), at)
    feed.write("note", {"id": "n1", "patient": SICK, "text": "Looks unwell, clammy. Dr Adeyemi told, cultures taken.",
                        "at": NOW - 160 * MINUTE, "by": "Kim", "from": ""}, NOW - 160 * MINUTE)  # fmt: skip


def write_comparison(feed: WrittenFeed) -> WrittenFeed:
    """The trends, and something done or noted about others of the ward too."""
    write_trends(feed)
    feed.write("order", order("met", drug("Metoprolol", "beta-blocker"), {"kind": "every", "hours": 4,
        "first": NOW - 12 * HOUR}, patient="p9", dose={"value": 5, "unit": "mg"}), NOW - 13 * HOUR)  # fmt: skip
    at = NOW - 3 * HOUR
    feed.write("administration", given("met", NOW - 8 * HOUR, NOW - 8 * HOUR, patient="p9"), NOW - 8 * HOUR)
    feed.write("administration", given("met", at, at, "held", patient="p9", reason="pressure"), at)
    feed.write("note", {"id": "n2", "patient": "p1", "text": "Drain 400 ml since midnight.",
                        "at": NOW - 140 * MINUTE, "by": "Lee", "from": ""}, NOW - 140 * MINUTE)  # fmt: skip
    feed.write("limits", {"patient": "p1", "vital": "hr", "by": "Lee", "reason": "post-op", "since": NOW - 4 * HOUR,
                          "limits": [{"priority": 2, "low": 50, "high": 115, "delay": 10, "off_delay": 5}],
                          "until": None, "warning": ""}, NOW - 4 * HOUR)  # fmt: skip
    _ordered(feed)
    return feed
