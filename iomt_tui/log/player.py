"""The position in a recording and what moves it: play, pause, seek, step, speed, and leaps over long silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

SLOWEST: Final = 1.0
FASTEST: Final = 600.0

SILENCE: Final = 600_000
"""Log time (ms) without an event, beyond which playing leaps over the rest of it."""

PATIENCE: Final = 5.0
"""Real seconds that a silence must last at the present speed before it is leapt over."""

STAY: Final = 3.0
"""Real seconds for which the state before a silence stays to be read."""

LEAD: Final = 1.0
"""Real seconds before the next event at which a leap lands."""

_NEVER: Final = 1 << 62

TOLD: Final = 10.0
"""Real seconds for which a leap is spoken of."""

Nearest = Callable[[int, bool, str], int | None]
"""(log time, whether later, kind) -> log time of the nearest such entry; see ``RecordedReader.moment``."""


class Player:
    """Plays log time from ``start`` to ``end`` (ms) and stops there. ``boot`` gives real seconds, sleep included.

    ``changed`` is called after every command, so that whoever shows the position looks again. ``nearest`` finds the
    recording's events; without it there are no leaps and no steps by event.
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
        nearest: Nearest = lambda at, later, kind: None,
    ) -> None:
        self.start = start
        self.end = end
        self._boot = boot
        self._changed = changed
        self._nearest = nearest
        self._from = start if at is None else min(max(at, start), end)
        self._since: float | None = None
        self._speed = _bounded(speed)
        self._silence = (0, 0)  # between these log times there is no event
        self._leap = (0, float("-inf"))  # its length in ms of log time, and when it was

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

    @property
    def skipped(self) -> int:
        """Log time (ms) that was leapt over a moment ago, else 0."""
        length, when = self._leap
        return length if self._boot() - when < TOLD else 0

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

    def step_event(self, *, later: bool, kind: str = "obs") -> bool:
        """Goes to the next entry of ``kind``, or to the one before, and pauses there; whether there is one."""
        found = self._nearest(self.position, later, kind)
        self._move(self.position if found is None else min(max(found, self.start), self.end), False)
        return found is not None

    def set_speed(self, x: float) -> None:
        """Plays at ``x``, bounded to 1-600, from here on."""
        position, running = self.position, self.playing
        self._speed = _bounded(x)
        self._move(position, running)

    def leap(self) -> None:
        """Leaps to shortly before the next event when a long silence lies before it and has been looked at."""
        if not self.playing or self._since is None:
            return
        position, second = self.position, 1000 * self._speed
        quiet_from, event = self._silent_stretch(position)
        if event == _NEVER or event - position <= max(SILENCE, PATIENCE * second):
            return
        if self._boot() - self._since < STAY or position - quiet_from < STAY * second:
            return
        landing = event - int(LEAD * second)
        length = landing - position
        self._move(landing, True)
        self._leap = (length, self._boot())

    def _silent_stretch(self, position: int) -> tuple[int, int]:
        """Log times of the last event up to ``position`` and of the next one."""
        begin, end = self._silence
        if not begin <= position < end:
            before, after = self._nearest(position + 1, False, ""), self._nearest(position, True, "")
            self._silence = (self.start if before is None else before, _NEVER if after is None else after)
        return self._silence

    def _move(self, position: int, running: bool) -> None:
        self._from = position
        self._since = self._boot() if running else None
        self._leap = (0, float("-inf"))
        self._changed()


def _bounded(speed: float) -> float:
    return min(max(float(speed), SLOWEST), FASTEST)
