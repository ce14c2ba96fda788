"""Trends under a hand: windows, cursor, days, what is read from the log, and nothing old that looks live."""

from __future__ import annotations

from datetime import UTC

import pytest
from board_desk import Desk, desk
from shown_ward import MINUTE, NOW, WrittenFeed, write_ward
from trend_ward import DIP, GAP, HOUR, SICK, write_comparison, write_limits, write_trends

from iomt_tui.clinical.limits import Limit
from iomt_tui.log.api import LogError
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.charts.readout import at_cursor
from iomt_tui.tui.pages.compare import ComparePage
from iomt_tui.tui.pages.trends import TrendsPage
from iomt_tui.ward.limit_stretches import Stretch
from iomt_tui.ward.rollup import Cell
from iomt_tui.ward.story.trends import Axis, Curve, Panel, TrendView


def trends() -> WrittenFeed:
    return write_trends(WrittenFeed())


def page(shown: Desk) -> TrendsPage:
    cover = shown.app.board.cover
    assert isinstance(cover, TrendsPage)
    return cover


def view(shown: Desk) -> TrendView:
    found = page(shown).exported()
    assert isinstance(found, TrendView)
    return found


async def open_trends(shown: Desk, *keys: str) -> None:
    await shown.press("down", "2", *keys)
    await shown.settle()
    await shown.press("up")  # paints what was read


def row(shown: Desk, name: str) -> str:
    return next(line for line in shown.line("cover-words").split("\n") if line.startswith(name))


async def test_windows_grow_and_shrink() -> None:
    async with desk(feed=trends()) as shown:
        await open_trends(shown)
        assert shown.line("head").count("4 h ") == 1 and "up to now" in shown.line("head")
        lengths = []
        for _ in range(4):
            await shown.press("right_square_bracket")
            lengths.append((view(shown).end - view(shown).start) / HOUR)
        assert [round(n) for n in lengths] == [12, 24, 72, 168]
        await shown.press(*["left_square_bracket"] * 5)
        assert "1 h " in shown.line("head")


async def test_the_dip_of_half_a_minute_is_seen_in_a_week() -> None:
    async with desk(feed=trends()) as shown:
        await open_trends(shown, *["right_square_bracket"] * 4)
        spo2 = next(panel for panel in view(shown).panels if panel.key == "spo2")
        assert min(cell.low for _, cell in spo2.curves[0].known()) == 79
        assert "79–" in shown.line("cover-words")


