"""Trends keep every breach at every length of time, and take from the log what the fold is too coarse for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trend_data import DAY, HOUR, MINUTE, NOW, Written

from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import Draft
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.detail import Detail, wanted
from iomt_tui.ward.story.score_curve import NEWS2, score_curve
from iomt_tui.ward.story.trends import Axis, Curve, Panel, axis_of, finer, finest, trends_of

SPANS = (HOUR, 4 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY)


@given(st.integers(2 * MINUTE, 40 * DAY), st.integers(20, 500), st.integers(0, 50 * DAY))
def test_an_axis_ends_where_it_was_asked_to_and_is_not_much_shorter(span: int, most: int, back: int) -> None:
    axis = axis_of(NOW - back, span, most, NOW)
    assert axis.end - axis.width <= NOW - back < axis.end
    assert axis.start % finest(NOW - back - span, NOW) == 0
    assert axis.buckets <= 2 * most
    assert span - axis.width < axis.end - axis.start <= max(span, axis.width)


@settings(max_examples=25, deadline=None)
@given(st.integers(5, 7 * DAY // 1000 - 3600), st.sampled_from(SPANS), st.integers(20, 340))
def test_a_breach_of_one_second_is_there_at_every_length(ago: int, span: int, most: int) -> None:
    written = Written()
    at = NOW - ago * 1000
    for when, value in sorted({NOW - 7 * DAY: 97.0, at: 71.0, at + 1000: 97.0, NOW - 1000: 98.0}.items()):
        written.observe(when, spo2=value)
    axis = axis_of(NOW, span, most, NOW)
    (panel,) = (p for p in trends_of(written.ward, "p", NOW, axis).panels if p.key == "spo2")
    lows = [cell.low for _, cell in panel.curves[0].known()]
    assert (71.0 in lows) == (at // axis.width * axis.width >= axis.start)


def test_what_comes_later_than_now_is_not_told() -> None:
    written = Written()
    written.observe(NOW - HOUR, hr=80)
    written.observe(NOW, hr=140)
    then = NOW - 30 * MINUTE
    (panel,) = (
        p for p in trends_of(written.ward, "p", then, axis_of(then, 4 * HOUR, 60, then)).panels if p.key == "hr"
    )
    assert [cell.last for _, cell in panel.curves[0].known()] == [80]


def test_a_pressure_is_one_panel_with_the_limits_of_its_upper_value() -> None:
    written = Written()
    written.observe(NOW - MINUTE, nibp_sys=128, nibp_dia=80, hr=70)
    panels = {p.key: p for p in trends_of(written.ward, "p", NOW, axis_of(NOW, HOUR, 60, NOW)).panels}
    assert [curve.key for curve in panels["nibp"].curves] == ["nibp_sys", "nibp_dia"]
    assert {limit.key for limit in panels["nibp"].limits[-1].limits} == {"nibp_sys"}
    assert "nibp_sys" not in panels and next(iter(panels)) == "hr"


def test_an_earlier_day_lies_on_the_same_axis() -> None:
    written = Written()
    for hours in range(48, 0, -1):
        written.observe(NOW - hours * HOUR, hr=float(100 + hours))
    axis = axis_of(NOW, 12 * HOUR, 60, NOW)
    (panel,) = (p for p in trends_of(written.ward, "p", NOW, axis, (DAY,)).panels if p.key == "hr")
    (before,) = panel.before
    shown = {cell.last: cell.at for _, cell in before[0].known() if axis.start <= cell.at < axis.end}
    assert shown[130.0] == NOW - 30 * HOUR + DAY
    expected = [hours for hours in range(1, 49) if axis.start <= NOW - hours * HOUR + DAY < axis.end]
    assert sorted(shown) == [float(100 + hours) for hours in sorted(expected)] and len(expected) in (12, 13)


def test_a_score_holds_until_it_changes() -> None:
    written = Written()
    state = written.ward.patients["p"]
    minute = NOW // MINUTE
    state.news_history = [(minute - 50, 3), (minute - 30, 7), (minute - 10, -1)]
    cells = score_curve(state, (minute - 60) * MINUTE, 10 * MINUTE, 8, NOW)
    assert [cell and cell.last for cell in cells] == [None, 3, 3, 7, 7, None, None, None]
    assert cells[2] is not None and cells[2].at == (minute - 40) * MINUTE
    low, high = state.news_history[0][1], state.news_history[1][1]
    (joined,) = score_curve(state, (minute - 60) * MINUTE, 45 * MINUTE, 1, NOW)
    assert joined is not None and (joined.low, joined.high, joined.last) == (low, high, high)
    keys = [panel.key for panel in trends_of(written.ward, "p", NOW, axis_of(NOW, HOUR, 60, NOW)).panels]
    assert keys == [NEWS2]


def test_a_cursor_reads_the_bucket_else_what_still_stood() -> None:
    cells = (None, Cell(70, 90, 80, 15), None, None)
    curve = Curve("hr", Axis(0, 10, 4), cells, 20)
    assert curve.at(10, 20) == cells[1]
    assert curve.at(20, 30) == cells[1]  # 15 ms old at most
    assert curve.at(30, 40) is None
    assert curve.at(0, 10) is None
    assert curve.within(20, 30) is None and curve.within(0, 40) == cells[1]


# Limits as they stood.


def changed(written: Written, at: int, high: float | None, until: int | None = None) -> None:
    """An upper limit of the heart rate, or what was set is taken back."""
    limits = [{"priority": 2, "low": None, "high": high, "delay": 0, "off_delay": 0}]
    body = {"patient": "p", "vital": "hr", "limits": None if high is None else limits, "by": "Kim", "reason": "x"}
    written.write("limits", body | {"since": at, "until": until}, at)


def upper(written: Written, now: int = NOW, back: int = 0) -> tuple[Panel, list[tuple[int, float | None]]]:
    """The panel of the heart rate over twelve hours, and since when (hours ago) which upper limit held in it."""
    axis = axis_of(now - back, 12 * HOUR, 60, now)
    (panel,) = (p for p in trends_of(written.ward, "p", now, axis).panels if p.key == "hr")
    return panel, [(round((NOW - s.since) / HOUR), min(x.high or 0 for x in s.limits)) for s in panel.limits]


def test_a_panel_has_the_limits_as_they_stood() -> None:
    written = Written()
    written.observe(NOW - 11 * HOUR, hr=80)
    changed(written, NOW - 8 * HOUR, 100)
    changed(written, NOW - 6 * HOUR, 110, NOW - 4 * HOUR)
    written.observe(NOW - MINUTE, hr=80)
    panel, held = upper(written)
    assert held == [(12, 120), (8, 100), (6, 110), (4, 120)]
    curve = panel.curves[0]
    assert [min(x.high or 0 for x in panel.limits_in(curve, at - 1_000, Cell(70, 90, 80, at))) for at in
            (NOW - 9 * HOUR, NOW - 7 * HOUR, NOW - 5 * HOUR, NOW)] == [120, 100, 110, 120]  # fmt: skip
    assert panel.last_limits(curve) == panel.limits[-1].limits
    start = NOW - 8 * HOUR - curve.axis.width // 2  # of the bucket in which 120 became 100
    assert {x.high for x in panel.limits_in(curve, start, Cell(70, 90, 80, start))} >= {100, 120}
    for at, high in ((NOW - 8 * HOUR - 1, 120), (NOW - 8 * HOUR, 100)):
        assert min(x.high or 0 for x in panel.limits_in(curve, start, Cell(80, 80, 80, at))) == high


def test_limits_that_change_after_the_view_ends_are_not_in_it() -> None:
    written = Written()
    written.observe(NOW - 20 * HOUR, hr=80)
    changed(written, NOW - 8 * HOUR, 100)
    written.observe(NOW - MINUTE, hr=80)
    assert upper(written, back=9 * HOUR)[1] == [(21, 120)]
    assert upper(written, back=7 * HOUR)[1] == [(19, 120), (8, 100)]
    assert upper(written, now=NOW - 9 * HOUR)[1] == [(21, 120)]


def test_an_end_that_is_still_to_come_has_not_come() -> None:
    written = Written()
    changed(written, NOW - HOUR, 100, NOW + 1_000)
    written.observe(NOW - MINUTE, hr=80)
    assert upper(written)[1] == [(12, 120), (1, 100)]


# What is read from the log.


def past(seconds: int = 600) -> tuple[Written, int]:
    """Readings each second, five days ago, when the fold keeps quarters of an hour."""
    written, begin = Written(), NOW - 5 * DAY
    for second in range(seconds):
        written.observe(begin + second * 1000, hr=float(60 + second % 40))
    written.observe(NOW, hr=75)
    return written, begin


def read(written: Written, axis: Axis, offsets: dict[str, int] | None = None) -> dict[str, Curve]:
    log = MemoryLog("t")
    log.append([Draft(*entry[1:]) for entry in written.entries])
    detail = Detail("p", axis, offsets or {})
    for part in log.read_patient("p", 0, len(written.entries)):
        detail.read(part)
    return detail.curves()


def test_the_fold_is_fine_enough_for_the_present_and_not_for_five_days_ago() -> None:
    assert wanted(axis_of(NOW, HOUR, 300, NOW), 300) is None
    assert wanted(axis_of(NOW, 7 * DAY, 300, NOW), 300) is None
    asked = wanted(axis_of(NOW - 5 * DAY, HOUR, 300, NOW), 300)
    assert asked is not None and asked.width == 12_000


def test_what_was_read_takes_the_place_of_what_is_coarse() -> None:
    written, begin = past()
    axis = axis_of(begin + 10 * MINUTE, HOUR, 120, NOW)
    asked = wanted(axis, 120)
    assert asked is not None
    view = trends_of(written.ward, "p", NOW, axis, detail=read(written, asked))
    (panel,) = (p for p in view.panels if p.key == "hr")
    known = list(panel.curves[0].known())
    assert panel.curves[0].axis.width == asked.width and len(known) - 600_000 // asked.width in (0, 1)
    assert max(cell.high - cell.low for _, cell in known) <= 39


def test_a_clock_that_is_off_is_corrected_as_the_fold_does() -> None:
    written, begin = Written(), NOW - 5 * DAY
    for second in range(60):
        written.write("obs", [["p", "d", begin + second * 1000 - HOUR, {"hr": 80.0}, None]], begin + second * 1000)
    axis = Axis(begin // 1000 * 1000, 1000, 120)
    assert len(list(read(written, axis, {"d": HOUR})["hr"].known())) == 60
    assert not any(cell for cell in read(written, axis, {"d": 0}).get("hr", Curve("hr", axis, (), 0)).cells[5:6])


def test_where_the_log_says_nothing_the_fold_still_does() -> None:
    known = Curve("hr", Axis(0, 900, 2), (Cell(60, 90, 70, 800), Cell(61, 91, 71, 1700)), 900)
    fine = Curve("hr", Axis(0, 100, 9), (*[None] * 3, Cell(65, 65, 65, 350), *[None] * 5), 100)
    merged = finer(known, fine, 10)
    assert [(start, cell.high) for start, cell in merged.known()] == [(300, 65), (1700, 91)]
    assert merged.joins == 100


def test_a_body_that_cannot_be_read_is_counted() -> None:
    written, begin = past(10)
    written.write("obs", {"not": "groups"}, NOW)
    log = MemoryLog("t")
    log.append([Draft(*entry[1:]) for entry in written.entries])
    detail = Detail("p", Axis(begin, 1000, 20), {})
    for part in log.read_patient("p", 0, len(written.entries)):
        detail.read(part)
    assert detail.unreadable == 1 and len(list(detail.curves()["hr"].known())) == 10


def test_a_patient_who_is_not_there() -> None:
    with pytest.raises(KeyError):
        trends_of(Written().ward, "nobody", NOW, Axis(0, 10_000, 1))
