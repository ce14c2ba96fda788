"""Following a feed: each batch is folded into a ward, and what it changed is told. Knows no widget."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.log.delivery import Feed
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import MAY_WAIT, Entry
from iomt_tui.ward.fold import Ward


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
    """What one reading of a feed brought."""

    ids: frozenset[str] = frozenset()  # patients
    ward_wide: bool = False
    reset: bool = False  # everything may differ
    urgent: bool = False  # holds an alarm or an action: paint now
    reordered: bool = False  # a patient's rank, bed or name may differ
    more: bool = False  # further entries are waiting: read again before anything is painted
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
class Folding:
    """A feed and the ward folded from it."""

    feed: Feed
    ward: Ward = field(default_factory=Ward)

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
            urgent=delivery.reset or not kinds <= MAY_WAIT,
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
