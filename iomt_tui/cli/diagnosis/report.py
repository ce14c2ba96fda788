"""The shape of a diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

DOCTOR: Final = "iomt-tui/doctor/1"

Status = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    topic: str
    """What was looked at: terminal, colours, paths, …"""
    status: Status
    """ok; warn where the program works with less; fail where something will not work."""
    text: str
    """What was found."""
    next: str = ""
    """What to do about it."""


@dataclass(frozen=True, slots=True)
class DoctorDocument:
    """A whole diagnosis."""

    schema: Literal["iomt-tui/doctor/1"]
    """Name and version of this shape."""
    status: Status
    """The worst of the checks."""
    checks: list[Check]
    """Every check, in order."""


def diagnosis(checks: Sequence[Check]) -> DoctorDocument:
    """The document of these checks."""
    found = {check.status for check in checks}
    worst: Status = "fail" if "fail" in found else "warn" if "warn" in found else "ok"
    return DoctorDocument(DOCTOR, worst, list(checks))


def line(check: Check) -> str:
    """One check in words."""
    advice = f" -> {check.next}" if check.next else ""
    return f"{check.status:<5} {check.topic}: {check.text}{advice}"
