"""A panel: what is beyond a limit looks like it, bands lie where the limits are, the cursor hides nothing."""

from __future__ import annotations

from iomt_tui.clinical.limits import HIGH, MEDIUM, Limit, limits_for
from iomt_tui.tui.charts import looks
from iomt_tui.tui.charts.panel import Frame, Picture, picture, rows
from iomt_tui.tui.charts.plot import DOTS, LETTERS
from iomt_tui.tui.charts.scale import scale_of
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.trends import Axis, Curve, Panel

AXIS = Axis(0, 1_000, 20)


def curve(key: str, *values: float | None) -> Curve:
    cells = tuple(None if value is None else Cell(value, value, value, n * 1_000) for n, value in enumerate(values))
    return Curve(key, Axis(0, 1_000, len(cells)), cells, 1_000)


def drawn(panel: Panel, height: int = 6, cursor: int = -1) -> tuple[Picture, Frame]:
    frame = Frame(panel.curves[0].axis, 20, height, DOTS, cursor)
    return picture(panel, scale_of([panel]), frame, lambda value: f"{value:.0f}"), frame


def breaches(found: Picture) -> dict[int, int]:
    """Column -> the highest priority of the limit that something in it passes."""
    worst: dict[int, int] = {}
    for row, codes in zip(found.rows, found.codes, strict=True):
        for x, code in enumerate(codes):
            if row[x] != " " and ord(code) >> 2 == looks.CURVE_CELL:
                worst[x] = max(worst.get(x, 0), ord(code) & 3)
    return worst


def test_values_beyond_a_limit_are_marked_by_its_priority() -> None:
    panel = Panel(
        "spo2", (curve("spo2", *[97.0] * 8, 88.0, *[97.0] * 4, 82.0, *[97.0] * 6),), limits_for(1, False)["spo2"]
    )
    found = breaches(drawn(panel)[0])
    assert found[8] == MEDIUM and found[13] == HIGH and found[4] == 0 and found[18] == 0


def test_a_value_is_judged_as_it_is_shown() -> None:
    """89.6 is shown as 90, which is no breach of 90."""
    panel = Panel("spo2", (curve("spo2", *[89.6] * 20),), limits_for(1, False)["spo2"])
    assert set(breaches(drawn(panel)[0]).values()) == {0}


def test_a_bar_is_marked_for_either_of_its_ends() -> None:
    upper, lower = Limit("nibp_sys", 90, 180, MEDIUM, 0, 0, ""), Limit("nibp_dia", 40, 110, HIGH, 0, 0, "")
    axis = (None, None)
    sys = curve("nibp_sys", 120, *axis, *axis, 150, *axis, *axis, 85, *[None] * 9)
    dia = curve("nibp_dia", 80, *axis, *axis, 115, *axis, *axis, 60, *[None] * 9)
    found = breaches(drawn(Panel("nibp", (sys, dia), (upper,), (), (lower,)))[0])
    assert found == {0: 0, 5: HIGH, 10: MEDIUM}


def test_zones_lie_beyond_the_limits_and_not_under_the_foot_of_a_bar() -> None:
    hr = drawn(Panel("hr", (curve("hr", *[80.0] * 20),), limits_for(1, False)["hr"]), 9)[0].zones
    assert hr[0] == looks.ZONE[HIGH] and hr[len(hr) // 2] == "" and hr[-1] == looks.ZONE[MEDIUM]
    limits = limits_for(1, False)["nibp_sys"]
    pressure = Panel("nibp", (curve("nibp_sys", *[120.0] * 20), curve("nibp_dia", *[80.0] * 20)), limits)
    assert drawn(pressure)[0].zones[-1] == ""


def test_glucose_in_range_has_a_zone_of_its_own() -> None:
    panel = Panel("glucose", (curve("glucose", *[100.0] * 20),), limits_for(1, True)["glucose"])
    zones = drawn(panel, 9)[0].zones
    assert looks.TARGET in zones and zones[0] == looks.ZONE[MEDIUM]


def test_every_limit_has_a_line_and_the_more_urgent_one_is_denser() -> None:
    panel = Panel("hr", (curve("hr", *[None] * 20),), limits_for(1, False)["hr"])
    dashes = sorted(sum(char != " " for char in row) for row in drawn(panel, 9)[0].rows)
    assert dashes[-1] == 20 and 7 in dashes


def test_a_day_before_lies_behind_and_hides_nothing() -> None:
    today, before = curve("hr", *[80.0] * 10, *[None] * 10), curve("hr", *[80.0] * 20)
    found = drawn(Panel("hr", (today,), (), ((before,),)))[0]
    kinds = {
        x: ord(code) >> 2 for row, codes in zip(found.rows, found.codes, strict=True)
        for x, code in enumerate(codes) if row[x] != " "
    }  # fmt: skip
    assert kinds[4] == looks.CURVE_CELL and kinds[15] == looks.EARLIER_CELL


def test_the_cursor_stands_in_every_row_and_leaves_the_curve() -> None:
    panel = Panel("hr", (curve("hr", *[80.0] * 20),), limits_for(1, False)["hr"])
    found, frame = drawn(panel, 6, cursor=7)
    lines = rows(found, frame)
    at = [line.plain[5 + 7] for line in lines]
    assert at.count("│") == len(lines) - 1
    without = rows(found, frame._replace(cursor=-1))
    assert [line.plain.replace("│", "") for line in without] != []
    assert next(char for char in at if char != "│") in {row[7] for row in found.rows}
    assert all(len(line.plain) == 5 + frame.width for line in lines)


def test_letters_alone_where_a_font_has_no_more() -> None:
    panel = Panel("hr", (curve("hr", *[80.0] * 19, 150.0),), limits_for(1, False)["hr"])
    frame = Frame(panel.curves[0].axis, 20, 4, LETTERS, 3)
    found = picture(panel, scale_of([panel]), frame, lambda value: f"{value:.0f}")
    assert all(line.plain.isascii() for line in rows(found, frame))
