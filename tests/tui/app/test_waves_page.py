"""The page of waveforms: it moves only while it is open, asks only then, and never shows what is over as live."""

from __future__ import annotations

from typing import Any

import pytest
from board_desk import Desk, desk
from server_ward import page
from shown_ward import NOW, WrittenFeed, write_ward
from wave_ward import add, ask, write_waves

from iomt_tui.log.memory import MemoryLog
from iomt_tui.log.replay import ReplayFeed
from iomt_tui.tui.pages.waves import WavesPage
from iomt_tui.tui.waves.asking import EVERY, FOR
from iomt_tui.ward.checkpoint import dump
from iomt_tui.ward.events import Draft
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.story.waves import BEHIND, WavesView
from iomt_tui.ward.waves import LONGEST_LEASE


def asked(d: Desk) -> list[dict[str, Any]]:
    return [body for body in d.feed.done if body["do"] == "waves"]


def dots(d: Desk) -> int:
    return sum("⠀" < sign <= "⣿" for sign in page(d))


def opened(d: Desk) -> WavesPage:
    cover = d.app.board.cover
    assert isinstance(cover, WavesPage)
    return cover


async def turn(d: Desk, ms: int = 83) -> None:
    """The next frame, so much later; what is in the log by then is read."""
    d.feed.at += ms
    d.news()
    opened(d).turn()
    await d.settle()


async def test_it_shows_every_channel_with_its_numbers() -> None:
    async with desk(feed=write_waves(WrittenFeed())) as d:
        await d.press("j", "6")
        shown = page(d)
        assert dots(d) > 400
        for words in ("ECG II", "Pleth", "Resp", "HR /min", "SpO2 %", "RR /min", "1 mV", "2 s behind"):
            assert words in shown
        assert shown.count("live") == 3
        assert "[6 waves]" in d.line("head")


async def test_it_asks_when_it_opens_and_again_until_it_closes() -> None:
    async with desk(feed=write_ward(WrittenFeed())) as d:
        await d.press("j")
        assert asked(d) == []
        await d.press("6")
        await d.settle()
        await turn(d)
        (first,) = asked(d)
        assert (first["patient"], first["ms"], first["user"]) == ("p0", FOR, "Test")
        assert first["op"].startswith("waves-") and FOR <= LONGEST_LEASE and EVERY * 1000 * 2 < FOR
        assert "asked for" in page(d)
        d.hands.at += EVERY - 3
        await turn(d)
        assert len(asked(d)) == 1
        d.hands.at += 3
        await turn(d)
        assert len(asked(d)) == 2
        assert len({body["op"] for body in asked(d)}) == 2
        cover = opened(d)
        await d.press("escape")
        d.hands.at += 10 * EVERY
        cover.turn()
        await d.settle()
        assert len(asked(d)) == 2 and cover._timer is None


async def test_the_curve_moves_with_the_clock_and_only_curves_are_drawn_anew() -> None:
    async with desk(feed=write_waves(WrittenFeed())) as d:
        await d.press("j", "6")
        before = list(opened(d)._lines)
        await turn(d, 400)
        after = opened(d)._lines
        changed = [n for n, (old, new) in enumerate(zip(before, after, strict=True)) if new is not old]
        curves = {panel.line + row for panel in opened(d)._panels for row in range(panel.sweep.rows)}
        assert changed and set(changed) <= curves
        assert d.line("cover-words") == "\n".join(line.plain for line in after)
        still = opened(d)._lines
        opened(d).turn()
        assert opened(d)._lines is still  # nothing moved, nothing was made


async def test_below_the_palette_it_moves_with_the_seconds_and_asks_on() -> None:
    async with desk(feed=write_waves(WrittenFeed())) as d:
        await d.press("j", "6")
        await turn(d)
        before, count = page(d), len(asked(d))
        await d.press("ctrl+p")
        d.hands.at += EVERY
        await turn(d, 400)
        assert page(d) == before and len(asked(d)) == count + 1
        d.app.board.tick()
        assert page(d) != before
        await d.press("escape")
        before = page(d)
        await turn(d, 400)
        assert page(d) != before


async def test_a_sensor_that_fell_off_freezes_its_curve_and_says_since_when() -> None:
    feed = write_waves(WrittenFeed(), off=("pleth",), off_for=5)
    async with desk(feed=feed) as d:
        await d.press("j", "6")
        shown = page(d)
        assert "NO SIGNAL since 10:42:02, sensor off" in shown
        assert shown.count("live") == 2
        pleth = next(panel for panel in opened(d)._panels if panel.waveform.key == "pleth")
        curve = [pleth.sweep.row(row) for row in range(pleth.sweep.rows)]
        await turn(d, 700)
        assert [pleth.sweep.row(row) for row in range(pleth.sweep.rows)] == curve
        faded = "".join(pleth.sweep.faded(row) for row in range(pleth.sweep.rows))
        assert all(sign == " " or not (ord(sign) - 0x2800) & 0xB8 for sign in faded)  # only left columns of dots
        assert faded.strip()


