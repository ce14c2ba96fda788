"""The board under keys: choosing, filtering, acknowledging, pages, leaving."""

from __future__ import annotations

import pytest
from board_desk import desk
from shown_ward import MINUTE, WrittenFeed, alarm, write_ward
from textual import events

from iomt_tui.alarms.model import Priority
from iomt_tui.log.player import Player
from iomt_tui.tui.ordering import Sort


async def test_the_first_frame_shows_the_ward() -> None:
    async with desk() as d:
        assert "10:42:07" in d.line("header") and "2 high" in d.line("header") and "DEMO" in d.line("header")
        assert "SpO2 84 < 90 · 07 Okafor N · 2 min 14 s · nobody yet" in d.line("strip")
        assert d.shown[:2] == ("p0", "p9")


async def test_vim_keys_and_arrows_choose_by_patient() -> None:
    async with desk() as d:
        await d.press("j", "j", "down")
        assert d.app.board.board.selected == d.shown[2]
        await d.press("k", "up")
        assert d.app.board.board.selected == d.shown[0]
        await d.press("G")
        assert d.app.board.board.selected == d.shown[-1]
        await d.press("escape")
        assert d.app.board.board.selected is None


async def test_acknowledge_in_two_steps_and_only_the_log_says_done() -> None:
    async with desk() as d:
        await d.press("a")
        assert "Acknowledge 07 Okafor N: SpO2 84 < 90?" in d.line("footer")
        assert d.feed.done == []
        await d.press("enter")
        await d.settle()
        (act,) = d.feed.done
        assert (act["do"], act["user"], act["ref"]) == ("ack", "Test", ["p0", "spo2", "low", 1, 1])
        assert "waiting for the engine" in d.line("footer") and "acknowledged:" not in d.line("footer")
        taken = alarm("p0", "spo2", "low", Priority.HIGH, value=84, limit=90, state="acked")
        d.feed.write("alarm", taken.body())
        d.feed.write("outcome", {"op": act["op"], "outcome": "applied", "by": "Test", "at": d.feed.at})
        d.news()
        assert "acknowledged: 07 Okafor N: SpO2 84 < 90" in d.line("footer")
        assert "08 Rossi C" in d.line("strip"), "the next one that nobody has taken"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("already", "already taken by Kim"),
        ("superseded", "NOT acknowledged: the alarm has changed"),
        ("gone", "NOT acknowledged: the alarm was over"),
        ("refused", "NOT acknowledged: a promise lasts at most 3 min: 07 Okafor N"),
    ],
)
async def test_other_answers_of_the_engine_are_told(outcome: str, words: str) -> None:
    async with desk() as d:
        await d.press("a", "enter")
        await d.settle()
        why = "a promise lasts at most 3 min" if outcome == "refused" else ""
        d.feed.write(
            "outcome", {"op": d.feed.done[0]["op"], "outcome": outcome, "by": "Kim", "at": d.feed.at, "why": why}
        )
        d.news()
        assert words in d.line("footer")


async def test_what_was_not_saved_is_said_and_stays_until_read() -> None:
    async with desk() as d:
        d.feed.failure = "The disk is full."
        await d.press("a", "enter")
        await d.settle()
        d.hands.at += 60
        d.app.board.tick()
        assert "ACK NOT SAVED: The disk is full. Nothing has changed." in d.line("footer")
        await d.press("j")
        assert "NOT SAVED" not in d.line("footer")


async def test_an_engine_that_does_not_answer_is_spoken_of() -> None:
    async with desk() as d:
        await d.press("a", "enter")
        await d.settle()
        d.hands.at += 4
        d.app.board.tick()
        assert "NOT YET acknowledged" in d.line("footer")


async def test_escape_takes_the_question_back() -> None:
    async with desk() as d:
        await d.press("a", "escape", "enter")
        await d.settle()
        assert d.feed.done == []


async def test_the_chosen_patients_alarm_is_meant_and_capital_a_means_the_strip() -> None:
    async with desk() as d:
        await d.press("j", "j", "a")
        assert "Acknowledge 08 Rossi C: HR 134 > 130?" in d.line("footer")
        assert "[A] acknowledge" in d.line("strip")
        await d.press("escape", "A")
        assert "Acknowledge 07 Okafor N" in d.line("footer")


async def test_a_taken_alarm_and_a_calm_patient_have_nothing_to_acknowledge() -> None:
    async with desk() as d:
        await d.press("G", "a")
        assert "nothing to acknowledge" in d.line("footer")
        await d.press("enter")
        await d.settle()
        assert d.feed.done == []


