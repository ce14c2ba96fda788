"""Which errands there are and what is done about each: pure decisions from the log, the chain and what came back.

An errand is in the log as ``waiting`` together with its escalation, before anything is sent. Each attempt has an entry
of its own, and the last one is final. An errand without a final entry is taken up again after a restart, so that it is
delivered at least once.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.model import Alarm, Ref
from iomt_tui.alarms.notification import (
    FAILED,
    GIVEN_UP,
    NOT_NEEDED,
    SENT,
    UNDELIVERED,
    WAITING,
    Errand,
    Notification,
    backoff,
)
from iomt_tui.engine.sending.chain import Step, sent_steps
from iomt_tui.engine.sending.document import document
from iomt_tui.engine.sending.sender import Sender
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.fold import Ward


class Delivery:
    """The errands of a ward. ``ward`` is folded by its engine; every notification returned must be appended."""

    def __init__(self, ward: Ward, chain: Iterable[Step], sender: Sender) -> None:
        self._ward, self._sender = ward, sender
        self._steps = sent_steps(chain)
        self._open: dict[Errand, tuple[int, int]] = {}  # attempts made, log time of the next one
        self._under_way: set[Errand] = set()

    def resume(self, now: int) -> list[Notification]:
        """Takes up what an earlier engine left; returns what it had escalated and never began to send."""
        begun: list[Notification] = []
        for patient in self._ward.patients.values():
            for told in patient.notifications.values():
                if not told.final:
                    due = told.at + backoff(told.errand, told.attempt) if told.attempt else now
                    self._open[told.errand] = (told.attempt, due)
            for step in patient.escalated.values():
                levels = [Escalation(step.ref, level, now) for level in range(1, step.level + 1)]
                if patient.unanswered(step.ref):
                    begun += [n for n in self.plan(levels) if n.errand not in patient.notifications]
        self._open |= {n.errand: (0, now) for n in begun}
        return begun

    def plan(self, escalations: Iterable[Escalation], announced: Iterable[Alarm] = ()) -> list[Notification]:
        """The errands of escalations that are about to be appended, to be appended with them. ``announced``: alarms of
        the same moment, not folded yet."""
        new = {alarm.ref.key: alarm for alarm in announced}
        return [
            Notification(Errand(escalation.ref, escalation.level, safe_text(step.name, 40)), WAITING, 0, escalation.at)
            for escalation in escalations
            for step in self._concerned(escalation, new.get(escalation.ref.key) or self._alarm(escalation.ref))
        ]

    def _concerned(self, escalation: Escalation, alarm: Alarm | None) -> list[Step]:
        # That nobody could be told is not told by the way that failed: it would never end.
        if alarm is None or escalation.ref.key[1:] == UNDELIVERED:
            return []
        return [step for step in self._steps.values() if step.concerns(escalation.level, alarm.priority)]

    def _alarm(self, ref: Ref) -> Alarm | None:
        patient = self._ward.patients.get(ref.patient)
        return patient.alarms.get(ref.key) if patient is not None else None

    def begin(self, planned: Iterable[Notification]) -> None:
        """What was planned is in the log: it may be sent with the next :meth:`turn`."""
        self._open |= {n.errand: (0, n.at) for n in planned}

    def turn(self, now: int) -> list[Notification]:
        """Takes what came back, hands over what is due, and drops what nobody needs any more. Never waits."""
        results = [result for result in self._sender.collect() if result.errand in self._open]
        out = [self._ended(result.errand, result.why, now) for result in results]
        for errand, (attempts, due) in list(self._open.items()):
            # The log of a patient who left forgets the errand: it ends now, even while an attempt is under way.
            if errand in self._under_way and errand.ref.patient in self._ward.patients:
                continue
            if not self._needed(errand.ref):
                out.append(self._final(errand, NOT_NEEDED, attempts, now))
            elif due <= now and (unsent := self._hand_over(errand, attempts, now)):
                out.append(unsent)
        return out

    def _needed(self, ref: Ref) -> bool:
        patient = self._ward.patients.get(ref.patient)
        return patient is not None and patient.unanswered(ref)

    def _hand_over(self, errand: Errand, attempts: int, now: int) -> Notification | None:
        step = self._steps.get(errand.step)
        if step is None:
            return self._final(errand, GIVEN_UP, attempts, now, "the chain has no such step any more")
        self._under_way.add(errand)
        told = document(self._ward, step, errand, now)
        self._sender.submit(errand, step, orjson.dumps(told), told.key)
        return None

    def _ended(self, errand: Errand, why: str, now: int) -> Notification:
        self._under_way.discard(errand)
        attempt = self._open[errand][0] + 1
        if not why:
            return self._final(errand, SENT, attempt, now)
        step = self._steps.get(errand.step)
        if step is None or attempt >= step.attempts:
            return self._final(errand, GIVEN_UP, attempt, now, why)
        self._open[errand] = (attempt, now + backoff(errand, attempt))
        return Notification(errand, FAILED, attempt, now, safe_text(why, 120))

    def _final(self, errand: Errand, state: str, attempts: int, now: int, why: str = "") -> Notification:
        del self._open[errand]
        self._under_way.discard(errand)
        return Notification(errand, state, attempts, now, safe_text(why, 120) if why else SafeText(""))
