"""The engine's judgement: what the alarm system makes of what the ward has just seen."""

from __future__ import annotations

from collections.abc import Iterable

from iomt_tui.alarms.lifecycle import Level
from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.alarms.system import AlarmSystem, Outcome
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
        self.system.resume(alarm for p in ward.patients.values() for alarm in p.alarms.values())
        self._clocks = {device.id: device.clock.offset for device in ward.devices.values()}
        # (device, kind) -> whether it is silent; what an earlier engine announced counts.
        self._lost = {
            (key.param, key.kind): alarm.state != "normal"
            for patient in ward.patients.values()
            for key, alarm in patient.alarms.items()
            if key.kind in ("no-data", "overdue")
        }

    def readings(self, readings: Iterable[Reading], received: int) -> list[Alarm]:
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
            for key, reason in (flags or {}).items():
                if key in values or PRIMARY.get(key) in (flags or {}):
                    continue
                if at >= patient.series[key].at:
                    out += self.system.watch(patient_id, key).absent(reason, at)
            if clock.offset != self._clocks.get(device_id, 0):
                out += self._clock(patient_id, device_id, clock.offset, received)
        return out

    def _admit(self, patient: PatientState, now: int) -> None:
        oxygen = bool(breathes_oxygen(present(patient, now, self.ward.stale_before, OXYGEN)))
        self.system.admit(patient.id, patient.spo2_scale, patient.home, oxygen)

    def _clock(self, patient: str, device: str, offset: int, at: int) -> list[Alarm]:
        self._clocks[device] = offset
        levels = CLOCK if abs(offset) > CLOCK_OFF else {}
        words = f"{self.ward.devices[device].kind or 'device'} clock {_duration(abs(offset))}"
        words += " ahead" if offset < 0 else " behind"
        return self.system.technical(patient, device, "clock", levels, at, words)

    def device(self, body: dict[str, object], at: int) -> list[Alarm]:
        """Conditions of a device that told of itself."""
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

    def tick(self, now: int) -> list[Alarm]:
        """What a second of log time brings: delays that end, sources that fall silent, NEWS2 that changed."""
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
                if not silent:
                    keys = [k for k, s in patient.series.items() if s.device == device.id]
                    out += self.system.source_returned(patient.id, keys, now)
        return out

    def action(self, entry: Entry) -> tuple[Outcome | None, list[Alarm]]:
        """What becomes of a clinician's ``act`` entry; None for one that is not about alarms."""
        data = entry.data()
        if data.get("do") != "ack":
            return None, []
        ref = Ref(*data["ref"])
        return self.system.acknowledge(str(data["op"]), ref, str(data["user"]), entry.at)


def _duration(ms: int) -> str:
    seconds = round(ms / 1000)
    if seconds < 120:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 5_400 else f"{round(seconds / 3600)} h"
