"""qSOFA, shock index, mean pressure; and that the default limits are coherent."""

from __future__ import annotations

import pytest

from iomt_tui.alarms.model import Priority
from iomt_tui.clinical.limits import HIGH, LOW, MEDIUM, limits_for
from iomt_tui.clinical.rounding import rounded
from iomt_tui.clinical.scores import mean_arterial_pressure, qsofa, shock_index
from iomt_tui.clinical.vitals import VITALS


@pytest.mark.parametrize(
    ("rr", "sbp", "acvpu", "expected"),
    [
        (16, 120, 0, (0, 3)), (22, 120, 0, (1, 3)), (21.4, 120, 0, (0, 3)), (21.5, 120, 0, (1, 3)),
        (16, 100, 0, (1, 3)), (16, 100.4, 0, (1, 3)), (16, 100.5, 0, (0, 3)), (16, 120, 1, (1, 3)),
        (25, 90, 2, (3, 3)), (25, None, None, (1, 1)), (None, None, None, (0, 0)), (None, 120, 0, (0, 2)),
    ],
)  # fmt: skip
def test_qsofa(rr: float | None, sbp: float | None, acvpu: float | None, expected: tuple[int, int]) -> None:
    assert qsofa(rr, sbp, acvpu) == expected


def test_shock_index() -> None:
    vectors = {(60, 100): 0.60, (120, 80): 1.50, (62, 140): 0.44}
    for (hr, sbp), expected in vectors.items():
        found = shock_index(hr, sbp)
        assert found is not None
        assert round(found, 2) == expected
    assert shock_index(None, 100) is shock_index(60, None) is shock_index(60, 0) is None


def test_mean_arterial_pressure() -> None:
    assert mean_arterial_pressure(120, 80) == pytest.approx(93.33, abs=0.01)
    assert mean_arterial_pressure(120, 80, 90) == 90
    assert mean_arterial_pressure(120, None) is mean_arterial_pressure(None, 80) is None
    assert mean_arterial_pressure(80, 120) is None


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(91.5, 0, 92), (91.49, 0, 91), (38.05, 1, 38.1), (38.04, 1, 38.0), (0.285, 2, 0.29), (-0.5, 0, 0), (2.5, 0, 3)],
)
def test_rounded(value: float, decimals: int, expected: float) -> None:
    assert rounded(value, decimals) == expected


SETS = [(scale, home, oxygen) for scale in (1, 2) for home in (False, True) for oxygen in (False, True)]


@pytest.mark.parametrize(("scale", "home", "oxygen"), SETS)
def test_limits_are_coherent(scale: int, home: bool, oxygen: bool) -> None:
    table = limits_for(scale, home, oxygen)
    slowest = {HIGH: 0, MEDIUM: 5, LOW: 10}
    for key, limits in table.items():
        low, high = VITALS[key].plausible
        assert [limit.priority for limit in limits] == sorted((limit.priority for limit in limits), reverse=True)
        for limit in limits:
            assert limit.key == key
            assert limit.origin
            assert limit.low is not None or limit.high is not None
            assert low < (limit.low if limit.low is not None else high)
            assert high > (limit.high if limit.high is not None else low)
            assert 0 <= limit.delay_s <= slowest[limit.priority]
            assert 0 <= limit.off_delay_s <= slowest[limit.priority]
        lows = [limit.low for limit in limits if limit.low is not None]
        highs = [limit.high for limit in limits if limit.high is not None]
        assert lows == sorted(set(lows))  # a more urgent limit lies further out
        assert highs == sorted(set(highs), reverse=True)
        assert not lows or not highs or lows[-1] < highs[-1]


def passed(scale: int, home: bool, oxygen: bool, key: str, value: float) -> int:
    """The highest priority whose limit ``value`` passes, 0 for none."""
    return max(
        (
            limit.priority
            for limit in limits_for(scale, home, oxygen)[key]
            if (limit.low is not None and value < limit.low) or (limit.high is not None and value > limit.high)
        ),
        default=0,
    )


def test_the_limits_that_the_sources_ask_for() -> None:
    assert [passed(1, False, False, "hr", hr) for hr in (39, 45, 50, 80, 120, 121, 141)] == [3, 2, 0, 0, 0, 2, 3]
    assert [passed(1, False, False, "spo2", x) for x in (84, 89, 90, 100)] == [3, 2, 0, 0]
    assert [passed(2, False, False, "spo2", x) for x in (84, 87, 88, 97, 100)] == [3, 2, 0, 0, 0]
    assert [passed(2, False, True, "spo2", x) for x in (88, 96, 97)] == [0, 0, 1]
    assert [passed(1, True, False, "glucose", x) for x in (53, 69, 70, 180, 181, 251)] == [3, 2, 0, 0, 1, 2]
    assert [passed(1, True, False, "nibp_sys", x) for x in (181, 161, 120, 89)] == [3, 2, 0, 2]
    assert [passed(1, True, False, "nibp_dia", x) for x in (121, 101, 80)] == [3, 2, 0]
    assert [passed(1, False, False, "acvpu", x) for x in (0, 1, 2, 3, 4)] == [0, 2, 2, 3, 3]


def test_priorities_are_the_alarm_systems_numbers() -> None:
    assert (LOW, MEDIUM, HIGH) == (Priority.LOW, Priority.MEDIUM, Priority.HIGH)


def test_the_table_is_shared_and_cannot_be_changed() -> None:
    table = limits_for(1, False)
    assert limits_for(1, False) is table
    with pytest.raises(TypeError):
        table["hr"] = ()  # type: ignore[index]
