from __future__ import annotations

from itertools import pairwise

import pytest

from iomt_tui.tui.board.cells import CELLS
from iomt_tui.tui.board.columns import _TIERS, _word, layout
from iomt_tui.tui.board.heading import heading_runs
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.state import Manner

WIDTHS = range(1, 321)
CORE = ("gutter", "severity", "bed", "patient", "news2", "hr", "hr_spark", "spo2", "spo2_spark", "rr", "bp", "bp_age")
TEXTS = {"doses", "devices", "alarm", "concern", "problem", "data", "battery"}


@pytest.mark.parametrize("tier", _TIERS, ids=lambda tier: str(tier.least))
def test_a_design_fits_the_least_width_it_is_for(tier: tuple[int, str]) -> None:
    assert sum(size for _, size in map(_word, tier[1].split())) <= max(tier[0], 8)


def test_columns_stand_side_by_side_inside_the_width() -> None:
    for width in WIDTHS:
        columns = layout(width).columns
        for column, following in pairwise(columns):
            assert column.end <= following.start, width
        assert not columns or columns[-1].end <= width
        assert all(column.width > 0 and column.key in CELLS for column in columns), width


def test_every_width_says_who_and_how_bad() -> None:
    for width in range(20, 321):
        keys = set(layout(width).keys)
        assert {"severity", "bed"} <= keys, width
        assert "worst" in keys if width < 40 else {"hr", "spo2", "patient"} <= keys, width


def test_texts_stand_right_of_all_numbers() -> None:
    for width in range(80, 321):
        keys = layout(width).keys
        first_text = next((place for place, key in enumerate(keys) if key in TEXTS), len(keys))
        assert set(keys[first_text:]) <= TEXTS, width


@pytest.mark.parametrize(
    ("width", "more"),
    [
        (80, ("temp", "glucose")),
        (120, ("temp", "glucose", "data", "battery", "concern")),
    ],
)
def test_the_usual_widths_are_designed(width: int, more: tuple[str, ...]) -> None:
    assert layout(width).keys == (*CORE, *more)


def test_200_columns_add_courses_and_words() -> None:
    wide = {"rr_spark", "bp_spark", "map", "weight", "devices", "alarm", "problem", "id", "word"}
    assert wide <= set(layout(200).keys)


def test_sparklines_have_twelve_cells_from_120_columns_on() -> None:
    for width in range(120, 321):
        column = layout(width).column("spo2_spark")
        assert column is not None and column.width >= 12


@pytest.mark.parametrize("units", [{}, {"temp": "[degF]", "glucose": "mmol/L"}], ids=["metric", "other"])
def test_headings_fill_the_line_and_name_their_units(units: dict[str, str]) -> None:
    manner = Manner(Measures(units))
    for width in WIDTHS:
        ((text, _),) = heading_runs(layout(width), manner)
        assert len(text) == width
        words = text.replace("mmol/L", "mmol").split()
        for key, unit in (("temp", "°F" if units else "°C"), ("glucose", "mmol" if units else "mg/dL")):
            if layout(width).column(key) is not None:
                assert unit in words, text
