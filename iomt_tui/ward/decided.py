"""What is decided and done about patients, folded: alarms, limits, escalation, actions, medicines.

Each method takes the decoded body of an entry of the kind it is named for, and the entry's log time (ms).
"""

from __future__ import annotations

from typing import Any, Final

from iomt_tui.alarms.actions import ANSWERED
from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.flood import FloodWatch
from iomt_tui.alarms.model import Alarm
from iomt_tui.alarms.notification import Notification
from iomt_tui.alarms.reported import Report, Told, newer
from iomt_tui.alarms.settings import WARD, Setting
from iomt_tui.alarms.suppression import Suppression
from iomt_tui.clinical.medication.administration import DOSE, Administration
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.ward.exports import ACTS as EXPORTS
from iomt_tui.ward.limit_stretches import noted
from iomt_tui.ward.medication import MedicationState
from iomt_tui.ward.state import DeviceState, PatientState
from iomt_tui.ward.waved import Waved
from iomt_tui.ward.waves import WAVES
from iomt_tui.ward.writes import ACTS
from iomt_tui.ward.written import SERVER, UNDELIVERED

_ANSWERED: Final = frozenset({*ANSWERED, DOSE, WAVES, *EXPORTS, *ACTS})


class Decided(Waved):
    """The part of :class:`iomt_tui.ward.fold.Ward` that such entries change; the ward makes these attributes."""

    now: int
    tz: str
    patients: dict[str, PatientState]
    devices: dict[str, DeviceState]
    limits: dict[str, Setting]
    limit_changes: dict[str, tuple[Setting, ...]]
    flood: FloodWatch
    outcomes: dict[str, dict[str, Any]]
    acts: dict[str, tuple[int, dict[str, Any]]]
    _changed: set[str]

    def _on_condition(self, data: dict[str, Any], at: int) -> None:
        report = Report.from_body(data)
        patient = self.patients[report.patient]
        clock = device.clock if (device := self.devices.get(report.device)) is not None else None
        when = min(report.at + (clock.offset or clock.skew if clock is not None else 0), at)
        told = Told(when, report.priority, report.technical, report.text)
        own = patient.reported.setdefault((report.param, report.kind), {})
        if newer(own.get(report.device), told):
            own[report.device] = told
            self._changed.add(patient.id)

    def _on_alarm(self, data: dict[str, Any], at: int) -> None:
        alarm = Alarm.from_body(data)
        patient = self.patients.get(alarm.ref.patient)
        if patient is not None:
            before = patient.alarms.get(alarm.ref.key)
            if alarm.state == "unack" and (before is None or before.ref.episode != alarm.ref.episode):
                self.flood.announced(max(at, self.now))
            patient.alarms[alarm.ref.key] = alarm
            if alarm.ref.key[1:] == (SERVER, UNDELIVERED) and alarm.acked_at is not None:
                patient.writes.seen = max(patient.writes.seen, alarm.acked_at)
            patient.rank = None
            self._changed.update((patient.id, ""))

    def _on_suppression(self, data: dict[str, Any], at: int) -> None:
        suppression = Suppression.from_body(data)
        patient = self.patients.get(suppression.patient)
        if patient is not None:
            # In force until its end is told, even past its time: a new engine must still bring the alarm back.
            patient.suppressions.pop((suppression.what, suppression.key), None)
            if suppression.active(at):
                patient.suppressions[suppression.what, suppression.key] = suppression
            self._changed.update((patient.id, ""))

    def _on_limits(self, data: dict[str, Any], at: int) -> None:
        setting = Setting.from_body(data)
        whole = setting.patient == WARD
        patient = self.patients.get(setting.patient)
        if not whole and patient is None:
            return
        owner = self if whole or patient is None else patient
        own, changes = owner.limits, owner.limit_changes
        changes[setting.vital] = noted(changes.get(setting.vital, ()), setting, max(at, self.now))
        # In force until its end is told, even past its time: a new engine must still judge by what holds then.
        own.pop(setting.vital, None)
        if setting.limits is not None:
            own[setting.vital] = setting
        self._changed.update((*self.patients, "") if whole else (setting.patient, ""))

    def _on_escalation(self, data: dict[str, Any], at: int) -> None:
        step = Escalation.from_body(data)
        patient = self.patients.get(step.ref.patient)
        if patient is not None:
            patient.escalated[step.ref.key] = step
            self._changed.add(patient.id)

    def _on_notification(self, data: dict[str, Any], at: int) -> None:
        notification = Notification.from_body(data)
        patient = self.patients.get(notification.errand.ref.patient)
        if patient is not None:
            patient.told(notification)
            self._changed.update((patient.id, ""))

    def _on_act(self, data: dict[str, Any], at: int) -> None:
        op = data.get("op")
        if isinstance(op, str) and data.get("do") in _ANSWERED and op not in self.outcomes:
            self.acts.setdefault(op, (at, data))

    def _on_outcome(self, data: dict[str, Any], at: int) -> None:
        _, act = self.acts.pop(data["op"], (0, {}))
        if act.get("do") == WAVES:  # it is asked again and again, and must not push out what people did
            self._leased(act, data, at)
            return
        self.outcomes[data["op"]] = data
        if len(self.outcomes) > 1_000:
            del self.outcomes[next(iter(self.outcomes))]
        self._changed.add("")

    def _on_order(self, data: dict[str, Any], at: int) -> None:
        patient = self.patients[data["patient"]]
        self._medicated(patient).order(data, at)
        patient.home_doses.order(patient.medication.orders[str(data["id"])], at, zone_of(self.tz))

    def _on_administration(self, data: dict[str, Any], at: int) -> None:
        record = Administration.from_body(data, at)
        self._medicated(self.patients[record.patient]).record(record)

    def _medicated(self, patient: PatientState) -> MedicationState:
        self._changed.update((patient.id, ""))
        return patient.medication

    def _on_dispense(self, data: dict[str, Any], at: int) -> None:
        patient = self.patients[data["patient"]]
        patient.home_doses.dispense(data, zone_of(self.tz))
        self._changed.add(patient.id)

    def _on_intake(self, data: dict[str, Any], at: int) -> None:
        patient = self.patients[data["patient"]]
        if refused := patient.home_doses.intake(data, at, zone_of(self.tz)):
            patient.refused["future"] += refused
        self._changed.add(patient.id)
