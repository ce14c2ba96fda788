"""What the medication round asks before it records something. Pure.

A question holds the dose that it is about by (patient, order, due), what the checks say of each answer, and the time at
which it was asked; its lines list what would be recorded. The engine checks the same again when it answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from iomt_tui.clinical.medication import administration as adm
from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.checks import (
    NOTE,
    REASON,
    REFUSE,
    WITNESS,
    Finding,
    Intent,
    Known,
    clock,
    findings,
    lacking,
    length,
)  # fmt: skip
from iomt_tui.clinical.medication.drug import Quantity
from iomt_tui.clinical.medication.expansion import MINUTE
from iomt_tui.clinical.medication.kinds import Infusion
from iomt_tui.clinical.medication.order import Order
from iomt_tui.tui.dose_list import DoseId, DoseItem, due_clock
from iomt_tui.tui.questions import MOST_TEXT, Blank, Choice, Question
from iomt_tui.tui.text import plain

AGO: Final = tuple(minutes * MINUTE for minutes in (0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240))
"""How long ago (ms) something may have been done that is recorded now. Nothing is recorded of the future."""

STOP, BACK = "stop", "back"
MOST_NAME: Final = 40

GIVE: Final = Choice("g", adm.GIVEN, "given", "given")
ANSWERS: Final = (
    GIVE,
    Choice("r", adm.REFUSED, "refused", "refused"),
    Choice("h", adm.HELD, "held", "held"),
    Choice("d", adm.DELAYED, "delayed", "delayed"),
    Choice("m", adm.NOT_AVAILABLE, "missing", "not available"),
)
"""What becomes of a dose that has a time."""

TAKE_BACK: Final = Choice("b", BACK, "take back", "taken back")
EFFECT: Final = Choice("e", adm.EFFECT, "effect", "effect")
HALT: Final = Choice("o", STOP, "stop it", "stopped")
_EACH: Final = ("b", "f", "j", "k")  # keys to take back one of records that contradict each other
_RECORD: Final = "Record for "
_LEVELS: Final = {REFUSE: "NOT POSSIBLE: ", REASON: "", WITNESS: "", NOTE: "note: "}


@dataclass(frozen=True, slots=True)
class DoseQuestion(Question):
    """Asks what became of one dose. ``records`` are those that may be taken back, by the value of their choice."""

    order: Order | None = None
    due: int | None = None
    known: Known | None = None
    user: str = ""
    amount: str = ""
    witness: str = ""
    records: Mapping[str, Administration] = field(default_factory=dict)
    last: Administration | None = None  # the dose as needed whose effect may be told
    scan: Mapping[str, Any] | None = None
    width: int = 80
    room: int = 8  # lines in which it may list what it records

    @property
    def about(self) -> tuple[object, ...]:
        """The dose."""
        order = self.order
        return "dose", *((order.patient, order.id) if order else ()), self.due

    @property
    def what(self) -> str:
        """What would be recorded, in the words of the log; "" before anything was chosen."""
        if self.chosen == STOP:
            return adm.GIVEN
        return adm.ERROR if self.chosen in self.records else self.chosen

    @property
    def at(self) -> int:
        """When it was done (ms)."""
        assert self.known is not None
        return self.known.now - (self.length if self.lengths else 0)

    @property
    def intent(self) -> Intent:
        """What the checks are asked about."""
        assert self.order is not None
        plan = self.order.schedule
        dose = Quantity(0.0, plan.rate.unit) if self.chosen == STOP and isinstance(plan, Infusion) else None
        back = self.records.get(self.chosen)
        replaces = back.id if back is not None else None
        if self.chosen == adm.EFFECT and self.last is not None:
            replaces = self.last.id
        return Intent(self.what, self.user, self.at, self.due, self.text, self.witness, dose, replaces, self.scan)

    @property
    def found(self) -> list[Finding]:
        """What the checks say of what is chosen, refusals first."""
        if self.what in ("", adm.EFFECT, adm.ERROR) or self.order is None or self.known is None:
            return []
        return findings(self.order, self.intent, self.known)

    @property
    def missing(self) -> str:
        """What is needed before it can be confirmed; "" when nothing is."""
        if not self.chosen:
            return f"{' '.join(choice.key for choice in self.choices)} choose first"
        if len(self.told()) > self.room:
            return "no room for all of it: enlarge the terminal"
        needs = {one.level for one in lacking(self.found, self.intent)}
        if REFUSE in needs:
            return "it cannot be recorded so"
        if WITNESS in needs:
            return "p another person than you" if self.witness.strip() else "p who checked it with you?"
        if REASON in needs or (self.what == adm.ERROR and not self.text.strip()):
            return "w write the reason first"
        return "w write the effect first" if self.what == adm.EFFECT and not self.text.strip() else ""

    @property
    def texts(self) -> tuple[Blank, ...]:
        """A reason, an effect, a second person's name."""
        if not self.chosen:
            return ()
        levels = {one.level for one in self.found}
        needed = REASON in levels or self.what in (adm.ERROR, adm.EFFECT)
        out = [Blank("w", "effect" if self.what == adm.EFFECT else "reason", self.text, needed)]
        if WITNESS in levels:
            out.insert(0, Blank("p", "second person", self.witness, needed=not self.witness.strip()))
        return tuple(out)

    @property
    def length_words(self) -> str:
        """When it was done."""
        assert self.known is not None
        ago = f", {length(self.length)} ago" if self.length else ", now"
        return f"at {clock(self.at, self.known.zone)}{ago}"

    def with_text(self, text: str, key: str = "w") -> DoseQuestion:
        """With a reason, an effect, or the second person's name."""
        if key == "p":
            return listed(replace(self, witness=text[:MOST_NAME]))
        return listed(replace(self, text=text[:MOST_TEXT]))

    def choose(self, value: str) -> DoseQuestion:
        """With another answer; what is taken back, or told of an effect, is so now."""
        now = value in self.records or value == adm.EFFECT
        text = self.text if (value == adm.EFFECT) is (self.chosen == adm.EFFECT) else ""  # an effect is no reason
        length = 0 if now else self.length
        return listed(replace(self, chosen=value, text=text, lengths=() if now else AGO, length=length))

    def lasting(self, by: int) -> DoseQuestion:
        """Earlier, or later; never after the moment at which it was asked."""
        if not self.lengths:
            return self
        at = self.lengths.index(self.length) - by
        return listed(replace(self, length=self.lengths[min(max(at, 0), len(self.lengths) - 1)]))

    def bodies(self) -> list[dict[str, Any]]:
        """What is to be written, but for op and user."""
        intent, effect = self.intent, self.what == adm.EFFECT
        assert self.order is not None
        return [
            {
                "do": "dose", "patient": self.order.patient, "order": self.order.id, "due": self.due,
                "what": self.what, "at": self.at, "reason": "" if effect else self.text.strip(),
                "witness": self.witness.strip(), "dose": intent.dose.body() if intent.dose is not None else None,
                "replaces": intent.replaces, "scan": dict(self.scan) if self.scan else None,
                "effect": self.text.strip() if effect else "",
            }
        ]  # fmt: skip

    def told(self) -> tuple[str, ...]:
        """Exactly what would be recorded, and what the checks say of it, over as many lines as that takes."""
        if not self.chosen or self.order is None:
            return ()
        said = [self._record(), *(f"{_LEVELS[one.level]}{one.text}" for one in self.found)]
        width = max(self.width - 8, 8)
        rows = (enumerate(plain(words).wrap(width)) for words in said)
        return tuple(f"{'  ' if number else ''}{line.plain}" for one in rows for number, line in one)

    def _record(self) -> str:
        assert self.known is not None
        when = clock(self.at, self.known.zone)
        if (back := self.records.get(self.chosen)) is not None:
            made = f"“{spoken(back)}” of {clock(back.at, self.known.zone)} by {back.by or 'somebody'}"
            return f"records {made} was entered in error; it stays in the log, and the dose is open again"
        if self.what == adm.EFFECT and self.last is not None:
            return f"records the effect of what was given at {clock(self.last.at, self.known.zone)}: {self.text or '…'}"
        done = "stopped, rate 0" if self.chosen == STOP else self.what.replace("-", " ").upper()
        subject = self.words.removeprefix(_RECORD).removesuffix("?")
        scan = ", scanned" if self.scan else ""
        return f"records {done} at {when} by {self.user}{scan}: {subject}"


