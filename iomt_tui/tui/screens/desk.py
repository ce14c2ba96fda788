"""The acting hand of a board: what is armed, what is being saved, and what the engine answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from iomt_tui.alarms.model import Alarm, Ref
from iomt_tui.log.api import LogError
from iomt_tui.tui import questions
from iomt_tui.tui.acknowledging import Acknowledging
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition
from iomt_tui.tui.folding import Outcome
from iomt_tui.tui.questions import Question
from iomt_tui.tui.reports import DONE, NOT_DONE, report
from iomt_tui.tui.session import Session
from iomt_tui.tui.widgets.strip import in_hand, who
from iomt_tui.ward.view import PatientView

STAYS: Final = 6.0
"""Seconds for which an answer stays on the last line; one that says NOT stays until the next key."""

SLOW: Final = 3.0
"""Seconds after which an answer that has not come is spoken of."""


PAST: Final = "This is the past: nothing was done. 0 leads back to now."
"""What is answered while the past is shown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of what the user did."""

    words: str
    wrong: bool = False
    until: float = float("inf")


@dataclass
class Pending:
    """A confirmed question on its way: bodies by their op, and the engine's answers so far."""

    question: Question
    since: float
    bodies: dict[str, dict[str, Any]]
    saved: bool = False
    answers: dict[str, Outcome] = field(default_factory=dict)


