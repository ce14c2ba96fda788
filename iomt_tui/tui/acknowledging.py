"""Acknowledging an alarm: two deliberate steps on exactly what was shown (SAFETY H4, H5, S3, S4). Pure.

Times are seconds of a clock that only runs forward; the caller brings them. What is armed is a frozen ``ref``:
whatever the ward does in between, nothing else can be acknowledged by the confirmation.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from iomt_tui.alarms.model import Ref

SHOWN_FOR: Final = 0.5
"""Seconds for which an alarm must have been on the screen before it can be acknowledged."""

DELIBERATE: Final = 0.2
"""Seconds between arming and confirming that no hand undercuts."""

BETWEEN: Final = 0.3
"""Seconds between two acknowledgements."""

HELD: Final = 0.25
"""Seconds between presses of one key below which it is held down."""

QUIET: Final = 1.0
"""Seconds without the confirming key, after it confirmed, until it means anything again."""

LOCK: Final = 1.0
"""Seconds without acknowledgements after a paste or a burst of keys."""

BURST: Final = 15
"""Keys within a second that no hand types."""

FORGOTTEN: Final = 15.0
"""Seconds after which an unanswered question is taken back."""


@dataclass(frozen=True, slots=True)
class Target:
    """An alarm as it stood on the screen."""

    ref: Ref
    words: str  # bed, name and alarm, as the confirm line repeats them
    shown_since: float


@dataclass
class Acknowledging:
    """What is armed, and whether a key counts."""

    armed: Target | None = None
    _armed_at: float = 0.0
    _last: float = float("-inf")
    _locked_until: float = float("-inf")
    _recent: deque[float] = field(default_factory=lambda: deque(maxlen=BURST + 1))
    _quiet_until: float = float("-inf")
    _pressed: dict[str, float] = field(default_factory=dict)

    def key(self, name: str, now: float) -> bool:
        """Notes any key. False for one that is held down or belongs to a burst: it must not act on an alarm."""
        self._recent.append(now)
        if len(self._recent) > BURST and now - self._recent[0] < 1.0:
            self.lock(now)
        before = self._pressed.get(name, float("-inf"))
        self._pressed[name] = now
        return now - before >= HELD and not self.locked(now)

    def lock(self, now: float) -> None:
        """After a paste or a burst: disarms, and nothing is acknowledged for a moment."""
        self.armed = None
        self._locked_until = now + LOCK

    def locked(self, now: float) -> bool:
        """Whether input that no hand typed came a moment ago."""
        return now < self._locked_until

    def spent(self, now: float) -> bool:
        """Whether a confirming key pressed now is still the one that confirmed, held down; each press prolongs it."""
        if now >= self._quiet_until:
            return False
        self._quiet_until = now + QUIET
        return True

    def arm(self, target: Target, now: float) -> None:
        """The first step. The same alarm again keeps its time."""
        if self.locked(now):
            return
        if self.armed is None or self.armed.ref != target.ref:
            self.armed, self._armed_at = target, now

    def cancel(self) -> bool:
        """Takes the question back; whether there was one."""
        there, self.armed = self.armed is not None, None
        return there

    def forget(self, now: float) -> bool:
        """Takes back a question that nobody answered; whether it did."""
        return self.armed is not None and now - self._armed_at >= FORGOTTEN and self.cancel()

    def confirm(self, now: float) -> Target | None:
        """The second step: the alarm to acknowledge, or None when it came too fast and the question stays."""
        target = self.armed
        if target is None or self.locked(now) or now - self._last < BETWEEN:
            return None
        if now - self._armed_at < DELIBERATE or now - target.shown_since < SHOWN_FOR:
            return None
        self.armed, self._last, self._quiet_until = None, now, now + QUIET
        return target
