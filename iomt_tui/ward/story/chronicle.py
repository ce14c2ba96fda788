"""A stretch of the log as the events of one patient: who did what, what changed, who could not be reached. Pure.

It begins with the ward as it stood before, so that a change is told as one, and reads everything but observations.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

import orjson

from iomt_tui.alarms.settings import WARD, Setting
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward import transitions as steps
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.link import CLOSED, CONNECTING, DENIED, LIVE, LOST, SIGNED_OUT, Link
from iomt_tui.ward.notes import Note, corrections, noted
from iomt_tui.ward.scores import ServerScore
from iomt_tui.ward.state import PatientState
from iomt_tui.ward.story.bedside import Bedside
from iomt_tui.ward.story.exports import Exports
from iomt_tui.ward.story.medication import Medicines
from iomt_tui.ward.story.timeline import Category, Event, Fix, Told, event
from iomt_tui.ward.transitions import Transitions
from iomt_tui.ward.writes import MISSED, STALE, TAKEN, VITALS, Write, Written

MOST: Final = 10_000
"""Events that are kept, the newest."""

WRITTEN, CORRECTION, AMENDED = "written", "correction", "amended"
SET, BACK = "set", "back"
HOUR, SCORE = "hour", "score"
CHARTED: Final = "charted"
LINE: Final = "line-"  # before a state of the line to the server
STARTED, STOPPED, GAP = "started", "stopped", "gap"

_STEPS: Final = frozenset({"alarm", "suppression", "escalation", "notification"})
_CATEGORIES: Final = {
    steps.TAKEN: Category.ACK, steps.UNDONE: Category.ACK, steps.SEEN: Category.ACK,
    steps.ESCALATED: Category.ESCALATION, steps.NOTIFIED: Category.ESCALATION,
    steps.QUIET: Category.QUIET, steps.LOUD: Category.QUIET,
}  # fmt: skip
_WARD_WIDE: Final = frozenset({"limits", "engine", "tick", "link", "device"})
_TOLD: Final = frozenset({LIVE, LOST, SIGNED_OUT, DENIED})  # states of the line that are told of
_ERRORS: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)


class Chronicle:
    """The events of ``patient`` since ``since`` (ms), in the order of the log in ``kept``.

    ``known``: the ward before the first entry that it is given, None where nothing is known of that. It may be changed
    here. ``begins``: where the log begins (ms), for whoever shows it.
    """

    def __init__(self, patient: str, since: int, known: Ward | None = None, most: int = MOST) -> None:
        self.patient, self.since = patient, since
        self.begins = since
        self.kept: deque[Event] = deque(maxlen=most)
        self.seq = known.seq if known is not None else 0
        self.dropped = self.unreadable = 0
        self._own = orjson.dumps(patient)
        state = known.patients.get(patient) if known is not None else None
        self._steps = Transitions(patient, known=state.alarms.values() if state is not None else ())
        self._notes = state.notes if state is not None else ()
        self._score = state.server_news2 if state is not None else None
        self._medicines = Medicines(state if state is not None else PatientState(patient))
        self._bedside = Bedside(patient, state, known.devices if known is not None else {}, whole=known is not None)
        self._exports = Exports(patient, known.acts if known is not None else None)
        self._link = known.link.state if known is not None and known.link is not None else ""

    def read(self, entries: Iterable[Entry]) -> None:
        """The next entries, in the log's order."""
        for entry in entries:
            self.seq = entry.seq
            if self._passed_over(entry):
                continue
            try:
                found = list(self._found(entry))
            except _ERRORS:
                self.unreadable += 1
                continue
            for number, one in enumerate(found):
                self._keep(replace(one, id=f"{entry.seq}.{number}", logged=entry.at, at=min(one.at, entry.at)))

    def so_far(self) -> Told:
        """What it has read, for another thread than the one that reads."""
        return Told(self.patient, tuple(self.kept), self.begins, self.dropped, self.unreadable)

    def _passed_over(self, entry: Entry) -> bool:
        """Whether an entry cannot concern the patient, told from its bytes alone."""
        kind, body = entry.kind, entry.body
        if kind in ("obs", "past") or (kind == "tick" and body == b"{}"):
            return True
        if kind == "outcome":
            return not self._exports
        return kind not in _WARD_WIDE and self._own not in body and b"\\" not in body

    def _keep(self, one: Event) -> None:
        if one.at >= self.since:
            self.dropped += len(self.kept) == self.kept.maxlen
            self.kept.append(one)

    def _found(self, entry: Entry) -> Iterator[Event]:
        if entry.kind in _STEPS:
            return (_step(one) for one in self._steps.steps(entry))
        reading = getattr(self, f"_on_{entry.kind}", None)
        return iter(()) if reading is None else reading(orjson.loads(entry.body), entry.at)

    def _on_limits(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        setting = Setting.from_body(data)
        if setting.patient in (WARD, self.patient):
            what = SET if setting.active(at) else BACK
            yield event(at, Category.LIMITS, what, by=_safe(setting.by), words=_safe(setting.reason), setting=setting)

    def _on_note(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        note = Note.from_body(data)
        if note.patient != self.patient:
            return
        before = next((one for one in self._notes if one.id == note.id), None)
        self._notes = noted(self._notes, replace(note, seq=self.seq))
        if note == before:
            return
        what = AMENDED if before is not None else CORRECTION if note.replaces else WRITTEN
        first = corrections(self._notes).get(note.replaces, note)
        yield event(
            note.at if before is None else at, Category.NOTE, what, words=note.text, by=note.by, origin=note.origin,
            record=note.id, replaces=note.replaces, before=before.text if before is not None else safe_text(""),
            crosses=Fix(first.by, first.at, first.id) if first.id != note.id else None,
        )  # fmt: skip

    def _on_score(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        patient, score = ServerScore.from_body(data)
        before = self._score
        if patient != self.patient or (before is not None and score.at < before.at):
            return
        self._score = score
        if before is None or score.total != before.total:
            yield event(score.at, Category.VITALS, SCORE, words=safe_text(str(score.total)), by=score.by)

    def _on_write(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        one = Written.from_body(data)
        if one.patient != self.patient:
            return
        if one.what == VITALS and data.get("write") is not None:
            write = Write.from_body(data["write"])
            yield event(at, Category.SERVER, CHARTED, about=safe_text(one.what), by=write.user)
        if one.state in MISSED or one.state in (STALE, TAKEN):
            yield event(at, Category.SERVER, one.state, about=safe_text(one.what), words=one.why, by=one.by)

    def _on_link(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        link, before = Link.from_body(data), self._link
        self._link = link.state
        if link.state != before and link.state in _TOLD:
            yield event(at, Category.SERVER, f"{LINE}{link.state}", about=link.name, words=link.text)

    def _on_engine(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        if self._link:
            self._link = CONNECTING if data["state"] == STARTED else CLOSED
        if data["state"] in (STARTED, STOPPED):
            yield event(at, Category.MONITORING, data["state"])

    def _on_tick(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        if data.get("gap"):
            yield event(at, Category.MONITORING, GAP, lasted=int(data["gap"]))

    def _on_act(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        self._exports.act(data, at)
        return iter(())

    def _on_outcome(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        return self._exports.outcome(data)

    def _on_device(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        return self._bedside.device(data, at)

    def _on_patient(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        return self._bedside.person(data, at)

    def _on_discharge(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        return self._bedside.left(data, at)

    def _on_order(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        return self._medicines.order(data, at)

    def _on_administration(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        return self._medicines.administration(data, at)

    def _on_intake(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        return self._medicines.intake(data, at)

    def _on_dispense(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        return self._medicines.dispense(data, at)


def _step(one: steps.Transition) -> Event:
    category = _CATEGORIES.get(one.what, Category.ALARM)
    return event(one.at, category, one.what, by=one.by, words=one.words, lasted=one.lasted, step=one)


def _safe(value: Any) -> SafeText:
    return safe_text(value or "", 120)
