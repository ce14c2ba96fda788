"""The ward: a fold over the log. It reads no clock, no network and no random number: the same log, the same ward."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import orjson

from iomt_tui.alarms.flood import FloodWatch
from iomt_tui.alarms.model import Key, Priority, Ref
from iomt_tui.alarms.reported import Told
from iomt_tui.alarms.settings import Setting
from iomt_tui.alarms.suppression import PAUSE, SHELVE, STANDBY
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward import judge
from iomt_tui.ward.adherence_view import AdherenceView, adherence_view
from iomt_tui.ward.bands import set_bands
from iomt_tui.ward.decided import Decided
from iomt_tui.ward.events import Entry
from iomt_tui.ward.link import Link
from iomt_tui.ward.linked import Linked
from iomt_tui.ward.medication import MedicationView, total
from iomt_tui.ward.present import audible, look_alikes, natural, patient_view
from iomt_tui.ward.series import Bucket, Series, bucket_width
from iomt_tui.ward.state import DeviceState, PatientState
from iomt_tui.ward.swaps import put_on, taken_off
from iomt_tui.ward.view import PatientView, WardView
from iomt_tui.ward.waves import Lease, Waves
from iomt_tui.ward.written import Writes

LEFT = ("off", "gone")  # what a device says when it is not there any more
DAY = 1_440  # minutes of NEWS2 history
_ERRORS = (ValueError, TypeError, KeyError, AttributeError, IndexError)


class Ward(Decided, Linked):
    """Patients, devices and alarms as the log tells them up to ``seq``; ``now`` is the log time there."""

    def __init__(self) -> None:
        self.seq = 0
        self.now = 0
        self.name = safe_text("Ward")
        self.source = safe_text("")
        self.watermark = ""
        self.tz = "UTC"
        self.engine = ""
        self.notice = safe_text("")
        self.attended = False  # whether a screen with a terminal that reads shows the ward
        self.beds: tuple[SafeText, ...] = ()
        self.patients: dict[str, PatientState] = {}
        self.devices: dict[str, DeviceState] = {}
        self.limits: dict[str, Setting] = {}  # vital -> limits set for the whole ward; in force until told otherwise
        self.limit_changes: dict[str, tuple[Setting, ...]] = {}  # the same as they came, see ward.limit_stretches
        self.outcomes: dict[str, dict[str, Any]] = {}  # op -> outcome, the newest 1000
        self.acts: dict[str, tuple[int, dict[str, Any]]] = {}  # op -> log time and body of what is not answered yet
        # Patients who left, the newest 1000: the last episode of each condition, and whether it is technical. Should
        # they come back, no old acknowledgement may name a new alarm.
        self.left: dict[str, dict[Key, tuple[int, bool]]] = {}
        self.refused: Counter[str] = Counter()  # reason -> input that belongs to no patient
        self.flood = FloodWatch()  # when alarms were announced, and whether they flood in
        self.link: Link | None = None  # the line to the backend, where there is one
        self.behind: dict[str, Writes] = {}  # writes of patients who left, while they are on their way
        self.waves: dict[str, Waves] = {}  # the newest seconds of those who were asked for
        self.leases: dict[str, Lease] = {}  # whose waveforms somebody asked for
        self.unreadable = 0  # entries whose body is not what its kind promises
        self.stale_before = -1
        self.rescored: set[str] = set()  # patients whose NEWS2 total changed in the last apply()
        self._minute = -1
        self._similar: dict[str, tuple[SafeText, ...]] | None = None  # found when first asked for
        self._changed: set[str] = set()

    def apply(self, entries: Iterable[Entry]) -> set[str]:
        """Folds entries in; returns the ids of patients that changed, and ``""`` for the ward as a whole."""
        self.rescored.clear()
        for entry in entries:
            if entry.kind == "obs":
                self._body(self._observations, entry)
            else:
                self._body(getattr(self, f"_on_{entry.kind}", self._unknown), entry)
            self.seq, self.now = entry.seq, max(self.now, entry.at)
        changed, self._changed = self._changed, set()
        return changed

    def _body(self, fold: Any, entry: Entry) -> None:
        try:
            fold(orjson.loads(entry.body), entry.at)
        except _ERRORS:
            self.unreadable += 1
            self._changed.add("")

    def _unknown(self, data: Any, at: int) -> None:
        """A kind from a newer program: not for us, and not in the way."""

    def _observations(self, groups: list[Any], received: int) -> None:
        for patient_id, device_id, observed, values, flags in groups:
            patient = self.patients.get(patient_id) or self._patient(patient_id)
            device = self.devices.get(device_id) or self._device(device_id, patient_id, received)
            self._changed.add(patient_id)
            patient.last_contact = device.last_contact = received
            patient.devices[device_id] = received
            at = device.clock.correct(observed, received)
            if at is None:
                self._refuse(patient, dict.fromkeys(values, "future"), device, received)
                continue
            all_series, bucket = patient.series, at // 10_000
            for key, value in values.items():
                series = all_series.get(key)
                if series is None or series.device != device_id:
                    series = self._series(patient, key, device, at)
                # Values in order, the ordinary case, are folded here: this loop is the ward's hot path.
                if at > series.at:
                    if bucket != series.bucket:
                        series.roll(at, value)
                    elif value < series.low:
                        series.low = value
                    elif value > series.high:
                        series.high = value
                    series.at = at
                    series.value = value
                    if (series.flag or series.absent) and at > series.absent_at:
                        series.absent = series.flag = ""
                    if not series.band_low <= value < series.band_high:
                        patient.news_dirty = True
                else:
                    series.put(at, value)
            if flags:
                self._flags(patient, device, at, values, flags)

    def _series(self, patient: PatientState, key: str, device: DeviceState, at: int) -> Series:
        series = patient.series.get(key)
        if series is None:
            series = patient.series[key] = Series.of(key, judge.limit_of(device, key))
            patient.news_dirty = True
        if series.device != device.id:
            series.limit = judge.limit_of(device, key)
            series.device_at = at
        series.device = device.id
        return series

    def _flags(
        self,
        patient: PatientState,
        device: DeviceState,
        at: int,
        values: dict[str, float],
        flags: dict[str, str],
    ) -> None:
        refused = {}
        for key, flag in flags.items():
            if key in values:
                series = patient.series[key]
                if series.at == at:
                    series.flag = str(flag)
            else:
                refused[key] = str(flag)
        if refused:
            self._refuse(patient, refused, device, at)

    def _refuse(self, patient: PatientState, refused: dict[str, str], device: DeviceState, at: int) -> None:
        for key, reason in refused.items():
            series = patient.series.get(key) or self._series(patient, key, device, at)
            patient.refused[reason] += 1
            if at > series.at and at > series.absent_at:
                if not series.absent:
                    patient.news_dirty = True
                series.absent, series.absent_at = reason, at

    def _patient(self, patient_id: str) -> PatientState:
        if not isinstance(patient_id, str):
            raise TypeError("patient id")
        self._changed.add("")
        patient = self.patients[patient_id] = PatientState(patient_id)
        patient.writes = self.behind.pop(patient_id, patient.writes)
        return patient

    def _device(self, device_id: str, patient_id: str, at: int) -> DeviceState:
        device = self.devices[device_id] = DeviceState(device_id)
        device.patient = patient_id
        device.since = at if patient_id else -1
        return device

    def _on_ward(self, data: dict[str, Any], at: int) -> None:
        self.name, self.source = safe_text(data["name"], 40), safe_text(data["source"], 80)
        self.watermark = str(data.get("watermark") or "")[:12]
        self.tz = str(data.get("tz") or "UTC")
        self.beds = tuple(safe_text(bed, 40) for bed in data.get("beds") or ())
        self._changed.add("")

    def _on_patient(self, data: dict[str, Any], at: int) -> None:
        patient_id = data["id"]
        patient = self.patients.get(patient_id) or self._patient(patient_id)
        patient.merge(data)
        self._similar = None
        self._changed.update((patient_id, ""))

    def _on_discharge(self, data: dict[str, Any], at: int) -> None:
        if (patient := self.patients.pop(data["id"], None)) is not None:
            counted = self.left.pop(patient.id, {})
            counted |= {key: (alarm.ref.episode, alarm.technical) for key, alarm in patient.alarms.items()}
            self.left[patient.id] = counted
            if len(self.left) > 1_000:
                del self.left[next(iter(self.left))]
            self._left_behind(patient)
            self._without_waves(patient.id)
        self._similar = None
        self._changed.update((data["id"], ""))

    def _on_device(self, data: dict[str, Any], at: int) -> None:
        patient_id = data.get("patient") or ""
        new = data["id"] not in self.devices
        device = self.devices.get(data["id"]) or self._device(data["id"], patient_id, at)
        before, left = device.patient, device.left
        device.merge(data)
        if "levels" in data:
            device.recall_battery(data["levels"], at)
        if "battery" in data:
            device.told_battery(at)
        if "state" in data:
            if left >= 0 and device.state not in LEFT and before in self.patients:
                self.patients[before].home_doses.absent(device.id, left, at)
            device.left = at if device.state in LEFT else -1
        for owner in {before, device.patient} & self.patients.keys():
            patient = self.patients[owner]
            patient.devices.pop(device.id, None)
            if owner == device.patient:
                patient.devices[device.id] = max(device.last_contact, 0)
                for key, series in patient.series.items():
                    if series.device == device.id:
                        series.limit = judge.limit_of(device, key)
            self._changed.add(owner)
        if before != device.patient or new:
            self._passed_on(before, device, at)

    def _passed_on(self, before: str, device: DeviceState, at: int) -> None:
        """A device was given to its patient, and taken from another one or from nobody."""
        if before != device.patient and (patient := self.patients.get(before)) is not None:
            patient.swaps = taken_off(patient.swaps, device, [self.devices[d] for d in patient.devices], at)
            self._released(patient, device, at)
        device.since = at if device.patient else -1
        if (patient := self.patients.get(device.patient)) is not None:
            patient.swaps = put_on(patient.swaps, device, at)

    def _released(self, patient: PatientState, device: DeviceState, at: int) -> None:
        """A device was taken off: what it said of the patient is over."""
        for told in patient.reported.values():
            if (own := told.get(device.id)) is not None:
                told[device.id] = Told(max(at, own.at), 0, own.technical, "")

    def _on_refused(self, data: dict[str, Any], at: int) -> None:
        patient = self.patients.get(data.get("patient") or "")
        counter = patient.refused if patient else self.refused
        counter[str(data["reason"])[:40]] += int(data["count"])
        self._changed.add(patient.id if patient else "")

    def _on_tick(self, data: dict[str, Any], at: int) -> None:
        if data.get("gap"):
            self.stale_before = at
            self._changed.update(self.patients, ("",))
        minute = at // 60_000
        for patient in self.patients.values():
            if patient.news_dirty or minute != self._minute:
                self._rescore(patient, at)
        self._minute = minute
        if self.leases:
            self._leases_over(at)

    def _rescore(self, patient: PatientState, at: int) -> None:
        patient.news_dirty = False
        known = judge.present(patient, at, self.stale_before)
        patient.news = judge.news2(known, patient.spo2_scale)
        set_bands(patient, judge.breathes_oxygen(known))
        total = patient.news.total if patient.news.known else -1
        inputs = patient.news_known
        if not inputs or inputs[-1][1] != patient.news.known:
            inputs.append((at // 60_000, patient.news.known))
            if len(inputs) > 1 and inputs[1][0] < at // 60_000 - DAY:
                del inputs[0]
        history = patient.news_history
        if not history or history[-1][1] != total:
            history.append((at // 60_000, total))
            patient.rank = None
            self._changed.add(patient.id)
            self.rescored.add(patient.id)
            if len(history) > 1 and history[1][0] < at // 60_000 - DAY:
                del history[0]

    def _on_screens(self, data: dict[str, Any], at: int) -> None:
        self.attended = bool(data["attended"])
        self._changed.add("")

    def _on_engine(self, data: dict[str, Any], at: int) -> None:
        self.engine = str(data["state"])
        self.notice = safe_text(data.get("notice") or "", 400)
        if self.engine == "started" and self.patients:
            self.stale_before = at
        self._linked_again(self.engine, at)
        self._changed.update(self.patients, ("",))

    def _on_notice(self, data: dict[str, Any], at: int) -> None:
        self.notice = safe_text(data["text"], 400)
        self._changed.add("")

    def checkpoint(self) -> bytes:
        """The whole state as bytes, see :mod:`iomt_tui.ward.checkpoint`."""
        from iomt_tui.ward.checkpoint import dump

        return dump(self)

    @classmethod
    def restore(cls, blob: bytes) -> Ward:
        """The ward of a checkpoint. Raises CheckpointError."""
        from iomt_tui.ward.checkpoint import load

        return load(blob)

    def ids(self) -> tuple[str, ...]:
        """The ids of all patients, in order of admission."""
        return tuple(self.patients)

    def rank(self, patient: str) -> tuple[int, ...]:
        """What the worst-first order sorts by; smaller is more urgent."""
        state = self.patients[patient]
        if state.rank is None:
            active = sorted((a for a in state.alarms.values() if a.state != "normal"), key=judge.urgency)
            top = judge.urgency(active[0])[:3] if active else (0, 3, 0)
            total = state.news_history[-1][1] if state.news_history else -1
            state.rank = (*top, -total, *natural(state.bed))
        return state.rank

    def spark(self, patient: str, key: str, cells: int, window_ms: int, now: int) -> tuple[Bucket | None, ...]:
        """``cells`` buckets over at least ``window_ms``, oldest first; aligned, so that they move rarely."""
        series = self.patients[patient].series.get(key)
        width = bucket_width(window_ms, cells)
        if series is None:
            return (None,) * cells
        return series.buckets((now // width - cells + 1) * width, width, cells)

    def view(self, patient: str, now: int) -> PatientView:
        """One patient judged at log time ``now``. Raises KeyError for one who is not on the ward."""
        state = self.patients[patient]
        if self._similar is None:
            self._similar = look_alikes(self.patients.values())
        similar = self._similar.get(patient, ())
        return patient_view(state, self.devices, now, self.stale_before, similar, self.limits, self.tz)

    def limits_in_force(self, patient: str, now: int) -> dict[str, judge.InForce]:
        """A patient's alarm limits by vital at log time ``now``. Raises KeyError for one who is not on the ward."""
        return judge.limits_in_force(self.patients[patient], self.limits, now, self.stale_before)

    def medication(self, patient: str, now: int) -> MedicationView:
        """A patient's medication at log time ``now``. Raises KeyError for one who is not on the ward."""
        state = self.patients[patient]
        return state.medication.view(patient, state.bed, self.tz, now)

    def adherence(self, patient: str, now: int, days: int = 90) -> AdherenceView:
        """The doses at home of one patient over the last ``days``. Raises KeyError for one not on the ward."""
        return adherence_view(self.patients[patient], self.devices, now, days, zone_of(self.tz))

    def audible(self, now: int) -> dict[Ref, Priority]:
        """The alarms that sound at log time ``now``."""
        return audible(self.patients.values(), now)

    def header(self, now: int) -> WardView:
        """The ward's own line at log time ``now``."""
        alarms = [a for p in self.patients.values() for a in p.alarms.values() if a.state != "normal"]
        physiological = Counter(a.priority for a in alarms if not a.technical)
        quiet = Counter(s.what for p in self.patients.values() for s in p.suppressions.values() if s.active(now))
        writes = self.all_writes()
        taken = {p.bed for p in self.patients.values()} if self.beds else frozenset[str]()
        return WardView(
            name=self.name, watermark=self.watermark, source=self.source, tz=self.tz, now=now, seq=self.seq,
            patients=len(self.patients), home=sum(p.home for p in self.patients.values()),
            counts={p: physiological[p] for p in reversed(Priority)},
            technical=sum(a.technical for a in alarms),
            unacknowledged=sum(a.state != "acked" for a in alarms),
            refused=self.refused.total() + sum(p.refused.total() for p in self.patients.values()),
            engine=self.engine, notice=self.notice,
            attended=self.attended, beds=self.beds, empty=tuple(b for b in self.beds if b not in taken),
            paused=quiet[PAUSE], shelved=quiet[SHELVE], standby=quiet[STANDBY], flood=self.flood.at(now),
            undelivered=sum(len(p.undelivered()) for p in self.patients.values() if p.notifications),
            doses=total((p.medication for p in self.patients.values()), self.tz, now), link=self.link,
            unconfirmed=sum(len(w.overdue(now)) for w in writes), unwritten=sum(len(w.missed()) for w in writes),
        )  # fmt: skip
