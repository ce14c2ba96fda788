"""SAFETY S3, S4: terminal replies and pastes, byte by byte as a terminal sends them, acknowledge nothing."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from board_desk import Desk, desk
from shown_ward import alarm
from test_cursor_drift import press, small_ward
from textual import events
from textual.message import Message

from iomt_tui.alarms.model import Priority
from iomt_tui.tui.questions import Question
from iomt_tui.tui.screens.actions import BoardActions
from iomt_tui.tui.screens.board import BoardScreen
from iomt_tui.tui.terminal.keys import KeyReader

REPORTS = (
    "\x1b[{};{}R", "\x1b[?{};{}R", "\x1b[?62;{};{}c", "\x1b[>41;{};{}c", "\x1b[0n", "\x1b[?{};{}$y", "\x1b[8;{};{}t",
    "\x1b[48;{};{};900;1600t", "\x1b[?{}u", "\x1b[I", "\x1b[O", "\x1b[<0;{};{}M", "\x1b[<65;{};{}m", "\x1b[{}~",
    "\x1b[27;5;{}~", "\x1b[1;{}A", "\x1bOP", "\x1b]11;rgb:{:04x}/aaaa/{:04x}\x07", "\x1b]10;rgb:a{}/{}/a\x1b\\",
    "\x1bP>|xterm({})\x1b\\", "\x1bP1$r{} q\x1b\\", "\x1bP1+r544e=78\x1b\\", "\x1b[?997;1n",
)  # fmt: skip
PASTES = (
    "a\r", "\ra\r", "a\n" * 40, "aaaa\r\r\r\r", "A\rA\rA\r", "Okafor\ta\r", "\x1b[201~a\r", "a\x1b[201~\r",
    "a\r\x1b[201~a\r\x1b[200~a\r", "\x1b[20" + "a\r", "\x1b[200~\x1b[201~\x1b[201~A\r", "q\r" * 9, ":ack\r",
    "\x1b\x1b[201~a\r",
)  # fmt: skip


class Line:
    """The terminal's line into the board: the real reader and parser, without a terminal."""

    def __init__(self, d: Desk) -> None:
        self.d = d
        self.reader = KeyReader(-1, self._arrived, lambda x, y: None, lambda: True, lambda: None)

    def _arrived(self, message: Message) -> None:
        if isinstance(message, events.Key):
            self.d.app.board.on_key(message)
        elif isinstance(message, events.Paste):
            self.d.app.board.on_paste(message)

    def send(self, data: str, pieces: int = 1, pause: float = 0.0) -> None:
        """Bytes that arrive in so many pieces, each ``pause`` seconds after the last."""
        raw, begin = data.encode(), 0
        for piece in range(pieces):
            end = len(raw) * (piece + 1) // pieces
            self.reader.feed(raw[begin:end])
            begin = end
            self.d.hands.at += pause
        for timer, late in ((self.reader._hold, self.reader._give_up), (self.reader._escape, self.reader._tick)):
            if timer is not None:
                timer.cancel()
                late()


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """What would have been saved."""
    done: list[Question] = []

    def confirm(board: BoardScreen) -> None:
        armed = board.desk.hand.armed
        if board.desk.confirm() and armed is not None:
            done.append(armed)

    monkeypatch.setattr(BoardScreen, "confirm", confirm)
    monkeypatch.setattr(BoardActions, "palette", lambda _: None)  # it has no acknowledgements, and keys of its own
    return done


@asynccontextmanager
async def alarming() -> AsyncIterator[tuple[Desk, Line]]:
    """A board with an alarm that has been in sight for long, and the line into it."""
    async with desk(size=(60, 14), feed=small_ward()) as d:
        for number in range(3):
            made = alarm(f"p{number}", "spo2", "low", Priority.HIGH, value=50, limit=60)
            d.feed.write("alarm", made.body())
        d.app._read()
        d.app.board.paint()
        d.hands.at += 10
        yield d, Line(d)


def replies(chance: random.Random, number: int) -> Iterator[str]:
    """Reports, whole, cut off anywhere or with their beginning lost, alone or several at once."""
    for _ in range(number):
        kind = chance.choice(REPORTS)
        whole = kind.format(*(chance.randrange(300) for _ in range(4)))
        cut = chance.randrange(1, len(whole) + 1)
        yield chance.choice((whole, whole[:cut], whole[cut:], whole[:cut] + whole))


async def test_ten_thousand_replies_of_a_terminal_acknowledge_nothing(saved: list[Question]) -> None:
    chance = random.Random(3)
    async with alarming() as (d, line):
        for number, reply in enumerate(replies(chance, 10_000)):
            if number % 10 == 0 and d.app.board.desk.hand.armed is None:
                press(d, "a")  # a question is open: a reply must not answer it
            line.send(reply, pieces=chance.choice((1, 1, 2)), pause=chance.choice((0.0, 0.05, 0.3, 1.5)))
            assert saved == [], repr(reply)
            assert d.app.is_running
        await by_hand(d, saved)


@pytest.mark.parametrize("paste", PASTES)
async def test_a_paste_acknowledges_nothing(paste: str, saved: list[Question]) -> None:
    """Bracketed, bracketed with the end of a paste inside, and typed into every window at once without brackets."""
    async with alarming() as (d, line):
        for armed in (False, True):
            for data in (f"\x1b[200~{paste}\x1b[201~", f"\x1b[200~a{paste}\x1b[201~\x1b[201~{paste}", paste):
                for pieces in (1, 2, 7):
                    d.hands.at += 20
                    press(d, "escape")
                    d.hands.at += 2
                    if armed and data != paste:
                        press(d, "a")
                        d.hands.at += 0.6
                    line.send(data, pieces, pause=0.02)
                    assert saved == [], repr(data)
        await by_hand(d, saved)


async def by_hand(d: Desk, saved: list[Question]) -> None:
    """The same board still listens to a hand."""
    d.app.board.desk.blurred = False
    d.hands.at += 20
    for key in ("escape", "escape", "escape", "a", "enter"):
        press(d, key)
        d.hands.at += 1
    assert len(saved) == 1
