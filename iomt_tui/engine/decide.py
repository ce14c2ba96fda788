"""The engine's judgement: what the alarm system makes of what the ward has just seen."""

from __future__ import annotations

from collections.abc import Iterable

from iomt_tui.alarms.actions import ANSWERED, Outcome
from iomt_tui.alarms.annunciation import Announcement
from iomt_tui.alarms.lifecycle import Level
from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.system import AlarmSystem
from iomt_tui.clinical.news2 import applicable
from iomt_tui.ward.events import Entry, Reading
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.judge import MONITORING, OXYGEN, age_years, breathes_oxygen, present
from iomt_tui.ward.state import DeviceState, PatientState

#: A device's clock further off than this (ms) is a technical condition.
CLOCK_OFF = 5_000
#: What one sensor measures together: when its first vital has no value either, that one speaks for both.
PRIMARY = {
    "pulse": "spo2", "pi": "spo2", "nibp_dia": "nibp_sys", "nibp_mean": "nibp_sys", "ibp_dia": "ibp_sys",
    "ibp_mean": "ibp_sys",
}  # fmt: skip
_OUTCOME = {"op", "outcome", "by", "at"}
LOST = {Priority.HIGH: Level(None)}
OVERDUE = {Priority.LOW: Level(None)}
CLOCK = {Priority.LOW: Level(None)}
#: Kind of condition, of monitoring sources (else of spot checks), its levels, its words.
SILENCE = (("no-data", True, LOST, "no data"), ("overdue", False, OVERDUE, "reading overdue"))


