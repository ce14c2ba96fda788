"""Templates of notes: nothing that was typed is lost, and every note has room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.tui.notes.templates import FREE, KEPT_FREE, TEMPLATES, Template, composed, room
from iomt_tui.ward.notes import LONGEST

BY_NAME = {one.name: one for one in TEMPLATES}


def test_sbar_is_asked_for_in_its_order() -> None:
    sbar = BY_NAME["SBAR"]
    assert [part.label for part in sbar.parts] == ["Situation", "Background", "Assessment", "Recommendation"]
    said = composed(sbar, ["SpO2 84", " pneumonia ", "", "oxygen, come and see"])
    assert said == "SBAR · S: SpO2 84; B: pneumonia; R: oxygen, come and see"


def test_free_text_is_what_was_typed() -> None:
    assert composed(FREE, [" Slept well. "]) == "Slept well."


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_a_template_without_an_answer_is_no_note(template: Template) -> None:
    assert composed(template, [" "] * len(template.parts)) == ""


@given(st.sampled_from(TEMPLATES), st.data())
def test_whoever_types_to_the_end_of_each_part_has_a_note_with_all_of_it(
    template: Template, data: st.DataObject
) -> None:
    answers: list[str] = []
    for _ in template.parts:
        most = room(template, answers)
        assert most >= min(KEPT_FREE, LONGEST)
        full = data.draw(st.booleans())
        answers.append(("x" * most) if full else data.draw(st.text("ab ", max_size=min(most, 40))))
    note = composed(template, answers)
    assert len(note) <= LONGEST
    assert all(text.strip() in note for text in answers)
