"""The glucose page: now and next, time in ranges, the profile of the day, and silence where data are too few."""

from __future__ import annotations

from datetime import UTC

import pytest
from board_desk import Desk, desk
from pydantic import TypeAdapter
from shown_ward import MINUTE, WrittenFeed, write_ward
from story_ward import CGM, METER, write_story
from test_board_pictures import SIZES, Compare
from test_story_charts import opened, story

from iomt_tui.cli.headless.story import glucose
from iomt_tui.clinical.glucose import TARGETS
from iomt_tui.tui.pages.glucose import GlucosePage
from iomt_tui.tui.story.glucose_lines import percent
from iomt_tui.ward.story.glucose import GlucoseView


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_glucose(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(story(), terminal_size=size, run_before=opened(CGM, "5"))


def test_glucose_ascii_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = story(glyphs="ascii", units={"glucose": "mmol/L"})
    assert snap_compare(app, terminal_size=(120, 40), run_before=opened(CGM, "5", "left", "left"))


def test_glucose_light(snap_compare: Compare) -> None:
    assert snap_compare(story(theme="light"), terminal_size=(120, 40), run_before=opened(CGM, "5"))


async def page(d: Desk, patient: str = CGM) -> GlucosePage:
    d.app.board.choose(patient)
    await d.press("5")
    await d.pilot.pause()
    cover = d.app.board.cover
    assert isinstance(cover, GlucosePage)
    return cover


def words(d: Desk) -> str:
    return d.line("cover-words")


def row(d: Desk, begin: str) -> str:
    return next(line for line in words(d).split("\n") if line.startswith(begin))


async def test_now_next_and_two_weeks() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        shown = (await page(d)).glucose()
        assert "61 mg/dL ▼" in words(d) and "↘ falling  -1.5 mg/dL a minute" in words(d)
        assert "! PREDICTED LOW: below 54 in about 5 min at this rate" in words(d)
        assert row(d, "70 to 180").split()[3] == f"{shown.summary.share(TARGETS[2]):.1f}"
        assert "met" in row(d, "Below 54") and f"GMI {shown.summary.gmi:.1f} %" in words(d)
        assert "Sensor worn 14 of 14 days" in words(d)


@pytest.mark.parametrize(
    ("share", "said"),
    [(None, "--"), (0, "0 %"), (0.5, "<1 %"), (1, "1 %"), (42.4, "42 %"), (99.2, ">99 %"), (100, "100 %")],
)  # fmt: skip
def test_no_share_is_rounded_away(share: float | None, said: str) -> None:
    assert percent(share) == said


@pytest.mark.parametrize("key", ["3", "4", "5"])
async def test_ascii_terminals_get_ascii(key: str) -> None:
    async with desk(feed=write_story(WrittenFeed()), glyphs="ascii") as d:
        d.app.board.choose(CGM)
        await d.press(key, "b", "W")
        assert {letter for letter in words(d) if not letter.isascii()} <= set(
            "°▼"
        )  # the unit, and the vital's own mark


async def test_whose_figures_they_are_is_said_and_which_are_our_own() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        await page(d)
        said = " ".join(words(d).split())
        assert "below 70 30 min (as Basal-IQ and MiniMed pumps), below 54 20 min (as Dexcom's Urgent Low Soon)" in said
        assert "A day counts as worn from 6 h of readings: our own figure." in said
        await d.press("u")
        assert "below 3.9 30 min" in " ".join(words(d).split())


async def test_gmi_is_withheld_and_no_target_judged_of_too_few_days() -> None:
    async with desk(feed=write_ward(WrittenFeed())) as d:
        await page(d)
        assert "GMI withheld: 0 of 14 days worn." in words(d) and "Targets are not judged" in words(d)
        assert "GMI 6" not in words(d) and " met" not in words(d) and "No daily profile yet" in words(d)


async def test_a_week_is_not_judged_by_the_targets_of_two() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        await page(d)
        await d.press("left_square_bracket")
        assert "last 7 days" in d.line("head") and "GMI withheld: it is of 14 days" in words(d)
        assert " met" not in words(d)


async def test_units_change_every_number() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        await page(d)
        await d.press("u")
        assert "3.4 mmol/L ▼" in words(d) and "-0.08 mmol/L a minute" in words(d) and "below 3.0 in" in words(d)
        assert row(d, "3.9 to 10.0") and "mg/dL" not in words(d)


async def test_a_half_hour_is_read_out() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        shown = await page(d)
        slot = shown.glucose().profile[21]
        assert row(d, "Usual at 10:30-11:00").startswith(f"Usual at 10:30-11:00: median {slot.values[2]:.0f}, half ")
        await d.press("left")
        assert row(d, "Usual at 10:00-10:30")
        await d.press(*["right"] * 28)
        assert row(d, "Usual at 00:00-00:30")


async def test_a_meter_has_readings_and_no_profile() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        await page(d, METER)
        assert "too far apart for a continuous sensor" in words(d) and "GMI " in words(d)
        assert "Sun 15 Mar 08:42  148 mg/dL" in words(d) and "70 to 180" not in words(d)


async def test_halted_nothing_looks_live() -> None:
    feed = write_story(WrittenFeed())
    feed.silence = 12.0
    async with desk(feed=feed) as d:
        await page(d)
        assert "(61 mg/dL)" in words(d) and "falling" not in words(d) and "PREDICTED" not in words(d)


async def test_no_glucose_at_all() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        await page(d, "p4")
        assert words(d).strip() == "Glucose was never measured."


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (48, "! LOW NOW: below 54."),
        (66, "! LOW NOW: below 70, and not below 54 within 20 min."),
        (90, "No low within 30"),
    ],
)
async def test_who_is_low_is_not_told_that_no_low_comes(value: float, said: str) -> None:
    feed = write_story(WrittenFeed())
    for minutes in range(20, 0, -5):
        feed.write("obs", [[METER, "d7", feed.at - minutes * MINUTE, {"glucose": value}, None]])
    feed.write("obs", [[METER, "d7", feed.at - 1_000, {"glucose": value}, None]])
    start = feed.at - 31 * MINUTE
    feed.write("past", [[METER, "d7", start - n * 5 * MINUTE, {"glucose": 100}, None] for n in range(100)])
    async with desk(feed=feed) as d:
        shown = await page(d, METER)
        assert shown.glucose().direction is not None and said in words(d)
        spoken = "\n".join(glucose.plain(shown.glucose(), UTC, {}))
        assert ("LOW NOW" in spoken) == ("LOW NOW" in said) and ("No low" in spoken) == ("No low" in said)


