"""What is published comes back as what it was, as far as FHIR and the log can both say it."""

from __future__ import annotations

from typing import Any

import pytest
from published_ward import DEFAULT_START, HOUR, NAMES, Published

from iomt_tui.backends.fhir.intake import Given
from iomt_tui.backends.fhir.mapper import TAKE, Changes, Mapper
from iomt_tui.backends.fhir.publishing.prescriptions import medication_request
from iomt_tui.backends.refusals import Refusals
from iomt_tui.clinical.medication.expansion import expand, zone_of
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward.events import Reading

TZ = "Europe/Berlin"
NOW = DEFAULT_START + 2 * HOUR
DAY = 24 * HOUR


def mapped(resources: list[dict[str, Any]], refusals: Refusals) -> Changes:
    mapper = Mapper(refusals, tz=TZ, test_patients=TAKE, base="http://127.0.0.1/fhir", source="demo")
    people = [one["id"] for one in resources if one["resourceType"] == "Patient"]
    mapper.members(people)
    found = [one for one in resources if one["resourceType"] not in ("Organization", "Group", "List")]
    given = [Given(f"entry {n}", f"http://127.0.0.1/fhir/{one['resourceType']}/{one['id']}", one)
             for n, one in enumerate(found)]  # fmt: skip
    return mapper.take(given, NOW)


@pytest.fixture(scope="module")
def ward() -> Published:
    return Published(beds=12, hours=2, after=2 * HOUR, tz=TZ)


@pytest.fixture(scope="module")
def refusals() -> Refusals:
    return Refusals()


@pytest.fixture(scope="module")
def back(ward: Published, refusals: Refusals) -> Changes:
    return mapped(ward.newest(), refusals)


def bodies(changes: Changes, kind: str) -> list[Any]:
    return [body for name, body in changes.events if name == kind]


def test_nothing_is_refused(back: Changes, refusals: Refusals) -> None:
    assert back.readings
    assert not bodies(back, "refused")
    assert set(refusals.counts) <= {("not-used", "Location")}, refusals.counts


def test_patients_come_back(ward: Published, back: Changes) -> None:
    told: dict[str, dict[str, Any]] = {}
    for body in ward.told("patient"):
        told.setdefault(body["id"], {}).update(body)
    gone = {body["id"] for body in ward.told("discharge")}
    found = {body["id"]: body for body in bodies(back, "patient")}
    assert set(found) == set(told)
    for name, body in told.items():
        if name in gone:
            continue
        come = {"code_status": "", **found[name]}  # one that is not known is not told
        assert come["team"][: len(body["team"])] == body["team"]  # then whoever gave something
        same = body.keys() - {"spo2_scale", "team"}
        assert {key: come[key] for key in same} == {key: body[key] for key in same}


def test_devices_come_back_with_the_periods_at_which_they_are_published(ward: Published, back: Changes) -> None:
    told: dict[str, dict[str, Any]] = {}
    for body in ward.told("device"):
        told.setdefault(body["id"], {}).update(body)
    found = {body["id"]: body for body in bodies(back, "device")}
    for name, body in told.items():
        if body["patient"] is None:
            continue
        same = ("patient", "kind", "model", "firmware")
        assert {key: found[name][key] for key in same} == {key: body[key] for key in same}
        assert set(body["periods"]) <= set(found[name]["periods"])


def values_of(readings: list[Reading]) -> dict[tuple[str, str, int, str], float | str]:
    found: dict[tuple[str, str, int, str], float | str] = {}
    for one in readings:
        for vital, value in one.values.items():
            found[one.patient, one.device, one.observed_at, vital] = rounded(value, VITALS[vital].decimals)
    return found


def test_values_come_back_to_their_precision_at_their_millisecond(ward: Published, back: Changes) -> None:
    told, found = values_of(ward.told("obs")), values_of(back.readings)
    assert len(found) > 5_000
    assert {key: told.get(key) for key in found} == found


def test_what_was_not_measured_comes_back_without_a_value(ward: Published, back: Changes) -> None:
    told = {
        (one.patient, one.device, one.observed_at, vital)
        for one in ward.told("obs")
        for vital in one.flags or {}
        if vital not in one.values
    }
    found = {
        (one.patient, one.device, one.observed_at, vital)
        for one in back.readings
        for vital in one.flags or {}
        if vital not in one.values
    }
    assert found
    assert found <= told


def test_doubt_comes_back(ward: Published, back: Changes) -> None:
    told = {(one.patient, one.observed_at, vital) for one in ward.told("obs")
            for vital, word in (one.flags or {}).items() if vital in one.values}  # fmt: skip
    found = [(one.patient, one.observed_at, vital, word) for one in back.readings
             for vital, word in (one.flags or {}).items() if vital in one.values]  # fmt: skip
    assert {word for *_, word in found} == {"questionable"}
    assert {(patient, at, vital) for patient, at, vital, _ in found} <= told


