"""The session: folding what comes, beginning anew, and knowing whether anybody monitors."""

from __future__ import annotations

import pytest
from shown_ward import WrittenFeed, write_ward

from iomt_tui.log.api import LogError
from iomt_tui.log.delivery import Delivery
from iomt_tui.log.player import Player
from iomt_tui.tui.session import Monitoring, Session


def test_the_first_pump_brings_everything_and_the_next_nothing() -> None:
    session = Session(write_ward(WrittenFeed()))
    first = session.pump()
    assert first.reset and first.urgent and first.reordered
    assert len(session.ward.ids()) == 17
    assert not session.pump()


def test_values_are_not_urgent_and_alarms_are() -> None:
    feed = write_ward(WrittenFeed())
    session = Session(feed)
    session.pump()
    feed.write("obs", [["p6", "d6", feed.at, {"hr": 77}, None]])
    values = session.pump()
    assert values.ids == {"p6"} and not values.urgent and not values.reset
    feed.write("outcome", {"op": "x", "outcome": "applied", "by": "Kim", "at": feed.at})
    answer = session.pump()
    assert answer.urgent and [outcome.op for outcome in answer.outcomes] == ["x"]


def test_acts_that_belong_together_are_saved_together() -> None:
    feed = write_ward(WrittenFeed())
    session = Session(feed)
    saved = session.acts([{"op": "a"}, {"op": "b"}])
    assert [entry.data() for entry in saved] == feed.done == [{"op": "a"}, {"op": "b"}]
    feed.failure = "The disk is full."
    with pytest.raises(LogError, match="The disk is full"):
        session.acts([{"op": "c"}])
    assert len(feed.done) == 2


def test_changes_add_up() -> None:
    feed = write_ward(WrittenFeed())
    session = Session(feed)
    first = session.pump()
    feed.write("obs", [["p6", "d6", feed.at, {"hr": 77}, None]])
    both = first | session.pump()
    assert both.reset and both.urgent and "p6" in both.ids


@pytest.mark.parametrize(
    ("engine", "silence", "said"),
    [
        ("started", 0.0, Monitoring.LIVE),
        ("started", 2.9, Monitoring.LIVE),
        ("started", 3.0, Monitoring.SILENT),
        ("stopped", 0.0, Monitoring.ENDED),
        ("stopped", 99.0, Monitoring.ENDED),
    ],
)
def test_monitoring(engine: str, silence: float, said: Monitoring) -> None:
    feed = write_ward(WrittenFeed())
    feed.write("engine", {"state": engine, "version": "1"})
    feed.silence = silence
    session = Session(feed)
    session.pump()
    assert session.monitoring() is said
    assert said.stopped == (said in (Monitoring.SILENT, Monitoring.ENDED))


def test_a_recording_is_never_taken_for_live() -> None:
    feed = write_ward(WrittenFeed())
    feed.player = Player(feed.at - 1000, feed.at, lambda: 0.0)
    session = Session(feed)
    session.pump()
    assert session.monitoring() is Monitoring.REPLAY


def test_an_empty_log_opens_and_then_is_silent() -> None:
    feed = WrittenFeed()
    session = Session(feed)
    session.pump()
    assert session.monitoring() is Monitoring.OPENING
    feed.silence = 3.0
    assert session.monitoring() is Monitoring.SILENT


def test_a_useless_checkpoint_begins_anew_without_it() -> None:
    class Spoilt(WrittenFeed):
        def poll(self) -> Delivery:
            begun = self._begun
            delivery = super().poll()
            if not begun and not self.rewound:
                self._read = 0
                return Delivery(True, b"not a checkpoint", [], True)
            return delivery

        rewound = False

        def rewind(self) -> None:
            self.rewound = True
            super().rewind()

    feed = Spoilt()
    write_ward(feed)
    session = Session(feed)
    assert session.pump().more
    assert session.pump().reset
    assert len(session.ward.ids()) == 17


def test_log_time_never_runs_behind_what_was_folded() -> None:
    feed = write_ward(WrittenFeed())
    session = Session(feed)
    session.pump()
    feed.at -= 60_000
    assert session.now() == session.ward.now
