"""The strict door for numbers (SAFETY H9): poison never becomes a value."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.placing import Placed, place, place_many
from iomt_tui.clinical.vitals import SENTINELS, VITALS

# Six vitals of SAFETY H9, and the rest of the numeric catalogue.
NUMERIC = [key for key in VITALS if key != "acvpu"]
WORDS = {
    "sensor-off", "not-measured", "invalid", "sentinel", "not-finite", "implausible", "unknown-unit",
    "missing-unit", "not-a-number",
}  # fmt: skip
TEXT_POISON = [
    "NaN", "nan", "-nan", "sNaN", "inf", "-inf", "+inf", "Infinity", "-Infinity", "INF", "1e400", "-1e400",
    "1e999999",
    "9" * 5000, "1" + "0" * 400, "0x60", "0b11", "0o17", "1_0_0", "9_7", "98,6", "1,000", "97%", "97 %", "97bpm",
    "<70", ">600", ">=97", "~97", "97-98", "97/60", "9 7", "97.0.0", "..", ".", "-", "+", "--", "---",
    "e5", "1e", "1e+",
    "--97", "+-97", "９７", "٩٧", "९७", "𝟗𝟕", "⑨", "Ⅸ", "九", "½", "97\x00", "\x0097", "97\u200b", "\u202e79",
    "97\ufeff",
    "\u00a097", "null", "None", "undefined", "N/A", "n/a", "NA", "true", "false", "True", "high", "low", "HI", "LO",
    "ERR", "E-3", "error", "off", "probe off", "disconnected", "?", "*", "***", "97;DROP", "97\n98", "[97]", "{}",
    "97)", "#97", "$97", "1/0", "0/0", "∞", "-∞", "1e309", "-1.8e308", "0x1p3", "1d3", "1f", "97L", "97.5.", "97..5",
    "٫5", "1'000", "9.7e", "e", "E", "٩", "〇", "①", "97′", "97″", "º", "97°", "@97", "97!", "x97", "97x",
    "97/min", "POS", "trace", "1e1e1", "𝟙", "_97", "97_", " ", "", "\t\n",
]  # fmt: skip
RAW_POISON: list[Any] = [
    None, True, False, float("nan"), -float("nan"), float("inf"), -float("inf"), 10**400, -(10**400), 1e300, -1e300,
    Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("1e500"), Decimal("-1E+9999"),
    [], [97], (97,), {}, {"value": 97}, {97}, b"97", bytearray(b"97"), object(), complex(97, 0), 97j, range(97), type,
    math.nan, json.loads("NaN"), json.loads("-Infinity"), json.loads("1e400"), len, lambda: 97, memoryview(b"97"),
    -1, -1.5, -97, -37.0, -0.5, -1e-9, 1e6, 1e7, 123456789, 99999999, 2**31, 2**53, 2**63, -(2**63), 10**18,
    *sorted(SENTINELS), 8388607, "8388607", "-999", "-99.9", "-100", "-999.0", Decimal("-99.9"), "8388607.0",
]  # fmt: skip
POISON = [*TEXT_POISON, *RAW_POISON]


def test_there_is_enough_poison() -> None:
    assert len(POISON) >= 200


@pytest.mark.parametrize("key", NUMERIC)
def test_no_poison_is_ever_a_value(key: str) -> None:
    for raw in POISON:
        placed = place(key, raw, VITALS[key].unit)
        assert placed.value is None, (key, raw, placed)
        assert placed.flag in WORDS, (key, raw, placed)


def test_no_poison_is_a_state_of_consciousness() -> None:
    assert [raw for raw in POISON if place("acvpu", raw, "{ACVPU}").value is not None] == []
    assert place("acvpu", 1.5, "{ACVPU}") == Placed(None, "implausible")
    assert place("acvpu", 2, "{ACVPU}") == Placed(2.0, "")


@pytest.mark.parametrize("key", NUMERIC)
def test_no_poison_passes_the_fast_door(key: str) -> None:
    good = {other: sum(VITALS[other].plausible) / 2 for other in ("hr", "temp") if other != key}
    for raw in POISON:
        values, reasons = place_many({**good, key: raw})
        assert values == good
        assert reasons is not None
        assert set(reasons) == {key}
        assert reasons[key] in WORDS


@pytest.mark.parametrize(
    ("key", "raw", "unit", "status", "expected"),
    [
        ("spo2", 97, "%", "valid", (97.0, "")),
        ("spo2", "97.0", "%", "valid", (97.0, "")),
        ("spo2", " 97 ", "%", "valid", (97.0, "")),
        ("spo2", Decimal("96.5"), "%", "questionable", (96.5, "questionable")),
        ("spo2", 97, "%", "calibrating", (97.0, "calibrating")),
        ("spo2", 97, "%", "invalid", (None, "invalid")),
        ("spo2", 97, "%", "not-measured", (None, "not-measured")),
        ("spo2", 97, "%", "not measured", (None, "not-measured")),
        ("spo2", 97, "%", "sensor-off", (None, "sensor-off")),
        ("spo2", 97, "%", "VALID?", (None, "invalid")),
        ("spo2", 0, "%", "valid", (None, "sensor-off")),
        ("spo2", -0.0, "%", "valid", (None, "sensor-off")),
        ("spo2", "0.0", "%", "questionable", (None, "sensor-off")),
        ("hr", 0, "/min", "valid", (None, "sensor-off")),
        ("ibp_sys", 0.0, "mm[Hg]", "valid", (None, "sensor-off")),
        ("spo2", 100, "%", "valid", (100.0, "")),
        ("spo2", 100.5, "%", "valid", (None, "implausible")),
        ("spo2", 0.97, "1", "valid", (97.0, "")),
        ("spo2", 0.97, "%", "valid", (None, "implausible")),
        ("spo2", 97, "1", "valid", (None, "implausible")),
        ("spo2", 127, "%", "valid", (None, "sentinel")),
        ("pulse", 511, "/min", "valid", (None, "sentinel")),
        ("hr", -999, None, "valid", (None, "sentinel")),
        ("hr", 80, None, "valid", (None, "missing-unit")),
        ("hr", 80, "", "valid", (None, "missing-unit")),
        ("hr", 80, "  ", "valid", (None, "missing-unit")),
        ("hr", 80, "Hz", "valid", (None, "unknown-unit")),
        ("temp", "384.5", "Cel", "valid", (None, "implausible")),
        ("temp", 98.6, "Cel", "valid", (None, "implausible")),
        ("temp", 37.0, "[degF]", "valid", (None, "implausible")),
        ("temp", -99.9, "[degF]", "valid", (None, "sentinel")),
        ("glucose", 5.5, "mg/dL", "valid", (None, "implausible")),
        ("glucose", 100, "mmol/L", "valid", (None, "implausible")),
        ("nibp_sys", 16, "mm[Hg]", "valid", (None, "implausible")),
        ("nibp_sys", 120, "kPa", "valid", (None, "implausible")),
        ("o2_flow", 0, "L/min", "valid", (0.0, "")),
        ("fio2", 0.4, "1", "valid", (40.0, "")),
        ("fio2", 0.4, "%", "valid", (None, "implausible")),
        ("steps", 0, "{steps}", "valid", (0.0, "")),
        ("acvpu", "A", None, "valid", (0.0, "")),
        ("acvpu", " voice ", "", "valid", (2.0, "")),
        ("acvpu", "U", None, "questionable", (4.0, "questionable")),
        ("acvpu", "X", None, "valid", (None, "not-a-number")),
        ("acvpu", 1, None, "valid", (None, "missing-unit")),
    ],
)
def test_placed(key: str, raw: object, unit: str | None, status: str, expected: tuple[float | None, str]) -> None:
    assert place(key, raw, unit, status) == expected


@given(st.sampled_from(list(VITALS)), st.one_of(st.floats(), st.integers(), st.text(max_size=20), st.none()))
def test_what_is_placed_is_finite_plausible_and_no_sentinel(key: str, raw: object) -> None:
    placed = place(key, raw, VITALS[key].unit)
    if placed.value is None:
        assert placed.flag in WORDS
        return
    low, high = VITALS[key].plausible
    assert low <= placed.value <= high
    assert math.isfinite(placed.value)
    assert placed.value not in VITALS[key].sentinels


@given(st.dictionaries(st.sampled_from(list(VITALS)), st.floats() | st.sampled_from([0.0, -999.0, 50.0, 97.0])))
def test_the_fast_door_says_what_the_slow_door_says(values: dict[str, float]) -> None:
    slow = {key: place(key, raw, VITALS[key].unit) for key, raw in values.items()}
    sound, reasons = place_many(values)
    assert sound == {key: placed.value for key, placed in slow.items() if placed.value is not None}
    assert (reasons or {}) == {key: placed.flag for key, placed in slow.items() if placed.value is None}


def test_sound_values_are_not_copied() -> None:
    values = {"hr": 80.0, "spo2": 97.0}
    assert place_many(values)[0] is values
    assert place_many(values)[1] is None


def test_an_unknown_vital_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError):
        place("heart", 80, "/min")
    with pytest.raises(KeyError):
        place_many({"heart": 80.0})
