"""What a screen holds beside its widgets: the ward as it is, the moment of it that is shown, and whether anybody
monitors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from iomt_tui.log.api import LogError
from iomt_tui.log.delivery import Feed
from iomt_tui.tui.folding import Changes, Folding
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.view import WardView, marked

if TYPE_CHECKING:
    from iomt_tui.log.looks import LookFile
    from iomt_tui.log.pins import PinFile
    from iomt_tui.log.player import Player

SILENT_AFTER: Final = 3.0
"""Seconds without a word from the engine after which the screen says NOT MONITORING (SAFETY H1)."""

_ALL: Final = Changes(reset=True, urgent=True, reordered=True)


class Monitoring(StrEnum):
    """Whether the ward is being watched by an engine at this moment."""

    OPENING = "opening"  # nothing read yet
    LIVE = "live"
    SILENT = "silent"  # the engine has said nothing for SILENT_AFTER seconds
    ENDED = "ended"  # the engine said that it stopped
    REPLAY = "replay"

    @property
    def stopped(self) -> bool:
        """Whether no number may be taken as the patient's present one."""
        return self in (Monitoring.SILENT, Monitoring.ENDED)


@dataclass
class Session:
    """A feed and the ward folded from it, and a moment of its past while one is looked at. Knows no widget.

    ``ward``, ``now`` and ``player`` are those of the moment that is shown; ``live`` and ``live_now`` stay with the
    feed, which is read on all the while: what happens now is heard at any place in time.
    """

    feed: Feed
    pins: PinFile | None = None  # where "my patients" are kept; None for a recording
    looks: LookFile | None = None  # where it is kept when each user last looked; None for a recording
    lost: str = ""  # why the past could not be shown any more; whoever tells it empties it
    _live: Folding = field(init=False)
    _past: Folding | None = field(default=None, init=False)
    _back: bool = field(default=False, init=False)
    _wake: tuple[Callable[[], None], asyncio.AbstractEventLoop] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._live = Folding(self.feed)

    @property
    def ward(self) -> Ward:
        """The ward at the moment that is shown."""
        return (self._past or self._live).ward

    @property
    def live(self) -> Ward:
        """The ward as far as the feed has told."""
        return self._live.ward

    @property
    def travelling(self) -> bool:
        """Whether the past of a ward is shown that goes on meanwhile."""
        return self._past is not None

    @property
    def player(self) -> Player | None:
        """What steers a recording, or the past; None while the present is shown."""
        return (self._past or self._live).feed.player

    def watch(self, wake: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        """Has ``wake`` called on ``loop`` soon after the feed has something new, or the past was moved."""
        self._wake = (wake, loop)
        self.feed.watch(wake, loop)

    def pump(self) -> Changes:
        """Reads one batch and folds it. Never blocks. Raises LogError when the log cannot be read."""
        live = self._live.pump()
        past = self._past
        if past is None:
            back, self._back = self._back, False
            return _ALL | live if back else live
        try:
            shown = self._follow(past)
        except LogError as error:
            self.come_back()
            self.lost = str(error)
            return self.pump()
        return replace(
            shown, urgent=shown.urgent or live.urgent, more=shown.more or live.more, outcomes=live.outcomes,
            escalations=live.escalations,
        )  # fmt: skip

    def _follow(self, past: Folding) -> Changes:
        if past.feed.player is not None:
            past.feed.player.end = max(past.feed.player.end, self.live.now)  # the past grows on to now
        return past.pump()

    def travel(self, at: int) -> None:
        """Shows the ward as it stood, and was shown, at log time ``at`` (ms) or the nearest there is; a recording
        goes there. Raises LogError when the log cannot be opened a second time."""
        from iomt_tui.log.replay import ReplayFeed

        if (player := self.player) is not None:
            player.seek(at)
            return
        feed = ReplayFeed(self.feed.another(), at, playing=False)
        self._past = Folding(feed)
        if self._wake is not None:
            feed.watch(*self._wake)

    def come_back(self) -> bool:
        """Shows the present again; whether the past was shown."""
        past, self._past = self._past, None
        if past is None:
            return False
        past.feed.close()
        self._back = True
        if self._wake is not None:
            self._wake[1].call_soon(self._wake[0])
        return True

    def now(self) -> int:
        """Log time of the moment that is shown, ms; never before the newest entry folded."""
        return (self._past or self._live).now()

    def live_now(self) -> int:
        """Log time at this moment, ms."""
        return self._live.now()

    def header(self, now: int) -> WardView:
        """The shown ward's own line at log time ``now``, with the watermark that it must carry."""
        return marked(self.ward.header(now), recorded=self.feed.player is not None)

    def live_header(self) -> WardView:
        """The same of this moment."""
        return marked(self.live.header(self.live_now()), recorded=self.feed.player is not None)

    def monitoring(self) -> Monitoring:
        """Whether an engine watches the ward now, whatever moment is shown."""
        if self.feed.player is not None:
            return Monitoring.REPLAY
        if self.live.seq == 0:
            return Monitoring.OPENING if self.feed.silent_for() < SILENT_AFTER else Monitoring.SILENT
        if self.live.engine == "stopped":
            return Monitoring.ENDED
        return Monitoring.SILENT if self.feed.silent_for() >= SILENT_AFTER else Monitoring.LIVE

    def acts(self, bodies: list[dict[str, Any]]) -> list[Entry]:
        """A clinician's actions, all in the log when this returns. Raises LogError when none was saved."""
        return self.feed.acts(bodies)

    def close(self) -> None:
        """Gives the feeds back."""
        if self._past is not None:
            self._past.feed.close()
        self.feed.close()
