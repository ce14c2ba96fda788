"""Doses at home in the fold: against an oracle, with events late, twice and out of order, and as clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import numbered

from iomt_tui.clinical.medication.adherence import DayState
from iomt_tui.ward.events import Draft, draft
from iomt_tui.ward.fold import Ward

HOUR, DAY = 3_600_000, 86_400_000
NOON = int(datetime(2026, 3, 17, 12, tzinfo=UTC).timestamp() * 1000)
DRUG = {"code": "apx", "name": "Apixaban 5 mg", "classes": ["anticoagulant"], "critical": True}


def at(day: int, hour: float, minute: int = 0) -> int:
    """``day`` days from 17 March 2026, UTC."""
    return int(NOON + day * DAY + (hour - 12) * HOUR + minute * 60_000)


def opening(tz: str = "UTC", **order: Any) -> list[Draft]:
    body = {
        "id": "o1", "patient": "p1", "drug": DRUG, "schedule": {"kind": "times", "times": ["08:00", "20:00"]},
        "start": at(-10, 0), "end": None, "status": "active", "home": True,
        "dose": {"value": 5, "unit": "mg"},
    }  # fmt: skip
    ward = {"name": "W", "watermark": "TEST", "source": "test", "tz": tz, "schema": 1}
    person = {"id": "p1", "bed": "H1", "family": "F", "given": "G", "home": True}
    device = {"id": "cap-1", "patient": "p1", "kind": "smart-cap", "state": "on"}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("ward", ward), ("patient", person), ("device", device), ("order", body | order),
    ]  # fmt: skip
    return [draft(at(-10, 0), kind, data) for kind, data in bodies]


def intake(due: int | None, taken: int, source: str = "smart-cap", received: int | None = None) -> Draft:
    body = {"patient": "p1", "order": "o1", "due": due, "at": taken, "source": source, "device": "cap-1"}
    return draft(received or taken, "intake", body)


def stored(doses: list[tuple[int | None, int]], since: int, gaps: list[tuple[int, int]], received: int) -> Draft:
    minutes = [(None if due is None else (due - since) // 60_000, (taken - since) // 60_000) for due, taken in doses]
    body = {
        "patient": "p1", "order": "o1", "source": "smart-cap", "device": "cap-1", "doses": minutes, "from": since,
        "gaps": gaps,
    }  # fmt: skip
    return draft(received, "intake", body)


def folded(drafts: list[Draft]) -> Ward:
    ward = Ward()
    ward.apply(numbered(drafts))
    assert ward.unreadable == 0
    return ward


def test_doses_are_taken_on_time_late_missed_and_reported() -> None:
    drafts = opening()
    drafts.append(stored([(at(-3, 8), at(-3, 8, 20)), (at(-3, 20), at(-3, 23))], at(-4, 7), [], at(-1, 0)))
    drafts.append(intake(at(-2, 8), at(-2, 9), "reported"))
    view = folded(drafts).adherence("p1", NOON)
    drug = view.assessment.drugs[0]
    states = {dose.due: (dose.observed, dose.on_time, dose.reported, dose.watched) for dose in drug.doses}
    assert states[at(-3, 8)] == (True, True, False, True)
    assert states[at(-3, 20)] == (True, False, False, True), "three hours late"
    assert states[at(-2, 8)] == (False, False, True, True)
    assert states[at(-4, 20)] == (False, False, False, True)
    assert states[at(-5, 20)] == (False, False, False, False), "before the cap was there"
    assert (drug.taken.part, drug.taken.whole) == (2, 9)
    assert at(0, 8) in states, "four hours after it was due the morning dose is over"
    assert (drug.drug, drug.classes, drug.critical, drug.source) == (
        "Apixaban 5 mg", ("anticoagulant",), True, "smart-cap",
    )  # fmt: skip


def test_a_dose_is_not_missed_before_its_time_is_over() -> None:
    ward = folded([*opening(), stored([], at(-1, 0), [], at(-1, 0))])
    due = [dose.due for dose in ward.adherence("p1", at(0, 11, 59)).assessment.drugs[0].doses]
    assert at(0, 8) not in due and at(-1, 20) in due
    assert at(0, 8) in [d.due for d in ward.adherence("p1", at(0, 12)).assessment.drugs[0].doses]


def test_a_cap_that_does_not_know_the_schedule_means_the_nearest_dose() -> None:
    for taken, due in ((at(0, 5), at(0, 8)), (at(-1, 14, 1), at(-1, 20)), (at(-1, 13, 59), at(-1, 8))):
        ward = folded([*opening(), intake(None, taken), intake(None, taken + 60_000)])
        seen = [d.due for d in ward.adherence("p1", NOON).assessment.drugs[0].doses if d.observed]
        assert seen == [due], "a second opening is no second dose"


def test_nothing_is_known_while_the_device_was_away() -> None:
    drafts = [*opening(), stored([], at(-6, 0), [(at(-5, 1), at(-4, 1))], at(-3, 0))]
    drafts.append(draft(at(-2, 6), "device", {"id": "cap-1", "state": "gone"}))
    drafts.append(draft(at(-1, 6), "device", {"id": "cap-1", "state": "on"}))
    drafts.append(draft(at(0, 7), "device", {"id": "cap-1", "state": "off"}))
    days = {d.day: d.state for d in folded(drafts).adherence("p1", NOON).assessment.days}
    today = date(2026, 3, 17).toordinal()
    assert [days[today + i] for i in (-6, -5, -4, -3, -2, -1, 0)] == [
        DayState.NONE, DayState.UNKNOWN, DayState.NONE, DayState.NONE, DayState.UNKNOWN, DayState.NONE,
        DayState.UNKNOWN,
    ]  # fmt: skip
    assert days[today - 20] == DayState.NOT_DUE, "before the order"


def test_a_changed_schedule_leaves_the_past_as_it_was_due() -> None:
    drafts = [*opening(), stored([(at(-3, 20), at(-3, 20))], at(-9, 0), [], at(-3, 21))]
    changed = {"id": "o1", "patient": "p1", "schedule": {"kind": "times", "times": ["10:00"]}}
    drafts.append(draft(at(-2, 15), "order", changed))
    drafts.append(draft(at(-1, 9), "order", {"id": "o1", "patient": "p1", "status": "on-hold"}))
    drafts.append(draft(at(-1, 11), "order", {"id": "o1", "patient": "p1", "status": "active"}))
    ward = folded(drafts)
    doses = ward.adherence("p1", at(0, 18)).assessment.drugs[0].doses
    assert [d.due for d in doses if d.due >= at(-3, 0)] == [at(-3, 8), at(-3, 20), at(-2, 8), at(0, 10)]
    assert [d.due for d in doses if d.observed] == [at(-3, 20)]
    assert Ward.restore(ward.checkpoint()).adherence("p1", at(0, 18)) == ward.adherence("p1", at(0, 18))


def test_fills_give_pdc_and_the_refill() -> None:
    drafts = opening()
    for number, day in enumerate((-40, -12, -12)):
        fill = {"patient": "p1", "drug": DRUG, "at": at(day, 10), "days_supply": 14, "quantity": 28}
        drafts.append(draft(at(-10, 1), "dispense", fill | {"id": f"d{min(number, 1)}"}))
    ward = folded(drafts)
    drug = ward.adherence("p1", NOON).assessment.drugs[0]
    assert drug.pdc is not None and drug.pdc.formula == "PDC = 27 covered days / 41 days = 66 %"
    assert ward.adherence("p1", NOON).overdue == ()
    assert ward.adherence("p1", at(2, 12)).overdue == ("o1",)


@pytest.mark.parametrize("body", [{"source": "rumour"}, {"at": "soon"}, {"order": 7}, {"doses": [1]}])
def test_a_dose_of_another_shape_changes_nothing(body: dict[str, Any]) -> None:
    good = {"patient": "p1", "order": "o1", "due": None, "at": at(0, 8), "source": "reported"}
    ward, clean = Ward(), folded(opening())
    ward.apply(numbered([*opening(), draft(at(0, 9), "intake", good | body)]))
    assert ward.unreadable == 1
    assert ward.adherence("p1", NOON) == clean.adherence("p1", NOON)


def test_a_dose_from_the_future_is_refused_and_counted() -> None:
    ward = folded([*opening(), intake(None, at(0, 20), received=at(0, 10))])
    assert ward.patients["p1"].refused["future"] == 1
    assert not any(d.observed for d in ward.adherence("p1", at(1, 12)).assessment.drugs[0].doses)


ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
CHANGES = (date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5))


def first_instant(day: date, text: str, zone: ZoneInfo) -> int:
    """The first quarter of an hour at which the clock of ``zone`` shows ``text`` of ``day`` or more."""
    wall = f"{day} {text}"
    at = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000) - 14 * HOUR
    while datetime.fromtimestamp(at / 1000, zone).strftime("%Y-%m-%d %H:%M") < wall:
        at += 15 * 60_000
    return at


def on_time_within(times: list[str]) -> int:
    """ISMP: 2 h for a daily dose, 1 h, a quarter of what is less than four hours."""
    hours = [int(text[:2]) + int(text[3:]) / 60 for text in times]
    gap = min(b - a for a, b in pairwise([*hours, hours[0] + 24]))
    return int((2 if gap == 24 else 1 if gap >= 4 else gap / 4) * HOUR)


@settings(max_examples=60)
@given(st.data(), st.sampled_from(ZONES), st.sampled_from(CHANGES))
def test_the_fold_agrees_with_a_walk_through_the_days(data: Any, tz: str, change: date) -> None:
    """Around a change of the clocks: dose by dose, whatever the order in which events come, and how often."""
    zone = ZoneInfo(tz)
    times = data.draw(st.lists(st.sampled_from(["00:30", "02:30", "08:00", "14:00", "20:30", "23:30"]),
                               min_size=1, max_size=4, unique=True).map(sorted))  # fmt: skip
    days = [change + timedelta(days=i) for i in range(-3, 4)]
    due = [(day, first_instant(day, text, zone)) for day in days for text in times]
    start = due[0][1]
    taken = data.draw(st.lists(st.sampled_from(due), unique=True))
    late = {dose: data.draw(st.integers(-30, 400)) for dose in taken}
    events = [intake(dose[1], dose[1] + late[dose] * 60_000, received=due[-1][1] + DAY) for dose in taken]
    events += [stored([], start, [], due[-1][1] + DAY)]
    shuffled = data.draw(st.permutations(events + events))
    opened = opening(tz, schedule={"kind": "times", "times": times}, start=start, end=due[-1][1] + 1)
    ward = folded([*[d._replace(at=start) for d in opened], *shuffled])
    found = ward.adherence("p1", due[-1][1] + DAY).assessment.drugs[0].doses
    window = on_time_within(times)
    assert [(d.day, d.due, d.observed, d.on_time) for d in found] == [
        (day.toordinal(), at_, (day, at_) in late, (day, at_) in late and abs(late[day, at_]) * 60_000 <= window)
        for day, at_ in due
    ]
    assert all(d.watched for d in found)