async def test_a_monitor_that_is_not_heard_any_more_freezes_everything_within_three_seconds() -> None:
    async with desk(feed=write_waves(WrittenFeed())) as d:
        await d.press("j", "6")
        await turn(d, 2_900)
        assert page(d).count("live") == 3
        await turn(d, 200)
        assert page(d).count("NO SIGNAL since 10:42:07") == 3
        assert "live" not in page(d)
        d.feed.at += 2_900  # and is heard again
        add(d.feed, 4)
        await turn(d, 100)
        assert page(d).count("live") == 3


async def test_while_nobody_monitors_no_curve_is_live_and_nothing_is_asked() -> None:
    async with desk(feed=write_waves(WrittenFeed())) as d:
        await d.press("j", "6")
        await d.settle()
        count = len(asked(d))
        d.feed.silence = 5
        d.app.board.tick()
        d.hands.at += 10 * EVERY
        await turn(d, 83)  # the banner takes a row, so the curves have another place
        before = [panel.sweep.row(4) for panel in opened(d)._panels]
        assert all(row.strip() for row in before)
        await turn(d, 500)
        assert page(d).count("NOT LIVE: nobody monitors") == 6  # beside each name, and over each curve
        assert [panel.sweep.row(4) for panel in opened(d)._panels] == before
        assert len(asked(d)) == count
        assert "(118 /min)" in page(d)  # as on every page: no number looks live


async def test_what_nobody_asks_for_any_more_is_not_a_lost_signal() -> None:
    async with desk(feed=write_waves(WrittenFeed())) as d:
        await d.press("j", "6")
        d.feed.at += 61_000
        d.feed.write("tick", {})
        await turn(d)
        assert page(d).count("NOT RECORDED since 10:42:07") == 3
        assert "NO SIGNAL" not in page(d)


@pytest.mark.parametrize("why", ["this source has no waveforms", "no device of this patient sends waveforms"])
async def test_a_source_without_waveforms_is_said(why: str) -> None:
    feed = write_ward(WrittenFeed())
    ask(feed, NOW, outcome="refused", why=why)
    async with desk(feed=feed) as d:
        await d.press("j", "6")
        assert f"No waveforms: {why}." in page(d)


async def test_a_log_that_takes_nothing_is_said() -> None:
    feed = write_ward(WrittenFeed())
    feed.failure = "The disk is full."
    async with desk(feed=feed) as d:
        await d.press("j", "6")
        await d.settle()
        await turn(d)
        d.app.board.painter.paint()
        assert "could not be asked for" in page(d) and "The disk is full." in page(d)


async def test_over_ssh_it_is_off_until_somebody_turns_it_on() -> None:
    async with desk(feed=write_waves(WrittenFeed()), remote=True) as d:
        await d.press("j", "6")
        await turn(d)
        assert "off: this terminal is reached over SSH" in page(d) and "W turns them on" in page(d)
        assert (asked(d), dots(d)) == ([], 0)
        await d.press("W")
        await turn(d)
        assert len(asked(d)) == 1 and dots(d) > 400
        await d.press("escape", "6")
        assert dots(d) > 400  # it stays on
        await d.press("W")
        assert "Waveforms are off." in page(d) and dots(d) == 0
        before = page(d)
        await turn(d, 900)
        assert page(d) == before


async def test_ssh_is_seen_in_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 22 192.0.2.2 22")
    async with desk(feed=write_waves(WrittenFeed())) as d:
        await d.press("j", "6")
        assert "over SSH" in page(d)


async def test_a_screen_that_only_looks_may_look_at_waveforms_and_one_without_the_focus_goes_on() -> None:
    async with desk(feed=write_waves(WrittenFeed()), read_only=True) as d:
        await d.press("j", "6")
        await turn(d)
        d.app.board.desk.blurred = True
        d.hands.at += EVERY
        await turn(d)
        assert len(asked(d)) == 2


async def test_what_the_monitor_says_itself_stands_there_and_nothing_is_read_out_of_the_curve() -> None:
    feed = write_waves(WrittenFeed())
    told = {"patient": "p0", "device": "d0", "param": "hr", "kind": "V-TACH", "priority": 3, "technical": False,
            "state": "start", "at": feed.at, "text": ""}  # fmt: skip
    async with desk(feed=feed) as d:
        await d.press("j", "6")
        assert "Monitor says" not in page(d)
        feed.write("condition", told)
        await turn(d)
        d.app.board.painter.paint()
        assert page(d).count("Monitor says: VT") == 1
        feed.write("condition", told | {"state": "end", "at": feed.at})
        await turn(d)
        d.app.board.painter.paint()
        assert "Monitor says" not in page(d)


