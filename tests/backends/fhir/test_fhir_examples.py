"""A corpus of R4 resources: fhir.resources takes each of them as it is, and the mapper makes of it what it means."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fhir_samples import Json

from iomt_tui.backends.fhir.intake import READ, Given
from iomt_tui.backends.fhir.mapper import Changes, Mapper
from iomt_tui.backends.refusals import Refusals
from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.order import Order

AT = 1_767_323_045_000  # 2026-01-02T03:04:05Z
EXAMPLES = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted((Path(__file__).parent / "examples").iterdir())
}


def read(**more: Any) -> tuple[Changes, Refusals]:
    """The whole corpus at once, in a ward in Berlin."""
    refusals = Refusals()
    mapper = Mapper(refusals, tz="Europe/Berlin", source="test", base="https://fhir.example", **more)
    given = [Given(name, f"https://fhir.example/{r['resourceType']}/{r['id']}", r) for name, r in EXAMPLES.items()]
    return mapper.take(given, AT), refusals


@pytest.fixture(scope="module")
def corpus() -> tuple[Changes, Refusals]:
    return read()


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_reference_implementation_takes_it(name: str) -> None:
    kind = EXAMPLES[name]["resourceType"]
    model = getattr(importlib.import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    assert model.model_validate(EXAMPLES[name]).id == EXAMPLES[name]["id"]


def test_every_type_that_is_read_has_an_example() -> None:
    assert {one["resourceType"] for one in EXAMPLES.values()} == set(READ)


def bodies(changes: Changes, kind: str) -> dict[str, Json]:
    return {str(body.get("id") or body.get("at")): body for own, body in changes.events if own == kind}


def test_the_patient(corpus: tuple[Changes, Refusals]) -> None:
    assert bodies(corpus[0], "patient")["example"] == {
        "id": "example", "bed": "07", "family": "Chalmers", "given": "Peter James", "sex": "M", "born": "1974-12-25",
        "home": False, "mrn": "12345", "problem": "Community-acquired pneumonia", "spo2_scale": 1,
        "allergies": ["Penicillin G"], "conditions": ["COPD"], "flags": ["Fall risk"],
        "team": ["Adeyemi O, MD (attending physician)", "Eze C, RN (nurse)"],
    }  # fmt: skip


def test_the_device_has_the_period_of_its_metric(corpus: tuple[Changes, Refusals]) -> None:
    device = bodies(corpus[0], "device")["device-monitor"]
    assert (device["patient"], device["model"], device["periods"]) == (
        "example", "Acme Devices, Inc Bedside 45", {"spo2": 2.0},
    )  # fmt: skip


def test_the_readings(corpus: tuple[Changes, Refusals]) -> None:
    monitor, unnamed = "device-monitor", "fhir:example"
    expected = [
        (unnamed, AT - 97_445_000, ("weight",), None),  # "2026-01" begins with the month
        (unnamed, AT - 3_600_000, ("nibp_sys",), {"nibp_dia": "not-measured"}),
        (unnamed, AT - 3_600_000, ("glucose",), None),
        (unnamed, AT, ("nibp_dia", "nibp_sys"), None),
        (unnamed, AT, (), {"hr": "not-measured"}),
        (monitor, AT, ("hr",), None),
        (monitor, AT, ("spo2",), None),
        (monitor, AT, ("temp",), {"temp": "questionable"}),
        (unnamed, AT, ("o2_flow",), None),
        *((unnamed, AT + s * 1_000, (), {"hr": "invalid"}) if s == 2 else (unnamed, AT + s * 1_000, ("hr",), None)
          for s in range(4)),
    ]  # fmt: skip
    found = [(r.device, r.observed_at, tuple(sorted(r.values)), r.flags) for r in corpus[0].readings]
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    assert [r.observed_at for r in corpus[0].readings] == sorted(r.observed_at for r in corpus[0].readings)


SCHEDULES: dict[str, Json] = {
    "three-daily": {"kind": "every", "hours": 8.0, "first": 1_767_337_200_000},
    "times": {"kind": "times", "times": ["08:00", "20:00"]},
    "weekly": {"kind": "times", "times": ["09:00"], "days": ["mon"]},
    "code": {"kind": "times", "times": ["08:00", "20:00"]},
    "as-needed": {"kind": "prn", "min_hours": 4.0, "max_per_day": 4, "indication": "Pain", "recheck_min": 0.0},
    "infusion": {"kind": "infusion", "rate": {"value": 100.0, "unit": "mL/h"}, "hours": 10.0},
    "taper": {"kind": "taper", "steps": [
        {"days": 3, "times": ["08:00"], "dose": {"value": 40.0, "unit": "mg"}},
        {"days": 5, "times": ["08:00"], "dose": {"value": 20.0, "unit": "mg"}},
    ]},
    "stat": {"kind": "once", "at": 1_767_295_800_000, "stat": True},
    "once": {"kind": "once", "at": 1_767_348_000_000, "stat": False},
    "contained": {"kind": "times", "times": ["22:00"]},
    "on-hold": {"kind": "every", "hours": 24.0, "first": 1_767_295_800_000},
    "reference": {"kind": "times", "times": ["08:00"]},
}  # fmt: skip


def test_the_orders(corpus: tuple[Changes, Refusals]) -> None:
    orders = bodies(corpus[0], "order")
    prefix = "medicationrequest-"
    assert {name.removeprefix(prefix): body["schedule"] for name, body in orders.items()} == SCHEDULES
    assert all(Order.from_body(body).body() == body for body in orders.values())
    assert [name for name, body in orders.items() if body["home"]] == [prefix + "contained"]
    assert orders[prefix + "contained"]["drug"]["strength"] == {"value": 20.0, "unit": "mg"}
    assert orders[prefix + "on-hold"]["holds"][0]["reason"] == "Scheduled for surgery"
    assert orders[prefix + "reference"]["drug"]["code"] == "860975"


def test_the_records(corpus: tuple[Changes, Refusals]) -> None:
    records = bodies(corpus[0], "administration")
    told = {name: (body["what"], body["due"], body["by"]) for name, body in records.items()}
    prefix, by = "medicationadministration-", "Eze C, RN"
    assert told == {
        prefix + "given": ("given", 1_767_337_200_000, by),
        prefix + "refused": ("refused", 1_767_380_400_000, by),
        prefix + "error#error": ("error", 1_767_337_200_000, by),
        prefix + "infusion": ("given", 1_767_315_600_000, by),
    }
    assert records[prefix + "error#error"]["replaces"] == prefix + "error"
    assert all(Administration.from_body(body, AT) for body in records.values())


def test_what_else_is_told(corpus: tuple[Changes, Refusals]) -> None:
    changes, _ = corpus
    (intake,) = bodies(changes, "intake").values()
    assert (intake["order"], intake["source"]) == ("medicationrequest-contained", "reported")
    (fill,) = bodies(changes, "dispense").values()
    assert (fill["days_supply"], fill["quantity"]) == (30, 30.0)
    (note,) = bodies(changes, "note").values()
    assert (note["text"], note["by"], note["from"]) == ("Family informed, will visit at 10.", "Eze C, RN", "test")
    (score,) = bodies(changes, "score").values()
    assert score == {"patient": "example", "score": "news2", "total": 7, "at": AT, "by": "Eze C, RN"}
    assert changes.remote == [
        {"patient": "example", "param": "spo2", "kind": "low", "onset": AT, "prio": 1, "by": "Musa A, RN",
         "at": AT + 55_000, "id": "Task/task-acknowledgement/1", "op": ""}
    ]  # fmt: skip


def test_what_is_refused_and_why(corpus: tuple[Changes, Refusals]) -> None:
    changes, refusals = corpus
    assert refusals.counts == Counter(
        {
            ("test-patient", "Patient"): 1, ("cancelled", "85354-9"): 1,
            ("entered-in-error", "9279-1 Respiratory rate"): 1, ("unknown-code", "131329 MDC_ECG_ELEC_POTL_I"): 1,
            ("not-used", "Observation laboratory"): 1, ("not-used", "Observation NEWS2 points"): 1,
            ("not-used", "MedicationStatement"): 1, ("not-used", "Task"): 1,
        }
    )  # fmt: skip
    told = [(body["patient"], body["reason"], body["what"]) for kind, body in changes.events if kind == "refused"]
    field = "dosageInstruction.timing.repeat.periodMax: a range is not a time at which a dose is due"
    assert told == [
        ("patient-replaced", "replaced", "the server has replaced this record by Patient/example; look there as well"),
        ("example", "order-not-shown", field),
    ]
    assert any("HTEST" in problem for problem in refusals.problems)


def test_test_patients_may_be_taken() -> None:
    changes, refusals = read(test_patients="take")
    assert "patient-test" in bodies(changes, "patient")
    assert ("test-patient", "Patient") not in refusals.counts
