"""The engine's judgement: what the alarm system makes of what the ward has just seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from iomt_tui.alarms.actions import ANSWERED, Outcome
from iomt_tui.alarms.annunciation import Announcement
from iomt_tui.alarms.escalation import LATE
from iomt_tui.alarms.lifecycle import Level
from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.notification import UNDELIVERED
from iomt_tui.alarms.reported import Report, levels
from iomt_tui.alarms.settings import CONFIGURATION, WARD, Setting, same
from iomt_tui.alarms.system import AlarmSystem
from iomt_tui.clinical.limit_rules import warning
from iomt_tui.clinical.limits import Limit
from iomt_tui.clinical.medication.administration import DOSE, Administration
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.news2 import applicable
from iomt_tui.clinical.trends import UNITS
from iomt_tui.engine import doses, writing
from iomt_tui.engine.home_doses import MissedDoses
from iomt_tui.engine.trends import Trends
from iomt_tui.ward.events import Entry, Reading
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.judge import MONITORING, OXYGEN, PRIMARY, age_years, breathes_oxygen, present
from iomt_tui.ward.link import LOADING
from iomt_tui.ward.recent import before
from iomt_tui.ward.state import DeviceState, PatientState

#: A device's clock further off than this (ms) is a technical condition.
CLOCK_OFF = 5_000
#: How long (ms) a backend may take to load before what it has not told counts as silence.
LOADS = 120_000
#: Kinds of condition that devices may tell of one patient: more is a fault of theirs, and is counted.
MOST_REPORTED = 64
_BAD = (ValueError, TypeError, KeyError, AttributeError, OverflowError)
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
        self._configured: Mapping[str, tuple[Limit, ...]] = {}  # vital -> limits of the configuration file
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
        self._late: set[tuple[str, str]] = set()  # patient, vital: the newest reading came late
        self._known = {p.id: who(p) for p in ward.patients.values()}
        self._owners = {device.id: device.patient for device in ward.devices.values()}
        self._retold = False
        self.trends = Trends(self.system)
        self.missed_doses = MissedDoses(self.system)
        self.unwatched()

    def _resume(self, ward: Ward) -> None:
        patients = list(ward.patients.values())
        steps = [e for p in patients for e in p.escalated.values()]
        self.system.resume(
            [alarm for p in patients for alarm in p.alarms.values()],
            [s for p in patients for s in p.suppressions.values()],
            {e.ref: e.level for e in steps},
            [Outcome(**o) for o in ward.outcomes.values() if o.keys() <= {*Outcome._fields} and o.keys() >= _OUTCOME],
            [*ward.limits.values(), *(s for p in patients for s in p.limits.values())],
            ward.left,
        )

    def unwatched(self) -> None:
        """Nobody watched for a while (T28, T29): what was acknowledged before comes back with the next value that
        still breaks its limit."""
        self._unseen = {(p.id, a.ref.param) for p in self.ward.patients.values() for a in p.alarms.values()}

    def configure(self, limits: Mapping[str, tuple[Limit, ...]], at: int) -> list[Announcement]:
        """The ward's limits by the configuration: what differs from what the log says. Limits that somebody set for
        the ward by hand stay until they are taken back or their time is over."""
        self._configured = limits
        out: list[Announcement] = []
        for vital in sorted({*limits, *self.ward.limits}):
            before = self.system.settings.get(WARD, vital)
            if before is not None and (before.by != CONFIGURATION or same(before.limits, limits.get(vital))):
                continue
            if vital in limits:
                out.append(self.system.set_limits(self._by_configuration(vital, at)))
            elif before is not None:
                gone = before.ended(at, CONFIGURATION, "no longer in the configuration file")
                out.append(self.system.set_limits(gone))
        return self._judged_again(out, at)

    def _by_configuration(self, vital: str, at: int) -> Setting:
        rows = self._configured[vital]
        return Setting(WARD, vital, rows, CONFIGURATION, "configuration file", at, None, warning(vital, rows))

    def _overdue_limits(self, now: int) -> list[Announcement]:
        """Limits whose time is over, and what the present values mean without them."""
        if now < self.system.settings.next_end:
            return []
        ends = [s.ended(now, s.by, "its time is over") for s in self.system.settings.due(now)]
        return self._judged_again([self.system.set_limits(end) for end in ends], now)

    def _judged_again(self, announced: Iterable[Announcement], at: int) -> list[Announcement]:
        """``announced``, and after each change of limits what it means for the values that are there."""
        out: list[Announcement] = []
        for said in announced:
            out.append(said)
            if not isinstance(said, Setting):
                continue
            taken_back = said.patient == WARD and said.limits is None and said.by != CONFIGURATION
            if taken_back and said.vital in self._configured:
                out.append(said := self.system.set_limits(self._by_configuration(said.vital, at)))
            alarms = [alarm for patient in self._concerned(said) for alarm in self._present(patient, said.vital, at)]
            out += self.system.annunciation.settle(alarms, at)
        return out

    def _concerned(self, setting: Setting) -> list[PatientState]:
        """Whose alarms a change of limits may change."""
        patients = self.ward.patients
        if setting.patient != WARD:
            return [patients[setting.patient]] if setting.patient in patients else []
        own = self.system.settings
        return [p for p in patients.values() if own.get(p.id, setting.vital) is None]

    def _present(self, patient: PatientState, vital: str, at: int) -> list[Alarm]:
        if vital not in present(patient, at, self.ward.stale_before, (vital,)):
            return []
        self._admit(patient, at)
        series = patient.series[vital]
        return self.system.judge_again(patient.id, vital, series.value, series.at, at)

    def readings(self, readings: Iterable[Reading], received: int) -> list[Announcement]:
        """Limit and sensor conditions of readings that have just been folded."""
        changed = self._overdue_limits(received)
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
                series = patient.series[key]
                # One that is past its freshness when it comes is shown with its age, and is nobody's present value.
                if at >= series.at and received - at <= series.limit:
                    said = watch.value(value, at)
                    self._lateness(patient_id, key, received - at, said, received)
                    out += said
                    if key in UNITS:
                        out += self.system.unit(patient_id, key, before(series), value, at)
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
        return [*changed, *self.system.annunciation.settle(out, received)]

    def _lateness(self, patient: str, key: str, lag: int, said: list[Alarm], now: int) -> None:
        """Notes whether a vital sign's newest reading came late, for what it raises now or after its delay."""
        if lag > LATE:
            self._late.add((patient, key))
            self.system.told_late(said, now)
        elif self._late:
            self._late.discard((patient, key))

    def _admit(self, patient: PatientState, now: int) -> None:
        oxygen = bool(breathes_oxygen(present(patient, now, self.ward.stale_before, OXYGEN)))
        self.system.admit(patient.id, patient.spo2_scale, patient.home, oxygen)

    def _clock(self, patient: str, device: str, offset: int, at: int) -> list[Alarm]:
        self._clocks[device] = offset
        levels = CLOCK if abs(offset) > CLOCK_OFF else {}
        words = f"{self.ward.devices[device].kind or 'device'} clock {_duration(abs(offset))}"
        words += " ahead" if offset < 0 else " behind"
        return self.system.technical(patient, device, "clock", levels, at, words)

    def refusal(self, body: dict[str, object]) -> str:
        """Why an alarm that a device raises cannot be taken, "" when it can."""
        try:
            report = Report.from_body(body)
        except _BAD:
            return "not-understood"
        patient = self.ward.patients.get(report.patient)
        if patient is None:
            return "unknown-patient"
        known = (report.param, report.kind) in patient.reported
        return "" if known or len(patient.reported) < MOST_REPORTED else "too-many-conditions"

    def reported(self, body: dict[str, object], at: int) -> list[Announcement]:
        """A device told of a condition, and the ward has taken it up."""
        report = Report.from_body(body)
        alarms = self._reported(self.ward.patients[report.patient], (report.param, report.kind), at)
        return self.system.annunciation.settle(alarms, at)

    def _reported(self, patient: PatientState, key: tuple[str, str], at: int) -> list[Alarm]:
        held, words, technical = levels(patient.reported[key])
        return self.system.reported(patient.id, *key, held, at, words, technical=technical)

    def _released(self, device: str, at: int) -> list[Alarm]:
        """What a device that was taken off had said of a patient is over."""
        return [
            alarm
            for patient in self.ward.patients.values()
            for key, told in patient.reported.items()
            if device in told
            for alarm in self._reported(patient, key, at)
        ]

    def device(self, body: dict[str, object], at: int) -> list[Announcement]:
        """Conditions of a device that told of itself."""
        return self.system.annunciation.settle(self._device(body, at), at)

    def _device(self, body: dict[str, object], at: int) -> list[Alarm]:
        device = self.ward.devices.get(str(body["id"]))
        if device is None:
            return []
        out: list[Alarm] = []
        former, self._owners[device.id] = self._owners.get(device.id, ""), device.patient
        if not device.patient or (former and former != device.patient):
            for kind, *_ in SILENCE:
                self._lost.pop((device.id, kind), None)
            out += self.system.detached(device.id, at) + self._released(device.id, at)
            out += self._handed_on(device, former, at)
        if not device.patient:
            return out
        if "battery" not in body:
            return out
        return out + self.system.battery(device.patient, device.id, device.battery, str(device.kind) or "device", at)

    def _handed_on(self, device: DeviceState, former: str, at: int) -> list[Alarm]:
        """A device went from one patient to another while what it measured was in alarm (H6): both are told."""
        old, new = self.ward.patients.get(former), self.ward.patients.get(device.patient)
        if old is None or new is None:
            return []
        measured = {key for key, series in old.series.items() if series.device == device.id}
        if not any(a.ref.param in measured and a.state != "normal" for a in old.alarms.values()):
            return []
        kind = device.kind or "device"
        out = self._identity(old.id, f"{kind} is now on {who(new)}", at)
        return out + self._identity(new.id, f"{kind} was on {who(old)}", at)

    def patient(self, body: dict[str, object], at: int) -> list[Announcement]:
        """A patient's identity or bed may have changed: while alarms are in force that is one itself (H6)."""
        patient = self.ward.patients[str(body["id"])]
        was, self._known[patient.id] = self._known.get(patient.id, ""), (now := who(patient))
        others = [a for a in patient.alarms.values() if a.state != "normal" and a.ref.kind != "identity"]
        if not was or was == now or not others:
            return []
        return self.system.annunciation.settle(self._identity(patient.id, f"was {was}, now {now}", at), at)

    def _identity(self, patient: str, words: str, at: int) -> list[Alarm]:
        """MEDIUM, until somebody has seen it."""
        return self.system.technical(patient, "patient", "identity", {Priority.MEDIUM: Level(None)}, at, words)

    def tick(self, now: int) -> list[Announcement]:
        """What a second of log time brings: delays and suppressions that end, sources that fall silent, NEWS2 that
        changed, and what nobody has answered in time."""
        resumed = self._overdue_limits(now)
        for patient in self.ward.patients.values():
            resumed += self.system.annunciation.data(patient.id, _flowing(patient, now), now)
        return resumed + self.system.tick(now, self.ward.attended, self._conditions(now))

    def _conditions(self, now: int) -> list[Alarm]:
        out = self.system.advance(now)
        self.system.told_late((a for a in out if (a.ref.patient, a.ref.param) in self._late), now)
        if not self._retold:  # what devices said may have been logged, and its alarm not any more
            self._retold = True
            out += [a for p in self.ward.patients.values() for key in p.reported for a in self._reported(p, key, now)]
        link = self.ward.link
        loading = link is not None and link.state == LOADING and now - link.since < LOADS
        for patient in self.ward.patients.values():
            self._admit(patient, now)
            # While the backend is still being asked for them, values that are missing tell nothing of their devices.
            for device_id in patient.devices if not loading else ():
                device = self.ward.devices.get(device_id)
                if device is not None:
                    out += self._contact(patient, device, now)
            if patient.notifications:
                out += self._undelivered(patient, now)
            if patient.writes:
                out += writing.conditions(self.system, patient, now)
        for patient_id in self.ward.rescored & self.ward.patients.keys():
            patient = self.ward.patients[patient_id]
            age = age_years(patient.born, now)
            if patient.news is not None and (age is None or applicable(age)):
                out += self.system.news2(patient_id, patient.news.total, patient.news.red, now)
        for patient in self.ward.patients.values():
            out += self.trends.found(patient, now)
            if patient.home_doses:
                out += self.missed_doses.found(patient, self.ward.devices, now, zone_of(self.ward.tz))
        return out

    def _undelivered(self, patient: PatientState, now: int) -> list[Alarm]:
        """Whether somebody should have been told of an alarm of the patient, and could not be."""
        failed = patient.undelivered()
        levels = LOST if failed else {}
        words = f"escalation not delivered: {failed[-1].errand.step} {failed[-1].why}" if failed else ""
        return self.system.technical(patient.id, *UNDELIVERED, levels, now, words)

    def _contact(self, patient: PatientState, device: DeviceState, now: int) -> list[Alarm]:
        """Whether a device's sources are silent: continuous ones are lost, spot ones overdue."""
        out: list[Alarm] = []
        own = [s for s in patient.series.values() if s.device == device.id]
        for kind, monitoring, held_at, words in SILENCE:
            times = [(max(s.at, s.absent_at), s.limit) for s in own if (s.limit <= MONITORING) is monitoring]
            if not times or max(times)[0] < 0:  # nothing, or known from before anybody watched only
                continue
            due = max(at for at, _ in times) + min(limit for _, limit in times)
            if monitoring and device.left >= max(device.last_contact, 0):  # it said so itself: no need to wait
                due, words = min(due, device.left), "switched off" if device.state == "off" else "signed off"
            silent = now > due
            if silent != self._lost.get((device.id, kind), False):
                self._lost[device.id, kind] = silent
                held, at = (held_at, due) if silent else ({}, now)
                out += self.system.technical(
                    patient.id, device.id, kind, held, at, f"{device.kind or 'device'}: {words}"
                )
                keys = [k for k, s in patient.series.items() if s.device == device.id]
                if silent:
                    self.system.source_lost(patient.id, keys)
                else:
                    out += self.system.source_returned(patient.id, keys, now)
        return out

    def action(self, entry: Entry) -> tuple[Outcome | None, Sequence[Announcement | Administration]]:
        """What becomes of a clinician's ``act`` entry; None for one that nobody here answers."""
        data = entry.data()
        if data.get("do") == DOSE:
            return doses.act(self.ward, data, entry.at)
        if data.get("do") not in ANSWERED:
            return None, []
        patient, at = data["patient"] if "patient" in data else data["ref"][0], entry.at
        if data["do"] == "limits":
            at = max(at, self.ward.now)  # what was judged before stays as it was
            if patient in self.ward.patients:
                self._admit(self.ward.patients[patient], at)
        if patient not in self.ward.patients and not (data["do"] == "limits" and patient == WARD):
            return Outcome(str(data["op"]), "gone", str(data["user"]), at), []
        outcome, announced = self.system.act(data, at)
        return outcome, self._judged_again(announced, at)


def _flowing(patient: PatientState, now: int) -> bool:
    """Whether any monitored vital of the patient has a value that is not expired."""
    return any(s.limit <= MONITORING and now - s.at <= s.limit and not s.absent for s in patient.series.values())


def who(patient: PatientState) -> str:
    """Bed, name and the end of the number by which a patient is known; "" while none of them was told."""
    known = patient.bed or patient.mrn or patient.given
    return " ".join(part for part in (patient.bed, patient.name, patient.mrn[-4:]) if part) if known else ""


def _duration(ms: int) -> str:
    seconds = round(ms / 1000)
    if seconds < 120:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 5_400 else f"{round(seconds / 3600)} h"
