"""The calendar, the ward's list and the marks on a trend, as data for screens."""

from __future__ import annotations

from datetime import date

from iomt_tui.clinical.medication.adherence import DayState, Dose
from iomt_tui.clinical.medication.assessment import Assessment, DrugRecord, assess
from iomt_tui.clinical.medication.effect import GLYPHS, TREATS, marks, treated
from iomt_tui.clinical.medication.heat import LOOKS, by_drug, by_week, rank_row
from iomt_tui.clinical.medication.ranking import ranked, standing
from iomt_tui.clinical.medication.supply import Fill, Period
from iomt_tui.clinical.vitals import VITALS

WEDNESDAY = date(2026, 3, 4).toordinal()


def record(said: str, classes: tuple[str, ...] = ("antihypertensive",), fills: tuple[Fill, ...] = ()) -> DrugRecord:
    """o taken, m missed, r reported alone, ? not known: a dose a day from Wednesday on."""
    doses = tuple(
        Dose((WEDNESDAY + i) * 1_000, WEDNESDAY + i, 8, x == "o", x == "o", x == "r", x in "om")
        for i, x in enumerate(said)
    )
    return DrugRecord("o", f"drug {said}", classes, False, "smart-cap", doses, fills)


def assessed(*records: DrugRecord) -> Assessment:
    return assess(records, Period(WEDNESDAY, WEDNESDAY + 9))


def test_no_two_states_look_alike_without_colour() -> None:
    assert set(LOOKS) == set(DayState)
    for field in ("glyph", "ascii", "letter", "words", "tone"):
        assert len({getattr(look, field) for look in LOOKS.values()}) == len(LOOKS)
    assert all(look.ascii.isascii() for look in LOOKS.values())


def test_weeks_begin_on_monday_and_have_every_day_once() -> None:
    rows = by_week(assessed(record("omr?o")).days)
    assert [row.label for row in rows] == ["2026-03-02", "2026-03-09"]
    assert all(len(row.cells) == 7 for row in rows)
    letters = "".join(cell.look.letter if cell.look else " " for row in rows for cell in row.cells)
    assert letters == "  ANAUA" + "----- " + " "
    assert [cell.day for row in rows for cell in row.cells if cell.day] == list(range(WEDNESDAY, WEDNESDAY + 10))
    assert [cell.told for cell in rows[0].cells] == [False] * 4 + [True] + [False] * 2
    assert by_week([]) == []


def test_a_row_for_each_drug() -> None:
    rows = by_drug(assessed(record("om"), record("mo")), 9)
    assert [row.label for row in rows] == ["drug om", "drug mo"]
    assert [cell.look.letter for cell in rows[1].cells if cell.look] == ["A"] + ["-"] * 8


def test_the_lowest_is_first_and_the_unknown_last() -> None:
    own = {
        "half": assessed(record("om")), "good": assessed(record("ooooo")), "unknown": assessed(record("??")),
        "no supply": assessed(record("oo", fills=(Fill(WEDNESDAY, 2),))),
    }  # fmt: skip
    assert ranked(own.items()) == ["no supply", "half", "good", "unknown"]
    assert standing(own["unknown"]) is None
    row = rank_row("half", own["half"])
    assert (row.percent, row.mark, row.pdc, row.current_run, len(row.trend)) == (50, "!", None, 1, 7)
    assert rank_row("good", own["good"]).mark == ""
    assert rank_row("unknown", own["unknown"]).formula == "nothing known yet"


def test_doses_are_marks_on_the_vital_that_they_treat() -> None:
    drugs = assessed(record("omr?"), record("oooo", ("insulin",))).drugs
    found = marks(drugs, "nibp_sys", WEDNESDAY * 1_000, (WEDNESDAY + 3) * 1_000)
    assert [mark.what for mark in found] == ["taken", "missed", "reported"]
    assert {mark.drug for mark in found} == {"drug omr?"}
    assert [mark.what for mark in marks(drugs, "glucose", 0, 1 << 40)] == ["taken"] * 4
    assert marks(drugs, "temp", 0, 1 << 40) == []
    assert len(set(GLYPHS.values())) == 4


def test_what_drugs_treat_are_vitals_of_the_catalogue() -> None:
    assert all(vital in VITALS for vitals in TREATS.values() for vital in vitals)
    assert treated(("Diuretic", "ace-inhibitor")) == ("weight", "nibp_sys", "nibp_dia")
