"""Doses of an order against an oracle that walks the clock minute by minute, in zones all over the world."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from medication_samples import DAY, HOUR, MINUTE, MONDAY, order

from iomt_tui.clinical.medication.expansion import expand, instant, zone_of
from iomt_tui.clinical.medication.kinds import DAYS
from iomt_tui.clinical.medication.order import Order

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})


def local(at: int, zone: ZoneInfo) -> datetime:
    return (EPOCH + timedelta(milliseconds=at)).astimezone(zone)


def oracle(order: Order, zone: ZoneInfo, begins: int, ends: int) -> list[int]:
    """Dues by walking every minute: a time of day is due when the clock first reaches or passes it, on every date
    that the zone has; no two doses on one minute."""
    plan = order.schedule.body()
    start = order.start
    at = begins - 3 * DAY
    minutes = [(m, local(m, zone).replace(tzinfo=None)) for m in range(at, ends, MINUTE)]
    dates = {wall.date() for _, wall in minutes}
    first = local(start, zone).date()
    pending = sorted(
        datetime.combine(when, datetime.strptime(t, "%H:%M").time())
        for when in dates | {max(dates) + timedelta(days=1)}
        for t in times_on(plan, when, first)
    )
    pending = [wall for wall in pending if wall > minutes[0][1]]
    found: list[int] = []
    latest = minutes[0][1]
    for moment, wall in minutes:
        latest = max(latest, wall)
        while pending and pending[0] <= latest:
            pending.pop(0)
            found.append(max(moment, found[-1] + MINUTE) if found else moment)
    until = ends if order.end is None else min(ends, order.end)
    return [due for due in found if max(begins, start) <= due < until]


def times_on(plan: dict[str, Any], when: date, first: date) -> list[str]:
    if plan["kind"] == "times":
        days = plan.get("days", DAYS)
        return plan["times"] if DAYS[when.weekday()] in days else []
    day = (when - first).days
    for step in plan["steps"]:
        if 0 <= day < step["days"]:
            return list(step["times"])
        day -= step["days"]
    return []


def changes(zone: ZoneInfo, year: int) -> list[int]:
    """The hours of the year (ms UTC) before which the zone changes its offset."""
    start = int((datetime(year, 1, 1, tzinfo=UTC) - EPOCH).total_seconds()) * 1000
    days = [start + d * DAY for d in range(367)]
    found = []
    for a, b in pairwise(days):
        if local(a, zone).utcoffset() != local(b, zone).utcoffset():
            found += [h for h in range(a, b, HOUR) if local(h, zone).utcoffset() != local(h + HOUR, zone).utcoffset()]
    return found


clocks = st.builds(lambda h, m: f"{h:02d}:{m:02d}", st.integers(0, 23), st.sampled_from([0, 0, 15, 30, 45, 59]))
near_night = st.builds(lambda h, m: f"{h:02d}:{m:02d}", st.integers(0, 4), st.sampled_from([0, 1, 30, 59]))
several = st.lists(clocks | near_night, min_size=1, max_size=6, unique=True)
schedules = st.one_of(
    st.builds(lambda t: {"kind": "times", "times": t}, several),
    st.builds(lambda t, d: {"kind": "times", "times": t, "days": d}, several,
              st.lists(st.sampled_from(DAYS), min_size=1, unique=True)),
    st.builds(lambda steps: {"kind": "taper", "steps": steps}, st.lists(
        st.builds(lambda d, t: {"days": d, "times": t, "dose": {"value": 1, "unit": "mg"}}, st.integers(1, 3), several),
        min_size=1, max_size=3)),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ZONES), schedules, st.integers(0, 10), st.integers(-40, 40), st.data())
def test_times_of_day_as_the_oracle_walks_them(
    name: str, plan: dict[str, Any], which: int, hours: int, data: st.DataObject
) -> None:
    """Around a change of the clock where the zone has one: no dose doubled, none lost, none moved."""
    zone = ZoneInfo(name)
    nights = changes(zone, 2026) or [MONDAY]
    begins = nights[which % len(nights)] - DAY + hours * HOUR
    start = begins - data.draw(st.integers(-30, 50)) * HOUR
    end = data.draw(st.none() | st.integers(1, 60).map(lambda h: start + h * HOUR))
    one = order(plan, start=start, end=end)
    ends = begins + 2 * DAY + 7 * HOUR
    dues = [slot.due for slot in expand(one, zone, begins, ends)]
    assert dues == oracle(one, zone, begins, ends)
    middle = begins + 25 * HOUR
    halves = expand(one, zone, begins, middle) + expand(one, zone, middle, ends)
    assert [slot.due for slot in halves] == dues, "the same however the time is cut"


@pytest.mark.parametrize("zone", [ZoneInfo(name) for name in ZONES[::7]], ids=str)
def test_both_nights_of_sampled_zones(zone: ZoneInfo) -> None:
    """Every half hour of the day through each change of 2026: 48 doses a date, all different."""
    every = [f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1_440, 30)]
    one = order({"kind": "times", "times": every}, start=0)
    for night in changes(zone, 2026):
        begins = instant(local(night, zone).date() - timedelta(days=1), 0, zone)
        ends = instant(local(night, zone).date() + timedelta(days=2), 0, zone)
        dues = [slot.due for slot in expand(one, zone, begins, ends)]
        assert len(dues) == len(set(dues)) == 3 * 48
        assert dues == oracle(one, zone, begins, ends)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1000


def test_the_two_nights_of_berlin() -> None:
    zone = ZoneInfo("Europe/Berlin")
    one = order({"kind": "times", "times": ["02:30"]}, start=at("2026-03-28T00:00Z"))
    spring = [s.due for s in expand(one, zone, at("2026-03-28T00:00Z"), at("2026-03-31T00:00Z"))]
    assert spring == [at("2026-03-28T01:30Z"), at("2026-03-29T01:00Z"), at("2026-03-30T00:30Z")]
    autumn = [s.due for s in expand(one, zone, at("2026-10-24T22:00Z"), at("2026-10-26T22:00Z"))]
    assert autumn == [at("2026-10-25T00:30Z"), at("2026-10-26T01:30Z")]


def test_two_times_in_the_gap_stay_two_doses() -> None:
    zone = ZoneInfo("Europe/Berlin")
    one = order({"kind": "times", "times": ["02:00", "02:30", "03:00"]}, start=0)
    dues = [s.due for s in expand(one, zone, at("2026-03-29T00:30Z"), at("2026-03-29T03:00Z"))]
    assert dues == [at("2026-03-29T01:00Z"), at("2026-03-29T01:01Z"), at("2026-03-29T01:02Z")]


def test_a_date_that_a_zone_leaves_out_has_no_doses() -> None:
    one = order({"kind": "times", "times": ["08:00"]}, start=0)
    dues = [
        s.due for s in expand(one, ZoneInfo("Pacific/Apia"), at("2011-12-29T00:00-10:00"), at("2012-01-01T00:00+14:00"))
    ]
    assert dues == [at("2011-12-29T08:00-10:00"), at("2011-12-31T08:00+14:00")]


@given(st.integers(1, 672), st.integers(-50, 50), st.integers(0, 200), st.sampled_from(ZONES))
def test_every_n_hours_counts_elapsed_time(quarters: int, first: int, hours: int, name: str) -> None:
    begins = at("2026-03-28T12:00Z")
    one = order({"kind": "every", "hours": quarters / 4, "first": begins + first * HOUR}, start=begins - 9 * DAY)
    ends = begins + hours * HOUR
    expected = [t for t in range(begins + first * HOUR, ends, quarters * 15 * MINUTE) if t >= begins]
    assert [s.due for s in expand(one, zone_of(name), begins, ends)] == expected


def test_once_infusion_and_as_needed() -> None:
    zone = zone_of("UTC")
    stat = order({"kind": "once", "at": MONDAY + HOUR, "stat": True})
    drip = order({"kind": "infusion", "rate": {"value": 5, "unit": "mL/h"}, "hours": None}, start=MONDAY + 2 * HOUR)
    prn = order({"kind": "prn", "min_hours": 4, "max_per_day": 4, "indication": "pain", "recheck_min": 30})
    assert [s.due for s in expand(stat, zone, MONDAY, MONDAY + DAY)] == [MONDAY + HOUR]
    assert [s.due for s in expand(drip, zone, MONDAY, MONDAY + 9 * DAY)] == [MONDAY + 2 * HOUR]
    assert expand(prn, zone, MONDAY, MONDAY + DAY) == []


def test_a_taper_gives_less_from_step_to_step() -> None:
    steps = [{"days": 2, "times": ["08:00"], "dose": {"value": v, "unit": "mg"}} for v in (40, 20)]
    slots = expand(order({"kind": "taper", "steps": steps}), zone_of("UTC"), MONDAY, MONDAY + 9 * DAY)
    assert [(s.due - MONDAY) // DAY for s in slots] == [0, 1, 2, 3]
    assert [s.dose.value for s in slots] == [40, 40, 20, 20]


def test_an_unknown_zone_is_utc() -> None:
    assert zone_of("Mars/Olympus") is UTC and zone_of("../../etc/passwd") is UTC
