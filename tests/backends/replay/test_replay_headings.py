"""Headings say what a column is, and never by guessing."""

from __future__ import annotations

import pytest

from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.backends.replay.headings import read_heading
from iomt_tui.backends.replay.layout import lay_out
from iomt_tui.clinical.vitals import VITALS


@pytest.mark.parametrize(
    ("heading", "meaning", "unit"),
    [
        ("HR (bpm)", "hr", "/min"),
        ("PULSE (bpm)", "pulse", "/min"),
        ("RESP (pm)", "rr", "/min"),
        ("Resp", "rr", None),
        ("SpO2 (%)", "spo2", "%"),
        ("SpO₂ [%]", "spo2", "%"),
        ("NBPSys (mmHg)", "nibp_sys", "mm[Hg]"),
        ("NBPDias (mm[Hg])", "nibp_dia", "mm[Hg]"),
        ("NBPMean (kPa)", "nibp_mean", "kPa"),
        ("ABPSys", "ibp_sys", None),
        ("'ABP SYS'", "ibp_sys", None),
        ("Temp [°F]", "temp", "[degF]"),
        ("Temperature (ºC)", "temp", "Cel"),
        ("temp_c", "temp", "Cel"),
        ("etCO2", "etco2", None),
        ("etCO2 (kPa)", "etco2", "kPa"),
        ("glucose mmol/L", "glucose", "mmol/L"),
        ("Historic Glucose mmol/L", "glucose", "mmol/L"),
        ("glucose_mg_dl", "glucose", "mg/dL"),
        ("weight_kg", "weight", "kg"),
        ("Weight, lbs", "weight", "[lb_av]"),
        ("O2 flow (L/min)", "o2_flow", "L/min"),
        ("FiO2 (%)", "fio2", "%"),
        ("minute", "time", "min"),
        ("Elapsed (s)", "time", "s"),
        ("timestamp", "time", None),
        ("Patient ID", "patient", None),
        ("bed", "bed", None),
        ("HR (mmHg)", "hr", "mm[Hg]"),
        ("mood (bpm)", "", None),
        ("", "", None),
        ("[/foo] \x1b]52;c;aGk=\x07", "", None),
        ("(" * 500, "", None),
    ],
)
def test_heading(heading: str, meaning: str, unit: str | None) -> None:
    found = read_heading(heading)
    assert (found.meaning, found.unit) == (meaning, unit)


def test_every_vital_sign_is_found_by_its_key_and_catalogue_unit() -> None:
    for key, vital in VITALS.items():
        found = read_heading(f"{key} ({vital.unit})")
        assert found.meaning == key
        layout = lay_out(["time", f"{key} ({vital.unit})"], (), {})
        assert [column.key for column in layout.columns] == [key], key


@pytest.mark.parametrize("heading", ["Temp", "ABPSys", "NBPDia", "glucose", "weight", "etCO2", "FiO2", "O2 flow"])
def test_a_unit_that_could_be_two_is_never_guessed(heading: str) -> None:
    layout = lay_out(["time", heading], (), {})
    assert layout.columns == []
    reason, name, words = layout.refused[0]
    assert (reason, name) == ("missing-unit", heading)
    assert f"--map '{heading}=" in words


@pytest.mark.parametrize(("heading", "unit"), [("HR", "/min"), ("Pulse", "/min"), ("RR", "/min"), ("SpO2", "%")])
def test_the_only_unit_may_be_left_out_and_that_is_said(heading: str, unit: str) -> None:
    layout = lay_out(["time", heading], (), {})
    assert layout.columns[0].unit == unit
    assert any(heading in note and unit in note for note in layout.notes)


@pytest.mark.parametrize("heading", ["HR (mmHg)", "Temp (bpm)", "glucose (mg/L)", "SpO2 (°C)", "NBPSys (inHg)"])
def test_a_unit_of_another_kind_refuses_the_column(heading: str) -> None:
    layout = lay_out(["time", heading], (), {})
    assert layout.columns == []
    assert layout.refused[0][0] == "unknown-unit"


def test_the_first_of_two_columns_is_used_unless_the_user_chooses() -> None:
    headings = ["time", "Temp (°C)", "Temperature (°F)"]
    layout = lay_out(headings, (), {})
    assert [(column.index, column.unit) for column in layout.columns] == [(1, "Cel")]
    assert layout.refused[0][:2] == ("second-column", "Temperature (°F)")
    chosen = lay_out(headings, (), {"Temperature (°F)": "temp:°F"})
    assert [(column.index, column.unit) for column in chosen.columns] == [(2, "[degF]")]


def test_map_overrides_headings() -> None:
    mapping = {"when": "time:min", "X1": "nibp_sys:kPa", "HR": "ignore", "who": "patient"}
    layout = lay_out(["when", "X1", "HR", "who"], (), mapping)
    assert (layout.time, layout.time_unit, layout.roles) == (0, "min", {"patient": 3})
    assert [(column.key, column.unit) for column in layout.columns] == [("nibp_sys", "kPa")]


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"nothere": "hr"}, "no column 'nothere'"),
        ({"X": "mood"}, "no vital sign 'mood'"),
        ({"X": "hr:mmHg"}, "not a unit of heart rate"),
        ({"X": "temp:furlong"}, "not a unit of body temperature"),
        ({"time": "time:fortnight"}, "not a unit of time"),
    ],
)
def test_a_map_that_does_not_fit_is_one_clear_error(mapping: dict[str, str], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        lay_out(["time", "X"], (), mapping)
