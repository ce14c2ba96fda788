from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pyte
import pytest
from board_wards import HOSTILE, MINUTE, NOW, FixtureWard, alarm, hostile, patient, score, states, vital, vitals, ward
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcswidth

from iomt_tui.alarms.model import Priority
from iomt_tui.security.text import safe_text
from iomt_tui.tui.board import looks, words
from iomt_tui.tui.board.columns import layout
from iomt_tui.tui.board.drawing import ListDrawing
from iomt_tui.tui.board.fitting import fit
from iomt_tui.tui.board.glyphs import GLYPHS
from iomt_tui.tui.board.looks import Runs
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.row import row_runs
from iomt_tui.tui.board.source import sparks
from iomt_tui.tui.board.state import Manner, RowState
from iomt_tui.ward.view import Freshness, PatientView, Severity, VitalView

MANNER = Manner(Measures())


def state(source: FixtureWard, name: str, width: int, manner: Manner = MANNER) -> RowState:
    view = source.view(name, NOW)
    return RowState(view, sparks(source, view, ListDrawing(layout(width)).sparks, manner, NOW), NOW, manner)


def drawn(source: FixtureWard, name: str, width: int, manner: Manner = MANNER) -> Runs:
    return row_runs(state(source, name, width, manner), layout(width))


def text(runs: Runs) -> str:
    return "".join(run for run, _ in runs)


def alone(view: PatientView, width: int) -> Runs:
    return drawn(FixtureWard([view]), view.id, width)


def cell(view: PatientView, key: str, width: int = 120) -> tuple[str, set[str]]:
    """Text and looks of one column."""
    column = layout(width).column(key)
    assert column is not None
    cells = [(character, look) for run, look in alone(view, width) for character in run]
    inside = cells[column.start : column.end]
    return "".join(character for character, _ in inside), {look for character, look in inside if character != " "}


def one(**found: VitalView) -> PatientView:
    return patient("01", "DOE J", 50, "F", score(1), found)


def everyone() -> Iterator[tuple[FixtureWard, str]]:
    for source in (ward(), states(), hostile()):
        yield from ((source, name) for name in source.ids)


@pytest.mark.parametrize("width", [1, 7, 20, 29, 30, 39, 40, 54, 66, 80, 97, 116, 120, 159, 160, 200, 300])
@pytest.mark.parametrize("glyphs", GLYPHS.values(), ids=lambda glyphs: str(glyphs.name))
def test_a_row_has_exactly_its_width(width: int, glyphs: object) -> None:
    manner = replace(MANNER, glyphs=glyphs)  # type: ignore[arg-type]
    for source, name in everyone():
        row = text(drawn(source, name, width, manner))
        assert cell_len(row) == width, row


def test_equal_patients_have_equal_rows_and_the_selection_shows_in_one_cell() -> None:
    source = ward()
    row = state(source, "p-07", 120)
    assert row_runs(row, layout(120)) == row_runs(row._replace(now=NOW + 900), layout(120))
    chosen = text(row_runs(row._replace(selected=True), layout(120)))
    assert (chosen[0], chosen[1:]) == ("▌", text(row_runs(row, layout(120)))[1:])


def names() -> list[str]:
    """5,000 names of letters, marks, wide and hostile characters."""
    source = random.Random(29)
    blocks = ((0x20, 0x250), (0x300, 0x370), (0x370, 0x530), (0x590, 0x700), (0x900, 0xE80), (0x1100, 0x1200),
              (0x2000, 0x2070), (0x2190, 0x2BFF), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3),
              (0xFE00, 0xFFFF), (0x1F300, 0x1FAFF))  # fmt: skip
    made = ["".join(chr(source.randrange(*source.choice(blocks))) for _ in range(source.randrange(1, 14)))
            for _ in range(5_000 - len(HOSTILE))]  # fmt: skip
    return [*HOSTILE, *made]


