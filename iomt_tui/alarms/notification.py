"""What became of telling people about an alarm that nobody answers: one attempt of one step of the chain."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple

from iomt_tui.alarms.model import Ref
from iomt_tui.security.text import SafeText, safe_text

WAITING, FAILED, SENT, GIVEN_UP, NOT_NEEDED = "waiting", "failed", "sent", "given-up", "not-needed"
#: States after which nothing more is tried.
FINAL: Final = frozenset({SENT, GIVEN_UP, NOT_NEEDED})
#: First wait between two attempts and the longest (ms).
BACKOFF: Final = 2_000
BACKOFF_MOST: Final = 60_000
#: The technical condition of a patient about whom nobody could be told.
UNDELIVERED: Final = ("escalation", "undelivered")


_NO_REASON: Final = SafeText("")


class Errand(NamedTuple):
    """What is delivered: one step of the chain (``step``, its name) for one level of one announcement."""

    ref: Ref
    level: int
    step: SafeText

    def key(self, onset: int) -> str:
        """The same for every attempt, so that a receiver can drop a repeated one; says nothing about the patient.

        ``onset`` of the alarm (ms) tells its episode from one of the same number, of a patient who left and came back.
        """
        return self._hash(onset)[:32]

    def _hash(self, salt: int) -> str:
        return hashlib.sha256(repr((tuple(self.ref), self.level, str(self.step), salt)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Notification:
    """One attempt, or that one is to be made. ``waiting`` is in the log together with the escalation itself."""

    ENTRY: ClassVar[str] = "notification"

    errand: Errand
    state: str  # "waiting", "failed", "sent", "given-up" or "not-needed"
    attempt: int  # attempts made
    at: int  # log time, ms
    why: SafeText = _NO_REASON

    @property
    def final(self) -> bool:
        """Whether nothing more is tried."""
        return self.state in FINAL

    def body(self) -> dict[str, Any]:
        """The JSON body of its log entry."""
        ref, level, step = self.errand
        return {
            "ref": list(ref), "level": level, "step": step, "state": self.state, "attempt": self.attempt,
            "at": self.at, "why": self.why,
        }  # fmt: skip

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Notification:
        """The attempt of a log entry. Raises KeyError, TypeError or ValueError on a body of another shape."""
        errand = Errand(Ref(*data["ref"]), int(data["level"]), safe_text(data["step"], 40))
        return cls(errand, str(data["state"])[:20], int(data["attempt"]), int(data["at"]), safe_text(data["why"], 120))


def backoff(errand: Errand, attempt: int) -> int:
    """How long (ms) to wait after failed attempt number ``attempt`` (from 1): twice as long each time, up to
    :data:`BACKOFF_MOST`, and up to a quarter less by chance of the errand, so that a hundred do not come at once."""
    longest = min(BACKOFF << min(attempt - 1, 10), BACKOFF_MOST)
    share = int(errand._hash(attempt)[:2], 16)
    return longest - longest * share // 1024