async def test_the_cursor_reads_out_every_panel_at_its_time() -> None:
    async with desk(feed=trends()) as shown:
        await open_trends(shown, "right_square_bracket", "left")
        assert "up to now" not in shown.line("head") and " at Sun 10:3" in shown.line("head")
        page(shown).time.window = page(shown).time.window.at(DIP, NOW)
        await shown.press("up")
        assert "79" in row(shown, "SpO2") + row(shown, "%")
        assert page(shown).moment() == DIP
        page(shown).time.window = page(shown).time.window.at(sum(GAP) // 2, NOW)
        await shown.press("up")
        assert row(shown, "HR").rstrip().endswith("--") and "no value" in shown.line("cover-words")


async def test_the_cursor_goes_to_what_happened_and_says_it() -> None:
    async with desk(feed=trends()) as shown:
        await open_trends(shown, "right_square_bracket")
        said = ""
        for _ in range(16):
            await shown.press("h")
            said += shown.line("cover-words").split("\n")[-1] + shown.line("cover-words").split("\n")[-2]
        for words in ("acknowledged", "Piperacillin", "Looks unwell", "SpO2 79 < 85", "by Kim"):
            assert words in said, words


async def test_the_cursor_judges_by_the_limits_of_its_time() -> None:
    """Values of 85 to 89 before and after the lower limit of the saturation was changed from 90 to 85."""
    async with desk(feed=write_limits(WrittenFeed())) as shown:
        await open_trends(shown, "right_square_bracket")
        spo2, change = next(panel for panel in view(shown).panels if panel.key == "spo2"), NOW - 4 * HOUR
        time, low = page(shown).time, []
        for number in range(time.width):
            begin, end = time.span(view(shown).axis, number)
            found = spo2.curves[0].at(begin, end)
            if found is not None and 85 <= found.last < 90 and not begin <= change < end:
                low.append(begin)
        for at in (max(at for at in low if at < change), min(at for at in low if at > change)):
            page(shown).time.window = page(shown).time.window.at(at, NOW)
            await shown.press("up")
            assert row(shown, "SpO2").rstrip().endswith("▼") == (at < change)


async def test_a_value_that_still_stood_is_judged_by_the_limits_that_came() -> None:
    panel = Panel(
        "temp", (Curve("temp", Axis(0, 10, 10), (None, Cell(38, 38, 38, 15), *[None] * 8), 100),),
        (Stretch(0, ()), Stretch(45, (Limit("temp", None, 37.5, 2, 0, 0, ""),))),
    )  # fmt: skip
    for span, mark in (((10, 20), ""), ((20, 30), ""), ((40, 50), "▲"), ((60, 70), "▲")):
        first, *_ = at_cursor(panel, span, Measures({}), 14, UTC, plain_letters=False)
        assert first.plain == f"38.0 {mark}".rstrip(), span


async def test_escape_lets_go_of_the_cursor_then_leaves() -> None:
    async with desk(feed=trends()) as shown:
        await open_trends(shown, "left", "escape")
        assert page(shown).moment() is None and shown.app.board.cover is not None
        await shown.press("escape")
        assert shown.app.board.cover is None


async def test_a_window_of_the_past_says_so_and_the_end_key_leads_back() -> None:
    async with desk(feed=trends()) as shown:
        await open_trends(shown, "pageup")
        assert "EARLIER, values at Sun 08:42" in shown.line("head") and view(shown).end <= NOW - HOUR
        await shown.press("end")
        assert "up to now" in shown.line("head")


async def test_days_lie_on_one_another() -> None:
    async with desk(feed=trends()) as shown:
        await open_trends(shown, "right_square_bracket", "right_square_bracket", "d")
        hr = next(panel for panel in view(shown).panels if panel.key == "hr")
        assert len(hr.before) == 1 and any(hr.before[0][0].cells)
        assert "day before grey" in shown.line("head")
        await shown.press("right_square_bracket")
        hr = next(panel for panel in view(shown).panels if panel.key == "hr")
        assert len(hr.before) == 2 and view(shown).end - view(shown).start <= 24 * HOUR
        assert "2 days before grey" in shown.line("head")
        await shown.press("left", "d")
        assert 71 * HOUR < view(shown).end - view(shown).start <= 72 * HOUR
        assert not next(panel for panel in view(shown).panels if panel.key == "hr").before


async def test_zoom_into_the_past_reads_the_log() -> None:
    feed = trends()
    begin = NOW - 3 * HOUR
    for second in range(0, 600, 2):
        at = begin + second * 1000
        feed.write("obs", [[SICK, "d0", at, {"etco2": 30 + second % 7}, None]], at)
    feed.entries.sort(key=lambda entry: entry.at)
    feed.entries = [entry._replace(seq=number + 1) for number, entry in enumerate(feed.entries)]
    feed.write("tick", {}, NOW)
    async with desk(feed=feed) as shown:
        await open_trends(shown)
        time = page(shown).time
        time.window = time.window.at(begin + 5 * MINUTE, NOW).usual(-1, NOW).zoomed(1 / 6, NOW)
        await shown.press("up")
        await shown.settle()
        await shown.press("up")
        etco2 = next(panel for panel in view(shown).panels if panel.key == "etco2")
        assert etco2.curves[0].axis.width < 10_000
        assert len(list(etco2.curves[0].known())) > 100


async def test_nobody_monitors_so_no_value_looks_live() -> None:
    feed = trends()
    async with desk(feed=feed) as shown:
        await open_trends(shown)
        assert row(shown, "HR").rstrip().endswith("118")
        feed.silence = 12.0
        shown.app.board.tick()
        assert row(shown, "HR").rstrip().endswith("(118)")


async def test_a_log_that_cannot_be_read_says_so_and_the_curves_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: WrittenFeed) -> None:
        raise OSError("gone")

    monkeypatch.setattr(WrittenFeed, "another", broken)
    async with desk(feed=trends()) as shown:
        await open_trends(shown)
        assert "could not be read" in shown.line("cover-words") and "unexpected OSError" in shown.line("cover-words")
        assert row(shown, "HR").rstrip().endswith("118")