def test_numbers_stand_in_the_same_cells_behind_5000_names() -> None:
    """SAFETY H29: by Rich's, wcwidth's and a terminal's own measure."""
    width = 80
    column = layout(width).column("news2")
    assert column is not None
    calm = patient("01", "X", 40, "F", score(7), vitals(70, 97, 14, (120, 80), 36.6))
    row = RowState(calm, {}, NOW, MANNER)
    screen = pyte.Screen(width, 1)
    stream = pyte.Stream(screen)
    for name in names():
        # As if a name had come past the door unsafe: the row does not rely on it.
        shown = text(row_runs(row._replace(view=replace(calm, name=name)), layout(width)))  # type: ignore[arg-type]
        head, _, _ = shown.partition(" 7 –")
        assert cell_len(head) == wcswidth(head) == column.start, ascii(name)
        screen.reset()
        stream.feed(head + " 7 –")
        assert screen.buffer[0][column.start + 1].data == "7", ascii(name)


@pytest.mark.parametrize("stage", [Freshness.EXPIRED, Freshness.NEVER])
@pytest.mark.parametrize("width", [20, 30, 80, 120, 200])
def test_no_old_number_looks_live(stage: Freshness, width: int) -> None:
    value = None if stage == Freshness.NEVER else 97.0
    view = one(spo2=vital("spo2", value, 12 * MINUTE, stage))
    found, seen = cell(view, "worst" if width < 40 else "spo2", width)
    assert not any(character.isdigit() for character in found.replace("SpO2", ""))
    assert seen <= {looks.GONE, looks.MUTE, looks.LABEL}


def test_freshness_is_seen_without_colour() -> None:
    seen = [cell(one(spo2=vital("spo2", 97, 1_000, stage)), "spo2") for stage in Freshness]
    assert [found.strip() for found, _ in seen] == ["97", "97", "97", "--", "·"]
    assert [kinds for _, kinds in seen] == [{looks.VALUE}, {looks.FADING}, {looks.STRUCK}, {looks.GONE}, {looks.MUTE}]


@pytest.mark.parametrize("reason", words.ABSENT)
def test_a_reason_stands_in_words_where_the_number_would(reason: str) -> None:
    found, kinds = cell(one(spo2=vital("spo2", 97, 4_000, absent=reason)), "spo2")
    assert found.strip() in words.ABSENT[reason] and kinds == {looks.GONE}
    assert not any(character.isdigit() for character in found)


def test_the_last_value_is_told_with_its_age_where_there_is_room() -> None:
    assert "sensor off, last 97 12m" in text(drawn(ward(), "p-15", 80))
    assert "sensor off, last SpO2 97 % 12 min ago" in text(drawn(ward(), "p-15", 200))


def test_the_remark_never_takes_the_place_of_a_live_number() -> None:
    view = one(spo2=vital("spo2", 97, 12 * MINUTE, Freshness.EXPIRED), rr=vital("rr", 14))
    row = text(alone(view, 80))
    assert "last" not in row and " 14 " in row


def test_a_trailing_gap_tells_the_last_value_when_it_is_long_enough() -> None:
    view = one(spo2=vital("spo2", 97, 25 * MINUTE, Freshness.EXPIRED), rr=vital("rr", 14))
    assert "▇ last 97 25m " in text(alone(view, 300))


def test_without_room_the_last_value_takes_the_place_of_the_line_after_a_minute() -> None:
    lost = vital("spo2", 97, 12 * MINUTE, Freshness.EXPIRED)
    view = one(spo2=lost, rr=vital("rr", 14))
    assert "  -- last 97 12m " in text(alone(view, 120))
    just_lost = lost._replace(age=MINUTE - 1)
    assert "  -- ▇▇▇▇▇▇▇▇▇▇▇  " in text(alone(one(spo2=just_lost, rr=vital("rr", 14)), 120))
    assert "last 97" not in text(alone(view, 80))  # six cells: the line stays


@pytest.mark.parametrize(
    ("value", "state_", "stage", "look", "mark"),
    [
        (84, "unack", Freshness.FRESH, "high", "▼"),
        (84, "acked", Freshness.FRESH, "high-calm", "▼"),
        (84, "unack", Freshness.FADING, "high-calm-fading", "▼"),
        (84, "unack", Freshness.STRUCK, "high-calm-struck", "▼"),
        (95, "latched", Freshness.FRESH, "value", ""),
    ],
)
def test_a_breach_shows_by_mark_and_look(value: int, state_: str, stage: Freshness, look: str, mark: str) -> None:
    raised = alarm("p-01", "spo2", "low", Priority.HIGH, 84, 90, state_)
    view = replace(one(spo2=vital("spo2", value, 1_000, stage)), alarms=(raised,), severity=Severity.HIGH)
    found, kinds = cell(view, "spo2")
    assert found.strip() == f"{value}{mark}" and kinds == {look}


