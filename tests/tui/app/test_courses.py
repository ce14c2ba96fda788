"""Courses beside numbers: exactly the window that is said, gaps as gaps, and never in the place of limits or ages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown_ward import MINUTE, NOW, WrittenFeed, write_ward

from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.board.glyphs import ASCII, BLOCK, BRAILLE, Glyphs
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.spark import Points
from iomt_tui.tui.theme_variables import VARIABLES
from iomt_tui.tui.theming import load_themes
from iomt_tui.tui.widgets.courses import Courses, ink, stretches
from iomt_tui.tui.widgets.vital_courses import now_lines
from iomt_tui.tui.widgets.vital_lines import vitals_said
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.series import LEVELS
from iomt_tui.ward.view import PatientView, VitalView

WINDOWS = [MINUTE * minutes for minutes in (10, 30, 60, 240, 720, 1440)]


@given(st.sampled_from(WINDOWS), st.integers(1, 80))
def test_a_course_is_as_long_as_its_heading_says(window: int, most: int) -> None:
    width, count = stretches(window, most)
    assert 1 <= count <= most
    assert (count - 1) * width < window <= count * width
    assert width % LEVELS[0][0] == 0


@given(st.sampled_from(WINDOWS), st.integers(1, 80))
def test_it_is_read_from_what_reaches_back_so_far(window: int, most: int) -> None:
    width, _ = stretches(window, most)
    assert any(width % ms == 0 and ms * kept >= window for ms, kept in LEVELS)


def courses(points: Points, glyphs: Glyphs = BLOCK) -> Courses:
    return Courses(lambda key, width, count: points[-count:], 10 * MINUTE, glyphs, ink(VARIABLES))


def ward() -> Ward:
    found = Ward()
    found.apply(write_ward(WrittenFeed()).entries)
    return found


def spo2(**more: object) -> VitalView:
    return ward().view("p0", NOW).vitals["spo2"]._replace(**more)  # type: ignore[arg-type]


def test_gaps_stay_gaps_and_a_breach_looks_like_one() -> None:
    fine, dip = (96.0, 97.0, 96.0), (84.0, 90.0, 88.0)
    line = courses((fine, None, dip, fine) * 5).of(spo2(), 20, 20)
    assert line.plain == "▇ ▂▇" * 5
    lit = {line.plain[span.start : span.end] for span in line.spans if "$spark-breach" in str(span.style)}
    assert lit == {"▂"}


def test_where_room_is_short_the_oldest_part_is_left_out() -> None:
    points = tuple((float(n), float(n), float(n)) for n in range(81, 101))
    whole, part = (courses(points, glyphs).of(spo2(low=None), 20, 8) for glyphs in (BLOCK, ASCII))
    assert whole.plain == "".join(courses(points).of(spo2(low=None), 20, 20).plain[-8:])
    assert len(part.plain) == 8 and part.plain.isascii()
    assert courses(points).of(spo2(), 20, 0).plain == ""
    assert courses((None,) * 20).of(spo2(), 20, 20).plain == ""


def test_a_braille_cell_has_two_stretches() -> None:
    points = ((96.0, 96.0, 96.0),) * 60
    assert courses(points, BRAILLE).of(spo2(), 20, 20).cell_length == 15  # 10 min of 20 s each, two a cell


@pytest.mark.parametrize("name", sorted(load_themes().themes))
def test_every_theme_has_the_boards_styles(name: str) -> None:
    variables = {**VARIABLES, **load_themes().themes[name].variables}
    styles = ink(variables)
    assert all("none" not in style for style in styles.values())
    words = variables["spark-breach-style"].replace("none", "").split()
    assert all(word in styles["spark-low"].split() for word in words)


def view_of(age: int, offset: int, value: float) -> PatientView:
    view = ward().view("p0", NOW)
    vitals = {
        key: vital._replace(age=age, clock_offset=offset, value=value if key == "hr" else vital.value)
        for key, vital in view.vitals.items()
    }
    return replace(view, vitals=vitals)


@given(
    st.integers(40, 220), st.sampled_from([0, 12_000, 59 * MINUTE, 23 * 60 * MINUTE]), st.sampled_from([0, 12_000]),
    st.sampled_from([72.0, 118.0]),
)  # fmt: skip
def test_neither_limits_nor_ages_make_room_for_a_course(width: int, age: int, offset: int, rate: float) -> None:
    view = view_of(age, offset, rate)
    points: Points = ((96.0, 97.0, 96.0),) * 80
    lines = now_lines(view, Measures(), courses(points), "Now", width, halted=False)
    said = list(vitals_said(view, Measures(), halted=False))
    if lines is None:
        assert width < 76
        return
    assert all(line.cell_length <= width for line in lines)
    assert "Now · last 10 min" in lines[0].plain
    for row, line in zip(said, lines[1:], strict=False):
        assert row.number in line.plain
        assert line.plain.rstrip().endswith(row.when)
        # An age of usual length leaves the limits their place; a longer one needs as much room as without a course.
        if len(row.when) <= 10 or width >= 100:
            assert row.limits in line.plain


def test_limits_and_courses_stand_below_each_other() -> None:
    points: Points = ((96.0, 97.0, 96.0),) * 80
    lines = now_lines(view_of(0, 0, 118.0), Measures(), courses(points), "Now", 70, halted=False)
    assert lines is not None
    place = lines[0].plain.index("limits")
    rows = [line.plain for line in lines[1:6]]
    assert [row[place:].split("  ")[0] for row in rows] == ["50–120", "≥90", "8–30", "90–160 / 40–100", "35.0–39.0"]
    assert {row[place - 1] for row in rows} == {" "} and all(row[place - 2] != " " for row in rows)
    assert any(row.startswith("BP, cuff ") for row in rows)


@pytest.mark.parametrize("width", [70, 80])
def test_every_name_has_room_before_its_number(width: int) -> None:
    given = spo2(key="nibp_sys", low=90, high=160)
    vitals = {key: given._replace(key=key) for key in VITALS if key not in ("nibp_dia", "ibp_dia")}
    view = replace(ward().view("p0", NOW), vitals=vitals)
    lines = now_lines(view, Measures(), courses(((96.0, 97.0, 96.0),) * 80), "Now", width, halted=False)
    assert lines is not None and len(lines) == len(vitals) + 1
    place = 22 if width == 80 else 18
    assert all(line.plain[place - 1] == " " and "…" not in line.plain[:place] for line in lines[1:])
