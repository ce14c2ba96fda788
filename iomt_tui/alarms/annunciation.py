"""Which alarms are seen, which are heard, and what becomes of them while nobody answers: pure functions of state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from iomt_tui.alarms.audible import sounds
from iomt_tui.alarms.escalation import Escalation, escalate
from iomt_tui.alarms.lifecycle import Condition
from iomt_tui.alarms.model import Alarm, Key, Priority
from iomt_tui.alarms.settings import Setting
from iomt_tui.alarms.suppression import INHIBIT, PAUSE, SHELVE, STANDBY, Suppression, Suppressions, whole

Announcement = Alarm | Suppression | Escalation | Setting
#: How long (ms) data must flow again until a standby ends by itself.
RESUMED = 60_000


class Annunciation:
    """The overlays over the conditions of a ward: ``conditions`` by patient and key."""

    def __init__(self, conditions: Mapping[str, Mapping[Key, Condition]]) -> None:
        self._conditions = conditions
        self.suppressions = Suppressions()
        self._lost: dict[str, set[str]] = {}  # patient -> vitals whose source is lost
        self._flowing: dict[str, int] = {}  # patient on standby -> since when data flow

    def _all(self) -> Iterator[Condition]:
        return (c for own in self._conditions.values() for c in own.values())

    def visible(self) -> list[Alarm]:
        """Every alarm in force or latched, whatever lies over it; the most urgent first."""
        shown = [c.alarm() for c in self._all() if c.state in ("unack", "acked", "latched")]
        return sorted(shown, key=lambda a: (-a.priority, a.state == "acked", a.raised, a.ref))

    def audible(self) -> list[Alarm]:
        """Those of :meth:`visible` that sound."""
        return [alarm for alarm in self.visible() if not self.quiet(alarm)]

    def quiet(self, alarm: Alarm) -> bool:
        """Whether a suppression keeps the alarm from sounding."""
        return self.inhibitor(alarm.ref.key) is not None or not sounds(alarm, self._over)

    def _over(self, what: str, key: Key) -> Suppression | None:
        """Inhibition is judged from the conditions themselves; its entries follow within a second."""
        return None if what == INHIBIT else self.suppressions.get(what, key)

    def held(self, key: Key) -> bool:
        """Whether a condition neither sounds nor escalates; an audio pause stops no escalation."""
        shelved = self.suppressions.get(SHELVE, key) or self.suppressions.get(STANDBY, whole(key.patient))
        return shelved is not None or self.inhibitor(key) is not None

    def inhibitor(self, key: Key) -> Condition | None:
        """The condition of the same patient and parameter that speaks for this one (T26).

        Only one that waits for an answer itself may: an acknowledged one would leave both silent.
        """
        own = self._conditions.get(key.patient, {})
        condition = own.get(key)
        if condition is None or condition.technical or condition.state not in ("unack", "latched"):
            return None
        louder = [
            c for c in own.values()
            if c.key.param == key.param and self._live(c) and _rank(c) > _rank(condition)
        ]  # fmt: skip
        return max(louder, key=_rank, default=None)

    def _live(self, condition: Condition) -> bool:
        patient, param, _ = condition.key
        if condition.technical or condition.state != "unack" or not condition.levels:
            return False
        if param in self._lost.get(patient, ()) or self.suppressions.get(SHELVE, condition.key) is not None:
            return False
        own = self._conditions[patient]
        sensor = (own.get(Key(patient, param, kind)) for kind in ("sensor-off", "invalid"))
        return not any(c is not None and c.levels for c in sensor)

    def source(self, patient: str, vitals: Iterable[str], *, lost: bool) -> None:
        """The source of some vitals is lost, or back: what is lost inhibits nothing."""
        known = self._lost.setdefault(patient, set())
        if lost:
            known.update(vitals)
        else:
            known.difference_update(vitals)

    def settle(self, alarms: Iterable[Alarm], now: int) -> list[Announcement]:
        """``alarms``, just announced, and the suppressions that they break: a pause by any HIGH (I15), shelving by
        a priority above the shelved one (T25)."""
        out: list[Announcement] = []
        for alarm in alarms:
            out.append(alarm)
            if alarm.state != "unack":
                continue
            pause = self.suppressions.get(PAUSE, whole(alarm.ref.patient))
            if pause is not None and alarm.priority is Priority.HIGH:
                out.append(self.suppressions.end(pause, now))
            shelf = self.suppressions.get(SHELVE, alarm.ref.key)
            if shelf is not None and alarm.priority > shelf.priority:
                out.append(self.suppressions.end(shelf, now))
        return out

    def tick(self, alarms: Iterable[Alarm], now: int, attended: bool) -> list[Announcement]:
        """What a moment brings: suppressions that end, inhibitions, escalation. ``alarms``: just announced."""
        out = self.settle(alarms, now)
        for suppression in self.suppressions:
            if not suppression.active(now):
                out += self.end(suppression, now)
        out += self._inhibitions(now)
        for condition in self._all():
            if condition.state in ("unack", "latched") and not self.held(condition.key):
                out += escalate(condition, now, attended)
        return out

    def end(self, suppression: Suppression, now: int) -> list[Announcement]:
        """Ends a suppression; what is still there under it is announced anew (T25)."""
        ended = self.suppressions.end(suppression, now)
        own = self._conditions.get(suppression.patient, {})
        back: list[Alarm] = []
        if suppression.what in (SHELVE, INHIBIT) and (one := own.get(suppression.key)) is not None:
            back = one.return_from(now, acked=suppression.what == SHELVE)
        elif suppression.what == STANDBY:
            self._flowing.pop(suppression.patient, None)
            back = [alarm for c in own.values() for alarm in c.return_from(now, acked=False)]
        return [ended, *self.settle(back, now)]

    def _inhibitions(self, now: int) -> list[Announcement]:
        out: list[Announcement] = []
        # All are judged before any is announced anew, which may make it the one that another waits for.
        over = [s for s in self.suppressions if s.what == INHIBIT and self.inhibitor(s.key) is None]
        for suppression in over:
            out += self.end(suppression, now)
        for c in self._all():
            by = self.inhibitor(c.key)
            if by is not None and self.suppressions.get(INHIBIT, c.key) is None:
                inhibition = Suppression(INHIBIT, *c.key, by.key.kind, "", now, None)
                out.append(self.suppressions.put(inhibition))
        return out

    def data(self, patient: str, flowing: bool, now: int) -> list[Announcement]:
        """Whether monitoring data of a patient flow now: a standby ends when they did for a minute."""
        standby = self.suppressions.get(STANDBY, whole(patient))
        if standby is None or not flowing:
            self._flowing.pop(patient, None)
            return []
        if now - self._flowing.setdefault(patient, now) < RESUMED:
            return []
        return self.end(standby, now)

    def discharge(self, patient: str) -> None:
        """Forgets a patient who left."""
        self.suppressions.drop(patient)
        self._lost.pop(patient, None)
        self._flowing.pop(patient, None)


def _rank(condition: Condition) -> tuple[int, int, str]:
    """Of two equal ones the earlier speaks."""
    return condition.priority, -condition.raised, condition.key.kind
