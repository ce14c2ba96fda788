"""The timeline in the running application: what is listed, chosen, searched for, followed and corrected."""

from __future__ import annotations

from board_desk import Desk, desk
from server_ward import said
from shown_ward import MINUTE, WrittenFeed
from timeline_ward import HOUR, note, opened, write_server_story, write_story

from iomt_tui.log.api import LogError
from iomt_tui.security.text import safe_text
from iomt_tui.tui.pages.timeline import TimelinePage
from iomt_tui.ward.exports import Export
from iomt_tui.ward.story.timeline import Category, Timeline


def story() -> WrittenFeed:
    return write_story(WrittenFeed())


def page(d: Desk) -> TimelinePage:
    cover = d.app.board.cover
    assert isinstance(cover, TimelinePage)
    return cover


async def test_everything_of_the_day_is_there_newest_first() -> None:
    async with desk((120, 60), story()) as d:
        words = await opened(d)
        parts = (
            "Sunday 2026-03-15", "SpO2 84 < 90  announced, high", "firmware 1, was 0.9", "Bed  07, was 12",
            "10:00–10:42  NEWS2 1–13, HR 88–120, SpO2 84–95 %, RR 23–28, BP 98/61, Temp 38.9 °C",
            "nobody watched for 4 min 00 s", "Correction by Sam", "CORRECTED at 09:22 by Sam", "from HOSPITAL",
            "09:00–10:00", "Paracetamol  given, 1000 mg, by Kim, 35 min 00 s late",
            "SpO2 limits  high below 85 %, medium below 88 %", "no longer sound paused",
            "sound paused by Kim until 03:48", "HR 128 > 120  taken by Kim after 4 min 00 s", "escalated, step 1",
            "HR 128 > 120  announced, medium", "Saturday 2026-03-14", "Admitted  bed 12",
        )  # fmt: skip
        assert [part for part in parts if part not in words] == []
        order = [words.index(part) for part in parts]
        assert order == sorted(order)
        assert "the log begins at 14:42" in d.line("head")


async def test_what_was_corrected_is_struck_and_says_so() -> None:
    async with desk((120, 60), story()) as d:
        await opened(d, "l", "l", "l")
        lines = page(d).lines(100)
        assert lines is not None
        (old,) = (line for line in lines if "Pain 8" in line.plain)
        assert any("strike" in str(span.style) for span in old.spans)
        assert "CORRECTED" in "".join(line.plain for line in lines)
        (new,) = (line for line in lines if "Pain 3" in line.plain)
        assert not any("strike" in str(span.style) for span in new.spans)


async def test_sections_show_their_own_and_count_them() -> None:
    async with desk((120, 60), story()) as d:
        await opened(d)
        everything = d.line("head")
        assert "[all " in everything and "notes 3" in everything and "doses 2" in everything
        await d.press("l", "l")
        assert "[doses 2]" in d.line("head")
        words = d.line("cover-words")
        assert "Paracetamol" in words and "SpO2" not in words
        await d.press("h", "h", "h")
        assert "[other " in d.line("head")
        assert "Bed  07, was 12" in d.line("cover-words")


async def test_a_search_leaves_what_has_every_word_and_escape_gives_it_back() -> None:
    async with desk((120, 60), story()) as d:
        await opened(d, "slash")
        await d.press(*"PAIN kim", pause=0.0)
        assert "search “PAIN kim”: 1 of" in d.line("head")
        await d.press("enter")
        assert d.line("cover-words").count("Pain") == 1
        await d.press("escape")
        assert "search" not in d.line("head").replace("/ search", "")
        await d.press("slash", *"xyzzy", pause=0.0)
        assert "Nothing fits the search." in d.line("cover-words")


