"""The overview in the running application: courses beside the numbers, the latest events below."""

from __future__ import annotations

import pytest
from board_desk import Desk, desk
from shown_ward import MINUTE, WrittenFeed, alarm, write_ward
from test_overview_pictures import known
from test_time_travel import lived_ward
from timeline_ward import HOUR, note

from iomt_tui.alarms.model import Priority
from iomt_tui.log.api import LogError
from iomt_tui.tui.chronicling import Chronicling
from iomt_tui.tui.pages.timeline import TimelinePage
from iomt_tui.tui.widgets.timeline_rows import READING


async def page(d: Desk, *keys: str) -> list[str]:
    """The lines of the overview of bed 07 once its log was read."""
    await d.press("j", "1", *keys)
    return await read(d)


async def read(d: Desk) -> list[str]:
    await d.settle()
    d.app.board.painter.paint()
    return d.line("cover-words").split("\n")


def events(lines: list[str], width: int) -> list[str]:
    """The lines below the heading of the latest events, which are ``width`` cells."""
    (begin,) = (number for number, line in enumerate(lines) if line.startswith("Latest events"))
    return [line[:width].rstrip() for line in lines[begin + 1 :]]


async def test_the_newest_events_are_told_as_the_timeline_tells_them() -> None:
    async with desk((200, 60), known()) as d:
        lines = await page(d)
        told = events(lines, 143)
        assert len(lines) == d.app.board.page.size.height
        await d.press("7")
        await d.settle()
        timeline = d.app.board.cover
        assert isinstance(timeline, TimelinePage)
        of_the_page = timeline.lines(144)
        assert of_the_page is not None
        rows = [line.plain[1:].rstrip() for line in of_the_page]
        assert "Sunday" in rows[0]  # today has no heading on the overview
        assert told == rows[1 : 1 + len(told)]
        assert any("Paracetamol  given, 1000 mg, by Kim, 35 min 00 s late" in line for line in told)


async def test_the_page_does_not_wait_for_them_and_nothing_moves_when_they_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    follow = Chronicling.follow
    monkeypatch.setattr(Chronicling, "follow", lambda *_: None)
    async with desk((120, 40), known()) as d:
        before = await page(d)
        assert events(before, 70)[0] == READING
        monkeypatch.setattr(Chronicling, "follow", follow)
        d.app.board.painter.paint()
        after = await read(d)
        assert READING not in "\n".join(after)
        begin = next(number for number, line in enumerate(before) if line.startswith("Latest events"))
        assert after[: begin + 1] == before[: begin + 1]
        assert [line[70:].rstrip() for line in after] == [line[70:].rstrip() for line in before]
        assert "7 all" in after[begin][:70]


async def test_where_no_line_is_left_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(Chronicling, "follow", lambda *_: asked.append(1))
    async with desk((80, 24), known()) as d:
        lines = await page(d)
        assert "Latest events" not in "\n".join(lines)
        assert asked == []
        await d.resize(80, 90)
        assert "Latest events" in "\n".join(await read(d))
        assert asked


async def test_a_question_takes_lines_of_the_events_and_of_nothing_else() -> None:
    async with desk((200, 60), known()) as d:
        before = await page(d)
        await d.press("a")
        await d.settle()
        after = d.line("cover-words").split("\n")
        assert len(after) == d.app.board.page.size.height < len(before)
        assert not d.app.board.page.show_vertical_scrollbar


async def test_an_event_of_yesterday_stands_under_its_day() -> None:
    feed = write_ward(WrittenFeed())
    feed.at += 14 * HOUR  # 00:42 of the next day
    note(feed, "n", 10 * MINUTE, "Kim", "Asleep.")
    feed.write("tick", {})
    async with desk((120, 40), feed) as d:
        told = events(await page(d), 70)
        at = next(number for number, line in enumerate(told) if "Sunday 2026-03-15" in line)
        assert any("Asleep." in line for line in told[:at])
        assert any("SpO2 84 < 90" in line for line in told[at:])


async def test_what_is_new_comes_first() -> None:
    feed = known()
    async with desk((120, 40), feed) as d:
        await page(d)
        feed.at += 10_000
        late = alarm("p0", "hr", "low", Priority.HIGH, value=31, limit=40, since=0, now=feed.at)
        feed.write("alarm", late.body())
        d.news()
        d.app.board.painter.paint(tick=True)
        assert "HR 31 < 40  announced, high" in events(await read(d), 70)[0]


async def test_a_log_that_cannot_be_read_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = known()

    def broken() -> None:
        raise LogError("w.iomtlog is damaged at entry 7.")

    async with desk((120, 40), feed) as d:
        monkeypatch.setattr(feed, "another", broken)
        told = events(await page(d), 117)
        assert "could not be read: w.iomtlog is damaged at entry 7." in told[0]


async def test_the_past_shows_what_it_knew() -> None:
    feed = lived_ward()
    feed.write("note", {"id": "n", "patient": "p0", "text": "Later.", "at": feed.at, "by": "Kim", "from": ""})
    async with desk((120, 40), feed) as d:
        words = "\n".join(await page(d))
        assert "Later." in words and "151 /min" in words
        await d.press("Z", *"-5m", "enter")
        words = "\n".join(await read(d))
        assert "Later." not in words and "151 /min" not in words
        assert "SpO2 84 < 90  announced" in words
        (row,) = (line for line in words.split("\n") if line.startswith("Oxygen saturation"))
        assert row[42:47] == "▂ ≥90"  # the course ends at that moment


async def test_the_window_is_the_boards_and_is_said_once() -> None:
    async with desk((120, 40), known()) as d:
        words = "\n".join(await page(d))
        assert words.count("last 30 min") == 1
        await d.press("right_square_bracket")
        assert "Now · last 1 h" in d.line("cover-words")
        await d.press("left_square_bracket", "left_square_bracket")
        assert "Now · last 10 min" in d.line("cover-words")


async def test_courses_of_what_nobody_monitors_are_no_present() -> None:
    feed = known()
    feed.silence = 60.0
    async with desk((120, 40), feed) as d:
        words = "\n".join(await page(d))
        assert "Last known – NOT LIVE · last 30 min" in words
        assert "(84 %)" in words and "Latest events" in words
