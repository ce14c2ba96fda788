"""Who lies there and what is attached to them: the events of a patient's record and devices. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.state import DeviceState, PatientState
from iomt_tui.ward.story.timeline import Category, Event, event

ADMITTED, LEFT, CHANGED = "admitted", "left", "changed"
ATTACHED, REMOVED, STATE, FIRMWARE = "attached", "removed", "state", "firmware"

NONE: Final = SafeText("none")
"""What stands for a part of the record that is empty."""


class Bedside:
    """Follows the record of ``patient`` and every device. ``whole``: what stood before the first entry is known, so
    that whoever is told of for the first time has just come."""

    def __init__(
        self, patient: str, state: PatientState | None, devices: Mapping[str, DeviceState], *, whole: bool
    ) -> None:
        self._patient, self._state, self._whole = patient, state, whole
        self._devices = dict(devices)

    def person(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        """A ``patient`` entry: admitted, or what differs from before."""
        if data["id"] != self._patient:
            return
        state, known = self._state, self._state is not None
        if state is None:
            state = self._state = PatientState(self._patient)
        before = facts(state)
        state.merge(data)
        if known:
            for name, value in facts(state).items():
                if value != before[name]:
                    yield event(at, Category.RECORD, CHANGED, about=name, words=value, before=before[name])
        elif self._whole:
            about = safe_text(f"bed {state.bed}") if state.bed else safe_text("")
            yield event(at, Category.RECORD, ADMITTED, about=about, words=state.problem)

    def left(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        """A ``discharge`` entry."""
        if data["id"] == self._patient:
            self._state, self._whole = None, True
            yield event(at, Category.RECORD, LEFT)

    def device(self, data: dict[str, Any], at: int) -> Iterator[Event]:
        """A ``device`` entry: to whom it belongs, whether it is there, its firmware."""
        device = self._devices.get(data["id"])
        if device is None:
            device = self._devices[data["id"]] = DeviceState(data["id"])
        owner, state, firmware = device.patient, device.state, device.firmware
        device.merge(data)
        about = safe_text(device.model or device.kind or device.id, 40)
        if self._patient not in (owner, device.patient):
            return
        if owner != device.patient:
            mine = device.patient == self._patient
            yield event(at, Category.DEVICE, ATTACHED if mine else REMOVED, about=about)
        if device.patient == self._patient and state != device.state:
            yield event(at, Category.DEVICE, STATE, about=about, words=safe_text(device.state, 20))
        if device.patient == self._patient and firmware and firmware != device.firmware:
            yield event(at, Category.DEVICE, FIRMWARE, about=about, words=device.firmware, before=firmware)


def facts(state: PatientState) -> dict[SafeText, SafeText]:
    """What is told of when it changes: its name in words -> itself in words."""
    found = {
        "bed": state.bed, "name": state.full_name, "record number": state.mrn, "date of birth": state.born or "",
        "sex": state.sex, "allergies": ", ".join(state.allergies), "conditions": ", ".join(state.conditions),
        "warnings": ", ".join(state.flags), "care team": ", ".join(state.team), "problem": state.problem,
        "SpO2 scale": str(state.spo2_scale), "place": "at home" if state.home else "on the ward",
    }  # fmt: skip
    return {SafeText(name): safe_text(value, 200) or NONE for name, value in found.items()}
