"""The patient's page: two identifiers, every number with its age, nothing old that looks live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from shown_ward import MINUTE, WrittenFeed, write_ward

from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.widgets.overview_lines import overview_lines
from iomt_tui.tui.widgets.patient_lines import Sections
from iomt_tui.ward.fold import Ward


def page(patient: str, *, later: int = 0, width: int = 60, halted: bool = False, **units: str) -> str:
    feed = write_ward(WrittenFeed())
    ward = Ward()
    ward.apply(feed.entries)
    now = feed.at + later
    view = ward.view(patient, now)
    lines = overview_lines(Sections(view, Measures(units), now, "UTC", halted=halted, pinned=False), width)
    return "\n".join(line.plain for line in lines)


def rows(text: str, *words: str) -> Iterator[str]:
    return (row for row in text.split("\n") if all(word in row for word in words))


def test_who_where_and_what_is_wrong() -> None:
    text = page("p0")
    for words in ("Okafor, Ngozi", "bed 07 · female · 72 years", "Record 100000", "sepsis", "penicillin, latex"):
        assert words in text
    assert "No allergies recorded" in page("p6")
    assert "H1, at home" in page("p15")


def test_alarms_say_since_when_and_who_has_them() -> None:
    text = page("p0")
    assert any(rows(text, "!!!", "SpO2 84 < 90", "2 min 14 s", "nobody yet"))
    assert any(rows(text, "RR 28 > 25", "8 min 00 s", "taken by Kim 10:41"))


def test_numbers_have_unit_age_and_breach() -> None:
    text = page("p0")
    assert any(rows(text, "Oxygen saturation", "84 % ▼", "now"))
    assert any(rows(text, "Blood pressure, cuff", "98/61 mmHg", "4 min ago"))


def test_what_is_too_old_is_no_number_any_more() -> None:
    text = page("p0", later=2 * MINUTE)
    (row,) = rows(text, "Oxygen saturation")
    assert "--" in row and "last 84 % 2 min ago" in row


def test_a_sensor_that_is_off_says_so_and_what_it_last_saw() -> None:
    (row,) = rows(page("p3"), "Oxygen saturation")
    assert "sensor off" in row and "last 98 %" in row


def test_while_nobody_monitors_no_number_stands_bare() -> None:
    text = page("p0", halted=True)
    assert "NOT LIVE" in text
    assert any(rows(text, "Oxygen saturation", "(84 %)"))


def test_news2_is_shown_input_by_input() -> None:
    text = page("p0")
    assert "NEWS2 13" in text and "Monitoring: continuous" in text
    assert any(rows(text, "Respiration", "3"))
    assert any(rows(page("p4"), "Consciousness", "missing"))
    assert "5 of 7 known" in page("p4")


def test_devices_refusals_and_units() -> None:
    assert any(rows(page("p0"), "BX-40 monitor", "18 % low"))
    assert any(rows(page("p5"), "outside what a body can have", "3×"))
    assert any(rows(page("p2", glucose="mmol/L"), "Glucose", "3.4 mmol/L"))


@pytest.mark.parametrize("width", [1, 5, 20, 43, 61, 120, 300])
def test_no_line_is_wider_than_its_place(width: int) -> None:
    feed = write_ward(WrittenFeed())
    feed.write("patient", {"id": "p0", "family": "王" * 90, "problem": "x" * 300, "allergies": ["y " * 90]})
    ward = Ward()
    ward.apply(feed.entries)
    for patient in ward.ids():
        view = ward.view(patient, feed.at)
        for line in overview_lines(Sections(view, Measures(), feed.at, "UTC", halted=False, pinned=True), width):
            assert line.cell_length <= max(width, 1) or width < 44


def test_two_and_three_columns_say_the_same_as_one() -> None:
    one, two, three = (page("p0", width=width) for width in (60, 123, 197))
    assert three.count("\n") < two.count("\n") < one.count("\n")
    for words in ("NEWS2 13", "Alarms", "Devices", "BX-40 monitor", "SpO2 84 < 90", "Blood pressure, cuff"):
        assert words in one
        assert words in two
        assert words in three


def test_limits_stand_beside_the_numbers_they_judge() -> None:
    (row,) = rows(page("p0", width=80), "Oxygen saturation")
    assert "84 % ▼" in row
    assert "limit ≥90" in row
    (row,) = rows(page("p0", width=80), "Heart rate")
    assert "limits 50–120" in row
    (row,) = rows(page("p0", width=100), "Blood pressure, cuff")
    assert "limits 90–160 / 40–100" in row


def test_code_status_is_told_and_so_is_that_it_is_not_known() -> None:
    assert "Code status not known" in page("p0")
    feed = write_ward(WrittenFeed())
    feed.write("patient", {"id": "p0", "code_status": "Not for resuscitation"})
    ward = Ward()
    ward.apply(feed.entries)
    view = ward.view("p0", feed.at)
    lines = overview_lines(Sections(view, Measures(), feed.at, "UTC", halted=False, pinned=False), 60)
    assert "CODE STATUS: Not for resuscitation" in [line.plain.strip() for line in lines]


def test_the_score_of_what_is_not_live_does_not_say_where_its_values_stand() -> None:
    for width in (60, 123, 197):  # below them, beside them
        assert "of the last values, NOT LIVE" in page("p0", width=width, halted=True)
