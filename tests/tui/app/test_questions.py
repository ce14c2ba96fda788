"""What is asked before something is done about alarms: exactly what it names, with the options that were chosen."""

from __future__ import annotations

from board_desk import desk
from shown_ward import MINUTE, WrittenFeed, alarm, write_ward

from iomt_tui.alarms.model import Priority
from iomt_tui.alarms.suppression import Suppression


def crowded() -> WrittenFeed:
    """The first patient has three alarms that nobody has taken, and one that somebody has."""
    feed = write_ward(WrittenFeed())
    feed.write("alarm", alarm("p0", "hr", "high", Priority.HIGH, value=150, limit=140).body())
    feed.write("alarm", alarm("p0", "temp", "high", Priority.LOW, value=38.9, limit=38.5).body())
    return feed


async def test_an_acknowledgement_promises_something_for_a_time() -> None:
    async with desk() as d:
        await d.press("a")
        assert "[g going now]" in d.line("ask") and "for 3 min" in d.line("ask")
        await d.press("d", "left", "left", "enter")
        await d.settle()
        (act,) = d.feed.done
        assert (act["intent"], act["ms"], act["note"]) == ("doctor", MINUTE, "")


async def test_a_note_is_typed_kept_and_then_confirmed() -> None:
    async with desk() as d:
        await d.press("a", "w")
        assert d.line("footer").startswith(" Note: ")
        await d.press(*"probe on ear", "enter")
        assert d.feed.done == [], "the end of the note is not the confirmation"
        assert "note: probe on ear" in d.line("ask") and "enter yes" in d.line("footer")
        await d.press("enter")
        await d.settle()
        (act,) = d.feed.done
        assert (act["intent"], act["note"]) == ("note", "probe on ear")


async def test_an_intent_that_needs_words_waits_for_them() -> None:
    async with desk() as d:
        await d.press("a", "w", "escape", "enter")
        await d.settle()
        assert d.feed.done == [] and "w write the note first · esc no" in d.line("footer")
        await d.press("g", "enter")
        await d.settle()
        assert d.feed.done[0]["intent"] == "going"


async def test_all_of_a_patient_are_listed_before_they_are_taken() -> None:
    async with desk(feed=crowded()) as d:
        await d.press("E")
        asked = d.line("ask")
        for words in ("SpO2 84 < 90", "was HR 150 > 140", "Temp 38.9 > 38.5"):
            assert words in asked
        assert "RR" not in asked, "somebody has that one already"
        await d.press("enter")
        await d.settle()
        taken = {tuple(act["ref"]) for act in d.feed.done}
        assert taken == {
            ("p0", "spo2", "low", 1, 1), ("p0", "hr", "high", 1, 1), ("p0", "temp", "high", 1, 1),
        }  # fmt: skip
        assert len({act["op"] for act in d.feed.done}) == 3
        for act in d.feed.done[:2]:
            d.feed.write("outcome", {"op": act["op"], "outcome": "applied", "by": "Test", "at": d.feed.at})
        d.news()
        assert "waiting for the engine" in d.line("footer")
        d.feed.write("outcome", {"op": d.feed.done[2]["op"], "outcome": "gone", "by": "Test", "at": d.feed.at})
        d.news()
        assert "1 of 3 NOT acknowledged: the alarm was over before: all 3 of 07 Okafor N" in d.line("footer")


async def test_what_was_taken_last_is_taken_back_without_a_question() -> None:
    async with desk() as d:
        await d.press("z")
        assert "Nothing was acknowledged from here" in d.line("footer")
        await d.press("a", "enter")
        await d.settle()
        d.feed.write("outcome", {"op": d.feed.done[0]["op"], "outcome": "applied", "by": "Test", "at": d.feed.at})
        d.news()
        await d.press("z")
        await d.settle()
        assert d.feed.done[1]["do"] == "unack" and d.feed.done[1]["ref"] == ["p0", "spo2", "low", 1, 1]
        d.feed.write("outcome", {"op": d.feed.done[1]["op"], "outcome": "applied", "by": "Test", "at": d.feed.at})
        d.news()
        assert "taken back: 07 Okafor N: SpO2 84 < 90" in d.line("footer")
        await d.press("z")
        await d.settle()
        assert len(d.feed.done) == 2


async def test_shelving_needs_a_reason_and_is_bounded() -> None:
    async with desk() as d:
        await d.press("H", "enter")
        await d.settle()
        assert d.feed.done == [] and "w write the reason first · esc no" in d.line("footer")
        await d.press("w", *"moving", "enter", *["right"] * 20, "enter")
        await d.settle()
        (act,) = d.feed.done
        assert (act["do"], act["reason"], act["ms"]) == ("shelve", "moving", 15 * MINUTE)


async def test_a_technical_alarm_is_not_offered_for_shelving() -> None:
    async with desk() as d:
        await d.press("j", "j", "j", "j", "H")
        assert "cannot be shelved" in d.line("footer") and d.app.board.desk.hand.armed is None


async def test_the_same_key_ends_what_it_began() -> None:
    feed = write_ward(WrittenFeed())
    shelf = Suppression("shelve", "p0", "spo2", "low", "Kim", "moving", feed.at, feed.at + 10 * MINUTE, 3)
    pause = Suppression("pause", "p0", "", "", "Kim", "", feed.at, feed.at + 2 * MINUTE)
    for one in (shelf, pause):
        feed.write("suppression", one.body())
    async with desk(feed=feed) as d:
        await d.press("j", "H", "enter")
        await d.settle()
        await d.press("s", pause=2.0)
        assert "End the audio pause of 07 Okafor N?" in d.line("footer")
        await d.press("enter")
        await d.settle()
        first, second = d.feed.done
        assert (first["do"], first["ref"]) == ("unshelve", ["p0", "spo2", "low", 1, 1])
        assert (second["do"], second["patient"], second["ms"]) == ("pause", "p0", 0)


async def test_pause_and_standby_name_the_patient_and_their_end() -> None:
    async with desk() as d:
        await d.press("j", "s")
        assert "Pause the alarm sound of 07 Okafor N?" in d.line("footer") and "for 2 min" in d.line("ask")
        await d.press("enter")
        await d.settle()
        await d.press("D", "w", *"CT", "enter", "enter", pause=1.5)
        await d.settle()
        first, second = d.feed.done
        assert (first["do"], first["ms"]) == ("pause", 2 * MINUTE)
        assert (second["do"], second["reason"], second["ms"]) == ("standby", "CT", 30 * MINUTE)


async def test_a_paste_into_a_note_confirms_nothing() -> None:
    from textual import events

    async with desk() as d:
        await d.press("a", "w")
        d.app.board.post_message(events.Paste("ear\r\r"))
        await d.pilot.pause()
        await d.press("enter", "enter", pause=0.3)
        await d.settle()
        assert d.feed.done == []


async def test_recordings_and_readers_do_nothing() -> None:
    async with desk(read_only=True) as d:
        for key in ("E", "z", "s", "H", "D"):
            await d.press("j", key)
            assert d.app.board.desk.hand.armed is None and "only shows" in d.line("footer")
