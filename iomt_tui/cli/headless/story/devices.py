"""The devices of one patient: the twin of the page behind the digit 8."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from iomt_tui.cli.headless.story.table import Row
from iomt_tui.cli.headless.words import Units, ago, duration, subject
from iomt_tui.times import iso, time_of_day
from iomt_tui.ward.story.device_words import measure_groups, period_words, swap_words, trouble_words
from iomt_tui.ward.story.devices import DeviceStanding, DevicesView, Measured, Trouble

TroubleWord = Literal["no-contact", "clock", "battery", "signal"]
_TROUBLES: dict[Trouble, TroubleWord] = {
    Trouble.SILENT: "no-contact", Trouble.CLOCK: "clock", Trouble.BATTERY: "battery", Trouble.SIGNAL: "signal",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MeasuredDocument:
    """One vital sign that a device measures."""

    vital: str
    """The vital sign: hr, spo2, …"""
    period_s: float | None
    """Seconds between its readings, as the device told."""
    last_at: str | None
    """When this device measured it last: ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class ForecastDocument:
    """How long a battery lasts if it goes on as it did."""

    empty_at: str
    """When it is empty: ISO 8601, UTC."""
    left_s: float
    """Seconds until then."""
    percent_per_hour: float
    """What it loses in an hour."""
    levels: int
    """How many changes of its level that is taken from."""


@dataclass(frozen=True, slots=True)
class DeviceStandingDocument:
    """One device at this moment."""

    id: str
    """What the source calls it."""
    kind: str
    """monitor, patch, oximeter, cgm, …"""
    model: str
    """The maker's name of it."""
    firmware: str
    """Its firmware's version; empty where it was not told."""
    state: str
    """on, off, gone, charging."""
    troubles: tuple[TroubleWord, ...]
    """What is wrong, the most pressing first."""
    measures: tuple[MeasuredDocument, ...]
    """What it measures."""
    battery: int | None
    """Percent; null where it has none, or told of none."""
    forecast: ForecastDocument | None
    """Null where it cannot be told."""
    no_forecast: str
    """Why there is none; empty when there is one."""
    signal: int | None
    """Percent of the radio's signal."""
    last_contact: str | None
    """When anything came from it: ISO 8601, UTC."""
    clock_offset_ms: int
    """What is added to the times of its clock, which is off; 0 when it is right."""
    since: str | None
    """When the patient got it."""


@dataclass(frozen=True, slots=True)
class SwapDocument:
    """A device that was taken off."""

    at: str
    """When the last step of it was: ISO 8601, UTC."""
    kind: str
    """What kind of device."""
    off: str
    """The one that was taken off."""
    on: str
    """The one in its place; empty for none."""


@dataclass(frozen=True, slots=True)
class DevicesDocument:
    """The devices of a patient."""

    patient: str
    """The patient's id."""
    at: str
    """The moment: ISO 8601, UTC."""
    devices: tuple[DeviceStandingDocument, ...]
    """What fails first stands first."""
    swaps: tuple[SwapDocument, ...]
    """What was swapped, the newest first."""


def document(view: DevicesView) -> DevicesDocument:
    """The devices as frozen dataclasses."""
    return DevicesDocument(
        view.patient, iso(view.now), tuple(_device(one, view.now) for one in view.devices),
        tuple(SwapDocument(iso(swap.at), swap.kind, swap.off, swap.on) for swap in view.swaps),
    )  # fmt: skip


def _device(one: DeviceStanding, now: int) -> DeviceStandingDocument:
    lasts = one.forecast
    return DeviceStandingDocument(
        one.id, one.kind, one.model, one.firmware, one.state, tuple(_TROUBLES[trouble] for trouble in one.troubles),
        tuple(MeasuredDocument(m.vital, m.period, _iso(m.at)) for m in one.measures), one.battery,
        None
        if lasts is None
        else ForecastDocument(iso(lasts.empty_at), lasts.left(now) / 1000, round(lasts.per_hour, 3), lasts.levels),
        one.untold, one.signal, _iso(one.heard), one.offset, _iso(one.since),
    )  # fmt: skip


def _iso(at: int | None) -> str | None:
    return None if at is None else iso(at)


def plain(view: DevicesView, tz: tzinfo, units: Units) -> Iterator[str]:
    """A sentence or two for each device."""
    del units
    if not view.devices:
        yield "No device was told of."
    for one in view.devices:
        yield from _said(one, view.now, tz)
    for swap in view.swaps:
        yield f"Swap at {time_of_day(swap.at, tz)}: {swap.kind or 'device'} {swap_words(swap)}."


def _said(one: DeviceStanding, now: int, tz: tzinfo) -> Iterator[str]:
    name = " ".join(part for part in (one.kind, one.model) if part) or "device"
    heard = "never heard" if one.heard is None else f"heard {ago(now - one.heard)}"
    yield f"{name}, {one.id}, {one.state}, {heard}."
    for trouble in one.troubles:
        yield f"  Attention: {trouble_words(one, trouble, now)}."
    for period, keys, at in measure_groups(one):
        last = "not yet" if at is None else f"last {ago(now - at)}"
        often = period_words(period)
        yield f"  Measures {', '.join(subject(key, ()) for key in keys)}{f' {often}' if often else ''}, {last}."
    if one.battery is not None:
        left = f"about {duration(one.forecast.left(now))} left" if one.forecast else f"no forecast: {one.untold}"
        yield f"  Battery {one.battery} percent, {left}."
    signal = f"Signal {one.signal} percent. " if one.signal is not None else ""
    since = f" With the patient since {time_of_day(one.since, tz)}." if one.since is not None else ""
    yield f"  {signal}Firmware {one.firmware or 'unknown'}.{since}"


def rows(view: DevicesView) -> Iterator[Row]:
    """One row a device."""
    yield [
        "device", "kind", "model", "firmware", "state", "troubles", "measures", "period (s)", "battery (%)",
        "battery empty at", "battery loss (%/h)", "why no forecast", "signal (%)", "last contact", "clock offset (ms)",
        "since",
    ]  # fmt: skip
    for one in view.devices:
        lasts = one.forecast
        yield [
            one.id, one.kind, one.model, one.firmware, one.state, " ".join(_TROUBLES[t] for t in one.troubles),
            " ".join(m.vital for m in one.measures), " ".join(map(_period, one.measures)), one.battery,
            None if lasts is None else iso(lasts.empty_at), None if lasts is None else round(lasts.per_hour, 3),
            one.untold, one.signal, _iso(one.heard), one.offset, _iso(one.since),
        ]  # fmt: skip


def _period(measured: Measured) -> str:
    return "" if measured.period is None else f"{measured.period:g}"
