"""Notes under a hand: templates before the first word, part by part, and dropped as a whole."""

from __future__ import annotations

import pytest
from board_desk import Desk, desk
from shown_ward import MINUTE, WrittenFeed
from timeline_ward import note, write_story


def typed(d: Desk) -> str:
    line = d.app.board.keyboard.typing
    return line.label if line is not None else ""


async def test_sbar_is_typed_part_by_part_and_kept_as_one_note() -> None:
    feed = write_story(WrittenFeed())
    async with desk((120, 40), feed) as d:
        await d.press("j", "enter", "N")
        assert typed(d) == "Note, 07 Okafor N" and "tab: SBAR, doctor, family, pain" in d.line("footer")
        await d.press("tab")
        assert typed(d) == "Note, 07 Okafor N · SBAR 1/4 Situation"
        assert "enter: next part" in d.line("footer")
        for part in ("Hypoxic", "Pneumonia", "Worse", "Come now"):
            assert d.app.board.keyboard.typing is not None
            await d.press(*part, "enter", pause=0.0)
        await d.settle()
        (act,) = feed.done
        assert act["text"] == "SBAR · S: Hypoxic; B: Pneumonia; A: Worse; R: Come now"
        assert (act["do"], act["patient"], "replaces" in act) == ("note", "p0", False)


async def test_tab_turns_both_ways_and_only_before_the_first_word() -> None:
    feed = write_story(WrittenFeed())
    async with desk((120, 40), feed) as d:
        await d.press("j", "enter", "N", "shift+tab")
        assert "pain 1/3 Score" in typed(d)
        await d.press("tab")
        assert typed(d) == "Note, 07 Okafor N"
        await d.press("a", "tab")
        assert typed(d) == "Note, 07 Okafor N"
        await d.press("backspace", "tab", "x", "enter", "tab")
        assert "SBAR 2/4" in typed(d)


async def test_a_note_by_a_template_is_dropped_as_a_whole_and_without_words_not_kept() -> None:
    feed = write_story(WrittenFeed())
    async with desk((120, 40), feed) as d:
        await d.press("j", "enter", "N", "tab", "x", "enter", "escape")
        assert "The note was dropped." in d.line("footer")
        await d.press("N", "tab", "enter", "enter", "enter", "enter")
        await d.settle()
        assert "empty note is not kept" in d.line("footer") and feed.done == []


@pytest.mark.parametrize("digit", ["1", "7"])
async def test_a_note_is_begun_from_every_page_of_the_story(digit: str) -> None:
    feed = write_story(WrittenFeed())
    async with desk((120, 40), feed) as d:
        await d.press("j", digit, "N", *"Slept", "enter", pause=0.0)
        await d.settle()
        assert [act["text"] for act in feed.done] == ["Slept"]


async def test_while_a_question_waits_no_note_begins() -> None:
    feed = write_story(WrittenFeed())
    async with desk((120, 40), feed) as d:
        await d.press("j", "7", "a")
        assert d.app.board.desk.hand.armed is not None
        await d.press("N")
        assert d.app.board.keyboard.typing is None


async def test_the_overview_tells_of_corrections_that_crossed() -> None:
    feed = write_story(WrittenFeed())
    note(feed, "n4", 70 * MINUTE, "Lee", "Pain 5 of 10 on moving.", replaces="n2")
    async with desk((200, 60), feed) as d:
        await d.press("j", "1")
        words = " ".join(d.line("cover-words").replace("│", " ").split())
        assert "Kim: corrected 09:22 by Sam, ALSO 09:32 by Lee: Pain 8 of 10" in words
        assert "Lee, correction: CONFLICT: Sam corrected it before, 09:22: Pain 5" in words
        lines = [line for line in d.app.board.lines["cover-words"].content.split("\n") if "Pain 5" in line.plain]
        assert lines and not any("strike" in str(span.style) for line in lines for span in line.spans)


async def test_the_overview_strikes_what_was_corrected_and_says_so_in_words() -> None:
    async with desk((120, 70), write_story(WrittenFeed())) as d:
        await d.press("j", "enter")
        words = " ".join(d.line("cover-words").split())
        assert "Kim: corrected 09:22 by Sam: Pain 8 of 10" in words
        assert "Sam, correction: Pain 3 of 10" in words
