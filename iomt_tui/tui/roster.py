"""Which patients are on the board and in what order: the ward, the sort, the filter and the pins together."""

from __future__ import annotations

from dataclasses import dataclass, field

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.suppression import held_back
from iomt_tui.tui.filtering import Facts, apply
from iomt_tui.tui.ordering import Place, RestingOrder, Sort, arrange
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.judge import severity, urgency


@dataclass
class Roster:
    """The rows. Knows no widget; times are seconds of a clock that only runs forward."""

    order: RestingOrder[str] = field(default_factory=RestingOrder)
    sort: Sort = Sort.WORST
    query: str = ""
    mine_first: bool = False
    mine: set[str] = field(default_factory=set)  # everyone I pinned, also those who are not on the ward now
    pinned: frozenset[str] = frozenset()  # of them those who are
    kept: frozenset[str] = frozenset()  # rows that a filter leaves only because of a high alarm
    high: frozenset[str] = frozenset()  # patients with an alarm of high priority
    worst: Alarm | None = None
    standing: tuple[Alarm, ...] = ()  # every alarm in force
    by_urgency: tuple[str, ...] = ()
    _wanted: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """Patient ids, top to bottom."""
        return self.order.shown

    def read(self, ward: Ward) -> None:
        """Takes over what the ward says of ranks, names, beds and alarms."""
        self.pinned = frozenset(self.mine.intersection(ward.ids()))
        first = self.pinned if self.mine_first else ()
        places = {
            patient: Place(ward.rank(patient), state.bed, f"{state.family} {state.given}")
            for patient, state in ward.patients.items()
        }
        wanted = arrange(places, self.sort, first)
        self.by_urgency = wanted if self.sort is Sort.WORST and not first else arrange(places, Sort.WORST)
        self._read_alarms(ward)
        if self.query.strip():
            found = apply(self.query, wanted, {patient: self._facts(ward, patient) for patient in wanted}, self.pinned)
            self._wanted, self.kept = found
        else:
            self._wanted, self.kept = wanted, frozenset()

    def _read_alarms(self, ward: Ward) -> None:
        standing = [a for state in ward.patients.values() for a in state.alarms.values() if a.state != "normal"]
        self.standing = tuple(standing)
        self.high = frozenset(a.ref.patient for a in standing if a.priority is Priority.HIGH)
        # What nobody has taken yet comes before what somebody has, however urgent: it is what asks for a hand.
        # So is what is shelved, on standby or held back: it asks for nobody for now.
        waiting = [
            alarm
            for alarm in standing
            if alarm.state != "acked"
            and not held_back(alarm.ref.key, ward.patients[alarm.ref.patient].suppressions.values())
        ]
        place = {patient: row for row, patient in enumerate(self.by_urgency)}
        self.worst = min(
            waiting or standing, key=lambda a: (*urgency(a)[:3], place[a.ref.patient], -a.raised), default=None
        )

    def settle(self, now: float, *, force: bool = False, urgent: bool = True) -> bool:
        """Lets rows move when they may; returns whether they did. See :meth:`RestingOrder.settle`."""
        return self.order.settle(self._wanted, now, force=force, urgent=urgent)

    def _facts(self, ward: Ward, patient: str) -> Facts:
        state = ward.patients[patient]
        alarms = tuple(sorted((a for a in state.alarms.values() if a.state != "normal"), key=urgency))
        name = f"{state.family} {state.given}"
        return Facts(name, state.bed, state.home, severity(alarms), patient in self.high)
