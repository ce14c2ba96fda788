"""The observation chart: what counts in a column, what of it is from before, and what is missing or hidden."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.news2 import INPUTS
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.story.observations import Column, observations_of

MINUTE, HOUR = 60_000, 3_600_000
NOW = 1_773_571_327_000  # 2026-03-15 10:42:07 UTC
TEN = NOW - 42 * MINUTE - 7_000  # 10:00:00
WHOLE = {"rr": 16, "spo2": 97, "nibp_sys": 120, "nibp_dia": 70, "hr": 70, "acvpu": 0, "temp": 37.0, "o2_flow": 0}


class Told:
    """A log that a test writes."""

    def __init__(self, **patient: Any) -> None:
        self.entries: list[Entry] = []
        self.write("patient", {"id": "p", "born": "1960-01-01", **patient}, NOW - 24 * HOUR)
        periods = {"hr": 1, "spo2": 1, "rr": 1, "nibp_sys": 3600, "temp": 14_400}
        self.write("device", {"id": "d", "patient": "p", "kind": "monitor", "periods": periods}, NOW - 24 * HOUR)

    def write(self, kind: str, body: object, at: int) -> None:
        self.entries.append(Entry(len(self.entries) + 1, at, kind, orjson.dumps(body)))

    def read(self, at: int, /, **values: float) -> None:
        self.write("obs", [["p", "d", at, values, None]], at)
        self.write("tick", {}, at)

    def off(self, at: int, key: str) -> None:
        """The sensor of a vital was taken off."""
        self.write("obs", [["p", "d", at, {}, {key: "sensor-off"}]], at)
        self.write("tick", {}, at)

    def ward(self) -> Ward:
        ward = Ward()
        ward.apply(sorted(self.entries, key=lambda entry: entry.at))
        return ward

    def columns(self, interval: int = HOUR, count: int = 4, now: int = NOW, **how: Any) -> tuple[Column, ...]:
        return observations_of(self.ward(), "p", now, interval, count, **how).columns


def test_a_column_counts_the_last_value_of_each_input() -> None:
    told = Told()
    told.read(TEN - 50 * MINUTE, **WHOLE)
    told.read(TEN - 10 * MINUTE, **{**WHOLE, "rr": 22, "spo2": 93})
    column = told.columns()[-2]
    assert column.news2.complete and column.news2.total == 4 and not column.present
    assert (column.cell("rr").value, column.cell("rr").points, column.cell("rr").at) == (22, 2, TEN - 10 * MINUTE)
    assert (column.cell("rr").low, column.cell("rr").high) == (16, 22)


def test_a_worse_value_within_the_column_is_told() -> None:
    told = Told()
    told.read(TEN - 30 * MINUTE, **{**WHOLE, "spo2": 88, "hr": 135})
    told.read(TEN - 10 * MINUTE, **WHOLE)
    column = told.columns()[-2]
    assert (column.cell("spo2").points, column.cell("spo2").most) == (0, 3)
    assert (column.cell("pulse").points, column.cell("pulse").most) == (0, 3)
    assert column.highest is not None and column.highest.total == 6 and column.highest.at == TEN - 30 * MINUTE
    assert column.news2.total == 0


def test_what_is_carried_says_so_and_expires() -> None:
    told = Told()
    told.read(TEN - 130 * MINUTE, nibp_sys=95, temp=39.5)  # 07:50; the cuff is fresh for 2 h 30 s
    told.read(TEN - 10 * MINUTE, rr=16)
    seven, eight, nine, _ = told.columns()
    assert seven.cell("sbp") == ("nibp_sys", 95, TEN - 130 * MINUTE, 2, False, 95, 95, 2)
    assert eight.cell("sbp") == ("nibp_sys", 95, TEN - 130 * MINUTE, 2, True, None, None, None)
    assert nine.cell("sbp").value is None and nine.cell("sbp").points is None
    assert nine.cell("temp").carried and nine.cell("temp").points == 2
    assert nine.news2.known == 2 and nine.news2.text() == "≥2 2/7"


def test_what_was_measured_before_the_first_column_is_carried_into_it() -> None:
    told = Told()
    told.read(TEN - 100 * MINUTE, nibp_sys=95)
    assert told.columns(count=2)[0].cell("sbp") == ("nibp_sys", 95, TEN - 100 * MINUTE, 2, True, None, None, None)


def test_the_present_column_is_what_the_board_says() -> None:
    told = Told()
    told.read(NOW - 5 * MINUTE, **WHOLE)
    told.read(NOW - 1_000, rr=26, hr=72)
    ward = told.ward()
    column = observations_of(ward, "p", NOW, HOUR, 3).columns[-1]
    board = ward.view("p", NOW)
    assert column.present and column.news2 == board.news2
    assert column.cell("spo2").value is None  # 5 min ago is not present, though it is of this hour
    assert (column.cell("spo2").low, column.cell("spo2").key) == (97, "spo2")


def test_while_nobody_monitors_no_column_is_the_present() -> None:
    told = Told()
    told.read(NOW - 5 * MINUTE, **WHOLE)
    column = told.columns(live=False)[-1]
    assert not column.present and column.cell("spo2").value == 97  # it was measured then, and is told with its time


def test_a_sensor_that_was_taken_off_counts_no_more() -> None:
    told = Told()
    told.read(NOW - 2_000, **WHOLE)
    told.off(NOW - 1_000, "spo2")
    assert told.columns()[-1].cell("spo2").points is None


def test_the_past_knows_nothing_later() -> None:
    told = Told()
    told.read(TEN - 30 * MINUTE, **WHOLE)
    told.read(NOW - 1_000, **{**WHOLE, "rr": 26})
    past = told.columns(count=2, now=TEN - 20 * MINUTE)
    assert past[-1].cell("rr").high == 16 and past[-1].span.begins == TEN - HOUR


@pytest.mark.parametrize(
    ("oxygen", "spo2", "points"), [({"o2_flow": 2}, 95, 2), ({"o2_flow": 0}, 95, 0), ({}, 95, None), ({}, 90, 0)]
)  # fmt: skip
def test_scale_two_needs_to_know_about_oxygen(oxygen: dict[str, float], spo2: float, points: int | None) -> None:
    told = Told(spo2_scale=2)
    told.read(TEN - 10 * MINUTE, spo2=spo2, **oxygen)
    assert told.columns()[-2].cell("spo2").points == points


def test_the_arterial_line_comes_before_the_cuff_and_the_ecg_before_the_oximeter() -> None:
    told = Told()
    told.read(TEN - 10 * MINUTE, nibp_sys=120, ibp_sys=95, pulse=70, hr=115)
    column = told.columns()[-2]
    assert (column.cell("sbp").key, column.cell("sbp").points) == ("ibp_sys", 2)
    assert (column.cell("pulse").key, column.cell("pulse").points) == ("hr", 2)


def test_rich_air_without_flow_is_oxygen() -> None:
    told = Told()
    told.read(TEN - 10 * MINUTE, o2_flow=0, fio2=40)
    assert told.columns()[-2].cell("o2")[:4] == ("fio2", 40, TEN - 10 * MINUTE, 2)


def test_the_highest_total_is_the_one_in_force_when_the_column_begins_too() -> None:
    told = Told()
    told.read(TEN - 61 * MINUTE, **{**WHOLE, "nibp_sys": 85, "rr": 26, "hr": 70})
    told.read(TEN - 50 * MINUTE, **WHOLE)
    column = told.columns()[-2]
    assert column.highest is not None and (column.highest.total, column.highest.at) == (6, TEN - HOUR)


def test_children_are_told_apart() -> None:
    assert not observations_of(Told(born="2014-01-01").ward(), "p", NOW, HOUR, 2).applicable


readings = st.lists(
    st.tuples(
        st.integers(1, 300), st.sampled_from(["rr", "spo2", "nibp_sys", "hr", "temp", "acvpu", "o2_flow"]),
        st.integers(0, 140),
    ),
    max_size=25,
)  # fmt: skip


@given(readings, st.sampled_from([5, 15, 60, 240]), st.sampled_from([1, 2]))
def test_every_column_is_honest(data: list[tuple[int, str, int]], minutes: int, scale: int) -> None:
    told = Told(spo2_scale=scale)
    for ago, key, value in sorted(data, reverse=True):
        told.read(NOW - ago * MINUTE, **{key: value % 5 if key == "acvpu" else value})
    for column in told.columns(minutes * MINUTE, 6):
        points = [cell.points for cell in column.cells]
        assert column.news2.total == sum(p for p in points if p is not None)
        assert column.news2.known == sum(p is not None for p in points) <= len(INPUTS)
        for cell in column.cells:
            assert (cell.value is None) == (cell.at is None)
            assert cell.at is None or cell.at < min(column.span.ends, NOW + 1)
            assert cell.carried == (cell.at is not None and cell.at < column.span.begins)
            if cell.points is not None and not cell.carried and cell.most is not None:
                assert cell.most >= cell.points
