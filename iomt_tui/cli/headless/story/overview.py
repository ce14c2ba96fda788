"""One patient at one moment: the twin of the page behind the digit 1."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from iomt_tui.cli.headless import plain as words_of
from iomt_tui.cli.headless.documents import PatientDocument
from iomt_tui.cli.headless.json_out import monitored, patient_document, when
from iomt_tui.cli.headless.story.observations import NAMES
from iomt_tui.cli.headless.story.table import Row
from iomt_tui.cli.headless.words import ABSENT, SEX, Units, ago, quantity
from iomt_tui.clinical.news2 import applicable
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text
from iomt_tui.ward.view import PatientView, VitalView, WardView


def document(view: PatientView) -> PatientDocument:
    """Everything known of the patient."""
    return patient_document(view)


def plain(view: PatientView, zone: tzinfo, units: Units, now: int) -> Iterator[str]:
    """Who it is, then what ``snapshot --plain`` says of each patient, then what only a page has room for."""
    del zone
    yield f"Record {view.mrn or 'unknown'}, {view.full_name or view.name or view.id}"
    yield from words_of.patient_lines(view, now, units)
    yield from _judged(view, units)
    for name, said in (
        ("code status", view.code_status or "not known"),
        ("sex", SEX.get(view.sex, "")), ("problem", view.problem), ("conditions", ", ".join(view.conditions)),
        ("allergies", ", ".join(view.allergies) or "none recorded"), ("care team", ", ".join(view.team)),
    ):  # fmt: skip
        if said:
            yield _row(name, said)
    for device in view.devices:
        heard = f"heard of {ago(now - device.last_contact)}" if device.last_contact is not None else "never heard of"
        battery = f", battery {device.battery} %" if device.battery is not None else ""
        yield _row("device", f"{device.kind or 'device'} {device.model}, {device.state}{battery}, {heard}")


def _judged(view: PatientView, units: Units) -> Iterator[str]:
    """What judges the vital signs: the alarm limits in force, NEWS2 input by input, and the other scores."""
    limits = ", ".join(said for key in VITALS if key in view.vitals and (said := _limits(view.vitals[key], units)))
    if limits:
        yield _row("alarm limits", limits)
    if applicable(view.age_years):
        points = (f"{NAMES[name]} {'missing' if scored is None else scored}" for name, scored in view.news2.points)
        yield _row("NEWS2 by input", ", ".join(points))
        yield _row("monitoring", view.news2.monitoring)
    else:
        yield _row("NEWS2", "not meant for patients below 16 years")
    points_of_qsofa, known = view.qsofa
    if known:
        yield _row("qSOFA", f"{points_of_qsofa}" if known == 3 else f"at least {points_of_qsofa}, {known} of 3 known")
    if view.shock_index is not None:
        yield _row("shock index", f"{view.shock_index:.2f}")
    if view.map is not None:
        yield _row("mean pressure", f"{view.map:.0f} mmHg")


def _limits(vital: VitalView, units: Units) -> str:
    """ "heart rate 50 to 120 /min"; "" where no limit is in force."""
    low, high = ("" if end is None else quantity(vital.key, end, units) for end in (vital.low, vital.high))
    if vital.key == "acvpu" or not (low or high):
        return ""
    between = f"{low.partition(' ')[0]} to {high}" if low and high else f"at least {low}" if low else f"at most {high}"
    return f"{'SpO2' if vital.key == 'spo2' else VITALS[vital.key].name} {between}"


def _row(name: str, text: str) -> str:
    return f"  {name:<30}{text}"


def rows(view: PatientView, ward: WardView, silent: float | None) -> Iterator[Row]:
    """One row a vital sign; ``value`` is empty unless it may be taken for the present one."""
    present = silent is None or monitored(ward, silent)  # of a recording it is the moment that is shown
    yield [
        "vital", "name", "unit", "value", "last value", "observed at", "age (s)", "freshness", "flag", "why absent",
        "breach", "low limit", "high limit", "device",
    ]  # fmt: skip
    for key, vital in ((key, view.vitals[key]) for key in VITALS if key in view.vitals):
        known, value = VITALS[key], vital.value if vital.live and present else None
        yield [
            key, known.name, known.unit, value, vital.value, when(vital.observed_at),
            None if vital.age is None else vital.age / 1000, vital.freshness.name.lower(), vital.flag,
            ABSENT.get(vital.absent, vital.absent), vital.breach, vital.low, vital.high, safe_text(vital.device),
        ]  # fmt: skip
