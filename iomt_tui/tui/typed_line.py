"""A line of text that is typed at the bottom of the screen: the filter, a note, a reason. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _nothing() -> None:
    """What happens where nothing has to."""


@dataclass
class TypedLine:
    """What is typed, and who hears of it: ``changed`` at each key, ``kept`` at enter, ``given_up`` at escape."""

    label: str
    hint: str
    most: int
    changed: Callable[[str], None]
    kept: Callable[[], None] = _nothing
    given_up: Callable[[], None] = _nothing
    text: str = ""

    def key(self, name: str, character: str | None) -> str:
        """Takes a key. "on": it goes on; "end": it is over; "": the key is none of its own."""
        if name == "enter":
            self.kept()
            return "end"
        if name == "escape":
            self.given_up()
            return "end"
        if name == "backspace":
            self._set(self.text[:-1])
        elif name == "ctrl+u":
            self._set("")
        elif character and character.isprintable():
            self.add(character)
        else:
            return ""
        return "on"

    def add(self, text: str) -> None:
        """Types on."""
        self._set(self.text + text)

    def _set(self, text: str) -> None:
        self.text = text[: self.most]
        self.changed(self.text)