async def test_more_time_or_less_and_other_dots() -> None:
    async with desk(feed=write_waves(WrittenFeed())) as d:
        await d.press("j", "6")
        window = d.app.board.window_ms
        assert "6 s across" in page(d)
        await d.press("]", "]", "]")
        assert "12 s across" in page(d) and dots(d) > 400
        await d.press("[", "[", "[", "[")
        assert "4 s across" in page(d)
        assert d.app.board.window_ms == window
        await d.press("b")
        assert dots(d) == 0 and any(sign in page(d) for sign in "▘▖▝▗▛▜")
        await d.press("b")
        assert dots(d) == 0 and "|" in page(d)
        await d.press("b")
        assert dots(d) > 300


async def test_in_ascii_nothing_else_is_drawn() -> None:
    async with desk(feed=write_waves(WrittenFeed()), glyphs="ascii") as d:
        await d.press("j", "6")
        curves = "".join(panel.sweep.row(r) for panel in opened(d)._panels for r in range(panel.sweep.rows))
        assert curves.isascii() and curves.strip()
        assert "".join(d.line("cover-words").split()).replace("·", "").replace("▲", "").replace("▼", "").isascii()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (60, 20), (100, 30), (46, 14)])
async def test_it_is_exactly_as_high_as_its_place(size: tuple[int, int]) -> None:
    async with desk(feed=write_waves(WrittenFeed()), size=size) as d:
        await d.press("j", "6")
        board = d.app.board
        assert len(page(d).split("\n")) == board.page.size.height
        assert not board.page.show_vertical_scrollbar
        assert all(len(line) == size[0] - 3 for line in page(d).split("\n"))
        assert len(opened(d)._panels) == 3


async def test_what_has_no_room_is_counted() -> None:
    async with desk(feed=write_waves(WrittenFeed()), size=(60, 11)) as d:
        await d.press("j", "6")
        shown = len(opened(d)._panels)
        assert 0 < shown < 3 and f"{3 - shown} more: enlarge" in page(d)


async def test_it_closes_with_its_patient() -> None:
    async with desk(feed=write_waves(WrittenFeed())) as d:
        await d.press("j", "6")
        d.feed.write("discharge", {"id": "p0"})
        d.news()
        d.app.board.tick()
        assert d.app.board.cover is None


def recording(*, with_waves: bool, restored: int | None = None) -> ReplayFeed:
    """``restored``: ms before the end at which there is a checkpoint."""
    feed = write_waves(WrittenFeed()) if with_waves else write_ward(WrittenFeed())
    log = MemoryLog("recording")
    log.append([Draft(*entry[1:]) for entry in sorted(feed.entries, key=lambda entry: entry.at)], durable=False)
    if restored is not None:
        ward = Ward()
        ward.apply([entry for entry in log.read(0) if entry.at <= NOW - restored])
        log.save_checkpoint(ward.seq, ward.now, dump(ward))
    return ReplayFeed(log, NOW, playing=False)


async def test_a_recording_shows_what_it_holds_and_asks_nobody() -> None:
    feed = recording(with_waves=True)
    async with desk(feed=feed) as d:  # type: ignore[arg-type]
        await d.press("j", "6")
        assert dots(d) > 400 and "behind" not in page(d)
        feed.player.seek(NOW - 6_000)
        d.news()
        d.app.board.painter.paint()
        earlier = page(d)
        feed.player.seek(NOW)
        d.news()
        d.app.board.painter.paint()
        assert page(d) != earlier and dots(d) > 400
        opened(d).turn()
        await d.settle()  # a recording takes no act, and would have ended the program


@pytest.mark.parametrize("restored", [0, 3_500])
async def test_a_ward_restored_a_moment_before_shows_the_same_curves(restored: int) -> None:
    """Waveforms are in no checkpoint: what it does not know is read from the log."""
    pictures = []
    for feed in (recording(with_waves=True), recording(with_waves=True, restored=restored)):
        async with desk(feed=feed) as d:  # type: ignore[arg-type]
            await d.press("j", "6")
            await d.settle()
            view = opened(d).exported()
            assert view is not None
            pictures.append((page(d), [(c.begins, c.samples, c.signal) for c in view.channels]))
    assert pictures[0] == pictures[1]
    assert sum("⠀" < sign <= "⣿" for sign in pictures[0][0]) > 400


async def test_a_recording_without_waveforms_says_so() -> None:
    async with desk(feed=recording(with_waves=False)) as d:  # type: ignore[arg-type]
        await d.press("j", "6")
        assert "No waveforms are in the log at this moment." in page(d)


async def test_what_is_exported_is_what_stands_there() -> None:
    async with desk(feed=write_waves(WrittenFeed())) as d:
        await d.press("j", "6")
        view = opened(d).exported()
        assert isinstance(view, WavesView)
        assert [channel.key for channel in view.channels] == ["ecg-ii", "pleth", "resp"]
        assert view.now == NOW and view.now - view.channels[0].begins > BEHIND
