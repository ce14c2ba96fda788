"""The live filter: what words mean, and that no high alarm is ever hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.tui.filtering import Facts, apply
from iomt_tui.ward.view import Severity

WARD = {
    "a": Facts("OKAFOR N", "07", False, Severity.HIGH, True),
    "b": Facts("LOWE A", "12", False, Severity.MEDIUM, False),
    "c": Facts("MORALES P", "H3", True, Severity.LOW, False),
    "d": Facts("HASSAN R", "15", False, Severity.NONE, False),
}


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("", "abcd"), ("oka", "a"), ("12", "ab"), ("h3", "ac"), ("medium", "ab"), ("low", "abc"), ("calm", "ad"),
        ("alarm", "abc"), ("home", "ac"), ("ward", "abd"), ("mine", "ad"), ("ward calm", "ad"), ("nobody", "a"),
        ("high", "a"), ("technical", "a"),
    ],
)  # fmt: skip
def test_words(query: str, fits: str) -> None:
    assert "".join(apply(query, "abcd", WARD, {"d"}).shown) == fits


def test_rows_that_stay_for_their_alarm_are_marked() -> None:
    assert apply("morales", "abcd", WARD).kept == {"a"}
    assert apply("okafor", "abcd", WARD).kept == frozenset()


_FACTS = st.builds(
    Facts, st.text(max_size=5), st.text(max_size=3), st.booleans(), st.sampled_from(Severity), st.booleans()
)


@given(st.text(max_size=12), st.dictionaries(st.text("abcd", min_size=1, max_size=2), _FACTS))
def test_no_query_hides_a_high_alarm_or_changes_the_order(query: str, ward: dict[str, Facts]) -> None:
    result = apply(query, ward, ward)
    assert {patient for patient, known in ward.items() if known.high} <= set(result.shown)
    assert list(result.shown) == [patient for patient in ward if patient in set(result.shown)]
    assert result.kept <= set(result.shown)
