"""The alarm limits in force: the JSON and the words of ``limits``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Literal

from iomt_tui.alarms.model import Priority
from iomt_tui.cli.headless import words
from iomt_tui.cli.headless.documents import LimitDocument, LimitsDocument, Watermark
from iomt_tui.cli.headless.json_out import limit_document, limits_document
from iomt_tui.cli.headless.plain import WATERMARK, heading, limits_changed
from iomt_tui.cli.headless.words import Units
from iomt_tui.clinical.limit_rules import switched_off
from iomt_tui.clinical.limits import Limit
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text
from iomt_tui.times import clock_time, iso
from iomt_tui.ward.judge import InForce
from iomt_tui.ward.view import PatientView, WardView

LIMITS: Final = "iomt-tui/limits/1"
Found = Mapping[str, Mapping[str, InForce]]
"""Patient -> vital -> limits."""


@dataclass(frozen=True, slots=True)
class InForceDocument:
    """The alarm limits of one vital sign of one patient."""

    vital: str
    """The vital sign: hr, spo2, …"""
    unit: str
    """UCUM unit of its limits."""
    limits: list[LimitDocument]
    """The limits in force, the most urgent first; [] when all of them are off."""
    usual: list[LimitDocument]
    """The default limits that fit the patient."""
    changed: LimitsDocument | None
    """Who changed them, why and until when; null where the default limits hold."""
    off: list[Literal["low", "high"]]
    """What is switched off though there is a default."""


@dataclass(frozen=True, slots=True)
class PatientLimitsDocument:
    """The alarm limits of one patient."""

    patient: str
    """The patient's id."""
    bed: str
    """Bed, or place at home."""
    name: str
    """As the board shows it."""
    vitals: list[InForceDocument]
    """Every vital sign that has alarm limits."""


@dataclass(frozen=True, slots=True)
class WardLimitsDocument:
    """The alarm limits in force at one moment."""

    schema: Literal["iomt-tui/limits/1"]
    """Name and version of this shape."""
    watermark: Watermark
    """"" only for live patients. DEMO, REPLAY and TEST are not patients under care."""
    ward: str
    """The ward's name."""
    at: str
    """The moment, ISO 8601 UTC."""
    patients: list[PatientLimitsDocument]
    """The most urgent first."""


def report(ward: WardView, patients: Iterable[PatientView], limits: Found) -> WardLimitsDocument:
    """The limits of ``patients``."""
    return WardLimitsDocument(
        schema=LIMITS, watermark=ward.watermark, ward=ward.name, at=iso(ward.now),  # type: ignore[arg-type]
        patients=[
            PatientLimitsDocument(
                safe_text(view.id), view.bed, view.name, [_in_force(key, one) for key, one in limits[view.id].items()]
            )
            for view in patients
        ],
    )  # fmt: skip


def _in_force(vital: str, found: InForce) -> InForceDocument:
    return InForceDocument(
        vital=vital, unit=VITALS[vital].unit, limits=[limit_document(x) for x in found.limits],
        usual=[limit_document(x) for x in found.usual],
        changed=limits_document(found.setting) if found.setting else None,
        off=list(switched_off(found.limits, found.usual)),  # type: ignore[arg-type]
    )  # fmt: skip


def limits_lines(
    ward: WardView, patients: Iterable[PatientView], limits: Found, units: Units, zone: tzinfo
) -> Iterator[str]:  # fmt: skip
    """The limits in words: a patient each, below it a line for each priority of each vital sign, with its origin."""
    yield f"{WATERMARK[ward.watermark]}{ward.name}, alarm limits in force at {clock_time(ward.now, zone)}."
    for view in patients:
        yield ""
        yield heading(view)
        for vital, found in limits[view.id].items():
            name = "SpO2" if vital == "spo2" else VITALS[vital].name
            if found.setting is not None:
                yield f"  CHANGED {limits_changed(found.setting, ward.now, units)}"
            for limit in found.limits:
                yield f"  {name:<30}{_row(limit, units)}"
            for side in switched_off(found.limits, found.usual):
                yield f"  {name:<30}{side} limit OFF: no alarm"


def _row(limit: Limit, units: Units) -> str:
    word = Priority(limit.priority).name.lower()
    sides = [("below", limit.low), ("above", limit.high)]
    told = " or ".join(f"{side} {words.quantity(limit.key, x, units)}" for side, x in sides if x is not None)
    delay = f" for {limit.delay_s:g} s" if limit.delay_s else ""
    return f"{word} alarm {told or 'off'}{delay} ({safe_text(limit.origin, 80)})"
