"""The sound of one screen: whether it is on, whether somebody has heard it, and the pulses as they come due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from iomt_tui.alarms.model import Priority, Ref
from iomt_tui.tui.sound.annunciator import Annunciator, Pulse
from iomt_tui.tui.sound.player import Player

CONFIRMED_FOR: Final = 12 * 3600.0
"""Seconds for which somebody's word that the sound was heard counts: a shift."""

TEST: Final = Ref("", "sound", "test", 0, 0)

UNHEARD: Final = (
    "No sound? Turn on this terminal's bell (in tmux: set -g bell-action any). Over SSH it rings where you sit."
)
"""What to do when nothing was heard."""


class Sounding:
    """Plays what is audible, while that is ``wanted``, through ``player``, or ``fallback`` once that has failed."""

    def __init__(
        self, player: Player, fallback: Player, clock: Callable[[], float], wanted: Callable[[], bool]
    ) -> None:  # fmt: skip
        self._player, self._fallback, self._clock, self._wanted = player, fallback, clock, wanted
        self._alarms, self._test = Annunciator(), Annunciator()
        self._confirmed: float | None = None
        self._test_until = float("-inf")
        self.trouble = ""

    @property
    def on(self) -> bool:
        """Whether alarms sound here."""
        return self._wanted()

    @property
    def confirmed(self) -> bool:
        """Whether somebody said lately that the sound was heard."""
        return self._confirmed is not None and self._clock() - self._confirmed < CONFIRMED_FOR

    @property
    def badge(self) -> str:
        """What the header must say of the sound; "" when it is on and was heard."""
        if not self.on:
            return "AUDIO OFF"
        if self.trouble:
            return "AUDIO FAILED"
        return "" if self.confirmed else "AUDIO NOT CONFIRMED"

    def listen(self, audible: Mapping[Ref, Priority]) -> float | None:
        """What is audible now. Returns the seconds until :meth:`turn`; None: not before something else is heard."""
        self._alarms.hear(audible if self.on else {}, self._clock())
        return self.turn()

    def test(self) -> float | None:
        """Plays the pattern of a high alarm once."""
        now = self._clock()
        self._test = Annunciator()
        self._test.hear({TEST: Priority.HIGH}, now)
        self._test_until = now + 3.0
        return self.turn()

    def heard(self) -> None:
        """Somebody says that the test was heard."""
        self._confirmed, self.trouble = self._clock(), ""

    def turn(self) -> float | None:
        """Makes the pulse that is due. Returns the seconds until the next turn."""
        now = self._clock()
        if now >= self._test_until:
            self._test.hear({}, now)
        pulses = [pulse for one in (self._alarms, self._test) if (pulse := one.due(now)) is not None]
        if pulses:
            self._play(max(pulses, key=lambda pulse: pulse.priority))
        waits = [wait for one in (self._alarms, self._test) if (wait := one.wait(now)) is not None]
        return min(waits, default=None)

    def _play(self, pulse: Pulse) -> None:
        if not self._player.play(pulse) and self._player is not self._fallback:
            self.trouble = "The player of the configuration failed: the terminal's bell sounds instead."
            self._player.close()
            self._player = self._fallback
            self._player.play(pulse)

    def close(self) -> None:
        """Ends what plays."""
        self._player.close()
