"""Devices and their metrics as a server has told of them so far, and whom each has measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from iomt_tui.backends.fhir.intake import Found
from iomt_tui.backends.fhir.observations import Metric
from iomt_tui.backends.fhir.people import device_body
from iomt_tui.backends.fhir.references import Directory
from iomt_tui.backends.fhir.resources import Device, DeviceMetric, Reference
from iomt_tui.backends.fhir.timing import HOURS
from iomt_tui.backends.fhir.vocabulary import UCUM, vital_of
from iomt_tui.backends.periods import LONGEST, LivePeriods
from iomt_tui.backends.refusals import Refusals

MOST: Final = 20_000
"""Devices and metrics kept, those told longest ago first to go."""
_UNCALIBRATED: Final = frozenset({"not-calibrated", "calibration-required"})
_METRIC: Final = "DeviceMetric/"

Owner = Callable[[Reference], str]  # the patient of a reference, "" for one who is not here; raises ValueError


class Machines:
    """Devices by log id. ``periods`` is None where nobody asks how often they measure."""

    def __init__(self, refusals: Refusals, base: str, periods: LivePeriods | None) -> None:
        self._refusals = refusals
        self._base = base
        self._periods = periods
        self._names, self._metric_names = Directory("Device", base), Directory("DeviceMetric", base)
        self._devices: dict[str, Device] = {}
        self._metrics: dict[str, Metric] = {}
        self._metrics_of: dict[str, set[str]] = {}  # device -> names of its metrics
        self._users: dict[str, dict[str, None]] = {}  # device -> patients it measured
        self._said: dict[str, dict[str, Any]] = {}
        self._changed: dict[str, None] = {}

    def add(self, one: Found, device: Device) -> None:
        """Takes up the newest version of a device."""
        name = self._names.add(device, one.full_url)
        if device.status == "entered-in-error":
            self._devices.pop(name, None)
        else:
            _keep(self._devices, name, device)
        self._changed[name] = None

    def add_metric(self, one: Found, metric: DeviceMetric) -> None:
        """Takes up the newest version of a metric. Raises ValueError when its device cannot be told."""
        name = self._metric_names.add(metric, one.full_url)
        if (old := self._metrics.pop(name, None)) is not None:
            self._metrics_of[old.device].discard(name)
            self._changed[old.device] = None
        if metric.operationalStatus == "entered-in-error":
            return
        device = self._names.find(metric.source)
        states = {calibration.state for calibration in metric.calibration}
        _keep(self._metrics, name, Metric(
            device, vital_of(metric.type)[0], _period(metric), _unit(metric), bool(states & _UNCALIBRATED),
            metric.operationalStatus == "off",
        ))  # fmt: skip
        self._metrics_of.setdefault(device, set()).add(name)
        self._changed[device] = None

    def of(self, reference: Reference | None, patient: str, place: str) -> tuple[str, Metric | None]:
        """The device that an observation names, and its metric where it names that; a name of the patient's own where
        it names none that can be told, which is told."""
        unnamed = f"fhir:{patient}"
        if reference is None or not (reference.reference or reference.identifier):
            return unnamed, None
        try:
            if reference.reference and _METRIC in reference.reference:
                metric = self._metrics.get(self._metric_names.find(reference))
                if metric is None:
                    raise ValueError("its device metric is not in the data")  # noqa: TRY301 (told as the others are)
                return metric.device, metric
            return self._names.find(reference), None
        except ValueError as error:
            self._refusals.tell("no-device", f"{place}: {error}; kept without its device")
            return unnamed, None

    def used(self, device: str, patient: str) -> None:
        """A device has measured a patient."""
        users = self._users.get(device)
        if users is None:
            users = self._users[device] = {}
        if patient not in users:
            users[patient] = None
            self._changed[device] = None

    def left(self, patients: frozenset[str]) -> None:
        """These patients are no more here: nobody asks which devices measured them."""
        for device, users in list(self._users.items()):
            if not patients.isdisjoint(users):
                self._users[device] = {one: None for one in users if one not in patients}
                self._changed[device] = None
                if not self._users[device] and device not in self._devices:
                    self._forget(device)
        for device, said in self._said.items():
            if said["patient"] in patients:
                self._changed[device] = None

    def _forget(self, device: str) -> None:
        del self._users[device]
        self._said.pop(device, None)
        self._changed.pop(device, None)
        if self._periods is not None:
            self._periods.forget(device)

    def joined(self) -> None:
        """Patients came: devices that are theirs may be told."""
        self._changed.update(dict.fromkeys(name for name, device in self._devices.items() if device.patient))

    def news(self, owner: Owner, *, everyone: bool) -> list[dict[str, Any]]:
        """``device`` bodies of what has changed: whole the first time, then the fields that differ. Devices that
        neither belong to nor measured a patient are told only with ``everyone``."""
        if self._periods is not None:
            self._changed.update(dict.fromkeys(sorted(self._periods.changed())))
        found = []
        changed = self._changed if not everyone else dict.fromkeys([*self._devices, *self._users])
        for name in changed:
            body = self._body(name, owner)
            said = self._said.get(name)
            if said is None and body["patient"] is None and not (everyone or self._users.get(name)):
                continue
            news = {key: value for key, value in body.items() if said is None or said[key] != value}
            if news:
                self._said[name] = body
                found.append({"id": name} | news)
        self._changed = {}
        return found

    def _body(self, name: str, owner: Owner) -> dict[str, Any]:
        device = self._devices.get(name)
        users = self._users.get(name, {})
        patient = next(iter(users)) if len(users) == 1 else None
        if device is not None and device.patient is not None:
            try:
                patient = owner(device.patient) or None
            except ValueError as error:
                self._refusals.add("no-patient", "Device", f"Device/{device.id}", str(error))
        body = device_body(name, device, patient)
        own = sorted(self._metrics_of.get(name, ()))
        metrics = [self._metrics[metric] for metric in own if metric in self._metrics]
        if metrics and all(metric.off for metric in metrics):
            body["state"] = "off"
        body["periods"] = {metric.vital: metric.period for metric in metrics if metric.vital and metric.period}
        if self._periods is not None:
            body["periods"] |= self._periods.of(name)  # what arrives here says more than what is measured there
        return body


def _keep(kept: dict[str, Any], name: str, value: object) -> None:
    kept.pop(name, None)
    kept[name] = value
    if len(kept) > MOST:
        del kept[next(iter(kept))]


def _period(metric: DeviceMetric) -> float | None:
    """Seconds between two measurements, None where it does not say."""
    repeat = metric.measurementPeriod.repeat if metric.measurementPeriod else None
    if repeat is None or repeat.periodUnit not in HOURS:
        return None
    often = 1 if repeat.frequency is None else repeat.frequency
    numbers = (often, repeat.period)
    if any(isinstance(one, bool) or not isinstance(one, int | float) or not 0 < one < 1e9 for one in numbers):
        return None
    seconds = float(repeat.period) * HOURS[repeat.periodUnit] * 3600 / often
    return round(min(seconds, LONGEST), 3) or None


def _unit(metric: DeviceMetric) -> str | None:
    codings = metric.unit.coding if metric.unit else []
    return next((coding.code for coding in codings if coding.system == UCUM and coding.code), None)
