"""What a stretch of the log says of its alarms: every announcement, who was there, and the courses of vitals. Pure.

The fold keeps what is so now; this keeps what was so all along, and only what questions about alarms need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from iomt_tui.alarms.course import Course, Fitting, Stay
from iomt_tui.alarms.model import Alarm
from iomt_tui.alarms.quiet import QuietTimes
from iomt_tui.alarms.settings import WARD, Setting, Settings
from iomt_tui.alarms.suppression import Suppression
from iomt_tui.clinical.freshness import fresh_limit_ms
from iomt_tui.clinical.news2 import on_oxygen
from iomt_tui.ward.events import Entry
from iomt_tui.ward.extract import Part
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.judge import MONITORING, OXYGEN, PRIMARY
from iomt_tui.ward.state import DeviceState, PatientState

_KINDS = frozenset({"patient", "discharge", "device", "alarm", "limits", "suppression", "tick", "engine"})
_ERRORS = (ValueError, TypeError, KeyError, AttributeError, IndexError)


class History:
    """A stretch of the log from the state of ``ward`` on; give it the entries after that, then :meth:`close` it.

    ``bands``: vital -> the band of its courses (:func:`iomt_tui.alarms.course.band`); other vitals are passed over.
    ``only``: the one patient that is looked at, "" for all.
    """

    def __init__(self, ward: Ward, start: int, bands: Mapping[str, tuple[float, float]], only: str = "") -> None:
        self.start = self.end = start
        self.announced: list[Alarm] = []
        self.patients: dict[str, PatientState] = {}  # everybody who was there, as they last were
        self.devices: dict[str, DeviceState] = dict(ward.devices)
        self.courses: dict[str, dict[str, Course]] = {}
        self.stays: dict[str, Stay] = {}
        self.quiet = QuietTimes()  # what kept alarms from sounding
        self.unreadable = 0
        self._bands, self._only = bands, only
        self._own = b"[" + orjson.dumps(only) + b","  # how what the one patient's devices say begins
        self._settings = Settings()
        self._stale_before = ward.stale_before
        for setting in ward.limits.values():
            self._settings.put(setting)
        self._since: dict[str, int] = {}  # who is there, and since when
        self._stayed: dict[str, list[tuple[int, int]]] = {}  # patient -> stays that are over
        self._oxygen: dict[str, dict[str, tuple[float, int]]] = {}  # patient -> flow or share, until when it counts
        for patient in ward.patients.values():
            if not only or patient.id == only:
                for setting in patient.limits.values():
                    self._settings.put(setting)
                self._enter(patient.id, start, patient)
                self.announced += [alarm for alarm in patient.alarms.values() if alarm.state != "normal"]
                for suppression in patient.suppressions.values():
                    self.quiet.tell(suppression, start)

    def read(self, entries: Iterable[Entry]) -> None:
        """The next entries, in the log's order."""
        for entry in entries:
            kind = entry.kind
            if (kind == "tick" and entry.body == b"{}") or (kind == "obs" and not self._bands):
                continue
            try:
                if kind == "obs":
                    self._observations(self._groups(entry.body), entry.at)
                elif kind in _KINDS:
                    getattr(self, f"_on_{kind}")(orjson.loads(entry.body), entry.at)
            except _ERRORS:
                self.unreadable += 1

    def read_part(self, part: Part) -> None:
        """The next piece of the log, as read for the one patient."""
        if not part.rows or not self._bands:
            self.read(part.entries)
            return
        for found in part.merged():
            if isinstance(found, Entry):
                self.read((found,))
                continue
            try:
                self._observations([found.group], found.at)
            except _ERRORS:
                self.unreadable += 1

    def _groups(self, body: bytes) -> Any:
        """The readings of an ``obs`` body; of the one patient alone where they can be cut out of it unread."""
        if not self._only or body[:2] != b"[[" or b" " in body or b"\\u" in body:
            return orjson.loads(body)  # as others may write it, with blanks, or the id in escapes
        own, groups = self._own, []
        start = body.find(own)
        while start >= 0:
            stop = body.find(b"],[", start)
            try:
                groups.append(orjson.loads(body[start : stop + 1] if stop >= 0 else body[start:-1]))
            except orjson.JSONDecodeError:  # cut inside of a text
                return orjson.loads(body)
            start = body.find(own, stop) if stop >= 0 else -1
        return groups

    def close(self, end: int) -> None:
        """The stretch ends at log time ``end``."""
        self.end = end
        for patient in list(self._since):
            self._leave(patient, end)

    def present_ms(self, patient: str) -> int:
        """How long (ms) a patient was on the ward, once the stretch is closed."""
        return self.present_between(patient, self.start, self.end)

    def present_between(self, patient: str, start: int, end: int) -> int:
        """How long (ms) of the time from ``start`` to ``end`` a patient was on the ward, as far as it was read."""
        stays = list(self._stayed.get(patient, ()))
        if patient in self._since:
            stays.append((self._since[patient], end))
        return sum(max(0, min(end, until) - max(start, begin)) for begin, until in stays)

    def with_stays(self, patients: Iterable[str]) -> Iterator[tuple[Course, Stay]]:
        """The courses of some patients, each with the stays of its patient."""
        for patient in patients:
            for course in self.courses.get(patient, {}).values():
                yield course, self.stays[patient]

    def _enter(self, patient: str, at: int, state: PatientState | None = None) -> dict[str, Course]:
        known = self.patients.get(patient)
        self.patients[patient] = state = state or known or PatientState(patient)
        self._since[patient] = at
        begin = at if known else 0  # what was measured before the admission was heard of belongs to it
        self.stays.setdefault(patient, []).append((begin, (state.spo2_scale, state.home, False)))
        return self.courses.setdefault(patient, {})

    def _leave(self, patient: str, at: int) -> None:
        self._stayed.setdefault(patient, []).append((self._since.pop(patient), at))
        for course in self.courses.get(patient, {}).values():
            course.leave(at)

    def _observations(self, groups: list[Any], received: int) -> None:
        bands, only, devices, everybody = self._bands, self._only, self.devices, self.courses
        for patient, device_id, observed, values, flags in groups:
            if only and patient != only:
                continue
            device = devices.get(device_id) or devices.setdefault(device_id, DeviceState(device_id))
            if (at := device.clock.correct(observed, received)) is None:
                continue
            courses = everybody[patient] if patient in self._since else self._enter(patient, received)
            if patient in self._oxygen:
                self._expire(patient, at)
            for key, value in values.items():
                if (course := courses.get(key)) is not None:
                    course.add(at, value)
                elif key in bands:
                    limit = fresh_limit_ms(key, device.periods.get(key))
                    courses[key] = course = Course(patient, key, limit, bands[key])
                    self._begin(course, at)
                    course.add(at, value)
            for key in flags or ():
                if (course := courses.get(key)) is not None and key not in values and PRIMARY.get(key) not in flags:
                    course.absent(at)
            if self.patients[patient].spo2_scale == 2 and not values.keys().isdisjoint(OXYGEN):
                self._breathes(patient, device, at, values)

    def _breathes(self, patient: str, device: DeviceState, at: int, values: dict[str, float]) -> None:
        """Oxygen decides which limits fit from the next value on, as long as its own reading counts."""
        known = self._oxygen.setdefault(patient, {})
        for key in OXYGEN:
            if key in values:
                known[key] = values[key], at + fresh_limit_ms(key, device.periods.get(key))
        self._fit(patient, at + 1)

    def _expire(self, patient: str, at: int) -> None:
        known = self._oxygen[patient]
        for until in sorted(until for _, until in known.values() if until < at):
            self._oxygen[patient] = known = {k: v for k, v in known.items() if v[1] > until}
            self._fit(patient, until + 1)

    def _fit(self, patient: str, at: int) -> None:
        state, known = self.patients[patient], self._oxygen.get(patient, {})
        oxygen = bool(on_oxygen(*(known[key][0] if key in known else None for key in OXYGEN)))
        fitting: Fitting = (state.spo2_scale, state.home, oxygen)
        stay = self.stays[patient]
        if stay[-1][1] != fitting:
            stay.append((max(at, stay[-1][0]), fitting))
            for course in self.courses[patient].values():
                course.keep_next()

    def _begin(self, course: Course, at: int) -> None:
        """Limits that were set before the first value of a vital came."""
        own, ward = (self._settings.get(who, course.vital) for who in (course.patient, WARD))
        if own is not None or ward is not None:
            course.turn(at, own.limits if own else None, ward.limits if ward else None)

    def _on_limits(self, data: dict[str, Any], at: int) -> None:
        setting = Setting.from_body(data)
        if setting.patient != WARD and setting.patient not in self._since:
            return
        self._settings.put(setting)
        everybody = setting.patient == WARD
        for patient in self.courses if everybody else (setting.patient,):
            if not everybody or self._settings.get(patient, setting.vital) is None:
                self._turn(patient, setting.vital, setting.since)

    def _turn(self, patient: str, vital: str, at: int) -> None:
        if (course := self.courses[patient].get(vital)) is None:
            return
        own, ward = (self._settings.get(who, vital) for who in (patient, WARD))
        stale = self._stale_before if course.fresh_ms <= MONITORING else -1
        course.turn(at, own.limits if own else None, ward.limits if ward else None, stale)

    def _on_tick(self, data: dict[str, Any], at: int) -> None:
        if data.get("gap"):
            self._stale_before = at

    def _on_engine(self, data: dict[str, Any], at: int) -> None:
        if data["state"] == "started" and self._since:
            self._stale_before = at

    def _on_patient(self, data: dict[str, Any], at: int) -> None:
        patient = data["id"]
        if self._only and patient != self._only:
            return
        if patient not in self._since:
            self._enter(patient, at)
            self.patients[patient].merge(data)
            state = self.patients[patient]
            begin = self.stays[patient].pop()[0]
            self.stays[patient].append((begin, (state.spo2_scale, state.home, False)))
            return
        self.patients[patient].merge(data)
        self._fit(patient, at)

    def _on_discharge(self, data: dict[str, Any], at: int) -> None:
        if (patient := data["id"]) in self._since:
            self._oxygen.pop(patient, None)
            own = [vital for vital in self.courses[patient] if self._settings.get(patient, vital) is not None]
            self._settings.drop(patient)
            self.quiet.leave(patient, at)
            self.stays[patient].append((max(at, self.stays[patient][-1][0]), None))
            self._leave(patient, at)
            for vital in own:
                self._turn(patient, vital, at)

    def _on_device(self, data: dict[str, Any], at: int) -> None:
        device = self.devices.get(data["id"]) or self.devices.setdefault(data["id"], DeviceState(data["id"]))
        device.merge(data)

    def _on_alarm(self, data: dict[str, Any], at: int) -> None:
        alarm = Alarm.from_body(data)
        if self._only and alarm.ref.patient != self._only:
            return
        if alarm.ref.patient not in self.patients:
            self._enter(alarm.ref.patient, at)
        self.announced.append(alarm)

    def _on_suppression(self, data: dict[str, Any], at: int) -> None:
        suppression = Suppression.from_body(data)
        if not self._only or suppression.patient == self._only:
            self.quiet.tell(suppression, at)
