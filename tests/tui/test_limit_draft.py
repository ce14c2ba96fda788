"""A draft of alarm limits: moved, switched, taken back; what is refused and warned of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.limit_rules import faults
from iomt_tui.clinical.limits import limits_for
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.limit_draft import FIELDS, Draft, Field

USUAL = limits_for(1, False)


def draft(vital: str) -> Draft:
    return Draft(vital, USUAL[vital], USUAL[vital], USUAL[vital])


def test_a_limit_moves_by_what_is_shown_and_stays_inside_of_what_a_body_can_have() -> None:
    low = Field(2, "low")
    assert draft("temp").turned(low, 3).value(low) == 35.3
    assert draft("spo2").turned(low, 50).value(low) == VITALS["spo2"].plausible[1]


def test_off_and_on_again_is_what_it_was() -> None:
    one = draft("spo2")
    low = Field(2, "low")
    off = one.toggled(low)
    assert off.value(low) is None and off.changed == (low,)
    assert off.toggled(low) == one and off.toggled(low).changed == ()


def test_a_limit_that_never_was_begins_beside_its_neighbour() -> None:
    assert draft("spo2").toggled(Field(1, "low")).value(Field(1, "low")) == 90
    assert draft("spo2").toggled(Field(2, "high")).value(Field(2, "high")) == VITALS["spo2"].spark[1]


def test_faults_and_warnings_are_told_before_it_is_set() -> None:
    one = draft("spo2")
    assert one.fault(whole_ward=False) == "" and one.warning == ""
    assert "not below" in one.put(Field(2, "high"), 80.0).fault(whole_ward=False)
    looser = one.put(Field(3, "low"), 80.0)
    assert looser.loosened and looser.fault(whole_ward=False) == "" and looser.fault(whole_ward=True)
    assert "switched off" in one.toggled(Field(2, "low")).toggled(Field(3, "low")).fault(whole_ward=False)


@given(st.sampled_from(sorted(USUAL)), st.lists(st.tuples(st.sampled_from(FIELDS), st.integers(-40, 40)), max_size=12))
def test_whatever_is_turned_its_neighbours_can_be_tried_and_default_takes_all_back(
    vital: str, steps: list[tuple[Field, int]]
) -> None:
    one = draft(vital)
    for field, by in steps:
        one = one.turned(field, by) if by else one.toggled(field)
        assert all(not faults(vital, near.rows) for near in one.neighbours(field).values())
        assert (one.body() is None) is one.is_default
    assert one.default().changed == () and one.default().body() is None
