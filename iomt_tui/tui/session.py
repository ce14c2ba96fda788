"""What a screen holds beside its widgets: the feed, the ward folded from it, and whether anybody monitors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.log.delivery import Feed
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.view import WardView, marked

if TYPE_CHECKING:
    from iomt_tui.log.looks import LookFile
    from iomt_tui.log.pins import PinFile
    from iomt_tui.log.player import Player

SILENT_AFTER: Final = 3.0
"""Seconds without a word from the engine after which the screen says NOT MONITORING (SAFETY H1)."""

_AT_ONCE: Final = frozenset({"alarm", "escalation", "act", "outcome", "engine", "ward", "discharge"})
"""Kinds of entry that are painted without waiting for the next paint of values (SAFETY H8)."""


class Monitoring(StrEnum):
    """Whether the numbers on the screen are being watched by an engine at this moment."""

    OPENING = "opening"  # nothing read yet
    LIVE = "live"
    SILENT = "silent"  # the engine has said nothing for SILENT_AFTER seconds
    ENDED = "ended"  # the engine said that it stopped
    REPLAY = "replay"

    @property
    def stopped(self) -> bool:
        """Whether no number may be taken as the patient's present one."""
        return self in (Monitoring.SILENT, Monitoring.ENDED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The engine's answer to one action of a clinician."""

    op: str
    outcome: str  # "applied", "already", "superseded", "gone", "refused"
    by: str
    at: int | None
    why: str = ""  # of a refusal


@dataclass(frozen=True, slots=True)
class Changes:
    """What one :meth:`Session.pump` brought."""

    ids: frozenset[str] = frozenset()  # patients
    ward_wide: bool = False
    reset: bool = False  # everything may differ
    urgent: bool = False  # holds an alarm or an action: paint now
    reordered: bool = False  # a patient's rank, bed or name may differ
    more: bool = False  # further entries are waiting: pump again before anything is painted
    outcomes: tuple[Outcome, ...] = ()
    escalations: tuple[Escalation, ...] = ()

    def __bool__(self) -> bool:
        return self.reset or self.ward_wide or bool(self.ids)

    def __or__(self, later: Changes) -> Changes:
        """These and the ``later`` ones together."""
        return Changes(
            self.ids | later.ids,
            self.ward_wide or later.ward_wide,
            self.reset or later.reset,
            self.urgent or later.urgent,
            self.reordered or later.reordered,
            later.more,
            self.outcomes + later.outcomes,
            self.escalations + later.escalations,
        )


@dataclass
class Session:
    """A feed and the ward folded from it. Knows no widget."""

    feed: Feed
    ward: Ward = field(default_factory=Ward)
    pins: PinFile | None = None  # where "my patients" are kept; None for a recording
    looks: LookFile | None = None  # where it is kept when each user last looked; None for a recording

    @property
    def player(self) -> Player | None:
        """What plays a recording; None on a live ward."""
        return self.feed.player

    def watch(self, wake: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        """Has ``wake`` called on ``loop`` soon after the feed has something new."""
        self.feed.watch(wake, loop)

    def pump(self) -> Changes:
        """Reads one batch from the feed and folds it. Never blocks. Raises LogError when the log cannot be read."""
        delivery = self.feed.poll()
        if delivery.reset and not self._begin(delivery.checkpoint):
            return Changes(more=True)
        entries = delivery.entries
        if not entries:
            reset = delivery.reset
            return Changes(reset=reset, urgent=reset, reordered=reset, more=delivery.more)
        ids = self.ward.apply(entries)
        kinds = {entry.kind for entry in entries}
        return Changes(
            ids=frozenset(ids - {""}),
            ward_wide="" in ids,
            reordered="" in ids or bool(self.ward.rescored),
            reset=delivery.reset,
            urgent=delivery.reset or not kinds.isdisjoint(_AT_ONCE),
            more=delivery.more,
            outcomes=_outcomes(entries) if "outcome" in kinds else (),
            escalations=_escalations(entries) if "escalation" in kinds else (),
        )

    def _begin(self, checkpoint: bytes | None) -> bool:
        """A new ward; False when ``checkpoint`` is of no use and the feed begins anew without it."""
        try:
            self.ward = Ward() if checkpoint is None else Ward.restore(checkpoint)
        except ValueError:
            self.feed.rewind()
            return False
        return True

    def now(self) -> int:
        """Log time at this moment, ms; never before the newest entry folded."""
        return max(self.feed.now(), self.ward.now)

    def header(self, now: int) -> WardView:
        """The ward's own line at log time ``now``, with the watermark that it must carry."""
        return marked(self.ward.header(now), recorded=self.player is not None)

    def monitoring(self) -> Monitoring:
        """Whether an engine stands behind the numbers."""
        if self.player is not None:
            return Monitoring.REPLAY
        if self.ward.seq == 0:
            return Monitoring.OPENING if self.feed.silent_for() < SILENT_AFTER else Monitoring.SILENT
        if self.ward.engine == "stopped":
            return Monitoring.ENDED
        return Monitoring.SILENT if self.feed.silent_for() >= SILENT_AFTER else Monitoring.LIVE

    def acts(self, bodies: list[dict[str, Any]]) -> list[Entry]:
        """A clinician's actions, all in the log when this returns. Raises LogError when none was saved."""
        return self.feed.acts(bodies)

    def close(self) -> None:
        """Gives the feed back."""
        self.feed.close()


def _escalations(entries: list[Entry]) -> tuple[Escalation, ...]:
    steps = []
    for entry in entries:
        if entry.kind == Escalation.ENTRY:
            with suppress(ValueError, KeyError, TypeError):  # the fold counts what cannot be read
                steps.append(Escalation.from_body(entry.data()))
    return tuple(steps)


def _outcomes(entries: list[Entry]) -> tuple[Outcome, ...]:
    answers = (entry.data() for entry in entries if entry.kind == "outcome")
    return tuple(
        Outcome(
            str(data.get("op")), str(data.get("outcome")), safe_text(data.get("by") or "", 40), data.get("at"),
            safe_text(data.get("why") or "", 200),
        )
        for data in answers
        if isinstance(data, dict)
    )  # fmt: skip
