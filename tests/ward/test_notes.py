"""Notes and which of them were corrected."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.security.text import safe_text
from iomt_tui.ward.notes import MOST, Note, corrections, noted

IDS = ("a", "b", "c", "d")


def made(name: str, at: int, replaces: str = "") -> Note:
    return Note(name, "p1", safe_text("x"), at, safe_text("Kim"), safe_text(""), replaces)


def test_the_newest_of_corrections_that_crossed_stands_whatever_came_first() -> None:
    first, early, late = made("a", 1), made("b", 2, "a"), made("c", 3, "a")
    assert corrections([first, early, late]) == corrections([late, early, first]) == {"a": late}


def test_a_note_corrects_no_other_without_saying_so_and_never_itself() -> None:
    body = {"id": "a", "patient": "p1", "text": "x", "at": 1}
    assert Note.from_body(body).replaces == "" == Note.from_body(body | {"replaces": "a"}).replaces
    assert "replaces" not in Note.from_body(body).body()
    assert Note.from_body(body | {"replaces": "b"}).body()["replaces"] == "b"


@given(st.lists(st.builds(made, st.sampled_from(IDS), st.integers(0, 9), st.sampled_from(["", *IDS]))))
def test_a_correction_takes_nothing_away(notes: list[Note]) -> None:
    kept: tuple[Note, ...] = ()
    for note in notes:
        kept = noted(kept, note)
    assert {note.id: note for note in notes} == {note.id: note for note in kept}
    assert len(kept) <= MOST
    for old, new in corrections(kept).items():
        assert new in kept and new.replaces == old
