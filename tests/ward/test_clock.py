"""A device's clock: late is not wrong, ahead is never believed twice, and a correction is steady."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.ward.clock import DeviceClock

T = 1_700_000_000_000


def test_ordinary_delivery_is_left_alone() -> None:
    clock = DeviceClock()
    assert [clock.correct(T + i * 1000, T + i * 1000 + 300) for i in range(3)] == [T, T + 1000, T + 2000]
    assert clock.offset == 0


def test_a_clock_an_hour_ahead_is_corrected_once_three_readings_agree() -> None:
    clock, hour = DeviceClock(), 3_600_000
    times = [clock.correct(T + hour + i * 1000, T + i * 1000) for i in range(5)]
    assert times[:2] == [None, None]
    assert times[2:] == [T + 2000, T + 3000, T + 4000]
    assert clock.offset == -hour


def test_a_clock_set_right_is_believed_again() -> None:
    clock, hour = DeviceClock(), 3_600_000
    for i in range(5):
        clock.correct(T + hour + i * 1000, T + i * 1000)
    assert clock.correct(T + 6000, T + 6000) == T + 6000
    assert clock.offset == 0


def test_a_late_upload_keeps_its_own_times() -> None:
    clock = DeviceClock()
    received = T + 1_200_000
    assert [clock.correct(T + i * 1000, received + i * 10) for i in range(200)] == [T + i * 1000 for i in range(200)]
    assert clock.offset == 0


def test_a_clock_an_hour_behind_is_corrected_once_ten_readings_agree() -> None:
    clock, hour = DeviceClock(), 3_600_000
    times = [clock.correct(T - hour + i * 1000, T + i * 1000) for i in range(12)]
    assert times[:9] == [T - hour + i * 1000 for i in range(9)]
    assert times[9:] == [T + i * 1000 for i in range(9, 12)]


def test_late_data_of_a_corrected_clock_are_corrected_too() -> None:
    clock, hour = DeviceClock(), 3_600_000
    for i in range(5):
        clock.correct(T + hour + i * 1000, T + i * 1000)
    assert clock.correct(T + hour + 10_000, T + 400_000) == T + 10_000


@given(st.lists(st.integers(-4_999, 3_000), min_size=1, max_size=50))
def test_nothing_is_observed_after_it_arrived(lags: list[int]) -> None:
    clock = DeviceClock()
    for i, lag in enumerate(lags):
        received = T + i * 1000
        at = clock.correct(received - lag, received)
        assert at is not None
        assert at <= received
