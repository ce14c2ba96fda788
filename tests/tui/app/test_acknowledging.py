"""Two deliberate steps on exactly what was shown; nothing that no hand did counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.alarms.model import Ref
from iomt_tui.tui.acknowledging import BETWEEN, FORGOTTEN, LOCK, SHOWN_FOR, Acknowledging
from iomt_tui.tui.questions import Question

REF = Ref("p0", "spo2", "low", 1, 1)


def target(since: float = 0.0, ref: Ref = REF) -> Question:
    return Question("ack", "Acknowledge 07 Okafor N: SpO2 84 < 90?", ({"do": "ack", "ref": list(ref)},), since, (ref,))


def test_arm_then_confirm() -> None:
    hand = Acknowledging()
    hand.arm(target(), 10.0)
    assert hand.confirm(10.1) is None, "faster than a hand"
    assert hand.confirm(10.3) == target()
    assert hand.confirm(11.0) is None, "nothing is armed any more"


def test_what_was_shown_too_briefly_waits() -> None:
    hand = Acknowledging()
    hand.arm(target(since=9.9), 10.0)
    assert hand.confirm(10.35) is None
    assert hand.confirm(9.9 + SHOWN_FOR) is not None


def test_two_acknowledgements_keep_their_distance() -> None:
    hand = Acknowledging()
    hand.arm(target(), 10.0)
    assert hand.confirm(10.25) is not None
    hand.arm(target(ref=REF._replace(patient="p1")), 10.26)
    assert hand.confirm(10.25 + BETWEEN - 0.01) is None
    assert hand.confirm(10.25 + BETWEEN) is not None


def test_a_paste_disarms_and_locks() -> None:
    hand = Acknowledging()
    hand.arm(target(), 10.0)
    hand.lock(10.1)
    assert hand.armed is None
    hand.arm(target(), 10.5)
    assert hand.armed is None
    hand.arm(target(), 10.1 + LOCK)
    assert hand.armed is not None


def test_a_question_ends_by_itself() -> None:
    hand = Acknowledging()
    hand.arm(target(), 10.0)
    assert not hand.forget(10.0 + FORGOTTEN - 0.1)
    assert hand.forget(10.0 + FORGOTTEN)
    assert hand.armed is None


def test_arming_another_alarm_starts_anew() -> None:
    hand = Acknowledging()
    hand.arm(target(), 10.0)
    hand.arm(target(ref=REF._replace(rev=2)), 10.25)
    assert hand.confirm(10.3) is None


@given(st.lists(st.tuples(st.sampled_from(["a", "enter"]), st.just(1 / 30)), min_size=300, max_size=300))
def test_thirty_keys_a_second_acknowledge_at_most_once(keys: list[tuple[str, float]]) -> None:
    hand, now, done = Acknowledging(), 10.0, 0
    for name, pause in keys:
        now += pause
        if not hand.key(name, now):
            continue
        if name == "a":
            hand.arm(target(), now)
        elif not hand.spent(now):
            done += hand.confirm(now) is not None
    assert done <= 1


def test_the_key_that_confirmed_counts_again_once_another_was_pressed() -> None:
    hand = Acknowledging()
    for patient, now in (("p0", 10.0), ("p1", 10.6)):
        assert hand.key("A", now)
        hand.arm(target(ref=REF._replace(patient=patient)), now)
        assert hand.key("enter", now + 0.3) and not hand.spent(now + 0.3)
        assert hand.confirm(now + 0.3) is not None
    assert hand.key("enter", 11.4) and hand.spent(11.4), "pressed on and on it stays the one that confirmed"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["arm0", "arm1", "confirm", "cancel", "paste"]), st.floats(0.0, 1.5, allow_nan=False)
        ),
        max_size=40,
    )
)
def test_only_what_is_armed_and_was_long_enough_shown_is_acknowledged(steps: list[tuple[str, float]]) -> None:
    hand, now, last = Acknowledging(), 10.0, float("-inf")
    asked: tuple[Ref, float] | None = None
    for step, pause in steps:
        now += pause
        if step.startswith("arm"):
            ref = REF._replace(patient=step)
            hand.arm(target(since=now, ref=ref), now)
            if hand.armed is not None and (asked is None or asked[0] != ref):
                asked = (ref, now)
        elif step == "cancel":
            hand.cancel()
            asked = None
        elif step == "paste":
            hand.lock(now)
            asked = None
        elif (done := hand.confirm(now)) is not None:
            assert asked is not None and done.refs == (asked[0],)
            assert now - asked[1] >= SHOWN_FOR
            assert now - last >= BETWEEN
            asked, last = None, now
