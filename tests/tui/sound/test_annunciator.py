"""Bursts by priority: their shape, how often, and what happens when alarms come, go and are late."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.alarms.model import Priority, Ref
from iomt_tui.tui.sound.annunciator import APART, EVERY, PULSES, Annunciator

HIGH, MEDIUM, LOW = Priority.HIGH, Priority.MEDIUM, Priority.LOW


def ref(name: str) -> Ref:
    return Ref(name, "hr", "high", 1, 1)


def run(one: Annunciator, start: float, end: float) -> Iterator[tuple[float, Priority]]:
    """Turns it whenever it wants, up to ``end``."""
    now = start
    while now <= end:
        pulse = one.due(now)
        if pulse is not None:
            yield round(now - start, 3), pulse.priority
        wait = one.wait(now)
        if wait is None:
            return
        now += max(wait, 1e-4)


def test_each_priority_has_its_shape_and_its_pace() -> None:
    for priority in Priority:
        one = Annunciator()
        one.hear({ref("a"): priority}, 100.0)
        heard = list(run(one, 100.0, 100.0 + EVERY[priority] + 0.05))
        assert [at for at, _ in heard[: len(PULSES[priority])]] == [round(at, 3) for at in PULSES[priority]]
        assert len(heard) == len(PULSES[priority]) + 1, "the next burst begins"
        assert abs(heard[-1][0] - EVERY[priority]) < 0.01


def test_silence_at_once_when_nothing_is_audible() -> None:
    one = Annunciator()
    one.hear({ref("a"): HIGH}, 0.0)
    assert one.due(0.0) is not None
    one.hear({}, 0.3)
    assert one.due(0.45) is None and one.wait(0.45) is None


def test_a_louder_alarm_is_heard_at_once_in_the_middle_of_a_burst() -> None:
    one = Annunciator()
    one.hear({ref("a"): MEDIUM}, 0.0)
    assert one.due(0.0) is not None
    one.hear({ref("a"): MEDIUM, ref("b"): HIGH}, 0.1)
    pulse = one.due(0.1)
    assert pulse is not None and pulse.priority is HIGH and pulse.first


def test_a_new_alarm_of_the_same_priority_brings_the_next_burst_forward_but_not_into_this_one() -> None:
    one = Annunciator()
    one.hear({ref("a"): HIGH}, 0.0)
    list(run(one, 0.0, 1.0))
    one.hear({ref("a"): HIGH, ref("b"): HIGH}, 1.0)
    starts = [at + 1.0 for at, _ in run(one, 1.0, 9.9)]
    expected = PULSES[HIGH][-1] + APART
    assert any(abs(at - expected) < 0.05 for at in starts)
    assert not any(PULSES[HIGH][-1] + 0.05 < at < expected - 0.05 for at in starts)


def test_when_the_loudest_is_over_the_quieter_keeps_its_own_pace() -> None:
    one = Annunciator()
    one.hear({ref("a"): HIGH, ref("b"): LOW}, 0.0)
    list(run(one, 0.0, 4.0))
    one.hear({ref("b"): LOW}, 5.0)
    assert one.wait(5.0) == EVERY[LOW] - 5.0


def test_late_pulses_are_dropped_not_made_up_for() -> None:
    one = Annunciator()
    one.hear({ref("a"): HIGH}, 0.0)
    assert one.due(0.0) is not None
    assert one.due(3.0) is None, "a screen that hung for three seconds does not rattle"
    assert one.wait(3.0) == EVERY[HIGH] - 3.0


@given(
    st.lists(
        st.tuples(st.floats(0.0, 20.0), st.dictionaries(st.sampled_from("abc"), st.sampled_from(Priority), max_size=3)),
        max_size=25,
    )
)
def test_no_more_pulses_than_the_pattern_and_none_in_silence(steps: list[tuple[float, dict[str, Priority]]]) -> None:
    one, now, audible = Annunciator(), 0.0, dict[Ref, Priority]()
    bursts: list[tuple[float, Priority]] = []
    for pause, names in steps:
        end = now + pause
        while now <= end:
            pulse = one.due(now)
            if pulse is not None:
                assert audible, "nothing sounds in silence"
                if pulse.first:
                    bursts.append((now, pulse.priority))
            wait = one.wait(now)
            now = end + 1e-6 if wait is None else min(now + max(wait, 1e-3), end + 1e-6)
        now = end
        audible = {ref(name): priority for name, priority in names.items()}
        one.hear(audible, now)
        if audible:
            assert one.wait(now) is not None, "what is audible sounds sooner or later"
    for (before, first), (after, second) in pairwise(bursts):
        assert second > first or after - before >= min(APART, EVERY[second]) - 1e-6
