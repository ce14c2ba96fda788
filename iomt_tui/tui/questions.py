"""What the program asks before it does something about alarms, and what may be chosen while it asks. Pure.

A question holds exactly what it will act on: refs and ids, never a row. Its options (an intent, a length, a text) go
into every one of its acts; nothing is done before it is confirmed (:mod:`iomt_tui.tui.acknowledging`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from iomt_tui.alarms.lifecycle import REARM
from iomt_tui.alarms.model import Alarm, Ref
from iomt_tui.alarms.suppression import MINUTE, PAUSE_CAP, SHELVE_CAP, STANDBY_CAP
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition
from iomt_tui.tui.limit_draft import Draft
from iomt_tui.tui.widgets.phrases import who
from iomt_tui.ward.view import PatientView

MOST_TEXT: Final = 120
"""Characters of a note or a reason."""

LENGTHS: Final = tuple(MINUTE * minutes for minutes in (1, 2, 3, 5, 10, 15, 30, 60, 120, 240, 480))
"""How long something may last, ms: as far as the alarm system allows it."""


LIMIT_LENGTHS: Final = (*(60 * MINUTE * hours for hours in (1, 2, 4, 8, 12, 24)), 0)
"""How long limits may hold, ms; 0: until they are changed, or the patient leaves."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer among several. No terminal's own reply can type its key (SAFETY S3)."""

    key: str
    value: str
    words: str
    past: str  # how others read it afterwards


INTENTS: Final = (
    Choice("g", "going", "going now", "going"),
    Choice("e", "expected", "expected here", "expected for this patient"),
    Choice("s", "sensor", "sensor problem", "sensor problem"),
    Choice("d", "doctor", "doctor called", "doctor called"),
    Choice("w", "note", "write a note", "note"),
)
"""What an acknowledgement promises."""


class Blank(NamedTuple):
    """What may be typed into a question: the key that begins it, what it is called, what was typed so far."""

    key: str
    name: str
    text: str
    needed: bool  # nothing can be confirmed without it


INTENT_WORDS: Final = {choice.value: choice.past for choice in INTENTS}


@dataclass(frozen=True, slots=True)
class Question:
    """What will be done once it is confirmed. ``acts`` are bodies without op, user and options."""

    do: str
    words: str  # bed, name and alarm, as the confirm line repeats them
    acts: tuple[dict[str, Any], ...]
    shown_since: float  # seconds of the caller's clock
    refs: tuple[Ref, ...] = ()  # the alarms it is about, as they were shown
    lines: tuple[str, ...] = ()  # each of them in words, where there are several
    choices: tuple[Choice, ...] = ()
    chosen: str = ""
    lengths: tuple[int, ...] = ()  # ms
    length: int = 0
    text_name: str = ""  # what a text is called: "note", "reason"; "" when there is none
    text: str = ""
    text_needed: bool = False
    from_log: int = 0  # log time (ms) from which a length counts, where an act wants its end

    @property
    def about(self) -> tuple[object, ...]:
        """Two questions with the same are the same question, whatever was chosen."""
        return self.do, self.refs, tuple(sorted(str(act.get("patient")) for act in self.acts))

    @property
    def missing(self) -> str:
        """What is needed before it can be confirmed; "" when nothing is."""
        needed = self.text_needed or self.chosen == "note"
        return f"w write the {self.text_name} first" if needed and not self.text.strip() else ""

    @property
    def texts(self) -> tuple[Blank, ...]:
        """What may be typed now."""
        if not self.text_name or (self.choices and self.chosen != "note" and not self.text):
            return ()
        return (Blank("w", self.text_name, self.text, bool(self.missing)),)

    @property
    def length_words(self) -> str:
        """The chosen length in other words than "for 10 min"; "" for those."""
        return ""

    def choose(self, value: str) -> Question:
        """The same question with another choice."""
        return replace(self, chosen=value)

    def lasting(self, by: int) -> Question:
        """The same question, ``by`` steps longer (or shorter)."""
        if not self.lengths:
            return self
        at = self.lengths.index(self.length) if self.length in self.lengths else 0
        return replace(self, length=self.lengths[min(max(at + by, 0), len(self.lengths) - 1)])

    def with_text(self, text: str, key: str = "w") -> Question:
        """The same question with a note or a reason: the one of :attr:`texts` that ``key`` begins."""
        return replace(self, text=text[:MOST_TEXT])

    def bodies(self) -> list[dict[str, Any]]:
        """What is to be written, but for op and user."""
        options: dict[str, Any] = {}
        if self.choices:
            options["intent"] = self.chosen
        if self.text_name:
            options[self.text_name] = self.text.strip()
        if self.lengths and self.from_log:
            options["until"] = self.from_log + self.length if self.length else None
        elif self.lengths:
            options["ms"] = self.length
        return [act | options for act in self.acts]


