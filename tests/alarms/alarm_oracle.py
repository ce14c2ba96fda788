"""What the alarm system must say, kept in dictionaries from the inputs alone: the state machine's oracle.

Every delay of the conditions used is 0, so a condition either holds or does not. Figures are written out here, not
imported: a change of the program's must be noticed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Key = tuple[str, str, str]
LOW, MEDIUM, HIGH = 1, 2, 3
REARM = {HIGH: 180_000, MEDIUM: 600_000, LOW: 3_600_000}
STEPS = {HIGH: (30_000, 60_000, 120_000), MEDIUM: (120_000, 300_000), LOW: (600_000,)}
GLUCOSE = {"low": ((HIGH, 54), (MEDIUM, 70)), "high": ((MEDIUM, 250), (LOW, 180))}
MARGIN = 4  # of glucose: an alarm that stands ends only that far inside its limit
CAPS = {HIGH: 900_000, MEDIUM: 3_600_000, LOW: 28_800_000}
INTENTS = {"", "going", "expected", "sensor", "doctor", "note"}
NOBODY = ("", "", "", None)
Said = tuple[str, str, str, int | None]


@dataclass
class Cell:
    """One condition as its inputs left it."""

    technical: bool = False
    holds: int = 0  # the priority that the inputs say now; 0: clear
    state: str = "normal"
    prio: int = 0
    episode: int = 0
    rev: int = 0
    since: int = 0  # of the announcement
    said: Said = NOBODY  # of an acknowledgement: who, intent, note, until when
    undone_by: str = ""
    steps: int = 0


@dataclass
class Oracle:
    """Conditions and what lies over them."""

    now: int = 0
    cells: dict[Key, Cell] = field(default_factory=dict)
    pauses: dict[str, int] = field(default_factory=dict)  # patient -> until
    standbys: dict[str, int] = field(default_factory=dict)
    shelves: dict[Key, tuple[int, int]] = field(default_factory=dict)  # until, priority
    inhibited: set[Key] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)  # patients without data
    absent: dict[str, int] = field(default_factory=dict)  # patient -> since when glucose has no valid value
    outcomes: dict[str, tuple[str, str]] = field(default_factory=dict)  # op -> outcome and whose it is
    steps: list[tuple[Key, int, int, int]] = field(default_factory=list)

    def _announce(self, key: Key, at: int, *, rev: int) -> None:
        cell = self.cells[key]
        cell.state, cell.rev, cell.since, cell.steps = "unack", rev, at, 0
        cell.said, cell.undone_by = NOBODY, ""
        if cell.prio == HIGH:
            self.pauses.pop(key[0], None)
        if key in self.shelves and cell.prio > self.shelves[key][1]:
            del self.shelves[key]

    def condition(self, key: Key, prio: int, at: int, technical: bool = False) -> None:
        """The inputs say that the condition holds at ``prio``, or (0) that it does not."""
        if not prio and key not in self.cells:
            return
        cell = self.cells.setdefault(key, Cell(technical))
        self._follow(cell)
        cell.holds = prio
        if not prio:
            latches = cell.state == "unack" and cell.prio > LOW and not cell.technical
            cell.state = "latched" if latches or cell.state == "latched" else "normal"
        elif cell.state in ("normal", "latched"):
            cell.episode, cell.prio = cell.episode + 1, prio
            self._announce(key, at, rev=1)
        elif prio > cell.prio:
            cell.prio = prio
            self._announce(key, at, rev=cell.rev + 1)
        elif cell.state == "acked":
            cell.prio = prio

    def _follow(self, cell: Cell) -> None:
        """Once acknowledged, and looked at again, an alarm has the priority of what holds."""
        if cell.state == "acked" and cell.holds:
            cell.prio = min(cell.prio, cell.holds)

    def valid(self, patient: str, at: int) -> None:
        """A valid value of glucose."""
        self.absent.pop(patient, None)
        self.condition((patient, "glucose", "invalid"), 0, at)

    def glucose(self, patient: str, value: float, at: int) -> None:
        """A valid value of glucose, newer than the last."""
        self.valid(patient, at)
        for kind, limits in GLUCOSE.items():
            cell = self.cells.get((patient, "glucose", kind), Cell())
            self._follow(cell)
            standing = cell.prio if cell.state in ("unack", "acked") else 0
            beyond = {p: limit - value if kind == "low" else value - limit for p, limit in limits}
            held = [p for p, by in beyond.items() if by > (-MARGIN if p <= standing else 0)]
            self.condition((patient, "glucose", kind), max(held, default=0), at)

    def _again(self, key: Key, at: int) -> None:
        self._announce(key, at, rev=self.cells[key].rev + 1)

    def returned(self, patient: str, params: tuple[str, ...]) -> None:
        """A lost source is back."""
        for key, cell in self.cells.items():
            if key[0] == patient and key[1] in params and cell.state == "acked" and cell.holds:
                self._again(key, self.now)

    def silenced(self, key: Key) -> bool:
        """Whether it neither sounds nor escalates."""
        return key in self.shelves or key[0] in self.standbys or self.inhibitor(key)

    def inhibitor(self, key: Key) -> bool:
        """Whether another condition of the same patient and parameter speaks for it."""
        cell = self.cells[key]
        if cell.technical or cell.state not in ("unack", "latched") or key[0] in self.lost:
            return False
        if key[1] == "glucose" and key[0] in self.absent:
            return False
        return any(
            other[:2] == key[:2] and not c.technical and c.state == "unack" and c.holds and other not in self.shelves
            and (c.prio, -c.since, other[2]) > (cell.prio, -cell.since, key[2])
            for other, c in self.cells.items()
        )  # fmt: skip

    def visible(self) -> dict[Key, tuple[str, int, int, int, Said, str]]:
        """Key -> state, episode, revision, priority, what was said and who took that back."""
        return {
            k: (c.state, c.episode, c.rev, c.prio, c.said, c.undone_by)
            for k, c in self.cells.items() if c.state != "normal"
        }  # fmt: skip

    def audible(self) -> set[Key]:
        """Everything visible that is neither acknowledged nor silenced."""
        return {
            key for key, (state, *_) in self.visible().items()
            if state != "acked" and not self.silenced(key) and (key[0] not in self.pauses or key[2] == "no-data")
        }  # fmt: skip

    def tick(self, attended: bool) -> None:
        """Everything that is due by ``now``."""
        for patient, since in self.absent.items():
            if self.now - since >= 10_000:
                self.condition((patient, "glucose", "invalid"), MEDIUM, since + 10_000, technical=True)
        for key, cell in self.cells.items():
            self._follow(cell)
            if cell.state == "acked" and (until := cell.said[3]) is not None and until <= self.now:
                self._again(key, until)
        self.pauses = {p: until for p, until in self.pauses.items() if until > self.now}
        for key in [k for k, (until, _) in self.shelves.items() if until <= self.now]:
            self.unshelve(key)
        for patient in [p for p, until in self.standbys.items() if until <= self.now]:
            self.end_standby(patient)
        for key in [k for k in self.inhibited if not self.inhibitor(k)]:
            self.inhibited.discard(key)
            if self.cells[key].state == "unack" and self.cells[key].since < self.now:
                self._again(key, self.now)
        self.inhibited |= {k for k in self.cells if self.inhibitor(k)}
        for key, cell in self.cells.items():
            if cell.state in ("unack", "latched") and not self.silenced(key):
                age = (self.now - cell.since) * (1 if attended else 2)
                due = sum(age >= step for step in STEPS[cell.prio])
                self.steps += [(key, cell.episode, cell.rev, n) for n in range(cell.steps + 1, due + 1)]
                cell.steps = max(due, cell.steps)

    def unshelve(self, key: Key) -> None:
        """Off the shelf, whatever is there comes back."""
        del self.shelves[key]
        cell = self.cells[key]
        if cell.state == "acked" or (cell.state == "unack" and cell.since < self.now):
            self._again(key, self.now)

    def end_standby(self, patient: str) -> None:
        """The patient is back."""
        del self.standbys[patient]
        for key, cell in self.cells.items():
            if key[0] == patient and cell.state == "unack" and cell.since < self.now:
                self._again(key, self.now)

    def named(self, key: Key, episode: int, rev: int, states: tuple[str, ...]) -> str:
        """What is wrong with a reference to an alarm, "" when nothing is."""
        cell = self.cells.get(key, Cell())
        if episode != cell.episode or cell.state not in states:
            return "gone"
        return "" if rev == cell.rev else "superseded"

    def ack(self, key: Key, episode: int, rev: int, user: str, intent: str, note: str, ms: int | None) -> str:
        """What becomes of an acknowledgement."""
        if wrong := self.named(key, episode, rev, ("unack", "acked", "latched")):
            return wrong
        cell = self.cells[key]
        if cell.state == "acked":
            return "already"
        longest = REARM[cell.prio]
        if intent not in INTENTS or len(note) > 120 or (intent == "note" and not note.strip()):
            return "refused"
        if ms is not None and not 0 < ms <= longest:
            return "refused"
        if cell.state == "latched":
            cell.state = "normal"
        else:
            cell.state, cell.said = "acked", (user, intent, note.strip(), self.now + (ms or longest))
        return "applied"

    def take_back(self, key: Key, episode: int, rev: int, user: str) -> str:
        """What becomes of taking an acknowledgement back."""
        if wrong := self.named(key, episode, rev, ("unack", "acked", "latched")):
            return wrong
        if self.cells[key].state != "acked":
            return "gone"
        self._again(key, self.now)
        self.cells[key].undone_by = user
        return "applied"

    def owner(self, key: Key) -> str:
        """Who promised to see to it."""
        return self.cells.get(key, Cell()).said[0]

    def shelve(self, key: Key, episode: int, rev: int, ms: int, reason: str) -> str:
        """What becomes of shelving."""
        if wrong := self.named(key, episode, rev, ("unack", "acked")):
            return wrong
        cell = self.cells[key]
        if cell.technical or key[2] == "asystole" or not reason or not 0 < ms <= CAPS[cell.prio]:
            return "refused"
        self.shelves[key] = self.now + ms, cell.prio
        return "applied"
