"""Observation chart and flowsheet on the running screen: columns of time, the keys that move them, the honest cells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest
from board_desk import Desk, desk
from pydantic import TypeAdapter
from shown_ward import MINUTE, NOW, WrittenFeed, ward_app
from story_ward import CHILD, HOUR, ILL, write_story
from test_board_pictures import SIZES, Compare
from trend_ward import write_limits

from iomt_tui.cli.headless.story import flowsheet, observations
from iomt_tui.log.player import Player
from iomt_tui.times import iso
from iomt_tui.tui.pages.columns import ColumnsPage
from iomt_tui.tui.pages.flowsheet import FlowsheetPage
from iomt_tui.tui.pages.observations import ObservationsPage
from iomt_tui.ward.story.flowsheet import Flowsheet
from iomt_tui.ward.story.observations import ObservationChart

TEN = NOW - 42 * MINUTE - 7_000  # 10:00:00


def story(**choices: Any) -> Any:
    return ward_app(write_story(WrittenFeed()), **choices)


def opened(patient: str, *keys: str) -> Any:
    async def run(pilot: Any) -> None:
        await pilot.pause()
        pilot.app.board.choose(patient)
        for key in keys:
            pilot.app.board.clock.at += 1
            await pilot.press(key)
        await pilot.pause()

    return run


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_observation_chart(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(story(), terminal_size=size, run_before=opened(ILL, "3"))


def test_observation_chart_bands(snap_compare: Compare) -> None:
    assert snap_compare(story(theme="light"), terminal_size=(120, 50), run_before=opened(ILL, "3", "b", "left", "left"))


def test_observation_chart_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(story(), terminal_size=(120, 40), run_before=opened(ILL, "3", *["left"] * 5))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_flowsheet(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(story(), terminal_size=size, run_before=opened(ILL, "4", "right_square_bracket"))


def test_flowsheet_ascii_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    keys = ("4", "right_square_bracket", "right_square_bracket", "W", *["left"] * 5)
    assert snap_compare(story(glyphs="ascii"), terminal_size=(80, 24), run_before=opened(ILL, *keys))


async def page(d: Desk, patient: str, key: str) -> ColumnsPage[Any]:
    d.app.board.choose(patient)
    await d.press(key)
    await d.pilot.pause()
    cover = d.app.board.cover
    assert isinstance(cover, ColumnsPage)
    return cover


def row(d: Desk, name: str) -> list[str]:
    line = next(line for line in d.line("cover-words").split("\n") if line.startswith(name))
    return line.removeprefix(name).split()


def begins(shown: ColumnsPage[Any]) -> int:
    return shown.chosen_span().begins


async def test_the_chart_opens_at_the_present_and_says_what_the_board_says() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        shown = await page(d, ILL, "3")
        assert begins(shown) == TEN and shown.moment() == NOW
        view = shown.view()
        assert view is not None and row(d, "NEWS2 total")[-1] == view.news2.text() == "13"
        assert row(d, "SpO2 %")[-1] == "84(3)" and row(d, "Temperature °C")[-1] == "38.9(1)"
        assert "now" in d.line("head") and "Sun 15 Mar" in d.line("head")


async def test_left_and_right_choose_columns_and_the_window_follows() -> None:
    async with desk((80, 24), feed=write_story(WrittenFeed())) as d:
        shown = await page(d, ILL, "3")
        await d.press(*["left"] * 3)
        assert begins(shown) == TEN - 3 * HOUR and shown.moment() == TEN - 2 * HOUR - 1
        await d.press(*["left"] * 5)
        assert begins(shown) == TEN - 8 * HOUR
        assert "02:00" in d.line("head") and "10:00" not in d.line("head").split("\n")[-1]
        await d.press(*["right"] * 20)
        assert begins(shown) == TEN and shown.at is None
        await d.press("pageup", "pageup", "end")
        assert begins(shown) == TEN


async def test_the_chosen_time_stays_when_the_interval_differs() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        shown = await page(d, ILL, "3")
        await d.press("left", "left")
        await d.press("left_square_bracket")
        assert shown.interval == 30 * MINUTE and begins(shown) == TEN - 90 * MINUTE
        await d.press(*["right_square_bracket"] * 3)
        assert shown.interval == 4 * HOUR and begins(shown) == TEN - 2 * HOUR
        await d.press(*["right_square_bracket"] * 9)
        assert shown.interval == 24 * HOUR


async def test_a_dip_between_two_columns_is_marked_and_told() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        await page(d, ILL, "3")
        await d.press(*["left"] * 5)
        assert "95(1)*" in row(d, "SpO2 %")
        said = next(line for line in d.line("cover-words").split("\n") if line.startswith("SpO2: "))
        assert said.strip().endswith("1 point; 89 to 96 in this column, up to 3 points")


async def test_missing_inputs_are_honest() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        await page(d, ILL, "3")
        totals = d.line("cover-words").split("\n")[7]
        assert totals.startswith("NEWS2 total") and "≥4 6/7" in totals and "≥0 4/7" in totals


async def test_every_band_of_the_printed_chart_has_a_row() -> None:
    async with desk((120, 60), feed=write_story(WrittenFeed())) as d:
        await page(d, ILL, "3")
        assert row(d, " ≥25")[-1] == "28(3)" and row(d, " 94-95")[-1] == "94(1)"
        assert "Royal College of Physicians" in d.line("cover-words")
        await d.press("b")
        assert " ≥25" not in d.line("cover-words")


async def test_a_child_gets_no_points() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        await page(d, CHILD, "3")
        assert "below 16 years" in d.line("cover-words") and "NEWS2 total" not in d.line("cover-words")


async def test_halted_no_column_is_the_present() -> None:
    feed = write_story(WrittenFeed())
    feed.silence = 12.0
    async with desk(feed=feed) as d:
        shown = await page(d, ILL, "3")
        assert isinstance(shown, ObservationsPage) and not shown.model(117).columns[-1].present
        assert "now" not in d.line("head").split("\n")[-2]


async def test_in_the_past_the_newest_column_is_then_and_not_now() -> None:
    feed = write_story(WrittenFeed())
    feed.player = Player(feed.at - 10 * MINUTE, feed.at, lambda: 0.0, at=feed.at)
    async with desk(feed=feed) as d:
        await page(d, ILL, "3")
        assert d.line("head").split("\n")[-2].split()[-1] == "then"


async def test_a_question_keeps_its_keys() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        shown = await page(d, ILL, "4")
        await d.press("a")
        assert d.app.board.desk.hand.armed is not None
        await d.press("left", "W")
        assert shown.at is None and isinstance(shown, FlowsheetPage) and shown.worst


async def test_the_flowsheet_shows_the_worst_or_the_last_value() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        shown = await page(d, ILL, "4")
        await d.press("right_square_bracket", "right_square_bracket")
        assert "89▼" in row(d, "SpO2 %")
        await d.press("W")
        assert "89▼" not in row(d, "SpO2 %") and "95*" in row(d, "SpO2 %")
        assert isinstance(shown, FlowsheetPage) and "last value of every 1 h" in d.line("head")


async def test_the_flowsheet_judges_by_the_limits_of_the_time_and_tells_of_their_change() -> None:
    """Limits of the heart rate since six hours ago: 110 was none, and is one after."""
    async with desk((80, 24), feed=write_limits(WrittenFeed())) as d:
        shown = await page(d, ILL, "4")
        await d.press(*["right_square_bracket"] * 2)
        sheet = shown.exported()
        assert isinstance(sheet, Flowsheet)
        heart = next(one for one in sheet.rows if one.key == "hr")
        assert [one.high for one in heart.held] == [120, 105]
        for number, span in enumerate(sheet.columns):
            found, high = heart.shown(number, worst=True), 120 if span.ends <= NOW - 6 * HOUR else 105
            assert found is None or (found.breach == "high") == (found.value > high)
        assert "Heart rate /min △" in d.line("cover-words") and "△ limits changed" in d.line("cover-words")
        await d.press("left")
        lines = d.line("cover-words").split("\n")
        assert any(line.startswith("SpO2: 94 %") and "limits from 09:12 below 90" in line for line in lines)
        begun = next(n for n, line in enumerate(lines) if line.startswith("BP diastolic:"))
        assert "limits from 09:42 below 65, above 120" in " ".join(line.strip() for line in lines[begun : begun + 2])
        said, table = list(flowsheet.plain(sheet, UTC, {})), flowsheet.document(sheet)
        assert any(line.endswith("; limits from 09:12:07 below 90 %") for line in said)
        spo2 = next(one for one in table.rows if one.vital == "spo2")
        assert [(one.until, one.low_limit) for one in spo2.former_limits] == [
            (iso(NOW - 4 * HOUR), 90), (iso(NOW - 90 * MINUTE), 85),
        ]  # fmt: skip
        measured = [one for one in spo2.cells if one is not None]
        assert spo2.low_limit == 90 and {one.limit for one in measured if one.worst < 90} == {None, 90}


async def test_the_flowsheet_speaks_the_units_that_are_chosen() -> None:
    async with desk(feed=write_story(WrittenFeed()), units={"temp": "[degF]"}) as d:
        await page(d, ILL, "4")
        assert row(d, "Temperature °F")[-1] == "102.0"


async def test_the_chart_is_in_the_units_of_its_bands_and_told_in_the_readers() -> None:
    async with desk(feed=write_story(WrittenFeed()), units={"temp": "[degF]"}) as d:
        await page(d, ILL, "3")
        assert row(d, "Temperature °C")[-1] == "38.9(1)" and "Temperature: 102.0 °F at" in d.line("cover-words")


async def test_a_child_has_no_score_on_the_flowsheet_either() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        await page(d, CHILD, "4")
        assert "Heart rate" in d.line("cover-words") and "NEWS2" not in d.line("cover-words")


async def test_columns_further_back_than_they_are_kept_say_so() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        await page(d, ILL, "4")
        await d.press(*["left_square_bracket"] * 2, "home")
        assert "Columns of this width are kept from Sat 14 Mar 10:42" in d.line("cover-words")


def units_of(d: Desk) -> dict[str, str]:
    return dict(d.app.board.units)


def widths(rows: Iterator[list[Any]]) -> set[int]:
    return {len(line) for line in rows}


async def test_what_is_exported_is_what_is_shown() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        chart = (await page(d, ILL, "3")).exported()
        assert isinstance(chart, ObservationChart) and chart.columns[-1].news2.total == 13
        said = list(observations.plain(chart, UTC, units_of(d)))
        assert any("(now): NEWS2 13, high risk." in line for line in said)
        assert "  SpO2 84 % at 10:42:06, 3 points; between 84 % and 95 %" in said
        table = list(observations.rows(chart))
        assert len({len(line) for line in table}) == 1 and table[-1][-4:] == [13, 7, "high", 13]
        shape = TypeAdapter(observations.ObservationsDocument)
        assert shape.validate_python(shape.dump_python(observations.document(chart))).columns[-1].total == 13

        sheet = (await page(d, ILL, "4")).exported()
        assert isinstance(sheet, Flowsheet)
        said = list(flowsheet.plain(sheet, UTC, {}))
        assert any("oxygen saturation 84 %" in line and line.endswith("below the limit of 90 %") for line in said)
        table = list(flowsheet.rows(sheet))
        at = table[0].index("oxygen saturation (%) lowest")
        assert widths(iter(table)) == {len(table[0])} and table[-1][at] == 84
        form = TypeAdapter(flowsheet.FlowsheetDocument)
        assert form.validate_python(form.dump_python(flowsheet.document(sheet))).rows[1].cells[-1] is not None


async def test_children_are_told_apart_in_words() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        chart = (await page(d, CHILD, "3")).exported()
        assert isinstance(chart, ObservationChart)
        said = list(observations.plain(chart, UTC, {}))
        assert any("not meant for patients below 16" in line for line in said) and not any("risk" in x for x in said)
        assert all(line[-4] is None for line in list(observations.rows(chart))[1:])
