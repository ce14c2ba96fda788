"""Notes and charting on a ward from a server, under a user's hands."""

from __future__ import annotations

from board_desk import desk
from server_ward import (
    page,
    said,
    write_link,
    write_server_ward,
)
from shown_ward import WrittenFeed

from iomt_tui.ward.writes import WHATS


async def test_a_note_is_written_as_it_was_typed() -> None:
    feed = write_server_ward(WrittenFeed())
    async with desk((80, 24), feed) as d:
        await d.press("j", "enter", "N")
        await d.press(*"Slept well", pause=0.0)
        assert "Slept" in d.line("footer")
        await d.press("enter")
        await d.settle()
        (act,) = feed.done
        assert (act["do"], act["patient"], act["text"], act["user"]) == ("note", "p0", "Slept well", "Kim, RN")
        said(d)
        assert "note kept: 07 Okafor N" in d.line("footer")


async def test_an_empty_note_is_not_kept_and_a_dropped_one_neither() -> None:
    feed = write_server_ward(WrittenFeed())
    async with desk((80, 24), feed) as d:
        await d.press("j", "enter", "N", "space", "enter")
        assert "empty note is not kept" in d.line("footer")
        await d.press("N", "x", "escape")
        await d.settle()
        assert feed.done == []


async def test_a_note_ends_at_four_hundred_characters_and_its_end_is_seen() -> None:
    feed = write_server_ward(WrittenFeed())
    async with desk((80, 24), feed) as d:
        await d.press("j", "enter", "N")
        line = d.app.board.keyboard.typing
        assert line is not None
        line.add("ab " * 133 + "END and more")
        d.app.board.painter.paint()
        assert "END" not in line.text[:398]
        assert len(line.text) == 400
        assert line.text[-6:].strip() in d.line("footer")


async def test_notes_are_listed_newest_first_with_how_they_stand() -> None:
    async with desk((120, 60), write_server_ward(WrittenFeed())) as d:
        await d.press("j", "enter")
        words = page(d)
        order = [words.index(part) for part in ("(2)", "does not allow it", "(1)", "confirmed by", "(0)", "not yet")]
        assert order == sorted(order)
        assert "Lee, RN, from HOSPITAL" in words


# Charting.


async def test_charting_lists_and_writes_exactly_the_present_values() -> None:
    feed = write_server_ward(WrittenFeed())
    reading = ["p0", "d0", feed.at - 500, {"hr": 119}, {"hr": "questionable"}]
    feed.write("obs", [reading], feed.at)
    async with desk((80, 24), feed) as d:
        await d.press("j", "enter", "F")
        listed = d.line("ask")
        assert "SpO2 84 %" in listed
        assert "not charted, their device doubts them: HR" in " ".join(listed.split())
        view = d.app.board.painter.chosen
        assert view is not None
        await d.press("enter")
        await d.settle()
        (act,) = feed.done
        assert act["do"] == "chart"
        shown = {key: [v.value, v.observed_at, v.device] for key, v in view.vitals.items() if v.live and key != "hr"}
        assert act["values"] == shown
        assert "glucose" not in shown


async def test_charting_says_why_it_is_not_possible() -> None:
    feed = write_server_ward(WrittenFeed(), writes=("ack",))
    async with desk((80, 24), feed) as d:
        await d.press("j", "enter", "F")
        assert 'add "vitals" to its writes' in d.line("footer")
        write_link(feed, writes=WHATS)
        d.news()
        await d.resize(80, 10)
        await d.press("F")
        assert "No room" in d.line("footer")
        assert d.app.board.desk.hand.armed is None


async def test_what_became_of_each_charted_value_is_listed() -> None:
    async with desk((120, 60), write_server_ward(WrittenFeed())) as d:
        await d.press("j", "enter")
        assert "confirmed by HOSPITAL, but for 1 of 3" in page(d)
        assert "✓ SpO2: charted" in page(d)
        assert "✗ Temp: 422, no such category" in page(d)
