"""What dosage instructions mean, and which have no exact meaning here and are refused with their field."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_samples import Json, concept

from iomt_tui.backends.fhir.intake import Given
from iomt_tui.backends.fhir.mapper import Changes, Mapper
from iomt_tui.backends.refusals import Refusals

START = "2026-01-05T10:30:20Z"
AT = 1_767_609_000_000  # 2026-01-05T10:30:00Z
HOUR, DAY = 3_600_000, 86_400_000
MG = {"doseQuantity": {"value": 5, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}


def request(*dosages: Json, **fields: Any) -> Json:
    """MedicationRequest/m1 of Patient/p1 with these instructions; each has a dose of 5 mg unless it says otherwise."""
    made: Json = {
        "resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Drug"}, "subject": {"reference": "Patient/p1"}, "authoredOn": START,
        "dosageInstruction": [{"doseAndRate": [MG]} | dosage for dosage in dosages],
    }  # fmt: skip
    return {name: value for name, value in (made | fields).items() if value is not None}


def take(*resources: Json, mapper: Mapper | None = None) -> Changes:
    mapper = mapper or Mapper(Refusals())
    return mapper.take([Given("entry", None, one) for one in resources], AT)


def orders(*resources: Json) -> list[Json]:
    return [body for kind, body in take(*resources).events if kind == "order"]


def repeat(**fields: Any) -> Json:
    return {"timing": {"repeat": fields}}


def code(name: str) -> Json:
    return {"timing": {"code": {"coding": [{"code": name}]}}}


def every(hours: float, first: int = AT) -> Json:
    return {"kind": "every", "hours": hours, "first": first}


def times(*clock: str, days: list[str] | None = None) -> Json:
    return {"kind": "times", "times": list(clock)} | ({"days": days} if days else {})


EXACT: list[tuple[Json, Json]] = [
    (repeat(frequency=1, period=1, periodUnit="d"), every(24)),
    (repeat(frequency=4, period=1, periodUnit="d"), every(6)),
    (repeat(period=6, periodUnit="h"), every(6)),
    (repeat(frequency=1, period=90, periodUnit="min"), every(1.5)),
    (repeat(frequency=1, period=1, periodUnit="wk"), every(168)),
    (repeat(frequency=1, period=2, periodUnit="d", timeOfDay=["08:00:00"]), every(48, 1_767_686_400_000)),
    (repeat(timeOfDay=["20:00:00", "08:00"]), times("08:00", "20:00")),
    (repeat(dayOfWeek=["mon", "thu"], timeOfDay=["09:00:00"]), times("09:00", days=["mon", "thu"])),
    (repeat(dayOfWeek=["mon"], frequency=1, period=1, periodUnit="wk"), times("10:30", days=["mon"])),
    (repeat(when=["MORN", "EVE"]), times("08:00", "18:00")),
    (repeat(when=["C"], frequency=3, period=1, periodUnit="d"), times("08:00", "12:00", "18:00")),
    (repeat(when=["ACM"], offset=60), times("07:00")),
    (repeat(when=["PCM"], offset=60), times("09:00")),
    *((code(name), times(*clock)) for name, clock in {
        "QD": ["08:00"], "BID": ["08:00", "20:00"], "TID": ["08:00", "14:00", "20:00"],
        "QID": ["08:00", "12:00", "18:00", "22:00"], "AM": ["08:00"], "PM": ["20:00"], "BED": ["22:00"],
    }.items()),
    *((code(f"Q{hours}H"), every(hours)) for hours in (4, 6, 8, 12)),
    (code("QOD"), every(48)),
    (repeat(count=1), {"kind": "once", "at": AT, "stat": False}),
    ({"timing": {"code": {"text": "STAT"}}}, {"kind": "once", "at": AT, "stat": True}),
]  # fmt: skip


@pytest.mark.parametrize(("dosage", "schedule"), EXACT, ids=[str(dosage)[:70] for dosage, _ in EXACT])
def test_schedules(dosage: Json, schedule: Json) -> None:
    (body,) = orders(request(dosage))
    assert body["schedule"] == schedule
    assert (body["id"], body["patient"], body["dose"]) == ("m1", "p1", {"value": 5.0, "unit": "mg"})


NEEDED: list[tuple[Json, tuple[float, int]]] = [
    (repeat(frequency=1, period=6, periodUnit="h"), (6, 4)),
    (repeat(frequency=3, period=1, periodUnit="d"), (0, 3)),
    (repeat(frequency=1, frequencyMax=2, period=8, periodUnit="h"), (0, 6)),
    (repeat(frequency=1, period=4, periodMax=6, periodUnit="h"), (4, 6)),
    (code("QID"), (0, 4)),
    (code("Q4H"), (4, 6)),
    (
        {"maxDosePerPeriod": {"numerator": {"value": 15, "unit": "mg"}, "denominator": {"value": 24, "unit": "h"}}},
        (0, 3),
    ),
    (
        {"maxDosePerPeriod": {"numerator": {"value": 0.02, "unit": "g"}, "denominator": {"value": 1, "unit": "d"}}},
        (0, 4),
    ),
]


@pytest.mark.parametrize(("dosage", "limits"), NEEDED, ids=[str(dosage)[:70] for dosage, _ in NEEDED])
def test_as_needed(dosage: Json, limits: tuple[float, int]) -> None:
    (body,) = orders(request(dosage | {"asNeededBoolean": True}, reasonCode=[{"text": "nausea"}]))
    plan = body["schedule"]
    assert (plan["kind"], plan["min_hours"], plan["max_per_day"], plan["indication"]) == ("prn", *limits, "nausea")


DAILY = repeat(frequency=1, period=1, periodUnit="d")
REFUSED: list[tuple[Json, str]] = [
    (repeat(frequency=1, frequencyMax=2, period=1, periodUnit="d"), "timing.repeat.frequencyMax"),
    (repeat(frequency=1, period=4, periodMax=6, periodUnit="h"), "timing.repeat.periodMax"),
    (repeat(frequency=1, period=1, periodUnit="d", boundsRange={}), "timing.repeat.boundsRange"),
    (repeat(frequency=1, period=60, periodUnit="d"), "timing.repeat.period"),
    (repeat(frequency=1, period=1), "timing.repeat.period"),
    (repeat(frequency=0, period=1, periodUnit="d"), "timing.repeat.frequency"),
    (repeat(timeOfDay=["08:00:30"]), "timing.repeat.timeOfDay"),
    (repeat(timeOfDay=["25:00:00"]), "timing.repeat.timeOfDay"),
    (repeat(timeOfDay=["08:00:00"], frequency=3, period=1, periodUnit="d"), "timing.repeat.frequency"),
    (repeat(when=["XYZ"]), "timing.repeat.when"),
    (repeat(when=["MORN"], offset=30), "timing.repeat.offset"),
    (repeat(dayOfWeek=["mo"], timeOfDay=["08:00:00"]), "timing.repeat.dayOfWeek"),
    (code("Q4H") | {"timing": {"code": {"text": "when the moon is full"}}}, "timing"),
    ({}, "timing"),
    ({"timing": {"event": ["2026-01-06"]}}, "timing.event"),
    (DAILY | {"doseAndRate": []}, "doseAndRate"),
    (DAILY | {"doseAndRate": [{"doseRange": {"low": {"value": 1}}}]}, "doseAndRate.doseRange"),
    (DAILY | {"doseAndRate": [{"doseQuantity": {"value": 5, "comparator": "<"}}]}, "doseAndRate.doseQuantity"),
    ({"doseAndRate": [{"rateRange": {}}]}, "doseAndRate.rateRange"),
    ({"asNeededBoolean": True}, "maxDosePerPeriod"),
    ({"asNeededBoolean": True} | repeat(timeOfDay=["08:00:00"]), "asNeeded"),
]


@pytest.mark.parametrize(("dosage", "field"), REFUSED, ids=[field for _, field in REFUSED])
def test_what_has_no_exact_meaning_is_refused_with_its_field(dosage: Json, field: str) -> None:
    refusals = Refusals()
    events = take(request(dosage), mapper=Mapper(refusals)).events
    assert [kind for kind, _ in events] == ["patient", "refused"]
    body = events[1][1]
    assert (body["reason"], body["patient"]) == ("order-not-shown", "p1")
    assert body["what"].startswith(f"dosageInstruction.{field}")
    assert any(field in problem for problem in refusals.problems)


def test_bounds_and_counts_end_an_order() -> None:
    (until,) = orders(request(repeat(frequency=2, period=1, periodUnit="d", boundsPeriod={"end": "2026-01-07"})))
    assert until["end"] == 1_767_830_400_000, "to the end of that day"
    (three,) = orders(request(repeat(frequency=1, period=8, periodUnit="h", count=3)))
    assert three["end"] == AT + 16 * HOUR + 60_000, "after the third dose"
    (days,) = orders(request(repeat(timeOfDay=["08:00:00"], boundsDuration={"value": 2, "code": "d"})))
    assert days["end"] - days["start"] == 2 * DAY


def test_infusions() -> None:
    rate = {"rateQuantity": {"value": 4, "unit": "mL/h", "code": "mL/h", "system": "http://unitsofmeasure.org"}}
    (body,) = orders(request({"doseAndRate": [rate]}))
    assert body["schedule"] == {"kind": "infusion", "rate": {"value": 4.0, "unit": "mL/h"}, "hours": None}
    (timed,) = orders(request({"doseAndRate": [rate], **repeat(duration=2, durationUnit="h")}))
    assert timed["schedule"]["hours"] == 2.0
    (short,) = orders(request({"doseAndRate": [MG | rate]} | DAILY))
    assert short["schedule"] == every(24), "a dose at a rate every day is no infusion that runs on"


def step(sequence: int, dose: float, clock: str, **bounds: Any) -> Json:
    return {"sequence": sequence, "doseAndRate": [{"doseQuantity": {"value": dose, "unit": "mg"}}]} | repeat(
        timeOfDay=[clock], **bounds
    )


def test_instructions_that_follow_each_other_are_a_taper() -> None:
    (body,) = orders(request(
        step(1, 40, "08:00", boundsPeriod={"start": "2026-01-05", "end": "2026-01-06"}),
        step(2, 20, "08:00", boundsDuration={"value": 3, "code": "d"}),
    ))  # fmt: skip
    plan = body["schedule"]
    assert (plan["kind"], [(one["days"], one["dose"]["value"]) for one in plan["steps"]]) == (
        "taper",
        [(2, 40), (3, 20)],
    )


def test_instructions_that_hold_together_are_orders_of_their_own() -> None:
    made = orders(request(step(1, 2, "08:00"), step(1, 1, "22:00")))
    assert [(body["id"], body["dose"]["value"]) for body in made] == [("m1#1", 2.0), ("m1#2", 1.0)]


def test_a_step_that_does_not_end_with_a_day_stays_an_order_of_its_own() -> None:
    made = orders(request(
        step(1, 40, "08:00", boundsDuration={"value": 2, "code": "d"}),
        step(2, 20, "08:00", boundsDuration={"value": 3, "code": "d"}),
    ))  # fmt: skip
    assert [body["schedule"]["kind"] for body in made] == ["times", "times"]
    assert made[0]["end"] == made[1]["start"]


def test_a_step_that_nobody_says_when_it_begins_is_refused() -> None:
    events = take(request(step(1, 40, "08:00"), step(2, 20, "08:00"))).events
    assert [body["what"] for kind, body in events if kind == "refused"] == [
        "dosageInstruction.timing.repeat.boundsPeriod: it follows another instruction, and nobody says from when"
    ]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [({"intent": "plan"}, 0), ({"status": "draft"}, 0), ({"intent": "proposal"}, 0), ({"status": "stopped"}, 1),
     ({"status": "completed"}, 1), ({"intent": "instance-order"}, 1)],
)  # fmt: skip
def test_what_is_an_order_at_all(fields: Json, shown: int) -> None:
    assert len(orders(request(DAILY, **fields))) == shown


@pytest.mark.parametrize(("category", "home"), [("community", True), ("outpatient", True), ("inpatient", False)])
def test_for_home(category: str, home: bool) -> None:
    (body,) = orders(request(DAILY, category=[concept(category, "x")]))
    assert body["home"] is home


def test_without_a_category_an_order_is_for_where_the_patient_is() -> None:
    stay = {"resourceType": "Encounter", "id": "e1", "status": "in-progress", "class": {"code": "HH"},
            "subject": {"reference": "Patient/p1"}}  # fmt: skip
    mapper = Mapper(Refusals())
    assert [body["home"] for kind, body in take(request(DAILY), mapper=mapper).events if kind == "order"] == [False]
    assert [body["home"] for kind, body in take(stay, mapper=mapper).events if kind == "order"] == [True]


def version(number: int, **fields: Any) -> Json:
    return request(DAILY, meta={"versionId": str(number), "lastUpdated": f"2026-01-05T1{number}:00:00Z"}, **fields)


def test_holds_and_the_end_are_remembered() -> None:
    mapper = Mapper(Refusals())
    take(version(1), mapper=mapper)
    reason = {"text": "for surgery"}
    (held,) = [
        b for k, b in take(version(2, status="on-hold", statusReason=reason), mapper=mapper).events if k == "order"
    ]
    assert held["holds"] == [{"from": AT + 90 * 60_000, "to": None, "reason": "for surgery"}]
    (again,) = [b for k, b in take(version(3), mapper=mapper).events if k == "order"]
    assert again["holds"] == [{"from": AT + 90 * 60_000, "to": AT + 150 * 60_000, "reason": "for surgery"}]
    (over,) = [b for k, b in take(version(4, status="stopped"), mapper=mapper).events if k == "order"]
    assert (over["status"], over["stopped"]) == ("stopped", AT + 210 * 60_000)
    assert take(version(5, status="stopped"), mapper=mapper).events == []


def test_an_order_that_can_no_more_be_shown_is_cancelled() -> None:
    mapper = Mapper(Refusals())
    take(version(1), mapper=mapper)
    broken = version(2) | {"dosageInstruction": [repeat(frequency=1, period=4, periodMax=6, periodUnit="h")]}
    events = take(broken, mapper=mapper).events
    assert [(kind, body.get("status")) for kind, body in events] == [("order", "cancelled"), ("refused", None)]


@pytest.mark.parametrize(
    ("text", "timing", "hold_if", "note"),
    [
        ("time-critical", "time-critical", [], ""),
        (" Time critical  medication", "time-critical", [], ""),
        ("not time-critical", "", [], "not time-critical"),
        ("hold while Oxygen saturation is below 90.5 %", "", [{"vital": "spo2", "below": 90.5}], ""),
        ("hold while heart rate is above 120 /min", "", [{"vital": "hr", "above": 120.0}], ""),
        ("hold while glucose is below 4 mmol/L", "", [], "hold while glucose is below 4 mmol/L"),
        ("hold while glucose is below 4", "", [], "hold while glucose is below 4"),
        ("hold while mood is below 4 %", "", [], "hold while mood is below 4 %"),
        ("with food", "", [], "with food"),
    ],
)
def test_what_else_holds_is_understood_exactly_or_shown_as_it_stands(
    text: str, timing: str, hold_if: list[Json], note: str
) -> None:
    (body,) = orders(request(DAILY | {"additionalInstruction": [{"text": text}]}))
    assert (body["timing"], body["hold_if"], body["note"]) == (timing, hold_if, note)


def test_an_order_not_to_give_is_refused() -> None:
    events = take(request(DAILY, doNotPerform=True)).events
    assert events[1][1]["what"].startswith("doNotPerform")


def test_a_medicine_that_comes_later_names_its_order() -> None:
    mapper = Mapper(Refusals())
    order = request(DAILY, medicationCodeableConcept=None, medicationReference={"reference": "Medication/d1"})
    assert [kind for kind, _ in take(order, mapper=mapper).events] == ["patient", "refused"]
    drug = {"resourceType": "Medication", "id": "d1", "code": {"text": "Metformin"}}
    (body,) = [body for _, body in take(drug, mapper=mapper).events]
    assert body["drug"]["name"] == "Metformin"
