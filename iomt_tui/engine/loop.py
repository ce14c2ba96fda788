"""The engine: source in, log out. Everything it knows it has folded from the log it writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import orjson

from iomt_tui import __version__
from iomt_tui.alarms.actions import Outcome
from iomt_tui.alarms.annunciation import Announcement
from iomt_tui.engine.decide import Decisions
from iomt_tui.engine.source import Arrival
from iomt_tui.log.api import LogWriter
from iomt_tui.ward.events import MAY_WAIT, Draft, Entry, Reading, draft, observations
from iomt_tui.ward.fold import Ward

SECOND = 1_000
_BAD = (ValueError, TypeError, KeyError, AttributeError)


class Engine:
    """Appends what arrives, folds it, and appends what the alarm system decides. One per ward."""

    def __init__(self, log: LogWriter, ward: Ward | None = None) -> None:
        self.log = log
        self.ward = ward or Ward()
        self.decisions = Decisions(self.ward)
        self.ticked = 0  # log time of the last tick
        # Actions folded, not yet answered: also those that an earlier engine left.
        self._acts = [Entry(0, at, "act", orjson.dumps(data)) for at, data in self.ward.acts.values()]
        self._unsaved: list[Draft] | None = None  # folded, to be appended in one piece

    def start(self, ward_body: dict[str, Any], now: int, notice: str = "") -> None:
        """Says that the engine runs, after the ward's own entry where the log is new.

        ``notice``: what everybody at the ward must be told, such as a damaged log that was repaired.
        """
        drafts = [] if self.ward.seq else [draft(now, "ward", ward_body)]
        body = {"state": "started", "version": __version__, "notice": notice}
        self._append([*drafts, draft(now, "engine", body)])

    def attended(self, there: bool, now: int) -> None:
        """Says whether any screen attends the ward, each time that this changes."""
        if there != self.ward.attended:
            self._append([draft(now, "screens", {"attended": there})])

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
            if kind == "obs":
                self._observe(at, bodies)
            else:
                self._append([draft(at, kind, body) for body in bodies])
                self._decided(at, self._state_alarms(kind, bodies, at))

    def _observe(self, at: int, readings: list[Reading]) -> None:
        self._append([observations(at, readings)])
        self._decided(at, self.decisions.readings(readings, at))

    def _state_alarms(self, kind: str, bodies: list[dict[str, Any]], at: int) -> Iterator[Announcement]:
        for body in bodies:
            if kind == "device":
                yield from self.decisions.device(body, at)
            elif kind == "discharge":
                yield from self.decisions.system.discharge(str(body["id"]), at)

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
        self._append([draft(now, "tick", {"gap": gap} if gap else {})])
        self._decided(now, self.decisions.tick(now))

    def follow(self) -> None:
        """Takes up what others appended: clinicians' actions."""
        self._fold(self.log.read(self.ward.seq))
        self._answer()

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
        try:
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
            drafts = [draft(entry.at, said.ENTRY, said.body()) for said in announced]
            self._append([*drafts, draft(entry.at, "outcome", outcome._asdict())], durable=True)

    def _decided(self, at: int, announced: Iterable[Announcement]) -> None:
        drafts = [draft(at, said.ENTRY, said.body()) for said in announced]
        if drafts:
            self._append(drafts)


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
