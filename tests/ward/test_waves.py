"""Waveforms in the fold: placed by when they came, honest about gaps, and of the moment only."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import START, numbered, opening

from iomt_tui.security.text import safe_text
from iomt_tui.ward.checkpoint import dump, load
from iomt_tui.ward.events import Draft, draft
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.story.waves import BEHIND, LOST, Signal, signal_of, waves_of
from iomt_tui.ward.story.waves import START as PATIENCE
from iomt_tui.ward.waves import KEPT, LONGEST_LEASE, Lease, Piece, Trace, Wave, Waves, joined

HZ = 50
OPEN = Lease(0, 1 << 50, safe_text(""))


def body(
    at: int, samples: list[int | None], *, device: str = "p1-monitor", hz: int = HZ, **more: Any
) -> dict[str, Any]:
    channel = {"hz": hz, "unit": "%", "samples": samples, **more}
    return {"patient": "p1", "device": device, "at": at, "channels": {"pleth": channel}}


def wave(at: int, samples: list[int | None], received: int | None = None, **more: Any) -> Draft:
    length = len(samples) * 1000 // HZ
    return draft(at + length if received is None else received, "wave", body(at, samples, **more))


def ward_of(*drafts: Draft) -> Ward:
    ward = Ward()
    ward.apply(numbered([*opening(), *drafts]))
    return ward


def trace_of(*drafts: Draft) -> Trace:
    return ward_of(*drafts).waves["p1"].traces["pleth"]


def seconds(first: int, last: int, value: int | None = 7) -> list[Draft]:
    return [wave(START + s * 1000, [value] * HZ) for s in range(first, last)]


def asked(at: int, ms: int, op: str = "waves-1", outcome: str = "applied", why: str = "") -> list[Draft]:
    act = {"op": op, "user": "Kim", "do": "waves", "patient": "p1", "ms": ms}
    said = {"op": op, "outcome": outcome, "by": "Kim", "at": at, "why": why}
    return [draft(at, "act", act), draft(at, "outcome", said)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"channels": {}}, {"channels": {"eeg": {"hz": 50, "unit": "uV", "samples": [1]}}}, {"at": -1}, {"at": "now"},
        {"device": ""}, {"patient": None}, {"channels": {"pleth": {"hz": 0, "unit": "%", "samples": [1]}}},
        {"channels": {"pleth": {"hz": 50, "unit": "uV", "samples": [1]}}},
        {"channels": {"pleth": {"hz": 50, "unit": "%", "samples": []}}},
        {"channels": {"pleth": {"hz": 50, "unit": "%", "samples": [1.5]}}},
        {"channels": {"pleth": {"hz": 50, "unit": "%", "samples": [True]}}},
        {"channels": {"pleth": {"hz": 50, "unit": "%", "samples": [1 << 40]}}},
        {"channels": {"pleth": {"hz": 50, "unit": "%", "samples": [0] * 251}}},
        {"channels": {"pleth": {"hz": 2_000, "unit": "%", "samples": [0]}}},
        {"channels": {"pleth": {"hz": 50, "unit": "%", "samples": "abc"}}},
    ],
)  # fmt: skip
def test_a_wave_of_another_shape_is_counted_and_draws_nothing(wrong: dict[str, Any]) -> None:
    told = body(START, [1, 2]) | wrong
    with pytest.raises((ValueError, KeyError, TypeError)):
        Wave.from_body(told)
    ward = ward_of(draft(START, "wave", told))
    assert (ward.unreadable, ward.waves) == (1, {})


@settings(max_examples=80)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 60)), min_size=1, max_size=25),
    st.sampled_from([0, -3_600_000, 86_400_000, 700]),
)
def test_every_sample_stands_at_its_own_time_and_what_was_missed_is_a_gap(
    pieces: list[tuple[int, int]], clock: int
) -> None:
    """Against a table of every sample by its time; the device's clock is off by ``clock`` ms."""
    at, value = START, 0
    drafts, table = list[Draft](), dict[int, int]()
    for gap, count in pieces:
        at += gap * 500
        samples: list[int | None] = list(range(value, value + count))
        value += count
        drafts.append(wave(at + clock, samples, received=at + count * 20))
        table |= {at + i * 20: sample for i, sample in enumerate(samples) if sample is not None}
        at += count * 20
    trace = trace_of(*drafts)
    assert trace.end == at == trace.good
    assert len(trace.samples) <= (KEPT + 1) * HZ
    assert len(trace.samples) >= min(KEPT * HZ, (at - min(table)) // 20) - HZ
    for number, sample in enumerate(trace.samples):
        assert sample == table.get(trace.begins + number * 20)


def test_samples_that_came_before_are_not_drawn_twice() -> None:
    trace = trace_of(wave(START, list(range(50))), wave(START + 500, [99] * 50))
    assert trace.samples == [*range(50), *[99] * 25]


def test_a_clock_that_was_set_is_taken_anew_after_three_pieces_and_nothing_old_stays() -> None:
    before = seconds(0, 3)
    after = [wave(START - 3_600_000 + s * 1000, [9] * HZ, received=START + (s + 4) * 1000) for s in range(4)]
    trace = trace_of(*before, *after)
    assert set(trace.samples) == {9}
    assert trace.end == START + 7_000


def test_one_late_piece_moves_nothing() -> None:
    late = wave(START + 3_000, [8] * HZ, received=START + 5_900)
    trace = trace_of(*seconds(0, 3), late, *seconds(4, 6))
    assert trace.begins == START
    assert trace.samples[150:200] == [8] * HZ


def test_another_device_begins_anew() -> None:
    trace = trace_of(*seconds(0, 3), wave(START + 3_000, [5] * HZ, device="p1-patch"))
    assert (trace.device, trace.samples) == ("p1-patch", [5] * HZ)


def test_waveforms_are_in_no_checkpoint_and_change_no_row() -> None:
    ward = ward_of()
    without = dump(ward)
    changed = ward.apply(numbered([*opening(), *seconds(0, 3)])[-3:])
    ward.seq, ward.now = ward_of().seq, ward_of().now
    assert changed == set()
    assert dump(ward) == without
    assert load(dump(ward)).waves == {}


def test_whoever_left_has_no_waveforms() -> None:
    ward = ward_of(*asked(START, 45_000), *seconds(0, 2), draft(START + 3_000, "discharge", {"id": "p1"}))
    assert (ward.waves, ward.leases) == ({}, {})
    ward.apply(numbered([*opening(), *seconds(3, 4)])[-1:])
    assert ward.waves == {}


def test_a_lease_holds_as_long_as_it_says_and_renewed_goes_on() -> None:
    ward = ward_of(*asked(START, 45_000), *asked(START + 20_000, 45_000, "waves-2"))
    assert ward.leases["p1"] == Lease(START, START + 65_000, safe_text(""))
    ward = ward_of(*asked(START, 45_000), *asked(START + 1_000, 5_000, "waves-2"))
    assert ward.leases["p1"].until == START + 45_000  # another screen's shorter one takes nothing away
    ward.apply(numbered([*opening(), draft(START + 45_001, "tick", {})])[-1:])
    assert ward.leases == {}


def test_nobody_asks_for_longer_than_a_minute() -> None:
    assert ward_of(*asked(START, 10**9)).leases["p1"].until == START + LONGEST_LEASE


def test_a_refusal_says_why_and_asking_pushes_no_other_answer_out() -> None:
    ward = ward_of(*asked(START, 45_000, outcome="refused", why="this source has no waveforms"))
    assert ward.leases["p1"].why == "this source has no waveforms"
    assert (ward.outcomes, ward.acts) == ({}, {})


def test_an_unanswered_question_is_still_one_after_a_restart() -> None:
    ward = load(dump(ward_of(asked(START, 45_000)[0])))
    assert [data["do"] for _, data in ward.acts.values()] == ["waves"]


def good(*until: int, nulls: int = 0) -> Trace:
    """A trace with a signal from START to ``until[0]`` ms later, then ``nulls`` ms of none, then ``until[1]``."""
    trace = Trace("d", HZ, START)
    trace.put(START, Piece("pleth", HZ, (1,) * (until[0] // 20), safe_text("")))
    if nulls:
        trace.put(START + until[0], Piece("pleth", HZ, (None,) * (nulls // 20), safe_text("sensor-off")))
    if len(until) > 1:
        trace.put(START + until[0] + nulls, Piece("pleth", HZ, (1,) * (until[1] // 20), safe_text("")))
    return trace


@pytest.mark.parametrize(
    ("trace", "now", "signal"),
    [
        (good(5_000), 5_000, Signal("live")),
        (good(5_000), 5_000 + BEHIND, Signal("live")),
        (good(5_000), 5_000 + BEHIND + LOST, Signal("live")),
        (good(5_000), 5_001 + BEHIND + LOST, Signal("lost", START + 5_000)),  # nothing comes any more
        (good(5_000, nulls=4_000), 9_000, Signal("lost", START + 5_000)),  # it says that there is nothing
        (good(5_000, nulls=900), 5_900, Signal("live")),
        (good(5_000, 1_000, nulls=4_000), 9_500, Signal("lost", START + 5_000)),  # it is back, and not drawn yet
        (good(5_000, 1_000, nulls=4_000), 11_500, Signal("live")),
        (good(1_000), 1_000, Signal("coming")),
    ],
)
def test_a_signal_is_lost_three_seconds_after_its_end(trace: Trace, now: int, signal: Signal) -> None:
    assert signal_of(trace, OPEN, START + now) == signal


def test_what_nobody_asks_for_is_not_recorded_and_no_lost_signal() -> None:
    trace, now = good(5_000), START + 60_000
    over = Lease(START, START + 30_000, safe_text(""))
    assert signal_of(trace, None, now) == signal_of(trace, over, now) == Signal("unasked", START + 5_000)
    assert signal_of(trace, Lease(START, now, safe_text("no")), now).state == "unasked"


def test_a_signal_that_was_just_asked_for_is_on_its_way() -> None:
    trace, now = good(5_000), START + 60_000
    fresh = Lease(now - 1_000, now + 40_000, safe_text(""))
    assert signal_of(trace, fresh, now) == Signal("coming")
    assert signal_of(trace, fresh, fresh.since + PATIENCE) == Signal("lost", START + 5_000)


def test_leads_that_were_never_on_are_lost_without_a_time() -> None:
    trace = Trace("d", HZ, START)
    trace.put(START, Piece("pleth", HZ, (None,) * 400, safe_text("sensor-off")))
    assert signal_of(trace, OPEN, START + 8_000) == Signal("lost")
    assert trace.absent == "sensor-off"


@given(
    st.lists(st.one_of(st.none(), st.integers(-50, 50)), min_size=1, max_size=40),
    st.floats(-100, 900), st.floats(0, 300),
)  # fmt: skip
def test_a_stretch_holds_every_sample_in_it_and_nothing_beyond_its_neighbours(
    samples: list[int | None], start: float, length: float
) -> None:
    trace = Trace("d", HZ, 0)
    trace.put(0, Piece("pleth", HZ, tuple(samples), safe_text("")))
    found = trace.between(start, start + length)
    inside = [s for i, s in enumerate(samples) if s is not None and start <= i * 20 <= start + length]
    near = [s for i, s in enumerate(samples) if s is not None and start - 20 < i * 20 < start + length + 20]
    if found is None:
        assert not inside
    else:
        assert found[0] <= found[1]
        assert all(found[0] <= s <= found[1] for s in inside)
        assert min(near) <= found[0] and found[1] <= max(near)


def test_two_stretches_of_one_curve_are_joined_where_they_fit() -> None:
    whole = trace_of(*seconds(0, 5, 3), *seconds(5, 9, 4))
    early, late = trace_of(*seconds(0, 6, 3)), trace_of(*seconds(5, 9, 4))
    both = joined(early, late)
    assert (both.begins, both.samples, both.good, both.end) == (whole.begins, whole.samples, whole.good, whole.end)
    assert joined(early, trace_of(*seconds(7, 9, 4))).begins == START + 7_000  # a hole between them
    assert joined(late, early) is early
    other = trace_of(wave(START + 5_000, [4] * HZ, device="p1-patch"))
    assert joined(early, other) is other


def test_a_stretch_of_the_log_tells_what_the_fold_tells_and_nothing_of_others() -> None:
    entries = numbered([*opening(), *seconds(0, 4), draft(START + 4_000, "wave", {"patient": "p1"}), *seconds(4, 6)])
    told = Waves.told("p1", entries)
    assert told.traces["pleth"].samples == trace_of(*seconds(0, 6)).samples
    assert Waves.told("p2", entries).traces == {}


def test_the_view_names_channels_state_and_what_the_device_says() -> None:
    told = {"patient": "p1", "device": "p1-monitor", "param": "spo2", "kind": "LOW-PERF", "priority": 1,
            "technical": True, "state": "start", "at": START, "text": ""}  # fmt: skip
    ward = ward_of(*asked(START, 45_000), *seconds(0, 5), draft(START + 5_000, "condition", told))
    view = waves_of(ward, "p1", START + 5_000)
    (channel,) = view.channels
    assert (view.asked, view.why, channel.key, channel.hz, channel.device) == (True, "", "pleth", HZ, "p1-monitor")
    assert (channel.signal.state, channel.says, len(channel.samples)) == ("live", ("low perf",), 5 * HZ)
    assert waves_of(ward, "p2", START + 5_000).channels == ()
    with pytest.raises(KeyError):
        waves_of(ward, "p9", START)
