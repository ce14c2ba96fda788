"""The engine: source in, log out. Everything it knows it has folded from the log it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Any

import orjson

from iomt_tui import __version__
from iomt_tui.alarms.actions import Outcome
from iomt_tui.alarms.annunciation import Announcement
from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.model import Alarm
from iomt_tui.alarms.notification import Notification
from iomt_tui.clinical.limits import Limit
from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.engine.decide import Decisions
from iomt_tui.engine.doses import refusal, settled, told_before
from iomt_tui.engine.exporting import Exporting
from iomt_tui.engine.refusing import NOT_UNDERSTOOD, fault, refused
from iomt_tui.engine.remote import AHEAD, chunks, news, taken
from iomt_tui.engine.sending.chain import Step
from iomt_tui.engine.sending.delivery import Delivery
from iomt_tui.engine.sending.sender import Sender
from iomt_tui.engine.source import Arrival, Backend, WaveSource
from iomt_tui.engine.waving import Waving
from iomt_tui.engine.writing import Writing
from iomt_tui.log.api import LogWriter
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import MAY_WAIT, Draft, Entry, Reading, draft, observations
from iomt_tui.ward.exports import ACTS as EXPORTS
from iomt_tui.ward.exports import NONE_ALLOWED, Permission
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.link import Link
from iomt_tui.ward.notes import Note
from iomt_tui.ward.scores import ServerScore
from iomt_tui.ward.waves import WAVES
from iomt_tui.ward.writes import ACTS, STALE, Written
from iomt_tui.ward.written import SERVER

SECOND = 1_000
_BAD = (ValueError, TypeError, KeyError, AttributeError)


class Engine:
    """Appends what arrives, folds it, and appends what the alarm system decides. One per ward."""

    def __init__(
        self, log: LogWriter, ward: Ward | None = None, chain: Iterable[Step] = (), sender: Sender | None = None,
        backend: Backend | None = None, waves: WaveSource | None = None, exports: Permission = NONE_ALLOWED,
    ) -> None:  # fmt: skip
        """``sender`` takes the steps of ``chain`` that reach people elsewhere; without one none is taken.
        ``backend``: where what is done here is written to, too. ``waves``: who has waveforms. ``exports``: what may
        be exported."""
        self.log = log
        self.ward = ward or Ward()
        self._delivery = Delivery(self.ward, chain, sender) if sender is not None else None
        self._remote = backend is not None
        self._writing = Writing(self.ward, backend)
        self._waving = Waving(self.ward, waves)
        self._exporting = Exporting(self.ward, exports)
        self.decisions = Decisions(self.ward)
        self.ticked = 0  # log time of the last tick
        self._notice = ""  # what everybody was told at the start
        self._set_by = 0
        # Actions folded, not yet answered: also those that an earlier engine left.
        self._acts = [Entry(0, at, "act", orjson.dumps(data)) for at, data in self.ward.acts.values()]
        self._unsaved: list[Draft] | None = None  # folded, to be appended in one piece
        self._takes: dict[str, Callable[[int, Any], None]] = {
            "history": self._history, "taken": self._taken, "link": self._linked, "note": self._noted,
            "score": self._scored, "write": self._written,
        }  # fmt: skip

    def start(
        self, ward_body: dict[str, Any], now: int, notice: str = "",
        limits: Mapping[str, tuple[Limit, ...]] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """Says that the engine runs, after the ward's own entry where the log is new.

        ``notice``: what everybody at the ward must be told, such as a damaged log that was repaired.
        ``limits``: the ward's alarm limits by the configuration file, by vital.
        """
        self._notice = notice
        drafts = [] if self.ward.seq else [draft(now, "ward", ward_body)]
        body = {"state": "started", "version": __version__, "notice": notice}
        self._append([*drafts, draft(now, "engine", body)])
        self._decided(now, self.decisions.configure(limits, now))

    def attended(self, there: bool, now: int) -> None:
        """Says whether any screen attends the ward, each time that this changes."""
        if there != self.ward.attended:
            self._append([draft(now, "screens", {"attended": there})])

    def clock_set(self, seconds: int, now: int) -> None:
        """Says by how much the machine's clock was set since the start, whenever that changes. Nothing else changes,
        since log time does not follow it (SAFETY T27)."""
        if seconds != self._set_by:
            self._set_by = seconds
            told = " ".join(said for said in (self._notice, _clock_words(seconds)) if said)
            self._append([draft(now, "notice", {"text": told})])

    def stop(self, now: int) -> None:
        """Says that nobody watches any more."""
        self._append([draft(now, "engine", {"state": "stopped", "version": __version__})], durable=True)

    def take(self, arrivals: Iterable[Arrival], tick_every: int = SECOND) -> None:
        """Appends arrivals in order, with a tick whenever ``tick_every`` ms of log time have passed."""
        for at, group in groupby(arrivals, key=lambda a: a[0]):
            if at - self.ticked >= tick_every:
                self.tick(at)
            self._take(at, list(group))

    def _take(self, at: int, arrivals: list[Arrival]) -> None:
        for kind, group in groupby(arrivals, key=lambda a: a[1]):
            bodies = [body for _, _, body in group]
            if kind != "obs" or self._remote:
                bodies = self._fit(at, kind, bodies)
            if not bodies:
                continue
            if kind == "obs":
                self._observe(at, bodies)
            elif (takes := self._takes.get(kind)) is not None:
                for body in bodies:
                    takes(at, body)
            elif kind == "condition":
                self._conditions(at, bodies)
            elif kind in ("order", "administration"):
                self._medication(at, kind, bodies)
            else:
                self._append([draft(at, kind, body) for body in bodies])
                self._decided(at, self._state_alarms(kind, bodies, at))

    def _fit(self, at: int, kind: str, bodies: list[Any]) -> list[Any]:
        """Those that can be taken up; the others are counted, with the reason."""
        fit = []
        for body in bodies:
            if reason := fault(self.ward, kind, body, at):
                self._append([draft(at, "refused", refused(self.ward, kind, body, reason))])
            else:
                fit.append(body)
        return fit

    def _history(self, at: int, readings: Any) -> None:
        """Readings from before anybody watched: for the trends, without alarm decisions."""
        if not isinstance(readings, list | tuple):
            self._append([draft(at, "refused", refused(self.ward, "history", None, NOT_UNDERSTOOD))])
            return
        found, bad = news(self.ward, readings)
        if bad:
            self._append([draft(at, "refused", refused(self.ward, "history", None, NOT_UNDERSTOOD, bad))])
        for chunk in chunks(found):
            self._append([observations(at, chunk, "past")])

    def _taken(self, at: int, body: dict[str, Any]) -> None:
        """Somebody has taken an alarm at another desk of the same backend: the log tells it as what it is."""
        if (act := taken(self.ward, body, at)) is not None:
            self._append([draft(at, "act", act)])
            self._acts.append(Entry(self.ward.seq, self.ward.now, "act", orjson.dumps(act)))
            self._answer()

    def _linked(self, at: int, body: dict[str, Any]) -> None:
        link, before = Link.from_body(body), self.ward.link
        if before is None or replace(link, since=link.since or before.since) != before:
            self._append([draft(at, link.ENTRY, link.body())])

    def _noted(self, at: int, body: dict[str, Any]) -> None:
        note = Note.from_body(body)
        if note not in self.ward.patients[note.patient].notes:
            self._append([draft(at, note.ENTRY, note.body())])

    def _scored(self, at: int, body: dict[str, Any]) -> None:
        patient, score = ServerScore.from_body(body)
        if score.at <= at + AHEAD and score != self.ward.patients[patient].server_news2:
            self._append([draft(at, "score", body)])

    def _written(self, at: int, body: dict[str, Any]) -> None:
        """What became of a write; an acknowledgement that the server did not take is taken back (T34)."""
        try:
            found = self._writing.result(body, at)
        except KeyError:
            self._append([draft(at, "refused", refused(self.ward, "write", body, "unknown-write"))])
            return
        if found is None:
            return
        told, ref = found
        back: list[Announcement] = []
        if told.state == STALE and ref is not None:
            server = str(self.ward.link.name) if self.ward.link is not None else ""
            back = self.decisions.system.retract(ref, server or SERVER, at)
        self._decided(at, back, [draft(at, told.ENTRY, told.body())], durable=told.final)

    def _observe(self, at: int, readings: list[Reading]) -> None:
        self._append([observations(at, readings)])
        self._decided(at, self.decisions.readings(readings, at))

    def _conditions(self, at: int, bodies: list[dict[str, Any]]) -> None:
        """Alarms that devices raise themselves; what is not understood, or of nobody, is counted."""
        for body in bodies:
            if reason := self.decisions.refusal(body):
                source = safe_text(body.get("device") or "" if isinstance(body, dict) else "", 40)
                refused = {"source": source, "reason": reason, "what": "condition", "patient": None, "count": 1}
                self._append([draft(at, "refused", refused)])
            else:
                self._append([draft(at, "condition", body)])
                self._decided(at, self.decisions.reported(body, at))

    def _medication(self, at: int, kind: str, bodies: list[Any]) -> None:
        """Orders and records of a source; what cannot be one is counted, with the reason."""
        for body in bodies:
            if reason := refusal(self.ward, kind, body, at):
                patient = body.get("patient") if isinstance(body, dict) else None
                known = patient if isinstance(patient, str) and patient in self.ward.patients else None
                what = {"source": "", "reason": f"{kind}-refused", "what": reason, "patient": known, "count": 1}
                self._append([draft(at, "refused", what)])
            elif not told_before(self.ward, kind, body, at) and (kind == "order" or not settled(self.ward, body)):
                self._append([draft(at, kind, body)])

    def _state_alarms(self, kind: str, bodies: list[dict[str, Any]], at: int) -> Iterator[Announcement]:
        for body in bodies:
            if kind == "device":
                yield from self.decisions.device(body, at)
            elif kind == "patient":
                yield from self.decisions.patient(body, at)
            elif kind == "discharge":
                yield from self.decisions.system.discharge(str(body["id"]), at)

    def take_waves(self, now: int) -> None:
        """Takes the waveforms that a screen shows at log time ``now``."""
        self.take(self._waving.arrivals(now))

    def take_history(self, arrivals: Iterable[Arrival], tick_every: int) -> None:
        """Takes arrivals that nobody waits for, all or none of them."""
        with self.in_one_piece():
            self.take(arrivals, tick_every)

    @contextmanager
    def in_one_piece(self) -> Iterator[None]:
        """Appends all that is taken meanwhile at its end, at once. For a log that nobody else writes to yet."""
        self._unsaved = []
        try:
            yield
            if self._unsaved:
                self.log.append(self._unsaved, durable=False)
        finally:
            self._unsaved = None

    def tick(self, now: int, gap: int = 0) -> None:
        """One second of log time; ``gap``: how long (ms) nobody ticked before it."""
        self.ticked = now
        if gap:
            self.decisions.unwatched()
        self._not_written(self._writing.expired(now))
        self._append([draft(now, "tick", {"gap": gap} if gap else {})])
        self._decided(now, self.decisions.tick(now))

    def follow(self) -> None:
        """Takes up what others appended: clinicians' actions."""
        self._fold(self.log.read(self.ward.seq))
        self._answer()

    def resume_sending(self, now: int) -> None:
        """Takes up what was escalated before and is not known to have reached anybody."""
        if self._delivery is not None:
            self._told(self._delivery.resume(now))

    def deliver(self, now: int) -> None:
        """Hands over what is to reach people elsewhere, and notes what became of it. Never waits for any of it."""
        if self._delivery is not None:
            self._told(self._delivery.turn(now))

    def resume_writing(self, now: int) -> None:
        """Takes up what was to be written to the backend and is not known to be there."""
        self._not_written(self._writing.resume(now))

    def _not_written(self, written: list[Written]) -> None:
        if written:
            self._append([draft(w.at, w.ENTRY, w.body()) for w in written], durable=True)

    def _told(self, notifications: list[Notification]) -> None:
        if notifications:
            self._append([draft(n.at, n.ENTRY, n.body()) for n in notifications], durable=True)

    def _append(self, drafts: list[Draft], *, durable: bool = False) -> None:
        if self._unsaved is not None:
            entries = [Entry(self.ward.seq + i, *item) for i, item in enumerate(drafts, 1)]
            self._unsaved += drafts
            self.ward.apply(entries)
            return
        urgent = not MAY_WAIT.issuperset(item.kind for item in drafts)
        entries = self.log.append(drafts, durable=durable, urgent=urgent)
        if entries[0].seq != self.ward.seq + 1:  # somebody acted in between: the log's order is the order
            self._fold(self.log.read(self.ward.seq, entries[0].seq - self.ward.seq - 1))
        self.ward.apply(entries)

    def _fold(self, entries: list[Entry]) -> None:
        self.ward.apply(entries)
        self._acts += [entry for entry in entries if entry.kind == "act"]

    def _answer(self) -> None:
        """Answers actions once everything before them is folded; an answer may meet the next action."""
        while self._acts:
            self._act(self._acts.pop(0))

    def _act(self, entry: Entry) -> None:
        outcome: Outcome | None
        announced: Sequence[Announcement | Administration | Note]
        try:
            data = entry.data()
            if data.get("do") in ACTS:
                outcome, announced = self._writing.answer(data, entry.at)
            elif data.get("do") == WAVES:
                outcome, announced = self._waving.answer(data, entry.at), []
            elif data.get("do") in EXPORTS:
                outcome, announced = self._exporting.answer(data, entry.at), []
            else:
                outcome, announced = self.decisions.action(entry)
        except _BAD:
            body = {
                "source": "action",
                "reason": "not-understood",
                "what": "act",
                "patient": None,
                "count": 1,
            }
            self._append([draft(entry.at, "refused", body), *_refusal(entry)])
            return
        if outcome is not None:
            writes = self._writing.planned(data, outcome, announced)
            drafts = [draft(entry.at, said.ENTRY, said.body()) for said in announced] + self._writing.begun(writes)
            self._append([*drafts, draft(entry.at, "outcome", outcome._asdict())], durable=True)
            self._writing.submit(writes)

    def _decided(
        self, at: int, announced: Iterable[Announcement], before: Sequence[Draft] = (), *, durable: bool = False
    ) -> None:  # fmt: skip
        """Appends what was announced, after ``before`` and in one piece with it."""
        announced = list(announced)
        drafts = [*before, *(draft(at, said.ENTRY, said.body()) for said in announced)]
        errands = self._planned(announced)
        drafts += [draft(at, errand.ENTRY, errand.body()) for errand in errands]
        if drafts:
            self._append(drafts, durable=durable or bool(errands))
        if errands and self._delivery is not None:
            self._delivery.begin(errands)

    def _planned(self, announced: list[Announcement]) -> list[Notification]:
        """Whom the escalations among ``announced`` reach; of a history what still waits is taken up at its end."""
        escalations = [said for said in announced if isinstance(said, Escalation)]
        if self._delivery is None or self._unsaved is not None or not escalations:
            return []
        return self._delivery.plan(escalations, (said for said in announced if isinstance(said, Alarm)))


def _refusal(entry: Entry) -> list[Draft]:
    """The outcome of an action that nobody understands, where it can be named."""
    try:
        op, user = entry.data()["op"], entry.data().get("user")
    except _BAD:
        return []
    if not isinstance(op, str):
        return []
    refusal = Outcome(op, "refused", user if isinstance(user, str) else "", entry.at, "not understood")
    return [draft(entry.at, "outcome", refusal._asdict())]


def _clock_words(seconds: int) -> str:
    if not seconds:
        return ""
    way = "forward" if seconds > 0 else "back"
    return f"The computer's clock was set {way} by {timedelta(seconds=abs(seconds))}; the ward's times go on as before."