def acknowledge(view: PatientView, alarm: Alarm, measures: Measures, shown_since: float) -> Question:
    """Asks to acknowledge one alarm as it is shown."""
    words = f"Acknowledge {who(view)}: {condition(alarm, measures)}?"
    return _promise(words, (alarm,), shown_since)


def acknowledge_all(
    view: PatientView, alarms: Sequence[Alarm], measures: Measures, shown_since: float, room: int
) -> Question:
    """Asks to acknowledge ``alarms``, all of one patient: as many as ``room`` lines list, and no other (SAFETY H4)."""
    listed = alarms[:room]
    which = f"all {len(alarms)}" if len(listed) == len(alarms) else f"these {len(listed)} of {len(alarms)}"
    lines = tuple(str(condition(alarm, measures)) for alarm in listed)
    return replace(_promise(f"Acknowledge {which} of {who(view)}?", listed, shown_since), lines=lines)


def _promise(words: str, alarms: Sequence[Alarm], shown_since: float) -> Question:
    lengths = _up_to(min(REARM[alarm.priority] for alarm in alarms))
    return Question(
        do="ack", words=words, acts=tuple({"do": "ack", "ref": list(alarm.ref)} for alarm in alarms),
        shown_since=shown_since, refs=tuple(alarm.ref for alarm in alarms), choices=INTENTS, chosen="going",
        lengths=lengths, length=lengths[-1], text_name="note",
    )  # fmt: skip


def take_back(refs: Sequence[Ref], about: str) -> Question:
    """Takes acknowledgements back. ``about``: whose and which, in words."""
    return Question(
        do="unack", words=f"Take back {about}?", acts=tuple({"do": "unack", "ref": list(ref)} for ref in refs),
        shown_since=0.0, refs=tuple(refs),
    )  # fmt: skip


def shelve(view: PatientView, alarm: Alarm, measures: Measures, shown_since: float) -> Question:
    """Asks to put one alarm aside for a while; it stays visible."""
    lengths = _up_to(SHELVE_CAP[alarm.priority])
    return Question(
        do="shelve", words=f"Shelve {who(view)}: {condition(alarm, measures)}?",
        acts=({"do": "shelve", "ref": list(alarm.ref)},), shown_since=shown_since, refs=(alarm.ref,),
        lengths=lengths, length=lengths[0], text_name="reason", text_needed=True,
    )  # fmt: skip


def unshelve(view: PatientView, alarm: Alarm, measures: Measures, shown_since: float) -> Question:
    """Asks to let a shelved alarm sound again."""
    return Question(
        do="unshelve", words=f"Take off the shelf {who(view)}: {condition(alarm, measures)}?",
        acts=({"do": "unshelve", "ref": list(alarm.ref)},), shown_since=shown_since, refs=(alarm.ref,),
    )  # fmt: skip


def pause(view: PatientView, shown_since: float, *, ends: bool) -> Question:
    """Asks to silence a patient for at most two minutes, or to end that."""
    words = f"End the audio pause of {who(view)}?" if ends else f"Pause the alarm sound of {who(view)}?"
    return _of_patient("pause", words, view, shown_since, PAUSE_CAP, ends=ends)


