"""Acting on an alarm: two deliberate steps on exactly what was shown (SAFETY H4, H5, S3, S4). Pure.

Times are seconds of a clock that only runs forward; the caller brings them. What is armed is a frozen question:
whatever the ward does in between, nothing else can be acted on by the confirmation.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from iomt_tui.tui.questions import Question

SHOWN_FOR: Final = 0.5
"""Seconds for which an alarm must have been on the screen before it can be acknowledged."""

DELIBERATE: Final = 0.2
"""Seconds between arming and confirming that no hand undercuts."""

BETWEEN: Final = 0.3
"""Seconds between two acknowledgements."""

HELD: Final = 0.25
"""Seconds between presses of one key below which it is held down."""

QUIET: Final = 1.0
"""Seconds without the confirming key, after it confirmed, until it means anything again; unless another key comes."""

LOCK: Final = 1.0
"""Seconds without acknowledgements after a paste or a burst of keys."""

BURST: Final = 15
"""Keys within a second that no hand types."""

FORGOTTEN: Final = 15.0
"""Seconds after which an unanswered question is taken back."""


@dataclass
class Acknowledging:
    """What is armed, and whether a key counts."""

    armed: Question | None = None
    _armed_at: float = 0.0
    _asked_at: float = 0.0  # when it was last changed
    _last: float = float("-inf")
    _locked_until: float = float("-inf")
    _recent: deque[float] = field(default_factory=lambda: deque(maxlen=BURST + 1))
    _quiet_until: float = float("-inf")
    _newest: str = ""  # the last key
    _pressed: dict[str, float] = field(default_factory=dict)

    def key(self, name: str, now: float) -> bool:
        """Notes any key. False for one that is held down or belongs to a burst: it must not act on an alarm."""
        self._recent.append(now)
        if len(self._recent) > BURST and now - self._recent[0] < 1.0:
            self.lock(now)
        before = self._pressed.get(name, float("-inf"))
        self._pressed[name] = now
        counts = now - before >= HELD and not self.locked(now)
        if counts and name != self._newest:  # who presses another key no longer holds the one that confirmed
            self._quiet_until = float("-inf")
        self._newest = name
        return counts

    def lock(self, now: float) -> None:
        """After a paste or a burst: disarms, and nothing is acknowledged for a moment."""
        self.armed = None
        self._locked_until = now + LOCK

    def deafen(self, now: float) -> None:
        """After a scan that lacks its end, which may follow: nothing is acknowledged for a moment."""
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

    def arm(self, question: Question, now: float) -> None:
        """The first step. The same question again keeps its time and what was chosen."""
        if self.locked(now):
            return
        if self.armed is None or self.armed.about != question.about:
            self.armed, self._armed_at = question, now

    def change(self, question: Question, now: float) -> None:
        """Another choice for what is armed; its options are no reason to begin anew, but to wait longer."""
        if self.armed is not None and self.armed.about == question.about:
            self.armed, self._asked_at = question, now

    def cancel(self) -> bool:
        """Takes the question back; whether there was one."""
        there, self.armed = self.armed is not None, None
        return there

    def forget(self, now: float) -> bool:
        """Takes back a question that nobody answered; whether it did."""
        waited = now - max(self._armed_at, self._asked_at)
        return self.armed is not None and waited >= FORGOTTEN and self.cancel()

    def confirm(self, now: float) -> Question | None:
        """The second step: what to do, or None when it came too fast and the question stays."""
        question = self.armed
        if question is None or self.locked(now) or now - self._last < BETWEEN:
            return None
        if now - self._armed_at < DELIBERATE or now - question.shown_since < SHOWN_FOR:
            return None
        self.armed, self._last, self._quiet_until = None, now, now + QUIET
        return question