async def test_who_exported_what_is_found_by_a_search() -> None:
    feed = story()
    export = Export("board", "csv", ("p0", "p1"), feed.at, feed.at, 9, "ab" * 32, "board.csv", safe_text("desk-3"))
    for op, outcome, why in (("e1", "applied", ""), ("e2", "refused", "csv is not allowed")):
        feed.write("act", {"op": op, "user": "Lee", **export.body()})
        feed.write("outcome", {"op": op, "outcome": outcome, "by": "Lee", "at": feed.at, "why": why})
    async with desk((200, 60), feed) as d:
        await opened(d, "slash")
        await d.press(*"file lee", "enter", pause=0.0)
        words = d.line("cover-words")
        assert "file  Exported  board with another patient, as of 10:42, as CSV, by Lee at desk-3, board.csv" in words
        assert "file  Export REFUSED  csv is not allowed; board with another patient" in words


async def test_the_cursor_is_the_moment_and_stays_with_its_event_while_others_come() -> None:
    feed = story()
    async with desk((120, 40), feed) as d:
        await opened(d)
        assert page(d).moment() is None
        await d.press("down", "down")
        event = page(d)._list().events[page(d).selected]
        assert page(d).moment() == event.at
        feed.at += 10_000
        note(feed, "new", 1_000, "Kim", "Turned on her side.")
        feed.write("tick", {})
        d.news()
        await d.settle()
        d.app.board.painter.paint(tick=True)
        await d.settle()
        d.app.board.painter.paint()
        assert "Turned on her side." in d.line("cover-words")
        assert page(d)._list().events[page(d).selected].id == event.id
        await d.press("escape")
        assert page(d).moment() is None


async def test_more_and_less_time() -> None:
    feed = story()
    async with desk((120, 60), feed) as d:
        await opened(d, "left_square_bracket", "left_square_bracket")
        assert "last 4 h" in d.line("head") and "14:42" not in d.line("head")
        assert "Admitted" not in d.line("cover-words")
        for _ in range(5):
            await d.press("right_square_bracket")
        await d.settle()
        d.app.board.painter.paint()
        assert "last 7 days" in d.line("head")
        assert "Admitted" in d.line("cover-words")


async def test_a_patient_of_whom_nothing_of_that_kind_is_known() -> None:
    async with desk((80, 24), story()) as d:
        await opened(d, "l", "l", "l", "l", "slash", "q")
        await d.press("backspace", "enter")
        await d.press("escape")
        assert page(d).section == "all"


async def test_a_log_that_cannot_be_read_says_so_and_is_tried_again() -> None:
    feed = story()
    another = feed.another

    def broken() -> None:
        raise LogError("w.iomtlog is damaged at entry 7.")

    async with desk((120, 40), feed) as d:
        feed.another = broken  # type: ignore[method-assign, assignment]
        words = await opened(d)
        assert "could not be read: w.iomtlog is damaged" in words
        feed.another = another  # type: ignore[method-assign]
        feed.at += MINUTE
        d.app.board.painter.paint(tick=True)
        await d.settle()
        d.app.board.painter.paint()
        assert "could not be read" not in d.line("cover-words")
        assert "Admitted" in d.line("cover-words")


async def test_a_note_is_corrected_with_its_own_words_and_stays() -> None:
    feed = write_server_story(WrittenFeed())
    async with desk((120, 40), feed) as d:
        await opened(d, "l", "l", "l", "R")
        assert "Choose a note first" in d.line("footer")
        await d.press("end", "R")
        line = d.app.board.keyboard.typing
        assert line is not None and line.text == "Family informed, wants to be called at any hour."
        assert "Correct the note of Lee, 07 Okafor N" in d.line("footer")
        await d.press("enter")
        await d.settle()
        assert feed.done == [] and "Nothing was changed" in d.line("footer")
        await d.press("R", "ctrl+u", *"No calls at night.", "enter", pause=0.0)
        await d.settle()
        (act,) = feed.done
        assert (act["do"], act["replaces"], act["text"], act["user"]) == ("note", "n1", "No calls at night.", "Kim, RN")
        said(d)
        assert "correction kept: 07 Okafor N" in d.line("footer")


async def test_of_a_corrected_note_what_holds_is_corrected() -> None:
    feed = story()
    async with desk((120, 40), feed) as d:
        await opened(d, "l", "l", "l", "down", "down", "R")
        event = page(d)._list().events[page(d).selected]
        line = d.app.board.keyboard.typing
        assert event.record == "n2" and line is not None and line.text.startswith("Pain 3 of 10")
        await d.press("!", "enter")
        await d.settle()
        assert feed.done[0]["replaces"] == "n3"


