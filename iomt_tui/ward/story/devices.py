"""How devices stand: what each measures, how long its battery lasts, and which will fail next. Times are ms UTC."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

from iomt_tui.alarms.system import BATTERY_LEVELS
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.battery import Forecast, forecast, unknown
from iomt_tui.ward.fold import LEFT, Ward
from iomt_tui.ward.judge import limit_of
from iomt_tui.ward.state import DeviceState, PatientState
from iomt_tui.ward.swaps import Swap

SOON: Final = 12 * 3_600_000
"""A battery that is empty within this time (ms) fails in this shift or the next one."""

WEAK: Final = 30
"""Percent of signal below which a radio is about to lose the device; a choice of this program's."""

_LOW: Final = max(level for level, _ in BATTERY_LEVELS)
_NEVER: Final = 1 << 62


class Trouble(IntEnum):
    """What is wrong with a device, the most pressing first."""

    SILENT = 0
    CLOCK = 1
    BATTERY = 2
    SIGNAL = 3


class Measured(NamedTuple):
    """One vital that a device measures: its key, seconds between readings (None: not told), when it was last measured
    by this device (None: not yet)."""

    vital: str
    period: float | None
    at: int | None


@dataclass(frozen=True, slots=True)
class DeviceStanding:
    """One device at one moment. ``heard``: when anything came from it; ``since``: when its patient got it; ``offset``:
    ms that are added to the times of its clock; ``untold``: why there is no forecast, "" when there is one."""

    id: SafeText
    kind: SafeText
    model: SafeText
    firmware: SafeText
    state: SafeText
    patient: str
    bed: SafeText
    name: SafeText
    measures: tuple[Measured, ...]
    battery: int | None
    forecast: Forecast | None
    untold: str
    signal: int | None
    heard: int | None
    since: int | None
    offset: int
    troubles: tuple[Trouble, ...]

    def urgency(self, now: int) -> tuple[int, int]:
        """Smaller fails sooner, or has failed: without contact, clock off, battery, signal; then how soon it will."""
        first = self.troubles[0] if self.troubles else len(Trouble)
        left = self.forecast.left(now) if self.forecast is not None else _NEVER - 100 + (self.battery or 100)
        by = {
            Trouble.SILENT: self.heard if self.heard is not None else -1,
            Trouble.CLOCK: -abs(self.offset),
            Trouble.SIGNAL: self.signal or 0,
        }
        return first, by.get(first, left) if isinstance(first, Trouble) else left


@dataclass(frozen=True, slots=True)
class DevicesView:
    """The devices of one patient, those that fail first before the others, and what was swapped, the newest first."""

    patient: str
    now: int
    devices: tuple[DeviceStanding, ...]
    swaps: tuple[Swap, ...]


@dataclass(frozen=True, slots=True)
class WardDevices:
    """The devices of everybody in the same order. ``spare``: how many are nobody's."""

    now: int
    devices: tuple[DeviceStanding, ...]
    spare: int


def devices_of(ward: Ward, patient: str, now: int) -> DevicesView:
    """The devices of a patient at log time ``now``. Raises KeyError for one who is not on the ward."""
    state = ward.patients[patient]
    found = [standing(ward.devices[device], state, now) for device in state.devices if device in ward.devices]
    return DevicesView(patient, now, _ordered(found, now), state.swaps[::-1])


def ward_devices(ward: Ward, now: int) -> WardDevices:
    """Every patient's devices at log time ``now``."""
    found = [one for patient in ward.patients for one in devices_of(ward, patient, now).devices]
    worn = {one.id for one in found}
    return WardDevices(now, _ordered(found, now), sum(safe_text(device) not in worn for device in ward.devices))


def _ordered(found: list[DeviceStanding], now: int) -> tuple[DeviceStanding, ...]:
    return tuple(sorted(found, key=lambda one: (*one.urgency(now), one.id)))


def standing(device: DeviceState, patient: PatientState, now: int) -> DeviceStanding:
    """One device of a patient at log time ``now``."""
    own = {key: series for key, series in patient.series.items() if series.device == device.id}
    measures = tuple(
        Measured(key, device.periods.get(key), own[key].at if key in own and own[key].at >= 0 else None)
        for key in {**device.periods, **own}
    )
    heard = device.last_contact
    if heard < 0 and device.battery_history:  # it measures nothing, but told of its battery
        heard = min(device.battery_history[-1][0] * 60_000, now)
    lasts = forecast(device.battery_history, now) if device.battery is not None else None
    return DeviceStanding(
        id=safe_text(device.id), kind=device.kind, model=device.model, firmware=device.firmware,
        state=safe_text(device.state), patient=patient.id, bed=patient.bed, name=patient.name, measures=measures,
        battery=device.battery, forecast=lasts,
        untold="" if lasts is not None else _untold(device, now),
        signal=device.signal, heard=heard if heard >= 0 else None, since=device.since if device.since >= 0 else None,
        offset=device.clock.offset, troubles=tuple(_troubles(device, heard, lasts, now)),
    )  # fmt: skip


def _untold(device: DeviceState, now: int) -> str:
    if device.battery is None:
        return "no battery told of"
    return "charging" if device.state == "charging" else unknown(device.battery_history, now)


def _troubles(device: DeviceState, heard: int, lasts: Forecast | None, now: int) -> list[Trouble]:
    quickest = min((limit_of(device, key) for key in device.periods), default=None)
    silent = heard >= 0 and quickest is not None and now - heard > quickest
    empties = lasts is not None and lasts.left(now) <= SOON and device.state != "charging"
    return [
        trouble
        for trouble, holds in (
            (Trouble.SILENT, device.state in LEFT or silent),
            (Trouble.CLOCK, device.clock.offset != 0),
            (Trouble.BATTERY, device.battery is not None and (empties or device.battery <= _LOW)),
            (Trouble.SIGNAL, device.signal is not None and device.signal < WEAK),
        )
        if holds
    ]
