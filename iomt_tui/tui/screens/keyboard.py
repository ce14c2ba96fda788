"""The way of a key: to the line that is typed, to the question that is asked, else to the table of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from iomt_tui.tui.keys import ACTIONS, GENERAL, KeyAction
from iomt_tui.tui.pages.story import TABS
from iomt_tui.tui.questions import MOST_TEXT, Blank, Question
from iomt_tui.tui.typed_line import TypedLine

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen


class Keyboard:
    """Takes every key of the board. ``typing`` is the line that is typed, if any."""

    def __init__(self, screen: BoardScreen) -> None:
        self.screen = screen
        self.typing: TypedLine | None = None
        self._pressed = screen.clock()

    def idle(self) -> float:
        """Seconds since a key was pressed."""
        return self.screen.clock() - self._pressed

    def key(self, event: events.Key) -> None:
        """Does what a key means at this moment."""
        screen, now = self.screen, self.screen.clock()
        self._pressed = now
        fresh = screen.desk.key(event.key)
        screen.roster.order.key_pressed(now)
        if self._typed(event) or (fresh and self._chosen(event.key)):
            return
        action = self._lookup().get(event.key)
        if action is None or not (fresh or action.repeats):
            return
        if action.id == "enter" and screen.desk.hand.spent(now):
            return
        self.act(action.id)

    def _lookup(self) -> dict[str, KeyAction]:
        places = self.screen.cover.places if self.screen.cover is not None else ()
        return self.screen.keys.lookup(recording=self.screen.session.player is not None, places=places)

    def act(self, action: str) -> None:
        """Does what a key action means here: the open page's own meaning first. A page's own key that the page does
        not take at this moment means nothing."""
        cover = self.screen.cover
        if cover is not None and cover.act(action):
            return
        if action in TABS:
            self.screen.actions.story(action)
        elif action not in ACTIONS or ACTIONS[action].where in GENERAL:
            getattr(self.screen.actions, action)()

    def pasted(self, text: str) -> None:
        """A paste may hold keys: nothing is acted on for a moment. It may fill the line that is typed."""
        self.screen.desk.hand.lock(self.screen.clock())
        if self.typing is not None:
            self.typing.add("".join(text.splitlines()[:1]))  # a terminal pastes a line's end as CR

    def _typed(self, event: events.Key) -> bool:
        """Takes a key for the line that is typed; false when there is none, or the key is none of its own."""
        line = self.typing
        if line is None:
            return False
        taken = line.key(event.key, event.character if event.is_printable else None)
        if taken == "end" and self.typing is line:
            self.typing = None
        return bool(taken)

    def _chosen(self, key: str) -> bool:
        """Takes a key for the question that is asked: one of its choices, longer, shorter, a text."""
        hand = self.screen.desk.hand
        question = hand.armed
        if question is None:
            return False
        choice = next((choice for choice in question.choices if choice.key == key), None)
        if choice is not None:
            question = question.choose(choice.value)
            hand.change(question, self.screen.clock())
        text = next((text for text in question.texts if text.key == key), None)
        if text is not None:
            self._write(question, text)
        elif key in ("left", "right") and question.lengths:
            hand.change(question.lasting(1 if key == "right" else -1), self.screen.clock())
        elif choice is None:
            return False
        return True

    def _write(self, question: Question, asked: Blank) -> None:
        """Begins to type the note, the reason or the name that is asked for."""
        hand = self.screen.desk.hand

        def changed(text: str) -> None:
            if hand.armed is not None and hand.armed.about == question.about:
                hand.change(hand.armed.with_text(text, asked.key), self.screen.clock())

        def given_up() -> None:
            changed("")

        name, hint = asked.name.capitalize(), "enter keeps · esc clears"
        self.typing = TypedLine(name, hint, MOST_TEXT, changed, given_up=given_up, text=asked.text)
