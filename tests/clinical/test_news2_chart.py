"""The rows of the printed chart: every value stands in one of them, and gets that row's points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.news2 import INPUTS, band_bounds
from iomt_tui.clinical.news2_chart import FILLS, chart_bands

RANGES = {"rr": (1, 60), "spo2": (50, 100), "o2": (0, 1), "sbp": (40, 260), "pulse": (20, 220), "acvpu": (0, 4),
          "temp": (30, 43)}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("rr", "≥25:3 21-24:2 12-20:0 9-11:1 ≤8:3"), ("spo2", "≥96:0 94-95:1 92-93:2 ≤91:3"),
        ("sbp", "≥220:3 111-219:0 101-110:1 91-100:2 ≤90:3"),
        ("pulse", "≥131:3 111-130:2 91-110:1 51-90:0 41-50:1 ≤40:3"),
        ("temp", "≥39.1:2 38.1-39.0:1 36.1-38.0:0 35.1-36.0:1 ≤35.0:3"), ("o2", "oxygen:2 air:0"),
        ("acvpu", "C V P U:3 alert:0"),
    ],
)  # fmt: skip
def test_the_rows_are_those_of_the_chart(name: str, rows: str) -> None:
    assert " ".join(f"{band.words}:{band.points}" for band in chart_bands(name)) == rows


def test_scale_two_has_rows_for_oxygen_and_one_for_air() -> None:
    found = [(band.words, band.points) for band in chart_bands("spo2", 2)]
    assert found == [
        ("≥97 on O2", 3), ("95-96 on O2", 2), ("93-94 on O2", 1), ("≥93 on air", 0), ("88-92", 0), ("86-87", 1),
        ("84-85", 2), ("≤83", 3),
    ]  # fmt: skip


@given(st.sampled_from(INPUTS), st.floats(0, 1), st.sampled_from([1, 2]), st.booleans())
def test_a_value_stands_in_one_row_with_its_points(name: str, part: float, scale: int, oxygen: bool) -> None:
    low, high = RANGES[name]
    value = float(round(low + part * (high - low), 2)) if name not in ("o2", "acvpu") else float(round(part * high))
    rows = [band for band in chart_bands(name, scale) if band.holds(value, oxygen)]
    assert [band.points for band in rows] == [band_bounds(name, value, scale, oxygen)[0]]


def test_every_number_of_points_has_a_colour_of_its_own() -> None:
    assert set(FILLS) == {1, 2, 3} and len(set(FILLS.values())) == 3