def listed(question: DoseQuestion) -> DoseQuestion:
    """With the lines of what is chosen."""
    return replace(question, lines=question.told()[: question.room])


def spoken(record: Administration) -> str:
    """What a record says, in words."""
    return record.what.replace("-", " ")


def record(
    item: DoseItem, known: Known, user: str, shown_since: float, *, width: int, room: int,
    scan: Mapping[str, Any] | None = None,
) -> DoseQuestion:  # fmt: skip
    """Asks what became of the dose of a row. With ``scan``, what was scanned fits it and "given" is chosen."""
    choices, records = _choices(item)
    question = DoseQuestion(
        do="dose", words=f"{_RECORD}{item.called}: {named(item, known)}?",
        acts=({"do": "dose", "patient": item.id.patient, "order": item.id.order, "due": item.id.due},),
        shown_since=shown_since, choices=choices, text_name="reason", order=item.order, due=item.id.due, known=known,
        user=user, amount=item.amount, records=records, last=item.needed.last if item.needed else None, scan=scan,
        width=width, room=room,
    )  # fmt: skip
    return question.choose(adm.GIVEN) if scan is not None and GIVE in choices else question


def named(item: DoseItem, known: Known) -> str:
    """Drug, dose, route and due time of a row."""
    due = "as needed" if item.needed else "runs"
    if item.id.due is not None:
        due = f"due {due_clock(item.id.due, known.now, known.zone)}"
    return " ".join(filter(None, (item.order.drug.name, item.amount, item.order.route, due)))


def _choices(item: DoseItem) -> tuple[tuple[Choice, ...], dict[str, Administration]]:
    """What may be answered, and the records that may be taken back."""
    if item.dose is not None and item.dose.records:
        return _backs(item.dose.records)
    if item.dose is not None:
        return ANSWERS, {}
    if item.drip is not None:
        return (HALT,), {}
    last = item.needed.last if item.needed is not None else None
    if last is None:
        return (GIVE,), {}
    effect = (EFFECT,) if item.needed is not None and item.needed.recheck_due is not None else ()
    return (GIVE, *effect, TAKE_BACK), {BACK: last}


def _backs(records: Sequence[Administration]) -> tuple[tuple[Choice, ...], dict[str, Administration]]:
    if len(records) == 1:
        return (TAKE_BACK,), {BACK: records[0]}
    keyed = list(zip(_EACH, records, strict=False))
    choices = tuple(
        Choice(key, f"{BACK}-{one.id}", f"take back {spoken(one)} by {one.by or 'somebody'}", "") for key, one in keyed
    )
    return choices, {f"{BACK}-{one.id}": one for _, one in keyed}


def subject(question: Question) -> DoseId | None:
    """The row that a question is about; None for one about alarms."""
    if not isinstance(question, DoseQuestion) or question.order is None:
        return None
    return DoseId(question.order.patient, question.order.id, question.due)
