"""What the fold keeps of one patient's writes to the backend: the newest word about each, and what is still to be sent.

A write is named by the op of its act. What it is about is its subject: a newer write about the same takes the place of
an older one that did not arrive.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from iomt_tui.alarms.model import Ref
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.writes import ACK, DOSE, MISSED, NOTE, VITALS, Write, Written

#: Writes of one patient that are kept, and for how long (ms) those that are done with.
MOST: Final = 500
KEPT: Final = 24 * 3_600_000
#: An acknowledgement that waits longer than this (ms) for the server is told (SAFETY T33).
PATIENCE: Final = 30_000
#: The technical conditions of a patient about whom the server does not know what was done here.
SERVER: Final = "server"
UNCONFIRMED, UNDELIVERED = "unconfirmed", "undelivered"
_CALLED: Final = {ACK: "acknowledgement", DOSE: "dose", NOTE: "note", VITALS: "vital signs"}


class Writes:
    """The writes of one patient, by op."""

    __slots__ = ("_by_op", "_by_ref", "acks", "kept", "open", "seen", "subjects")

    def __init__(self) -> None:
        self.kept: dict[str, Written] = {}  # the newest word, in the order of the acts
        self.open: dict[str, Write] = {}  # what is not done with
        self.acks: dict[Ref, str] = {}  # alarm as it was acknowledged -> op
        self.subjects: dict[str, str] = {}  # op -> what it is about
        self.seen = -1  # log time up to which somebody has seen what did not arrive
        self._by_op: Mapping[str, Written] | None = None
        self._by_ref: Mapping[Ref, Written] | None = None

    def __bool__(self) -> bool:
        return bool(self.kept)

    def put(self, data: dict[str, Any], at: int) -> None:
        """Takes up a ``write`` entry of log time ``at``. Raises KeyError, TypeError or ValueError on another shape."""
        written = Written.from_body(data)
        before = self.kept.get(written.op)
        if before is None:
            self._begin(written.op, data.get("write"))
        elif not written.tells(before):
            return
        self.kept[written.op] = written
        if written.final:
            self.open.pop(written.op, None)
        self._prune(at)
        self._by_op = self._by_ref = None

    def _begin(self, op: str, content: Any) -> None:
        if content is None:  # a word about a write that the log does not know any more
            self.subjects[op] = op
            return
        write = Write.from_body(content)
        subject = _subject(write)
        if write.what == ACK and write.about.get("do") == "ack":
            self.acks[Ref(*write.about["ref"])] = op
        self.open[op], self.subjects[op] = write, subject

    def _prune(self, at: int) -> None:
        done = [op for op, written in self.kept.items() if written.final]
        old = [op for op in done if self.kept[op].at < at - KEPT]
        surplus = len(self.kept) - len(old) - MOST
        if surplus > 0:
            left = [op for op in done if op not in old]
            old += [*left, *(op for op in self.kept if op in self.open)][:surplus]
        for op in old:
            del self.kept[op], self.subjects[op]
            self.open.pop(op, None)
        if old:
            self.acks = {ref: op for ref, op in self.acks.items() if op in self.kept}

    def overdue(self, now: int) -> list[Written]:
        """Acknowledgements that have waited for too long at log time ``now``, the oldest first."""
        waiting = (self.kept[op] for op, write in self.open.items() if write.what == ACK)
        return [written for written in waiting if now - written.begun > PATIENCE]

    def missed(self) -> list[Written]:
        """What did not arrive, was not done again, and nobody has seen since; the newest last."""
        failed = [written for written in self.kept.values() if written.state in MISSED and written.at > self.seen]
        if not failed:
            return []
        newest = {subject: op for op, subject in self.subjects.items()}
        return sorted((w for w in failed if newest[self.subjects[w.op]] == w.op), key=lambda w: w.at)

    def by_op(self) -> Mapping[str, Written]:
        """All that is kept, the oldest act first."""
        if self._by_op is None:
            self._by_op = MappingProxyType(dict(self.kept))
        return self._by_op

    def by_ref(self) -> Mapping[Ref, Written]:
        """How the acknowledgement of an alarm stands."""
        if self._by_ref is None:
            self._by_ref = MappingProxyType({ref: self.kept[op] for ref, op in self.acks.items()})
        return self._by_ref

    def body(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {
            "kept": [written.body() for written in self.kept.values()],
            "open": [write.body() for write in self.open.values()],
            "acks": [[*ref, op] for ref, op in self.acks.items()], "subjects": self.subjects, "seen": self.seen,
        }  # fmt: skip

    @classmethod
    def from_body(cls, data: dict[str, Any] | None) -> Writes:
        """From a checkpoint, None where it tells nothing. Raises KeyError, TypeError or ValueError."""
        own = cls()
        if data is None:
            return own
        own.kept = {w.op: w for w in map(Written.from_body, data["kept"])}
        own.open = {w.op: w for w in map(Write.from_body, data["open"])}
        own.acks = {Ref(*row[:5]): row[5] for row in data["acks"]}
        own.subjects = {op: str(data["subjects"][op]) for op in own.kept}
        own.seen = int(data["seen"])
        return own


def _subject(write: Write) -> str:
    about = write.about
    if write.what == ACK:
        return " ".join(map(str, (ACK, *about["ref"][1:3])))
    if write.what == DOSE and about.get("due") is not None:
        return f"{DOSE} {about['order']['id']} {about['due']}"
    return write.op


def overdue_words(overdue: list[Written]) -> SafeText:
    """What is told of acknowledgements that wait for the server."""
    return safe_text(f"acknowledgement not yet on the server ({len(overdue)})")


def missed_words(missed: list[Written]) -> SafeText:
    """What is told of what did not arrive: the newest, and how many there are."""
    newest = missed[-1]
    more = f" ({len(missed)})" if len(missed) > 1 else ""
    return safe_text(f"{_CALLED[newest.what]} not on the server{more}: {newest.why or newest.state}", 120)
