"""What is written to a monitoring backend, and what became of it: one ``write`` entry for each turn of events.

What a clinician did is in the log first, and counts here at once; the backend is told afterwards. Nothing is said to
be there before it was read back from there (SAFETY A5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from iomt_tui.security.text import SafeText, safe_text

ACK, DOSE, NOTE, VITALS = "ack", "dose", "note", "vitals"
WHATS: Final = (ACK, DOSE, NOTE, VITALS)

#: Not sent yet, or sent and not read back.
WAITING: Final = "waiting"
#: Read back from the server.
CONFIRMED: Final = "confirmed"
#: The server has it from somebody else (``by``, ``at``).
TAKEN: Final = "taken"
#: What it was about has changed on the server since: look again.
STALE: Final = "stale"
#: The server holds something that contradicts it: look and decide.
CONFLICT: Final = "conflict"
#: The server does not let this person, or this program, do it.
DENIED: Final = "denied"
#: The server does not take it as it is.
FAILED: Final = "failed"
#: It could not be delivered in time and is not tried any more.
EXPIRED: Final = "expired"
STATES: Final = (WAITING, CONFIRMED, TAKEN, STALE, CONFLICT, DENIED, FAILED, EXPIRED)
FINAL: Final = frozenset(STATES) - {WAITING}
#: What did not arrive, and somebody has to know.
MISSED: Final = frozenset({CONFLICT, DENIED, FAILED, EXPIRED})

#: Of two words about one write the heavier stands: a person has to look rather than not, and whoever stopped waiting
#: knows less than who was answered.
_WEIGHT: Final = {
    state: weight
    for weight, state in enumerate((WAITING, EXPIRED, CONFIRMED, TAKEN, FAILED, DENIED, CONFLICT, STALE))
}  # fmt: skip

#: Words of the ``act`` entries about the backend, beside acknowledgements and doses.
CHART, SIGN_IN = "chart", "signin"
ACTS: Final = frozenset({NOTE, CHART, SIGN_IN})

#: How long (ms) each is tried to be delivered.
LONGEST: Final = {ACK: 10 * 60_000, DOSE: 24 * 3_600_000, NOTE: 24 * 3_600_000, VITALS: 4 * 3_600_000}

_NOTHING: Final = SafeText("")


@dataclass(frozen=True, slots=True)
class Write:
    """One thing on its way to the backend. ``about`` is what it is about, in JSON:

    ``ack``     {"ref": [patient, param, kind, episode, rev], "onset": ms, "raised": ms, "prio": 1-3, "text",
                "do": "ack"|"unack", "intent", "note", "until": ms|null}
    ``dose``    the body of the ``administration`` entry, and "order": the body of its ``order`` entry
    ``note``    {"text", "ref": [...]|absent, "replaces": {"id", "at": ms, "by"}|absent}: the note that it corrects
    ``vitals``  {"values": {vital: [value, observed_at, device]}}
    """

    op: str  # of the act; the same when it is sent again
    what: str  # one of WHATS
    patient: str
    user: SafeText  # who did it
    user_ref: SafeText  # as the server knows them, "" where it does not
    at: int  # log time of the act, ms
    about: dict[str, Any]

    def body(self) -> dict[str, Any]:
        """As JSON: beside the fields of the first :class:`Written` of its log entry, and in checkpoints."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Write:
        """From its :meth:`body`. Raises KeyError, TypeError or ValueError on another shape."""
        if data["what"] not in WHATS or not isinstance(data["about"], dict):
            raise ValueError("not a write")
        return cls(
            op=str(data["op"])[:80], what=data["what"], patient=str(data["patient"]), user=safe_text(data["user"], 40),
            user_ref=safe_text(data["user_ref"], 120), at=int(data["at"]), about=data["about"],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a write so far."""

    ENTRY: ClassVar[str] = "write"

    op: str
    what: str
    patient: str
    state: str
    at: int  # log time, ms
    begun: int  # log time of the act, ms
    by: SafeText = _NOTHING  # ``taken``: who has it
    when: int | None = None  # ``taken``: since when (ms, by our clock)
    why: SafeText = _NOTHING  # in words, what went wrong and what to do
    attempt: int = 0  # attempts made
    parts: tuple[tuple[str, str], ...] = ()  # ``vitals``: vital -> "" (charted) or why not

    @property
    def final(self) -> bool:
        """Whether nothing more is tried."""
        return self.state in FINAL

    def tells(self, before: Written) -> bool:
        """Whether this changes what ``before`` said of the same write; in any order of arrival the same one stands."""
        if self.state != before.state:
            return _WEIGHT[self.state] > _WEIGHT[before.state]
        return self.state == WAITING and (self.attempt, self.at) > (before.attempt, before.at)

    def body(self) -> dict[str, Any]:
        """The JSON body of its log entry."""
        return {name: getattr(self, name) for name in self.__slots__} | {"parts": dict(self.parts)}

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Written:
        """From the JSON of a log entry. Raises KeyError, TypeError or ValueError on a body of another shape."""
        if data["state"] not in STATES or data["what"] not in WHATS:
            raise ValueError("state of a write")
        when = data.get("when")
        return cls(
            op=str(data["op"])[:80], what=data["what"], patient=str(data["patient"]), state=data["state"],
            at=int(data["at"]), begun=int(data["begun"]), by=safe_text(data.get("by") or "", 40),
            when=None if when is None else int(when), why=safe_text(data.get("why") or "", 200),
            attempt=int(data.get("attempt") or 0),
            parts=tuple((str(k)[:40], str(safe_text(v, 120))) for k, v in dict(data.get("parts") or {}).items()),
        )  # fmt: skip
