"""The round's rows, questions and lines without a screen: pure functions of the ward and the time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dose_ward import HOUR, write_doses
from hypothesis import given, settings
from hypothesis import strategies as st
from shown_ward import NOW, WrittenFeed

from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.medication.status import Status
from iomt_tui.tui.dose_list import (
    DoseItem,
    RoundOrder,
    Section,
    arranged,
    chosen,
    due_clock,
    known,
    read,
)
from iomt_tui.tui.dose_questions import AGO, record
from iomt_tui.tui.widgets.dose_rows import dose_row, state_words
from iomt_tui.tui.widgets.header import HeaderState, header_line
from iomt_tui.tui.widgets.medication_lines import medication_lines
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.medication import measured

UTC = zone_of("UTC")
TEN = NOW - NOW % HOUR


def folded(feed: WrittenFeed | None = None) -> Ward:
    ward = Ward()
    ward.apply((feed or write_doses(WrittenFeed())).entries)
    return ward


@given(st.integers(-20 * 60, 30 * 60))
@settings(max_examples=60)
def test_every_count_of_the_ward_is_the_length_of_a_list(minutes: int) -> None:
    ward, now = folded(), (NOW // 60_000 + minutes) * 60_000
    counts, lists = ward.header(now).doses, read(ward, now, "Test")
    overdue = [item.status for item in lists[Section.OVERDUE]]
    assert counts.due == len(lists[Section.DUE])
    assert counts.overdue == overdue.count(Status.LATE)
    assert counts.missed == overdue.count(Status.MISSED)
    assert len(lists[Section.TODO]) == len(lists[Section.DUE]) + len(overdue)


@given(st.integers(-20 * 60, 30 * 60))
@settings(max_examples=60)
def test_no_dose_stands_in_two_sections_and_none_to_come_is_overdue(minutes: int) -> None:
    ward, now = folded(), NOW + minutes * 60_000
    lists = read(ward, now, "Test")
    parts = [s for s in Section if s is not Section.TODO]
    ids = [item.id for section in parts for item in lists[section]]
    assert len(ids) == len(set(ids))
    for item in lists[Section.OVERDUE]:
        assert item.id.due is not None and item.id.due < now
    for item in lists[Section.NEXT]:
        words = state_words(item, now, UTC)
        assert item.id.due is not None and item.id.due > now and "over" not in words and "missed" not in words


def test_orders_are_total_and_overdue_comes_first() -> None:
    lists = read(folded(), NOW, "Test")
    for order_ in RoundOrder:
        for section, items in lists.items():
            ids = arranged(items, order_, section)
            assert sorted(ids, key=repr) == sorted((item.id for item in items), key=repr)
            assert ids == arranged(reversed(items), order_, section)
    by_bed = arranged(lists[Section.TODO], RoundOrder.BED, Section.TODO)
    assert [one.patient for one in by_bed] == ["p7", "p8", "p8", "p0", "p0", "p1"]  # beds 05, 06, 06, 07, 07, 12


@pytest.mark.parametrize(
    ("query", "patients"),
    [("alert", {"p1"}), ("late", {"p0"}), ("missed", {"p8"}), ("intravenous", {"p0"}), ("mine", {"p7"}),
     ("beta", {"p7"}), ("amio schmidt", {"p8"}), ("nothing-such", set())],
)  # fmt: skip
def test_a_filter_finds_drug_route_status_class_and_mine(query: str, patients: set[str]) -> None:
    items = read(folded(), NOW, "Test")[Section.TODO]
    assert {item.id.patient for item in chosen(items, query, {"p7"})} == patients


def test_a_due_time_of_another_day_names_the_day() -> None:
    assert due_clock(TEN, NOW, UTC) == "10:00"
    assert due_clock(TEN - 22 * HOUR, NOW, UTC) == "Sat 12:00"


def item_of(lists: dict[Section, list[DoseItem]], patient: str) -> DoseItem:
    return next(item for item in lists[Section.TODO] if item.id.patient == patient)


def test_a_question_never_reaches_into_the_future_and_is_bound_to_its_dose() -> None:
    ward = folded()
    one = item_of(read(ward, NOW, "Test"), "p7")
    state = ward.patients["p7"]
    about = known(state, one.order, one.dose, measured(state.series, NOW), NOW, UTC)
    question = record(one, about, "Test", 0.0, width=100, room=8).choose("given")
    for _ in range(20):
        question = question.lasting(1)
        assert question.at <= NOW
    for _ in range(20):
        question = question.lasting(-1)
    assert question.at == NOW - AGO[-1]
    assert (question.about) == ("dose", *one.id)
    other = replace(one, id=one.id._replace(due=TEN + 24 * HOUR))
    assert record(other, about, "Test", 0.0, width=100, room=8).about != question.about
    assert any("hold if below 70" in line for line in question.lines), "what speaks against it is listed"
    assert not any("hold if" in line for line in question.choose("held").lines)


def test_an_effect_is_no_reason_for_the_next_dose() -> None:
    ward = folded()
    one = next(item for item in read(ward, NOW, "Test")[Section.NEEDED] if item.id.patient == "p1")
    state = ward.patients["p1"]
    about = known(state, one.order, None, measured(state.series, NOW), NOW, UTC)
    question = record(one, about, "Test", 0.0, width=100, room=8).choose("effect").with_text("better")
    assert question.missing == "" and question.choose("given").text == ""


@pytest.mark.parametrize("width", [30, 46, 80, 120, 200])
def test_lines_are_as_wide_as_they_are_told_and_cut_no_dose(width: int) -> None:
    ward = folded()
    for patient in ward.patients:
        lines = list(medication_lines(ward.medication(patient, NOW), UTC, width))
        assert all(line.cell_length == width for line in lines)
        if patient == "p0" and width >= 46:
            assert "4.5 g intravenous" in "\n".join(line.plain for line in lines)
    for items in read(ward, NOW, "Test").values():
        for item in items:
            assert all(line.cell_length == width for line in dose_row(item, NOW, UTC, width, sent=False))


def test_a_state_without_room_is_cut_at_a_word_and_told_in_full_below() -> None:
    one = next(item for item in read(folded(), NOW, "Test")[Section.NEEDED] if item.id.patient == "p1")
    assert one.needed is not None
    told = replace(one, needed=one.needed._replace(recheck_due=None), warnings=())
    first, second = dose_row(told, NOW, UTC, 110, sent=False)
    assert "not before 11:22" in first.plain and "in 24 h" not in first.plain
    assert second.plain.strip() == "not before 11:22, 1 of 8 in 24 h"


def test_a_patients_lines_tell_overdue_next_as_needed_and_what_runs() -> None:
    ward = folded()

    def told(patient: str) -> str:
        return "\n".join(line.plain for line in medication_lines(ward.medication(patient, NOW), UTC, 80))

    assert "1 due · 1 late" in told("p0") and "late, 2 h 42 min · 08:00" in told("p0") and "scheduled" in told("p0")
    assert "PRN check its effect · 1/8" in told("p1") and "HIGH ALERT" in told("p1")
    assert "Heparin 1200 units/h intravenous, HIGH ALERT" in told("p12") and "runs since 05:45" in told("p12")
    assert told("p4") == ""


def test_the_header_counts_late_doses_and_drops_them_before_alarms() -> None:
    ward = folded(write_doses(WrittenFeed()))
    assert "1 dose overdue" in header_line(HeaderState(ward.header(NOW), beat=NOW), 160).plain
    narrow = header_line(HeaderState(ward.header(NOW), beat=NOW), 40).plain
    assert "overdue" not in narrow and "2!!!" in narrow