def test_a_breach_before_its_alarm_is_marked_too() -> None:
    assert cell(one(hr=vital("hr", 133)), "hr") == (" 133▲"[-4:], {looks.BREACH})


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
def test_every_row_with_an_alarm_says_its_severity_and_bed(width: int) -> None:
    source = ward()
    for name, view in source.views.items():
        row = text(drawn(source, name, width))
        mark = {4: "!!!", 3: "!!", 2: "!", 1: "◌", 0: ""}[view.severity]
        assert row[: row.index(view.bed)].strip(" ▌").split()[:1] == ([mark] if mark else [])


def test_the_alarm_stands_in_words_on_wide_boards() -> None:
    source = ward()
    for name, view in source.views.items():
        if view.top_alarm is not None:
            assert words.condition(view.top_alarm, MANNER.measures) in text(drawn(source, name, 200))


def test_an_incomplete_score_says_so() -> None:
    view = replace(one(), news2=score(2, 4))
    assert cell(view, "news2")[0].strip() == "≥2 4/7"
    assert cell(replace(view, news2=score(12, 4)), "news2", 80)[0].strip() == "≥12"
    assert cell(replace(view, news2=score(0, 0)), "news2")[0].strip() == "·"


def test_while_nobody_monitors_no_number_looks_live() -> None:
    for source, name in everyone():
        row = state(source, name, 200)._replace(halted=True)
        live = {looks.VALUE, looks.FADING, looks.BREACH, *looks.FADED}
        assert not {look for _, look in row_runs(row, layout(200))} & live


def test_a_number_too_long_for_its_column_is_not_cut_to_another_number() -> None:
    found, _ = cell(one(hr=vital("hr", 12345)), "hr", 80)
    assert found == "### "


def test_pulse_stands_in_for_heart_rate_and_says_so() -> None:
    assert cell(one(pulse=vital("pulse", 70)), "hr")[0].strip() == "70p"


def test_invasive_pressure_goes_before_the_cuff_while_it_is_live() -> None:
    view = one(ibp_sys=vital("ibp_sys", 120), ibp_dia=vital("ibp_dia", 70), nibp_sys=vital("nibp_sys", 99))
    assert cell(view, "bp")[0].strip() == "120/70"
    gone = view.vitals["ibp_sys"]._replace(freshness=Freshness.EXPIRED)
    assert cell(replace(view, vitals={**view.vitals, "ibp_sys": gone}), "bp")[0].strip() == "99/--"


def test_units_are_the_users() -> None:
    source = ward()
    manner = replace(MANNER, measures=Measures({"glucose": "mmol/L", "temp": "[degF]"}))
    row = text(drawn(source, "p-H3", 120, manner))
    assert " 7.3" in row and " 98.1" in row


@pytest.mark.parametrize(
    ("ms", "short"),
    [(0, "now"), (9_999, "now"), (10_000, "10s"), (59_999, "50s"), (60_000, "1m"), (3_599_999, "59m"),
     (3_600_000, "1h"), (86_399_999, "23h"), (86_400_000, "1d"), (99 * 86_400_000, "99d"), (100 * 86_400_000, "14w"),
     (699 * 86_400_000, "99w"), (700 * 86_400_000, "1y"), (10**13, "99y")],
)  # fmt: skip
def test_ages_take_three_cells(ms: int, short: str) -> None:
    assert words.age(ms) == short and len(short) <= 3


def test_a_value_that_rounds_to_its_limit_is_told_more_exactly() -> None:
    low = alarm("p", "spo2", "low", Priority.HIGH, 89.6, 90)
    assert words.condition(low, MANNER.measures) == "SpO2 89.6 < 90"


@given(st.text(max_size=60), st.integers(0, 40))
def test_any_text_is_fitted_exactly(raw: str, width: int) -> None:
    shown = fit(raw, width)
    assert cell_len(shown) == width and shown == safe_text(shown)
