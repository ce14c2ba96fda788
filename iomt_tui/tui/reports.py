"""What the engine's answers to a question mean to the one who asked. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from iomt_tui.tui.folding import Outcome
from iomt_tui.tui.questions import Question

DONE: Final = {
    "ack": "acknowledged", "unack": "taken back", "shelve": "shelved", "unshelve": "taken off the shelf",
    "pause": "audio paused", "standby": "on standby", "limits": "limits changed", "dose": "recorded",
    "export": "exported",
    "note": "note kept", "correction": "correction kept",
    "chart": "charting begun", "signin": "sign-in asked for", "cancel": "sign-in given up",
}  # fmt: skip
"""What each action is called once it is done."""

NOT_DONE: Final = {
    "ack": "ACK", "unack": "UNDO", "shelve": "SHELVING", "unshelve": "UNSHELVING", "pause": "PAUSE",
    "standby": "STANDBY", "limits": "LIMITS", "dose": "DOSE",
    "export": "EXPORT",
    "note": "NOTE", "correction": "CORRECTION", "chart": "VITAL SIGNS", "signin": "SIGN-IN", "cancel": "SIGN-IN",
}  # fmt: skip
"""What each is called when it was not saved."""

_WHY: Final = {
    "superseded": "the alarm has changed since. Look again",
    "gone": "the alarm was over before",
}


def report(question: Question, answers: Sequence[Outcome]) -> tuple[str, bool]:
    """One line for the answers to all acts of ``question`` (in their order), and whether something was not done."""
    about = _about(question)
    if question.do == "dose":
        return _dose(answers[0], about)
    refused = [answer for answer in answers if answer.outcome not in ("applied", "already")]
    if refused:
        first = refused[0]
        why = first.why or _WHY.get(first.outcome, first.outcome)
        part = f"{len(refused)} of {len(answers)} NOT" if len(answers) > 1 else "NOT"
        return f"{part} {_done(question)}: {why}: {about}", True
    if question.do == "correction" and answers[0].why:  # it was kept, beside another one
        return f"{_done(question)}, but {answers[0].why}: {about}", True
    taken = next((answer for answer in answers if answer.outcome == "already"), None)
    if taken is not None and len(answers) == 1:
        return f"already taken by {taken.by or 'somebody else'}: {about}", False
    return f"{_done(question)}: {about}", False


def _dose(answer: Outcome, about: str) -> tuple[str, bool]:
    """What became of a record: a second one of the same dose was not made, and that is said loudly (SAFETY H28)."""
    if answer.outcome == "applied":
        return f"recorded: {about}", False
    why = answer.why or {
        "already": f"somebody has: {answer.by or 'nobody named'}", "gone": "the patient or the order is not there",
        "superseded": "it has changed since. Look again",
    }.get(answer.outcome, answer.outcome)  # fmt: skip
    return f"NOT RECORDED: {why}: {about}", True


def _done(question: Question) -> str:
    if question.do in ("pause", "standby") and not question.lengths:
        return "ended"
    return DONE[question.do]


def _about(question: Question) -> str:
    """The question's words without its verb: bed, name and alarm; of an export the file."""
    if question.do == "export":
        return question.lines[0]
    words = question.words.removesuffix("?")
    for verb in _VERBS:
        words = words.removeprefix(verb)
    return words


_VERBS: Final = (
    "Acknowledge ", "Shelve ", "Take off the shelf ", "Take back ", "Pause the alarm sound of ",
    "End the audio pause of ", "End the standby of ", "Standby for ", "Change the limits of ", "Record for ",
    "Chart the vital signs of ", "Note for ",
    "Correct a note of ",
)  # fmt: skip
