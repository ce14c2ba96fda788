"""The alarms of a ward: pure decisions from what was observed and done. The engine writes them to the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from iomt_tui.alarms.actions import CONDITION_ACTIONS, OVERLAY_ACTIONS, Answer, Outcome, set_limits
from iomt_tui.alarms.annunciation import Announcement, Annunciation
from iomt_tui.alarms.detection import STANDING, VitalWatch
from iomt_tui.alarms.lifecycle import Condition, Level, hold
from iomt_tui.alarms.model import Alarm, Key, Priority, Ref
from iomt_tui.alarms.settings import WARD, Setting, Settings
from iomt_tui.alarms.suppression import Suppression
from iomt_tui.clinical.limits import Limit, limits_for
from iomt_tui.clinical.rounding import TOLERANCE
from iomt_tui.clinical.trends import FORGETS, Change, Trend, mistaken, same_unit

NEWS2_LEVELS = ((7, Priority.HIGH), (5, Priority.MEDIUM))
#: Kinds of condition that tell of something that happened: over once they are acknowledged.
EVENTS = frozenset({"identity", "unit"})
BATTERY_LEVELS = ((10, Priority.MEDIUM), (20, Priority.LOW))


class AlarmSystem:
    """Every condition of every patient. Deterministic: times come in, announcements go out."""

    def __init__(self) -> None:
        self._conditions: dict[str, dict[Key, Condition]] = {}
        self._watches: dict[str, dict[str, VitalWatch]] = {}
        self._limits: dict[str, tuple[int, bool, bool]] = {}  # SpO2 scale, at home, on oxygen
        self._left: dict[str, dict[Key, tuple[int, bool]]] = {}  # patients who left: see resume()
        self._ops: dict[str, Outcome] = {}
        self.settings = Settings()
        self.annunciation = Annunciation(self._conditions)

    def resume(
        self, alarms: Iterable[Alarm], suppressions: Iterable[Suppression] = (),
        escalated: Mapping[Ref, int] = MappingProxyType({}), outcomes: Iterable[Outcome] = (),
        settings: Iterable[Setting] = (),
        left: Mapping[str, Mapping[Key, tuple[int, bool]]] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """Takes up what a log last announced: alarms, ended ones too (their episodes count on), suppressions,
        the newest escalation step of each announcement, what has been answered, the limits that were set, and of
        patients who left the last episode of each condition and whether it is technical."""
        self._left.update((patient, dict(counted)) for patient, counted in left.items())
        for alarm in alarms:
            condition = Condition.resumed(alarm)
            condition.escalated = escalated.get(alarm.ref, 0)
            self._of(alarm.ref.patient)[alarm.ref.key] = condition
        for suppression in suppressions:
            self.annunciation.suppressions.put(suppression)
        self._ops.update((outcome.op, outcome) for outcome in outcomes)
        for setting in settings:
            self.settings.put(setting)

    def admit(self, patient: str, spo2_scale: int, home: bool, on_o2: bool) -> None:
        """Sets the default limits that fit the patient."""
        fitting = (spo2_scale, home, on_o2)
        if self._limits.get(patient) != fitting:
            self._limits[patient] = fitting
            self._watches[patient] = {}

    def watches(self, patient: str) -> dict[str, VitalWatch]:
        """The patient's watches by vital; use :meth:`watch` to make one."""
        return self._watches.setdefault(patient, {})

    def watch(self, patient: str, vital: str) -> VitalWatch:
        """The watch of one vital."""
        watches = self._watches.setdefault(patient, {})
        if vital not in watches:
            limits = self.settings.limits(patient, vital, self._usual(patient, vital))
            watches[vital] = VitalWatch(patient, vital, limits, self._of(patient))
        return watches[vital]

    def _usual(self, patient: str, vital: str) -> tuple[Limit, ...]:
        return limits_for(*self._limits.get(patient, (1, False, False))).get(vital, ())

    def set_limits(self, setting: Setting) -> Setting:
        """Puts limits in force, or takes them back: the next value of each patient concerned is judged by them."""
        self.settings.put(setting)
        self._forget(setting)
        return setting

    def _forget(self, setting: Setting) -> None:
        own = self._watches.values() if setting.patient == WARD else [self._watches.get(setting.patient, {})]
        for watches in own:
            watches.pop(setting.vital, None)

    def judge_again(self, patient: str, vital: str, value: float, observed: int, at: int) -> list[Alarm]:
        """The limits of a vital changed at ``at``: its present ``value``, observed before, is judged by them."""
        return self.watch(patient, vital).again(value, observed, at)

    def _of(self, patient: str) -> dict[Key, Condition]:
        """The patient's conditions. Of one who was here before the episodes count on (T10)."""
        if patient not in self._conditions:
            left = self._left.pop(patient, {})
            self._conditions[patient] = {k: Condition(k, technical, episode=n) for k, (n, technical) in left.items()}
        return self._conditions[patient]

    def news2(self, patient: str, total: int, red: bool, at: int) -> list[Alarm]:
        """The patient's NEWS2 changed. ``red``: a single parameter scores 3."""
        score = {p: Level(float(limit)) for limit, p in NEWS2_LEVELS if total >= limit}
        single = {Priority.LOW: Level(3.0)} if red and not score else {}
        conditions = self._of(patient)
        out = hold(conditions, Key(patient, "news2", "high"), at, float(total), score)
        return out + hold(conditions, Key(patient, "news2", "red"), at, 3.0, single, "3 in one parameter")

    def trend(self, patient: str, rule: Trend, change: Change | None, at: int) -> list[Alarm]:
        """What a rule about change finds at ``at``. None: nothing to compare with, so nothing is concluded; for long,
        and the alarm goes, since it would stand for good.

        An alarm that stands holds up to its priority until the change is no more than the rule's end: state and
        priority are in the log, so a restart changes nothing.
        """
        key, conditions = Key(patient, rule.param, rule.kind), self._of(patient)
        condition = conditions.get(key)
        standing = condition.priority if condition is not None and condition.state in STANDING else 0
        if change is None:
            forgotten = condition is not None and standing and at - condition.raised > FORGETS * rule.over
            return hold(conditions, key, at, None, {}) if forgotten else []
        levels = {
            Priority(p): Level(change.before)
            for by, p in rule.levels
            if change.by >= by - TOLERANCE or (p <= standing and change.by > rule.ends + TOLERANCE)
        }
        return hold(conditions, key, at, change.value, levels, rule.words)

    def unit(self, patient: str, vital: str, candidates: Iterable[float], value: float, at: int) -> list[Alarm]:
        """Whether ``value`` looks like one of ``candidates``, the values before it, in another unit (H10): MEDIUM,
        technical, until a value fits what was before. The value itself is judged as it is, nothing is hidden."""
        key, conditions = Key(patient, vital, "unit"), self._of(patient)
        condition = conditions.get(key)
        if condition is not None and condition.state in STANDING and condition.limit is not None:
            if same_unit(vital, condition.limit, value):
                return hold(conditions, key, at, value, {})
            return []
        before = next((x for x in candidates if mistaken(vital, x, value)), None)
        if before is None:
            return []
        return hold(conditions, key, at, value, {Priority.MEDIUM: Level(before)}, technical=True)

    def technical(
        self, patient: str, param: str, kind: str, levels: Mapping[Priority, Level], at: int, words: str = ""
    ) -> list[Alarm]:
        """A technical condition holds at ``levels``, or is clear when there are none."""
        return hold(self._of(patient), Key(patient, param, kind), at, None, levels, words, technical=True)

    def battery(self, patient: str, device: str, percent: int | None, called: str, at: int) -> list[Alarm]:
        """A device told its charge; ``called``: what people call it."""
        levels = {p: Level(float(x)) for x, p in BATTERY_LEVELS if percent is not None and percent <= x}
        return self.technical(patient, device, "battery", levels, at, f"{called} battery {percent} %")

    def reported(
        self, patient: str, param: str, kind: str, levels: Mapping[Priority, Level], at: int, words: str = "", *,
        technical: bool = False,
    ) -> list[Alarm]:  # fmt: skip
        """A device itself says that a condition holds at ``levels``, or that it is over."""
        return hold(self._of(patient), Key(patient, param, kind), at, None, levels, words, technical=technical)

    def source_lost(self, patient: str, vitals: Iterable[str]) -> None:
        """A source is lost: what its vitals last meant stays as it was (T21)."""
        names = frozenset(vitals)
        self.annunciation.source(patient, names, lost=True)
        for condition in self._of(patient).values():
            if condition.key.param in names:
                condition.freeze()

    def source_returned(self, patient: str, vitals: Iterable[str], at: int) -> list[Alarm]:
        """A lost source delivers again: acknowledged alarms of its vitals that still hold come back (T22)."""
        names = frozenset(vitals)
        self.annunciation.source(patient, names, lost=False)
        conditions = [c for c in self._of(patient).values() if c.key.param in names]
        return [alarm for c in conditions for alarm in c.source_returned(at)]

    def retract(self, ref: Ref, by: str, at: int) -> list[Announcement]:
        """The server did not take an acknowledgement (T34): its alarm is announced anew where it still counts."""
        condition = self._conditions.get(ref.patient, {}).get(ref.key)
        return [] if condition is None else self.annunciation.settle(condition.take_back(ref, by, at)[1], at)

    def detached(self, device: str, at: int) -> list[Alarm]:
        """A device was taken off its patient: what was wrong with the device itself is over."""
        own = [c for conditions in self._conditions.values() for c in conditions.values() if c.key.param == device]
        return [alarm for condition in own for alarm in condition.close(at)]

    def advance(self, at: int) -> list[Alarm]:
        """Lets every delay and re-arm time that ends by ``at`` take effect."""
        return [
            alarm
            for conditions in self._conditions.values()
            for condition in conditions.values()
            if condition.levels or condition.clear_at is not None or condition.state == "acked"
            for alarm in (condition.clear(at) if _seen(condition) else condition.advance(at))
        ]

    def told_late(self, alarms: Iterable[Alarm], now: int) -> None:
        """``alarms``, just announced at log time ``now``, are about what a source told late."""
        for alarm in alarms:
            if alarm.state == "unack":
                self._conditions[alarm.ref.patient][alarm.ref.key].told_late = now

    def tick(self, now: int, attended: bool, alarms: Iterable[Alarm] = ()) -> list[Announcement]:
        """Suppressions that end, inhibitions and escalation at ``now``, after ``alarms`` that were just announced."""
        return self.annunciation.tick(alarms, now, attended)

    def acknowledge(self, op: str, ref: Ref, user: str, at: int) -> tuple[Outcome, list[Announcement]]:
        """Applies an acknowledgement at most once; a repeated ``op`` gets the first outcome again (T8)."""
        return self.act({"op": op, "do": "ack", "ref": ref, "user": user}, at)

    def act(self, data: dict[str, Any], at: int) -> tuple[Outcome, list[Announcement]]:
        """Applies an ``act`` entry at most once. Raises KeyError, TypeError or ValueError on one of another shape."""
        op, user = str(data["op"]), str(data["user"])
        if op in self._ops:
            return self._ops[op], []
        answer = self._answer(data, user, at)
        self._ops[op] = Outcome(op, answer.outcome, answer.by or user, at, answer.why)
        return self._ops[op], answer.announcements

    def _answer(self, data: dict[str, Any], user: str, at: int) -> Answer:
        if (overlay := OVERLAY_ACTIONS.get(data["do"])) is not None:
            return overlay(self.annunciation, data, user, at)
        if data["do"] == "limits":
            answer = set_limits(self.settings, data, user, at, self._usual(str(data["patient"]), str(data["vital"])))
            for said in answer.announcements:
                if isinstance(said, Setting):
                    self._forget(said)
            return answer
        ref = Ref(*data["ref"])
        condition = self._conditions.get(ref.patient, {}).get(ref.key)
        return CONDITION_ACTIONS[data["do"]](self.annunciation, condition, data, user, at)

    def discharge(self, patient: str, at: int) -> list[Alarm]:
        """Ends every alarm of a patient who left. Episodes count on, should the patient come back."""
        own = self._of(patient)
        out = [alarm for condition in own.values() for alarm in condition.close(at)]
        self._left[patient] = {key: (condition.episode, condition.technical) for key, condition in own.items()}
        del self._conditions[patient]
        self._watches.pop(patient, None)
        self._limits.pop(patient, None)
        self.settings.drop(patient)
        self.annunciation.discharge(patient)
        return out


def _seen(condition: Condition) -> bool:
    """Whether the condition is an event rather than a state, and somebody has answered it: then it is over."""
    return condition.key.kind in EVENTS and condition.state == "acked"
