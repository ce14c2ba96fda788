"""A panel: what is beyond a limit looks like it, bands lie where the limits are, the cursor hides nothing."""

from __future__ import annotations

import pytest

from iomt_tui.clinical.limits import HIGH, MEDIUM, Limit, limits_for
from iomt_tui.tui.charts import looks
from iomt_tui.tui.charts.panel import Frame, Picture, picture, rows
from iomt_tui.tui.charts.plot import DOTS, LETTERS
from iomt_tui.tui.charts.scale import scale_of
from iomt_tui.ward.limit_stretches import Stretch, Stretches
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.trends import Axis, Curve, Panel

AXIS = Axis(0, 1_000, 20)


def curve(key: str, *values: float | None) -> Curve:
    cells = tuple(None if value is None else Cell(value, value, value, n * 1_000) for n, value in enumerate(values))
    return Curve(key, Axis(0, 1_000, len(cells)), cells, 1_000)


def always(limits: tuple[Limit, ...]) -> Stretches:
    return (Stretch(0, limits),)


def bound(key: str, high: float, priority: int = MEDIUM) -> tuple[Limit, ...]:
    return (Limit(key, None, high, priority, 0, 0, ""),)


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


def zones(found: Picture, part: int = 0) -> list[str]:
    """What lies behind a part, from the top down."""
    return [row[part] for row in found.zones]


def test_values_beyond_a_limit_are_marked_by_its_priority() -> None:
    panel = Panel(
        "spo2",
        (curve("spo2", *[97.0] * 8, 88.0, *[97.0] * 4, 82.0, *[97.0] * 6),),
        always(limits_for(1, False)["spo2"]),
    )
    found = breaches(drawn(panel)[0])
    assert found[8] == MEDIUM and found[13] == HIGH and found[4] == 0 and found[18] == 0


def test_a_value_is_judged_as_it_is_shown() -> None:
    """89.6 is shown as 90, which is no breach of 90."""
    panel = Panel("spo2", (curve("spo2", *[89.6] * 20),), always(limits_for(1, False)["spo2"]))
    assert set(breaches(drawn(panel)[0]).values()) == {0}


def test_a_bar_is_marked_for_either_of_its_ends() -> None:
    upper, lower = Limit("nibp_sys", 90, 180, MEDIUM, 0, 0, ""), Limit("nibp_dia", 40, 110, HIGH, 0, 0, "")
    axis = (None, None)
    sys = curve("nibp_sys", 120, *axis, *axis, 150, *axis, *axis, 85, *[None] * 9)
    dia = curve("nibp_dia", 80, *axis, *axis, 115, *axis, *axis, 60, *[None] * 9)
    found = breaches(drawn(Panel("nibp", (sys, dia), always((upper,)), (), always((lower,))))[0])
    assert found == {0: 0, 5: HIGH, 10: MEDIUM}


