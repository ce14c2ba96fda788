"""Views to print: one patient and one ward, changed where a test needs it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.clinical.freshness import fresh_limit_ms, stage
from iomt_tui.clinical.news2 import INPUTS, News2
from iomt_tui.security.text import SafeText
from iomt_tui.ward.view import DeviceView, Freshness, PatientView, Severity, VitalView, WardView

NOW = 1_772_358_150_000  # 2026-03-01T09:42:30Z


def vital(key: str, value: float | None, age: int | None = 2_000, **more: Any) -> VitalView:
    """A vital as old as ``age`` ms, judged by the catalogue's period."""
    freshness = Freshness.NEVER if age is None else Freshness(stage(age, fresh_limit_ms(key)))
    observed = None if age is None else NOW - age
    return VitalView(key, value, observed, age, freshness, **{"device": "patch-1", **more})


def alarm(param: str = "spo2", kind: str = "low", **more: Any) -> Alarm:
    """SpO2 84 below 90, for 2 min 14 s, seen by nobody."""
    usual: dict[str, Any] = {
        "state": "unack", "priority": Priority.HIGH, "technical": False, "value": 84.0, "limit": 90.0,
        "onset": NOW - 134_000, "raised": NOW - 134_000,
    }  # fmt: skip
    return Alarm(Ref("p7", param, kind, 1, 1), **(usual | more))


def device(**more: Any) -> DeviceView:
    """A chest patch that works."""
    usual: dict[str, Any] = {
        "id": "patch-1", "kind": SafeText("chest patch"), "model": SafeText("P1"), "state": "on", "battery": 80,
        "signal": 90, "last_contact": NOW - 1_000, "clock_offset": 0, "vitals": ("hr", "spo2"),
    }  # fmt: skip
    return DeviceView(**(usual | more))


def patient(*vitals: VitalView, **more: Any) -> PatientView:
    """OKAFOR N in bed 07 with these vitals."""
    usual: dict[str, Any] = {
        "id": "p7", "bed": SafeText("07"), "name": SafeText("OKAFOR N"), "full_name": SafeText("OKAFOR, Ngozi"),
        "age_years": 72, "sex": "F", "home": False, "mrn": SafeText("4711"), "problem": SafeText("pneumonia"),
        "spo2_scale": 1, "allergies": (SafeText("penicillin"),), "conditions": (),
        "vitals": {view.key: view for view in vitals}, "news2": News2(9, 7, tuple((name, 1) for name in INPUTS)),
        "news2_direction": 1, "qsofa": (1, 3), "shock_index": 1.2, "map": 73.0, "alarms": (),
        "severity": Severity.NONE, "devices": (device(),), "refused": {}, "last_contact": NOW - 1_000,
    }  # fmt: skip
    return PatientView(**(usual | more))


WARD = WardView(
    name=SafeText("Ward 7"), watermark="", source=SafeText("monitor"), tz="UTC", now=NOW, seq=42, patients=1, home=0,
    counts={Priority.HIGH: 1}, technical=0, unacknowledged=1, refused=0, engine="started",
)  # fmt: skip


def ward(**more: Any) -> WardView:
    """A live ward of one patient."""
    return replace(WARD, **more)