async def test_the_newest_reading_is_there_at_once() -> None:
    feed = write_story(WrittenFeed())
    async with desk(feed=feed) as d:
        shown = await page(d)
        before = shown.glucose().summary.readings
        feed.at += MINUTE
        feed.write("obs", [[CGM, "d2", feed.at, {"glucose": 58}, None]])
        d.news()
        await d.pilot.pause()
        d.app.board.tick()
        assert shown.glucose().summary.readings == before + 1 and "58 mg/dL" in words(d)


async def test_what_is_exported_is_what_is_shown() -> None:
    async with desk(feed=write_story(WrittenFeed())) as d:
        view = (await page(d)).exported()
        assert isinstance(view, GlucoseView)
        said = list(glucose.plain(view, UTC, {}))
        assert said[:3] == [
            "Glucose 61 mg/dL now, low.", "It is falling, -1.5 mg/dL a minute.",
            "PREDICTED LOW: below 54 mg/dL in about 5 minutes at this rate.",
        ]  # fmt: skip
        assert sum("median" in line for line in said) == 48
        table = list(glucose.rows(view))
        assert len(table) == view.summary.readings + 1 and table[-1][1:] == [61, "low"]
        shape = TypeAdapter(glucose.GlucoseDocument)
        found = shape.validate_python(shape.dump_python(glucose.document(view)))
        assert found.figures.gmi_percent is not None and found.arrow == "FortyFiveDown" and len(found.profile) == 48


async def test_in_words_too_gmi_is_withheld() -> None:
    async with desk(feed=write_ward(WrittenFeed())) as d:
        view = (await page(d)).exported()
        assert isinstance(view, GlucoseView)
        said = "\n".join(glucose.plain(view, UTC, {}))
        assert "GMI withheld: 0 of 14 days worn." in said and "too few data to judge" in said and ", met" not in said
        found = glucose.document(view)
        assert found.figures.gmi_percent is None and {share.met for share in found.figures.shares} == {None}