async def test_a_correction_that_came_second_says_so_until_it_is_read() -> None:
    feed = story()
    async with desk((120, 40), feed) as d:
        await opened(d, "l", "l", "l", "end", "R", "!", "enter")
        await d.settle()
        said(d, "applied", "Lee corrected this note before, at 09:05: correct that correction")
        told = "correction kept, but Lee corrected this note before, at 09:05: correct that correction"
        assert told in d.line("footer")
        d.hands.at += 60
        d.app.board.tick()
        assert told in d.line("footer"), "it stays until a key"


async def test_corrections_that_crossed_are_both_there_and_say_so() -> None:
    feed = story()
    note(feed, "n4", 70 * MINUTE, "Lee", "Pain 5 of 10 on moving.", replaces="n2")
    async with desk((120, 60), feed) as d:
        await opened(d, "l", "l", "l")
        words = " ".join(d.line("cover-words").split())
        assert "Note by Kim CORRECTED at 09:22 by Sam ALSO corrected by Lee at 09:32 Pain 8 of 10" in words
        assert "Correction by Sam Pain 3 of 10" in words
        assert "Correction by Lee CONFLICT: Sam corrected it before, at 09:22 Pain 5 of 10 on moving." in words
        (struck,) = [one for one in page(d)._list().events.values() if one.fixed is not None]
        assert struck.record == "n2", "what came second is not struck out"
        await d.press("down", "R")
        assert page(d)._list().events[page(d).selected].record == "n4"
        assert "Correct the note of Sam" in d.line("footer"), "what holds is what is corrected"
        await d.press("!", "enter")
        await d.settle()
        assert feed.done[0]["replaces"] == "n3"


async def test_a_screen_that_only_shows_corrects_and_notes_nothing() -> None:
    feed = story()
    async with desk((120, 40), feed, read_only=True) as d:
        await opened(d, "l", "l", "l", "end", "R")
        assert d.app.board.keyboard.typing is None and "only shows" in d.line("footer")
        await d.press("N")
        assert d.app.board.keyboard.typing is None


async def test_a_patient_who_leaves_takes_the_page_along() -> None:
    feed = story()
    async with desk((120, 40), feed) as d:
        await opened(d)
        feed.write("discharge", {"id": "p0"})
        d.news()
        await d.settle()
        d.app.board.painter.paint()
        assert d.app.board.cover is None


async def test_what_is_shown_is_what_is_exported() -> None:
    async with desk((120, 40), story()) as d:
        await opened(d, "l", "l", "l")
        found = page(d).exported()
        assert isinstance(found, Timeline)
        assert [one.record for one in found.events] == ["n1", "n2", "n3"]
        assert {one.category for one in found.events} == {Category.NOTE}
        assert found.end - found.start == 24 * HOUR


async def test_thousands_of_events_are_drawn_as_they_are_come_to() -> None:
    feed = story()
    for number in range(900):
        note(feed, f"m{number}", 0, "Kim", f"Turned, {number}.")
    async with desk((80, 24), feed) as d:
        words = await opened(d)
        assert "older events: ↓ goes on" in words and "Turned, 899." in words and "Turned, 3." not in words
        for _ in range(4):
            await d.press("end")
        d.app.board.painter.paint()
        assert "Admitted" in d.line("cover-words") and "goes on" not in d.line("cover-words")
        assert page(d).moment() is not None


async def test_at_a_moment_of_the_past_nothing_is_known_of_later() -> None:
    feed = story()
    async with desk((120, 40), feed) as d:
        await opened(d)
        await d.press("Z", *"-85m", "enter")
        await d.settle()
        d.app.board.painter.paint()
        words = d.line("cover-words")
        assert "Pain 8 of 10" in words and "Correction" not in words and "CORRECTED" not in words
        assert "09:00–09:17" in words and "announced, high" not in words
        await d.press("R")
        assert d.app.board.keyboard.typing is None
        await d.press("0")
        await d.settle()
        d.app.board.painter.paint()
        assert "CORRECTED at 09:22 by Sam" in d.line("cover-words")
