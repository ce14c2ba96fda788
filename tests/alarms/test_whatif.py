"""Other limits over the same values: counted, compared, and silent about what nobody measured."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.alarms.course import Change, Course, Stay, band, unchanged
from iomt_tui.alarms.episodes import Episode, episodes
from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.system import AlarmSystem
from iomt_tui.alarms.whatif import Comparison, compare, rerun
from iomt_tui.clinical.limits import Limit

STAY: Stay = [(0, (1, False, False))]
MINUTE = 60_000


def medium(low: float, delay: float = 5.0) -> Change:
    """Another medium low limit."""

    def change(vital: str, limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
        return tuple(x._replace(low=low, delay_s=delay) if x.priority == 2 and x.low is not None else x for x in limits)

    return change


def course(*values: tuple[int, float], kept: tuple[float, float] | None = None) -> Course:
    made = Course("p1", "spo2", 10_000, kept or (float("inf"), float("-inf")))
    for second, value in values:
        made.add(second * 1000, value)
    return made


def steady(**dips: float) -> list[tuple[int, float]]:
    """Ten minutes of 97 %, with dips "s60_20" (at 60 s, for 20 s)."""
    values = dict.fromkeys(range(600), 97.0)
    for name, value in dips.items():
        begin, length = map(int, name[1:].split("_"))
        values |= dict.fromkeys(range(begin, begin + length), value)
    return list(values.items())


def compared(values: list[tuple[int, float]], candidate: Change, end: int = 600_000) -> Comparison:
    made = course(*values)
    made.leave(end)
    (found,) = compare([(made, STAY)], candidate, end)
    return found


def brief(found: list[Episode]) -> list[tuple[int, int, int | None, Priority]]:
    return [(e.onset, e.raised, e.ended, e.priority) for e in found]


def test_a_longer_delay_misses_the_short_dip_and_tells_its_depth_and_length() -> None:
    found = compared(steady(s60_12=87.0, s200_60=88.0), medium(90.0, 15.0))
    assert (found.today.alarms, found.candidate.alarms) == (2, 1)
    (missed,) = found.missed
    assert (missed.worst, missed.depth, missed.length_ms) == (87.0, 3.0, 17_000)  # with its off-delay
    assert (found.later, found.latest_ms, found.unsure, found.added) == (1, 10_000, 0, 0)
    assert found.today.minutes == pytest.approx((12 + 60) / 60)
    assert found.coverage == 1.0 and found.conclusive


def test_a_high_that_is_left_as_it_is_is_not_missed_but_may_be_quieter_never() -> None:
    found = compared(steady(s60_30=84.0), medium(80.0))
    assert (found.today.alarms, found.candidate.alarms, found.missed, found.quieter) == (1, 1, (), 0)
    assert found.candidate.mix[Priority.HIGH] == 1


def test_what_only_the_other_limits_announce_is_added() -> None:
    found = compared(steady(s60_30=92.0), medium(94.0))
    assert (found.today.alarms, found.candidate.alarms, found.added) == (0, 1, 1)


def test_an_episode_that_reaches_into_a_gap_is_not_judged() -> None:
    values = [(s, v) for s, v in steady(s60_40=88.0) if not 70 <= s < 90]
    found = compared(values, medium(80.0))
    assert (found.unsure, found.missed) == (1, ())
    assert found.covered_ms == found.watched_ms - 11_000  # 69 s stands until 79 s; the next is at 90 s
    assert found.today.minutes == pytest.approx((40 - 11) / 60)


def test_too_little_measured_concludes_nothing() -> None:
    found = compared([(s, 88.0) for s in range(0, 600, 30)], medium(80.0))
    assert found.coverage == pytest.approx(1 / 3, abs=0.01)
    assert not found.conclusive
    assert compared([(0, 97.0)], medium(80.0), 0).conclusive is False  # no time at all


def test_a_discharge_ends_the_episode_and_is_no_gap() -> None:
    made = course(*[(s, 88.0) for s in range(30)])
    made.leave(30_000)
    for s in range(100, 120):
        made.add(s * 1000, 88.0)
    made.leave(120_000)
    stay: Stay = [*STAY, (30_000, None), (90_000, (1, False, False))]
    found = rerun(made, stay, unchanged, 120_000)
    assert brief(found) == [
        (0, 5_000, 30_000, Priority.MEDIUM),
        (100_000, 105_000, None, Priority.MEDIUM),
    ]
    assert (made.watched, made.covered) == (50_000, 50_000)


def test_each_delay_ends_at_its_own_time_though_no_value_comes() -> None:
    def limits(*_: object) -> tuple[Limit, ...]:
        return Limit("spo2", 90, None, 1, 10, 0, ""), Limit("spo2", 88, None, 2, 5, 0, "")

    made = course((0, 89.0), (6, 87.0), (60, 97.0))
    (found,) = rerun(made, STAY, limits, 60_000)
    assert (found.first.priority, found.raised, found.priority, found.revisions) == (
        Priority.LOW, 10_000, Priority.MEDIUM, 2,
    )  # fmt: skip


def test_a_late_value_changes_nothing() -> None:
    made = course((0, 97.0), (10, 97.0))
    made.add(5_000, 84.0)
    assert rerun(made, STAY, unchanged, 20_000) == []


@given(
    st.lists(st.tuples(st.integers(1, 25), st.floats(80, 99)), min_size=1, max_size=60),
    st.sampled_from([(90.0, 5.0), (88.0, 15.0), (92.0, 0.0)]),
)
def test_the_small_course_tells_the_same_as_every_value(
    steps: list[tuple[int, float]], setting: tuple[float, float]
) -> None:
    at, values = 0, []
    for step, value in steps:
        values.append((at, value))
        at += step
    candidate = medium(*setting)
    end = (at + 60) * 1000
    small = course(*values, kept=band("spo2", (candidate,)))
    whole = course(*values)
    for change in (unchanged, candidate):
        assert rerun(small, STAY, change, end) == rerun(whole, STAY, change, end)
    assert small.gaps == whole.gaps
    for made in (small, whole):
        made.leave(end)
    assert small.covered == whole.covered
    assert replace(next(iter(compare([(small, STAY)], unchanged, end)))).missed == ()


def live(values: list[tuple[int, float]], until: int) -> list[Episode]:
    """What the ward announced of them, ticked every second."""
    system, at, out = AlarmSystem(), 0, list[Alarm]()
    for second in range(until + 1):
        out += system.advance(second * 1000)
        while at < len(values) and values[at][0] == second:
            out += system.watch("p1", "spo2").value(values[at][1], second * 1000)
            at += 1
    return episodes(out)


@given(
    st.lists(
        st.tuples(st.sampled_from([1, 1, 2, 4, 6, 9]), st.sampled_from([83.0, 84.6, 85.0, 86.0, 89.0, 89.6, 90.0, 90.4,
                                                                        90.6, 91.0, 97.0])),
        min_size=1, max_size=40,
    )
)  # fmt: skip
def test_todays_limits_give_what_the_ward_announced(steps: list[tuple[int, float]]) -> None:
    at, values = 0, []
    for step, value in steps:
        values.append((at, value))
        at += step
    until = at + 40
    small = course(*values, kept=band("spo2"))
    for made in (course(*values), small):
        found = rerun(made, STAY, unchanged, until * 1000)
        assert found == live(values, until)


def test_a_recovery_inside_the_margin_is_none() -> None:
    values = [(s, 88.0) for s in range(10)] + [(s, 90.0) for s in range(10, 40)] + [(s, 97.0) for s in range(40, 60)]
    small = course(*values, kept=band("spo2"))
    assert [e.ended for e in rerun(small, STAY, unchanged, 60_000)] == [45_000]
