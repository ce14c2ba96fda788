"""NEWS2 against the chart, typed here a second time as whole numbers and tenths."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.news2 import INPUTS, News2, applicable, band_bounds, on_oxygen, score
from iomt_tui.clinical.rounding import rounded

ANY = 10_000
# Royal College of Physicians, NEWS2 chart 1: (from, to, points), temperature in tenths.
CHART: dict[str, list[tuple[int, int, int]]] = {
    "rr": [(-ANY, 8, 3), (9, 11, 1), (12, 20, 0), (21, 24, 2), (25, ANY, 3)],
    "scale 1": [(-ANY, 91, 3), (92, 93, 2), (94, 95, 1), (96, ANY, 0)],
    "scale 2 air": [(-ANY, 83, 3), (84, 85, 2), (86, 87, 1), (88, ANY, 0)],
    "scale 2 oxygen": [
        (-ANY, 83, 3), (84, 85, 2), (86, 87, 1), (88, 92, 0), (93, 94, 1), (95, 96, 2), (97, ANY, 3),
    ],
    "sbp": [(-ANY, 90, 3), (91, 100, 2), (101, 110, 1), (111, 219, 0), (220, ANY, 3)],
    "pulse": [(-ANY, 40, 3), (41, 50, 1), (51, 90, 0), (91, 110, 1), (111, 130, 2), (131, ANY, 3)],
    "temp": [(-ANY, 350, 3), (351, 360, 1), (361, 380, 0), (381, 390, 1), (391, ANY, 2)],
}  # fmt: skip


def charted(row: str, value: float) -> int:
    """Points by the chart: the value is rounded half up as a decimal number, then looked up."""
    exact = Decimal(repr(value)) * (10 if row == "temp" else 1)
    whole = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return next(points for low, high, points in CHART[row] if low <= whole <= high)


def scored(name: str, value: float, scale: int = 1, on_o2: bool | None = None) -> int | None:
    """The points that the program gives one input, everything else unknown."""
    inputs = {"rr": None, "spo2": None, "sbp": None, "pulse": None, "acvpu": None, "temp": None} | {name: value}
    result = score(
        inputs["rr"], inputs["spo2"], scale, on_o2, inputs["sbp"], inputs["pulse"], inputs["acvpu"], inputs["temp"]
    )
    return dict(result.points)[name]


CASES = [
    ("rr", "rr", 1, None, range(1, 61)),
    ("spo2", "scale 1", 1, None, range(50, 101)),
    ("spo2", "scale 1", 1, True, range(50, 101)),
    ("spo2", "scale 2 air", 2, False, range(50, 101)),
    ("spo2", "scale 2 oxygen", 2, True, range(50, 101)),
    ("sbp", "sbp", 1, None, range(40, 261)),
    ("pulse", "pulse", 1, None, range(20, 221)),
    ("temp", "temp", 1, None, range(300, 430)),
]


@pytest.mark.parametrize(("name", "row", "scale", "on_o2", "values"), CASES)
def test_every_value_and_every_edge_scores_as_charted(
    name: str, row: str, scale: int, on_o2: bool | None, values: range
) -> None:
    step = 10 if row == "temp" else 1
    offsets = ("-0.51", "-0.5", "-0.49", "0", "0.49", "0.499", "0.5")
    for whole in values:
        for offset in offsets:
            value = float((Decimal(whole) + Decimal(offset)) / step)
            assert scored(name, value, scale, on_o2) == charted(row, value), (name, value)


@pytest.mark.parametrize(("acvpu", "points"), [(0, 0), (1, 3), (2, 3), (3, 3), (4, 3)])
def test_anything_but_alert_scores_3(acvpu: float, points: int) -> None:
    assert scored("acvpu", acvpu) == points


def test_oxygen_scores_2_and_unknown_oxygen_is_unknown() -> None:
    for given_o2, points in ((True, 2), (False, 0), (None, None)):
        result = score(16, 97, 1, given_o2, 120, 70, 0, 37)
        assert dict(result.points)["o2"] == points
        assert result.known == (6 if given_o2 is None else 7)


def test_scale_2_waits_for_oxygen_only_where_it_matters() -> None:
    assert scored("spo2", 92.49, 2, None) == 0
    assert scored("spo2", 92.5, 2, None) is None
    assert scored("spo2", 99, 2, None) is None
    assert scored("spo2", 99, 1, None) == 0


@pytest.mark.parametrize(
    ("spo2", "on_o2", "points", "low", "high"),
    [
        (90, None, 0, 87.5, 92.5),
        (85, None, 2, 83.5, 85.5),
        (95, None, None, 92.5, float("inf")),
        (95, False, 0, 87.5, float("inf")),
        (95, True, 2, 94.5, 96.5),
        (70, None, 3, float("-inf"), 83.5),
    ],
)
def test_bounds_on_scale_2(spo2: float, on_o2: bool | None, points: int | None, low: float, high: float) -> None:
    found = band_bounds("spo2", spo2, 2, on_o2)
    assert found[0] == points
    assert found[1:] == pytest.approx((low, high))


def test_random_patients_against_the_chart() -> None:
    rng = random.Random(20171201)
    for _ in range(20_000):
        rr, spo2 = round(rng.uniform(4, 40), 1), round(rng.uniform(70, 100), 1)
        sbp, pulse = round(rng.uniform(60, 240), 1), round(rng.uniform(30, 160), 1)
        temp, acvpu = round(rng.uniform(33, 41), 2), rng.choice([0, 0, 0, 1, 2, 3, 4])
        scale, oxygen = rng.choice([1, 2]), rng.choice([True, False])
        row = "scale 1" if scale == 1 else f"scale 2 {'oxygen' if oxygen else 'air'}"
        expected = [
            charted("rr", rr), charted(row, spo2), 2 if oxygen else 0, charted("sbp", sbp),
            charted("pulse", pulse), 3 if acvpu else 0, charted("temp", temp),
        ]  # fmt: skip
        result = score(rr, spo2, scale, oxygen, sbp, pulse, acvpu, temp)
        assert [points for _, points in result.points] == expected
        assert (result.total, result.known, result.complete) == (sum(expected), 7, True)
        assert result.red == (3 in expected)


def risk(points: list[int]) -> str:
    """Chart 4, written again."""
    total = sum(points)
    if total > 6:
        return "high"
    if total > 4:
        return "medium"
    return "low-medium" if max(points) == 3 else "low"


POSSIBLE = [(0, 1, 2, 3), (0, 1, 2, 3), (0, 2), (0, 1, 2, 3), (0, 1, 2, 3), (0, 3), (0, 1, 2, 3)]


def test_the_band_is_named_exactly_when_nothing_missing_can_change_it() -> None:
    rng = random.Random(7)
    for _ in range(3000):
        known = [rng.choice(choices) for choices in POSSIBLE]
        missing = [index for index in range(7) if rng.random() < 0.3]
        points = tuple((name, None if i in missing else known[i]) for i, name in enumerate(INPUTS))
        result = News2(sum(p for _, p in points if p is not None), 7 - len(missing), points)
        outcomes = set()
        for filling in product(*((0, max(POSSIBLE[i])) for i in missing)):
            whole = list(known)
            for index, value in zip(missing, filling, strict=True):
                whole[index] = value
            outcomes.add(risk(whole))
        assert result.band == (outcomes.pop() if len(outcomes) == 1 else "")


@pytest.mark.parametrize(
    ("values", "text", "band", "monitoring"),
    [
        ((16, 97, 1, False, 120, 70, 0, 37.0), "0", "low", "12-hourly"),
        ((16, 95, 1, False, 120, 70, 0, 37.0), "1", "low", "4-6-hourly"),
        ((8, 97, 1, False, 120, 70, 0, 37.0), "3", "low-medium", "1-hourly"),
        ((22, 95, 1, True, 120, 70, 0, 37.0), "5", "medium", "1-hourly"),
        ((25, 91, 1, True, 120, 70, 0, 37.0), "8", "high", "continuous"),
        ((25, 91, 1, True, None, None, None, None), "≥8 3/7", "high", "continuous"),
        ((8, None, 1, None, 120, 70, None, 37.0), "≥3 4/7", "", "at least 1-hourly (4 of 7 known)"),
        ((16, 97, 1, False, None, None, None, None), "≥0 3/7", "", "at least 12-hourly (3 of 7 known)"),
        ((16, 97, 1, None, 120, 70, 0, 37.0), "≥0 6/7", "low", "at least 12-hourly (6 of 7 known)"),
        ((None, None, 1, None, None, None, None, None), "--", "", "unknown: nothing measured"),
    ],
)
def test_words(values: tuple[float | None, ...], text: str, band: str, monitoring: str) -> None:
    result = score(*values)  # type: ignore[arg-type]
    assert (result.text(), result.band, result.monitoring) == (text, band, monitoring)


def test_a_known_3_is_known_whatever_is_missing() -> None:
    result = score(8, None, 1, None, None, None, None, None)
    assert result.red
    assert result.at_least == "low-medium"


@given(
    st.sampled_from(["rr", "spo2", "sbp", "pulse", "acvpu", "temp"]),
    st.floats(0, 260),
    st.floats(0, 260),
    st.sampled_from([1, 2]),
    st.sampled_from([True, False, None]),
)
def test_bounds_hold_exactly_the_values_of_equal_points(
    name: str, value: float, other: float, scale: int, on_o2: bool | None
) -> None:
    points, low, high = band_bounds(name, value, scale, on_o2)
    assert low <= value < high
    assert points == scored(name, value, scale, on_o2)
    if low <= other < high:
        assert scored(name, other, scale, on_o2) == points
    for outside in (low - 1e-6, high):
        if abs(outside) < 1000:
            assert scored(name, outside, scale, on_o2) != points


@given(st.integers(0, 30000))
def test_what_is_shown_is_what_is_scored(hundredths: int) -> None:
    value = hundredths / 100
    assert scored("pulse", value) == scored("pulse", rounded(value))
    assert scored("temp", value) == scored("temp", rounded(value, 1))


@pytest.mark.parametrize(
    ("flow", "fio2", "expected"),
    [(None, None, None), (0, None, False), (2, None, True), (None, 21, False), (None, 20.9, False),
     (None, 28, True), (0, 40, True), (0, 21, False), (0.5, 21, True)],
)  # fmt: skip
def test_on_oxygen(flow: float | None, fio2: float | None, expected: bool | None) -> None:
    assert on_oxygen(flow, fio2) is expected


def test_not_for_children_or_in_pregnancy() -> None:
    assert [applicable(age) for age in (0, 15, 16, 90, None)] == [False, False, True, True, True]
    assert not applicable(30, pregnant=True)
