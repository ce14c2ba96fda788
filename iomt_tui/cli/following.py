"""Following a ward line by line: pumps its feed and tells what changed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from iomt_tui.cli.headless.changes import Change, Changes
from iomt_tui.cli.headless.plain import first_line, flood
from iomt_tui.cli.headless.server_words import server_line
from iomt_tui.cli.headless.words import duration
from iomt_tui.times import ward_zone
from iomt_tui.ward.view import WardView

if TYPE_CHECKING:
    from iomt_tui.tui.session import Session

PERIOD: Final = 0.2  # s between two looks at the log
_ALL: Final = 1_000  # ms between two looks at every patient: values grow old without any news


@dataclass
class Follower:
    """What has been told of one ward. ``step`` tells the rest."""

    session: Session
    changes: Changes
    _looked: int = -1
    _monitoring: str = ""
    _flooded: bool = False
    _line: tuple[object, ...] = ()
    _pending: set[str] = field(default_factory=set)

    def header(self) -> WardView:
        """The ward's line now, with its watermark."""
        return self.session.header(self.session.now())

    def step(self) -> Iterator[Change]:
        """Reads what is new and yields what changed: the ward's own changes first, then each patient's."""
        self._read()
        now, ward = self.session.now(), self.session.ward
        if not ward.seq:
            return
        yield from self._engine()
        yield from self._flood(now)
        yield from self._server(now)
        if now - self._looked >= _ALL or now < self._looked:
            self._looked = now
            self._pending.update(ward.ids())
            yield from self.changes.gone(set(ward.ids()))
        ids = sorted(self._pending.intersection(ward.ids()), key=lambda patient: ward.rank(patient))
        self._pending.clear()
        for patient in ids:
            yield from self.changes.look(ward.view(patient, now), now)

    def _read(self) -> None:
        while True:
            news = self.session.pump()
            self._pending |= news.ids
            if not news.more:
                return

    def _engine(self) -> Iterator[Change]:
        """Whether anybody watches the ward: told at the start and at each turn (SAFETY H1)."""
        state = self.session.monitoring()
        if state == self._monitoring:
            return
        before, self._monitoring = self._monitoring, state
        if not before:
            recorded = self.session.player is not None
            header = self.header()
            silent = None if recorded else self.session.feed.silent_for()
            yield Change("ward", first_line(header, ward_zone(header.tz), silent))
        if state.stopped:
            since = duration(int(self.session.feed.silent_for() * 1000))
            yield Change("monitoring", f"NOT MONITORING: the engine has said nothing for {since}")
        elif before:
            yield Change("monitoring", "the engine is there again: the ward is being monitored")

    def _flood(self, now: int) -> Iterator[Change]:
        """That alarms begin to flood in, and that it is over (SAFETY T32)."""
        found = self.session.ward.flood.at(now)
        if (found is not None) is self._flooded:
            return
        self._flooded = found is not None
        over = "the flood of alarms is over: fewer than 5 new ones within 10 minutes"
        yield Change("flood", flood(found) if found is not None else over)

    def _server(self, now: int) -> Iterator[Change]:
        """The line to the ward's server: told at the start, and when its state or who is signed in there changes."""
        link = self.session.ward.link
        if link is None:
            return
        self.changes.server = str(link.name)
        told = (link.state, link.user, link.sign_in is not None)
        if told != self._line:
            self._line = told
            yield Change("server", server_line(link, now), link=link)


def follow(follower: Follower, for_ms: int | None) -> Iterator[Change]:
    """Changes as they happen, until ``for_ms`` real milliseconds are over or a recording has ended."""
    begun = time.monotonic()
    while True:
        yield from follower.step()
        player = follower.session.player
        if player is not None and player.position >= player.end:
            return
        left = PERIOD if for_ms is None else for_ms / 1000 - (time.monotonic() - begun)
        if left <= 0:
            return
        time.sleep(min(PERIOD, left))
