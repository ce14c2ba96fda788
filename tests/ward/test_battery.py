"""How long a battery lasts is told from how it ran down, and is not told where that cannot be known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.ward.battery import forecast, unknown
from iomt_tui.ward.state import DeviceState

START = 28_000_000  # a minute


def running_down(percent: int, per_level: int, levels: int) -> list[tuple[int, int]]:
    """A level of one percent less every ``per_level`` minutes."""
    return [(START + i * per_level, percent - i) for i in range(levels)]


@given(st.integers(30, 100), st.integers(2, 600), st.integers(6, 30))
def test_a_steady_battery_is_empty_when_its_percents_are_used_up(percent: int, per_level: int, levels: int) -> None:
    history = running_down(percent, per_level, levels)
    minute, left = history[-1]
    found = forecast(history, minute * 60_000)
    assert found is not None
    assert found.per_hour == pytest.approx(60 / per_level)
    assert found.empty_at == pytest.approx((minute + left * per_level) * 60_000, abs=60_000)
    assert found.left(found.empty_at + 1) == 0
    assert unknown(history, minute * 60_000) == ""


def test_one_wrong_level_moves_little() -> None:
    history = running_down(90, 10, 12)
    history[6] = (history[6][0], 20)  # and the next is a charge, to which it belongs
    right = forecast(running_down(90, 10, 12), history[-1][0] * 60_000)
    found = forecast(history, history[-1][0] * 60_000)
    assert right is not None
    assert found is not None
    assert abs(found.empty_at - right.empty_at) < 0.05 * right.left(history[-1][0] * 60_000)


@pytest.mark.parametrize(
    ("history", "why"),
    [([], "no level told"), ([(START, 80)], "too few levels yet"), (running_down(80, 1, 4), "too few levels yet"),
     ([*running_down(80, 60, 10), (START + 700, 95)], "too few levels yet")],
)  # fmt: skip
def test_what_cannot_be_told_is_said(history: list[tuple[int, int]], why: str) -> None:
    now = (START + 10_000) * 60_000
    assert forecast(history, now) is None
    assert unknown(history, now) == why


def test_nothing_later_than_now_counts() -> None:
    history = running_down(90, 10, 12)
    at = history[5][0] * 60_000
    assert forecast(history, at) == forecast(history[:6], at)


@given(st.lists(st.integers(0, 100), max_size=60), st.integers(0, 3_000))
def test_any_history_has_an_answer_or_a_reason(levels: list[int], later: int) -> None:
    device = DeviceState("d")
    for i, level in enumerate(levels):
        device.battery = level
        device.told_battery((START + i * 7) * 60_000)
    now = (START + later) * 60_000
    found = forecast(device.battery_history, now)
    assert (found is None) == bool(unknown(device.battery_history, now))
    if found is not None:
        assert found.per_hour > 0
        assert found.empty_at >= device.battery_history[0][0] * 60_000


def test_a_level_that_stays_is_two_points() -> None:
    device = DeviceState("d")
    for minute, level in ((0, 80), (15, 80), (30, 80), (45, 79), (60, 79), (75, 81)):
        device.battery = level
        device.told_battery(minute * 60_000)
    assert device.battery_history == [(0, 80), (30, 80), (45, 79), (60, 79), (75, 81)]