async def test_held_keys_acknowledge_once_at_most() -> None:
    async with desk() as d:
        await d.press("a")
        for _ in range(16):
            await d.press("enter", pause=1 / 30)
        for _ in range(16):
            await d.press("a", pause=1 / 30)
        await d.settle()
        assert len(d.feed.done) <= 1
        assert d.app.board.cover is None, "the key that confirmed opens nothing while it is held"


async def test_a_paste_acknowledges_nothing() -> None:
    async with desk() as d:
        await d.press("a")
        d.app.board.post_message(events.Paste("a\r\x1b[201~a\r"))
        await d.pilot.pause()
        await d.press("enter", pause=0.1)
        await d.press("a", "enter", pause=0.1)
        await d.settle()
        assert d.feed.done == []


async def test_a_terminal_without_the_focus_acknowledges_nothing() -> None:
    async with desk() as d:
        d.app.post_message(events.AppBlur())
        await d.pilot.pause()
        await d.press("a", "enter")
        await d.settle()
        assert d.feed.done == [] and d.app.board.desk.hand.armed is None
        d.app.post_message(events.AppFocus())
        await d.pilot.pause()
        await d.press("escape", "escape", "a", "enter")
        await d.settle()
        assert len(d.feed.done) == 1


async def test_a_screen_that_only_shows_says_so() -> None:
    async with desk(read_only=True) as d:
        await d.press("a")
        assert "only shows" in d.line("footer")


async def test_the_filter_is_live_and_keeps_high_alarms() -> None:
    async with desk() as d:
        await d.press("slash", *"home")
        assert set(d.shown) == {"p0", "p9", "p2", "p15", "p16"}
        assert "5 of 17, 2 kept for a high alarm" in d.line("footer")
        await d.press("enter")
        assert "filter “home”: 5 of 17, 2 kept for high alarms" in d.line("header")
        await d.press("escape")
        assert len(d.shown) == 17


async def test_letters_typed_into_the_filter_are_no_commands() -> None:
    async with desk() as d:
        await d.press("slash", "a", "enter")
        await d.settle()
        assert d.app.board.roster.query == "a"
        assert d.app.board.desk.hand.armed is None and d.feed.done == []
        await d.press("slash", "backspace", "q", "T", "o")
        assert d.app.board.roster.query == "qTo" and d.app.is_running


async def test_rows_rest_while_choosing_and_a_new_alarm_is_announced() -> None:
    async with desk() as d:
        await d.press("j", "j")
        before = d.shown
        d.feed.write("alarm", alarm("p6", "hr", "low", Priority.HIGH, value=38, limit=45, since=0).body())
        d.news()
        assert d.shown == before
        assert "order changes waiting (1)" in d.line("header") and "3 high" in d.line("header")
        assert d.app.board.board.selected == before[1]
        d.hands.at += 11
        d.app.board.tick()
        assert d.shown != before and "waiting" not in d.line("header")
        assert d.app.board.board.selected == before[1]


async def test_sorting_pinning_and_my_patients_first() -> None:
    async with desk() as d:
        await d.press("o")
        assert d.app.board.roster.sort is Sort.BED
        assert d.shown[0] == "p4"
        await d.press("G", "m", "M")
        assert d.shown[0] == d.app.board.board.selected
        assert "by bed" in d.line("header")


async def test_the_patients_page_and_the_way_back() -> None:
    async with desk(size=(80, 24)) as d:
        await d.press("j", "j", "enter")
        page = d.line("head") + d.line("cover-words")
        assert "Rossi, Carlo" in page and "100009" in page and "ALLERGIES: penicillin, latex" in page
        assert d.standing("cover") == ["cover"]
        assert "08 Rossi C" in d.line("strip") or "07 Okafor N" in d.line("strip")
        await d.press("escape")
        assert d.standing("middle") == ["middle"]
        assert d.app.board.board.selected == "p9"


async def test_help_names_every_key() -> None:
    async with desk() as d:
        await d.press("question_mark")
        page = d.line("cover-words")
        for words in ("Acknowledge the alarm; asks first", "Tiles or list", "does not replace", "^p :"):
            assert words in page
        await d.press("question_mark")
        assert d.app.board.cover is None


async def test_palette_finds_patients_and_runs_commands() -> None:
    async with desk() as d:
        await d.press("ctrl+p", *"takah")
        await d.pilot.pause(0.3)
        await d.press("enter")
        await d.pilot.pause()
        assert d.app.board.board.selected == "p16"


