"""A recorded log as a feed: the player's position decides how much of it has happened yet."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from iomt_tui.log.api import LogError, RecordedReader
from iomt_tui.log.clock import boottime
from iomt_tui.log.compressed import open_recording
from iomt_tui.log.delivery import Delivery
from iomt_tui.log.player import Player
from iomt_tui.ward.events import Entry

if TYPE_CHECKING:
    import asyncio

PAGE: Final = 10_000  # entries of one delivery
PAGE_BYTES: Final = 16 << 20  # and of their bodies, about
AHEAD: Final = 512  # entries read at a time, beyond what is due too
GAP: Final = 0.04  # seconds between two wakes at least
LOOK: Final = 1.0  # and at most, while it plays: a long silence is leapt over
FAR: Final = 60_000  # ms of log time that no playing passes between two polls
WORTH: Final = 2_000  # entries a checkpoint must save before a seek forward begins anew


class ReplayFeed:
    """The feed of a screen on a recording (a path, or an open reader of one), at log time ``at``, playing.

    Only reads. Raises LogError when ``source`` is no recording or holds nothing.
    """

    def __init__(
        self,
        source: Path | RecordedReader,
        at: int | None = None,
        speed: float = 1.0,
        *,
        playing: bool = True,
        boot: Callable[[], float] = boottime,
    ) -> None:
        self._reader = open_recording(source) if isinstance(source, Path) else source
        self._wake: tuple[Callable[[], None], asyncio.AbstractEventLoop] | None = None
        self._timer: asyncio.TimerHandle | None = None
        try:
            start, end = self._reader.span()
        except BaseException:
            self._reader.close()
            raise
        self.player = Player(start, end, boot, at=at, speed=speed, changed=self._stir, nearest=self._nearest)
        self._seq: int | None = None  # the newest entry delivered; None before the first delivery
        self._at = start  # the position up to which everything was delivered, or is about to be
        self._ahead: list[Entry] = []  # read, but not yet due
        self._plain = False
        if playing:
            self.player.play() if at is None or at < end else self.player.pause()

    def poll(self) -> Delivery:
        """See :meth:`iomt_tui.log.delivery.Feed.poll`. Playing leaps over a long silence here."""
        self.player.leap()
        position = self.player.position
        seq = self._seq
        if seq is None or position < self._at:
            return self._anew(position)
        if position - self._at > FAR and not self._plain and self._reader.seq_at(position) > seq + WORTH:
            found = self._reader.checkpoint(position)
            if found is not None and found.seq > seq + WORTH:
                return self._anew(position)
        self._at = position
        entries, more = self._due(seq, position)
        return Delivery(entries=entries, more=more)

    def rewind(self) -> None:
        """See :meth:`iomt_tui.log.delivery.Feed.rewind`."""
        self._plain = True
        self._seq = None

    def _nearest(self, at: int, later: bool, kind: str) -> int | None:
        return self._reader.moment(at, later=later, kind=kind)

    def _anew(self, position: int) -> Delivery:
        found = None if self._plain else self._reader.checkpoint(position)
        self._ahead = []
        self._at = position
        self._seq = found.seq if found else 0
        entries, more = self._due(self._seq, position)
        return Delivery(True, found.blob if found else None, entries, more)

    def _due(self, after: int, position: int) -> tuple[list[Entry], bool]:
        """The next entries up to ``position``, at most a page, and whether more may be due."""
        held, size = self._ahead, 0
        while len(held) < PAGE and size < PAGE_BYTES and (not held or held[-1].at <= position):
            page = self._reader.read(held[-1].seq if held else after, AHEAD)
            if not page:
                break
            held += page
            size += sum(len(entry.body) for entry in page)
        full = len(held) >= PAGE or size >= PAGE_BYTES
        count = min(PAGE, bisect_right(held, position, key=lambda entry: entry.at))
        due, self._ahead = held[:count], held[count:]
        if due:
            self._seq = due[-1].seq
        return due, self._ahead[0].at <= position if self._ahead else full

    def watch(self, wake: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        """See :meth:`iomt_tui.log.delivery.Feed.watch`. Not woken while paused."""
        self._wake = (wake, loop)
        self._stir()

    def _stir(self) -> None:
        """A command was given: looks at once, and plans anew."""
        if self._wake is not None:
            self._plan(0.0)

    def _plan(self, delay: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._wake is not None:
            self._timer = self._wake[1].call_later(delay, self._tell)

    def _tell(self) -> None:
        self._timer = None
        if self._wake is None:
            return
        self._wake[0]()
        if self.player.playing:
            due = self._ahead[0].at if self._ahead else self.player.end
            self._plan(min(LOOK, max(GAP, (due - self.player.position) / 1000 / self.player.speed)))

    def now(self) -> int:
        """See :meth:`iomt_tui.log.delivery.Feed.now`."""
        return self.player.position

    def silent_for(self) -> float:
        """Always 0.0: a recording cannot fall silent."""
        return 0.0

    def act(self, data: dict[str, Any]) -> Entry:
        """Always raises LogError: what happened cannot be changed."""
        return self.acts([data])[0]

    def acts(self, actions: list[dict[str, Any]]) -> list[Entry]:
        """Always raises LogError, as :meth:`act` does."""
        raise LogError("This is a replay. Nothing can be acknowledged or charted in it.")

    def close(self) -> None:
        """Gives files and watches back."""
        self._wake = None
        if self._timer is not None:
            self._timer.cancel()
        self._reader.close()
