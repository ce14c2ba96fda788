"""Observations become readings, or are refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_samples import AT, LOINC, MDC, SNOMED, UCUM, concept, mapped, observation, quantity

from iomt_tui.clinical.vitals import VITALS


def values(*resources: object) -> list[dict[str, float]]:
    return [reading.values for reading in mapped(*resources)[0].readings]


def flags(*resources: object) -> list[dict[str, str] | None]:
    return [reading.flags for reading in mapped(*resources)[0].readings]


def test_one_vital_sign() -> None:
    found, refusals = mapped(observation())
    (reading,) = found.readings
    assert (reading.patient, reading.observed_at, reading.values, reading.flags) == ("p1", AT, {"hr": 80.0}, None)
    assert reading.device in {body["id"] for body in found.devices}
    assert refusals.counts == {}


@pytest.mark.parametrize("key", sorted(key for key, vital in VITALS.items() if vital.loinc and key != "acvpu"))
def test_every_loinc_code_in_the_catalogue(key: str) -> None:
    vital = VITALS[key]
    inside = (vital.plausible[0] + vital.plausible[1]) / 2
    for code in vital.loinc:
        assert values(observation(code, valueQuantity=quantity(inside, vital.unit))) == [{key: inside}]


@pytest.mark.parametrize("panel", ["85354-9", "55284-4"])
def test_blood_pressure_panels_old_and_new(panel: str) -> None:
    parts = [
        {"code": concept(code), "valueQuantity": quantity(value, "mm[Hg]")}
        for code, value in (("8480-6", 120), ("8462-4", 80), ("8478-0", 93))
    ]
    expected = {"nibp_sys": 120.0, "nibp_dia": 80.0, "nibp_mean": 93.0}
    assert values(observation(panel, component=parts)) == [expected]


def test_a_part_that_was_not_measured_is_neither_blank_nor_zero() -> None:
    parts = [
        {"code": concept("8480-6"), "valueQuantity": quantity(120, "mm[Hg]")},
        {"code": concept("8462-4"), "dataAbsentReason": concept("not-performed", "x")},
    ]
    found, _ = mapped(observation("85354-9", component=parts))
    assert (found.readings[0].values, found.readings[0].flags) == ({"nibp_sys": 120.0}, {"nibp_dia": "not-measured"})
    empty = observation("85354-9", dataAbsentReason=concept("unknown", "x"))
    assert flags(empty) == [{"nibp_sys": "not-measured", "nibp_dia": "not-measured"}]
    assert flags(observation(component=[])) == [{"hr": "not-measured"}]


@pytest.mark.parametrize(
    ("reason", "flag"),
    [("unknown", "not-measured"), ("not-performed", "not-measured"), ("error", "invalid"), ("made-up", "not-measured"),
     ("not-a-number", "not-finite"), ("negative-infinity", "not-finite"), ("as-text", "not-a-number")],
)  # fmt: skip
def test_absent_reasons(reason: str, flag: str) -> None:
    assert flags(observation(dataAbsentReason=concept(reason, "x"))) == [{"hr": flag}]


def test_a_value_with_a_reason_for_its_absence_is_no_value() -> None:
    both = observation(valueQuantity=quantity(80), dataAbsentReason=concept("unknown", "x"))
    assert (values(both), flags(both)) == ([{}], [{"hr": "invalid"}])


@pytest.mark.parametrize("status", ["final", "amended", "corrected", "preliminary"])
def test_statuses_that_count(status: str) -> None:
    assert flags(observation(status=status)) == [None]


def test_statuses_that_do_not_count() -> None:
    assert flags(observation(status="unknown")) == [{"hr": "questionable"}]
    for status in ("entered-in-error", "cancelled"):
        found, refusals = mapped(observation(status=status))
        assert found.readings == []
        assert list(refusals.counts) == [(status, "8867-4")]


def test_a_value_beyond_the_range_of_its_device_is_questionable() -> None:
    low = observation("2339-0", valueQuantity=quantity(40, "mg/dL", comparator="<"))
    assert (values(low), flags(low)) == ([{"glucose": 40.0}], [{"glucose": "questionable"}])


@pytest.mark.parametrize(
    ("code", "given", "unit", "key", "value"),
    [
        ("8310-5", 100.4, "[degF]", "temp", 38.0),
        ("2339-0", 5.5, "mmol/L", "glucose", 99.09),
        ("29463-7", 176.37, "[lb_av]", "weight", 80.0),
        ("8480-6", 16.0, "kPa", "nibp_sys", 120.01),
        ("8867-4", 80, "{beats}/min", "hr", 80.0),
    ],
)
def test_units_are_converted(code: str, given: float, unit: str, key: str, value: float) -> None:
    (found,) = values(observation(code, valueQuantity=quantity(given, unit)))
    assert found == {key: pytest.approx(value, rel=1e-3)}


@pytest.mark.parametrize(
    ("wrong", "flag"),
    [
        (quantity(80, "mm[Hg]"), "unknown-unit"),
        (quantity(80, None, unit="/min"), "missing-unit"),
        (quantity(80) | {"system": "http://example.org/units"}, "unknown-unit"),
        ({"value": 80, "unit": "beats/minute"}, "missing-unit"),
    ],
)
def test_a_unit_is_never_guessed(wrong: dict[str, Any], flag: str) -> None:
    assert flags(observation(valueQuantity=wrong)) == [{"hr": flag}]


POISON: list[object] = [
    float("nan"), float("inf"), float("-inf"), 1e308 * 10, -999, 8388607, 10**400, True, "NaN", "1e999", "[/foo]",
    "\x1b]52;c;aGk=\x07", [80], {"value": 80}, -1, 1e300, "9" * 5000, "٨٠",
]  # fmt: skip


@pytest.mark.parametrize("poison", POISON, ids=range(len(POISON)))
@pytest.mark.parametrize("code", ["8867-4", "2708-6", "9279-1", "8310-5", "2339-0", "8480-6"])
def test_poison_never_becomes_a_value(poison: object, code: str) -> None:
    unit = {"8310-5": "Cel", "2339-0": "mg/dL", "8480-6": "mm[Hg]", "2708-6": "%"}.get(code, "/min")
    found, refusals = mapped(observation(code, valueQuantity=quantity(poison, unit)))
    (reading,) = found.readings
    assert reading.values == {}
    assert reading.flags is not None
    assert all(problem.isprintable() for problem in refusals.problems)


def test_zero_oxygen_saturation_is_a_sensor_that_is_off() -> None:
    assert flags(observation("2708-6", valueQuantity=quantity(0, "%"))) == [{"spo2": "sensor-off"}]


def codings(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code} for system, code in pairs]}


def test_the_more_exact_code_wins_and_contradictions_are_refused() -> None:
    pressure = quantity(120, "mm[Hg]")
    invasive = observation(codings((LOINC, "8480-6"), (MDC, "150033")), valueQuantity=pressure)
    assert values(invasive) == [{"ibp_sys": 120.0}]
    assert values(observation(codings((LOINC, "8867-4"), (MDC, "149530")))) == [{"pulse": 80.0}]
    assert values(observation(codings((LOINC, "2708-6"), (LOINC, "59408-5")), valueQuantity=quantity(97, "%"))) == [
        {"spo2": 97.0}
    ]
    found, refusals = mapped(observation(codings((LOINC, "2708-6"), (MDC, "147842"))))
    assert found.readings == []
    assert [reason for reason, _ in refusals.counts] == ["conflicting-codes"]


def test_what_is_no_vital_sign_is_listed() -> None:
    found, refusals = mapped(observation(concept("8302-2", display="Body Height") | {"text": "Body Height"}))
    assert found.readings == []
    assert refusals.counts == {("unknown-code", "8302-2 Body Height"): 1}
    assert refusals.problems == ["test: entry 0 (Observation/no id): unknown-code: 8302-2 Body Height"]


@pytest.mark.parametrize(
    ("system", "code", "value"),
    [(SNOMED, "248234008", 0.0), (SNOMED, "130987000", 1.0), (LOINC, "LA17108-4", 2.0), (SNOMED, "450847001", 3.0),
     (LOINC, "LA9343-0", 4.0)],
)  # fmt: skip
def test_consciousness(system: str, code: str, value: float) -> None:
    assert values(observation("67775-7", valueCodeableConcept=concept(code, system))) == [{"acvpu": value}]


def test_an_unknown_answer_is_no_value() -> None:
    found, refusals = mapped(observation("67775-7", valueCodeableConcept=concept("LA0-0")))
    assert (found.readings[0].values, found.readings[0].flags) == ({}, {"acvpu": "not-a-number"})
    assert ("unknown-code", "acvpu: LA0-0") in refusals.counts
    # an answer of the consciousness scale is no heart rate
    assert values(observation("8867-4", valueCodeableConcept=concept("248234008", SNOMED))) == [{}]


def test_oxygen_beside_saturation() -> None:
    parts = [{"code": concept("3151-8"), "valueCodeableConcept": concept("722742002", SNOMED)}]
    both = observation("2708-6", valueQuantity=quantity(97, "%"), component=parts)
    assert values(both) == [{"spo2": 97.0, "o2_flow": 0.0}]


def test_the_same_vital_sign_twice_in_one_observation() -> None:
    parts = [{"code": concept("8867-4"), "valueQuantity": quantity(rate)} for rate in (90, 95)]
    found, refusals = mapped(observation("85353-1", component=parts))
    assert found.readings[0].values == {"hr": 90.0}
    assert refusals.counts == {("second-value", "hr"): 1}


def sampled(data: str, period: object = 1000, **more: object) -> dict[str, Any]:
    return {"origin": quantity(0), "period": period, "dimensions": 1, "data": data} | more


def test_sampled_data_becomes_several_readings() -> None:
    data = sampled("60 61 E 62 U nan", origin=quantity(10), factor=0.5)
    readings = mapped(observation(valueSampledData=data))[0].readings
    assert [one.observed_at - AT for one in readings] == [0, 1000, 2000, 3000, 4000, 5000]
    assert [one.values for one in readings] == [{"hr": 40.0}, {"hr": 40.5}, {}, {"hr": 41.0}, {}, {}]
    assert [one.flags for one in readings if one.flags] == [{"hr": "invalid"}] * 2 + [{"hr": "not-finite"}]


@pytest.mark.parametrize(
    "data",
    [sampled("1 2", 0), sampled("1 2", -5), sampled("1 2", float("nan")), sampled("1 2", None), sampled("1 2", "1"),
     sampled("1 2", dimensions=2), sampled("1 2", factor=True), sampled("1 2", origin=quantity(None))],
)  # fmt: skip
def test_samples_without_a_row_in_time_are_refused(data: dict[str, Any]) -> None:
    found, refusals = mapped(observation(valueSampledData=data))
    assert found.readings == []
    assert refusals.counts == {("bad-samples", "hr"): 1}


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-02T03:04:05Z", AT),
        ("2026-01-02T03:04:05.123456789+00:00", AT + 123),
        ("2026-01-01T22:04:05-05:00", AT),
        ("2026-01-02T03:04:60Z", AT + 54_000),
        ("2026-01-02", AT - 11_045_000),
        ("2026-01", AT - 11_045_000 - 86_400_000),
        ("2026", AT - 11_045_000 - 86_400_000),
    ],
)
def test_times_partial_ones_at_their_beginning(text: str, at: int) -> None:
    found, _ = mapped(observation(effectiveDateTime=text))
    assert found.readings[0].observed_at == at
    assert found.dated_only == (len(text) <= 10)


def test_instants_and_periods() -> None:
    span = {"start": "2026-01-02T03:04:05Z", "end": "2026-01-02T03:05:05Z"}
    instant = observation(effectiveDateTime=None, effectiveInstant="2026-01-02T03:04:05Z")
    whole = observation(effectiveDateTime=None, effectivePeriod=span)
    begun = observation(effectiveDateTime=None, effectivePeriod={"start": span["start"]})
    row = observation(effectiveDateTime=None, effectivePeriod=span, valueSampledData=sampled("60 61"))
    readings = mapped(instant, whole, begun, row)[0].readings
    assert [one.observed_at - AT for one in readings] == [0, 60_000, 0, 0, 1000]


@pytest.mark.parametrize(
    "text",
    ["2026-01-02T03:04:05", "2026-01-02T03:04Z", "2026-13", "2026-02-30", "2026-01-02T25:00:00Z", "yesterday", "", "26",
     "0001-01-01", "9999-12-31T23:59:59Z", "2026-01-02T03:04:05+99:00", "٢٠٢٦", "2026-01-02T03:04:05Z\n"],
)  # fmt: skip
def test_a_time_that_is_none_costs_its_observation(text: str) -> None:
    found, refusals = mapped(observation(effectiveDateTime=text), observation())
    assert len(found.readings) == 1
    assert refusals.counts == {("bad-time", "Observation"): 1}
    assert "entry 0" in refusals.problems[0]


def test_issued_is_no_time_of_measurement() -> None:
    found, refusals = mapped(observation(effectiveDateTime=None, issued="2026-01-02T03:04:05Z"))
    assert found.readings == []
    assert refusals.problems == ["test: entry 0 (Observation/no id): no effective time"]


def test_unknown_fields_cost_nothing() -> None:
    odd = observation(extension=[{"url": "x", "valueBase64Binary": "AAAA"}], interpretation=[concept("H")], _status={})
    assert values(odd) == [{"hr": 80.0}]
    assert UCUM in str(odd)