class Decisions:
    """Alarm decisions over a :class:`Ward` that has been folded up to the events handed in."""

    def __init__(self, ward: Ward) -> None:
        self.ward = ward
        self.system = AlarmSystem()
        self._resume(ward)
        self._clocks = {device.id: device.clock.offset for device in ward.devices.values()}
        # (device, kind) -> whether it is silent; what an earlier engine announced counts.
        self._lost = {
            (key.param, key.kind): alarm.state != "normal"
            for patient in ward.patients.values()
            for key, alarm in patient.alarms.items()
            if key.kind in ("no-data", "overdue")
        }
        self._unseen: set[tuple[str, str]] = set()  # patient, vital: not heard of since nobody watched
        self.unwatched()

    def _resume(self, ward: Ward) -> None:
        patients = list(ward.patients.values())
        steps = [e for p in patients for e in p.escalated.values()]
        self.system.resume(
            [alarm for p in patients for alarm in p.alarms.values()],
            [s for p in patients for s in p.suppressions.values()],
            {e.ref: e.level for e in steps},
            [Outcome(**o) for o in ward.outcomes.values() if o.keys() <= {*Outcome._fields} and o.keys() >= _OUTCOME],
            ward.left,
        )

    def unwatched(self) -> None:
        """Nobody watched for a while (T28, T29): what was acknowledged before comes back with the next value that
        still breaks its limit."""
        self._unseen = {(p.id, a.ref.param) for p in self.ward.patients.values() for a in p.alarms.values()}

    def readings(self, readings: Iterable[Reading], received: int) -> list[Announcement]:
        """Limit and sensor conditions of readings that have just been folded."""
        out: list[Alarm] = []
        for patient_id, device_id, observed, values, flags in readings:
            clock = self.ward.devices[device_id].clock
            at = observed + (clock.offset or clock.skew)
            patient = self.ward.patients[patient_id]
            if not (watches := self.system.watches(patient_id)):
                self._admit(patient, received)
            for key, value in values.items():
                watch = watches.get(key) or self.system.watch(patient_id, key)
                if not watch.busy and watch.normal_low <= value <= watch.normal_high:
                    continue
                if at >= patient.series[key].at:
                    out += watch.value(value, at)
                    if self._unseen and (patient_id, key) in self._unseen:
                        self._unseen.discard((patient_id, key))
                        out += self.system.source_returned(patient_id, (key,), received)
            for key, reason in (flags or {}).items():
                if key in values or PRIMARY.get(key) in (flags or {}):
                    continue
                if at >= patient.series[key].at:
                    out += self.system.watch(patient_id, key).absent(reason, at)
            if clock.offset != self._clocks.get(device_id, 0):
                out += self._clock(patient_id, device_id, clock.offset, received)
        return self.system.annunciation.settle(out, received)

    def _admit(self, patient: PatientState, now: int) -> None:
        oxygen = bool(breathes_oxygen(present(patient, now, self.ward.stale_before, OXYGEN)))
        self.system.admit(patient.id, patient.spo2_scale, patient.home, oxygen)

    def _clock(self, patient: str, device: str, offset: int, at: int) -> list[Alarm]:
        self._clocks[device] = offset
        levels = CLOCK if abs(offset) > CLOCK_OFF else {}
        words = f"{self.ward.devices[device].kind or 'device'} clock {_duration(abs(offset))}"
        words += " ahead" if offset < 0 else " behind"
        return self.system.technical(patient, device, "clock", levels, at, words)

    def device(self, body: dict[str, object], at: int) -> list[Announcement]:
        """Conditions of a device that told of itself."""
        return self.system.annunciation.settle(self._device(body, at), at)

    def _device(self, body: dict[str, object], at: int) -> list[Alarm]:
        device = self.ward.devices.get(str(body["id"]))
        if device is None:
            return []
        if not device.patient:
            for kind, *_ in SILENCE:
                self._lost.pop((device.id, kind), None)
            return self.system.detached(device.id, at)
        if "battery" not in body:
            return []
        return self.system.battery(device.patient, device.id, device.battery, str(device.kind) or "device", at)

    def tick(self, now: int) -> list[Announcement]:
        """What a second of log time brings: delays and suppressions that end, sources that fall silent, NEWS2 that
        changed, and what nobody has answered in time."""
        resumed: list[Announcement] = []
        for patient in self.ward.patients.values():
            resumed += self.system.annunciation.data(patient.id, _flowing(patient, now), now)
        return resumed + self.system.tick(now, self.ward.attended, self._conditions(now))

    def _conditions(self, now: int) -> list[Alarm]:
        out = self.system.advance(now)
        for patient in self.ward.patients.values():
            self._admit(patient, now)
            for device_id in patient.devices:
                device = self.ward.devices.get(device_id)
                if device is not None:
                    out += self._contact(patient, device, now)
        for patient_id in self.ward.rescored & self.ward.patients.keys():
            patient = self.ward.patients[patient_id]
            age = age_years(patient.born, now)
            if patient.news is not None and (age is None or applicable(age)):
                out += self.system.news2(patient_id, patient.news.total, patient.news.red, now)
        return out

    def _contact(self, patient: PatientState, device: DeviceState, now: int) -> list[Alarm]:
        """Whether a device's sources are silent: continuous ones are lost, spot ones overdue."""
        out: list[Alarm] = []
        own = [s for s in patient.series.values() if s.device == device.id]
        for kind, monitoring, levels, words in SILENCE:
            times = [(max(s.at, s.absent_at), s.limit) for s in own if (s.limit <= MONITORING) is monitoring]
            if not times:
                continue
            due = max(at for at, _ in times) + min(limit for _, limit in times)
            silent = now > due
            if silent != self._lost.get((device.id, kind), False):
                self._lost[device.id, kind] = silent
                held, at = (levels, due) if silent else ({}, now)
                out += self.system.technical(
                    patient.id, device.id, kind, held, at, f"{device.kind or 'device'}: {words}"
                )
                keys = [k for k, s in patient.series.items() if s.device == device.id]
                if silent:
                    self.system.source_lost(patient.id, keys)
                else:
                    out += self.system.source_returned(patient.id, keys, now)
        return out

    def action(self, entry: Entry) -> tuple[Outcome | None, list[Announcement]]:
        """What becomes of a clinician's ``act`` entry; None for one that is not about alarms."""
        data = entry.data()
        if data.get("do") not in ANSWERED:
            return None, []
        patient = data["patient"] if "patient" in data else data["ref"][0]
        if patient not in self.ward.patients:
            return Outcome(str(data["op"]), "gone", str(data["user"]), entry.at), []
        return self.system.act(data, entry.at)


def _flowing(patient: PatientState, now: int) -> bool:
    """Whether any monitored vital of the patient has a value that is not expired."""
    return any(s.limit <= MONITORING and now - s.at <= s.limit and not s.absent for s in patient.series.values())


def _duration(ms: int) -> str:
    seconds = round(ms / 1000)
    if seconds < 120:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 5_400 else f"{round(seconds / 3600)} h"
