"""The position in a recording and what moves it: play, pause, seek, step, speed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

SLOWEST: Final = 1.0
FASTEST: Final = 600.0


class Player:
    """Plays log time from ``start`` to ``end`` (ms) and stops there. ``boot`` gives real seconds, sleep included.

    ``changed`` is called after every command, so that whoever shows the position looks again.
    """

    def __init__(
        self,
        start: int,
        end: int,
        boot: Callable[[], float],
        *,
        at: int | None = None,
        speed: float = 1.0,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.start = start
        self.end = end
        self._boot = boot
        self._changed = changed
        self._from = start if at is None else min(max(at, start), end)
        self._since: float | None = None
        self._speed = _bounded(speed)

    @property
    def playing(self) -> bool:
        """Whether time passes; not at the end any more."""
        return self._since is not None and self.position < self.end

    @property
    def speed(self) -> float:
        """Recorded time per real time, 1 to 600."""
        return self._speed

    @property
    def position(self) -> int:
        """Log time (ms) that the replay has reached."""
        if self._since is None:
            return self._from
        passed = (self._boot() - self._since) * 1000 * self._speed
        return min(self.end, self._from + int(passed))

    def play(self) -> None:
        """Goes on from the position; from the start when it had reached the end."""
        if not self.playing:
            self._move(self.start if self.position >= self.end else self.position, True)

    def pause(self) -> None:
        """Stays at the position."""
        self._move(self.position, False)

    def seek(self, at: int) -> None:
        """Goes to log time ``at``, or the nearest there is; plays on when it was playing."""
        self._move(min(max(at, self.start), self.end), self.playing)

    def step(self, seconds: float) -> None:
        """Moves by recorded ``seconds``, back when negative, and pauses there."""
        self._move(min(max(self.position + int(seconds * 1000), self.start), self.end), False)

    def set_speed(self, x: float) -> None:
        """Plays at ``x``, bounded to 1-600, from here on."""
        position, running = self.position, self.playing
        self._speed = _bounded(x)
        self._move(position, running)

    def _move(self, position: int, running: bool) -> None:
        self._from = position
        self._since = self._boot() if running else None
        self._changed()


def _bounded(speed: float) -> float:
    return min(max(float(speed), SLOWEST), FASTEST)
