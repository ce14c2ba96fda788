"""The burden of a stretch of the log, between two of its times. Pure."""

from __future__ import annotations

from collections.abc import Collection

from iomt_tui.alarms.burden import Burden, burden
from iomt_tui.ward.history import History
from iomt_tui.ward.judge import device_view


def burden_between(history: History, start: int, end: int, patients: Collection[str] | None = None) -> Burden:
    """The burden of what was announced from ``start`` to ``end`` (log times, ms). ``patients``: of these, else all.

    What was raised before ``start`` counts only as standing.
    """
    chosen = frozenset(history.patients if patients is None else patients)
    announced = [alarm for alarm in history.announced if alarm.ref.patient in chosen]
    beds = {patient: str(history.patients[patient].bed) for patient in chosen}
    devices = (device_view(device) for device in history.devices.values())
    sources = {device.id: str(device.kind) for device in devices if device.kind}
    present = sum(history.present_between(patient, start, end) for patient in chosen)
    quiet = history.quiet.patient_ms(start, end, chosen)
    return burden(announced, beds, present, end, sources, since=start, suppressed=quiet)
