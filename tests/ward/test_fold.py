"""The fold is deterministic, takes anything, and is honest about age."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import START, logs, numbered, opening
from old_checkpoints import of_version_1, of_version_2

from iomt_tui.alarms.model import Priority
from iomt_tui.ward.checkpoint import CheckpointError, dump, load
from iomt_tui.ward.events import Draft, Entry, Reading, draft, observations
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.judge import MONITORING
from iomt_tui.ward.view import Freshness, Severity


def folded(entries: list[Entry]) -> Ward:
    ward = Ward()
    ward.apply(entries)
    return ward


def seen(ward: Ward, now: int) -> tuple[Any, ...]:
    """Everything a screen could read."""
    views = {p: ward.view(p, now) for p in ward.ids()}
    sparks = {(p, k): ward.spark(p, k, 12, 600_000, now) for p, v in views.items() for k in v.vitals}
    medication = {p: ward.medication(p, now) for p in views}
    return ward.header(now), views, sparks, {p: ward.rank(p) for p in views}, medication


@settings(max_examples=60)
@given(logs(), st.lists(st.integers(1, 7), min_size=1, max_size=20), st.sampled_from([0, 3_000, 30_000]))
def test_batch_size_does_not_matter(entries: list[Entry], sizes: list[int], later: int) -> None:
    whole, sliced = folded(entries), Ward()
    rest = entries
    changed: set[str] = set()
    while rest:
        size = sizes[len(rest) % len(sizes)]
        changed |= sliced.apply(rest[:size])
        rest = rest[size:]
    now = whole.now + later
    assert seen(sliced, now) == seen(whole, now)
    assert dump(sliced) == dump(whole)
    assert set(whole.ids()) <= changed


@settings(max_examples=60)
@given(logs(), st.integers(0, 40))
def test_checkpoint_and_tail_equal_the_whole(entries: list[Entry], cut: int) -> None:
    whole, half = folded(entries), folded(entries[:cut])
    resumed = load(dump(half))
    resumed.apply(entries[cut:])
    assert dump(resumed) == dump(whole)
    assert seen(resumed, whole.now) == seen(whole, whole.now)


def drawn(ward: Ward) -> list[object]:
    """What trends show of every vital, in the widths that every program kept."""
    return [
        series.buckets((ward.now // width - 60) * width, width, 61)
        for patient in ward.patients.values()
        for series in patient.series.values()
        for width in (10_000, 60_000, 3_600_000)
    ]


@pytest.mark.parametrize("written", [of_version_1, of_version_2])
@given(entries=logs(), cut=st.integers(0, 40))
def test_a_checkpoint_of_an_older_program_is_still_read(
    written: Callable[[Ward], bytes], entries: list[Entry], cut: int
) -> None:
    whole, half = folded(entries), folded(entries[:cut])
    resumed = load(written(half))
    resumed.apply(entries[cut:])
    assert seen(resumed, whole.now) == seen(whole, whole.now)
    assert drawn(resumed) == drawn(whole)
    assert load(dump(resumed)).now == whole.now


@given(logs(), st.data())
def test_a_checkpoint_cut_short_is_none(entries: list[Entry], data: st.DataObject) -> None:
    raw = zlib.decompress(dump(folded(entries)))
    start = 8 + int.from_bytes(raw[:8], "little")
    if start < len(raw):
        cut = data.draw(st.integers(start, len(raw) - 1))
        with pytest.raises(CheckpointError):
            load(zlib.compress(raw[:cut]))


@given(st.binary(max_size=200))
def test_no_bytes_pass_for_a_checkpoint(blob: bytes) -> None:
    with pytest.raises(CheckpointError):
        load(blob)


@given(logs())
def test_values_come_from_their_newest_observation(entries: list[Entry]) -> None:
    ward = folded(entries)
    for patient in ward.ids():
        for vital in ward.view(patient, ward.now).vitals.values():
            assert vital.observed_at is None or vital.observed_at <= ward.now
            assert vital.age is None or vital.age >= 0
            if vital.freshness is Freshness.EXPIRED:
                assert not vital.live


@given(
    st.lists(st.sampled_from(["ward", "patient", "device", "obs", "alarm", "tick", "outcome", "engine", "?"])),
    st.data(),
)
def test_a_body_of_any_shape_costs_only_itself(kinds: list[str], data: st.DataObject) -> None:
    shapes = st.sampled_from(
        [b"", b"null", b"[]", b"[[1]]", b"{}", b"{", b'{"id":3}', b'[["p1","d",1,{"hr":1},5]]', b'"x"']
    )
    bad = [Draft(START, kind, data.draw(shapes)) for kind in kinds]
    ward = folded(numbered([*opening(), *bad, *hr(START, 80.0)]))
    assert ward.view("p1", START).vitals["hr"].value == 80.0


def hr(at: int, value: float, **flags: str) -> list[Draft]:
    return [observations(at, [Reading("p1", "p1-monitor", at, {"hr": value}, flags or None)])]


def test_freshness_runs_through_every_stage_and_never_back() -> None:
    ward = folded(numbered([*opening(), *hr(START, 80.0)]))
    stages = [
        ward.view("p1", START + ms).vitals["hr"].freshness for ms in (0, 5_000, 5_001, 7_500, 7_501, 10_000, 10_001)
    ]
    assert stages == [Freshness(x) for x in (0, 0, 1, 1, 2, 2, 3)]
    assert not ward.view("p1", START + 10_001).vitals["hr"].live


def test_late_data_do_not_move_now_back() -> None:
    late = observations(START + 300_000, [Reading("p1", "p1-monitor", START + 10_000, {"hr": 150.0}, None)])
    ward = folded(numbered([*opening(), *hr(START + 299_000, 80.0), late]))
    vital = ward.view("p1", START + 300_000).vitals["hr"]
    assert (vital.value, vital.observed_at) == (80.0, START + 299_000)
    known = [b for b in ward.spark("p1", "hr", 60, 600_000, START + 300_000) if b]
    assert [b[1] for b in known] == [150.0, 80.0]  # drawn where it belongs


def test_a_probe_that_is_off_has_no_value() -> None:
    off = observations(START + 1_000, [Reading("p1", "p1-monitor", START + 1_000, {}, {"hr": "sensor-off"})])
    ward = folded(numbered([*opening(), *hr(START, 80.0), off]))
    vital = ward.view("p1", START + 1_000).vitals["hr"]
    assert (vital.absent, vital.live, vital.value) == ("sensor-off", False, 80.0)
    assert ward.view("p1", START + 1_000).refused == {"sensor-off": 1}
    ward.apply(numbered([*opening(), *hr(START, 80.0), off, *hr(START + 2_000, 81.0)])[-1:])
    assert ward.view("p1", START + 2_000).vitals["hr"].live


def test_after_a_gap_everything_monitored_is_stale_until_its_next_observation() -> None:
    gap = draft(START + 2_000, "tick", {"gap": 60_000})
    drafts = [*opening(), *hr(START + 1_000, 80.0), gap]
    assert not folded(numbered(drafts)).view("p1", START + 2_000).vitals["hr"].live
    assert folded(numbered([*drafts, *hr(START + 2_500, 80.0)])).view("p1", START + 2_500).vitals["hr"].live


def test_news2_direction_is_against_an_hour_ago() -> None:
    drafts = [*opening(), *hr(START, 80.0), draft(START, "tick", {})]
    later = START + 3_700_000
    drafts += [*hr(later, 135.0), draft(later, "tick", {})]
    view = folded(numbered(drafts)).view("p1", later)
    assert (view.news2.total, view.news2.known, view.news2_direction) == (3, 1, 1)


def test_a_ward_wide_count_is_the_number_of_alarms_listed() -> None:
    from iomt_tui.alarms.model import Alarm, Ref

    alarms = [
        Alarm(Ref("p1", "hr", "high", 1, 1), "unack", Priority.HIGH, False, 150.0, 140.0, START, START),
        Alarm(Ref("p1", "spo2", "low", 1, 1), "acked", Priority.MEDIUM, False, 88.0, 90.0, START, START),
        Alarm(Ref("p2", "p2-patch", "battery", 1, 1), "unack", Priority.LOW, True, None, 20.0, START, START),
        Alarm(Ref("p2", "hr", "low", 1, 1), "normal", Priority.HIGH, False, 38.0, 40.0, START, START, START),
    ]
    ward = folded(numbered([*opening(), *(draft(START, "alarm", a.body()) for a in alarms)]))
    header = ward.header(START)
    assert dict(header.counts) == {Priority.HIGH: 1, Priority.MEDIUM: 1, Priority.LOW: 0}
    assert (header.technical, header.unacknowledged) == (1, 2)
    assert [ward.view(p, START).severity for p in ("p1", "p2")] == [Severity.HIGH, Severity.TECHNICAL]
    assert ward.rank("p1") < ward.rank("p2")


@settings(max_examples=60)
@given(logs(), st.sampled_from([0, 3_000, 70_000]))
def test_i18_what_the_header_counts_is_what_the_patients_list(entries: list[Entry], later: int) -> None:
    ward = folded(entries)
    now = ward.now + later
    views = [ward.view(patient, now) for patient in ward.ids()]
    header, alarms = ward.header(now), [alarm for view in views for alarm in view.alarms]
    own = [alarm.priority for alarm in alarms if not alarm.technical]
    assert header.counts == {priority: own.count(priority) for priority in Priority}
    assert header.technical == len(alarms) - len(own)
    assert header.unacknowledged == sum(alarm.state != "acked" for alarm in alarms)
    quiet = [suppression.what for view in views for suppression in view.suppressions]
    assert (header.paused, header.shelved, header.standby) == tuple(map(quiet.count, ("pause", "shelve", "standby")))
    assert header.patients == len(views)


@settings(max_examples=60)
@given(logs(), st.integers(0, 200_000))
def test_i12_a_value_is_live_exactly_until_its_limit(entries: list[Entry], later: int) -> None:
    ward = folded(entries)
    now = ward.now + later
    for patient in ward.ids():
        for key, vital in ward.view(patient, now).vitals.items():
            limit = ward.patients[patient].series[key].limit
            stale = vital.observed_at is not None and vital.observed_at <= ward.stale_before and limit <= MONITORING
            if vital.age is not None and not stale:
                assert (vital.freshness is Freshness.EXPIRED) == (vital.age > limit)


def test_hostile_text_is_safe_before_any_view() -> None:
    body = {"id": "p1", "family": "O'Neil [/foo]\x1b]52;c;x\x07", "bed": "\u202e01", "problem": "x" * 500}
    view = folded(numbered([*opening(), draft(START, "patient", body)])).view("p1", START)
    shown = f"{view.name}{view.bed}{view.problem}{view.full_name}"
    assert shown.isprintable()
    assert len(view.problem) <= 120


def test_patients_whose_names_look_alike_say_so() -> None:
    twins = [
        draft(START, "patient", {"id": p, "family": f, "given": "N"}) for p, f in (("p1", "OKAFOR"), ("p2", "ОKAFOR"))
    ]
    ward = folded(numbered([*opening(), *twins]))  # the second begins with a Cyrillic letter
    assert ward.view("p1", START).similar == (f"{ward.view('p2', START).bed} ОKAFOR N",)
    ward.apply(numbered([*opening(), *twins, draft(START, "patient", {"id": "p2", "family": "MENSAH"})])[-1:])
    assert ward.view("p1", START).similar == ()