async def test_themes_units_windows_and_tiles_turn_by_key() -> None:
    async with desk() as d:
        before = d.app.theme
        await d.press("T")
        assert d.app.theme != before and f"Theme: {d.app.theme}" in d.line("footer")
        await d.press("u")
        assert "mmol/L" in d.line("footer") and d.app.board.measures.unit("glucose") == "mmol/L"
        await d.press("w")
        assert d.app.board.window_ms == 60 * MINUTE
        await d.press("left_square_bracket", "left_square_bracket", "left_square_bracket")
        assert d.app.board.window_ms == 10 * MINUTE
        await d.press("t")
        assert d.app.board.board.mode == "tiles"


async def test_leaving_a_live_ward_asks_first() -> None:
    live = write_ward(WrittenFeed(), watermark=None)
    async with desk(feed=live) as d:
        await d.press("q")
        assert "Leave the board?" in d.line("footer") and d.app.is_running
        await d.press("escape", "q", "q")
        assert d.app._exit is False
        await d.press("enter")
        assert d.app._exit is True


async def test_leaving_the_demo_does_not_ask() -> None:
    async with desk() as d:
        await d.press("q")
        assert d.app._exit is True


async def test_a_recording_is_steered_and_never_acknowledged() -> None:
    feed = write_ward(WrittenFeed())
    feed.player = Player(feed.at - 60 * MINUTE, feed.at, lambda: 0.0, at=feed.at - 30 * MINUTE)
    async with desk(feed=feed) as d:
        assert "‖ paused" in d.line("replay") and "50%" in d.line("replay")
        await d.press("a", "enter")
        await d.settle()
        assert d.feed.done == []
        player = feed.player
        await d.press("space")
        running = [player.playing]
        await d.press("right", "shift+left")
        assert player.position == feed.at - 40 * MINUTE + 10_000
        assert [*running, player.playing] == [True, False]
        await d.press("plus", "plus", "minus")
        assert player.speed == 2.0


async def test_not_monitoring_covers_everything_and_says_what_happened() -> None:
    async with desk() as d:
        d.feed.silence = 4.0
        d.app.board.tick()
        assert "NOT MONITORING" in d.line("banner") and "silent for 4 s" in d.line("banner")
        assert d.app.board.board.halted
        d.feed.silence = 0.0
        d.app.board.tick()
        assert not d.app.board.lines["banner"].display and not d.app.board.board.halted
        d.feed.write("engine", {"state": "stopped", "version": "1"})
        d.news()
        assert "has ended" in d.line("banner")


async def test_a_log_that_cannot_be_read_is_said() -> None:
    async with desk() as d:
        d.feed.unreadable = "ward.db: disk I/O error. Check the disk."
        d.news()
        assert "cannot read the log" in d.line("banner") and "disk I/O error" in d.line("banner")


async def test_a_faulty_key_map_and_theme_are_told_and_the_rest_works() -> None:
    async with desk(keymap={"sort": "a", "tiles": "f12"}, theme="nope") as d:
        told = [note.message for note in d.app._notifications]
        assert any("reserved for 'acknowledge'" in words for words in told)
        assert any("there is no 'nope'" in words for words in told)
        await d.press("f12")
        assert d.app.board.board.mode == "tiles"


async def test_hostile_names_reach_the_screen_as_text() -> None:
    feed = write_ward(WrittenFeed())
    names = ["O'Neil [/foo]", "[@click=app.quit]x[/]", "\x1b]52;c;cm0=\x07", "\u202egnp.exe", "王" * 80, "[b"]
    for number, name in enumerate(names):
        feed.write("patient", {"id": f"p{number}", "family": name, "problem": name, "allergies": [name]})
    async with desk(feed=feed, size=(200, 60)) as d:
        await d.press("j")
        for _ in names:
            await d.press("enter", "escape", "j")
        assert "O'Neil [/foo]" in d.line("strip")
        assert all(d.line(part).replace("\n", "").isprintable() for part in ("strip", "side-words", "header"))


async def test_data_never_opens_a_screen_or_takes_a_focus() -> None:
    async with desk() as d:
        await d.press("slash", "o")
        d.feed.write("alarm", alarm("p6", "hr", "low", Priority.HIGH, value=38, limit=45, since=0).body())
        d.news()
        await d.press("k")
        assert d.app.board.roster.query == "ok"
        assert d.app.screen is d.app.board and d.app.focused is None


async def test_nothing_leaves_the_screen() -> None:
    async with desk() as d:
        d.app.copy_to_clipboard("Okafor")
        d.app.open_url("https://example.org")
        d.app.deliver_text()
        d.app.action_suspend_process()
        assert d.app.clipboard == ""
        with pytest.raises(RuntimeError):
            d.app.suspend()
        await d.press("ctrl+c", "ctrl+z")
