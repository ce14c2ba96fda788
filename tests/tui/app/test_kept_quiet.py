"""What is kept quiet is seen wherever its alarm is (SAFETY H14): header, strip, rows, tiles, the patient's page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from alarm_ward import quiet, write_alarms
from board_desk import desk
from shown_ward import MINUTE, NOW, WrittenFeed, alarm, write_ward

from iomt_tui.alarms.model import Priority
from iomt_tui.alarms.suppression import INHIBIT, PAUSE, SHELVE, STANDBY
from iomt_tui.tui.board.cells import called, severity_look
from iomt_tui.tui.board.glyphs import ASCII, BLOCK, Glyphs
from iomt_tui.tui.board.looks import ALARM, CALMED
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.state import Manner, RowState
from iomt_tui.tui.widgets.header import HeaderState, header_line
from iomt_tui.tui.widgets.patient_lines import Sections, patient_lines
from iomt_tui.tui.widgets.phrases import left
from iomt_tui.tui.widgets.severity import flash_half_period
from iomt_tui.tui.widgets.strip import StripState, held, in_hand, strip_line
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.view import PatientView, Severity


def folded(feed: WrittenFeed) -> Ward:
    ward = Ward()
    ward.apply(feed.entries)
    return ward


def view_with(what: str, *, patient: str = "p0") -> PatientView:
    feed = write_ward(WrittenFeed())
    place = ("spo2", "low") if what in (SHELVE, INHIBIT) else ("", "")
    one = quiet(what, patient, *place, reason="moving", rest=None if what == INHIBIT else 15 * MINUTE)
    feed.write("suppression", one.body())
    return folded(feed).view(patient, NOW)


def row(view: PatientView, glyphs: Glyphs = BLOCK) -> RowState:
    return RowState(view, {}, NOW, Manner(Measures(), glyphs))


def test_the_header_counts_what_is_quiet_at_every_width_that_has_room() -> None:
    ward = folded(write_alarms(WrittenFeed()))
    state = HeaderState(ward.header(NOW), NOW)
    for width in range(70, 301):
        line = header_line(state, width)
        assert "1 paused · 2 shelved · 1 standby" in line.plain and line.cell_length == width
    assert "4 quiet" in header_line(state, 48).plain
    assert "quiet" not in header_line(HeaderState(folded(write_ward(WrittenFeed())).header(NOW), NOW), 120).plain


@pytest.mark.parametrize(("what", "flashes"), [(PAUSE, True), (SHELVE, False), (STANDBY, False), (INHIBIT, False)])
def test_the_strip_lists_but_does_not_flash_what_is_put_aside(what: str, flashes: bool) -> None:
    view = view_with(what)
    top = view.top_alarm
    assert top is not None and (not held(top, view)) is flashes
    assert bool(flash_half_period(top, held=held(top, view))) is flashes
    lit, dark = (strip_line(StripState(view, top, NOW, "UTC"), Measures(), 200, lit=lit) for lit in (True, False))
    assert (not lit.is_same(dark)) is flashes
    assert "SpO2 84 < 90" in lit.plain and ("Kim" in lit.plain or what == INHIBIT)
    assert severity_look(row(view)) == (ALARM if flashes else CALMED)[Severity.HIGH]


async def test_what_is_put_aside_lets_the_next_one_onto_the_strip() -> None:
    async with desk() as d:
        assert "07 Okafor" in d.line("strip")
        d.feed.write("suppression", quiet(SHELVE, "p0", "spo2", "low", reason="moving", rest=15 * MINUTE).body())
        d.news()
        d.app.board.tick()
        assert "08 Rossi" in d.line("strip") and "1 shelved" in d.line("header")


@pytest.mark.parametrize(("what", "mark"), [(PAUSE, "‖"), (STANDBY, "◇")])
def test_the_row_has_a_sign_for_the_patient(what: str, mark: str) -> None:
    view = view_with(what)
    assert called(row(view), 12) == f"Okafor N {mark}  "
    assert called(row(view_with(SHELVE)), 12).strip() == "Okafor N"
    assert called(row(view, ASCII), 12).isascii()
    assert len(called(row(replace(view, similar=(view.name,))), 10)) == 10


def test_the_patients_page_says_who_why_and_how_long() -> None:
    def page(what: str) -> str:
        view = view_with(what)
        return "\n".join(
            line.plain for line in patient_lines(Sections(view, Measures(), NOW, "UTC", halted=False, pinned=False), 80)
        )

    assert "shelved by Kim until 10:57: moving, 15 min left" in page(SHELVE)
    assert "Sound paused by Kim: moving, 15 min left" in page(PAUSE)
    assert "Standby by Kim until 10:57: moving, 15 min left" in page(STANDBY)
    assert "held back by the SpO2 Kim alarm" in page(INHIBIT)


def test_a_shelf_without_an_alarm_is_told_too() -> None:
    ward = folded(write_alarms(WrittenFeed()))
    told = Sections(ward.view("p6", NOW), Measures(), NOW, "UTC", halted=False, pinned=False)
    lines = patient_lines(told, 100)
    words = "SpO2 low, not in force: shelved by Sam until 11:22: probe being changed, 40 min left"
    assert any(words in line.plain for line in lines)


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "about to end"), (-5, "about to end"), (1, "10 s left"), (41_000, "50 s left"), (60_000, "1 min left"),
        (61_000, "1 min 10 s left"), (121_000, "3 min left"), (3_600_000, "1 h 00 min left"),
    ],
)  # fmt: skip
def test_nothing_ends_before_its_time(ms: int, words: str) -> None:
    assert left(NOW + ms, NOW) == words


def test_a_promise_is_told_with_what_is_left_of_it() -> None:
    taken = alarm("p0", "spo2", "low", Priority.HIGH, state="acked")
    assert in_hand(taken, "UTC", NOW) == "taken by Kim 10:41"
    promised = replace(taken, intent="going", until=NOW + 2 * MINUTE)
    assert in_hand(promised, "UTC", NOW) == "taken by Kim 10:41, going, 2 min left"
    assert in_hand(promised, "UTC") == "taken by Kim 10:41, going"
    note = replace(promised, intent="note", note="probe on ear")
    assert in_hand(note, "UTC", NOW) == "taken by Kim 10:41, probe on ear, 2 min left"