async def test_a_patient_without_any_value() -> None:
    feed = write_ward(WrittenFeed())
    feed.write("patient", {"id": "new", "bed": "01", "family": "Nobody", "given": "Yet"}, NOW)
    async with desk(feed=feed) as shown:
        shown.app.board.choose("new")
        await shown.press("2")
        assert "Nothing was ever measured" in shown.line("cover-words")


async def test_a_patient_who_leaves_closes_the_page() -> None:
    feed = trends()
    async with desk(feed=feed) as shown:
        await open_trends(shown)
        feed.write("discharge", {"id": SICK})
        shown.news()
        await shown.pilot.pause()
        assert shown.app.board.cover is None


async def test_panels_without_room_are_a_key_away() -> None:
    async with desk((80, 24), feed=trends()) as shown:
        await open_trends(shown)
        assert "Temp" not in shown.line("cover-words") and "HR" in shown.line("cover-words")
        assert "↓3 more" in shown.line("head")
        await shown.press("down", "down", "down", "down", "down", "down")
        assert "Temp" in shown.line("cover-words") and "HR" not in shown.line("cover-words")
        height = shown.app.board.page.size.height
        assert len(shown.line("cover-words").split("\n")) <= height


@pytest.mark.parametrize(("glyphs", "braille"), [("auto", True), ("braille", True), ("block", False), ("ascii", False)])
async def test_only_a_font_that_has_braille_is_asked_for_it(glyphs: str, braille: bool) -> None:
    """Trends, and a comparison."""
    async with desk(feed=trends(), glyphs=glyphs) as shown:
        await open_trends(shown)
        one = shown.line("cover-words")
        await shown.press("escape")
        await marked(shown, 2)
        await shown.press("O")
        for words in (one, shown.line("cover-words")):
            assert any("\u2800" <= sign <= "\u28ff" for sign in words) is braille
            assert any(sign in "▘▖▝▗▀▄▞▚" for sign in words) is (glyphs == "block")


# Comparing.


async def marked(shown: Desk, count: int) -> None:
    for _ in range(count):
        await shown.press("down", "c")


async def test_two_to_four_patients_are_compared() -> None:
    async with desk(feed=trends()) as shown:
        await shown.press("O")
        assert "Mark 2 to 4 patients first: c" in shown.line("footer")
        await marked(shown, 1)
        await shown.press("O")
        assert not isinstance(shown.app.board.cover, ComparePage)
        await marked(shown, 4)
        assert "No more than 4" in shown.line("footer")
        await shown.press("O")
        cover = shown.app.board.cover
        assert isinstance(cover, ComparePage) and len(cover.patients) == 4
        assert all(who in shown.line("head") for who in ("Okafor", "Lindqvist"))


async def test_a_second_press_takes_the_mark_back() -> None:
    async with desk(feed=trends()) as shown:
        await shown.press("down", "c")
        assert "1 (07)" in shown.line("footer")
        await shown.press("c")
        assert "Nobody is marked any more" in shown.line("footer")


