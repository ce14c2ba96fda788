"""The devices of the ward: what fails next stands first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Literal

from iomt_tui.cli.headless.documents import Watermark
from iomt_tui.cli.headless.json_out import monitored
from iomt_tui.cli.headless.plain import first_line
from iomt_tui.cli.headless.story import devices
from iomt_tui.cli.headless.story.devices import DeviceStandingDocument
from iomt_tui.cli.headless.story.table import Row
from iomt_tui.cli.headless.words import Units
from iomt_tui.security.text import safe_text
from iomt_tui.times import iso
from iomt_tui.ward.story.devices import DeviceStanding, DevicesView, WardDevices
from iomt_tui.ward.view import WardView

WARD_DEVICES: Final = "iomt-tui/ward-devices/1"


@dataclass(frozen=True, slots=True)
class OwnedDocument:
    """One device, and who wears it."""

    patient: str
    """The patient's id."""
    bed: str
    """Bed, or place at home."""
    name: str
    """The patient's name, as the board shows it."""
    device: DeviceStandingDocument
    """How it stands."""


@dataclass(frozen=True, slots=True)
class WardDevicesDocument:
    """All devices of the ward that patients wear."""

    schema: Literal["iomt-tui/ward-devices/1"]
    """Name and version of this shape."""
    watermark: Watermark
    """"" only for live patients. DEMO, REPLAY and TEST are not patients under care."""
    monitoring: bool
    """Whether an engine watches the ward now. If not, or in a recording, nothing here may be taken for present."""
    ward: str
    """The ward's name."""
    tz: str
    """The ward's time zone."""
    at: str
    """The moment, ISO 8601 UTC."""
    spare: int
    """Devices that nobody wears."""
    devices: list[OwnedDocument]
    """What fails next stands first."""


def _alone(one: DeviceStanding, now: int) -> DevicesView:
    return DevicesView(one.patient, now, (one,), ())


def document(view: WardDevices, ward: WardView, silent: float | None) -> WardDevicesDocument:
    """All of them."""
    return WardDevicesDocument(
        schema=WARD_DEVICES, watermark=ward.watermark, monitoring=monitored(ward, silent), ward=ward.name,  # type: ignore[arg-type]
        tz=ward.tz, at=iso(view.now), spare=view.spare,
        devices=[
            OwnedDocument(
                safe_text(one.patient), one.bed, one.name, devices.document(_alone(one, view.now)).devices[0]
            )
            for one in view.devices
        ],
    )  # fmt: skip


def plain(
    view: WardDevices, ward: WardView, zone: tzinfo, units: Units, silent: float | None
) -> Iterator[str]:  # fmt: skip
    """A device after the other, below whose it is."""
    yield first_line(ward, zone, silent)
    yield f"{len(view.devices)} devices on patients, {view.spare} spare; what fails next stands first."
    for one in view.devices:
        yield f"{one.bed or 'no bed'}, {one.name}:"
        yield from (f"  {line}" for line in devices.plain(_alone(one, view.now), zone, units))


def rows(view: WardDevices) -> Iterator[Row]:
    """One row a device."""
    heading, *_ = devices.rows(DevicesView("", view.now, (), ()))
    yield ["patient", "bed", "name", *heading]
    for one in view.devices:
        _, row = devices.rows(_alone(one, view.now))
        yield [safe_text(one.patient), one.bed, one.name, *row]
