"""SAFETY H5: whatever the ward does between look and key, only what was shown and asked for is acknowledged."""

from __future__ import annotations

import random

import pytest
from board_desk import Desk, desk
from shown_ward import WrittenFeed, alarm
from textual import events

from iomt_tui.alarms.model import Priority, Ref
from iomt_tui.tui.acknowledging import SHOWN_FOR

PATIENTS = 5
ROUNDS = 1000
_KEYS = ("a", "A", "enter", "enter", "j", "k", "escape", "o", "m")


def small_ward() -> WrittenFeed:
    """Five patients, two of them with alarms."""
    feed = WrittenFeed()
    feed.write("ward", {"name": "W", "watermark": "TEST", "source": "t", "tz": "UTC", "schema": 1})
    feed.write("engine", {"state": "started", "version": "1"})
    for number in range(PATIENTS):
        body = {"id": f"p{number}", "bed": f"{number}", "family": f"Family{number}", "given": "G"}
        feed.write("patient", body)
    return feed


class Witness:
    """What stood on the screen and since when, kept apart from the program's own notes."""

    def __init__(self, d: Desk) -> None:
        self.d = d
        self.since: dict[Ref, float] = {}

    def look(self) -> None:
        """Notes the alarms in sight now; those out of sight begin anew."""
        board = self.d.app.board
        seen = {found[1].ref for found in (board.on_strip(), board.aimed()) if found[1] is not None}
        armed = board.desk.hand.armed
        if armed is not None:
            seen.update(armed.refs)
            assert armed.words in self.d.line("footer")
        self.since = {ref: self.since.get(ref, self.d.hands.at) for ref in seen}


def random_news(d: Desk, chance: random.Random) -> None:
    """One thing that may happen on a ward."""
    patient = f"p{chance.randrange(PATIENTS)}"
    what = chance.randrange(4)
    if what == 0 and len(d.feed.entries) % 7 == 0:
        d.feed.write("discharge", {"id": patient})
        d.feed.write("patient", {"id": patient, "bed": "9", "family": f"Family{patient[1]}", "given": "G"})
    else:
        made = alarm(
            patient, chance.choice(("hr", "spo2")), "low", chance.choice(list(Priority)), value=50, limit=60,
            state=chance.choice(("unack", "unack", "acked", "normal", "latched")), episode=chance.randrange(1, 4),
            rev=chance.randrange(1, 4), since=chance.randrange(100_000),
        )  # fmt: skip
        d.feed.write("alarm", made.body())
    d.app._read()
    d.app.board.paint()


def press(d: Desk, key: str) -> None:
    """The key's way through the board, without the wait for a frame."""
    d.app.board.on_key(events.Key(key, key if len(key) == 1 else None))


@pytest.fixture
def acks(monkeypatch: pytest.MonkeyPatch) -> list[Ref]:
    """What would have been saved."""
    from iomt_tui.tui.screens.board import BoardScreen

    done: list[Ref] = []

    def confirm(board: BoardScreen) -> None:
        armed = board.desk.hand.armed
        if board.desk.confirm() and armed is not None:
            done.extend(armed.refs)

    monkeypatch.setattr(BoardScreen, "confirm", confirm)
    return done


async def test_cursor_drift(acks: list[Ref]) -> None:
    async with desk(size=(60, 14), feed=small_ward()) as d:
        witness, total = Witness(d), 0
        for number in range(ROUNDS):
            chance = random.Random(number)
            for _ in range(chance.randrange(2, 9)):
                d.hands.at += chance.choice((0.05, 0.3, 0.6, 2.0))
                if chance.random() < 0.4:
                    random_news(d, chance)
                    witness.look()
                    continue
                key = chance.choice(_KEYS)
                question, before = d.line("footer"), dict(witness.since)
                press(d, key)
                if acks:
                    (ref,) = acks
                    total += 1
                    acks.clear()
                    assert key == "enter" and f"Family{ref.patient[1]}" in question
                    assert d.hands.at - before[ref] >= SHOWN_FOR
                witness.look()
        assert total > 100, "the test must see acknowledgements to prove anything"


async def test_thirty_repeats_a_second_for_ten_seconds(acks: list[Ref]) -> None:
    feed = small_ward()
    async with desk(size=(60, 14), feed=feed) as d:
        for key in ("a", "enter", "A"):
            for number in range(300):
                d.hands.at += 1 / 30
                if number % 10 == 0:
                    random_news(d, random.Random(number))
                press(d, key)
            d.hands.at += 5
        assert len(acks) <= 1
