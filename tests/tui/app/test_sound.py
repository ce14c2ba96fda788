"""Sound on the screen: when the bell rings, what the header says, and the test of it."""

from __future__ import annotations

from typing import Any

import pytest
from board_desk import Desk, desk
from shown_ward import MINUTE, WrittenFeed, alarm, write_ward

from iomt_tui.alarms.model import Priority
from iomt_tui.alarms.suppression import Suppression


def live() -> WrittenFeed:
    return write_ward(WrittenFeed(), watermark=None)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The bells that reached the terminal."""
    from iomt_tui.tui.terminal.stage import StageApp

    bells: list[float] = []

    def ring(app: Any) -> bool:
        bells.append(app._clock())
        return True

    monkeypatch.setattr(StageApp, "ring", ring)
    return bells


def turn(d: Desk, seconds: float) -> None:
    """Lets the sound's own time pass in small steps."""
    for _ in range(int(seconds * 20)):
        d.hands.at += 0.05
        d.app.sound.turn()


async def test_a_live_ward_sounds_and_a_demo_does_not_unless_asked(rung: list[float]) -> None:
    async with desk() as d:
        d.app._tick()
        assert rung == [] and "AUDIO OFF" in d.line("header")
    async with desk(sound="bell") as d:
        d.app._tick()
        assert len(rung) == 1 and "AUDIO NOT CONFIRMED" in d.line("header")
    rung.clear()
    async with desk(feed=live()) as d:
        d.app._tick()
        assert len(rung) == 1


async def test_the_words_about_sound_stay_at_eighty_columns() -> None:
    async with desk(size=(80, 24)) as d:
        assert "MUTE" in d.line("header") and "DEMO" in d.line("header") and "2 high" in d.line("header")
    async with desk(size=(80, 24), feed=live()) as d:
        assert "SOUND?" in d.line("header")


async def test_a_new_alarm_is_heard_at_once_and_what_is_taken_is_not(rung: list[float]) -> None:
    feed = write_ward(WrittenFeed(), watermark=None)
    for one in list(feed.entries):
        if one.kind == "alarm":
            feed.write("alarm", {**one.data(), "state": "acked", "by": "Kim", "acked_at": feed.at})
    async with desk(feed=feed) as d:
        d.app._tick()
        turn(d, 30)
        assert rung == [], "everything is in somebody's hands"
        d.feed.write("alarm", alarm("p6", "hr", "low", Priority.HIGH, value=38, limit=45, since=0).body())
        d.news()
        assert len(rung) == 1
        turn(d, 9)
        assert len(rung) == 10, "two groups of 3 + 2"
        d.feed.write("alarm", alarm("p6", "hr", "low", Priority.HIGH, value=38, limit=45, state="acked").body())
        d.news()
        turn(d, 30)
        assert len(rung) == 10


async def test_shelved_paused_and_inhibited_alarms_are_silent_and_a_newer_high_is_not(rung: list[float]) -> None:
    feed = live()
    for patient in ("p0", "p9", "p1", "p2", "p3"):
        feed.write("suppression", Suppression("pause", patient, "", "", "Kim", "", feed.at, feed.at + MINUTE).body())
    async with desk(feed=feed) as d:
        assert d.app.board.audible() == {}
        d.feed.write("alarm", alarm("p1", "hr", "low", Priority.MEDIUM, value=45, limit=50, since=-1).body())
        d.news()
        assert d.app.board.audible() == {}
        new = alarm("p1", "hr", "low", Priority.HIGH, value=38, limit=40, since=-1, rev=2)
        d.feed.write("alarm", new.body())
        d.news()
        assert d.app.board.audible() == {new.ref: Priority.HIGH} and len(rung) == 1
        d.feed.at += MINUTE + 1
        assert len(d.app.board.audible()) == 6, "a pause that is over is over, whatever the engine says"


async def test_a_ward_that_nobody_monitors_is_loud(rung: list[float]) -> None:
    async with desk(feed=live()) as d:
        d.feed.silence = 4.0
        d.app._tick()
        assert list(d.app.board.audible().values()) == [Priority.HIGH]
        assert rung


async def test_the_sound_test_asks_and_only_yes_takes_the_badge_away(rung: list[float]) -> None:
    async with desk(feed=live()) as d:
        await d.press("V", pause=0.0)
        turn(d, 3)
        assert len(rung) >= 10 and "Did you hear it" in d.line("footer")
        await d.press("escape")
        assert "No sound?" in d.line("footer") and "AUDIO NOT CONFIRMED" in d.line("header")
        await d.press("V", "enter")
        assert "it counts for this shift" in d.line("footer") and "AUDIO" not in d.line("header")
        assert d.feed.done == []