def standby(view: PatientView, shown_since: float, *, ends: bool) -> Question:
    """Asks to put a patient who is away from the devices on standby, or to end that."""
    words = f"End the standby of {who(view)}?" if ends else f"Standby for {who(view)}, away from the devices?"
    question = _of_patient("standby", words, view, shown_since, STANDBY_CAP, ends=ends)
    return question if ends else replace(question, text_name="reason", text_needed=True, length=LENGTHS[6])


def sound(asked_at: float) -> Question:
    """Asks whether the sound test was heard."""
    return Question(do="sound", words="Did you hear it, two groups of five beeps?", acts=(), shown_since=asked_at)


def limits(
    view: PatientView, draft: Draft, listed: tuple[str, ...], now: int, shown_since: float, *, whole_ward: bool
) -> Question:
    """Asks to set other alarm limits: each change is listed. ``now``: log time, ms. One patient's HIGH limit that is
    further out than the default must have an end; anything else may hold until it is changed."""
    act = {"do": "limits", "patient": "" if whole_ward else view.id, "vital": draft.vital, "limits": draft.body()}
    timed = tuple(length for length in LIMIT_LENGTHS if length)
    lengths = () if draft.is_default else timed if draft.loosened else LIMIT_LENGTHS
    return Question(
        do="limits", words=f"Change the limits of {'the whole ward' if whole_ward else who(view)}?", acts=(act,),
        shown_since=shown_since, lines=listed, lengths=lengths, length=lengths[-1] if lengths else 0,
        text_name="reason", text_needed=True, from_log=now,
    )  # fmt: skip


def note(view: PatientView, text: str, shown_since: float, replaces: str = "") -> Question:
    """A note about a patient, or the correction of the note ``replaces``: what was typed, and nothing is asked any
    more."""
    act = {"do": "note", "patient": view.id, "text": text.strip()}
    if replaces:
        words = f"Correct a note of {who(view)}?"
        return Question(do="correction", words=words, acts=(act | {"replaces": replaces},), shown_since=shown_since)
    return Question(do="note", words=f"Note for {who(view)}?", acts=(act,), shown_since=shown_since)


def chart(
    view: PatientView, values: Mapping[str, tuple[float, int, str]], listed: tuple[str, ...], server: str, since: float
) -> Question:
    """Asks to chart exactly these values (vital -> value, observed at, device), each of them listed."""
    body = {vital: list(value) for vital, value in values.items()}
    return Question(
        do="chart", words=f"Chart the vital signs of {who(view)} on {server}?",
        acts=({"do": "chart", "patient": view.id, "values": body},), shown_since=since, lines=listed,
    )  # fmt: skip


def sign_in(*, cancel: bool) -> Question:
    """Begins, or gives up, signing in at the ward's server."""
    return Question(
        do="cancel" if cancel else "signin", words="the ward's server", acts=({"do": "signin", "cancel": cancel},),
        shown_since=0.0,
    )  # fmt: skip


def _of_patient(what: str, words: str, view: PatientView, since: float, cap: int, *, ends: bool) -> Question:
    act: dict[str, Any] = {"do": what, "patient": view.id}
    if ends:
        return Question(do=what, words=words, acts=(act | {"ms": 0},), shown_since=since)
    lengths = _up_to(cap)
    return Question(do=what, words=words, acts=(act,), shown_since=since, lengths=lengths, length=lengths[-1])


def _up_to(cap: int) -> tuple[int, ...]:
    return tuple(length for length in LENGTHS if length <= cap)


def waiting(alarms: Iterable[Alarm]) -> list[Alarm]:
    """Of a patient's alarms those that nobody has taken, the most urgent first as they were given."""
    return [alarm for alarm in alarms if alarm.state in ("unack", "latched")]


def can_be_shelved(alarm: Alarm) -> bool:
    """Whether the screen offers it; the engine decides."""
    return not alarm.technical and alarm.state in ("unack", "acked")