def test_orders_mean_the_same_doses(ward: Published, back: Changes) -> None:
    zone = zone_of(TZ)
    told = {body["id"]: Order.from_body(body) for body in ward.told("order")}
    found = {body["id"]: Order.from_body(body) for body in bodies(back, "order")}
    assert set(found) == set(told)
    assert {order.schedule.body()["kind"] for order in told.values()} >= {"times", "every", "prn", "infusion"}
    assert {bool(order.timing) for order in told.values()} == {True, False}
    assert len({limit.vital for order in told.values() for limit in order.hold_if}) > 1
    for name, order in told.items():
        came = found[name]
        assert (came.drug.name, came.drug.code, came.drug.form) == (order.drug.name, order.drug.code, order.drug.form)
        assert (came.drug.strength, came.drug.gtin, came.drug.ndc) == (
            order.drug.strength, order.drug.gtin, order.drug.ndc,
        )  # fmt: skip
        assert (came.dose, came.route, came.status, came.home, came.note) == (
            order.dose, order.route, order.status, order.home, order.note,
        )  # fmt: skip
        assert (came.timing, came.hold_if) == (order.timing, order.hold_if)
        if order.schedule.body()["kind"] != "taper":  # its steps have an end, so it comes back with one
            assert came.end == order.end
        slots = [expand(one, zone, NOW - 3 * DAY, NOW + 3 * DAY) for one in (came, order)]
        assert slots[0] == slots[1], name


def test_records_of_doses_come_back(ward: Published, back: Changes) -> None:
    told = {body["id"]: body for body in ward.told("administration") if body["what"] != "effect"}
    found = {body["id"]: body for body in bodies(back, "administration")}
    assert found
    assert set(found) == set(told)
    for name, body in told.items():
        same = ("patient", "order", "due", "status", "what", "at", "by", "witness")
        assert {key: found[name][key] for key in same} == {key: body[key] for key in same}
        if body["dose"] is not None:
            assert found[name]["dose"] == body["dose"]


def test_fills_come_back(ward: Published, back: Changes) -> None:
    told = {(fill, at, days, count) for body in ward.told("dispense") for fill, at, days, count in body["fills"]}
    found = {(body["id"], body["at"], body["days_supply"], body["quantity"]) for body in bodies(back, "dispense")}
    assert found == told


def test_the_servers_scores_come_back(ward: Published, back: Changes) -> None:
    told = [one["valueInteger"] for one in ward.of("Observation") if one["code"].get("text") == "NEWS2"]
    found = [body["total"] for body in bodies(back, "score")]
    assert found
    assert sorted(found) == sorted(told)


@pytest.mark.parametrize(
    "schedule",
    [
        {"kind": "times", "times": ["08:00", "20:30"], "days": ["mon", "thu"]},
        {"kind": "times", "times": ["00:00"]},
        {"kind": "every", "hours": 8, "first": DEFAULT_START + 3 * HOUR},
        {"kind": "every", "hours": 1.5, "first": DEFAULT_START},
        {"kind": "taper", "steps": [
            {"days": 2, "times": ["08:00"], "dose": {"value": 40, "unit": "mg"}},
            {"days": 3, "times": ["08:00", "20:00"], "dose": {"value": 20, "unit": "mg"}},
        ]},
        {"kind": "prn", "min_hours": 6, "max_per_day": 3, "indication": "pain", "recheck_min": 0},
        {"kind": "once", "at": DEFAULT_START + HOUR, "stat": True},
        {"kind": "once", "at": DEFAULT_START + HOUR, "stat": False},
        {"kind": "infusion", "rate": {"value": 10, "unit": "mmol/h"}, "hours": 4},
        {"kind": "infusion", "rate": {"value": 1, "unit": "mg/h"}, "hours": None},
    ],
)  # fmt: skip
@pytest.mark.parametrize("tz", ["UTC", "Europe/Berlin", "Asia/Kathmandu"])
def test_every_kind_of_schedule_comes_back(schedule: dict[str, Any], tz: str) -> None:
    drug = {"code": "X1", "system": "http://www.whocc.no/atc", "name": "Drug"}
    dose = schedule.get("rate") or {"value": 40, "unit": "mg"}
    order = Order.from_body({
        "id": "o1", "patient": "p1", "drug": drug, "route": "oral", "dose": dose, "schedule": schedule,
        "start": DEFAULT_START, "end": None,
    })  # fmt: skip
    refusals = Refusals()
    mapper = Mapper(refusals, tz=tz, test_patients=TAKE)
    mapper.members(["p1"])
    patient = {"resourceType": "Patient", "id": "p1"}
    given = [Given("1", None, patient), Given("2", None, medication_request(order, zone_of(tz)))]
    found = [Order.from_body(body) for body in bodies(mapper.take(given, NOW), "order")]
    assert [one.schedule.body() for one in found] == [order.schedule.body()], refusals.problems
    zone = zone_of(tz)
    assert expand(found[0], zone, DEFAULT_START, NOW + 10 * DAY) == expand(order, zone, DEFAULT_START, NOW + 10 * DAY)


def test_ids_come_back_as_they_were_published(back: Changes) -> None:
    assert all(body["id"].startswith(NAMES.prefix) for body in bodies(back, "patient"))
