"""A ward with a past: half a day of observations of one patient, a fortnight of a sensor's glucose of another."""

from __future__ import annotations

from math import exp, sin
from typing import Any

from shown_ward import MINUTE, WrittenFeed, write_ward

ILL, CGM, METER, CHILD = "p0", "p2", "p7", "p8"
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def write_story(feed: WrittenFeed) -> WrittenFeed:
    """:func:`shown_ward.write_ward`, and before it what ``past`` entries told."""
    write_ward(feed)
    groups = [*_ill(feed.at), *_sensor(feed.at), *_meter(feed.at)]
    for first in range(0, len(groups), 500):
        feed.write("past", groups[first : first + 500])
    feed.write("obs", [[METER, "d7", feed.at - 2 * HOUR, {"glucose": 148}, None]])
    feed.write("patient", {"id": CHILD, "born": "2014-03-01"})
    feed.write("tick", {}, feed.at)
    return feed


def _ill(now: int) -> list[list[Any]]:
    """Twelve hours in which bed 07 gets worse; a dip of the saturation that no column's end shows."""
    groups = []
    for minute in range(12 * 60, 31, -1):
        done = 1 - (minute - 31) / (12 * 60 - 31)
        wave = round(2 * sin(minute / 7))
        values: dict[str, float] = {
            "hr": round(76 + 11 * done) + wave, "spo2": round(98 - 4 * done), "rr": round(15 + 8 * done),
        }  # fmt: skip
        if 330 <= minute < 334:
            values["spo2"] = 89
        if minute % 60 == 17:
            values |= {"nibp_sys": round(128 - 24 * done), "nibp_dia": round(76 - 12 * done)}
        if minute % 240 == 17:
            values |= {"temp": round(37.1 + 1.6 * done, 1), "acvpu": 0, "o2_flow": 0 if minute > 240 else 2}
        groups.append([ILL, "d0", now - minute * MINUTE, values, None])
    return groups


def glucose_at(at: int) -> int:
    """mg/dL of the sensor at a time: three meals, an early morning that is low, days that differ."""
    day, hour = divmod(at / DAY, 1)
    clock, own = hour * 24, sin(day * 12.9898) * 43758.5453 % 1
    meals = sum(rise * exp(-(((clock - when) / 1.4) ** 2)) for when, rise in ((8.6, 80), (13.2, 70), (19.8, 100)))
    night = 38 * exp(-(((clock - 4.2) / 1.6) ** 2))
    return round(118 + meals * (0.6 + 0.9 * own) - night * (0.5 + own) + 22 * (own - 0.5) + 9 * sin(at / HOUR * 2.1))


def _sensor(now: int) -> list[list[Any]]:
    """Every five minutes for fourteen days; six hours of the fifth day were lost."""
    first = now - 31 * MINUTE - 5 * MINUTE
    times = [first - 5 * MINUTE * n for n in range(14 * 288)]
    lost = range(now - 5 * DAY, now - 5 * DAY + 6 * HOUR)
    return [[CGM, "d2", at, {"glucose": glucose_at(at)}, None] for at in times if at not in lost]


def _meter(now: int) -> list[list[Any]]:
    """A finger prick four times a day for three days."""
    return [
        [METER, "d7", now - 2 * HOUR - 6 * HOUR * n, {"glucose": 150 + 40 * (n % 3)}, None] for n in range(12, 0, -1)
    ]
