"""The acknowledging hand of a board: what is armed, what is being saved, and what the engine answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from iomt_tui.alarms.model import Alarm, Ref
from iomt_tui.log.api import LogError
from iomt_tui.tui.acknowledging import Acknowledging, Target
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition
from iomt_tui.tui.session import Outcome, Session
from iomt_tui.tui.widgets.strip import in_hand, who
from iomt_tui.ward.view import PatientView

STAYS: Final = 6.0
"""Seconds for which an answer stays on the last line; one that says NOT stays until the next key."""

SLOW: Final = 3.0
"""Seconds after which an answer that has not come is spoken of."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of what the user did."""

    words: str
    wrong: bool = False
    until: float = float("inf")


@dataclass
class _Pending:
    target: Target
    since: float
    saved: bool = False


class AlarmDesk:
    """Arms, saves and reports. Knows the session, no widget; ``clock`` gives seconds that only run forward."""

    def __init__(self, session: Session, user: str, clock: Callable[[], float], *, read_only: bool) -> None:
        self.session = session
        self.user = user or "unnamed"
        self.hand = Acknowledging()
        self.answer: Answer | None = None
        self.blurred = False
        self._clock = clock
        self._read_only = read_only
        self._pending: dict[str, _Pending] = {}
        self._shown: dict[str, tuple[Ref, float]] = {}

    def showing(self, place: str, alarm: Alarm | None) -> None:
        """Notes which alarm stands at a ``place`` of the screen, to know since when."""
        if alarm is None:
            self._shown.pop(place, None)
        elif place not in self._shown or self._shown[place][0] != alarm.ref:
            self._shown[place] = (alarm.ref, self._clock())

    def refusal(self) -> str:
        """Why nothing can be acknowledged from here at this moment; "" when it can."""
        if self.session.player is not None:
            return "This is a recording: nothing can be acknowledged in it."
        if self._read_only:
            return "This screen only shows (read_only): acknowledge at another desk."
        if self.blurred:
            return "This terminal does not have the focus: nothing was acknowledged."
        return ""

    def ask(self, view: PatientView | None, alarm: Alarm | None, measures: Measures, tz: str) -> None:
        """The first step: asks to acknowledge ``alarm`` as it is shown."""
        if why := self.refusal():
            self.say(why, wrong=True)
        elif view is None or alarm is None:
            self.say("No alarm is shown there: nothing to acknowledge.")
        elif alarm.state == "acked":
            self.say(f"{who(view)}: {condition(alarm, measures)} is {in_hand(alarm, tz)} already.")
        else:
            since = [at for ref, at in self._shown.values() if ref == alarm.ref]
            words = f"Acknowledge {who(view)}: {condition(alarm, measures)}?"
            self.answer = None
            self.hand.arm(Target(alarm.ref, words, min(since, default=self._clock())), self._clock())

    def confirm(self) -> str:
        """The second step: the operation to save, or "" when it does not count (yet)."""
        if self.refusal():
            self.hand.cancel()
            self.say(self.refusal(), wrong=True)
            return ""
        target = self.hand.confirm(self._clock())
        if target is None:
            return ""
        op = uuid4().hex
        self._pending[op] = _Pending(target, self._clock())
        self.say("saving…", forever=True)
        return op

    def save(self, op: str) -> None:
        """Writes the acknowledgement to the log; blocks until it is on disk. Any thread. Raises LogError."""
        target = self._pending[op].target
        self.session.act({"op": op, "user": self.user, "do": "ack", "ref": list(target.ref)})

    def saved(self, op: str, error: Exception | None) -> None:
        """What :meth:`save` ended in."""
        pending = self._pending.get(op)
        if error is not None:
            self._pending.pop(op, None)
            why = str(error) if isinstance(error, LogError) else f"unexpected {type(error).__name__}"
            self.say(f"ACK NOT SAVED: {why} The alarm stays unacknowledged.", wrong=True)
        elif pending is not None:
            pending.saved = True
            self.say("saved; waiting for the engine…", forever=True)

    def heard(self, outcomes: tuple[Outcome, ...], tz: str) -> None:
        """The engine's answers, of which ours are reported."""
        for outcome in outcomes:
            pending = self._pending.pop(outcome.op, None)
            if pending is not None:
                self._report(outcome, pending.target.words.removeprefix("Acknowledge ").removesuffix("?"))

    def _report(self, outcome: Outcome, words: str) -> None:
        by = outcome.by or "somebody else"
        if outcome.outcome == "applied":
            self.say(f"acknowledged: {words}")
        elif outcome.outcome == "already":
            self.say(f"already taken by {by}: {words}")
        elif outcome.outcome == "superseded":
            self.say(f"NOT acknowledged: the alarm has changed since. Look again: {words}", wrong=True)
        elif outcome.outcome == "gone":
            self.say(f"NOT acknowledged: the alarm was over before: {words}", wrong=True)
        else:
            self.say(f"NOT acknowledged ({outcome.outcome}): {words}", wrong=True)

    def say(self, words: str, *, wrong: bool = False, forever: bool = False) -> None:
        """An answer for the last line."""
        until = float("inf") if wrong or forever else self._clock() + STAYS
        self.answer = Answer(words, wrong, until)

    def key(self, name: str) -> bool:
        """Notes a key; false when it must not act on an alarm. Takes back an answer that has been read."""
        if self.answer is not None and self.answer.wrong:
            self.answer = None
        return self.hand.key(name, self._clock())

    def tick(self) -> None:
        """Lets questions and answers end, and speaks of an engine that does not answer."""
        now = self._clock()
        if self.hand.forget(now):
            self.say("Not answered: nothing was acknowledged.")
        if self.answer is not None and now >= self.answer.until:
            self.answer = None
        waits = [int(now - p.since) for p in self._pending.values() if p.saved and now - p.since >= SLOW]
        if waits:
            self.say(f"NOT YET acknowledged: saved, but the engine has not answered for {max(waits)} s.", wrong=True)
