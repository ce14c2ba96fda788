"""Units (SAFETY H10): converted to half a percent or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.placing import place
from iomt_tui.clinical.units import choices, convert, display, line
from iomt_tui.clinical.vitals import VITALS

# What a reference table says, not what the program computes: (vital, number, unit, catalogue value).
PAIRS = [
    ("glucose", 5.5, "mmol/L", 99.09), ("glucose", 10.0, "mmol/l", 180.16), ("glucose", 100, "mg/dL", 100),
    ("glucose", 1.0, "g/L", 100), ("glucose", 5.5, "266866", 99.09), ("glucose", 99, "264274", 99),
    ("temp", 98.6, "[degF]", 37.0), ("temp", 100.4, "°F", 38.0), ("temp", 37.0, "Cel", 37.0), ("temp", 37, "°C", 37),
    ("temp", 310.15, "K", 37.0), ("temp", 98.6, "266560", 37.0), ("temp", 37.0, "268192", 37.0),
    ("nibp_sys", 16.0, "kPa", 120.0), ("nibp_sys", 120, "mm[Hg]", 120), ("nibp_sys", 120, "mmHg", 120),
    ("nibp_dia", 10.67, "265987", 80.0), ("ibp_mean", 12.4, "kPa", 93.0), ("etco2", 5.0, "kPa", 37.5),
    ("etco2", 38, "266016", 38), ("weight", 154.3, "[lb_av]", 70.0), ("weight", 70000, "g", 70.0),
    ("weight", 70, "kg", 70), ("weight", 154.3, "263904", 70.0), ("weight", 70, "263875", 70),
    ("hr", 80, "/min", 80), ("hr", 80, "{beats}/min", 80), ("hr", 80, "{Beats}/min", 80), ("hr", 80, "bpm", 80),
    ("hr", 80, "264864", 80), ("hr", 80, "MDC_DIM_BEAT_PER_MIN", 80), ("rr", 16, "264928", 16),
    ("rr", 16, "{breaths}/min", 16), ("spo2", 97, "%", 97), ("spo2", 0.97, "1", 97), ("spo2", 97, "262688", 97),
    ("spo2", 97, "%{O2}", 97), ("fio2", 0.4, "1", 40), ("fio2", 40, "%", 40), ("o2_flow", 2, "L/min", 2),
    ("o2_flow", 2000, "mL/min", 2), ("pi", 1.4, "%", 1.4), ("steps", 4000, "{steps}", 4000), ("steps", 40, "1", 40),
    ("hr", 80, "264864^MDC_DIM_BEAT_PER_MIN^MDC", 80), ("temp", 98.6, "268224^MDC_DIM_FAHR^MDC", 37.0),
]  # fmt: skip


@pytest.mark.parametrize(("key", "number", "unit", "expected"), PAIRS)
def test_converts_to_half_a_percent(key: str, number: float, unit: str, expected: float) -> None:
    assert convert(key, number, unit) == pytest.approx(expected, rel=0.005)


EVERY = sorted({unit for _, _, unit, _ in PAIRS} | {vital.unit for vital in VITALS.values()})
FOREIGN = [
    "mmol", "mg", "mg/L", "mmol/mol", "ug/dL", "umol/L", "Hz", "/s", "/h", "1/h", "cm[H2O]", "Pa", "[psi]",
    "bar", "atm",
    "m", "cm", "mL", "L", "L/h", "[oz_av]", "st", "kg/m2", "%{", "}%", "{score}", "{ScoreOf}", "{}",
    "1{x}", "???", "°",
    "mm", "Hg", "degK", "rad", "mV", "MDC_DIM_BEAT", "264865", "0", "-1", "262688^MDC_DIM_MMHG^MDC", "^", "^^", "%%",
    "x" * 500, "\x00", "％", "mm\u200b[Hg]",
]  # fmt: skip


@pytest.mark.parametrize("key", ["glucose", "temp", "nibp_sys", "weight", "spo2", "hr"])
def test_every_other_unit_is_refused(key: str) -> None:
    own = {unit for vital, _, unit, _ in PAIRS if VITALS[vital].unit == VITALS[key].unit} | {VITALS[key].unit}
    refused = [unit for unit in [*EVERY, *FOREIGN] if line(key, unit) is None]
    assert set(FOREIGN) <= set(refused)
    assert set(EVERY) - own <= set(refused) | {"1"}
    assert {place(key, 80, unit).flag for unit in refused} == {"unknown-unit"}


@pytest.mark.parametrize("key", list(VITALS))
def test_a_missing_unit_is_refused(key: str) -> None:
    middle = round(sum(VITALS[key].plausible) / 2)
    assert place(key, middle, None).flag == place(key, middle, "").flag == "missing-unit"
    assert place(key, middle, VITALS[key].unit).value == middle


def test_a_coded_unit_that_contradicts_itself_is_refused() -> None:
    assert line("temp", "268192^MDC_DIM_DEGC^MDC") == (1.0, 0.0)
    assert line("temp", "268192^MDC_DIM_FAHR^MDC") is None
    assert line("glucose", "264274^MDC_DIM_MILLI_MOLE_PER_L^MDC") is None


@pytest.mark.parametrize(
    ("key", "value", "units", "expected"),
    [
        ("hr", 79.5, {}, ("80", "/min")),
        ("rr", 20.5, {}, ("21", "/min")),
        ("temp", 38.05, {}, ("38.1", "°C")),
        ("temp", 37.0, {"temp": "[degF]"}, ("98.6", "°F")),
        ("glucose", 99.09, {}, ("99", "mg/dL")),
        ("glucose", 99.09, {"glucose": "mmol/L"}, ("5.5", "mmol/L")),
        ("weight", 70.0, {"weight": "[lb_av]"}, ("154.3", "lb")),
        ("nibp_sys", 120.0, {"nibp_sys": "kPa"}, ("16.0", "kPa")),
        ("nibp_sys", 120.0, {"nibp_dia": "kPa"}, ("120", "mmHg")),
        ("etco2", 38.0, {}, ("38", "mmHg")),
        ("o2_flow", 2.0, {}, ("2.0", "L/min")),
        ("spo2", 91.5, {"spo2": "furlong"}, ("92", "%")),
        ("temp", 37.0, {"temp": "furlong"}, ("37.0", "°C")),
        ("steps", 4012.0, {}, ("4012", "steps")),
        ("acvpu", 2.0, {}, ("V", "")),
    ],
)
def test_display(key: str, value: float, units: dict[str, str], expected: tuple[str, str]) -> None:
    assert display(key, value, units) == expected


def test_choices_begin_with_the_catalogues_unit_and_are_understood() -> None:
    for key, vital in VITALS.items():
        offered = choices(key)
        assert offered[0] == vital.unit
        assert all(line(key, unit) is not None for unit in offered)


@given(st.sampled_from([(k, u) for k in VITALS if k != "acvpu" for u in choices(k)]), st.floats(0, 1))
def test_what_is_displayed_reads_back_as_the_value(choice: tuple[str, str], share: float) -> None:
    key, unit = choice
    low, high = VITALS[key].plausible
    value = low + share * (high - low)
    text, _ = display(key, value, {key: unit})
    scale = line(key, unit)
    assert scale is not None
    step = abs(scale[0]) * (0.1 if "." in text else 1)
    assert float(text) * scale[0] + scale[1] == pytest.approx(value, abs=step * 0.51)
