"""What of a clinician's acts is written to the backend, and what became of it: decisions from the log alone.

A write is in the log as ``waiting`` in one piece with the outcome of its act, before it is handed over. One without a
final word is taken up again after a restart, under the same op, so that it is delivered at least once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from iomt_tui.alarms.actions import Outcome
from iomt_tui.alarms.lifecycle import Level
from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.alarms.system import AlarmSystem
from iomt_tui.clinical.medication.administration import DOSE, Administration
from iomt_tui.engine import charting
from iomt_tui.engine.sending.document import words
from iomt_tui.engine.source import Backend
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import Draft, draft
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.notes import Note
from iomt_tui.ward.state import PatientState
from iomt_tui.ward.writes import ACK, CHART, EXPIRED, FAILED, LONGEST, NOTE, VITALS, WAITING, Write, Written
from iomt_tui.ward.written import MOST, PATIENCE, SERVER, UNCONFIRMED, UNDELIVERED, missed_words, overdue_words

_HELD: Final = {Priority.MEDIUM: Level(None)}


class Writing:
    """The writes of a ward. ``ward`` is folded by its engine; every :class:`Written` returned must be appended."""

    def __init__(self, ward: Ward, backend: Backend | None) -> None:
        self._ward, self._backend = ward, backend
        self._writes = backend.writes if backend is not None else frozenset[str]()

    def answer(self, data: dict[str, Any], at: int) -> tuple[Outcome, list[Note]]:
        """The answer to a ``note``, ``chart`` or ``signin`` act. Raises ValueError, KeyError or TypeError."""
        if data["do"] == NOTE:
            return charting.note(self._ward, data, at)
        if data["do"] == CHART:
            return charting.chart(self._ward, data, at, self._writes), []
        return self._sign_in(data, at), []

    def _sign_in(self, data: dict[str, Any], at: int) -> Outcome:
        op, user = str(data["op"]), str(data["user"])
        if (said := self._ward.outcomes.get(op)) is not None:
            return Outcome(op, said["outcome"], said["by"], said["at"], said.get("why", ""))
        if self._backend is None:
            return Outcome(op, "refused", user, at, "this ward has no server to sign in to")
        if not self._backend.signs_in:
            return Outcome(op, "refused", user, at, "nobody signs in to this ward's server from a screen")
        self._backend.source.sign_in(cancel=bool(data.get("cancel")))
        return Outcome(op, "applied", user, at)

    def planned(self, data: dict[str, Any], outcome: Outcome, announced: Sequence[object]) -> list[Write]:
        """What is to be written of an act that has been applied, to be appended with its outcome."""
        if outcome.outcome != "applied" or data.get("from") or not self._writes:
            return []
        made: list[tuple[str, str, str, dict[str, Any]]] = []  # op, what, patient, about
        op, do = outcome.op[:80], data["do"]
        if do in ("ack", "unack"):
            made += _acknowledged(op, data, announced)
        elif do == DOSE:
            made += [(op, DOSE, r.patient, self._dose(r)) for r in announced if isinstance(r, Administration)]
        elif do == NOTE:
            made += [(op, NOTE, n.patient, self._note(n)) for n in announced if isinstance(n, Note)]
        elif do == CHART:
            made.append((op, VITALS, data["patient"], {"values": data["values"]}))
        user, ref = safe_text(outcome.by, 40), self._known_as(outcome.by)
        return [
            Write(op, what, patient, user, ref, outcome.at, about)
            for op, what, patient, about in made
            if what in self._writes and not self._begun(patient, op)
        ]

    def _dose(self, record: Administration) -> dict[str, Any]:
        order = self._ward.patients[record.patient].medication.orders[record.order]
        return record.body() | {"order": order.body()}

    def _note(self, note: Note) -> dict[str, Any]:
        old = next((one for one in self._ward.patients[note.patient].notes if one.id == note.replaces), None)
        if old is None:
            return {"text": note.text}
        return {"text": note.text, "replaces": {"id": old.id, "at": old.at, "by": old.by}}

    def _known_as(self, user: str) -> Any:
        """The person as the server knows them: only who is signed in there is known."""
        link = self._ward.link
        return link.user_ref if link is not None and user and safe_text(user, 40) == link.user else safe_text("")

    def _begun(self, patient: str, op: str) -> bool:
        own = self._ward.writes_of(patient)
        return own is not None and op in own.kept

    def begun(self, writes: Iterable[Write]) -> list[Draft]:
        """The entries with which ``writes`` begin."""
        return [
            draft(write.at, Written.ENTRY, self._first(write).body() | {"write": write.body()}) for write in writes
        ]  # fmt: skip

    def _first(self, write: Write) -> Written:
        own = self._ward.writes_of(write.patient)
        full = own is not None and len(own.open) >= MOST
        why = safe_text("too much of this patient waits for the server already" if full else "")
        return _written(write, EXPIRED if full else WAITING, write.at, why)

    def submit(self, writes: Iterable[Write]) -> None:
        """``writes`` are in the log: those that wait are handed over."""
        for write in writes:
            own = self._ward.writes_of(write.patient)
            if self._backend is not None and own is not None and write.op in own.open:
                self._backend.source.submit(write)

    def result(self, body: dict[str, Any], at: int) -> tuple[Written, Ref | None] | None:
        """What a word of the backend about a write, heard at ``at``, changes, and the alarm where that was its
        acknowledgement; None where it changes nothing. Raises KeyError for a write that nobody here began."""
        told = replace(Written.from_body(body), at=at)
        own = self._ward.writes_of(told.patient)
        before = own.kept[told.op] if own is not None else None
        if own is None or before is None or before.what != told.what:
            raise KeyError(told.op)
        told = replace(told, begun=before.begun)
        ref = next((ref for ref, op in own.acks.items() if op == told.op), None)
        return (told, ref) if told.tells(before) else None

    def expired(self, now: int) -> list[Written]:
        """What has been tried for too long at ``now``."""
        return [
            _written(write, EXPIRED, now, "the server could not be reached in time", own.kept[write.op].attempt)
            for own in self._ward.all_writes()
            for write in own.open.values()
            if now - write.at > LONGEST[write.what]
        ]

    def resume(self, now: int) -> list[Written]:
        """Takes up what an earlier engine left; returns what is not tried any more."""
        out = self.expired(now)
        over = {written.op for written in out}
        for own in self._ward.all_writes():
            for write in own.open.values():
                if write.op in over:
                    continue
                if write.what in self._writes and self._backend is not None:
                    self._backend.source.submit(write)
                else:
                    why = "writing this to the server was switched off before it was done"
                    out.append(_written(write, FAILED, now, why, own.kept[write.op].attempt))
        return out


def _acknowledged(
    op: str, data: dict[str, Any], announced: Iterable[object]
) -> list[tuple[str, str, str, dict[str, Any]]]:  # fmt: skip
    """An acknowledgement, or one that was taken back, and the note that it came with."""
    ref = Ref(*data["ref"])
    alarm = next((a for a in announced if isinstance(a, Alarm) and a.ref.key == ref.key), None)
    if alarm is None or ref.param == SERVER:  # what the server does not know is none of its own
        return []
    about = {
        "ref": list(ref), "onset": alarm.onset, "raised": alarm.raised, "prio": int(alarm.priority),
        "text": words(alarm), "do": data["do"], "intent": alarm.intent, "note": alarm.note, "until": alarm.until,
    }  # fmt: skip
    made = [(op, ACK, ref.patient, about)]
    if alarm.intent == "note" and alarm.note:
        own = str(uuid5(NAMESPACE_OID, f"{op} note"))
        made.append((own, NOTE, ref.patient, {"text": alarm.note, "ref": list(ref)}))
    return made


def _written(write: Write, state: str, at: int, why: str, attempt: int = 0) -> Written:
    return Written(write.op, write.what, write.patient, state, at, write.at, why=safe_text(why, 200), attempt=attempt)


def conditions(system: AlarmSystem, patient: PatientState, now: int) -> list[Alarm]:
    """Whether the server should know more of a patient than it does (T33). It silences nothing anywhere."""
    overdue, missed = patient.writes.overdue(now), patient.writes.missed()
    since = min((written.begun for written in overdue), default=0) + PATIENCE
    out = system.technical(
        patient.id, SERVER, UNCONFIRMED, _HELD if overdue else {}, since if overdue else now,
        overdue_words(overdue) if overdue else "",
    )  # fmt: skip
    return out + system.technical(
        patient.id, SERVER, UNDELIVERED, _HELD if missed else {}, missed[-1].at if missed else now,
        missed_words(missed) if missed else "",
    )  # fmt: skip