async def test_all_of_a_vital_have_the_same_range() -> None:
    async with desk((120, 40), feed=trends()) as shown:
        await marked(shown, 2)
        await shown.press("O")
        lines = shown.line("cover-words").split("\n")
        beds = [number for number, line in enumerate(lines) if line[:2].isdigit()][:2]
        heights = beds[1] - beds[0]
        labels = [[line[7:12].strip(" │┤") for line in lines[begin : begin + heights]] for begin in beds]
        assert labels[0] == labels[1]


async def test_no_key_aims_at_a_patient_while_several_are_shown() -> None:
    async with desk(feed=trends()) as shown:
        await marked(shown, 2)
        await shown.press("O", "a")
        assert shown.app.board.desk.hand.armed is None and not shown.feed.done


async def compare(shown: Desk, count: int, *keys: str) -> list[str]:
    """The lines of the page behind O, its patients in the order in which they stand on the board."""
    await marked(shown, count)
    await shown.press("O", "right_square_bracket")
    await shown.settle()
    await shown.press("up", *keys)
    return shown.line("cover-words").split("\n")


@pytest.mark.parametrize(("count", "lanes"), [(2, ["07 alarms", "07 done", "08 alarms", "08 done"]),
                                              (4, ["07", "08", "12", "15"])])  # fmt: skip
async def test_each_has_lanes_of_alarms_and_of_what_was_done(count: int, lanes: list[str]) -> None:
    """Both in one where there is no room for two; the legend names their signs."""
    async with desk((80, 24), feed=write_comparison(WrittenFeed())) as shown:
        lines = await compare(shown, count)
        axis = next(number for number, line in enumerate(lines) if "Sun 15" in line)
        own = lines[axis - len(lanes) : axis]
        assert [line[:12].strip() for line in own] == lanes
        assert "█" in own[0] and "●" in own[0] + own[1] and "○" in "".join(own[-3:])
        assert all(words in "".join(lines[axis + 1 :]) for words in ("high alarm", "given", "note"))
        assert len(lines) <= shown.app.board.page.size.height


async def test_the_cursor_goes_to_what_was_done_and_says_about_whom() -> None:
    async with desk((120, 40), feed=write_comparison(WrittenFeed())) as shown:
        lines = await compare(shown, 3, *"hhhhhh")
        assert any(line.startswith("12 08:22 note Drain 400 ml since midnight. by Lee") for line in lines)
        await shown.press("h", "h")
        said = shown.line("cover-words")
        assert "07 07:46 acknowledged" in said and "08 07:42 not given Metoprolol" in said


async def test_a_comparison_says_what_could_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = write_comparison(WrittenFeed())

    def broken() -> None:
        raise LogError("no such file")

    async with desk((80, 24), feed=feed) as shown:
        monkeypatch.setattr(feed, "another", broken)
        lines = await compare(shown, 4)
        assert any("The log could not be read: no such file" in line for line in lines)


async def test_who_left_is_named_and_the_others_stay() -> None:
    feed = trends()
    async with desk(feed=feed) as shown:
        await marked(shown, 2)
        await shown.press("O")
        cover = shown.app.board.cover
        assert isinstance(cover, ComparePage)
        feed.write("discharge", {"id": cover.patients[1]})
        shown.news()
        await shown.pilot.pause()
        assert "no longer on the ward" in shown.line("head") and shown.app.board.cover is cover


async def test_beside_a_window_of_the_past_stand_the_values_of_its_end() -> None:
    async with desk(feed=trends()) as shown:
        await open_trends(shown)
        assert row(shown, "HR").rstrip().endswith("118")
        await shown.press("pageup")
        end = view(shown).end
        hr = next(panel for panel in view(shown).panels if panel.key == "hr").curves[0]
        known = hr.at(end - 4 * MINUTE, end)
        assert known is not None and f" {known.last:.0f} " in f"{row(shown, 'HR')} " and known.last != 118