def test_zones_lie_beyond_the_limits_and_not_under_the_foot_of_a_bar() -> None:
    hr = zones(drawn(Panel("hr", (curve("hr", *[80.0] * 20),), always(limits_for(1, False)["hr"])), 9)[0])
    assert hr[0] == looks.ZONE[HIGH] and hr[len(hr) // 2] == "" and hr[-1] == looks.ZONE[MEDIUM]
    limits = always(limits_for(1, False)["nibp_sys"])
    pressure = Panel("nibp", (curve("nibp_sys", *[120.0] * 20), curve("nibp_dia", *[80.0] * 20)), limits)
    assert zones(drawn(pressure)[0])[-1] == ""


def test_glucose_in_range_has_a_zone_of_its_own() -> None:
    panel = Panel("glucose", (curve("glucose", *[100.0] * 20),), always(limits_for(1, True)["glucose"]))
    found = zones(drawn(panel, 9)[0])
    assert looks.TARGET in found and found[0] == looks.ZONE[MEDIUM]


def test_every_limit_has_a_line_and_the_more_urgent_one_is_denser() -> None:
    panel = Panel("hr", (curve("hr", *[None] * 20),), always(limits_for(1, False)["hr"]))
    dashes = sorted(sum(char != " " for char in row) for row in drawn(panel, 9)[0].rows)
    assert dashes[-1] == 20 and 7 in dashes


def test_a_day_before_lies_behind_and_hides_nothing() -> None:
    today, before = curve("hr", *[80.0] * 10, *[None] * 10), curve("hr", *[80.0] * 20)
    found = drawn(Panel("hr", (today,), always(()), ((before,),)))[0]
    kinds = {
        x: ord(code) >> 2 for row, codes in zip(found.rows, found.codes, strict=True)
        for x, code in enumerate(codes) if row[x] != " "
    }  # fmt: skip
    assert kinds[4] == looks.CURVE_CELL and kinds[15] == looks.EARLIER_CELL


def test_the_cursor_stands_in_every_row_and_leaves_the_curve() -> None:
    panel = Panel("hr", (curve("hr", *[80.0] * 20),), always(limits_for(1, False)["hr"]))
    found, frame = drawn(panel, 6, cursor=7)
    lines = rows(found, frame)
    at = [line.plain[5 + 7] for line in lines]
    assert at.count("│") == len(lines) - 1
    without = rows(found, frame._replace(cursor=-1))
    assert [line.plain.replace("│", "") for line in without] != []
    assert next(char for char in at if char != "│") in {row[7] for row in found.rows}
    assert all(len(line.plain) == 5 + frame.width for line in lines)


def test_letters_alone_where_a_font_has_no_more() -> None:
    panel = Panel("hr", (curve("hr", *[80.0] * 19, 150.0),), always(limits_for(1, False)["hr"]))
    frame = Frame(panel.curves[0].axis, 20, 4, LETTERS, 3)
    found = picture(panel, scale_of([panel]), frame, lambda value: f"{value:.0f}")
    assert all(line.plain.isascii() for line in rows(found, frame))


# Limits that were changed.


def changed(at: int, *values: float | None, before: float = 100, after: float = 120) -> Panel:
    """A heart rate whose upper limit was changed at ``at`` ms."""
    limits = Stretch(0, bound("hr", before)), Stretch(at, bound("hr", after, HIGH))
    return Panel("hr", (curve("hr", *values),), limits)


def test_a_value_is_judged_by_the_limits_of_its_time() -> None:
    found = breaches(drawn(changed(10_000, *[110.0] * 20))[0])
    assert found == dict.fromkeys(range(10), MEDIUM) | dict.fromkeys(range(10, 20), 0)
    found = breaches(drawn(changed(10_000, *[110.0] * 20, before=120, after=100))[0])
    assert found == dict.fromkeys(range(10), 0) | dict.fromkeys(range(10, 20), HIGH)


def test_bands_and_lines_change_where_the_limits_did() -> None:
    found, frame = drawn(changed(10_000, *[70.0] * 20), 9)
    assert found.edges == (0, 10, 20)
    before, after = (sum(bool(zone) for zone in zones(found, part)) for part in (0, 1))
    assert before > after > 0
    assert looks.ZONE[MEDIUM] in zones(found) and looks.ZONE[HIGH] in zones(found, 1)
    (mild,) = (row for row in found.rows if row[:10].strip() and not row[10:].strip())
    (urgent,) = (row for row in found.rows if row[10:].strip() and not row[:10].strip())
    assert sum(char != " " for char in mild) == 4 and sum(char != " " for char in urgent) == 10
    assert found.rows.index(urgent) < found.rows.index(mild)
    for line in rows(found, frame):
        assert line.cell_length == 5 + frame.width


def test_the_numbers_are_those_of_the_limits_at_the_end() -> None:
    labels = "".join(drawn(changed(10_000, *[70.0] * 20, before=93, after=117), 9)[0].labels)
    assert "117" in labels and "93" not in labels


def test_a_bucket_in_which_limits_were_changed_misses_no_breach() -> None:
    """Of a minute with 90 and 110 nobody knows which came first."""
    cells = (*[Cell(90, 90, 90, n * 1_000) for n in range(10)], Cell(90, 110, 90, 10_900))
    axis = Axis(0, 1_000, 11)
    for limits in ((100, 120), (120, 100)):
        before, after = (bound("hr", limit) for limit in limits)
        panel = Panel("hr", (Curve("hr", axis, cells, 1_000),), (Stretch(0, before), Stretch(10_500, after)))
        frame = Frame(axis, 11, 6, DOTS)
        found = breaches(picture(panel, scale_of([panel]), frame, lambda value: f"{value:.0f}"))
        assert found == dict.fromkeys(range(10), 0) | {10: MEDIUM}


def test_a_single_value_was_when_it_was_measured() -> None:
    """A cuff measured before the limits became stricter is no breach, though its bucket reaches beyond."""
    sys, dia = (Curve(key, Axis(0, 4_000, 5), (None, None, Cell(v, v, v, 8_500), None, None), 4_000)
                for key, v in (("nibp_sys", 150.0), ("nibp_dia", 80.0)))  # fmt: skip
    for at, expected in ((9_000, 0), (8_000, MEDIUM)):
        limits = Stretch(0, bound("nibp_sys", 180)), Stretch(at, bound("nibp_sys", 140))
        assert breaches(drawn(Panel("nibp", (sys, dia), limits, (), always(())))[0]) == {8: expected}


def test_either_end_of_a_bar_is_judged_by_its_own_limits_of_the_time() -> None:
    sys, dia = curve("nibp_sys", *[150.0, None] * 10), curve("nibp_dia", *[95.0, None] * 10)
    lower = Stretch(0, bound("nibp_dia", 100)), Stretch(10_000, bound("nibp_dia", 90))
    found = breaches(drawn(Panel("nibp", (sys, dia), always(bound("nibp_sys", 180)), (), lower))[0])
    assert found == {n: MEDIUM if n >= 10 else 0 for n in range(0, 20, 2)}


@pytest.mark.parametrize("cursor", [-1, 0, 9, 10, 11, 19])
def test_the_cursor_stands_in_one_cell_of_either_part(cursor: int) -> None:
    found, frame = drawn(changed(10_000, *[110.0] * 20), 6, cursor)
    without = [row[5:] for row in (line.plain for line in rows(found, frame._replace(cursor=-1)))]
    assert without == list(found.rows)
    for line, row in zip(rows(found, frame), found.rows, strict=True):
        text = line.plain[5:]
        assert len(text) == 20 and all(text[x] == row[x] for x in range(20) if x != cursor)


def test_changes_in_one_cell_leave_the_last() -> None:
    limits = tuple(Stretch(at, bound("hr", high)) for at, high in ((0, 130), (10_100, 60), (10_200, 100)))
    found = drawn(Panel("hr", (curve("hr", *[110.0] * 20),), limits), 9)[0]
    assert found.edges == (0, 10, 10, 20) and all(len(row) == 20 for row in found.rows)
    assert {x: p for x, p in breaches(found).items() if p} == dict.fromkeys(range(11, 20), MEDIUM)
