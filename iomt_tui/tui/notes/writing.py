"""Notes under a hand: the line that is typed, part by part where a template was chosen, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iomt_tui.tui import questions
from iomt_tui.tui.notes.templates import FREE, TEMPLATES, Template, composed, room
from iomt_tui.tui.typed_line import TypedLine
from iomt_tui.tui.widgets.phrases import who
from iomt_tui.ward.notes import LONGEST, Note
from iomt_tui.ward.view import PatientView

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

HINT: Final = f"up to {LONGEST} characters · enter keeps · esc drops it"
"""What may be typed."""

_CHOICE: Final = f"tab: {', '.join(one.name for one in TEMPLATES[1:])} · {HINT}"
_PART: Final = "enter: next part · esc drops the note"
_LAST: Final = "enter keeps · esc drops the note"
_EMPTY: Final = "Nothing was written: an empty note is not kept."
_TURNS: Final = {"tab": 1, "shift+tab": -1}


class NoteLine(TypedLine):
    """A note as it is typed. Until the first character, tab turns to another template."""

    def __init__(self, screen: BoardScreen, view: PatientView) -> None:
        super().__init__("", "", LONGEST, _heard)
        self.screen, self.view = screen, view
        self.template: Template = FREE
        self.answers: list[str] = []
        self.given_up = self._drop
        self._ask()

    def key(self, name: str, character: str | None) -> str:
        """See :meth:`TypedLine.key`; enter goes on to the next part while there is one."""
        if name in _TURNS and not self.text and not self.answers:
            at = TEMPLATES.index(self.template) + _TURNS[name]
            self.template = TEMPLATES[at % len(TEMPLATES)]
            self._ask()
            return "on"
        if name == "enter":
            return self._next()
        return super().key(name, character) or ("on" if name in _TURNS else "")

    def _next(self) -> str:
        self.answers.append(self.text)
        if len(self.answers) < len(self.template.parts):
            self.text = ""
            self._ask()
            return "on"
        keep(self.screen, self.view, composed(self.template, self.answers))
        return "end"

    def _ask(self) -> None:
        """Says which part is typed, and how much room it has."""
        template, number = self.template, len(self.answers)
        self.label, self.hint = f"Note, {who(self.view)}", _CHOICE
        if template is not FREE:
            count = len(template.parts)
            self.label += f" · {template.name} {number + 1}/{count} {template.parts[number].label}"
            self.hint = _LAST if number + 1 == count else _PART
        self.most = room(template, self.answers)

    def _drop(self) -> None:
        self.screen.desk.say("The note was dropped.")


def _heard(_text: str) -> None:
    """Nobody listens while a note is being typed."""


def begin(screen: BoardScreen, view: PatientView) -> None:
    """Begins a note about a patient; says why where nothing can be done from here."""
    if _free(screen):
        screen.keyboard.typing = NoteLine(screen, view)


def correct(screen: BoardScreen, view: PatientView, note: Note) -> None:
    """Begins the correction of a note, with its own words to change; the note stays as it was written."""
    if not _free(screen):
        return
    by = note.by or "somebody"
    line = TypedLine(f"Correct the note of {by}, {who(view)}", HINT, LONGEST, _heard, text=note.text)
    line.kept = lambda: keep(screen, view, line.text, note)
    line.given_up = lambda: screen.desk.say("Nothing was corrected.")
    screen.keyboard.typing = line


def _free(screen: BoardScreen) -> bool:
    return not (screen.leaving or screen.desk.hand.armed is not None or screen.desk.refused())


def keep(screen: BoardScreen, view: PatientView, text: str, corrects: Note | None = None) -> None:
    """Has a note kept as it was typed: what it is about was there to be read all the time."""
    desk = screen.desk
    if desk.refused():
        return
    if not text.strip():
        desk.say(_EMPTY, wrong=True)
    elif corrects is not None and text.strip() == corrects.text:
        desk.say("Nothing was changed: the note stays as it is.")
    else:
        question = questions.note(view, text, desk.clock(), corrects.id if corrects is not None else "")
        screen.save(desk.begin(question, question.bodies()))
