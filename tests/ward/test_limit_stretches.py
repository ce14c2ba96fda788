"""Limits over time: what held at a moment of the past is what the ward of that moment says."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import START, opening
from old_checkpoints import edited

from iomt_tui.alarms.settings import Setting
from iomt_tui.clinical.limits import HIGH, MEDIUM, Limit, limits_for
from iomt_tui.ward import judge
from iomt_tui.ward.checkpoint import dump, load
from iomt_tui.ward.events import Entry, draft
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.limit_stretches import (
    MOST,
    REACH,
    Stretch,
    Stretches,
    limits_at,
    limits_within,
    noted,
    stretches,
)

HOUR, DAY = 3_600_000, 86_400_000
USUAL = limits_for(1, False)["spo2"]


def rows(low: float, priority: int = MEDIUM) -> tuple[Limit, ...]:
    return (Limit("spo2", low, None, priority, 0.0, 0.0, "set by KIM"),)


def setting(
    at: int, limits: tuple[Limit, ...] | None, patient: str = "p1", until: int | None = None, since: int | None = None
) -> Setting:
    return Setting(patient, "spo2", limits, "KIM", "a reason", at if since is None else since, until, "wide")


def ward_of(settings: list[tuple[int, Setting]]) -> tuple[list[Entry], Ward]:
    drafts = [*opening(), *(draft(at, "limits", one.body()) for at, one in settings)]
    entries = [Entry(seq, *one) for seq, one in enumerate(drafts, 1)]
    ward = Ward()
    ward.apply(entries)
    return entries, ward


def held(ward: Ward, start: int, end: int, patient: str = "p1") -> Stretches:
    state = ward.patients[patient]
    return judge.stretches_of(state, "spo2", ward.limit_changes, start, end, on_o2=False)


def test_limits_hold_from_their_change_to_the_next() -> None:
    _, ward = ward_of([(START + HOUR, setting(START + HOUR, rows(88))), (START + 2 * HOUR, setting(0, None))])
    assert held(ward, START, START + DAY) == (
        Stretch(START, USUAL), Stretch(START + HOUR, rows(88)), Stretch(START + 2 * HOUR, USUAL),
    )  # fmt: skip
    assert held(ward, START + HOUR, START + 2 * HOUR - 1) == (Stretch(START + HOUR, rows(88)),)
    assert held(ward, START, START + HOUR)[-1] == Stretch(START + HOUR, rows(88))
    assert held(ward, START, START + DAY, "p2")[0].since == START and len(held(ward, START, START + DAY, "p2")) == 1


def test_a_time_that_is_over_ends_limits_also_before_anybody_says_so() -> None:
    until = START + 3 * HOUR
    told = [(START + HOUR, setting(START + HOUR, rows(88), until=until)), (until + HOUR, setting(until + HOUR, None))]
    _, ward = ward_of(told)
    assert [one.since for one in held(ward, START, START + DAY)] == [START, START + HOUR, until]


def test_the_wards_limits_hold_below_those_of_the_patient_and_never_loosen() -> None:
    tight, loose = (Limit("spo2", 87, None, HIGH, 0, 0, ""),), rows(80)
    told = [
        (START + HOUR, setting(START + HOUR, tight, "")), (START + 2 * HOUR, setting(START + 2 * HOUR, rows(88))),
        (START + 3 * HOUR, setting(START + 3 * HOUR, loose, "")), (START + 4 * HOUR, setting(START + 4 * HOUR, None)),
    ]  # fmt: skip
    found = held(ward_of(told)[1], START, START + DAY)
    assert [(one.since - START) // HOUR for one in found] == [0, 1, 2, 4]
    assert [one.limits[0].low for one in found] == [85, 87, 88, 85]


def test_the_same_limits_set_again_are_no_change() -> None:
    told = [(START + hours * HOUR, setting(0, rows(88))) for hours in (1, 2, 3)]
    assert [one.since for one in held(ward_of(told)[1], START, START + DAY)] == [START, START + HOUR]


def test_a_patient_who_left_takes_the_limits_along() -> None:
    entries, ward = ward_of([(START + HOUR, setting(START + HOUR, rows(88)))])
    ward.apply([Entry(len(entries) + 1, START + 2 * HOUR, "discharge", b'{"id": "p1"}')])
    ward.apply([Entry(len(entries) + 2, START + 3 * HOUR, "patient", b'{"id": "p1"}')])
    assert held(ward, START, START + DAY) == (Stretch(START, USUAL),)


def test_a_setting_that_is_told_late_holds_from_then_on() -> None:
    """Log time does not go back, so neither do the limits by which the ward judged."""
    _, ward = ward_of([(START + 2 * HOUR, setting(0, rows(88))), (START + HOUR, setting(0, rows(91)))])
    assert held(ward, START, START + DAY) == (Stretch(START, USUAL), Stretch(START + 2 * HOUR, rows(91)))


# Against the fold.

_MINUTES = st.integers(0, 60)
_LIMITS = st.sampled_from([None, (), rows(88), rows(91), rows(86, HIGH), rows(80, HIGH)])
_UNTIL = st.sampled_from([None, None, 1, 5, 30])


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, Setting]]:
    told = []
    for minute in sorted(draw(st.lists(_MINUTES, max_size=8))):
        at, until = START + minute * 60_000, draw(_UNTIL)
        whose = draw(st.sampled_from(["", "p1", "p1", "p2"]))
        one = setting(at, draw(_LIMITS), whose, None if until is None else at + until * 60_000)
        told.append((at, one))
    return told


def fold_at(entries: list[Entry], at: int) -> Ward:
    ward = Ward()
    ward.apply(one for one in entries if one.at <= at)
    return ward


@given(histories(), st.integers(0, 3_600_000), st.integers(0, 3_600_000), st.lists(st.integers(-1, 3_600_001)))
def test_what_held_at_a_moment_is_what_the_ward_of_that_moment_says(
    told: list[tuple[int, Setting]], one: int, other: int, moments: list[int]
) -> None:
    """The oracle folds the log up to each moment, and asks what is in force."""
    entries, ward = ward_of(told)
    start, end = START + min(one, other), START + max(one, other)
    found = held(ward, start, end)
    edges = [x for at, s in told for x in (at, at - 1, s.until or 0, (s.until or 0) - 1)]
    for at in {start, end, *edges, *(START + ms for ms in moments)}:
        if start <= at <= end:
            then = fold_at(entries, at)
            assert limits_at(found, at) == judge.rows_of(then.patients["p1"], "spo2", False, then.limits, at)
    assert found[0].since == start and all(a.limits != b.limits for a, b in pairwise(found))
    assert [s.since for s in found] == sorted({s.since for s in found}) and found[-1].since <= end


@given(histories(), st.integers(0, 8))
def test_a_checkpoint_keeps_what_was_in_force_before(told: list[tuple[int, Setting]], cut: int) -> None:
    entries, whole = ward_of(told)
    half, rest = entries[: len(opening()) + cut], entries[len(opening()) + cut :]
    resumed = load(dump(fold_at(half, START + DAY)))
    resumed.apply(rest)
    assert resumed.limit_changes == whole.limit_changes
    assert all(resumed.patients[p].limit_changes == whole.patients[p].limit_changes for p in whole.patients)
    assert dump(resumed) == dump(whole)


def test_a_checkpoint_of_an_older_program_knows_what_is_in_force_and_since_when() -> None:
    told = [
        (START + HOUR, setting(START + HOUR, rows(88))), (START + 2 * HOUR, setting(START + 2 * HOUR, rows(91))),
        (START + 3 * HOUR, setting(START + 3 * HOUR, (Limit("spo2", 87, None, HIGH, 0, 0, "set by KIM"),), "")),
    ]  # fmt: skip

    def older(head: dict[str, object]) -> None:
        del head["limit_changes"]
        for patient in head["patients"]:  # type: ignore[attr-defined]
            del patient["limit_changes"]

    ward = load(edited(dump(ward_of(told)[1]), older))
    assert [(s.since - START) // HOUR for s in held(ward, START, START + DAY)] == [0, 2]
    assert held(ward, START, START + DAY, "p2")[-1].limits[0].low == 87
    ward.apply([Entry(99, START + 4 * HOUR, "limits", draft(0, "limits", setting(0, None).body()).body)])
    assert [s.limits[0].low for s in held(ward, START, START + DAY)] == [85, 91, 87]
    assert load(dump(ward)).limit_changes == ward.limit_changes


# What is kept.


def test_settings_are_kept_as_long_as_they_may_be_seen() -> None:
    kept: tuple[Setting, ...] = ()
    for day in (0, 1, 2, 62, 90):
        kept = noted(kept, setting(0, rows(80 + day % 7)), START + day * DAY)
    # What was in force 60 days before the last one came 88 days before it.
    assert [(one.since - START) // DAY for one in kept] == [2, 62, 90]
    assert START + 90 * DAY - REACH == START + 30 * DAY
    assert all(one.reason == one.warning == "" for one in kept)


def test_what_was_replaced_in_the_same_moment_is_not_kept() -> None:
    kept = noted(noted((), setting(0, rows(88)), START), setting(0, rows(91)), START)
    assert [one.limits for one in kept] == [rows(91)]


def test_a_program_that_changes_limits_all_the_time_does_not_fill_the_memory() -> None:
    kept: tuple[Setting, ...] = ()
    for second in range(3 * MOST):
        kept = noted(kept, setting(0, rows(60 + second % 30)), START + second * 1_000)
    assert len(kept) == MOST and kept[-1].since == START + (3 * MOST - 1) * 1_000


@given(st.lists(st.tuples(st.integers(0, 100 * DAY), _LIMITS), max_size=20), st.integers(0, REACH))
def test_what_is_forgotten_is_seen_no_more(told: list[tuple[int, tuple[Limit, ...] | None]], back: int) -> None:
    kept: tuple[Setting, ...] = ()
    everything: list[Setting] = []
    at = START
    for ms, limits in sorted(told, key=lambda one: one[0]):
        at = START + ms
        kept = noted(kept, setting(0, limits), at)
        everything.append(setting(at, limits))
    moment = at - back
    newest = next((one for one in reversed(everything) if one.since <= moment), None)
    expected = USUAL if newest is None or newest.limits is None else newest.limits
    assert limits_at(stretches(USUAL, kept, (), moment, moment), moment) == expected


# Reading stretches.


@pytest.mark.parametrize(
    ("start", "end", "lows"),
    [(0, 5, [85]), (0, 10, [85]), (0, 11, [85, 88]), (10, 20, [88]), (10, 21, [88, 91]), (9, 99, [85, 88, 91]),
     (25, 26, [91]), (-9, -3, [85])],
)  # fmt: skip
def test_all_limits_that_held_within_a_bucket(start: int, end: int, lows: list[float]) -> None:
    three = tuple(Stretch(at, rows(low)) for at, low in ((0, 85), (10, 88), (20, 91)))
    assert [limit.low for limit in limits_within(three, start, end)] == lows


def test_before_the_first_stretch_its_limits_are_taken() -> None:
    assert limits_at((Stretch(10, rows(88)),), 3) == rows(88)
