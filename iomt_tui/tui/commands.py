"""The command palette: every key action by its words, every theme, every patient by bed and name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from iomt_tui.tui.keys import CHOOSE, TABLE, KeyAction, here
from iomt_tui.tui.text import joined, plain

if TYPE_CHECKING:
    from iomt_tui.tui.app import WardApp

_NOT_HERE = frozenset({"palette", "enter", "back", "first", "last"})


class Command(NamedTuple):
    """One line of the palette."""

    words: str
    keys: str
    run: Callable[[], None]
    first: bool = True  # shown before anything is typed


def _steers(action: KeyAction) -> bool:
    """Keys that are held down to get somewhere: no commands."""
    return action.repeats and action.group == CHOOSE


def _line(command: Command) -> Content:
    return joined(plain(command.words), plain(f"   {command.keys}", "$label"))


class WardCommands(Provider):
    """What the palette offers. Patients are found by what is typed; nothing is run by a single key."""

    async def discover(self) -> Hits:
        """Everything but the patients."""
        for command in self._commands():
            if command.first:
                yield DiscoveryHit(_line(command), command.run, text=command.words)

    async def search(self, query: str) -> Hits:
        """Commands and patients whose words fit ``query``."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.words)
            if score > 0:
                yield Hit(score, _line(command), command.run, text=command.words)

    def _commands(self) -> Iterator[Command]:
        app = cast("WardApp", self.app)
        board = app.board
        recording = board.session.player is not None
        places = board.cover.places if board.cover is not None else ()
        for action in TABLE:
            if action.id not in _NOT_HERE and not _steers(action) and here(action, recording=recording, places=places):
                keys = "  ".join(board.keys.labels(action.id))
                yield Command(action.description, keys, partial(board.run_action_of, action.id))
        yield Command("Temperature in °C or °F", "", partial(board.run_action_of, "temperature_units"))
        for name in app.theme_names:
            yield Command(f"Theme: {name}", "", partial(board.use_theme, name))
        for patient in board.session.ward.patients.values():
            words = f"{patient.bed} {patient.family} {patient.given}".strip()
            yield Command(words, "go to the patient", partial(board.choose, patient.id), first=False)
