"""Orders and nurses of the simulated ward: believable, the same however time is cut, and worth seeing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from iomt_tui.backends.simulated.course import DAY, HOUR, MINUTE
from iomt_tui.backends.simulated.pharmacy import USUAL
from iomt_tui.backends.simulated.ward import DEFAULT_START, SimulatedWard
from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.checks import allergic
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.status import OPEN, Status
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.source import SimulatedSource, ward_body
from iomt_tui.engine.spec import WardSpec
from iomt_tui.log.memory import MemoryLog


def orders(ward: SimulatedWard) -> list[Order]:
    return [Order.from_body(body) for kind, body in ward.events() if kind == "order"]


def recorded(ward: SimulatedWard, hours: int) -> list[tuple[int, Administration]]:
    past = ward.charted(ward.start)
    live = ward.advance(ward.start + hours * HOUR)
    found: list[Any] = [(at, body) for at, kind, body in [*past, *live] if kind == "administration"]
    return [(at, Administration.from_body(body, at)) for at, body in found]


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_every_patient_has_orders_that_fit(seed: int) -> None:
    ward = SimulatedWard(beds=60, seed=seed)
    people = {body["id"]: body for kind, body in ward.events() if kind == "patient"}
    own = orders(ward)
    assert {o.patient for o in own} == set(people)
    assert len({o.id for o in own}) == len(own)
    for one in own:
        assert one.home == people[one.patient]["home"] and one.start < ward.start
        assert one.id.removeprefix(f"{one.patient}-") in USUAL
        named = [a for a in people[one.patient]["allergies"] if allergic(one, a)]
        assert all("class opioid" in allergic(one, a) or "class carbapenem" in allergic(one, a) for a in named), one
    assert max(Counter(o.patient for o in own).values()) <= 12


def test_the_cast_has_what_a_ward_is_known_for() -> None:
    own = orders(SimulatedWard())
    assert {o.schedule.body()["kind"] for o in own} == {"times", "every", "taper", "prn", "once", "infusion"}
    classes = {c for o in own for c in o.drug.classes}
    assert classes >= {"antibiotic", "opioid", "insulin", "cardiac-glycoside", "beta-blocker", "anticoagulant"}
    assert any(o.hold_if for o in own) and any(o.timing for o in own)


def test_most_doses_are_given_on_time_and_the_rest_is_told_apart() -> None:
    ward = SimulatedWard(beds=60, rate=0.1)
    found = Counter(r.what for _, r in recorded(ward, 8))
    assert set(found) == {"given", "refused", "held", "not-available", "effect"}
    assert found["given"] > 5 * (found["refused"] + found["held"] + found["not-available"])


def test_records_come_in_order_and_cannot_be_of_the_future() -> None:
    ward = SimulatedWard(beds=24, rate=0.1)
    found = recorded(ward, 30)
    own = {o.id: o for o in orders(ward)}
    assert [at for at, _ in found] == sorted(at for at, _ in found)
    assert len({r.id for _, r in found}) == len(found)
    for at, record in found:
        assert record.at <= at and record.by
        order = own.get(record.order)
        if order is not None:
            assert not order.home and record.at > order.start - HOUR
            assert bool(record.witness) == (order.drug.high_alert and record.what == "given")


def test_nurses_are_the_same_however_time_is_cut() -> None:
    one, other = SimulatedWard(beds=9, rate=0.1), SimulatedWard(beds=9, rate=0.1)
    whole = [a for a in one.advance(one.start + 5 * HOUR) if a[1] == "administration"]
    pieces = [a for m in range(0, 301, 3) for a in other.advance(other.start + m * MINUTE) if a[1] == "administration"]
    assert pieces == whole and whole


def engine_at(start: int, minutes: int, tz: str, beds: int = 24) -> tuple[Engine, int]:
    spec = WardSpec(beds=beds, tz=tz)
    source = SimulatedSource(spec, start)
    engine = Engine(MemoryLog("w"))
    engine.start(ward_body(spec), start - HOUR)
    arrivals: Any = [a for a in source.begin() if a[1] != "obs"]
    engine.take(arrivals, tick_every=HOUR)
    end = start + minutes * MINUTE
    live: Any = [a for a in source.poll(end) if a[1] != "obs"] if minutes else []
    engine.take(live, tick_every=HOUR)
    return engine, end


@pytest.mark.parametrize("hour", range(0, 24, 4))
@pytest.mark.parametrize("tz", ["UTC", "Asia/Kolkata"])
def test_at_any_hour_some_doses_wait_and_never_a_flood(hour: int, tz: str) -> None:
    engine, now = engine_at(DEFAULT_START - DEFAULT_START % DAY + hour * HOUR, 1, tz)
    seen = engine.ward.header(now).doses
    assert 1 <= seen.overdue <= 12, seen
    assert seen.missed <= 10 and seen.conflicts == 0 and not engine.ward.unreadable and not engine.ward.refused


def test_the_chart_has_no_holes_and_no_contradictions_across_a_spring_night() -> None:
    """A ward in Berlin over 29 March 2026: every dose of the day before is accounted for or was forgotten."""
    start = 1_774_735_200_000  # 28 March 2026, 22:00 UTC
    engine, now = engine_at(start, 600, "Europe/Berlin", beds=12)
    zone = zone_of("Europe/Berlin")
    found = [
        dose
        for patient in engine.ward.patients.values()
        for dose in patient.medication.doses(zone, start - 20 * HOUR, now, now)
    ]
    tally = Counter(d.status for d in found)
    assert tally[Status.CONFLICT] == 0 and all(d.scheduled for d in found)
    lost = sum(tally[s] for s in (*OPEN, Status.MISSED))
    assert len(found) > 60 and lost < len(found) / 4
    assert Status.FUTURE not in tally or all(d.due > now - HOUR for d in found if d.status is Status.FUTURE)