class AlarmDesk:
    """Arms, saves and reports. Knows the session, no widget; ``clock`` gives seconds that only run forward."""

    def __init__(self, session: Session, user: str, clock: Callable[[], float], *, read_only: bool) -> None:
        self.session = session
        self._user = user or "unnamed"
        self.hand = Acknowledging()
        self.answer: Answer | None = None
        self.blurred = False
        self.clock = clock
        self.taken: tuple[Ref, ...] = ()  # what this desk acknowledged last
        self._read_only = read_only
        self._pending: dict[str, Pending] = {}  # by each of their ops
        self._shown: dict[str, tuple[Ref, float]] = {}

    @property
    def user(self) -> str:
        """Who acts here: whoever is signed in at the ward's server, else who sits at this desk."""
        link = self.session.live.link
        return str(link.user) if link is not None and link.user else self._user

    def showing(self, place: str, alarm: Alarm | None) -> None:
        """Notes which alarm stands at a ``place`` of the screen, to know since when."""
        if alarm is None:
            self._shown.pop(place, None)
        elif place not in self._shown or self._shown[place][0] != alarm.ref:
            self._shown[place] = (alarm.ref, self.clock())

    def since(self, *refs: Ref) -> float:
        """Since when all of these alarms have stood on the screen; now, where one of them does not."""
        now = self.clock()
        seen: dict[Ref, float] = {}
        for ref, at in self._shown.values():
            seen[ref] = min(at, seen.get(ref, now))
        return max((seen.get(ref, now) for ref in refs), default=now)

    def refusal(self) -> str:
        """Why nothing can be done from here at this moment; "" when it can."""
        if self.session.feed.player is not None:
            return "This is a recording: nothing can be acknowledged in it."
        if self.session.travelling:
            return PAST
        if self._read_only:
            return "This screen only shows (read_only): acknowledge at another desk."
        if self.blurred:
            return "This terminal does not have the focus: nothing was acknowledged."
        return ""

    def ask(self, view: PatientView | None, alarm: Alarm | None, measures: Measures, tz: str) -> None:
        """The first step: asks to acknowledge ``alarm`` as it is shown."""
        if self.refused():
            return
        if view is None or alarm is None:
            self.say("No alarm is shown there: nothing to acknowledge.")
        elif alarm.state == "acked":
            self.say(f"{who(view)}: {condition(alarm, measures)} is {in_hand(alarm, tz)} already.")
        elif alarm.state == "normal":
            self.say(f"{who(view)}: {condition(alarm, measures)} is over: nothing to acknowledge.")
        else:
            self.arm(questions.acknowledge(view, alarm, measures, self.since(alarm.ref)))

    def asleep(self) -> str:
        """Why not even a sign-in can begin here; "" when it can. Who only looks has to sign in to see anything."""
        why = self.refusal()
        return "" if self._read_only and not self.blurred and self.session.player is None else why

    def refused(self) -> bool:
        """Says why nothing can be done from here; whether that is so."""
        if why := self.refusal():
            self.say(why, wrong=True)
        return bool(why)

    def arm(self, question: Question) -> None:
        """The first step of anything: asks."""
        if not self.refused():
            self.answer = None
            self.hand.arm(question, self.clock())

    def confirm(self) -> str:
        """The second step: the name of what is to be saved, or "" when it does not count (yet)."""
        if self.refusal():
            self.hand.cancel()
            self.say(self.refusal(), wrong=True)
            return ""
        if self.hand.armed is not None and self.hand.armed.missing:
            return ""  # the last line says what
        question = self.hand.confirm(self.clock())
        if question is None:
            return ""
        return self.begin(question, question.bodies())

    def begin(self, question: Question, bodies: list[dict[str, Any]]) -> str:
        """Gives each body its op and waits for the answers; returns the name to save it by."""
        named = {op: {"op": op, "user": self.user, **body} for op, body in ((uuid4().hex, b) for b in bodies)}
        pending = Pending(question, self.clock(), named)
        self._pending |= dict.fromkeys(named, pending)
        self.say("saving…", forever=True)
        return next(iter(named))

    def save(self, op: str) -> None:
        """Writes it to the log, all or nothing; blocks until it is on disk. Any thread. Raises LogError."""
        self.session.acts(list(self._pending[op].bodies.values()))

    def saved(self, op: str, error: Exception | None) -> None:
        """What :meth:`save` ended in."""
        pending = self._pending.get(op)
        if pending is None:
            return
        if error is not None:
            why = str(error) if isinstance(error, LogError) else f"unexpected {type(error).__name__}"
            self.dropped(op, f"{NOT_DONE[pending.question.do]} NOT SAVED: {why} Nothing has changed.")
        else:
            pending.saved = True
            self.say("saved; waiting for the engine…", forever=True)

    def fill(self, op: str, more: dict[str, Any]) -> dict[str, Any]:
        """Completes the body of what was begun with a single one, before it is saved; returns it whole. Any thread."""
        self._pending[op].bodies[op] |= more
        return dict(self._pending[op].bodies[op])

    def dropped(self, op: str, words: str) -> None:
        """What was begun as ``op`` has come to nothing: says so, and waits for no answer any more."""
        if (pending := self._pending.get(op)) is not None:
            for each in pending.bodies:
                self._pending.pop(each, None)
        self.say(words, wrong=True)

    def heard(self, outcomes: tuple[Outcome, ...]) -> None:
        """The engine's answers, of which ours are reported, those to one question together."""
        for outcome in outcomes:
            pending = self._pending.pop(outcome.op, None)
            if pending is None:
                continue
            pending.answers[outcome.op] = outcome
            if len(pending.answers) == len(pending.bodies):
                self._report(pending)

    def _report(self, pending: Pending) -> None:
        answers = [pending.answers[op] for op in pending.bodies]
        if pending.question.do == "ack":
            applied = [a.outcome == "applied" for a in answers]
            self.taken = tuple(ref for ref, done in zip(pending.question.refs, applied, strict=True) if done)
        words, wrong = report(pending.question, answers)
        self.say(words, wrong=wrong)

    def say(self, words: str, *, wrong: bool = False, forever: bool = False) -> None:
        """An answer for the last line."""
        until = float("inf") if wrong or forever else self.clock() + STAYS
        self.answer = Answer(words, wrong, until)

    def key(self, name: str) -> bool:
        """Notes a key; false when it must not act on an alarm. Takes back an answer that has been read."""
        if self.answer is not None and self.answer.wrong:
            self.answer = None
        return self.hand.key(name, self.clock())

    def waits_for(self, about: tuple[object, ...]) -> bool:
        """Whether what a question is ``about`` is on its way, and the engine has not answered."""
        return any(pending.question.about == about for pending in self._pending.values())

    def tick(self) -> None:
        """Lets questions and answers end, and speaks of an engine that does not answer."""
        now = self.clock()
        if self.hand.forget(now):
            self.say("Not answered: nothing was done.")
        if self.answer is not None and now >= self.answer.until:
            self.answer = None
        waits = [(now - p.since, p.question.do) for p in self._pending.values() if p.saved and now - p.since >= SLOW]
        if waits:
            longest, do = max(waits)
            late = f"saved, but the engine has not answered for {int(longest)} s."
            self.say(f"NOT YET {DONE[do]}: {late}", wrong=True)
