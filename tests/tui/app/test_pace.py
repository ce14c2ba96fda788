"""How often the screen paints, and what it costs to start."""

from __future__ import annotations

import subprocess
import sys

import pytest
from board_desk import desk
from shown_ward import WrittenFeed, alarm, write_ward

from iomt_tui.alarms.model import Priority
from iomt_tui.tui.folding import Changes
from iomt_tui.tui.ordering import BETWEEN_MOVES
from iomt_tui.tui.roster import Roster
from iomt_tui.tui.screens.board import BoardScreen
from iomt_tui.ward.fold import Ward


async def test_values_are_coalesced_and_alarms_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[str] = []
    whole = BoardScreen.paint

    def paint(board: BoardScreen) -> None:
        painted.append("alarm" if board.news.urgent else "values")
        whole(board)

    monkeypatch.setattr(BoardScreen, "paint", paint)
    async with desk() as d:
        painted.clear()
        for number in range(200):
            d.feed.write("obs", [[f"p{number % 17}", f"d{number % 17}", d.feed.at, {"hr": 70 + number % 9}, None]])
            d.news()
        assert painted.count("values") <= 1
        d.feed.write("alarm", alarm("p6", "hr", "low", Priority.HIGH, value=38, limit=45, since=0).body())
        d.news()
        assert painted[-1] == "alarm"
        assert "3 high" in d.line("header")


async def test_scores_are_ranked_once_rows_may_move_and_what_the_user_asks_for_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reads: list[int] = []
    read = Roster.read

    def noted(roster: Roster, ward: Ward) -> None:
        reads.append(ward.seq)
        read(roster, ward)

    async with desk() as d:
        monkeypatch.setattr(Roster, "read", noted)
        d.app.board.take(Changes(ids=frozenset({"p1"}), reordered=True))
        d.app.board.paint()
        d.app.board.tick()
        assert not reads
        d.hands.at += BETWEEN_MOVES
        d.app.board.tick()
        d.app.board.tick()
        assert len(reads) == 1
        d.app.board.reorder(force=False)
        d.app.board.painter.paint()
        assert len(reads) == 2


async def test_a_wake_that_fails_ends_the_screen_instead_of_leaving_it_stand_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[Exception] = []
    async with desk() as d:
        monkeypatch.setattr(d.app, "_handle_exception", ended.append)
        monkeypatch.setattr(d.app.board, "paint", lambda: 1 / 0)
        d.feed.write("alarm", alarm("p6", "hr", "low", Priority.HIGH, value=38, limit=45, since=0).body())
        d.feed.wake()
        assert [type(error) for error in ended] == [ZeroDivisionError]


async def test_a_recording_that_goes_back_shows_the_ward_as_it_was() -> None:
    async with desk() as d:
        d.feed.entries = write_ward(WrittenFeed()).entries[:10]
        d.feed._read, d.feed._begun = 0, False
        d.news()
        assert len(d.shown) == len(d.app.session.ward.ids()) < 17


def test_the_screen_starts_without_what_only_others_need() -> None:
    others = ("pydantic", "httpx", "keyring", "plotext")
    code = f"import sys, iomt_tui.tui.app; print([m for m in {others} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


async def test_every_theme_can_be_worn() -> None:
    async with desk() as d:
        worn = set()
        for _ in d.app.theme_names:
            await d.press("T")
            worn.add(d.app.theme)
        assert worn == set(d.app.theme_names) and "dark" in worn


async def test_over_ssh_nothing_is_animated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "1.2.3.4 5 6.7.8.9 22")
    async with desk() as d:
        assert d.app.animation_level == "none"


async def test_the_strip_flashes_by_its_sign_only() -> None:
    async with desk(flash=True) as d:
        strip = d.app.board.lines["strip"]
        before = strip.content
        wait = d.app.board.painter.parts.flash()
        after = strip.content
        assert before.plain == after.plain and not before.is_same(after)
        assert 1 / 2.8 <= 2 * wait <= 1 / 1.4
